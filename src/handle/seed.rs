//! [`Seed`]: puts records into the account directly, not over HTTP.

use crate::base::ids::{MembershipId, OrganizationId, UserId};
use crate::base::refusal::Refusal;
use crate::fixtures::{Fixture, FixtureError, Plan, Planned};
use crate::resources::account::Account;
use crate::resources::organization_memberships::model::{NewMembership, OrganizationMembership};
use crate::resources::organization_merges::model::OrganizationMerge;
use crate::resources::organizations::model::{NewOrganization, Organization};
use crate::resources::seeded::Seeded;
use crate::resources::tickets::model::{NewTicket, Ticket};
use crate::resources::users::model::{NewUser, User};
use crate::server::backend::Backend;

/// Puts records into the account, by name or in detail.
/// [`MockZendesk::seed`](crate::MockZendesk::seed) returns it.
///
/// A seed follows the same rules as a request. What Zendesk would refuse panics, at the line of the
/// test that seeds it. A seed is not a call, and background jobs do not wait for it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::MockZendesk;
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// let (ada, acme, globex) = (seed.user("Ada"), seed.organization("Acme"), seed.organization("Globex"));
/// seed.membership(&ada, &globex);
/// seed.default_membership(&ada, &acme);
///
/// let names: Vec<_> = zendesk.account().memberships_of_user(&ada).into_iter().map(|m| m.organization_name).collect();
/// assert_eq!(names, ["Acme", "Globex"]);
/// # }
/// ```
#[derive(Debug)]
pub struct Seed<'a> {
    pub(crate) backend: &'a Backend,
}

impl<'a> Seed<'a> {
    pub(crate) fn new(backend: &'a Backend) -> Self {
        Self { backend }
    }

    /// Adds a user and returns it: pass a name, or a [`NewUser`] for more.
    ///
    /// # Panics
    ///
    /// Panics if the name is blank, or if the e-mail address is invalid or belongs to another user.
    #[track_caller]
    pub fn user(&self, user: impl Into<NewUser>) -> User {
        self.add(user.into())
    }

    /// Adds an organization and returns it: pass a name, or a [`NewOrganization`] for more.
    ///
    /// # Panics
    ///
    /// Panics if the name is blank or belongs to another organization, ignoring case.
    #[track_caller]
    pub fn organization(&self, organization: impl Into<NewOrganization>) -> Organization {
        self.add(organization.into())
    }

    /// Adds a membership and returns it. A user's first one is the default.
    ///
    /// # Panics
    ///
    /// Panics if the user is in the organization already, or in the maximum number of
    /// organizations, or if either of them does not exist.
    #[track_caller]
    pub fn membership(
        &self,
        user: impl Into<UserId>,
        organization: impl Into<OrganizationId>,
    ) -> OrganizationMembership {
        self.put_membership(user.into(), organization.into(), None)
    }

    /// Adds a membership that becomes its user's default, and returns it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user("Ada");
    /// seed.membership(&ada, &seed.organization("Acme"));
    /// assert!(seed.default_membership(&ada, &seed.organization("Globex")).default);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics in the same cases as [`Seed::membership`].
    #[track_caller]
    pub fn default_membership(
        &self,
        user: impl Into<UserId>,
        organization: impl Into<OrganizationId>,
    ) -> OrganizationMembership {
        self.put_membership(user.into(), organization.into(), Some(true))
    }

    /// Adds a ticket that this user requested, and returns it: pass a subject, or a [`NewTicket`]
    /// for more.
    ///
    /// # Panics
    ///
    /// Panics if the user does not exist, or is not in the ticket's organization.
    #[track_caller]
    pub fn ticket(&self, requester: impl Into<UserId>, ticket: impl Into<NewTicket>) -> Ticket {
        let NewTicket(mut changes) = ticket.into();
        let requester = requester.into();
        changes.requester_id = Some(requester);
        self.put(
            &format!("seed ticket requested by user {requester}"),
            |account| {
                let id = account.create_ticket(changes, requester)?;
                account.ticket(id).ok_or(Refusal::NotFound)
            },
        )
    }

    /// Adds any record and returns it: a [`NewGroup`](crate::groups::NewGroup), for example.
    ///
    /// # Panics
    ///
    /// Panics if Zendesk would refuse the record, with the reason.
    #[track_caller]
    pub fn add<N: Seeded>(&self, new: N) -> N::Record {
        let what = format!("seed {}", new.what());
        self.put_or_say(&what, |account| new.put_into(account))
    }

    /// Removes a membership, like a request that deletes it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let membership = seed.membership(&seed.user("Ada"), &seed.organization("Acme"));
    /// seed.remove_membership(&membership);
    /// assert_eq!(zendesk.account().membership_count(), 0);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is no such membership.
    #[track_caller]
    pub fn remove_membership(&self, membership: impl Into<MembershipId>) {
        let id = membership.into();
        self.put(&format!("remove membership {id}"), |account| {
            account.delete_membership(id)
        });
    }

    /// Removes a user, like a request that deletes it.
    ///
    /// # Panics
    ///
    /// Panics if there is no such user, or if it is deleted already.
    #[track_caller]
    pub fn remove_user(&self, user: impl Into<UserId>) {
        let id = user.into();
        self.put(&format!("remove user {id}"), |account| {
            account.delete_user(id)
        });
    }

    /// Removes a deleted user permanently, like a request of the account's owner for that.
    ///
    /// # Panics
    ///
    /// Panics if there is no such user, or if it is not deleted, or deleted permanently already.
    #[track_caller]
    pub fn remove_user_permanently(&self, user: impl Into<UserId>) {
        let id = user.into();
        self.put(&format!("remove user {id} permanently"), |account| {
            account.delete_user_permanently(id, account.owner)
        });
    }

    /// Merges the first user into the second one, like a request for that, and returns the second
    /// one as it is then.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, users::NewUser};
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    /// let twin = seed.user(NewUser::new("Ada").organization_id(&acme));
    /// let ada = seed.merge_user(&twin, &ada);
    /// assert_eq!(ada.organization_id, Some(acme.id));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if either of them does not exist or is no end user, or if both are the same.
    #[track_caller]
    pub fn merge_user(&self, loser: impl Into<UserId>, winner: impl Into<UserId>) -> User {
        let (loser, winner) = (loser.into(), winner.into());
        self.put(
            &format!("merge user {loser} into user {winner}"),
            |account| {
                account.merge_users(loser, winner)?;
                account.user(winner).ok_or(Refusal::NotFound)
            },
        )
    }

    /// Removes an organization, like a request that deletes it.
    ///
    /// # Panics
    ///
    /// Panics if there is no such organization.
    #[track_caller]
    pub fn remove_organization(&self, organization: impl Into<OrganizationId>) {
        let id = organization.into();
        self.put(&format!("remove organization {id}"), |account| {
            account.delete_organization(id)
        });
    }

    /// Merges the first organization into the second one, like a request for that whose background
    /// work is done, and returns the merge.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, organization_merges::MergeStatus};
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (acme, globex) = (seed.organization("Acme"), seed.organization("Globex"));
    /// let merge = seed.merge_organization(&acme, &globex);
    /// assert_eq!(merge.status, MergeStatus::Complete);
    /// assert_eq!(zendesk.account().organizations(), [globex]);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if either of them does not exist, if both are the same, or if the first one is part of
    /// another merge.
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "a merge that a test seeds need not be looked at"
    )]
    pub fn merge_organization(
        &self,
        loser: impl Into<OrganizationId>,
        winner: impl Into<OrganizationId>,
    ) -> OrganizationMerge {
        let (loser, winner) = (loser.into(), winner.into());
        self.put(
            &format!("merge organization {loser} into organization {winner}"),
            |account| {
                let merge = account.queue_merge(loser, winner)?;
                account.complete_merge(&merge.id).ok_or(Refusal::NotFound)
            },
        )
    }

    #[track_caller]
    fn put_membership(
        &self,
        user: UserId,
        organization: OrganizationId,
        default: Option<bool>,
    ) -> OrganizationMembership {
        let new = NewMembership {
            user_id: Some(user),
            organization_id: Some(organization),
            default,
            ..NewMembership::default()
        };
        self.put(
            &format!("seed membership of user {user} in organization {organization}"),
            |account| {
                let id = account.create_membership(&new)?;
                account.membership_by_id(id).ok_or(Refusal::NotFound)
            },
        )
    }

    #[track_caller]
    fn put<R>(&self, what: &str, put: impl FnOnce(&mut Account) -> Result<R, Refusal>) -> R {
        self.put_or_say(what, |account| {
            put(account).map_err(|refusal| refusal.details())
        })
    }

    /// Returns the value, or panics if the account refuses. The lock is free by then, so the double
    /// stays usable.
    #[track_caller]
    fn put_or_say<R>(&self, what: &str, put: impl FnOnce(&mut Account) -> Result<R, String>) -> R {
        match self.backend.with_account(put) {
            Ok(record) => record,
            Err(reason) => panic!(
                "cannot {what}: {}\n  Zendesk refuses this, too; seed something that follows its rules",
                reason.trim()
            ),
        }
    }
}

/// Many records at once.
impl Seed<'_> {
    /// Adds users and returns them in this order: pass names, or [`NewUser`]s for more.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let users = seed.users(["Ada", "Bob"]);
    /// let crowd = seed.users((0..100).map(|number| format!("User {number}")));
    /// assert_eq!((users[1].name.as_str(), crowd.len()), ("Bob", 100));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics in the same cases as [`Seed::user`].
    #[track_caller]
    pub fn users<U: Into<NewUser>>(&self, users: impl IntoIterator<Item = U>) -> Vec<User> {
        self.add_all(users.into_iter().map(Into::into))
    }

    /// Adds organizations and returns them in this order: pass names, or [`NewOrganization`]s for
    /// more.
    ///
    /// # Panics
    ///
    /// Panics in the same cases as [`Seed::organization`].
    #[track_caller]
    pub fn organizations<O: Into<NewOrganization>>(
        &self,
        organizations: impl IntoIterator<Item = O>,
    ) -> Vec<Organization> {
        self.add_all(organizations.into_iter().map(Into::into))
    }

    /// Puts a user into organizations, and returns the memberships in this order. If the user was
    /// in none, the first one is the default.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, organizations) = (seed.user("Ada"), seed.organizations(["Acme", "Globex"]));
    /// seed.memberships(&ada, &organizations);
    /// zendesk.assert_user(&ada).organizations(&organizations).default(&organizations[0]);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics in the same cases as [`Seed::membership`].
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "a test that has the user and the organizations seldom needs the memberships"
    )]
    pub fn memberships<O: Into<OrganizationId>>(
        &self,
        user: impl Into<UserId>,
        organizations: impl IntoIterator<Item = O>,
    ) -> Vec<OrganizationMembership> {
        let user = user.into();
        let mut memberships = Vec::new();
        for organization in organizations {
            memberships.push(self.membership(user, organization));
        }
        memberships
    }

    /// Adds records of one kind like [`Seed::add`], and returns them in this order.
    ///
    /// # Panics
    ///
    /// Panics if Zendesk would refuse one of the records, with the reason. Those before it are in
    /// the account by then.
    #[track_caller]
    pub fn add_all<N: Seeded>(&self, new: impl IntoIterator<Item = N>) -> Vec<N::Record> {
        // A closure would report a line of this file.
        let mut records = Vec::new();
        for new in new {
            records.push(self.add(new));
        }
        records
    }

    /// Adds all records of a plan.
    ///
    /// # Panics
    ///
    /// Panics if the plan puts a user into more organizations than it has or than Zendesk allows,
    /// if a range is empty, if it might make more than eight million records, or if its records
    /// exist already, for example because the same plan was added before.
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "what a plan has put in need not be asked about"
    )]
    pub fn plan(&self, plan: Plan) -> Planned {
        let result = self.backend.with_account(|account| plan.put_into(account));
        match result {
            Ok(planned) => planned,
            Err(bad) => {
                panic!("cannot seed this plan: {bad}; ask for less, or use another random_seed")
            }
        }
    }

    /// Adds all records of a fixture.
    ///
    /// # Panics
    ///
    /// Panics if a row breaks a rule or exists already, with the row and the reason. Then no row is
    /// added.
    #[track_caller]
    pub fn load(&self, fixture: &Fixture) {
        if let Err(error) = self.try_load(fixture) {
            panic!("cannot load this fixture: {error}");
        }
    }

    /// Like [`Seed::load`], but returns the row and the reason as an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if a row breaks a rule or exists already. Then no row is added.
    pub fn try_load(&self, fixture: &Fixture) -> Result<(), FixtureError> {
        self.backend
            .with_account(|account| fixture.put_into(account))
    }
}
