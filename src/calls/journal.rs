//! [`KeepCalls`]: how many calls are kept; [`Recorder`]: keeps them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::api::operation::Operation;
#[cfg(feature = "tracing")]
use crate::api::request::Incoming;
use crate::base::effect::{Cause, Effect, Named};
use crate::base::ids::RecordRef;
use crate::base::open_question::Answers;
use crate::base::sorted::SortedMap;

use super::call::{Call, Received};
use super::secrets::Secrets;
#[cfg(feature = "tracing")]
use super::traced::Untraced;

/// How many calls the double keeps for assertions.
///
/// An assertion whose outcome depends on a call that was not kept fails and reports that.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, calls::KeepCalls};
///
/// let zendesk = MockZendesk::builder().keep_calls(KeepCalls::Last(1)).start().await;
/// let _ = reqwest::get(zendesk.url("/users/me")).await;
/// let _ = reqwest::get(zendesk.url("/users/me")).await;
/// assert_eq!(zendesk.calls().len(), 1);
/// zendesk.calls().assert_times(1..);
/// assert!(zendesk.calls().try_assert_once().unwrap_err().to_string().contains("cannot tell"));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeepCalls {
    /// Keeps all calls. Each takes the size of its request and reply, plus about 1 KiB.
    #[default]
    All,
    /// Keeps the last calls, up to this number.
    Last(usize),
    /// Keeps no call.
    Off,
}

impl KeepCalls {
    fn limit(self) -> usize {
        match self {
            Self::All => usize::MAX,
            Self::Last(limit) => limit,
            Self::Off => 0,
        }
    }
}

/// The number of doubles of this process so far. No reply depends on it.
static DOUBLES: AtomicU64 = AtomicU64::new(0);

/// Keeps the calls as they come, and assigns their ordinals.
#[derive(Debug)]
pub(crate) struct Recorder {
    view: JournalView,
    keep_calls: KeepCalls,
    /// The journal that the last reset ended.
    #[cfg(feature = "standalone")]
    previous: Option<JournalView>,
    #[cfg(feature = "tracing")]
    untraced: Untraced,
}

/// The journal at one moment. Copies share the calls.
#[derive(Clone, Debug)]
pub(crate) struct JournalView {
    pub(super) calls: SortedMap<u64, Call>,
    /// The number of calls received, kept or not.
    pub(crate) received: u64,
    /// Calls up to this ordinal were dropped.
    pub(super) dropped: u64,
    /// A number that no other double of this process has. A reset draws another one.
    pub(crate) double: u64,
    /// What must not be printed.
    pub(crate) secrets: Arc<Secrets>,
    /// The names of records in texts.
    pub(super) names: Names,
    /// Whether only the test moves the clock.
    pub(crate) clock_stands_still: bool,
    /// Whether chance or a runner decides what goes wrong. Then no assertion may require that
    /// something does.
    pub(super) trouble: Trouble,
    /// How the account answers open questions.
    pub(crate) answers: Answers,
}

/// The names of records in texts, as of the time when the journal was read.
#[derive(Clone)]
pub(crate) struct Names(Arc<dyn Fn(RecordRef) -> Named + Send + Sync>);

impl Names {
    pub(crate) fn new(name: impl Fn(RecordRef) -> Named + Send + Sync + 'static) -> Self {
        Self(Arc::new(name))
    }

    pub(super) fn of(&self, record: RecordRef) -> Named {
        (self.0)(record)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

/// Who decides what goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The test.
    Planned,
    /// Chaos, or a sweep.
    LeftToChance,
}

impl JournalView {
    /// Removes secrets from a text.
    pub(crate) fn scrub(&self, text: &str) -> String {
        self.secrets.scrub(text)
    }

    /// Returns the present name of a record.
    #[cfg(feature = "webhooks")]
    pub(crate) fn named(&self, record: RecordRef) -> Named {
        self.names.of(record)
    }

    /// Returns whether this double received the call since its last reset.
    pub(crate) fn contains(&self, call: &Call) -> bool {
        call.received().run == self.double
    }

    /// Returns whether this double received the call, before a reset or since.
    #[cfg(feature = "webhooks")]
    pub(crate) fn is_of_this_double(&self, call: &Call) -> bool {
        Arc::ptr_eq(&call.received().secrets, &self.secrets)
    }
}

impl Recorder {
    pub(crate) fn new(
        keep_calls: KeepCalls,
        secrets: Secrets,
        clock_stands_still: bool,
        trouble: Trouble,
        answers: Answers,
    ) -> Self {
        let secrets = Arc::new(secrets);
        let double = DOUBLES.fetch_add(1, Ordering::Relaxed);
        let view = JournalView {
            calls: SortedMap::new(),
            received: 0,
            dropped: 0,
            double,
            secrets,
            names: Names::new(Named::nameless),
            clock_stands_still,
            trouble,
            answers,
        };
        Self {
            view,
            keep_calls,
            #[cfg(feature = "standalone")]
            previous: None,
            #[cfg(feature = "tracing")]
            untraced: Untraced::default(),
        }
    }

    /// Forgets all calls, and counts them anew. Calls, marks and snapshots from before are of
    /// another double.
    #[cfg(feature = "standalone")]
    pub(crate) fn restart(&mut self) {
        self.previous = Some(self.view.clone());
        self.view.calls = SortedMap::new();
        self.view.received = 0;
        self.view.dropped = 0;
        self.view.double = DOUBLES.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the journal that the last reset ended.
    #[cfg(feature = "standalone")]
    pub(crate) fn previous(&self) -> Option<JournalView> {
        self.previous.clone()
    }

    pub(crate) fn secrets(&self) -> &Arc<Secrets> {
        &self.view.secrets
    }

    /// Returns the journal at this moment, with the current names of records.
    pub(crate) fn view(&self, names: Names) -> JournalView {
        JournalView {
            names,
            ..self.view.clone()
        }
    }

    /// Returns the number of the double.
    pub(crate) fn double(&self) -> u64 {
        self.view.double
    }

    /// Returns the number of calls so far.
    pub(crate) fn received(&self) -> u64 {
        self.view.received
    }

    /// Adds a call. `make` creates it from its ordinal, and runs only if the call is kept or traced.
    pub(crate) fn add(&mut self, make: impl FnOnce(u64) -> Received) -> u64 {
        self.view.received += 1;
        let ordinal = self.view.received;
        let limit = self.keep_calls.limit();
        if limit > 0 || cfg!(feature = "tracing") {
            self.view.calls.insert(ordinal, make(ordinal).into());
        }
        #[cfg(feature = "tracing")]
        self.untraced.begin(ordinal);
        while self.view.calls.len() > limit || (limit == 0 && self.view.dropped < ordinal) {
            self.view.dropped += 1;
            let dropped = self.view.dropped;
            #[cfg(feature = "tracing")]
            if let Some(call) = self.view.calls.get(&dropped) {
                self.untraced.keep(dropped, call.clone());
            }
            self.view.calls.remove(&dropped);
        }
        ordinal
    }

    /// Returns the number of kept calls of an operation.
    pub(crate) fn count_of(&self, operation: Operation) -> u64 {
        self.view
            .calls
            .iter()
            .filter(|(_, call)| call.operation() == Some(operation))
            .count() as u64
    }

    /// Completes a call, for example with its reply.
    pub(crate) fn complete(&mut self, ordinal: u64, complete: impl FnOnce(&mut Received)) {
        let call = self.view.calls.get_mut(&ordinal);
        #[cfg(feature = "tracing")]
        let call = call.or_else(|| self.untraced.get_mut(ordinal));
        if let Some(call) = call {
            complete(call.received_mut());
        }
    }

    /// Returns a call that was in progress and is answered now. Returns each call once.
    #[cfg(feature = "tracing")]
    pub(crate) fn end(&mut self, ordinal: u64) -> Option<Call> {
        let dropped = self.untraced.end(ordinal)?;
        dropped.or_else(|| self.view.calls.get(&ordinal).cloned())
    }

    /// Returns the first call in progress with this request.
    #[cfg(feature = "tracing")]
    pub(crate) fn first_untraced(&self, incoming: &Incoming<'_>) -> Option<u64> {
        let calls = &self.view.calls;
        self.untraced.first(incoming, |ordinal| calls.get(&ordinal))
    }

    /// Adds effects to the calls that caused them.
    pub(crate) fn add_effects(&mut self, effects: Vec<(Cause, Effect)>) {
        for (
            Cause {
                call,
                in_background,
            },
            effect,
        ) in effects
        {
            self.complete(call, |call| {
                let list = if in_background {
                    &mut call.later_effects
                } else {
                    &mut call.effects
                };
                list.push(effect);
            });
        }
    }
}
