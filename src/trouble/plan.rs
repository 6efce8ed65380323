//! [`FaultPlan`]: the planned faults, in order, and which of them a call meets.

use std::any::Any;
use std::sync::Arc;

use crate::base::place::Place;
use crate::calls::{Call, Problem, never_happened, panicked};

use super::fault::{Fault, Kind, Schedule};

/// The index of a planned fault, in the order in which they were planned.
pub(crate) type RuleId = usize;

/// A planned fault.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) fault: Arc<Fault>,
    pub(crate) place: Place,
    /// The number of calls that matched so far, and of those that it happened to.
    seen: u64,
    pub(crate) fired: u64,
    cleared: bool,
    /// Whether it is allowed never to happen.
    forgiven: bool,
    /// The first call that it met without anything to spoil.
    met_in_vain: Option<u64>,
    /// The place of the fault that happened to a matching call instead of this one.
    outrun_by: Option<Place>,
    /// What panicked first, the predicate or the reply, and with which text.
    panicked: Option<(&'static str, String)>,
}

/// The planned faults that match a call.
#[derive(Debug, Default)]
pub(crate) struct MeantFaults {
    pub(crate) rules: Vec<RuleId>,
    /// The faults whose predicate panicked, with the text.
    pub(crate) panicked: Vec<(RuleId, String)>,
}

/// Returns the text of a panic.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let literal = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = panic.downcast_ref::<String>().cloned().or(literal);
    text.unwrap_or_else(|| "it has no text".to_owned())
}

/// The planned faults. The first one happens that matches a call, and whose turn it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultPlan {
    rules: Vec<Rule>,
}

impl FaultPlan {
    pub(crate) fn add(&mut self, fault: Fault, place: Place) -> RuleId {
        let fault = Arc::new(fault);
        let (cleared, forgiven, met_in_vain, outrun_by, panicked) =
            (false, false, None, None, None);
        self.rules.push(Rule {
            fault,
            place,
            seen: 0,
            fired: 0,
            cleared,
            forgiven,
            met_in_vain,
            outrun_by,
            panicked,
        });
        self.rules.len() - 1
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn clear(&mut self, id: RuleId) {
        if let Some(rule) = self.rules.get_mut(id) {
            rule.cleared = true;
        }
    }

    /// Ends a fault, and does not report it as a problem if it never happened.
    pub(crate) fn forgive(&mut self, id: RuleId) {
        self.clear(id);
        if let Some(rule) = self.rules.get_mut(id) {
            rule.forgiven = true;
        }
    }

    /// Undoes a fault that had nothing to spoil in this call, so that it counts as not happened.
    pub(crate) fn take_back(&mut self, id: RuleId, ordinal: u64) {
        if let Some(rule) = self.rules.get_mut(id) {
            rule.fired = rule.fired.saturating_sub(1);
            rule.met_in_vain.get_or_insert(ordinal);
        }
    }

    /// Records that the reply of a fault panicked.
    pub(crate) fn note_panic_of_reply(&mut self, id: RuleId, text: String) {
        if let Some(rule) = self.rules.get_mut(id) {
            rule.panicked.get_or_insert(("reply", text));
        }
    }

    /// Returns the faults that may still happen, to compare them with a call while no lock is held.
    pub(crate) fn open(&self) -> Vec<(RuleId, Arc<Fault>)> {
        let open = self
            .rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.is_open());
        open.map(|(id, rule)| (id, Arc::clone(&rule.fault)))
            .collect()
    }

    /// Counts a call that matches these faults, and returns the fault that happens to it.
    pub(crate) fn fire(&mut self, meant: MeantFaults) -> Option<(RuleId, Kind, Place)> {
        for (id, text) in meant.panicked {
            if let Some(rule) = self.rules.get_mut(id) {
                rule.panicked.get_or_insert(("predicate", text));
            }
        }
        for (index, id) in meant.rules.iter().copied().enumerate() {
            let Some(rule) = self.rules.get_mut(id).filter(|rule| rule.is_open()) else {
                continue;
            };
            rule.seen += 1;
            let is_due = match rule.fault.schedule() {
                Schedule::First(times) => rule.seen <= times,
                Schedule::Nth(n) => rule.seen == n,
                Schedule::Every(n) => rule.seen % n == 0,
                Schedule::Always => true,
            };
            if is_due {
                rule.fired += 1;
                let (kind, place) = (rule.fault.kind.clone(), rule.place);
                for other in &meant.rules[index + 1..] {
                    if let Some(other) = self.rules.get_mut(*other) {
                        other.outrun_by.get_or_insert(place);
                    }
                }
                return Some((id, kind, place));
            }
        }
        None
    }
}

impl Rule {
    /// Returns the problem of the fault at the end of the test. `None` means that there is none.
    pub(crate) fn problem(&self) -> Option<Problem> {
        if let Some((what, text)) = &self.panicked {
            return Some(panicked(
                &format!("the {what} of a fault ({})", self.fault),
                text,
                self.place,
            ));
        }
        if self.fired > 0 || self.forgiven {
            return None;
        }
        let vain = self
            .met_in_vain
            .map(|ordinal| format!("; it met #{ordinal}, which has no body to spoil"));
        let cleared = self.cleared.then(|| "; it was cleared before".to_owned());
        let outrun = self.outrun_by.map(|place| {
            format!("; a call that it matches met the fault planned at {place} instead, because a call meets one fault")
        });
        let seen = match self.seen {
            0 => "; no call matched it".to_owned(),
            1 => "; 1 call matched it".to_owned(),
            seen => format!("; {seen} calls matched it"),
        };
        let why = vain.or(cleared).or(outrun).unwrap_or(seen);
        Some(never_happened(&format!("{}{why}", self.fault), self.place))
    }

    /// Returns whether the fault can still happen.
    pub(crate) fn is_open(&self) -> bool {
        let is_over = match self.fault.schedule() {
            Schedule::First(times) => self.seen >= times,
            Schedule::Nth(n) => self.seen >= n,
            Schedule::Every(_) | Schedule::Always => false,
        };
        !self.cleared && !is_over
    }
}

impl Fault {
    /// Returns whether a call matches.
    pub(crate) fn means(&self, call: &Call) -> bool {
        let is_operation = self
            .operation
            .is_none_or(|operation| call.operation() == Some(operation));
        let is_call = self.call.is_none_or(|ordinal| call.ordinal() == ordinal);
        is_operation && is_call && self.predicate.as_ref().is_none_or(|(_, holds)| holds(call))
    }
}
