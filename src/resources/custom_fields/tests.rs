//! Compares the account with a naive model of custom fields. The same random changes are applied to
//! the fields of users, to those of organizations and to the model, and all must agree after each.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;

use super::model::{FieldChanges, FieldType};
use super::options::GivenOption;
use super::rules::InAccount;
use crate::base::field_value::{FieldOption, FieldValue};
use crate::base::given_fields::{GivenFields, GivenValue};
use crate::base::ids::{OrganizationId, UserId};
use crate::base::open_question::{Answers, OpenQuestion};
use crate::base::settings::Rules;
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::organizations::model::{Organization, OrganizationChanges};
use crate::resources::users::model::{User, UserChanges};

const KEYS: [&str; 4] = ["b", "a", "d", "c"];
const OPTIONS: [&str; 3] = ["x", "y", "z"];
const TYPES: [FieldType; 4] = [
    FieldType::Text,
    FieldType::Dropdown,
    FieldType::Multiselect,
    FieldType::Checkbox,
];

#[derive(Clone, Debug)]
enum Change {
    CreateField {
        key: usize,
        field_type: usize,
        options: Vec<usize>,
        position: Option<u64>,
    },
    DeleteField(Index),
    Switch(Index),
    Move(Index, u64),
    Reorder(Vec<Index>),
    /// The options that stay are named by their ids.
    PutOptions(Index, Vec<(usize, bool)>),
    PutOption(Index, usize, Option<u64>),
    DeleteOption(Index, usize),
    CreateRecord,
    Set(Index, usize, GivenValue),
    DropInvalid(bool),
}

fn value() -> impl Strategy<Value = GivenValue> {
    let text = prop::sample::select(vec!["x", "y", "z", "", "true"]);
    prop_oneof![
        Just(GivenValue::Null),
        Just(GivenValue::Other),
        text.prop_map(|text| GivenValue::Value(text.into())),
        any::<bool>().prop_map(|value| GivenValue::Value(value.into())),
        (0..3i64).prop_map(|value| GivenValue::Value(value.into())),
        prop::collection::vec(prop::sample::select(OPTIONS.to_vec()), 0..4)
            .prop_map(|values| GivenValue::Value(values.into())),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    let position = || prop::option::of(0..6u64);
    let options = || prop::collection::vec(0..OPTIONS.len(), 0..4);
    prop_oneof![
        4 => (0..KEYS.len(), 0..TYPES.len(), options(), position()).prop_map(
            |(key, field_type, options, position)| Change::CreateField { key, field_type, options, position }
        ),
        1 => index().prop_map(Change::DeleteField),
        1 => index().prop_map(Change::Switch),
        1 => (index(), 0..6u64).prop_map(|(field, position)| Change::Move(field, position)),
        1 => prop::collection::vec(index(), 0..4).prop_map(Change::Reorder),
        2 => (index(), prop::collection::vec((0..OPTIONS.len(), any::<bool>()), 0..4))
            .prop_map(|(field, options)| Change::PutOptions(field, options)),
        2 => (index(), 0..OPTIONS.len(), position())
            .prop_map(|(field, option, position)| Change::PutOption(field, option, position)),
        1 => (index(), 0..OPTIONS.len()).prop_map(|(field, option)| Change::DeleteOption(field, option)),
        1 => Just(Change::CreateRecord),
        9 => (index(), 0..KEYS.len(), value()).prop_map(|(record, key, value)| Change::Set(record, key, value)),
        1 => any::<bool>().prop_map(Change::DropInvalid),
    ]
}

#[derive(Clone, Debug)]
struct ModelField {
    key: &'static str,
    field_type: FieldType,
    /// The values of the options, in order.
    options: Vec<&'static str>,
    active: bool,
}

#[derive(Default)]
struct Model {
    /// The fields that are not deleted, in order.
    fields: Vec<ModelField>,
    /// The values of each record, by key.
    records: Vec<BTreeMap<&'static str, FieldValue>>,
    drops_invalid: bool,
}

/// Returns what a field gets. `Err` means that it cannot have this.
fn taken(field: &ModelField, value: &GivenValue) -> Result<Option<FieldValue>, ()> {
    let is_option = |text: &str| field.options.contains(&text);
    let value = match value {
        GivenValue::Null => return Ok(None),
        GivenValue::Other => return Err(()),
        GivenValue::Value(FieldValue::Text(text)) if text.is_empty() => return Ok(None),
        GivenValue::Value(value) => value,
    };
    let word = match value {
        FieldValue::Text(text) => Some(text.clone()),
        FieldValue::Integer(number) => Some(number.to_string()),
        FieldValue::Checkbox(is_checked) => Some(is_checked.to_string()),
        _ => None,
    };
    match (field.field_type, value, word) {
        (FieldType::Text, _, Some(word)) => Ok(Some(FieldValue::Text(word))),
        (FieldType::Dropdown, _, Some(word)) if is_option(&word) => {
            Ok(Some(FieldValue::Text(word)))
        }
        (FieldType::Multiselect, _, Some(word)) if is_option(&word) => {
            Ok(Some(FieldValue::Options(vec![word])))
        }
        (FieldType::Multiselect, FieldValue::Options(words), _)
            if words.iter().all(|word| is_option(word)) =>
        {
            let mut each = Vec::new();
            for word in words.iter().filter(|word| is_option(word)) {
                if !each.contains(word) {
                    each.push(word.clone());
                }
            }
            Ok((!each.is_empty()).then_some(FieldValue::Options(each)))
        }
        (FieldType::Checkbox, _, Some(word)) => match word.as_str() {
            "true" | "1" => Ok(Some(FieldValue::Checkbox(true))),
            "false" | "0" => Ok(None),
            _ => Err(()),
        },
        _ => Err(()),
    }
}

impl Model {
    fn has(&self, key: &str) -> bool {
        self.fields.iter().any(|field| field.key == key)
    }

    /// Removes the values of this field that are not among its options any more.
    fn follow(&mut self, field: usize, removed: &[&'static str]) {
        let key = self.fields[field].key;
        for values in &mut self.records {
            let Some(value) = values.remove(key) else {
                continue;
            };
            let left = match value {
                FieldValue::Text(text) if removed.contains(&&*text) => None,
                FieldValue::Options(options) => {
                    let stays = |option: &String| !removed.contains(&&**option);
                    let left: Vec<String> = options.into_iter().filter(stays).collect();
                    (!left.is_empty()).then_some(FieldValue::Options(left))
                }
                value => Some(value),
            };
            values.extend(left.map(|left| (key, left)));
        }
    }

    fn apply(&mut self, change: &Change) -> bool {
        let len = self.fields.len();
        let place = |index: &Index| (len > 0).then(|| index.index(len));
        match change {
            Change::CreateField {
                key,
                field_type,
                options,
                position,
            } => {
                let (key, field_type) = (KEYS[*key], TYPES[*field_type]);
                let mut each = options.clone();
                each.sort_unstable();
                each.dedup();
                let has_bad_options = each.is_empty() || each.len() != options.len();
                if self.has(key) || (field_type.has_options() && has_bad_options) {
                    return false;
                }
                let at = position.map_or(len, |position| (position as usize).min(len));
                let options = options.iter().map(|option| OPTIONS[*option]).collect();
                let options = if field_type.has_options() {
                    options
                } else {
                    Vec::new()
                };
                let active = true;
                self.fields.insert(
                    at,
                    ModelField {
                        key,
                        field_type,
                        options,
                        active,
                    },
                );
            }
            Change::DeleteField(index) => {
                let Some(place) = place(index) else {
                    return false;
                };
                let field = self.fields.remove(place);
                for values in &mut self.records {
                    values.remove(field.key);
                }
            }
            Change::Switch(index) => {
                let Some(place) = place(index) else {
                    return false;
                };
                self.fields[place].active ^= true;
            }
            Change::Move(index, position) => {
                let Some(place) = place(index) else {
                    return false;
                };
                let field = self.fields.remove(place);
                self.fields.insert((*position as usize).min(len - 1), field);
            }
            Change::Reorder(indexes) => {
                let mut order: Vec<usize> = Vec::new();
                for place in indexes.iter().filter_map(place).chain(0..len) {
                    if !order.contains(&place) {
                        order.push(place);
                    }
                }
                self.fields = order
                    .iter()
                    .map(|place| self.fields[*place].clone())
                    .collect();
            }
            Change::PutOptions(index, options) => {
                let Some(place) = place(index) else {
                    return false;
                };
                let field = &self.fields[place];
                if !field.field_type.has_options() {
                    return true;
                }
                let given: Vec<&str> = options.iter().map(|(option, _)| OPTIONS[*option]).collect();
                let mut each = given.clone();
                each.sort_unstable();
                each.dedup();
                if each.is_empty() || each.len() != given.len() {
                    return false;
                }
                let keeps = |value: &&&str| {
                    let mut kept = options.iter().filter(|(_, by_id)| *by_id);
                    kept.any(|(option, _)| OPTIONS[*option] == **value)
                };
                let removed: Vec<&str> = field
                    .options
                    .iter()
                    .filter(|value| !keeps(value))
                    .copied()
                    .collect();
                self.fields[place].options = given;
                self.follow(place, &removed);
            }
            Change::PutOption(index, option, position) => {
                let Some(place) = place(index) else {
                    return false;
                };
                let field = &mut self.fields[place];
                let value = OPTIONS[*option];
                if !field.field_type.has_options() || field.options.contains(&value) {
                    return false;
                }
                let len = field.options.len();
                let at = position.map_or(len, |position| (position as usize).min(len));
                field.options.insert(at, value);
            }
            Change::DeleteOption(index, option) => {
                let Some(place) = place(index) else {
                    return false;
                };
                let value = OPTIONS[*option];
                if !self.fields[place].options.contains(&value) {
                    return false;
                }
                self.fields[place].options.retain(|other| *other != value);
                self.follow(place, &[value]);
            }
            Change::CreateRecord => self.records.push(BTreeMap::new()),
            Change::Set(record, key, value) => {
                if self.records.is_empty() {
                    return false;
                }
                let record = record.index(self.records.len());
                let key = KEYS[*key];
                let field = self.fields.iter().find(|field| field.key == key);
                let Some(field) = field.filter(|field| field.active) else {
                    return true;
                };
                match taken(field, value) {
                    Ok(Some(value)) => {
                        self.records[record].insert(key, value);
                    }
                    Ok(None) => {
                        self.records[record].remove(key);
                    }
                    Err(()) => return self.drops_invalid,
                }
            }
            Change::DropInvalid(drops) => self.drops_invalid = *drops,
        }
        true
    }
}

/// A kind of record with custom fields, and how the test makes one.
trait Kind: InAccount {
    type Id: Copy;
    fn create(account: &mut Account, number: usize) -> Self::Id;
    fn set(account: &mut Account, id: Self::Id, given: GivenFields) -> bool;
    fn shown(account: &Account, id: Self::Id) -> BTreeMap<String, Option<FieldValue>>;
}

impl Kind for User {
    type Id = UserId;

    fn create(account: &mut Account, number: usize) -> UserId {
        let name = Some(format!("User {number}"));
        account
            .create_user(UserChanges {
                name,
                ..UserChanges::default()
            })
            .unwrap()
    }

    fn set(account: &mut Account, id: UserId, given: GivenFields) -> bool {
        let custom_values = Some(given);
        let changes = UserChanges {
            custom_values,
            ..UserChanges::default()
        };
        account.update_user(id, changes).is_ok()
    }

    fn shown(account: &Account, id: UserId) -> BTreeMap<String, Option<FieldValue>> {
        account.field_values_of_user(id)
    }
}

impl Kind for Organization {
    type Id = OrganizationId;

    fn create(account: &mut Account, number: usize) -> OrganizationId {
        let name = Some(format!("Organization {number}"));
        account
            .create_organization(OrganizationChanges {
                name,
                ..OrganizationChanges::default()
            })
            .unwrap()
    }

    fn set(account: &mut Account, id: OrganizationId, given: GivenFields) -> bool {
        let custom_values = Some(given);
        let changes = OrganizationChanges {
            custom_values,
            ..OrganizationChanges::default()
        };
        account.update_organization(id, changes).is_ok()
    }

    fn shown(account: &Account, id: OrganizationId) -> BTreeMap<String, Option<FieldValue>> {
        account.field_values_of_organization(id)
    }
}

fn option(value: &str, id: u64) -> FieldOption {
    FieldOption {
        id,
        name: value.to_uppercase(),
        value: value.to_owned(),
    }
}

fn apply<O: Kind>(account: &mut Account, records: &mut Vec<O::Id>, change: &Change) -> bool {
    let fields: Vec<_> = O::fields(account).in_order().cloned().collect();
    let field = |index: &Index| (!fields.is_empty()).then(|| &fields[index.index(fields.len())]);
    let update = |account: &mut Account, index: &Index, changes: FieldChanges| {
        field(index).is_some_and(|field| account.update_field::<O>(field.id, changes).is_ok())
    };
    match change {
        Change::CreateField {
            key,
            field_type,
            options,
            position,
        } => {
            let options = options.iter().map(|number| option(OPTIONS[*number], 0));
            let changes = FieldChanges {
                key: Some(KEYS[*key].to_owned()),
                title: Some("Title".to_owned()),
                field_type: Some(TYPES[*field_type]),
                options: Some(options.collect()),
                position: *position,
                ..FieldChanges::default()
            };
            account.create_field::<O>(changes).is_ok()
        }
        Change::DeleteField(index) => {
            field(index).is_some_and(|field| account.delete_field::<O>(field.id).is_ok())
        }
        Change::Switch(index) => {
            let active = field(index).map(|field| !field.active);
            let changes = FieldChanges {
                active,
                ..FieldChanges::default()
            };
            update(account, index, changes)
        }
        Change::Move(index, position) => {
            let position = Some(*position);
            let changes = FieldChanges {
                position,
                ..FieldChanges::default()
            };
            update(account, index, changes)
        }
        Change::Reorder(indexes) => {
            let ids: Vec<_> = indexes
                .iter()
                .filter_map(field)
                .map(|field| field.id)
                .collect();
            account.reorder_fields::<O>(&ids);
            true
        }
        Change::PutOptions(index, options) => {
            let present = field(index)
                .map(|field| field.options.clone())
                .unwrap_or_default();
            let id_of = |value: &str| {
                present
                    .iter()
                    .find(|other| other.value == value)
                    .map(|other| other.id)
            };
            let options = options.iter().map(|(number, by_id)| {
                let value = OPTIONS[*number];
                option(value, id_of(value).filter(|_| *by_id).unwrap_or(0))
            });
            let changes = FieldChanges {
                options: Some(options.collect()),
                ..FieldChanges::default()
            };
            update(account, index, changes)
        }
        Change::PutOption(index, number, position) => field(index).is_some_and(|field| {
            let given = GivenOption {
                name: Some("Name".to_owned()),
                value: Some(OPTIONS[*number].to_owned()),
                position: *position,
                id: None,
            };
            account.put_option::<O>(field.id, given).is_ok()
        }),
        Change::DeleteOption(index, number) => field(index).is_some_and(|field| {
            let mut options = field.options.iter();
            let option = options.find(|option| option.value == OPTIONS[*number]);
            option.is_some_and(|option| account.delete_option::<O>(field.id, option.id).is_ok())
        }),
        Change::CreateRecord => {
            records.push(O::create(account, records.len()));
            true
        }
        Change::Set(record, key, value) => {
            if records.is_empty() {
                return false;
            }
            let id = records[record.index(records.len())];
            let given = GivenFields(vec![(KEYS[*key].to_owned(), value.clone())]);
            O::set(account, id, given)
        }
        Change::DropInvalid(drops) => {
            account.rules.answers = match drops {
                true => Answers::default().with_other(OpenQuestion::InvalidFieldValue),
                false => Answers::default(),
            };
            true
        }
    }
}

fn assert_agree<O: Kind>(account: &Account, records: &[O::Id], model: &Model) {
    let fields: Vec<_> = O::fields(account).in_order().collect();
    let listed = fields.iter().map(|field| {
        let options = field.options.iter().map(|option| option.value.as_str());
        (
            field.key.as_str(),
            field.position,
            field.active,
            options.collect::<Vec<_>>(),
        )
    });
    let expected = (0..)
        .zip(&model.fields)
        .map(|(position, field)| (field.key, position, field.active, field.options.clone()));
    assert_eq!(listed.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    for (id, values) in records.iter().zip(&model.records) {
        let active = model.fields.iter().filter(|field| field.active);
        let expected = active.map(|field| {
            let unset =
                (field.field_type == FieldType::Checkbox).then_some(FieldValue::Checkbox(false));
            (
                field.key.to_owned(),
                values.get(field.key).cloned().or(unset),
            )
        });
        assert_eq!(O::shown(account, *id), expected.collect::<BTreeMap<_, _>>());
    }
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(300))]

    #[test]
    fn the_account_agrees_with_a_naive_model_of_custom_fields(
        changes in prop::collection::vec(change(), 1..60)
    ) {
        let moment = Moment::since_epoch(Duration::from_secs(1_700_000_000));
        let mut account = Account::new(Rules::default(), moment, "owner@example.com");
        let (mut users, mut organizations) = (Vec::new(), Vec::new());
        let mut model = Model::default();
        for change in &changes {
            let expected = model.apply(change);
            let is_done = apply::<User>(&mut account, &mut users, change);
            prop_assert_eq!(is_done, expected, "{:?}", change);
            let is_done = apply::<Organization>(&mut account, &mut organizations, change);
            prop_assert_eq!(is_done, expected, "{:?}", change);
            assert_agree::<User>(&account, &users, &model);
            assert_agree::<Organization>(&account, &organizations, &model);
        }
    }
}
