//! [`ChaosKind`]: the kinds of trouble that chaos brings.

/// A kind of trouble that [`Chaos`](crate::chaos::Chaos) brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ChaosKind {
    /// 429 with a `Retry-After` of one to three seconds.
    RateLimited,
    /// 503 with a `Retry-After` of one to three seconds.
    Unavailable,
    /// 500 without a `Retry-After`.
    ServerError,
    /// 502 with an HTML page.
    HtmlError,
    /// A connection that breaks before the call is applied.
    Disconnect,
    /// A reply that is lost after the call was applied.
    LostReply,
    /// A reply that is late by one to three seconds, if the double follows tokio's time.
    Delay,
    /// Background jobs that take one to four polls.
    SlowJobs,
    /// Pages with fewer rows than requested.
    SmallPages,
    /// An index of the search that lags by up to twenty requests.
    SearchLag,
    /// New ids that do not rise in the order of creation. Without chaos, only those of the items of
    /// a job do not.
    IdsOutOfOrder,
}

impl ChaosKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::RateLimited,
        Self::Unavailable,
        Self::ServerError,
        Self::HtmlError,
        Self::Disconnect,
        Self::LostReply,
        Self::Delay,
        Self::SlowJobs,
        Self::SmallPages,
        Self::SearchLag,
        Self::IdsOutOfOrder,
    ];

    /// Returns whether it happens to single calls, rather than to the whole run.
    const fn is_fault(self) -> bool {
        !matches!(
            self,
            Self::SlowJobs | Self::SmallPages | Self::SearchLag | Self::IdsOutOfOrder
        )
    }
}

/// A set of kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) const ALL: Self = Self(u16::MAX);
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn with(self, kind: ChaosKind) -> Self {
        Self(self.0 | (1 << kind as u16))
    }

    pub(super) const fn without(self, kind: ChaosKind) -> Self {
        Self(self.0 & !(1 << kind as u16))
    }

    pub(super) const fn has(self, kind: ChaosKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// Returns the kinds that happen to single calls.
    pub(super) fn faults(self) -> impl Iterator<Item = ChaosKind> {
        let kinds = ChaosKind::ALL.into_iter();
        kinds.filter(move |kind| kind.is_fault() && self.has(*kind))
    }
}
