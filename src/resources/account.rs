//! [`Account`]: the whole state of one Zendesk account.
//!
//! It holds the stores of all resources and what they share; what may happen to it is in the `rules.rs` of each
//! resource. It is synchronous, knows no HTTP, and never looks at a clock: whoever asks for something says what time it
//! is.
//!
//! A copy is cheap at any size, because the stores share their rows until one side writes. That is what
//! [`MockZendesk::account`](crate::MockZendesk::account) hands out.

use crate::base::effect::{Cause, Effect, EffectLog, Named};
use crate::base::ids::{IdSequence, MembershipId, OrganizationId, RecordId, TicketId, UserId, out_of_order};
use crate::base::settings::Rules;
use crate::base::time::{Moment, Timestamp};
use crate::resources::job_statuses::store::JobStore;
use crate::resources::organization_memberships::store::MembershipStore;
use crate::resources::organizations::store::OrganizationStore;
use crate::resources::tickets::store::TicketStore;
use crate::resources::users::store::UserStore;

/// The state of the account at one moment, to look at: a snapshot that no later call changes.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::MockZendesk;
///
/// let zendesk = MockZendesk::start().await;
/// let (ada, acme) = (zendesk.seed().user("Ada"), zendesk.seed().organization("Acme"));
///
/// let before = zendesk.account();
/// zendesk.seed().membership(&ada, &acme);
///
/// assert!(before.membership(&ada, &acme).is_none());
/// assert!(zendesk.account().membership(&ada, &acme).is_some());
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Account {
    pub(crate) users: UserStore,
    pub(crate) organizations: OrganizationStore,
    pub(crate) memberships: MembershipStore,
    pub(crate) tickets: TicketStore,
    pub(crate) jobs: JobStore,
    pub(crate) ids: IdSequence,
    pub(crate) rules: Rules,
    /// The admin that the account was born with.
    pub(crate) owner: UserId,
    /// What has happened and is still to be put in the journal.
    pub(crate) log: EffectLog,
    now: Moment,
}

impl Account {
    /// An account with nothing in it but its owner, as a real one starts.
    pub(crate) fn new(rules: Rules, now: Moment, owner_email: &str) -> Self {
        let mut account = Self {
            users: UserStore::new(),
            organizations: OrganizationStore::new(),
            memberships: MembershipStore::new(),
            tickets: TicketStore::new(),
            jobs: JobStore::new(),
            ids: IdSequence::new(),
            rules,
            owner: UserId::new(0),
            log: EffectLog::default(),
            now,
        };
        account.owner = account.create_owner(owner_email);
        account
    }

    /// Says what time it is, and lets happen what was to happen until then.
    pub(crate) fn advance_to(&mut self, now: Moment) {
        self.now = now;
        self.run_due_jobs();
    }

    /// The time of what happens now.
    pub(crate) fn now(&self) -> Timestamp {
        self.now.timestamp()
    }

    pub(crate) fn moment(&self) -> Moment {
        self.now
    }

    /// An id that no record has: neither one that was drawn nor one that was loaded or planned.
    pub(crate) fn draw_id<T: RecordId>(&mut self) -> T {
        loop {
            let id: T = self.ids.draw();
            if !self.has_id(id.number()) {
                return id;
            }
        }
    }

    /// The ids for the items of one background job, in the order of the items.
    pub(crate) fn draw_ids_for_job<T: RecordId>(&mut self, items: usize) -> Vec<T> {
        let mut ids: Vec<T> = (0..items).map(|_| self.draw_id()).collect();
        out_of_order(&mut ids);
        ids
    }

    /// The id that was drawn for a record, unless another one has been loaded with it since.
    pub(crate) fn drawn_or_another<T: RecordId>(&mut self, id: T) -> T {
        if self.has_id(id.number()) { self.draw_id() } else { id }
    }

    /// The number of a ticket that is not there.
    pub(crate) fn draw_ticket(&mut self) -> TicketId {
        loop {
            let id = self.ids.draw_ticket();
            if self.tickets.get(id).is_none() {
                return id;
            }
        }
    }

    fn has_id(&self, number: u64) -> bool {
        self.users.get(number.into()).is_some()
            || self.organizations.get(number.into()).is_some()
            || self.memberships.get(number.into()).is_some()
    }

    /// Lets something happen as if it were `moment`.
    pub(crate) fn at<R>(&mut self, moment: Moment, happen: impl FnOnce(&mut Self) -> R) -> R {
        let now = std::mem::replace(&mut self.now, moment);
        let result = happen(self);
        self.now = now;
        result
    }
}

/// What happens, and why.
impl Account {
    /// Lets something happen for this reason.
    pub(crate) fn because<R>(&mut self, cause: Option<Cause>, happen: impl FnOnce(&mut Self) -> R) -> R {
        let former = std::mem::replace(&mut self.log.cause, cause);
        let result = happen(self);
        self.log.cause = former;
        result
    }

    /// Lets something happen that a call has left to a background job.
    pub(crate) fn in_background_of<R>(&mut self, call: Option<u64>, happen: impl FnOnce(&mut Self) -> R) -> R {
        self.because(call.map(|call| Cause { call, in_background: true }), happen)
    }

    /// The call for which something happens now.
    pub(crate) fn causing_call(&self) -> Option<u64> {
        self.log.cause.map(|cause| cause.call)
    }

    /// Writes down what has just happened, if a call is the cause.
    pub(crate) fn record(&mut self, effect: impl FnOnce(&Self) -> Effect) {
        if let Some(cause) = self.log.cause {
            let effect = effect(self);
            self.log.entries.push((cause, effect));
        }
    }

    pub(crate) fn take_effects(&mut self) -> Vec<(Cause, Effect)> {
        std::mem::take(&mut self.log.entries)
    }

    pub(crate) fn named_user(&self, id: UserId) -> Named<UserId> {
        Named { id, name: self.users.get(id).map(|user| user.name.clone()).unwrap_or_default() }
    }

    pub(crate) fn named_organization(&self, id: OrganizationId) -> Named<OrganizationId> {
        let name = self.organizations.get(id).map(|organization| organization.name.clone());
        Named { id, name: name.unwrap_or_default() }
    }

    /// What the record with this number is, in words; tickets are left out, whose numbers are small and prove nothing.
    pub(crate) fn kind_of(&self, number: u64) -> Option<String> {
        let (user, organization) = (UserId::from_number(number), OrganizationId::from_number(number));
        if self.users.get(user).is_some() {
            return Some(format!("user {}", self.named_user(user)));
        }
        if self.organizations.get(organization).is_some() {
            return Some(format!("organization {}", self.named_organization(organization)));
        }
        self.memberships.get(MembershipId::from_number(number)).map(|_| format!("membership {number}"))
    }
}
