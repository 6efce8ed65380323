//! [`FaultPlan`]: the faults that are planned, in their order, and which one a call meets.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::base::place::Place;
use crate::calls::Call;

use super::fault::{Fault, Kind, Schedule};

/// Which of the planned faults, in the order in which they were planned.
pub(crate) type RuleId = usize;

/// A fault that is planned.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) fault: Arc<Fault>,
    pub(crate) place: Place,
    /// How many calls it was meant for so far, and how many it happened to.
    seen: u64,
    pub(crate) fired: u64,
    pub(crate) cleared: bool,
}

/// The planned faults. The first that is meant for a call, and whose turn it is, happens.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultPlan {
    rules: Vec<Rule>,
}

impl FaultPlan {
    pub(crate) fn add(&mut self, fault: Fault, place: Place) -> RuleId {
        self.rules.push(Rule { fault: Arc::new(fault), place, seen: 0, fired: 0, cleared: false });
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

    /// The faults that may still happen, to be compared with a call where no lock is held.
    pub(crate) fn open(&self) -> Vec<(RuleId, Arc<Fault>)> {
        let open = self.rules.iter().enumerate().filter(|(_, rule)| rule.is_open());
        open.map(|(id, rule)| (id, Arc::clone(&rule.fault))).collect()
    }

    /// Counts a call that is meant by these rules, and gives the fault that happens to it.
    pub(crate) fn fire(&mut self, meant: &[RuleId]) -> Option<(Kind, Place)> {
        for id in meant {
            let Some(rule) = self.rules.get_mut(*id).filter(|rule| rule.is_open()) else { continue };
            rule.seen += 1;
            let is_due = match rule.fault.schedule {
                Schedule::First(times) => rule.seen <= times,
                Schedule::Nth(n) => rule.seen == n,
                Schedule::Every(n) => rule.seen % n == 0,
                Schedule::Always => true,
            };
            if is_due {
                rule.fired += 1;
                return Some((rule.fault.kind, rule.place));
            }
        }
        None
    }
}

impl Rule {
    fn is_open(&self) -> bool {
        let is_over = match self.fault.schedule {
            Schedule::First(times) => self.seen >= times,
            Schedule::Nth(n) => self.seen >= n,
            Schedule::Every(_) | Schedule::Always => false,
        };
        !self.cleared && !is_over
    }
}

impl Fault {
    /// Whether a call is meant. A predicate that panics means none: what answers a request must not.
    pub(crate) fn means(&self, call: &Call) -> bool {
        let is_operation = self.operation.is_none_or(|operation| call.operation() == Some(operation));
        is_operation
            && self
                .predicate
                .as_ref()
                .is_none_or(|(_, holds)| catch_unwind(AssertUnwindSafe(|| holds(call))).unwrap_or(false))
    }
}
