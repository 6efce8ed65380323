//! [`AccountDiff`]: the differences between two snapshots of an account, as data and as stable
//! text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Serialize, Serializer};

use crate::base::difference::{Difference, Showing};
use crate::base::effect::Named;
use crate::base::ids::{Kind, RecordRef};

use super::account::Account;

/// The differences between two snapshots of an account, in a stable order: users, organizations,
/// memberships, defaults, tickets, groups, group memberships, identities, subscriptions, custom
/// roles, each by id. Shown as one line for each.
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
/// assert_eq!(
///     diff.to_string(),
///     format!("+ ({0}, {1})\ndefault of {0}: {2} -> {1}", ada.id, acme.id, globex.id)
/// );
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
        let lines: Vec<String> = self.differences.iter().map(Difference::to_string).collect();
        f.write_str(&lines.join("\n"))
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

impl Account {
    /// Returns a difference as text, with the names of its records appended if they still exist and
    /// have one.
    pub(crate) fn describe(&self, difference: &Difference) -> String {
        let names = difference.records().filter_map(|record| self.named(record));
        let names: Vec<String> = names
            .filter(|named| !named.name.is_empty())
            .map(|named| named.to_string())
            .collect();
        if names.is_empty() {
            difference.to_string()
        } else {
            format!("{difference}  {}", names.join(", "))
        }
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
