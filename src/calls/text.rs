//! Composes all failure texts: of assertions, of `verify`, of drop and of assertions on the
//! account.
//!
//! The order is always the same: what was expected and what happened; the line of the test; the
//! calls, with the counted ones starred and in detail; the closest call; what the calls changed;
//! the hints.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::base::open_question::Answers;

use super::call::Call;
use super::criterion::Check;
use super::failure::{Failure, FailureKind};
use super::folded::Folded;
use super::hint::Hint;
use super::jobs_seen::JobSeen;
use super::journal::JournalView;
use super::lines::{self, Columns};
use super::remarks::{MAX_SHOWN_REMARKS, remarks};
use super::repeats::Repeats;
use super::together::hints_together;

/// The maximum number of calls of a journal that is shown whole.
const MAX_UNABRIDGED_CALLS: usize = 30;

/// The calls of a longer journal that are shown: the first, the last, and the first and last of the
/// counted ones.
const SHOWN_FIRST_CALLS: usize = 5;
const SHOWN_LAST_CALLS: usize = 10;
const SHOWN_COUNTED_CALLS: usize = 5;

/// The number of effects of one call, and of all calls that were not counted, that are shown.
const MAX_SHOWN_EFFECTS: usize = 12;

/// The number of hints that are shown.
const MAX_SHOWN_HINTS: usize = 3;

/// The number of open questions that are named.
const MAX_SHOWN_QUESTIONS: usize = 3;

/// The number of refused calls that are named above the calls.
const MAX_SHOWN_REFUSALS: usize = 3;

/// The parts of a failure text.
pub(super) struct Text<'a> {
    /// A line with what was expected and what happened, and the lines below it.
    pub(super) head: Vec<String>,
    pub(super) journal: &'a JournalView,
    /// Only calls after this ordinal, and before the other one, are shown.
    pub(super) after: u64,
    pub(super) before: u64,
    /// What the starred calls are.
    pub(super) star: Cow<'static, str>,
    pub(super) starred: BTreeSet<u64>,
    pub(super) nearest: Vec<Nearest>,
}

/// The call that comes closest to what was asserted.
pub(super) struct Nearest {
    /// The index of the problem that it is about, if there are several.
    pub(super) problem: Option<usize>,
    pub(super) call: Call,
    pub(super) checks: Vec<Check>,
}

/// Returns the note that the double does not give the usual answers to all open questions.
fn note_of_answers(answers: Answers) -> Option<String> {
    if answers == Answers::ALL_OTHER {
        let note = "note: the double gives the other answer to every open question";
        return Some(format!("{note}, as `all_other_answers` asks for"));
    }
    let all: Vec<String> = answers
        .others()
        .map(|question| question.to_string())
        .collect();
    let shown = all.get(..MAX_SHOWN_QUESTIONS).unwrap_or(&all).join(", ");
    let more = match all.len().saturating_sub(MAX_SHOWN_QUESTIONS) {
        _ if all.is_empty() => return None,
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "note: the double gives the other answer to these open questions: {shown}{more}"
    ))
}

impl Text<'_> {
    pub(super) fn compose(&self) -> String {
        let mut lines = self.head.clone();
        lines.push(String::new());
        self.write_calls(&mut lines);
        for Nearest {
            problem,
            call,
            checks,
        } in &self.nearest
        {
            lines.push(String::new());
            let of = problem
                .map(|number| format!(" to {number}."))
                .unwrap_or_default();
            lines.push(format!("nearest call{of}, #{}:", call.ordinal()));
            for check in checks {
                lines.push(format!(
                    "    {} {}",
                    if check.holds { '✓' } else { '✗' },
                    check.text
                ));
            }
            if !self.is_starred(call) {
                let sent = lines::body(call).map(|body| format!("body sent: {body}"));
                lines.extend(
                    sent.into_iter()
                        .chain(lines::ignored(call))
                        .map(|line| format!("      {line}")),
                );
            }
        }
        self.write_changes(&mut lines);
        let hints = self.hints();
        if !hints.is_empty() {
            lines.push(String::new());
            lines.extend(hints);
        }
        if let Some(note) = note_of_answers(self.journal.answers) {
            lines.push(String::new());
            lines.push(note);
        }
        self.journal.secrets.scrub(&lines.join("\n"))
    }

    fn calls(&self) -> impl Iterator<Item = &Call> {
        let start = self
            .journal
            .calls
            .rank_where(|ordinal| *ordinal <= self.after);
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
        let after = if self.after == 0 {
            String::new()
        } else {
            format!(" after #{}", self.after)
        };
        let before = if self.before == u64::MAX {
            String::new()
        } else {
            format!(" before #{}", self.before)
        };
        let scope = after + &before;
        let kept = match dropped {
            0 => String::new(),
            dropped if dropped == received => ", none of them kept".to_owned(),
            1 => ", the first of them not kept".to_owned(),
            dropped => format!(", the first {dropped} not kept"),
        };
        if received == 0 {
            return lines.push(format!("no calls received{scope}"));
        }
        let star = if self.starred.is_empty() {
            String::new()
        } else {
            format!(", * = {}", self.star)
        };
        let colon = if dropped == received { "" } else { ":" };
        lines.push(format!(
            "calls received{scope} ({received}{kept}){star}{colon}"
        ));
        let is_nearest = |call: &Call| {
            let mut nearest = self.nearest.iter().map(|nearest| nearest.call.ordinal());
            nearest.any(|ordinal| ordinal == call.ordinal())
        };
        let group = |call: &Call| (!is_nearest(call)).then(|| self.is_starred(call));
        let entries = Folded::all(self.calls(), group);
        let shown = self.shown(&entries);
        let is_shown = |entry: &&Folded<'_>| shown.contains(&entry.call.ordinal());
        let columns = Columns::of(entries.iter().filter(is_shown).map(|entry| entry.call));
        let repeats = Repeats::among(self.calls());
        let mut left_out = 0;
        for entry in &entries {
            if !is_shown(&entry) {
                left_out += 1 + entry.more;
                continue;
            }
            write_gap(&mut left_out, lines);
            let Folded { call, more, last } = *entry;
            let star = if self.is_starred(call) { '*' } else { ' ' };
            lines.push(format!(
                "  {star} {}{}",
                columns.line(call),
                repeats.note(call)
            ));
            if self.is_starred(call) {
                let details = lines::body(call).into_iter().chain(lines::ignored(call));
                lines.extend(
                    details
                        .chain(limited(lines::effects(call)))
                        .chain(limited(lines::events(call)))
                        .map(|line| format!("          {line}")),
                );
            }
            lines.extend(more_like_it(more, last));
        }
        write_gap(&mut left_out, lines);
    }

    /// Returns the calls that have a line.
    fn shown(&self, entries: &[Folded<'_>]) -> BTreeSet<u64> {
        let all: Vec<u64> = entries.iter().map(|entry| entry.call.ordinal()).collect();
        if all.len() <= MAX_UNABRIDGED_CALLS {
            return all.into_iter().collect();
        }
        let is_starred = |ordinal: &u64| self.starred.contains(ordinal);
        let starred: Vec<u64> = all.iter().copied().filter(is_starred).collect();
        let ends = |list: &[u64], first: usize, last: usize| -> Vec<u64> {
            let tail = list.len().saturating_sub(last);
            list.iter()
                .take(first)
                .chain(&list[tail..])
                .copied()
                .collect()
        };
        let nearest = self.nearest.iter().map(|nearest| nearest.call.ordinal());
        ends(&all, SHOWN_FIRST_CALLS, SHOWN_LAST_CALLS)
            .into_iter()
            .chain(ends(&starred, SHOWN_COUNTED_CALLS, SHOWN_COUNTED_CALLS))
            .chain(nearest)
            .collect()
    }

    /// Writes what the other calls changed. The changes of starred calls stand below these calls.
    fn write_changes(&self, lines: &mut Vec<String>) {
        if self.calls().next().is_none() {
            return;
        }
        let others = self.calls().filter(|call| !self.is_starred(call));
        let effects = others.flat_map(|call| {
            let ordinal = call.ordinal();
            lines::effects(call)
                .into_iter()
                .map(move |line| format!("#{ordinal}  {line}"))
        });
        let effects = limited(effects.collect());
        let starred_changed = self
            .calls()
            .any(|call| self.is_starred(call) && !lines::effects(call).is_empty());
        if !effects.is_empty() {
            lines.push(String::new());
            lines.push("changed in the account:".to_owned());
            lines.extend(effects.into_iter().map(|line| format!("    {line}")));
        } else if !starred_changed && self.journal.dropped == 0 {
            lines.push(String::new());
            lines.push("changed in the account: nothing".to_owned());
        }
    }

    /// Returns the hints: first those of the nearest call, then of the starred ones, of the others, of
    /// several calls together, and of the jobs. A hint that applies to several calls is shown once.
    fn hints(&self) -> Vec<String> {
        let nearest = self.nearest.iter().map(|nearest| &nearest.call);
        let starred = self.calls().filter(|call| self.is_starred(call));
        let mut told: Vec<(String, Vec<u64>)> = Vec::new();
        for call in nearest.chain(starred).chain(self.calls()) {
            for hint in call.hints() {
                let text = lines::line(&hint.to_string(), &self.journal.secrets);
                match told.iter_mut().find(|(other, _)| *other == text) {
                    Some((_, ordinals)) if ordinals.contains(&call.ordinal()) => {}
                    Some((_, ordinals)) => ordinals.push(call.ordinal()),
                    None => told.push((text, vec![call.ordinal()])),
                }
            }
        }
        let all: Vec<&Call> = self.calls().collect();
        let of_calls = told
            .into_iter()
            .map(|(text, ordinals)| format!("hint: {}: {text}", several(ordinals)));
        let text_of = |hint: &Hint| lines::line(&hint.to_string(), &self.journal.secrets);
        let journal: Vec<&Call> = self.journal.calls.iter().map(|(_, call)| call).collect();
        let (after, before) = (self.after, self.before);
        let is_shown = |(ordinal, _): &(u64, Hint)| *ordinal > after && *ordinal < before;
        let together = hints_together(&journal, self.journal.clock_stands_still)
            .into_iter()
            .filter(is_shown);
        let together =
            together.map(|(ordinal, hint)| format!("hint: #{ordinal}: {}", text_of(&hint)));
        let of_job = |hint: Hint| format!("hint: {}", text_of(&hint));
        let jobs = JobSeen::all(&all);
        let of_jobs = jobs
            .iter()
            .filter_map(|job| job.hint(self.journal.clock_stands_still))
            .map(of_job);
        let mut hints: Vec<String> = of_calls.chain(together).chain(of_jobs).collect();
        let more = hints.len().saturating_sub(MAX_SHOWN_HINTS);
        hints.truncate(MAX_SHOWN_HINTS);
        if more > 0 {
            hints.push(format!(
                "({more} more {})",
                if more == 1 { "hint" } else { "hints" }
            ));
        }
        hints
    }
}

/// Formats ordinals: `#1`, `#1, #3`, or `#1 and 11 more`.
fn several(mut ordinals: Vec<u64>) -> String {
    ordinals.sort_unstable();
    match ordinals.as_slice() {
        [first, .., _] if ordinals.len() > 3 => format!("#{first} and {} more", ordinals.len() - 1),
        few => few
            .iter()
            .map(|ordinal| format!("#{ordinal}"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// Returns the line for equal calls that are not shown. `None` means that there are none.
fn more_like_it(more: usize, last: &Call) -> Option<String> {
    (more > 0).then(|| format!("    … {more} more like it, up to #{} …", last.ordinal()))
}

fn write_gap(left_out: &mut usize, lines: &mut Vec<String>) {
    match std::mem::take(left_out) {
        0 => {}
        1 => lines.push("    … 1 call …".to_owned()),
        count => lines.push(format!("    … {count} calls …")),
    }
}

fn limited(mut effects: Vec<String>) -> Vec<String> {
    if effects.len() > MAX_SHOWN_EFFECTS {
        let more = effects.len() - (MAX_SHOWN_EFFECTS - 1);
        effects.truncate(MAX_SHOWN_EFFECTS - 1);
        effects.push(format!("… {more} more effects"));
    }
    effects
}

/// Returns the hints at what is wrong with the calls, a line for each.
pub(crate) fn hints(journal: &JournalView) -> Vec<String> {
    let text = Text {
        head: Vec::new(),
        journal,
        after: 0,
        before: u64::MAX,
        star: "".into(),
        starred: BTreeSet::new(),
        nearest: Vec::new(),
    };
    let hints = text.hints();
    hints
        .iter()
        .map(|hint| journal.secrets.scrub(hint))
        .collect()
}

/// Returns the whole journal for a human: every call with what it changed. Equal calls in a row that
/// changed nothing are shown as one.
pub(crate) fn transcript(journal: &JournalView) -> String {
    let calls = || journal.calls.iter().map(|(_, call)| call);
    let mut lines = Vec::new();
    if journal.dropped > 0 {
        lines.push(format!(
            "(the first {} calls were not kept)",
            journal.dropped
        ));
    }
    let columns = Columns::of(calls());
    let repeats = Repeats::among(calls());
    for Folded { call, more, last } in Folded::all(calls(), |_| Some(true)) {
        lines.push(columns.line(call) + &repeats.note(call));
        let details = lines::body(call)
            .into_iter()
            .chain(lines::ignored(call))
            .chain(lines::effects(call))
            .chain(lines::events(call));
        lines.extend(details.map(|line| format!("        {line}")));
        lines.extend(more_like_it(more, last));
    }
    journal.secrets.scrub(&lines.join("\n"))
}

/// Describes a refusal: `#2 was refused with 422, user_id: DuplicateValue, and changed nothing`.
fn refusal(call: &Call) -> String {
    let status = call.status().unwrap_or_default();
    let reason = lines::reason(call).unwrap_or_default();
    // A GET never changes anything, so this is not mentioned.
    let effect = match call.method() {
        "GET" | "HEAD" => "",
        _ => ", and changed nothing",
    };
    format!(
        "#{} was refused with {status}, {reason}{effect}",
        call.ordinal()
    )
}

/// Returns a failure that is about the account. `starred` selects the calls that may be related to
/// it.
pub(crate) fn state_failure(
    head: &[String],
    journal: &JournalView,
    starred: impl Fn(&Call) -> bool,
) -> Failure {
    let mut head: Vec<String> = head
        .iter()
        .map(|line| lines::line(line, &journal.secrets))
        .collect();
    let headline = head.first().cloned().unwrap_or_default();
    let starred: BTreeSet<u64> = journal
        .calls
        .iter()
        .map(|(_, call)| call)
        .filter(|call| starred(call))
        .map(Call::ordinal)
        .collect();
    let about_it = journal.calls.iter().map(|(_, call)| call);
    let mut refused =
        about_it.filter(|call| starred.contains(&call.ordinal()) && call.is_refused());
    let first = refused.by_ref().take(MAX_SHOWN_REFUSALS);
    head.extend(first.map(|call| format!("  {}", refusal(call))));
    match refused.count() {
        0 => {}
        1 => head.push("  1 more was refused".to_owned()),
        more => head.push(format!("  {more} more were refused")),
    }
    let remarks = remarks(journal).into_iter().take(MAX_SHOWN_REMARKS);
    head.extend(remarks.map(|remark| format!("  {}", remark.text)));
    let text = Text {
        head,
        journal,
        after: 0,
        before: u64::MAX,
        star: "about it".into(),
        starred,
        nearest: Vec::new(),
    };
    Failure {
        kind: FailureKind::WrongState,
        headline,
        text: text.compose(),
        double: journal.double,
    }
}
