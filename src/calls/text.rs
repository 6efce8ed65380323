//! The one composer of failure texts: for assertions, for `verify`, for drop and for the account's state.
//!
//! Always in the same order: what was expected and what there is; where that is said in the test; the calls, those that
//! were counted starred and in detail; the call that comes nearest; what the calls changed; the hints.

use std::collections::BTreeSet;

use super::call::Call;
use super::criterion::Check;
use super::hint::{Hint, job_hints};
use super::journal::JournalView;
use super::lines::{self, Columns};
use super::redact;

/// A journal of up to so many calls is shown whole.
const WHOLE: usize = 30;

/// Of a longer one these stay: the first, the last, and the first and last of the counted ones.
const FIRST: usize = 5;
const LAST: usize = 10;
const COUNTED: usize = 5;

/// So many effects of one call are shown, and so many of the calls that were not counted.
const EFFECTS: usize = 12;

/// So many hints.
const HINTS: usize = 3;

/// What a failure text is made of.
pub(super) struct Text<'a> {
    /// What was expected and what there is, in a line; the lines below it.
    pub(super) head: Vec<String>,
    pub(super) journal: &'a JournalView,
    /// Only calls behind this ordinal, and before the other one, are shown.
    pub(super) after: u64,
    pub(super) before: u64,
    /// What the starred calls are.
    pub(super) star: &'static str,
    pub(super) starred: BTreeSet<u64>,
    pub(super) nearest: Option<(Call, Vec<Check>)>,
}

impl Text<'_> {
    pub(super) fn compose(&self) -> String {
        let mut lines = self.head.clone();
        lines.push(String::new());
        self.write_calls(&mut lines);
        if let Some((call, checks)) = &self.nearest {
            lines.push(String::new());
            lines.push(format!("nearest call, #{}:", call.ordinal()));
            lines.extend(
                checks.iter().map(|check| format!("    {} {}", if check.holds { '✓' } else { '✗' }, check.text)),
            );
        }
        self.write_changes(&mut lines);
        let hints = self.hints();
        if !hints.is_empty() {
            lines.push(String::new());
            lines.extend(hints);
        }
        redact::scrub(lines.join("\n"), self.calls())
    }

    fn calls(&self) -> impl Iterator<Item = &Call> {
        let start = self.journal.calls.rank_where(|ordinal| *ordinal <= self.after);
        let calls = self.journal.calls.iter_from(start).map(|(_, call)| call);
        let before = self.before;
        calls.take_while(move |call| call.ordinal() < before)
    }

    fn is_starred(&self, call: &Call) -> bool {
        self.starred.contains(&call.ordinal())
    }

    fn write_calls(&self, lines: &mut Vec<String>) {
        let last = self.journal.received.min(self.before.saturating_sub(1));
        let received = last.saturating_sub(self.after);
        let dropped = self.journal.dropped.min(last).saturating_sub(self.after);
        let scope = if self.after == 0 { String::new() } else { format!(" after #{}", self.after) };
        let kept = match dropped {
            0 => String::new(),
            dropped if dropped == received => ", none of them kept".to_owned(),
            1 => ", the first of them not kept".to_owned(),
            dropped => format!(", the first {dropped} not kept"),
        };
        if received == 0 {
            return lines.push(format!("no calls received{scope}"));
        }
        let star = if self.starred.is_empty() { String::new() } else { format!(", * = {}", self.star) };
        let colon = if dropped == received { "" } else { ":" };
        lines.push(format!("calls received{scope} ({received}{kept}){star}{colon}"));
        let shown = self.shown();
        let columns = Columns::of(self.calls().filter(|call| shown.contains(&call.ordinal())));
        let mut left_out = 0;
        for call in self.calls() {
            if !shown.contains(&call.ordinal()) {
                left_out += 1;
                continue;
            }
            write_gap(&mut left_out, lines);
            let star = if self.is_starred(call) { '*' } else { ' ' };
            lines.push(format!("  {star} {}", columns.line(call)));
            if self.is_starred(call) {
                let details = lines::body(call.body()).into_iter().chain(lines::ignored(call));
                lines.extend(details.chain(limited(lines::effects(call))).map(|line| format!("          {line}")));
            }
        }
        write_gap(&mut left_out, lines);
    }

    /// The calls that have a line.
    fn shown(&self) -> BTreeSet<u64> {
        let all: Vec<u64> = self.calls().map(Call::ordinal).collect();
        if all.len() <= WHOLE {
            return all.into_iter().collect();
        }
        let starred: Vec<u64> = self.starred.iter().copied().collect();
        let ends = |list: &[u64], first: usize, last: usize| -> Vec<u64> {
            let tail = list.len().saturating_sub(last);
            list.iter().take(first).chain(&list[tail..]).copied().collect()
        };
        let nearest = self.nearest.iter().map(|(call, _)| call.ordinal());
        ends(&all, FIRST, LAST).into_iter().chain(ends(&starred, COUNTED, COUNTED)).chain(nearest).collect()
    }

    /// What the calls changed that are not starred: with those it stands at the call.
    fn write_changes(&self, lines: &mut Vec<String>) {
        if self.calls().next().is_none() {
            return;
        }
        let others = self.calls().filter(|call| !self.is_starred(call));
        let effects = others.flat_map(|call| {
            let ordinal = call.ordinal();
            lines::effects(call).into_iter().map(move |line| format!("#{ordinal}  {line}"))
        });
        let effects = limited(effects.collect());
        let starred_changed = self.calls().any(|call| self.is_starred(call) && !lines::effects(call).is_empty());
        if !effects.is_empty() {
            lines.push(String::new());
            lines.push("changed in the account:".to_owned());
            lines.extend(effects.into_iter().map(|line| format!("    {line}")));
        } else if !starred_changed && self.journal.dropped == 0 {
            lines.push(String::new());
            lines.push("changed in the account: nothing".to_owned());
        }
    }

    /// The hints: those of the nearest call first, then of the starred ones, of the others, and of the jobs.
    fn hints(&self) -> Vec<String> {
        let nearest = self.nearest.iter().map(|(call, _)| call);
        let starred = self.calls().filter(|call| self.is_starred(call));
        let of_calls = nearest.chain(starred).chain(self.calls()).flat_map(|call| {
            let ordinal = call.ordinal();
            call.hints().iter().map(move |hint| format!("hint: #{ordinal}: {}", lines::clean(&hint.to_string())))
        });
        let all: Vec<&Call> = self.calls().collect();
        let of_jobs = job_hints(&all).into_iter().map(|hint: Hint| format!("hint: {hint}"));
        let mut hints: Vec<String> = Vec::new();
        for hint in of_calls.chain(of_jobs) {
            if !hints.contains(&hint) {
                hints.push(hint);
            }
            if hints.len() == HINTS {
                break;
            }
        }
        hints
    }
}

fn write_gap(left_out: &mut usize, lines: &mut Vec<String>) {
    match std::mem::take(left_out) {
        0 => {}
        1 => lines.push("    … 1 call …".to_owned()),
        count => lines.push(format!("    … {count} calls …")),
    }
}

fn limited(mut effects: Vec<String>) -> Vec<String> {
    if effects.len() > EFFECTS {
        let more = effects.len() - (EFFECTS - 1);
        effects.truncate(EFFECTS - 1);
        effects.push(format!("… {more} more effects"));
    }
    effects
}

/// The whole journal for a human: every call with what it changed.
pub(super) fn transcript(journal: &JournalView) -> String {
    let calls = || journal.calls.iter().map(|(_, call)| call);
    let mut lines = Vec::new();
    if journal.dropped > 0 {
        lines.push(format!("(the first {} calls were not kept)", journal.dropped));
    }
    let columns = Columns::of(calls());
    for call in calls() {
        lines.push(columns.line(call));
        let details = lines::body(call.body()).into_iter().chain(lines::ignored(call)).chain(lines::effects(call));
        lines.extend(details.map(|line| format!("        {line}")));
    }
    redact::scrub(lines.join("\n"), calls())
}

/// The text of a failure that is about the account: `starred` picks the calls that may have to do with it.
pub(crate) fn compose_state(head: Vec<String>, journal: &JournalView, starred: impl Fn(&Call) -> bool) -> String {
    let starred = journal.calls.iter().map(|(_, call)| call).filter(|call| starred(call)).map(Call::ordinal).collect();
    Text { head, journal, after: 0, before: u64::MAX, star: "about it", starred, nearest: None }.compose()
}
