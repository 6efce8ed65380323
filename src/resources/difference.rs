//! [`AccountDiff`]: what is different between two snapshots of an account, as data and as stable text.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::base::difference::Difference;
use crate::base::ids::Kind;

use super::account::Account;

/// What a run changed in an account, in a stable order: users, organizations, memberships,
/// defaults, tickets, groups, each by id. Shown as a line for each.
///
/// What follows from something else is left out: the times of changes.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AccountDiff {
    differences: Vec<Difference>,
}

impl AccountDiff {
    /// The differences, in their order.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Whether nothing is different.
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

impl Account {
    /// A difference with the names of the records behind it, as far as they are still there and
    /// have one.
    pub(crate) fn describe(&self, difference: &Difference) -> String {
        let names = difference
            .records()
            .into_iter()
            .filter_map(|record| self.named(record));
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

    /// What is different here from an earlier snapshot. Costs what has been changed, and not what
    /// there is.
    #[must_use]
    pub fn changes_since(&self, earlier: &Self) -> AccountDiff {
        let tables = earlier.tables().into_iter().zip(self.tables());
        let mut differences: Vec<Difference> =
            tables.flat_map(|(old, new)| old.differences(new)).collect();
        let users = users_that_came_or_went(&differences);
        let kept = |difference: &Difference| !is_of_user(difference, self, earlier, &users);
        differences.retain(kept);
        differences.sort();
        AccountDiff { differences }
    }
}

/// The users that are new, or deleted.
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

/// Whether it is an identity that came or went with its user: that says nothing by itself.
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
