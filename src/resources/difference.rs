//! [`AccountDiff`]: the differences between two snapshots of an account, as data and as stable
//! text.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Serialize, Serializer};

use crate::base::difference::{Difference, Showing};
use crate::base::effect::Named;
use crate::base::ids::{Kind, RecordRef};
use crate::base::printable::clean;

use super::account::Account;

/// The differences between two snapshots of an account, in a stable order: users, organizations,
/// memberships, defaults, tickets, groups, group memberships, identities, subscriptions, custom
/// roles, each by id. Shown as one line for each, with the names of the records at its end.
///
/// The times of changes are left out, because they follow from the other differences.
///
/// Serialized as a list in which each record has its id and its name: `{"difference": "created",
/// "record": {"kind": "user", "id": 72, "name": "Ada"}}`. A deleted record has its last name. The
/// list is the same in every run, so you can use it in snapshot tests.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, account::Difference};
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// let (ada, acme, globex) = (seed.user("Ada"), seed.organization("Acme"), seed.organization("Globex"));
/// seed.membership(&ada, &globex);
///
/// let before = zendesk.account();
/// seed.default_membership(&ada, &acme);
///
/// let diff = zendesk.changes_since(&before);
/// assert_eq!(diff.differences()[0], Difference::joined(&ada, &acme));
/// let joined = format!("+ ({}, {})  (Ada, Acme)", ada.id, acme.id);
/// assert_eq!(diff.to_string().lines().next(), Some(&*joined));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDiff {
    differences: Vec<Difference>,
    /// The names of the records in the differences.
    names: BTreeMap<RecordRef, Named>,
}

impl AccountDiff {
    /// Returns the differences in order.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Returns whether there are no differences.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for AccountDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |record| self.names.get(&record);
        let lines = self.differences.iter();
        let lines = lines.map(|difference| with_names(difference, named));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

impl Serialize for AccountDiff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = |record: RecordRef| self.names.get(&record);
        serializer.collect_seq(
            self.differences
                .iter()
                .map(|difference| Showing(difference, named)),
        )
    }
}

/// Returns a difference as text, with the names of its records in the order of their ids.
fn with_names<N: Borrow<Named>>(
    difference: &Difference,
    named: impl Fn(RecordRef) -> Option<N>,
) -> String {
    let names = difference.records().filter_map(named);
    let names: Vec<String> = names
        .filter(|named| !named.borrow().name.is_empty())
        .map(|named| clean(&named.borrow().name))
        .collect();
    if names.is_empty() {
        difference.to_string()
    } else {
        format!("{difference}  ({})", names.join(", "))
    }
}

impl Account {
    /// Returns a difference as text, with the names of its records appended if they still exist and
    /// have one.
    pub(crate) fn describe(&self, difference: &Difference) -> String {
        with_names(difference, |record| self.named(record))
    }

    /// Returns how this snapshot differs from an earlier one. The cost depends on the number of
    /// changes, not on the size of the account.
    #[must_use]
    pub fn changes_since(&self, earlier: &Self) -> AccountDiff {
        let tables = earlier.tables().into_iter().zip(self.tables());
        let mut differences: Vec<Difference> =
            tables.flat_map(|(old, new)| old.differences(new)).collect();
        let users = users_that_came_or_went(&differences);
        let kept = |difference: &Difference| !is_of_user(difference, self, earlier, &users);
        differences.retain(kept);
        differences.sort();
        let records = differences.iter().flat_map(Difference::records);
        let name = |record| self.named(record).unwrap_or_else(|| earlier.name(record));
        let names = records.map(|record| (record, name(record))).collect();
        AccountDiff { differences, names }
    }
}

/// Returns the users that were created or deleted.
fn users_that_came_or_went(differences: &[Difference]) -> BTreeSet<u64> {
    let records = differences
        .iter()
        .filter_map(|difference| match difference {
            Difference::Created { record } | Difference::Deleted { record } => Some(record),
            _ => None,
        });
    records
        .filter(|record| record.kind == Kind::User)
        .map(|record| record.id)
        .collect()
}

/// Returns whether it is an identity that was created or deleted with its user. Such a difference
/// is not worth a line.
fn is_of_user(
    difference: &Difference,
    later: &Account,
    earlier: &Account,
    users: &BTreeSet<u64>,
) -> bool {
    let (account, record) = match difference {
        Difference::Created { record } => (later, record),
        Difference::Deleted { record } => (earlier, record),
        _ => return false,
    };
    record.kind == Kind::Identity
        && account
            .identities
            .get(record.id.into())
            .is_some_and(|identity| users.contains(&identity.user_id.get()))
}
