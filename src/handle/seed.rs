//! [`Seed`]: puts records into the account directly, not over HTTP.

use crate::base::ids::{MembershipId, OrganizationId, UserId};
use crate::base::refusal::Refusal;
use crate::fixtures::{Fixture, FixtureError, Plan, Planned};
use crate::resources::account::Account;
use crate::resources::organization_memberships::model::{NewMembership, OrganizationMembership};
use crate::resources::organizations::model::{NewOrganization, Organization};
use crate::resources::seeded::Seeded;
use crate::resources::tickets::model::{NewTicket, Ticket};
use crate::resources::users::model::{NewUser, User};
use crate::server::backend::Backend;

/// Puts records into the account, by name or in detail.
/// [`MockZendesk::seed`](crate::MockZendesk::seed) gives it.
///
/// A seed follows the same rules as a request: what Zendesk would refuse panics, at the line of the
/// test that asked for it. It is no call, and background jobs do not wait for it.
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

    /// A user: a name, or a [`NewUser`] for more.
    ///
    /// # Panics
    ///
    /// If the name is blank, or the e-mail address is another user's or is none.
    #[track_caller]
    pub fn user(&self, user: impl Into<NewUser>) -> User {
        self.add(user.into())
    }

    /// An organization: a name, or a [`NewOrganization`] for more.
    ///
    /// # Panics
    ///
    /// If the name is blank or another organization's, whatever the case.
    #[track_caller]
    pub fn organization(&self, organization: impl Into<NewOrganization>) -> Organization {
        self.add(organization.into())
    }

    /// A membership. A user's first one is the default.
    ///
    /// # Panics
    ///
    /// If the user is in the organization already, or in as many as a user may be in, or if either
    /// of them does not exist.
    #[track_caller]
    pub fn membership(
        &self,
        user: impl Into<UserId>,
        organization: impl Into<OrganizationId>,
    ) -> OrganizationMembership {
        self.put_membership(user.into(), organization.into(), None)
    }

    /// A membership that is its user's default from now on.
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
    /// As [`Seed::membership`].
    #[track_caller]
    pub fn default_membership(
        &self,
        user: impl Into<UserId>,
        organization: impl Into<OrganizationId>,
    ) -> OrganizationMembership {
        self.put_membership(user.into(), organization.into(), Some(true))
    }

    /// A ticket that this user requested: a subject, or a [`NewTicket`] for more.
    ///
    /// # Panics
    ///
    /// If the user does not exist, or is not in the organization that the ticket is for.
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

    /// Puts in whatever record is described: a [`NewGroup`](crate::groups::NewGroup), for example.
    ///
    /// # Panics
    ///
    /// If Zendesk would refuse it: with its reason.
    #[track_caller]
    pub fn add<N: Seeded>(&self, new: N) -> N::Record {
        let what = format!("seed {}", new.what());
        self.put_or_say(&what, |account| new.put_into(account))
    }

    /// Takes a membership away again, as deleting it does.
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
    /// If there is no such membership.
    #[track_caller]
    pub fn remove_membership(&self, membership: impl Into<MembershipId>) {
        let id = membership.into();
        self.put(&format!("remove membership {id}"), |account| {
            account.delete_membership(id)
        });
    }

    /// Takes a user away again, as deleting it does.
    ///
    /// # Panics
    ///
    /// If there is no such user, or it is deleted already.
    #[track_caller]
    pub fn remove_user(&self, user: impl Into<UserId>) {
        let id = user.into();
        self.put(&format!("remove user {id}"), |account| {
            account.delete_user(id)
        });
    }

    /// Takes an organization away again, as deleting it does.
    ///
    /// # Panics
    ///
    /// If there is no such organization.
    #[track_caller]
    pub fn remove_organization(&self, organization: impl Into<OrganizationId>) {
        let id = organization.into();
        self.put(&format!("remove organization {id}"), |account| {
            account.delete_organization(id)
        });
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

    /// Panics where the account refuses. The lock is free again by then, so the double stays
    /// usable.
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
    /// Puts in what a plan says.
    ///
    /// # Panics
    ///
    /// If the plan asks a user to be in more organizations than it has or than Zendesk allows, if a
    /// range is empty, if it might make more than eight million records, or if its records are
    /// there already, as with the same plan once more.
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

    /// Puts in what a fixture has.
    ///
    /// # Panics
    ///
    /// If a row breaks a rule, or is there already: with the row and the reason. Then nothing of it
    /// is put in.
    #[track_caller]
    pub fn load(&self, fixture: &Fixture) {
        if let Err(error) = self.try_load(fixture) {
            panic!("cannot load this fixture: {error}");
        }
    }

    /// As [`Seed::load`], with the row and the reason as an error.
    ///
    /// # Errors
    ///
    /// If a row breaks a rule, or is there already. Then nothing of it is put in.
    pub fn try_load(&self, fixture: &Fixture) -> Result<(), FixtureError> {
        self.backend
            .with_account(|account| fixture.put_into(account))
    }
}
