//! The failure texts of deliveries.

use std::collections::BTreeSet;

use crate::base::place::Place;
use crate::base::time::Moment;
use crate::calls::{Failure, FailureKind, Times, state_failure};

use super::deliveries::{Criterion, Deliveries};
use super::delivery::{Delivery, DeliveryState, call_in_words};

/// The number of deliveries that are shown, of the first and of the last.
const MAX_SHOWN_AT_EACH_END: usize = 10;

/// Returns a number of deliveries in words, such as `exactly 1 delivery`.
pub(super) fn in_words(times: Times) -> String {
    times.in_words("delivery", "deliveries")
}

/// The deliveries that a failure is about.
pub(super) struct Meant<'a> {
    /// What the star in front of them stands for.
    pub(super) star: &'static str,
    pub(super) is_meant: &'a dyn Fn(&Delivery) -> bool,
}

/// Returns how to have these deliveries sent, or `None` if waiting sends none of them.
pub(super) fn how_to_send<'a>(
    deliveries: impl Iterator<Item = &'a Delivery>,
    now: Moment,
) -> Option<String> {
    let pending: Vec<&Delivery> = deliveries
        .filter(|delivery| delivery.state() == DeliveryState::Pending)
        .collect();
    if pending.iter().any(|delivery| delivery.0.is_on_its_way(now)) {
        return Some(
            "  to wait until nothing is on its way: zendesk.settle_deliveries().await".to_owned(),
        );
    }
    let is_due_later = pending.iter().any(|delivery| delivery.0.due.is_some());
    is_due_later.then(|| {
        "  to send what is due later: zendesk.advance(…), then zendesk.settle_deliveries().await"
            .to_owned()
    })
}

impl Deliveries {
    /// Returns the description of the deliveries that follows their number.
    pub(super) fn subject(&self) -> String {
        let described = |criterion: &Criterion| match criterion {
            Criterion::Type(event_type) => format!(" of {}", event_type.short()),
            Criterion::About(record) => format!(" about {}", self.journal.named(*record)),
            Criterion::CausedBy { run, call } => {
                let call = call_in_words((*run, *call), self.journal.double);
                format!(" caused by {call}")
            }
            Criterion::To(webhook) => format!(" to {}", webhook.url()),
            Criterion::State(state) => format!(" in state {state}"),
        };
        self.criteria.iter().map(described).collect()
    }

    /// Returns the failure with all deliveries, and below them the calls. The calls that caused the
    /// deliveries that `is_meant` selects are starred, too.
    pub(super) fn failure(
        &self,
        kind: FailureKind,
        headline: &str,
        place: Place,
        hint: Option<String>,
        Meant { star, is_meant }: Meant<'_>,
    ) -> Failure {
        let meant: Vec<&Delivery> = self.iter().filter(|delivery| is_meant(delivery)).collect();
        let numbers: BTreeSet<u64> = meant.iter().map(|delivery| delivery.number()).collect();
        let run = self.journal.double;
        let causes = meant.iter().map(|delivery| delivery.0.event.cause_in(run));
        let causes: BTreeSet<u64> = causes.flatten().collect();
        let mut head = vec![headline.to_owned(), format!("  asserted at {place}")];
        head.extend(hint);
        head.push(String::new());
        let count = self.all().len();
        let star = if numbers.is_empty() {
            String::new()
        } else {
            format!(", * = {star}")
        };
        match count {
            0 => head.push("no deliveries".to_owned()),
            count => head.push(format!("deliveries ({count}){star}:")),
        }
        for (index, delivery) in self.all().iter().enumerate() {
            if index == MAX_SHOWN_AT_EACH_END && count > 2 * MAX_SHOWN_AT_EACH_END {
                let left_out = count - 2 * MAX_SHOWN_AT_EACH_END;
                head.push(format!("    … {left_out} more …"));
            }
            if index < MAX_SHOWN_AT_EACH_END || index + MAX_SHOWN_AT_EACH_END >= count {
                let star = if numbers.contains(&delivery.number()) {
                    '*'
                } else {
                    ' '
                };
                head.push(format!("  {star} {}", line(delivery, run)));
            }
        }
        let is_cause = |ordinal: u64| causes.contains(&ordinal);
        let failure = state_failure(&head, &self.journal, |call| is_cause(call.ordinal()));
        Failure { kind, ..failure }
    }
}

/// Returns a delivery in one line, such as
/// `2  user.created, user 7 (Ada)  -> delivered (409, 200), caused by #1`, for the texts of a run of
/// the double.
fn line(delivery: &Delivery, run: u64) -> String {
    let posted = &*delivery.0;
    let attempts = posted.attempts.iter();
    let mut history: Vec<String> = attempts
        .map(|attempt| attempt.outcome.to_string())
        .collect();
    match (posted.state, posted.due) {
        (DeliveryState::Pending, _) if posted.is_in_flight => history.push("in flight".to_owned()),
        (DeliveryState::Pending, Some(due)) => history.push(format!("due at {}", due.timestamp())),
        (DeliveryState::Pending, None) => history.push("waits for the next event".to_owned()),
        _ => {}
    }
    let history = match history.as_slice() {
        [] => String::new(),
        history => format!(" ({})", history.join(", ")),
    };
    let by_job = if posted.event.cause.in_background {
        "a job of "
    } else {
        ""
    };
    let fault = match &posted.fault {
        Some((kind, place)) => format!("; injected fault: {kind}, planned at {place}"),
        None => String::new(),
    };
    let cause = call_in_words((posted.event.run, posted.event.cause.call), run);
    format!(
        "{}  {}  -> {}{history}, caused by {by_job}{cause}{fault}",
        posted.number,
        posted.event.shown(),
        posted.state
    )
}
