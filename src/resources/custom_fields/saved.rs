//! Saves custom fields in fixtures, and adds many at a time.

use std::collections::BTreeSet;

use crate::resources::account::Account;
use crate::resources::saved::{BadRow, Row, Saved, no_two};

use super::model::{CustomField, FieldChanges};
use super::rules::InAccount;
use super::violations;

impl<O: InAccount> Saved for CustomField<O> {
    type Mark = ();

    const LIST: &'static str = O::PATH;
    const REQUIRED: &'static [&'static str] = &["key", "title"];
    const NEEDS_ID: bool = false;

    /// Returns all fields, including deleted ones.
    fn to_save(account: &Account) -> Vec<Row<Self>> {
        O::fields(account).all().cloned().map(Row::plain).collect()
    }

    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let field = &row.record;
        let is_taken = || O::fields(account).with_key(&field.key).is_some();
        if field.key.is_empty() {
            return Err("a custom field needs a key".to_owned());
        }
        if !field.deleted && is_taken() {
            let (kind, key) = (O::KIND, &field.key);
            return Err(format!("another {kind} of the account has the key {key}"));
        }
        if field.deleted && field.active {
            return Err("a deleted field is not active".to_owned());
        }
        let given = FieldChanges {
            options: Some(field.options.clone()),
            tag: Some(field.tag.clone()),
            relationship_target_type: Some(field.relationship_target_type.clone()),
            ..FieldChanges::default()
        };
        if let Some(name) = given.unfitting(field.field_type).first() {
            return Err(violations::unfitting(name, field.field_type));
        }
        let mut ids = BTreeSet::new();
        let given = field.options.iter().filter(|option| option.id != 0);
        match given.map(|option| option.id).find(|id| !ids.insert(*id)) {
            Some(id) => Err(format!("two of its options have the id {id}")),
            None => Ok(()),
        }
    }

    fn check_together(rows: &[Row<Self>], _: &Account) -> Result<(), BadRow> {
        no_two(rows, "key", |row| {
            let field = Some(&row.record).filter(|field| !field.deleted)?;
            Some(field.key.clone())
        })
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        let mut fields: Vec<Self> = rows.into_iter().map(|row| row.record).collect();
        let options = || fields.iter().flat_map(|field| &field.options);
        options().for_each(|option| account.ids.skip(option.id));
        // A row needs no ids of options, and no position.
        for option in fields.iter_mut().flat_map(|field| &mut field.options) {
            if option.id == 0 {
                option.id = account.draw_option_id();
            }
        }
        O::fields_mut(account).put(fields);
        let in_order = (0..).zip(O::fields(account).in_order().cloned());
        let numbered: Vec<Self> = in_order
            .map(|(position, field)| Self { position, ..field })
            .collect();
        O::fields_mut(account).put(numbered);
    }
}
