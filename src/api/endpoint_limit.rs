//! [`EndpointLimit`]: how often an endpoint may be called, for one record or for all.

/// A limit of one endpoint, beside that of the account.
///
/// <https://developer.zendesk.com/api-reference/introduction/rate-limits/#endpoint-rate-limits>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndpointLimit {
    /// How many calls are allowed in each window.
    pub(crate) calls: u32,
    /// The length of a window. Each starts at a multiple of it on the clock.
    pub(crate) window_seconds: u64,
    pub(crate) counts: Counts,
    /// The header that tells of it, also where it is not reached.
    pub(crate) header: Option<&'static str>,
    pub(crate) form: EndpointLimitForm,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// The calls for each record by itself.
    EachRecord,
    /// All calls to the endpoint.
    AllCalls,
}

const MINUTE: u64 = 60;

/// How a request beyond the limit is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndpointLimitForm {
    /// `{"errors":[{"code":"TooManyRequests",…}]}`, as documented for organizations.
    Json,
    /// A sentence about one user as `text/plain`, as recorded.
    TextAboutUser,
}

impl EndpointLimit {
    /// Five changes of one user.
    pub(crate) const OF_USER: Self = Self {
        calls: 5,
        window_seconds: MINUTE,
        counts: Counts::EachRecord,
        header: Some("zendesk-ratelimit-create-update-user"),
        form: EndpointLimitForm::TextAboutUser,
    };

    /// Five changes of one organization.
    pub(crate) const OF_ORGANIZATION: Self = Self {
        calls: 5,
        window_seconds: MINUTE,
        counts: Counts::EachRecord,
        header: None,
        form: EndpointLimitForm::Json,
    };

    /// "You can permanently delete up to 700 users every 10 minutes."
    /// <https://developer.zendesk.com/api-reference/ticketing/users/users/#permanently-delete-user>
    pub(crate) const OF_PERMANENT_DELETIONS: Self = Self {
        calls: 700,
        window_seconds: 10 * MINUTE,
        counts: Counts::AllCalls,
        header: None,
        form: EndpointLimitForm::Json,
    };
}

/// What a reply tells of the limit of its endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndpointRate {
    pub(crate) header: &'static str,
    pub(crate) total: u32,
    /// How many calls are left in this window, the present one taken off.
    pub(crate) remaining: u32,
    /// The seconds until the next window.
    pub(crate) resets: u64,
}
