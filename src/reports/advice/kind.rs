//! [`AdviceKind`]: the kinds of advice, each with its rule and its source.

use std::fmt;

use serde::Serialize;

const BEST_PRACTICES: &str = "https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/best-practices-for-avoiding-rate-limiting/";
const RATE_LIMITS: &str = "https://developer.zendesk.com/api-reference/introduction/rate-limits/";
const PAGINATION: &str = "https://developer.zendesk.com/api-reference/introduction/pagination/";
const AUTHENTICATION: &str =
    "https://developer.zendesk.com/api-reference/introduction/security-and-auth/";
const UPSERT_OF_ORGANIZATIONS: &str = "https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#create-or-update-organization";
const SEARCH: &str =
    "https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/";
const IDEMPOTENCY: &str =
    "https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency";

/// A kind of advice.
///
/// Each variant says exactly when a program earns the advice, and when not. Numbers that Zendesk's
/// documentation does not contain are marked as chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AdviceKind {
    /// The same request (method, path and query) came again before the time in the `Retry-After` of
    /// its reply was over.
    ///
    /// Time is that of the double's clock. By default it stands still, and then nothing is known of
    /// how long the program waited, so there is no advice. Set
    /// [`Clock::tokio`](crate::Clock::tokio) or [`Clock::wall`](crate::Clock::wall), or
    /// [advance](crate::MockZendesk::advance) the clock instead of sleeping.
    RetriedTooSoon,
    /// The status of one job was requested four times or more in a row with less than a second in
    /// between, while the job was queued or working.
    ///
    /// Both numbers are chosen: Zendesk says only that each request counts. Time is that of the
    /// double's clock, as for [`AdviceKind::RetriedTooSoon`]: on a clock that stands still, polling
    /// is never too fast.
    PolledTooFast,
    /// Two pages or more of a list were read by offset pagination, although the list has cursor
    /// pagination.
    ///
    /// There is no advice if the request also sorts the list, because most lists can be sorted only
    /// under offset pagination.
    OffsetWalk,
    /// The first page of a list was read, and no other, although there are more rows and no call
    /// failed.
    ///
    /// There is no advice if the program asked for a page of one row or for an order, as if it
    /// wanted the first rows; if it read the same list to the end later; and on searches, lists of
    /// jobs and exports, which a program continues later.
    StoppedAtFirstPage,
    /// Three records of one kind or more were created or upserted one by one, each within a minute
    /// of the one before, although one request takes up to 100 of them.
    ///
    /// Three is the first number for which a bulk operation needs fewer requests: one that starts
    /// the job, and at least one for its status. The minute is chosen. Records that were in a bulk
    /// operation before do not count, nor do those of an account that refused one.
    CreatedOneByOne,
    /// A request that writes was sent again with the same body after it had succeeded, and the
    /// second one was refused, changed nothing, or created the same again.
    ///
    /// There is no advice if another request that writes came in between, if the first reply was
    /// lost in a fault, if the first one started a job that failed, or if the request has an
    /// `Idempotency-Key`. If a test runs the program
    /// twice, ask for the advice of each run: `zendesk.calls().since(mark).advice()`.
    SentAgain,
    /// A query contains a parameter with the name of a secret, such as `token` or `password`, or
    /// a secret that was used elsewhere as credentials.
    SecretInQuery,
    /// The same page of a list was read twice within a minute of the double's clock, with the same
    /// reply, and no request that writes and no failed request came in between.
    ///
    /// Searches, exports and the status of jobs do not count, because repeating them is how a
    /// program waits. If a test runs the program twice, ask for the advice of each run.
    ReadAgain,
    /// An organization was upserted without an id and without an external id.
    ///
    /// Zendesk finds no organization by its name, so the second run is refused with 422.
    UpsertedByName,
    /// The search was used to look up one record by its external id, its address or the name of an
    /// organization, or a user or an organization was created again that the search did not find
    /// yet.
    ///
    /// The search works on an index, which lacks new records for some time. There is no advice if
    /// the program later asks an operation that knows them at once.
    LookedUpInIndex,
}

impl AdviceKind {
    /// Every kind, in the order in which advice of several kinds is listed for the same call.
    pub const ALL: [Self; 10] = [
        Self::RetriedTooSoon,
        Self::PolledTooFast,
        Self::OffsetWalk,
        Self::StoppedAtFirstPage,
        Self::CreatedOneByOne,
        Self::SentAgain,
        Self::SecretInQuery,
        Self::ReadAgain,
        Self::UpsertedByName,
        Self::LookedUpInIndex,
    ];

    /// Returns what to do instead, and why, in one sentence.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::RetriedTooSoon => {
                "wait as long as Retry-After says, because a request before that is limited again and counts"
            }
            Self::PolledTooFast => {
                "pause at least a second between requests for the status of a job, because each counts towards the rate limit"
            }
            Self::OffsetWalk => {
                "use cursor pagination, because deep offset pages are slow and end at 10,000 records, and rows that move are missed"
            }
            Self::StoppedAtFirstPage => {
                "follow the pages until there is no next one, because no page contains all rows"
            }
            Self::CreatedOneByOne => {
                "create up to 100 records in one request, because each request counts towards the rate limit"
            }
            Self::SentAgain => {
                "do not repeat a request that succeeded, because Zendesk creates a duplicate or refuses it"
            }
            Self::SecretInQuery => {
                "send secrets in a header, because queries are written to the logs of every server on the way"
            }
            Self::ReadAgain => {
                "keep what was read, because each request counts towards the rate limit"
            }
            Self::UpsertedByName => {
                "send the external_id, because Zendesk finds no organization by its name and refuses the second run"
            }
            Self::LookedUpInIndex => {
                "use a lookup that does not depend on the index, because the search finds new records only later"
            }
        }
    }

    /// Returns the URL of the page that the rule follows from.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::RetriedTooSoon => RATE_LIMITS,
            Self::OffsetWalk | Self::StoppedAtFirstPage => PAGINATION,
            Self::PolledTooFast | Self::CreatedOneByOne | Self::ReadAgain => BEST_PRACTICES,
            Self::SentAgain => IDEMPOTENCY,
            Self::SecretInQuery => AUTHENTICATION,
            Self::UpsertedByName => UPSERT_OF_ORGANIZATIONS,
            Self::LookedUpInIndex => SEARCH,
        }
    }
}

/// Writes the name of the variant, as a test writes it.
impl fmt::Display for AdviceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
