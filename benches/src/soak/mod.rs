//! Long runs: a million hostile requests, and 64 clients for a minute who change the same records.

mod hostile;
mod order;
mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mock_zendesk::{Account, MockZendesk, calls::KeepCalls};

use crate::measure::Row;

/// The clients that send requests at the same time.
const CLIENTS: u64 = 64;

/// The number of calls that are kept. Older ones must be dropped.
const KEPT_CALLS: usize = 1_000;

pub fn rows() -> Vec<Row> {
    let mut rows = hostile::rows();
    rows.push(order::row());
    rows
}

/// Starts a double whose exports withhold nothing, because its clock stands still.
fn double() -> MockZendesk {
    MockZendesk::builder()
        .export_delay(Duration::ZERO)
        .allow_unknown_endpoints()
        .without_verify_on_drop()
        .keep_calls(KeepCalls::Last(KEPT_CALLS))
        .start_blocking()
}

/// Checks what must be true of an account, whatever was sent to it.
fn check(account: &Account) {
    let mut defaults: BTreeMap<u64, usize> = BTreeMap::new();
    let mut pairs = BTreeSet::new();
    for membership in account.memberships() {
        assert!(
            account.user(membership.user_id).is_some(),
            "a membership without its user"
        );
        assert!(
            account.organization(membership.organization_id).is_some(),
            "a membership without its organization"
        );
        assert!(
            pairs.insert((membership.user_id, membership.organization_id)),
            "a membership twice"
        );
        *defaults.entry(membership.user_id.get()).or_default() += usize::from(membership.default);
    }
    assert!(
        defaults.values().all(|count| *count == 1),
        "a user with memberships has one default"
    );
    for user in account.users() {
        let default = account
            .default_membership(user.id)
            .map(|membership| membership.organization_id);
        assert_eq!(
            user.organization_id, default,
            "a user names the organization of its default"
        );
    }
}
