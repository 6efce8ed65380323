//! [`Told`]: what a double that runs standalone tells of a call, on stderr and as JSON. All of it
//! comes from `lines.rs`, so nothing in it is secret, and every text is one line.

use std::fmt;

use serde::Serialize;

use super::call::Call;
use super::journal::JournalView;
use super::lines;
use crate::api::operation::Operation;
use crate::base::time::Timestamp;

/// A call in texts.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    /// The number of the call, from 1.
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) method: String,
    /// The path with the query.
    pub(crate) target: String,
    pub(crate) operation: Option<&'static str>,
    pub(crate) status: Option<u16>,
    /// The status, and the operation or the error.
    pub(crate) outcome: String,
    pub(crate) body: Option<String>,
    /// What had no effect, and why.
    pub(crate) ignored: Vec<String>,
    /// What the call changed, and what its background jobs changed later.
    pub(crate) effects: Vec<String>,
    /// The mistakes that it seems to contain.
    pub(crate) hints: Vec<String>,
}

/// Returns the calls after this ordinal that were kept.
pub(crate) fn told_since(journal: &JournalView, after: u64) -> Vec<Told> {
    let start = journal.calls.rank_where(|ordinal| *ordinal <= after);
    let calls = journal.calls.iter_from(start);
    calls.map(|(_, call)| Told::of(call)).collect()
}

impl Told {
    fn of(call: &Call) -> Self {
        let mut effects = lines::effects(call);
        effects.extend(lines::events(call));
        Self {
            number: call.ordinal(),
            at: call.at(),
            method: lines::method(call),
            target: lines::target(call),
            operation: call.operation().map(|operation| Operation::id(&operation)),
            status: call.status(),
            outcome: lines::outcome(call)
                .trim_start_matches("-> ")
                .trim_end()
                .to_owned(),
            body: lines::body(call),
            ignored: lines::ignored(call),
            effects,
            hints: lines::hints(call),
        }
    }
}

/// Writes a line, and one below it for each thing to know about the call.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            method,
            target,
            outcome,
            ..
        } = self;
        write!(f, "#{number}  {method}  {target}  -> {outcome}")?;
        let details = self.body.iter().chain(&self.ignored).chain(&self.effects);
        for detail in details {
            write!(f, "\n        {detail}")?;
        }
        for hint in &self.hints {
            write!(f, "\n        hint: {hint}")?;
        }
        Ok(())
    }
}
