//! The registry of the rules.

use super::kind::AdviceKind;
use super::reading;
use super::searching;
use super::seen::{Found, Seen};
use super::waiting;
use super::writing;

/// Returns the function that finds what a kind of advice is about.
pub(super) fn rule(kind: AdviceKind) -> fn(&Seen<'_>) -> Vec<Found> {
    match kind {
        AdviceKind::RetriedTooSoon => waiting::retried_too_soon,
        AdviceKind::PolledTooFast => waiting::polled_too_fast,
        AdviceKind::OffsetWalk => reading::offset_walk,
        AdviceKind::StoppedAtFirstPage => reading::stopped_at_first_page,
        AdviceKind::CreatedOneByOne => writing::created_one_by_one,
        AdviceKind::SentAgain => writing::sent_again,
        AdviceKind::SecretInQuery => searching::secret_in_query,
        AdviceKind::ReadAgain => reading::read_again,
        AdviceKind::UpsertedByName => writing::upserted_by_name,
        AdviceKind::LookedUpInIndex => searching::looked_up_in_index,
    }
}
