//! [`Backend`]: the account behind one lock, and the one way by which a request reaches it.
//!
//! The lock is taken in this folder and nowhere else, and never held while code of the user's runs.
//!
//! - `mod.rs`: what is behind the lock;
//! - `answer.rs`: the way of a request; `arrived.rs`: what is known of it before; `faulted.rs`: the
//!   fault that happens to it; `listed.rs`: the list that it got a page of;
//! - `access.rs`: everything else that is done behind the lock.

mod access;
mod answer;
mod arrived;
mod faulted;
mod listed;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::api::operation::Operation;
use crate::api::request::Incoming;
use crate::base::place::Place;
use crate::base::time::Moment;
use crate::calls::{
    Call, Expectations, JournalView, KeepCalls, Names, Received, Recorder, Strictness, Trouble,
};
use crate::resources::account::Account;
use crate::server::activity::Activity;
use crate::server::admission::Admission;
use crate::server::clock::Clock;
use crate::server::limits::{Limits, RateWindow};
use crate::trouble::{Chaos, Delays, Dice, FaultPlan, Gates, WirePlan};

use arrived::Arrived;

#[derive(Debug)]
pub(crate) struct Backend {
    state: Mutex<State>,
    pub(crate) admission: Admission,
    /// Host and port, for requests that do not name the host that they were sent to.
    authority: String,
    /// Wakes those who wait for calls.
    received: Notify,
    activity: Activity,
}

#[derive(Debug)]
struct State {
    account: Account,
    clock: Clock,
    rate: RateWindow,
    recorder: Recorder,
    expectations: Expectations,
    /// How many calls had come when the test looked at the account or at the calls last.
    looked_at: u64,
    /// The call that has arrived and that nobody has answered yet.
    arrived: Option<Arrived>,
    faults: FaultPlan,
    gates: Gates,
    /// What is to be done to replies on their way through wiremock, by the ordinals of their calls.
    plans: BTreeMap<u64, WirePlan>,
    /// When replies are due that wait for it, and how many.
    waits: BTreeMap<Moment, usize>,
    dice: Option<Dice>,
    /// What is to happen between two pages of a list.
    between_pages: Vec<Hook>,
}

/// Something that is to happen between two pages of a list.
#[derive(Debug)]
struct Hook {
    operation: Operation,
    act: BetweenPages,
    /// Where in the test it was declared.
    place: Place,
    has_run: bool,
    /// What it panicked with the first time that it did.
    panicked: Option<String>,
}

/// What a test does between two pages: it is told how many calls of the list there have been.
#[derive(Clone)]
pub(crate) struct BetweenPages(pub(crate) Arc<BetweenPagesFn>);

pub(crate) type BetweenPagesFn = dyn Fn(u64, &Backend) + Send + Sync;

impl fmt::Debug for BetweenPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BetweenPages")
    }
}

impl State {
    /// Lets happen what was to happen by now.
    fn catch_up(&mut self) {
        self.account.advance_to(self.clock.now());
        self.settle();
    }

    /// Puts in the journal what has happened.
    fn settle(&mut self) {
        let effects = self.account.take_effects();
        self.recorder.add_effects(effects);
    }

    /// A request as a call that has no reply yet.
    fn call_of(&self, incoming: &Incoming<'_>, arrived: &Arrived) -> Call {
        let now = self.account.moment();
        Call::from(Received {
            operation: arrived.operation(),
            ..Received::arrived(arrived.ordinal, now, incoming, self.recorder.secrets())
        })
    }

    /// The journal as it is now. Its texts have the names that records have now.
    fn journal(&self) -> JournalView {
        let account = self.account.clone();
        self.recorder
            .view(Names::new(move |record| account.name(record)))
    }

    /// Writes a request down, and gives the ordinal of the call that it is.
    fn write_down(&mut self, incoming: &Incoming<'_>, operation: Option<Operation>) -> u64 {
        let now = self.account.moment();
        let secrets = Arc::clone(self.recorder.secrets());
        // Also of a call that is not kept.
        secrets.learn(incoming);
        self.recorder.add(|ordinal| Received {
            operation,
            ..Received::arrived(ordinal, now, incoming, &secrets)
        })
    }
}

/// What a double is set up with, besides its account.
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
        );
        let state = State {
            account,
            clock,
            rate: RateWindow::new(limits),
            recorder,
            expectations: Expectations::new(strictness),
            looked_at: 0,
            arrived: None,
            faults: FaultPlan::default(),
            gates: Gates::default(),
            plans: BTreeMap::new(),
            waits: BTreeMap::new(),
            dice,
            between_pages: Vec::new(),
        };
        let (received, activity) = (Notify::new(), Activity::default());
        Self {
            state: Mutex::new(state),
            admission,
            authority,
            received,
            activity,
        }
    }
}
