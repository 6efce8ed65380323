//! The failure texts of deliveries.

use std::collections::BTreeSet;

use crate::base::place::Place;
use crate::calls::{Failure, FailureKind, Times, state_failure};

use super::deliveries::{Criterion, Deliveries};
use super::delivery::{Delivery, DeliveryState};

/// The number of deliveries that are shown: the first and the last.
const SHOWN_FIRST: usize = 10;
const SHOWN_LAST: usize = 10;

/// Returns a number of deliveries in words, such as `exactly 1 delivery`.
pub(super) fn in_words(times: Times) -> String {
    times.in_words("delivery", "deliveries")
}

/// Returns, for example, `2 are`.
pub(super) fn several(count: usize) -> String {
    match count {
        1 => "1 is".to_owned(),
        count => format!("{count} are"),
    }
}

impl Deliveries {
    /// Returns the description of the deliveries that follows their number.
    pub(super) fn subject(&self) -> String {
        let described = |criterion: &Criterion| match criterion {
            Criterion::Type(event_type) => format!(" of {}", event_type.short()),
            Criterion::About(record) => format!(" about {}", self.journal.named(*record)),
            Criterion::CausedBy(call) => format!(" caused by #{call}"),
            Criterion::To(webhook) => format!(" to {}", webhook.url()),
            Criterion::State(state) => format!(" that are {state}"),
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
        is_meant: &dyn Fn(&Delivery) -> bool,
    ) -> Failure {
        let meant: Vec<&Delivery> = self.iter().filter(|delivery| is_meant(delivery)).collect();
        let numbers: BTreeSet<u64> = meant.iter().map(|delivery| delivery.number()).collect();
        let causes: BTreeSet<u64> = meant.iter().map(|delivery| delivery.cause()).collect();
        let mut head = vec![headline.to_owned(), format!("  asserted at {place}")];
        head.extend(hint);
        head.push(String::new());
        let count = self.all().len();
        let star = if numbers.is_empty() {
            ""
        } else {
            ", * = counted"
        };
        match count {
            0 => head.push("no deliveries".to_owned()),
            count => head.push(format!("deliveries ({count}){star}:")),
        }
        for (index, delivery) in self.all().iter().enumerate() {
            if index == SHOWN_FIRST && count > SHOWN_FIRST + SHOWN_LAST {
                let left_out = count - SHOWN_FIRST - SHOWN_LAST;
                head.push(format!("    … {left_out} more …"));
            }
            if index < SHOWN_FIRST || index + SHOWN_LAST >= count {
                let star = if numbers.contains(&delivery.number()) {
                    '*'
                } else {
                    ' '
                };
                head.push(format!("  {star} {}", line(delivery)));
            }
        }
        let is_cause = |ordinal: u64| causes.contains(&ordinal);
        let failure = state_failure(&head, &self.journal, |call| is_cause(call.ordinal()));
        Failure { kind, ..failure }
    }
}

/// Returns a delivery in one line, such as
/// `2  user.created, user 7 (Ada)  -> delivered (409, 200), caused by #1`.
fn line(delivery: &Delivery) -> String {
    let posted = &*delivery.0;
    let attempts = posted.attempts.iter();
    let mut ends: Vec<String> = attempts
        .map(|attempt| attempt.outcome.to_string())
        .collect();
    match (posted.state, posted.due) {
        (DeliveryState::Pending, _) if posted.is_in_flight => ends.push("in flight".to_owned()),
        (DeliveryState::Pending, Some(due)) => ends.push(format!("due at {}", due.timestamp())),
        (DeliveryState::Pending, None) => ends.push("waits for the next one".to_owned()),
        _ => {}
    }
    let ends = match ends.as_slice() {
        [] => String::new(),
        ends => format!(" ({})", ends.join(", ")),
    };
    let later = if posted.event.cause.in_background {
        "a job of "
    } else {
        ""
    };
    let fault = match &posted.fault {
        Some((kind, place)) => format!("; injected fault: {kind}, planned at {place}"),
        None => String::new(),
    };
    format!(
        "{}  {}  -> {}{ends}, caused by {later}#{}{fault}",
        posted.number,
        posted.event.shown(),
        posted.state,
        posted.event.cause.call
    )
}
