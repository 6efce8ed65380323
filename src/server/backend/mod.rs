//! [`Backend`]: the account behind one lock. Every request is answered here.
//!
//! Only this folder takes the lock. It is never held while the user's code runs.
//!
//! - `mod.rs`: the state behind the lock;
//! - `answer.rs`: how a request is answered; `arrived.rs`: what is known about it before;
//!   `faulted.rs`: its fault; `listed.rs`: the list that one of its pages came from;
//! - `restart.rs`: what a double that runs standalone goes back to;
//! - `webhooks.rs`: what events the account makes, and where they are sent;
//! - `traced.rs`: traces a call after the lock is free, with the feature `tracing`;
//! - `access.rs`: everything else that is done behind the lock.

mod access;
mod answer;
mod arrived;
mod faulted;
mod listed;
#[cfg(feature = "standalone")]
pub(crate) mod restart;
mod traced;
#[cfg(feature = "webhooks")]
mod webhooks;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::api::operation::Operation;
use crate::api::request::Incoming;
use crate::base::place::Place;
use crate::base::time::Moment;
#[cfg(feature = "tracing")]
use crate::calls::Tracer;
use crate::calls::{
    Call, Expectations, JournalView, KeepCalls, Names, Received, Recorder, Strictness, Trouble,
};
use crate::reports::Counts;
use crate::resources::account::Account;
use crate::server::activity::Activity;
use crate::server::admission::Admission;
use crate::server::clock::Clock;
use crate::server::ends::Ends;
use crate::server::limits::{Limits, RateWindow};
use crate::trouble::{Chaos, Delays, Dice, FaultPlan, Gates, WirePlan};
#[cfg(feature = "webhooks")]
use crate::webhooks::Outbox;

use arrived::Arrived;

#[derive(Debug)]
pub(crate) struct Backend {
    state: Mutex<State>,
    pub(crate) admission: Admission,
    /// The host and port, for requests that do not name the host that they were sent to.
    authority: String,
    /// Wakes the tasks that wait for calls.
    received: Notify,
    activity: Activity,
    #[cfg(feature = "tracing")]
    tracer: Tracer,
}

#[derive(Debug)]
struct State {
    account: Account,
    /// The account before the first call, for the page of the double.
    #[cfg(feature = "html")]
    at_first_call: Option<Account>,
    clock: Clock,
    rate: RateWindow,
    ends: Ends,
    recorder: Recorder,
    /// Counted apart from the journal, which may drop calls.
    counts: Counts,
    expectations: Expectations,
    /// How many calls had come when the test looked at the account or at the calls last.
    looked_at: u64,
    /// The call that has arrived and is not answered yet.
    arrived: Option<Arrived>,
    faults: FaultPlan,
    gates: Gates,
    /// The plans for replies on their way through wiremock, by the ordinals of their calls.
    plans: BTreeMap<u64, WirePlan>,
    /// The moments when delayed replies are due, with the number of replies.
    waits: BTreeMap<Moment, usize>,
    dice: Option<Dice>,
    /// The test's code to run between two pages of a list.
    between_pages: Vec<Hook>,
    #[cfg(feature = "webhooks")]
    outbox: Outbox,
}

/// Code of the test that runs between two pages of a list.
#[derive(Debug)]
struct Hook {
    operation: Operation,
    act: BetweenPages,
    /// Where in the test it was declared.
    place: Place,
    has_run: bool,
    /// The message of its first panic.
    panicked: Option<String>,
}

/// The function that a test runs between two pages. Its argument is the number of calls of the list
/// so far.
#[derive(Clone)]
pub(crate) struct BetweenPages(pub(crate) Arc<BetweenPagesFn>);

pub(crate) type BetweenPagesFn = dyn Fn(u64, &Backend) + Send + Sync;

impl fmt::Debug for BetweenPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BetweenPages")
    }
}

impl State {
    /// Does what is due by now.
    fn catch_up(&mut self) {
        self.account.advance_to(self.clock.now());
        self.settle();
    }

    /// Records the effects in the journal, and posts the events that they make.
    fn settle(&mut self) {
        let effects = self.account.take_effects();
        self.counts.count_effects(&effects);
        self.recorder.add_effects(effects);
        #[cfg(feature = "webhooks")]
        self.post_events();
    }

    /// Returns a request as a call that has no reply yet.
    fn call_of(&self, incoming: &Incoming<'_>, arrived: &Arrived) -> Call {
        let now = self.account.moment();
        let number = (self.recorder.double(), arrived.ordinal);
        Call::from(Received {
            operation: arrived.operation(),
            ..Received::arrived(number, now, incoming, self.recorder.secrets())
        })
    }

    /// The journal as it is now. Its texts have the names that records have now.
    fn journal(&self) -> JournalView {
        let account = self.account.clone();
        self.recorder
            .view(Names::new(move |record| account.name(record)))
    }

    /// Records a request, and returns the ordinal of its call.
    fn write_down(&mut self, incoming: &Incoming<'_>, operation: Option<Operation>) -> u64 {
        let now = self.account.moment();
        #[cfg(feature = "html")]
        self.at_first_call
            .get_or_insert_with(|| self.account.clone());
        self.account.count_request();
        if let Some(operation) = operation {
            self.counts.count_call(operation);
        }
        let (run, secrets) = (self.recorder.double(), Arc::clone(self.recorder.secrets()));
        // This is needed even for a call that is not kept.
        secrets.learn(incoming);
        self.recorder.add(|ordinal| Received {
            operation,
            ..Received::arrived((run, ordinal), now, incoming, &secrets)
        })
    }
}

/// The configuration of a double, except its account.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    pub(crate) admission: Admission,
    pub(crate) limits: Limits,
    pub(crate) chaos: Option<Chaos>,
    pub(crate) trouble: Trouble,
    pub(crate) keep_calls: KeepCalls,
    pub(crate) strictness: Strictness,
}

impl Backend {
    pub(crate) fn new(account: Account, settings: Settings, authority: String) -> Self {
        let Settings {
            clock,
            admission,
            limits,
            chaos,
            trouble,
            keep_calls,
            strictness,
        } = settings;
        let delays = if clock.follows_tokio() {
            Delays::Happen
        } else {
            Delays::DoNotHappen
        };
        let dice = chaos.map(|chaos| Dice::new(chaos, delays));
        let recorder = Recorder::new(
            keep_calls,
            admission.secrets(),
            clock.stands_still(),
            trouble,
            account.rules.answers,
        );
        let state = State {
            account,
            #[cfg(feature = "html")]
            at_first_call: None,
            clock,
            rate: RateWindow::new(limits),
            ends: Ends::default(),
            recorder,
            counts: Counts::default(),
            expectations: Expectations::new(strictness),
            looked_at: 0,
            arrived: None,
            faults: FaultPlan::default(),
            gates: Gates::default(),
            plans: BTreeMap::new(),
            waits: BTreeMap::new(),
            dice,
            between_pages: Vec::new(),
            #[cfg(feature = "webhooks")]
            outbox: Outbox::default(),
        };
        let (received, activity) = (Notify::new(), Activity::default());
        Self {
            state: Mutex::new(state),
            admission,
            authority,
            received,
            activity,
            #[cfg(feature = "tracing")]
            tracer: Tracer::here(),
        }
    }
}
