//! [`Saved`]: adds many records of a kind to an account, for plans and fixtures, by the same rules
//! as single records.

use std::fmt;

use crate::base::ids::{MAX_ID, RecordId};
use crate::base::record::Record;
use crate::base::time::Timestamp;
use crate::base::value::Shown;

use super::account::Account;

/// A kind of record that fixtures contain.
pub(crate) trait Saved: Record {
    /// What a row says about a record and the record itself does not keep.
    type Mark: Copy + Default;

    /// The name of the list, and its other names.
    const LIST: &'static str;
    const ALIASES: &'static [&'static str] = &[];

    /// The attributes that every row must have.
    const REQUIRED: &'static [&'static str];

    /// Kept attributes that follow from other records, so a row does not contain them.
    const FOLLOWING: &'static [&'static str] = &[];

    /// Whether a row must have an id.
    const NEEDS_ID: bool = true;

    /// Returns the records to save, by id, with their marks.
    fn to_save(account: &Account) -> Vec<Row<Self>>;

    /// Returns the mark as it is shown in a row.
    fn shown_mark(_: Self::Mark) -> Option<Shown<'static>> {
        None
    }

    /// Returns the key of the mark in a row.
    fn mark_key() -> Option<&'static str> {
        None
    }

    /// Returns the mark that a row contains.
    fn given_mark(_: &Self::Changes) -> Self::Mark {
        Self::Mark::default()
    }

    /// Returns the record of a row without attributes, except those on which other defaults depend.
    fn unsaid(id: Self::Id, now: Timestamp, _: &Self::Changes) -> Self {
        Self::fresh(id, now)
    }

    /// Returns this record with its attributes at their defaults, like [`Saved::unsaid`].
    fn unsaid_of(&self, created_at: Timestamp) -> Self {
        Self::fresh(self.id(), created_at)
    }

    /// Continues the ids after this one, which was assigned elsewhere.
    fn skip_id(account: &mut Account, id: Self::Id) {
        account.ids.skip(id.number());
    }

    /// Returns the records that follow from the rest of a fixture, if it does not contain their
    /// list. `before` is the account without that fixture.
    fn unlisted(_: &mut Account, _before: &Account) -> Vec<Self> {
        Vec::new()
    }

    /// Updates what follows from the records of a fixture, after all of its rows were added.
    /// `before` is the account without that fixture.
    fn complete(_: &mut Account, _before: &Account) {}

    /// Returns whether a row may take the place of the record with this id, because that one is
    /// deleted.
    fn may_replace(_: &Account, _: Self::Id) -> bool {
        false
    }

    /// Checks a single record against the account.
    fn check(row: &Row<Self>, account: &Account) -> Result<(), String>;

    /// Checks that the records are valid together. Each of them is valid by itself.
    fn check_together(_: &[Row<Self>], _: &Account) -> Result<(), BadRow> {
        Ok(())
    }

    /// Adds all rows, which were checked before.
    fn put_all(account: &mut Account, rows: Vec<Row<Self>>);
}

/// A record with its mark.
#[derive(Clone, Debug)]
pub(crate) struct Row<R: Saved> {
    pub(crate) record: R,
    pub(crate) mark: R::Mark,
}

impl<R: Saved> Row<R> {
    /// Returns a record without a mark.
    pub(crate) fn plain(record: R) -> Self {
        Self {
            record,
            mark: R::Mark::default(),
        }
    }
}

/// The row that cannot be added, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadRow {
    pub(crate) list: &'static str,
    pub(crate) index: usize,
    pub(crate) reason: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.list, self.index, self.reason)
    }
}

/// Adds records. On failure, returns the row that cannot be added, and adds none of them. `before`
/// is the account without all records of the same fixture or plan.
pub(crate) fn load<R: Saved>(
    account: &mut Account,
    before: &Account,
    rows: Vec<Row<R>>,
) -> Result<(), BadRow> {
    in_rows(&rows, |row| {
        R::check(row, account)?;
        let id = row.record.id();
        if R::may_replace(account, id) {
            return Ok(());
        }
        check_id_is_free(id, account, before)
    })?;
    no_two(&rows, "id", |row| Some(row.record.id()))?;
    R::check_together(&rows, account)?;
    R::put_all(account, rows);
    Ok(())
}

fn check_id_is_free<I: RecordId>(id: I, account: &Account, before: &Account) -> Result<(), String> {
    let number = id.number();
    if !(1..=MAX_ID).contains(&number) {
        return Err(format!("{number} is no id: they go from 1 to {MAX_ID}"));
    }
    if !I::KIND.shares_ids() {
        let other = account
            .named(id)
            .map(|other| format!("the account has a {other} already"));
        return other.map_or(Ok(()), Err);
    }
    match account.record_with_id(number) {
        None => Ok(()),
        Some(other) if before.record_with_id(number).is_some() => {
            Err(format!("the account has this id already: {other}"))
        }
        Some(other) => Err(format!(
            "it has the id of {other}: no two records have the same, of whatever kind"
        )),
    }
}

/// Checks each row.
pub(crate) fn in_rows<R: Saved>(
    rows: &[Row<R>],
    mut check: impl FnMut(&Row<R>) -> Result<(), String>,
) -> Result<(), BadRow> {
    for (index, row) in rows.iter().enumerate() {
        check(row).map_err(|reason| BadRow {
            list: R::LIST,
            index,
            reason,
        })?;
    }
    Ok(())
}

/// Checks that the key of each row is unique. `what` is the name of the key in the text.
pub(crate) fn no_two<R: Saved, K: Ord + fmt::Debug>(
    rows: &[Row<R>],
    what: &str,
    key: impl Fn(&Row<R>) -> Option<K>,
) -> Result<(), BadRow> {
    let keys = rows.iter().map(key).enumerate();
    let mut keys: Vec<(K, usize)> = keys
        .filter_map(|(index, key)| Some((key?, index)))
        .collect();
    keys.sort_unstable();
    let twins = keys.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    // The first row in the list that repeats another one.
    match twins.min_by_key(|pair| pair[1].1) {
        None => Ok(()),
        Some(pair) => {
            let reason = format!(
                "it has the same {what} as {}[{}]: {:?}",
                R::LIST,
                pair[0].1,
                pair[0].0
            );
            Err(BadRow {
                list: R::LIST,
                index: pair[1].1,
                reason,
            })
        }
    }
}
