//! Jobs that progress with the clock. Over HTTP these tests would have to wait.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

use std::sync::Arc;
use std::time::Duration;

use super::model::{JobPace, JobState, Progress};
use crate::base::ids::{MembershipId, OrganizationId};
use crate::base::open_question::Answers;
use crate::base::sequence::{Sequence as _, Side};
use crate::base::settings::Rules;
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::organization_memberships::model::NewMembership;
use crate::resources::organization_memberships::tasks::{CreateMany, DestroyMany};
use crate::resources::organizations::model::OrganizationChanges;
use crate::resources::tickets::model::TicketChanges;

/// The time when the account is created.
fn start() -> Moment {
    Moment::since_epoch(Duration::from_secs(1_725_648_720))
}

fn later(seconds: f64) -> Moment {
    start().plus(Duration::from_secs_f64(seconds))
}

/// Returns an account whose jobs take ten seconds, and the ids of its five organizations.
fn account() -> (Account, Vec<OrganizationId>) {
    let mut account = Account::new(Rules::default(), later(0.0), "owner@example.com");
    account.jobs.pace = JobPace::After(Duration::from_secs(10));
    let organizations = (0..5).map(|n| {
        let changes = OrganizationChanges {
            name: Some(n.to_string()),
            ..OrganizationChanges::default()
        };
        account.create_organization(changes).unwrap()
    });
    let organizations = organizations.collect();
    (account, organizations)
}

fn new(account: &Account, organization: OrganizationId) -> NewMembership {
    NewMembership {
        user_id: Some(account.owner),
        organization_id: Some(organization),
        ..NewMembership::default()
    }
}

/// Queues a job that makes the owner a member of these organizations.
fn join(account: &mut Account, organizations: &[OrganizationId]) {
    let ids = account.draw_ids_for_job::<MembershipId>(organizations.len());
    let items = ids
        .into_iter()
        .zip(organizations.iter().map(|id| new(account, *id)))
        .collect();
    account.queue_job(Arc::new(CreateMany {
        items,
        by: None,
        answers: Answers::default(),
    }));
}

#[test]
fn a_job_works_at_an_even_speed_and_is_completed_when_it_is_due() {
    let (mut account, organizations) = account();
    join(&mut account, &organizations);
    for (seconds, state, progress) in [
        (0.0, JobState::Queued, 0),
        (1.9, JobState::Queued, 0),
        (2.0, JobState::Working, 1),
        (5.0, JobState::Working, 2),
        (9.9, JobState::Working, 4),
        (10.0, JobState::Completed, 5),
    ] {
        account.advance_to(later(seconds));
        let job = &account.jobs()[0];
        assert_eq!(
            (job.state, job.progress, job.total),
            (state, progress, 5),
            "after {seconds} s"
        );
        assert_eq!(
            account.membership_count(),
            progress,
            "what is worked on is there"
        );
    }
}

#[test]
fn a_job_that_nobody_looks_at_is_completed_when_it_is_due_all_the_same() {
    let (mut account, organizations) = account();
    join(&mut account, &organizations);
    account.advance_to(later(60.0));
    let number = account.jobs.list().numbers().next().unwrap();
    let progress = &account.jobs.get(number).unwrap().progress;
    assert!(
        matches!(progress, Progress::Completed { at } if *at == later(10.0)),
        "{progress:?}"
    );
    assert!(
        account
            .memberships()
            .iter()
            .all(|m| m.created_at == later(10.0).timestamp())
    );
}

/// "one day after a particular job is created": G6.
#[test]
fn a_job_is_forgotten_a_day_after_it_was_created() {
    let (mut account, organizations) = account();
    join(&mut account, &organizations);
    let day = 24.0 * 60.0 * 60.0;
    account.advance_to(later(day - 1.0));
    let id = account.jobs()[0].id.clone();
    assert!(account.jobs.number(&id).is_some());
    account.advance_to(later(day));
    assert_eq!((account.jobs().len(), account.jobs.number(&id)), (0, None));
}

#[test]
fn tickets_lose_their_organization_as_late_as_jobs_are() {
    let (mut account, organizations) = account();
    let membership = account
        .create_membership(&new(&account, organizations[0]))
        .unwrap();
    let ticket = TicketChanges {
        description: Some("Help".to_owned()),
        ..TicketChanges::default()
    };
    let ticket = account.create_ticket(ticket, account.owner).unwrap();
    account.delete_membership(membership).unwrap();
    account.advance_to(later(9.9));
    assert_eq!(
        account.ticket(ticket).unwrap().organization_id,
        Some(organizations[0])
    );
    account.advance_to(later(10.0));
    assert_eq!(account.ticket(ticket).unwrap().organization_id, None);
}

#[test]
fn jobs_are_listed_finished_ones_first_each_kind_from_the_latest_on() {
    let (mut account, organizations) = account();
    for (start, organization) in organizations.iter().take(4).enumerate() {
        account.advance_to(later(start as f64 * 6.0));
        join(&mut account, &[*organization]);
    }
    account.queue_job(Arc::new(DestroyMany {
        ids: vec![1],
        by: None,
        answers: Answers::default(),
    }));
    account.advance_to(later(20.0));
    // The jobs were queued at 0, 6, 12, 18 and 18 seconds. The first two are finished.
    assert_eq!(
        account.jobs.list().numbers().collect::<Vec<_>>(),
        [2, 1, 5, 4, 3]
    );
}

#[test]
fn a_job_that_was_finished_at_the_first_moment_of_1970_has_its_place_in_the_list() {
    let (mut account, organizations) = account();
    account.jobs.pace = JobPace::Manual;
    account.advance_to(Moment::since_epoch(Duration::ZERO));
    for organization in organizations.iter().take(3) {
        join(&mut account, &[*organization]);
    }
    account.complete_job(2);
    let list = account.jobs.list();
    assert_eq!(list.numbers().collect::<Vec<_>>(), [2, 3, 1]);
    for rank in 0..3 {
        let position = list.position(rank).unwrap();
        assert_eq!(list.rank(&position, Side::Before), Some(rank));
    }
}
