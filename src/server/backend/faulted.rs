//! [`Faulted`]: the fault that happens to a call, planned or thrown by the dice.

use crate::api::operation::Operation;
use crate::base::place::Place;
use crate::calls::FaultNote;
use crate::trouble::{Kind, MeantFaults, RuleId};

use super::State;

/// A fault that happens to a call.
pub(super) struct Faulted {
    pub(super) kind: Kind,
    /// Which of the planned ones. None: the dice threw it.
    planned: Option<(RuleId, Place)>,
    what: String,
}

impl Faulted {
    pub(super) fn note(&self) -> FaultNote {
        let place = self.planned.map(|(_, place)| place);
        FaultNote {
            what: self.what.clone(),
            place,
            spoils_reply: self.kind.spoils_reply(),
        }
    }
}

impl State {
    /// The fault that happens to a call of this operation.
    pub(super) fn fault_of(
        &mut self,
        operation: Option<Operation>,
        meant: MeantFaults,
    ) -> Option<Faulted> {
        if let Some((id, kind, place)) = self.faults.fire(meant) {
            return Some(Faulted {
                kind,
                planned: Some((id, place)),
                what: kind.to_string(),
            });
        }
        let operation = operation?;
        let Self {
            dice: Some(dice),
            account,
            ..
        } = self
        else {
            return None;
        };
        account.jobs.pace = dice.job_pace();
        let kind = dice.fault(operation)?;
        Some(Faulted {
            kind,
            planned: None,
            what: format!("{kind}, chaos with seed {}", dice.seed()),
        })
    }

    /// Takes a fault back that had nothing to spoil in this call.
    pub(super) fn take_back(&mut self, fault: &Faulted, ordinal: u64) {
        self.recorder.complete(ordinal, |call| call.fault = None);
        if let Some((id, _)) = fault.planned {
            self.faults.take_back(id, ordinal);
        }
    }
}
