//! [`SearchedField`]: a custom field that can be searched, and the texts in such fields.

use std::sync::Arc;

use crate::base::field_value::FieldValues;
use crate::base::ids::Kind;
use crate::resources::account::Account;
use crate::resources::custom_fields::model::{FieldType, Owner};
use crate::resources::custom_fields::store::FieldStore;
use crate::resources::organizations::model::Organization;
use crate::resources::users::model::User;

/// An active custom field whose key is a keyword.
#[derive(Clone, Debug)]
pub(super) struct SearchedField {
    owner: Kind,
    pub(super) key: Arc<str>,
    pub(super) field_type: FieldType,
}

/// Returns the custom fields of an account that can be searched. Lookup fields cannot.
pub(super) fn searched_fields(account: &Account) -> Vec<SearchedField> {
    let mut fields = of(Kind::User, &account.user_fields);
    fields.extend(of(Kind::Organization, &account.organization_fields));
    fields
}

fn of<O: Owner>(owner: Kind, fields: &FieldStore<O>) -> Vec<SearchedField> {
    let active = fields
        .shown()
        .iter()
        .filter_map(|shown| fields.active(&shown.key));
    active
        .filter(|(field, _)| is_searched(field.field_type))
        .map(|(field, key)| SearchedField {
            owner,
            key: Arc::clone(key),
            field_type: field.field_type,
        })
        .collect()
}

fn is_searched(field_type: FieldType) -> bool {
    field_type != FieldType::Lookup
}

/// Returns the texts of the fields of a user in which words are sought.
pub(super) fn texts_of_user<'a>(
    account: &'a Account,
    user: &'a User,
) -> impl Iterator<Item = &'a str> {
    texts(&account.user_fields, &user.user_fields)
}

/// Returns the same of an organization.
pub(super) fn texts_of_organization<'a>(
    account: &'a Account,
    organization: &'a Organization,
) -> impl Iterator<Item = &'a str> {
    let values = &organization.organization_fields;
    texts(&account.organization_fields, values)
}

fn texts<'a, O: Owner>(
    fields: &'a FieldStore<O>,
    values: &'a FieldValues,
) -> impl Iterator<Item = &'a str> {
    let searched = values.iter().filter(|(key, _)| {
        let field = fields.active(key);
        field.is_some_and(|(field, _)| is_searched(field.field_type))
    });
    searched.flat_map(|(_, value)| value.texts())
}

impl SearchedField {
    /// Returns whether a keyword, in lower case, is the key of this field for this kind of record.
    pub(super) fn is(&self, owner: Kind, keyword: &str) -> bool {
        self.owner == owner && self.key.to_lowercase() == keyword
    }
}
