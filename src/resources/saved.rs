//! [`Saved`]: how records of a kind are put into an account many at a time, as plans and fixtures do, by the same rules as
//! one by one.

use std::fmt;

use crate::base::ids::{LARGEST, RecordId};
use crate::base::record::Record;
use crate::base::time::Timestamp;
use crate::base::value::Shown;

use super::account::Account;

/// A kind of record that fixtures have.
pub(crate) trait Saved: Record {
    /// What a row says of a record that the record itself does not keep.
    type Mark: Copy + Default;

    /// The list that the rows stand in, and what else it may be called.
    const LIST: &'static str;
    const ALIASES: &'static [&'static str] = &[];

    /// The attributes that every row must have.
    const REQUIRED: &'static [&'static str];

    /// Kept attributes that follow from other records, and are not in a row.
    const FOLLOWING: &'static [&'static str] = &[];

    /// Whether a row must have an id.
    const NEEDS_ID: bool = true;

    /// The records to be saved, by id, with their marks.
    fn to_save(account: &Account) -> Vec<Row<Self>>;

    /// The mark as a row has it.
    fn shown_mark(_: Self::Mark) -> Option<Shown<'static>> {
        None
    }

    /// The key that a mark stands under.
    fn mark_key() -> Option<&'static str> {
        None
    }

    /// The mark that a row gives.
    fn given_mark(_: &Self::Changes) -> Self::Mark {
        Self::Mark::default()
    }

    /// The record as it is when nothing is said of it but what other defaults depend on.
    fn unsaid(id: Self::Id, now: Timestamp, _: &Self::Changes) -> Self {
        Self::fresh(id, now)
    }

    /// As [`Saved::unsaid`], for a record that is there.
    fn unsaid_of(&self, created_at: Timestamp) -> Self {
        Self::fresh(self.id(), created_at)
    }

    /// Goes on behind this id, which is given out elsewhere.
    fn skip_id(account: &mut Account, id: Self::Id) {
        account.ids.skip(id.number());
    }

    /// The records that follow from the others of a fixture which does not have their list.
    /// `before` is the account without that fixture.
    fn unlisted(_: &mut Account, _before: &Account) -> Vec<Self> {
        Vec::new()
    }

    /// Puts in order what follows from the records of a fixture, once all of its rows are in.
    /// `before` is the account without that fixture.
    fn complete(_: &mut Account, _before: &Account) {}

    /// Checks a record by itself against the account.
    fn check(row: &Row<Self>, account: &Account) -> Result<(), String>;

    /// Checks that records can be there together, each of which may be there by itself.
    fn check_together(_: &[Row<Self>], _: &Account) -> Result<(), BadRow> {
        Ok(())
    }

    /// Puts all in, which have been checked.
    fn put_all(account: &mut Account, rows: Vec<Row<Self>>);
}

/// A record with what else is said of it.
#[derive(Clone, Debug)]
pub(crate) struct Row<R: Saved> {
    pub(crate) record: R,
    pub(crate) mark: R::Mark,
}

impl<R: Saved> Row<R> {
    /// A record of which nothing else is said.
    pub(crate) fn plain(record: R) -> Self {
        Self {
            record,
            mark: R::Mark::default(),
        }
    }
}

/// The row that is in the way, and why.
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

/// Puts records in, or says which row is in the way. `before` is the account without the records
/// that are put in together with them. If one is in the way nothing of them is put in.
pub(crate) fn load<R: Saved>(
    account: &mut Account,
    before: &Account,
    rows: Vec<Row<R>>,
) -> Result<(), BadRow> {
    in_rows(&rows, |row| {
        R::check(row, account)?;
        check_id_is_free(row.record.id(), account, before)
    })?;
    no_two(&rows, "id", |row| Some(row.record.id()))?;
    R::check_together(&rows, account)?;
    R::put_all(account, rows);
    Ok(())
}

fn check_id_is_free<I: RecordId>(id: I, account: &Account, before: &Account) -> Result<(), String> {
    let number = id.number();
    if !(1..=LARGEST).contains(&number) {
        return Err(format!("{number} is no id: they go from 1 to {LARGEST}"));
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

/// Checks row by row.
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

/// Checks that no two rows have the same of something.
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
    // The first row that repeats another one, in the order of the list.
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
