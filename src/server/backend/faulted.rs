//! [`Faulted`]: the fault of a call, either planned or drawn by chaos.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parking_lot::MutexGuard;

use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::reply::{Envelope, WireReply};
use crate::base::place::Place;
use crate::calls::{Call, CallReply, FaultNote};
use crate::trouble::{Kind, MeantFaults, OwnReply, RuleId, panic_text};

use super::State;

/// The fault of a call.
pub(super) struct Faulted {
    pub(super) kind: Kind,
    /// The planned fault that it comes from. `None` means that chaos drew it.
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
    /// Returns the fault for a call of this operation, if there is one.
    pub(super) fn fault_of(
        &mut self,
        operation: Option<Operation>,
        meant: MeantFaults,
    ) -> Option<Faulted> {
        if let Some((id, kind, place)) = self.faults.fire(meant) {
            return Some(Faulted {
                what: kind.to_string(),
                kind,
                planned: Some((id, place)),
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
        if let Some(pace) = dice.job_pace() {
            account.jobs.pace = pace;
        }
        let kind = dice.fault(operation)?;
        Some(Faulted {
            what: format!("{kind}, chaos with seed {}", dice.seed()),
            kind,
            planned: None,
        })
    }

    /// Takes a fault back that had no effect on this call.
    pub(super) fn take_back(&mut self, fault: &Faulted, ordinal: u64) {
        self.recorder.complete(ordinal, |call| call.fault = None);
        if let Some((id, _)) = fault.planned {
            self.faults.take_back(id, ordinal);
        }
    }
}

/// Returns the reply that the test writes to this call. The lock is free while the test's code
/// runs.
pub(super) fn own_reply(
    guard: &mut MutexGuard<'_, State>,
    fault: &Faulted,
    own: &OwnReply,
    call: &Call,
    envelope: Envelope,
) -> WireReply {
    let make = || catch_unwind(AssertUnwindSafe(|| own.make(call)));
    let made = MutexGuard::unlocked(guard, make);
    // Code that answers a request must not panic. The panic is reported when the double is
    // verified.
    let (reply, what) = match made {
        Ok(response) => {
            let what = format!("{}, {}", fault.what, response.status().as_u16());
            (WireReply::own(response), what)
        }
        Err(panic) => {
            if let Some((id, _)) = fault.planned {
                guard.faults.note_panic_of_reply(id, panic_text(&*panic));
            }
            let reply = WireReply::error(&ApiError::NoOwnReply, envelope);
            (reply, format!("{}, which panicked", fault.what))
        }
    };
    guard.recorder.complete(call.ordinal(), |call| {
        call.fault = Some(FaultNote {
            what,
            ..fault.note()
        });
        call.reply = Some(CallReply::of(&reply));
    });
    reply
}
