//! [`Chaos`]: a seeded mix of faults, job paces and page sizes.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::api::error::{TOO_MANY_REQUESTS, UNAVAILABLE};
use crate::api::operation::Operation;
use crate::base::ids::scatter;
use crate::base::settings::SearchLag;
use crate::resources::job_statuses::model::JobPace;
use crate::trouble::Kind;

use super::chaos_kind::{ChaosKind, Kinds};

/// Injects random but reproducible faults, within bounds that a correct client survives.
///
/// Each call of an operation may meet one of these, in the order in which the calls arrive: 429 and
/// 503 with a `Retry-After` of one to three seconds, 500, 502, a connection that breaks before the
/// call is applied, and a reply that is lost after it was applied. If the double follows tokio's
/// time, replies may also be late. Background jobs take one to four polls. Pages hold fewer rows
/// than requested. The index of the search may lag by up to twenty requests. New ids may not rise in
/// the order of creation. The same seed and the same calls bring the same faults. What the test
/// chooses itself stays as it is: a job pace, the size of pages, a lag of the search.
///
/// A correct client retries what fails in these ways, waits as long as `Retry-After` says, treats a
/// duplicate or a missing record after a lost reply as success, polls its jobs and checks their
/// results, follows the links of a list to its end, and does not take what a search does not find
/// for missing, or a larger id for a newer record.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, chaos::Chaos};
///
/// let zendesk = MockZendesk::builder().chaos(Chaos::seeded(7).chance(100).in_a_row(2)).start().await;
/// let mut attempts = 0;
/// while !reqwest::get(zendesk.url("/users/me")).await.is_ok_and(|reply| reply.status().is_success()) {
///     attempts += 1;
/// }
/// assert_eq!(attempts, 2, "then it has to go well");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "chaos does nothing until it is given to the builder"]
pub struct Chaos {
    seed: u64,
    percent: u64,
    in_a_row: u32,
    kinds: Kinds,
}

impl Chaos {
    /// Returns chaos from this seed, with a fault in one call of five, and in at most two calls of
    /// an operation in a row.
    pub const fn seeded(seed: u64) -> Self {
        Self {
            seed,
            percent: 20,
            in_a_row: 2,
            kinds: Kinds::ALL,
        }
    }

    /// Sets the percentage of calls with a fault, instead of 20.
    ///
    /// # Panics
    ///
    /// Panics if `percent` is more than 100.
    #[track_caller]
    pub fn chance(self, percent: u8) -> Self {
        assert!(
            percent <= 100,
            "a chance of {percent} percent is not possible; give at most 100"
        );
        Self {
            percent: percent.into(),
            ..self
        }
    }

    /// Sets how many calls of an operation may have a fault in a row, instead of two. The next call
    /// then succeeds.
    ///
    /// # Panics
    ///
    /// Panics if `most` is 0. To change only pages and jobs, use `chance(0)`.
    #[track_caller]
    pub const fn in_a_row(self, most: u32) -> Self {
        assert!(
            most > 0,
            "with 0 calls in a row there is never any trouble; give at least 1, or use `chance(0)`"
        );
        Self {
            in_a_row: most,
            ..self
        }
    }

    /// Brings only these kinds of trouble, instead of all.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// use mock_zendesk::{MockZendesk, chaos::{Chaos, ChaosKind}};
    ///
    /// let limits = Chaos::seeded(7).chance(100).only([ChaosKind::RateLimited]);
    /// let zendesk = MockZendesk::builder().chaos(limits).start().await;
    /// assert_eq!(reqwest::get(zendesk.url("/users/me")).await?.status(), 429);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there are none.
    #[track_caller]
    pub fn only(self, kinds: impl IntoIterator<Item = ChaosKind>) -> Self {
        let kinds = kinds.into_iter().fold(Kinds::NONE, Kinds::with);
        assert!(
            kinds != Kinds::NONE,
            "chaos with no kind of trouble changes nothing; name at least one, or leave it out"
        );
        Self { kinds, ..self }
    }

    /// Leaves out one kind of trouble.
    pub const fn without(self, kind: ChaosKind) -> Self {
        Self {
            kinds: self.kinds.without(kind),
            ..self
        }
    }

    /// Returns the seed.
    #[must_use]
    pub const fn seed(self) -> u64 {
        self.seed
    }

    /// Returns how far the search lags: in half of the runs, by up to twenty requests.
    pub(crate) fn search_lag(self) -> SearchLag {
        if !self.kinds.has(ChaosKind::SearchLag) {
            return SearchLag::None;
        }
        match scatter(self.seed ^ scatter(1)) % (2 * LARGEST_LAG) {
            requests @ 1..=LARGEST_LAG => SearchLag::Requests(requests as u32),
            _ => SearchLag::None,
        }
    }

    /// Returns whether new ids do not rise in the order of creation: in half of the runs.
    pub(crate) fn ids_out_of_order(self) -> bool {
        self.kinds.has(ChaosKind::IdsOutOfOrder) && scatter(self.seed ^ scatter(2)) % 2 == 0
    }

    /// Returns the maximum number of rows on a page: from one to ten. `None` means as many as
    /// requested.
    pub(crate) fn max_page_size(self) -> Option<usize> {
        if !self.kinds.has(ChaosKind::SmallPages) {
            return None;
        }
        match scatter(self.seed ^ scatter(0)) % 12 {
            rows @ 1..=10 => Some(rows as usize),
            _ => None,
        }
    }
}

/// The largest lag of a search, in requests.
const LARGEST_LAG: u64 = 20;

/// Whether replies may be late. They may only if time moves by itself and waiting takes no real
/// time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delays {
    Happen,
    DoNotHappen,
}

/// The state of chaos while the double runs.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    chaos: Chaos,
    /// Whether replies may be late.
    delays: Delays,
    thrown: u64,
    /// The number of calls of each operation in a row that had a fault.
    rows: BTreeMap<&'static str, u32>,
}

impl Dice {
    pub(crate) fn new(chaos: Chaos, delays: Delays) -> Self {
        Self {
            chaos,
            delays,
            thrown: 0,
            rows: BTreeMap::new(),
        }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.chaos.seed
    }

    /// Returns the fault of the next call of this operation. `None` means that it succeeds.
    pub(crate) fn fault(&mut self, operation: Operation) -> Option<Kind> {
        let can_happen =
            |kind: &ChaosKind| *kind != ChaosKind::Delay || self.delays == Delays::Happen;
        let kinds: Vec<ChaosKind> = self.chaos.kinds.faults().filter(can_happen).collect();
        let is_trouble = self.throw(100) < self.chaos.percent;
        let kind = self.throw(kinds.len().max(1) as u64);
        let seconds = 1 + self.throw(3);
        let row = self.rows.entry(operation.id()).or_default();
        let kind = kinds.get(kind as usize).filter(|_| is_trouble);
        let Some(kind) = kind.filter(|_| *row < self.chaos.in_a_row) else {
            *row = 0;
            return None;
        };
        *row = row.saturating_add(1);
        let retry_after = Some(Duration::from_secs(seconds));
        Some(match kind {
            ChaosKind::RateLimited => Kind::Status {
                status: TOO_MANY_REQUESTS,
                retry_after,
            },
            ChaosKind::Unavailable => Kind::Status {
                status: UNAVAILABLE,
                retry_after,
            },
            ChaosKind::ServerError => Kind::Status {
                status: UNAVAILABLE - 3,
                retry_after: None,
            },
            ChaosKind::HtmlError => Kind::Page {
                status: UNAVAILABLE - 1,
            },
            ChaosKind::Disconnect => Kind::Disconnect,
            ChaosKind::LostReply => Kind::LostReply,
            ChaosKind::Delay => Kind::Delay(Duration::from_secs(seconds)),
            ChaosKind::SlowJobs
            | ChaosKind::SmallPages
            | ChaosKind::SearchLag
            | ChaosKind::IdsOutOfOrder => return None,
        })
    }

    /// Returns the pace of all jobs of the account until the next throw. Each call throws it anew,
    /// so a job takes one to four polls. `None` means that the pace is not left to chaos.
    pub(crate) fn job_pace(&mut self) -> Option<JobPace> {
        // Thrown in any case, so that the choice of a pace does not change the faults.
        let polls = 1 + self.throw(4);
        let pace = JobPace::AfterPolls(u32::try_from(polls).unwrap_or(1));
        self.chaos.kinds.has(ChaosKind::SlowJobs).then_some(pace)
    }

    /// Leaves the pace of jobs to the test from now on.
    pub(crate) fn leave_job_pace(&mut self) {
        self.chaos = self.chaos.without(ChaosKind::SlowJobs);
    }

    /// Returns a number below `sides`.
    fn throw(&mut self, sides: u64) -> u64 {
        self.thrown += 1;
        scatter(scatter(self.chaos.seed) ^ self.thrown) % sides
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::operation::Operation;

    #[test]
    fn the_same_seed_gives_the_same_trouble_another_one_another_and_never_too_much_in_a_row() {
        let operation = Operation::all().next().expect("there are operations");
        let throw = |seed: u64| {
            let mut dice = Dice::new(Chaos::seeded(seed).chance(50), Delays::Happen);
            (0..300).map(|_| dice.fault(operation)).collect::<Vec<_>>()
        };
        assert_eq!(throw(7), throw(7));
        assert_ne!(throw(7), throw(8));
        let kinds = throw(7);
        assert!(
            kinds.windows(3).all(|row| row.iter().any(Option::is_none)),
            "{kinds:?}"
        );
        let troubles = kinds.iter().filter(|kind| kind.is_some()).count();
        assert!((75..=150).contains(&troubles), "{troubles} of 300");
        let mut seen: Vec<String> = kinds
            .into_iter()
            .flatten()
            .map(|kind| kind.to_string())
            .collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 13, "every kind comes: {seen:?}");
    }
}
