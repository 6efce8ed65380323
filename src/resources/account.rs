//! [`Account`]: the whole state of one Zendesk account.
//!
//! This file names the store of every resource, and what they share. The `rules.rs` of each
//! resource says what may happen to the account. The account is synchronous, knows no HTTP, and
//! never reads a clock; the caller passes the time.
//!
//! A copy is cheap at any size, because the stores share their rows until one side writes.
//! [`MockZendesk::account`](crate::MockZendesk::account) returns such a copy.

#[cfg(feature = "webhooks")]
use crate::base::effect::Step;
use crate::base::effect::{Cause, Effect, EffectLog, Named};
use crate::base::ids::{IdSequence, Kind, RecordId, RecordRef, TicketId, UserId, out_of_order};
use crate::base::lagging::Lagging;
use crate::base::removed::{Removed, RemovedRecord};
use crate::base::settings::{Rules, SearchLag};
use crate::base::table::{AnyTable, Store};
use crate::base::time::{Moment, Timestamp};

use super::job_statuses::store::JobStore;
use super::organization_merges::store::MergeStore;

/// Defines the account, with a store for each resource that has records.
macro_rules! account {
    ($(#[$doc:meta])* $($store:ident: $type:ty;)*) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct Account {
            $(pub(crate) $store: $type,)*
            pub(crate) jobs: JobStore,
            /// The merges of organizations. Their ids are texts, so they are no kind of record.
            pub(crate) merges: MergeStore,
            pub(crate) ids: IdSequence,
            pub(crate) rules: Rules,
            /// The admin that every new account has.
            pub(crate) owner: UserId,
            /// The effects that are not in the journal yet.
            pub(crate) log: EffectLog,
            /// The steps that were not taken yet. `None` means that nobody watches, so there are
            /// none.
            #[cfg(feature = "webhooks")]
            steps: Option<Vec<Step<Account>>>,
            /// What indexes still see that lag behind the account.
            pub(crate) search_index: Lagging<Self>,
            pub(crate) lookup_index: Lagging<Self>,
            /// How many requests arrived.
            requests: u64,
            /// What is not there any more, for texts.
            removed: Removed,
            now: Moment,
            /// The moment when a snapshot was taken. `None` means that this is not a snapshot.
            pub(crate) taken: Option<Taken>,
        }

        impl Account {
            /// Returns the tables of all kinds of records.
            pub(crate) fn tables(&self) -> [&dyn AnyTable; [$(stringify!($store)),*].len()] {
                [$(self.$store.table(),)*]
            }

            fn empty(rules: Rules, now: Moment) -> Self {
                Self {
                    $($store: <$type>::default(),)*
                    jobs: JobStore::new(),
                    merges: MergeStore::new(),
                    ids: IdSequence::new(),
                    rules,
                    owner: UserId::new(0),
                    log: EffectLog::default(),
                    #[cfg(feature = "webhooks")]
                    steps: None,
                    search_index: Lagging::default(),
                    lookup_index: Lagging::default(),
                    requests: 0,
                    removed: Removed::new(),
                    now,
                    taken: None,
                }
            }
        }
    };
}

/// The moment when a snapshot was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The number of the double.
    pub(crate) double: u64,
    /// How many calls the double had received.
    pub(crate) calls: u64,
}

account! {
    /// The state of the account at one moment. This snapshot does not change when later calls
    /// arrive.
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
    users: crate::resources::users::store::UserStore;
    organizations: crate::resources::organizations::store::OrganizationStore;
    memberships: crate::resources::organization_memberships::store::MembershipStore;
    tickets: crate::resources::tickets::store::TicketStore;
    groups: crate::resources::groups::store::GroupStore;
    group_memberships: crate::resources::group_memberships::store::GroupMembershipStore;
    identities: crate::resources::identities::store::IdentityStore;
    subscriptions: crate::resources::organization_subscriptions::store::SubscriptionStore;
    custom_roles: crate::resources::custom_roles::store::CustomRoleStore;
    user_fields: crate::resources::custom_fields::store::FieldStore<crate::resources::users::model::User>;
    organization_fields: crate::resources::custom_fields::store::FieldStore<crate::resources::organizations::model::Organization>;
}

impl Account {
    /// Returns an account with its owner and its default group, and without other records, like a
    /// new real account.
    pub(crate) fn new(rules: Rules, now: Moment, owner_email: &str) -> Self {
        let mut account = Self::empty(rules, now);
        account.create_default_group();
        account.owner = account.create_owner(owner_email);
        account
    }

    /// Sets the time, and does what is due by then.
    pub(crate) fn advance_to(&mut self, now: Moment) {
        self.now = now;
        self.run_due_jobs();
    }

    /// Returns the present time of the account.
    pub(crate) fn now(&self) -> Timestamp {
        self.now.timestamp()
    }

    pub(crate) fn moment(&self) -> Moment {
        self.now
    }

    /// Returns an id that no record has, whether its id was drawn, loaded or planned.
    pub(crate) fn draw_id<T: RecordId>(&mut self) -> T {
        loop {
            let id: T = self.ids.draw();
            if !self.has_id(id.number()) {
                return id;
            }
        }
    }

    /// Returns the ids for the items of one background job, in the order of the items.
    pub(crate) fn draw_ids_for_job<T: RecordId>(&mut self, items: usize) -> Vec<T> {
        let mut ids: Vec<T> = (0..items).map(|_| self.draw_id()).collect();
        // Under chaos they are out of order already, and would come into order.
        ids.sort_unstable();
        out_of_order(&mut ids);
        ids
    }

    /// Returns the id that was drawn for a record. If a record with this id was loaded since,
    /// returns a new one.
    pub(crate) fn drawn_or_another<T: RecordId>(&mut self, id: T) -> T {
        if self.has_id(id.number()) {
            self.draw_id()
        } else {
            id
        }
    }

    /// Returns the number of a ticket that does not exist yet.
    pub(crate) fn draw_ticket(&mut self) -> TicketId {
        loop {
            let id = self.ids.draw_ticket();
            if self.tickets.ever(id).is_none() {
                return id;
            }
        }
    }

    /// Returns whether a record of a kind that shares ids has this one.
    fn has_id(&self, id: u64) -> bool {
        self.tables()
            .into_iter()
            .any(|table| table.kind().shares_ids() && table.has(id))
    }

    fn table(&self, kind: Kind) -> Option<&dyn AnyTable> {
        self.tables().into_iter().find(|table| table.kind() == kind)
    }

    /// Returns the kind, id and name of a record for texts. `None` means that it does not exist.
    pub(crate) fn named(&self, record: impl Into<RecordRef>) -> Option<Named> {
        let RecordRef { kind, id } = record.into();
        Some(Named {
            kind,
            id,
            name: self.table(kind)?.name(id)?.to_owned(),
        })
    }

    /// Returns the kind, id and name of a record for texts. A deleted record keeps its name. The name
    /// is empty if the record never existed.
    pub(crate) fn name(&self, record: impl Into<RecordRef>) -> Named {
        let record: RecordRef = record.into();
        let was = || self.removed.get(record).map(|was| was.named.clone());
        self.named(record)
            .or_else(was)
            .unwrap_or_else(|| Named::nameless(record))
    }

    /// What a record was that is gone, and who removed it.
    pub(crate) fn removed_record(&self, record: RecordRef) -> Option<RemovedRecord> {
        // A fixture can bring back what was removed.
        let is_live = self.table(record.kind)?.is_live(record.id);
        self.removed.get(record).filter(|_| !is_live).cloned()
    }

    /// Returns the record with this number, whatever its kind. Tickets are excluded, because their
    /// numbers are small and match by chance.
    pub(crate) fn record_with_id(&self, id: u64) -> Option<Named> {
        let table = self
            .tables()
            .into_iter()
            .find(|table| table.kind().shares_ids() && table.has(id))?;
        self.named(RecordRef {
            kind: table.kind(),
            id,
        })
    }

    /// Runs the function as if the time were `moment`.
    pub(crate) fn at<R>(&mut self, moment: Moment, happen: impl FnOnce(&mut Self) -> R) -> R {
        let now = std::mem::replace(&mut self.now, moment);
        let result = happen(self);
        self.now = now;
        result
    }
}

/// Indexes that lag.
impl Account {
    /// Counts a request that arrived.
    pub(crate) fn count_request(&mut self) {
        self.requests += 1;
    }

    /// Keeps the present state for indexes that lag. Call this before everything that may change
    /// the account. What is there before the first request is old, so that every index has it.
    pub(crate) fn before_change(&mut self) {
        let (search, lookup) = (self.rules.search_lag, self.rules.lookup_lag);
        if self.requests == 0 {
            return;
        }
        if let Some(delay) = search.delay() {
            let (tick, mut index) = (self.tick(search), std::mem::take(&mut self.search_index));
            index.keep(delay, tick, || self.bare_copy());
            self.search_index = index;
        }
        if let Some(delay) = lookup.delay() {
            let (tick, mut index) = (self.tick(lookup), std::mem::take(&mut self.lookup_index));
            index.keep(delay, tick, || self.bare_copy());
            self.lookup_index = index;
        }
    }

    /// Lets all indexes have the present state.
    pub(crate) fn catch_up_indexes(&mut self) {
        self.search_index.catch_up();
        self.lookup_index.catch_up();
    }

    /// Returns the present tick of an index with this lag.
    pub(crate) fn tick(&self, lag: SearchLag) -> u128 {
        match lag {
            SearchLag::Requests(_) => u128::from(self.requests),
            SearchLag::Time(_) => self.now.nanos(),
            SearchLag::None | SearchLag::ByHand => 0,
        }
    }

    /// Returns a copy without effects, steps, and what indexes still see, because those contain
    /// copies themselves.
    fn bare_copy(&mut self) -> Self {
        let log = std::mem::take(&mut self.log);
        let search_index = std::mem::take(&mut self.search_index);
        let lookup_index = std::mem::take(&mut self.lookup_index);
        #[cfg(feature = "webhooks")]
        let steps = self.steps.take();
        let copy = self.clone();
        #[cfg(feature = "webhooks")]
        {
            self.steps = steps;
        }
        (self.log, self.search_index, self.lookup_index) = (log, search_index, lookup_index);
        copy
    }
}

/// Causes and effects.
impl Account {
    /// Runs the function with this cause.
    pub(crate) fn because<R>(
        &mut self,
        cause: Option<Cause>,
        happen: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let former = std::mem::replace(&mut self.log.cause, cause);
        #[cfg(feature = "webhooks")]
        let start = self.begin_step();
        let result = happen(self);
        #[cfg(feature = "webhooks")]
        self.end_step(start);
        self.log.cause = former;
        result
    }

    /// Runs the function as background work of a call.
    pub(crate) fn in_background_of<R>(
        &mut self,
        call: Option<u64>,
        happen: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.before_change();
        self.because(
            call.map(|call| Cause {
                call,
                in_background: true,
            }),
            happen,
        )
    }

    /// Returns the call that causes the present change.
    pub(crate) fn causing_call(&self) -> Option<u64> {
        self.log.cause.map(|cause| cause.call)
    }

    /// Records an effect, if a call is the cause.
    pub(crate) fn record(&mut self, effect: impl FnOnce(&Self) -> Effect) {
        if let Some(cause) = self.log.cause {
            let effect = effect(self);
            self.log.entries.push((cause, effect));
        }
    }

    /// Records that a record was created.
    pub(crate) fn record_created(&mut self, id: impl Into<RecordRef>) {
        self.record(|account| Effect::Created {
            record: account.name(id),
            connects: Vec::new(),
            is_default: false,
        });
    }

    /// Records that attributes of a record were set.
    pub(crate) fn record_updated(&mut self, id: impl Into<RecordRef>) {
        self.record(|account| Effect::Updated {
            record: account.name(id),
        });
    }

    /// Records that a merge gave a record another user or organization.
    pub(crate) fn record_moved<R: RecordId>(&mut self, id: impl RecordId, from: R, to: R) {
        self.record(|account| Effect::Moved {
            record: account.name(id),
            from: account.name(from),
            to: account.name(to),
        });
    }

    /// Records that a record is deleted. Call this while the record still has its name.
    pub(crate) fn record_deleted(&mut self, id: impl Into<RecordRef>) {
        let record = id.into();
        self.remember(record);
        self.record(|account| Effect::Deleted {
            record: account.name(record),
            connects: Vec::new(),
        });
    }

    /// Records that a record was created that connects a user with something else.
    pub(crate) fn record_connected(
        &mut self,
        id: impl Into<RecordRef>,
        user: UserId,
        other: impl Into<RecordRef>,
        is_default: bool,
    ) {
        self.record(|account| Effect::Created {
            record: Named::nameless(id),
            connects: vec![account.name(user), account.name(other)],
            is_default,
        });
    }

    /// Records that a record was deleted that connected a user with something else.
    pub(crate) fn record_disconnected(
        &mut self,
        id: impl Into<RecordRef>,
        user: UserId,
        other: impl Into<RecordRef>,
    ) {
        let id = id.into();
        self.remember(id);
        self.record(|account| Effect::Deleted {
            record: Named::nameless(id),
            connects: vec![account.name(user), account.name(other)],
        });
    }

    /// Remembers the name of a record that is about to be removed, and the call that removes it.
    pub(crate) fn remember(&mut self, id: impl Into<RecordRef>) {
        let (named, by) = (self.name(id), self.causing_call());
        self.removed.add(named, by);
    }

    pub(crate) fn take_effects(&mut self) -> Vec<(Cause, Effect)> {
        std::mem::take(&mut self.log.entries)
    }
}

/// Steps, for those who watch the account.
#[cfg(feature = "webhooks")]
impl Account {
    /// Keeps each further step until [`Account::take_steps`].
    pub(crate) fn watch(&mut self) {
        self.steps.get_or_insert_default();
    }

    pub(crate) fn take_steps(&mut self) -> Vec<Step<Self>> {
        self.steps.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Returns the account before a step, and the number of effects until then. `None` means that
    /// nobody watches.
    fn begin_step(&mut self) -> Option<(Self, usize)> {
        self.steps
            .is_some()
            .then(|| (self.bare_copy(), self.log.entries.len()))
    }

    /// Adds a step with the effects that its cause has had since the step began. A job that runs
    /// within a call has separate steps.
    fn end_step(&mut self, start: Option<(Self, usize)>) {
        let (Some((before, start)), Some(cause)) = (start, self.log.cause) else {
            return;
        };
        let since = self.log.entries.iter().skip(start);
        let own = since.filter(|(other, _)| *other == cause);
        let effects: Vec<Effect> = own.map(|(_, effect)| effect.clone()).collect();
        if effects.is_empty() {
            return;
        }
        let after = self.bare_copy();
        let step = Step {
            cause,
            effects,
            before,
            after,
        };
        self.steps.get_or_insert_default().push(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_record_has_a_table_and_no_other_is_there() {
        let account = Account::empty(
            Rules::default(),
            Moment::since_epoch(std::time::Duration::ZERO),
        );
        let kinds: Vec<Kind> = account.tables().iter().map(|table| table.kind()).collect();
        assert_eq!(
            kinds,
            Kind::ALL,
            "the rows of `account!` above, beside those of `kinds!` in base/ids.rs"
        );
    }
}
