//! Merges of users that would be long over HTTP, or that need a particular order of background work.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

use std::time::Duration;

use crate::base::ids::{OrganizationId, TicketId, UserId};
use crate::base::refusal::Refusal;
use crate::base::settings::Rules;
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::JobPace;
use crate::resources::organizations::model::OrganizationChanges;
use crate::resources::tickets::model::{TicketChanges, TicketStatus};
use crate::resources::users::model::UserChanges;

fn start() -> Moment {
    Moment::since_epoch(Duration::from_secs(1_700_000_000))
}

fn account() -> Account {
    Account::new(Rules::default(), start(), "owner@example.com")
}

fn user(account: &mut Account, organization: Option<OrganizationId>) -> UserId {
    let changes = UserChanges {
        name: Some("Ada".to_owned()),
        organization_id: Some(organization),
        ..UserChanges::default()
    };
    account.create_user(changes).unwrap()
}

fn organization(account: &mut Account, name: &str) -> OrganizationId {
    let changes = OrganizationChanges {
        name: Some(name.to_owned()),
        ..OrganizationChanges::default()
    };
    account.create_organization(changes).unwrap()
}

fn ticket(account: &mut Account, requester: UserId, status: TicketStatus) -> TicketId {
    let changes = TicketChanges {
        description: Some("Help".to_owned()),
        status: Some(status),
        ..TicketChanges::default()
    };
    account.create_ticket(changes, requester).unwrap()
}

/// "Users with more than 10,000 requested tickets" cannot be merged.
#[test]
fn nu156_a_user_with_too_many_tickets_is_not_merged() {
    let mut account = account();
    let [loser, winner] = [(); 2].map(|()| user(&mut account, None));
    for _ in 0..10_000 {
        ticket(&mut account, loser, TicketStatus::Closed);
    }
    let mut merged = account.clone();
    assert_eq!(merged.merge_users(loser, winner), Ok(()));
    assert_eq!(merged.tickets_requested_by(winner).len(), 10_000);
    // How many the winner has does not matter.
    let third = user(&mut merged, None);
    assert_eq!(merged.merge_users(third, winner), Ok(()));

    ticket(&mut account, loser, TicketStatus::Closed);
    let before = account.clone();
    let refused = account.merge_users(loser, winner);
    assert!(matches!(refused, Err(Refusal::Invalid(_))), "{refused:?}");
    assert!(account.changes_since(&before).is_empty());
}

/// The limit of organizations of one user holds for the winner, too. Those that both are in count
/// once.
#[test]
fn nuq8_a_winner_is_in_no_more_organizations_than_a_user_may_be() {
    let rules = Rules {
        organizations_per_user: 2,
        ..Rules::default()
    };
    let mut account = Account::new(rules, start(), "owner@example.com");
    let [a, b, c] = ["A", "B", "C"].map(|name| organization(&mut account, name));
    let in_both = |account: &mut Account, organizations: [OrganizationId; 2]| {
        let id = user(account, None);
        account.set_organizations(id, &organizations, None);
        id
    };
    let winner = in_both(&mut account, [a, b]);
    let [twin, other] = [[b, a], [b, c]].map(|both| in_both(&mut account, both));
    let before = account.clone();
    let refused = account.merge_users(other, winner);
    assert!(matches!(refused, Err(Refusal::Invalid(_))), "{refused:?}");
    assert!(account.changes_since(&before).is_empty());
    assert_eq!(account.merge_users(twin, winner), Ok(()));
    assert_eq!(account.organization_ids_of_user(winner).count(), 2);
}

/// Tickets that wait to lose their organization lose it, whoever requested them meanwhile.
#[test]
fn work_on_tickets_that_waits_is_done_before_a_merge_moves_them() {
    let mut account = account();
    account.jobs.pace = JobPace::After(Duration::from_secs(10));
    let [a, b] = ["A", "B"].map(|name| organization(&mut account, name));
    let [loser, winner] = [a, b].map(|id| user(&mut account, Some(id)));
    let waits = ticket(&mut account, loser, TicketStatus::Open);
    account.move_user(loser, Some(b));
    let stays = ticket(&mut account, loser, TicketStatus::Open);
    assert_eq!(account.ticket(waits).unwrap().organization_id, Some(a));

    account.merge_users(loser, winner).unwrap();

    let organization_of = |account: &Account, id| account.ticket(id).unwrap().organization_id;
    for seconds in [0, 60] {
        account.advance_to(start().plus(Duration::from_secs(seconds)));
        assert_eq!(organization_of(&account, waits), None);
        assert_eq!(organization_of(&account, stays), Some(b));
    }

    // The same of organizations.
    let waits = ticket(&mut account, winner, TicketStatus::Open);
    account.move_user(winner, Some(a));
    let merge = account.queue_merge(b, a).unwrap();
    account.complete_merge(&merge.id);
    assert_eq!(organization_of(&account, waits), None);
}
