//! The rules of custom fields, and what follows for the values on records. Those of a single option
//! are in `options.rs`.

use std::collections::BTreeSet;

use crate::base::field_value::{FieldOption, FieldValue};
use crate::base::ids::UserFieldId;
use crate::base::record::Record as _;
use crate::base::refusal::{Refusal, Violation};
use crate::resources::account::Account;
use crate::resources::organizations::model::Organization;
use crate::resources::seeded::Seeded;
use crate::resources::users::model::User;

use super::model::{CustomField, FieldChanges, FieldType, NewCustomField, Owner};
use super::store::FieldStore;
use super::violations;

/// The pattern that every date field shows, as recorded.
const DATE_PATTERN: &str = r"\A([0-9]{4})-(1[0-2]|0[1-9])-(3[01]|[12][0-9]|0[1-9])\z";

/// Where the account keeps the fields of a kind of record, and their values.
pub(crate) trait InAccount: Owner {
    fn fields(account: &Account) -> &FieldStore<Self>;
    fn fields_mut(account: &mut Account) -> &mut FieldStore<Self>;

    /// Changes the value of one field of every record that has one. `None` takes it away.
    fn change_values(
        account: &mut Account,
        key: &str,
        change: impl Fn(&FieldValue) -> Option<FieldValue>,
    );
}

impl InAccount for User {
    fn fields(account: &Account) -> &FieldStore<Self> {
        &account.user_fields
    }

    fn fields_mut(account: &mut Account) -> &mut FieldStore<Self> {
        &mut account.user_fields
    }

    fn change_values(
        account: &mut Account,
        key: &str,
        change: impl Fn(&FieldValue) -> Option<FieldValue>,
    ) {
        let users = account.users.all();
        let having = users.filter(|user| user.user_fields.get(key).is_some());
        let having: Vec<_> = having.map(|user| user.id).collect();
        for id in having {
            let change = |user: &mut Self| user.user_fields.change(key, &change);
            account.users.update(id, change);
        }
    }
}

impl InAccount for Organization {
    fn fields(account: &Account) -> &FieldStore<Self> {
        &account.organization_fields
    }

    fn fields_mut(account: &mut Account) -> &mut FieldStore<Self> {
        &mut account.organization_fields
    }

    fn change_values(
        account: &mut Account,
        key: &str,
        change: impl Fn(&FieldValue) -> Option<FieldValue>,
    ) {
        let all = account.organizations.all();
        let having = all.filter(|organization| organization.organization_fields.get(key).is_some());
        for mut organization in having.cloned().collect::<Vec<_>>() {
            organization.organization_fields.change(key, &change);
            account.organizations.put(organization);
        }
    }
}

impl Account {
    /// Creates a field. A field without a position is the last one.
    pub(crate) fn create_field<O: InAccount>(
        &mut self,
        changes: FieldChanges,
    ) -> Result<O::FieldId, Refusal> {
        self.check_new_field::<O>(&changes)?;
        let id = self.draw_id();
        self.insert_field::<O>(id, changes);
        Ok(id)
    }

    /// Creates a field like [`Account::create_field`], with an id that was drawn before.
    pub(crate) fn create_field_as<O: InAccount>(
        &mut self,
        id: O::FieldId,
        changes: FieldChanges,
    ) -> Result<(), Refusal> {
        self.check_new_field::<O>(&changes)?;
        self.insert_field::<O>(id, changes);
        Ok(())
    }

    /// Changes a field. Its key and its type stay. Options that the new list leaves out are removed,
    /// and their values are taken from all records.
    /// <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/#update-organization-field>
    pub(crate) fn update_field<O: InAccount>(
        &mut self,
        id: O::FieldId,
        changes: FieldChanges,
    ) -> Result<(), Refusal> {
        let former = self.existing_field::<O>(id)?;
        let mut changes = written(changes).fitting(former.field_type);
        changes.key = None;
        changes.field_type = None;
        let mut found = Vec::new();
        found.extend(changes.title.as_deref().and_then(why_not_title));
        let options = changes.options.as_deref();
        found.extend(why_not_options(former.field_type, options));
        Refusal::unless_empty(found)?;

        let place = changes.position.take();
        if let Some(given) = changes.options.take() {
            changes.options = Some(self.with_ids(&former.options, given));
        }
        let mut field = former.clone();
        field.apply(changes);
        self.save_field::<O>(&former, field);
        if let Some(place) = place {
            self.arrange::<O>(id, Some(place));
        }
        Ok(())
    }

    /// Deletes a field and all its values. It can still be read by its id, and is not active then.
    pub(crate) fn delete_field<O: InAccount>(&mut self, id: O::FieldId) -> Result<(), Refusal> {
        let field = self.existing_field::<O>(id)?;
        O::change_values(self, &field.key, |_| None);
        self.record_deleted(id);
        let updated_at = self.now();
        O::fields_mut(self).put([CustomField {
            active: false,
            deleted: true,
            updated_at,
            ..field
        }]);
        self.renumber::<O>(&self.order_of_fields::<O>());
        Ok(())
    }

    /// Puts the fields into the order of the ids. Those that are not named follow in their order.
    pub(crate) fn reorder_fields<O: InAccount>(&mut self, ids: &[O::FieldId]) {
        let all = self.order_of_fields::<O>();
        let mut order: Vec<O::FieldId> = Vec::new();
        let named = ids.iter().filter(|id| all.contains(id));
        for id in named.chain(&all) {
            if !order.contains(id) {
                order.push(*id);
            }
        }
        self.renumber::<O>(&order);
    }

    /// Returns a field that may be changed, which a deleted one may not.
    pub(super) fn existing_field<O: InAccount>(
        &self,
        id: O::FieldId,
    ) -> Result<CustomField<O>, Refusal> {
        let field = O::fields(self).existing(id).cloned();
        field.ok_or(Refusal::NotFound)
    }

    /// Saves a field, and follows its options with the values of all records.
    pub(super) fn save_field<O: InAccount>(
        &mut self,
        former: &CustomField<O>,
        mut field: CustomField<O>,
    ) {
        field.updated_at = self.now();
        let after = |option: &FieldOption| Some(field.option(option.id)?.value.clone());
        let changed = former.options.iter().map(|option| (option, after(option)));
        let changed: Vec<(&str, Option<String>)> = changed
            .map(|(option, value)| (option.value.as_str(), value))
            .filter(|(before, after)| after.as_deref() != Some(before))
            .collect();
        let follow = |value: &String| match changed.iter().find(|(before, _)| before == value) {
            Some((_, after)) => after.clone(),
            None => Some(value.clone()),
        };
        if !changed.is_empty() {
            O::change_values(self, &field.key, |value| match value {
                FieldValue::Options(options) => {
                    let options: Vec<String> = options.iter().filter_map(follow).collect();
                    (!options.is_empty()).then_some(FieldValue::Options(options))
                }
                FieldValue::Text(value) => follow(value).map(FieldValue::Text),
                other => Some(other.clone()),
            });
        }
        let id = field.id;
        O::fields_mut(self).put([field]);
        self.record_updated(id);
    }

    /// Gives each option of a list its id: that of the present option that it names, or a new one.
    fn with_ids(&mut self, present: &[FieldOption], given: Vec<FieldOption>) -> Vec<FieldOption> {
        let mut used = BTreeSet::new();
        let mut with_id = |option: FieldOption| {
            let is_present = present.iter().any(|other| other.id == option.id);
            let id = if is_present && used.insert(option.id) {
                option.id
            } else {
                self.draw_option_id()
            };
            FieldOption { id, ..option }
        };
        given.into_iter().map(&mut with_id).collect()
    }

    /// Returns the id of a new option. Options are no records, but share the ids of records.
    pub(crate) fn draw_option_id(&mut self) -> u64 {
        self.draw_id::<UserFieldId>().get()
    }

    fn check_new_field<O: InAccount>(&self, changes: &FieldChanges) -> Result<(), Refusal> {
        let key = changes.key.as_deref().unwrap_or_default();
        let title = changes.title.as_ref().or(changes.raw_title.as_ref());
        let mut found = Vec::new();
        if key.is_empty() {
            found.push(violations::key_blank());
        } else if !is_key(key) {
            found.push(violations::key_invalid());
        } else if O::fields(self).with_key(key).is_some() {
            found.push(violations::key_taken(key));
        }
        found.extend(why_not_title(title.map_or("", String::as_str)));
        let options = changes.options.as_deref().unwrap_or_default();
        let field_type = changes.field_type.unwrap_or(FieldType::Text);
        found.extend(why_not_options(field_type, Some(options)));
        Refusal::unless_empty(found)
    }

    fn insert_field<O: InAccount>(&mut self, id: O::FieldId, changes: FieldChanges) {
        let field_type = changes.field_type.unwrap_or(FieldType::Text);
        let mut changes = written(changes).fitting(field_type);
        let place = changes.position.take();
        if let Some(given) = changes.options.take() {
            changes.options = Some(self.with_ids(&[], given));
        }
        // Recorded: a description that is left out is the title.
        let description = changes.description.take().or_else(|| changes.title.clone());
        changes.description = description;
        if field_type == FieldType::Date {
            changes.regexp_for_validation = Some(Some(DATE_PATTERN.to_owned()));
        }
        let mut field = CustomField::<O>::fresh(id, self.now());
        field.apply(changes);
        field.position = u64::MAX;
        O::fields_mut(self).put([field]);
        self.arrange::<O>(id, place);
        self.record_created(id);
    }

    /// Moves a field to this place in the order, or to the end.
    fn arrange<O: InAccount>(&mut self, id: O::FieldId, place: Option<u64>) {
        let mut order = self.order_of_fields::<O>();
        order.retain(|other| *other != id);
        let end = order.len();
        let place = place.and_then(|place| usize::try_from(place).ok());
        order.insert(place.unwrap_or(end).min(end), id);
        self.renumber::<O>(&order);
    }

    /// Numbers the fields in this order. Recorded: those that move are updated.
    fn renumber<O: InAccount>(&mut self, order: &[O::FieldId]) {
        let updated_at = self.now();
        let fields = order.iter().filter_map(|id| O::fields(self).existing(*id));
        let moved = (0..)
            .zip(fields)
            .filter(|(at, field)| field.position != *at);
        let moved: Vec<CustomField<O>> = moved
            .map(|(position, field)| CustomField {
                position,
                updated_at,
                ..field.clone()
            })
            .collect();
        O::fields_mut(self).put(moved);
    }

    fn order_of_fields<O: InAccount>(&self) -> Vec<O::FieldId> {
        O::fields(self).in_order().map(|field| field.id).collect()
    }
}

/// Returns whether a text can be the key of a field: "The key must consist of only letters, numbers,
/// and underscores. It can't be only numbers".
/// <https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#json-format>
fn is_key(key: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    key.chars().all(is_part) && !key.chars().all(|c| c.is_ascii_digit())
}

fn why_not_title(title: &str) -> Option<Violation> {
    title.trim().is_empty().then(violations::title_blank)
}

/// Returns why a field of this type may not have these options. `None` means that they stay.
pub(super) fn why_not_options(
    field_type: FieldType,
    options: Option<&[FieldOption]>,
) -> Vec<Violation> {
    let Some(options) = options.filter(|_| field_type.has_options()) else {
        return Vec::new();
    };
    if options.is_empty() {
        return vec![violations::no_options()];
    }
    let mut found = Vec::new();
    let is_blank = |option: &FieldOption| option.name.is_empty() || option.value.is_empty();
    if options.iter().any(is_blank) {
        found.push(violations::option_blank());
    }
    let mut values = BTreeSet::new();
    let taken = options
        .iter()
        .filter(|option| !values.insert(option.value.as_str()));
    found.extend(taken.map(|option| violations::option_taken(&option.value)));
    found
}

/// Returns the changes with the title and the description, however they were given.
fn written(mut changes: FieldChanges) -> FieldChanges {
    changes.title = changes.title.or(changes.raw_title.take());
    changes.description = changes.description.or(changes.raw_description.take());
    changes
}

impl<O: InAccount> Seeded for NewCustomField<O> {
    type Record = CustomField<O>;

    fn what(&self) -> String {
        let key = self.0.key.as_deref().unwrap_or_default();
        format!("{} {key:?}", O::KIND)
    }

    fn put_into(self, account: &mut Account) -> Result<CustomField<O>, String> {
        let field_type = self.0.field_type.unwrap_or(FieldType::Text);
        if let Some(name) = self.0.unfitting(field_type).first() {
            return Err(violations::unfitting(name, field_type));
        }
        let created = account.create_field::<O>(self.0);
        let created =
            created.and_then(|id| O::fields(account).get(id).cloned().ok_or(Refusal::NotFound));
        created.map_err(|refusal| refusal.details())
    }
}
