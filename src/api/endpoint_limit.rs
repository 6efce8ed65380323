//! [`EndpointLimit`]: how often an endpoint may be called, beside the limit of the account.

/// A limit of one endpoint, or of several together.
///
/// <https://developer.zendesk.com/api-reference/introduction/rate-limits/#endpoint-rate-limits>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndpointLimit {
    /// How many requests are allowed in each window.
    pub(crate) requests: u32,
    /// The length of a window, in minutes of the clock.
    pub(crate) minutes: u64,
    pub(crate) counts: Counts,
    /// The header that tells of it, also where it is not reached.
    pub(crate) header: Option<&'static str>,
    pub(crate) form: EndpointLimitForm,
}

/// Which requests count together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Those of one operation for the same record.
    ByRecord,
    /// All of the account to the operations with this limit.
    OfAccount(&'static str),
}

/// How a request beyond the limit is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndpointLimitForm {
    /// `{"errors":[{"code":"TooManyRequests",…}]}`, as documented for organizations.
    Json,
    /// A sentence about one user as `text/plain`, as recorded.
    TextAboutUser,
    /// `{"error":"APIRateLimitExceeded",…}` with a sentence about exports, as reported.
    Export,
    /// The JSON of the account's limit.
    OfAccount,
}

impl EndpointLimit {
    /// Five changes of one user per minute.
    pub(crate) const OF_USER: Self = Self {
        requests: 5,
        minutes: 1,
        counts: Counts::ByRecord,
        header: Some("zendesk-ratelimit-create-update-user"),
        form: EndpointLimitForm::TextAboutUser,
    };

    /// Five changes of one organization per minute.
    pub(crate) const OF_ORGANIZATION: Self = Self {
        header: None,
        form: EndpointLimitForm::Json,
        ..Self::OF_USER
    };

    /// "You can permanently delete up to 700 users every 10 minutes."
    /// <https://developer.zendesk.com/api-reference/ticketing/users/users/#permanently-delete-user>
    pub(crate) const OF_PERMANENT_DELETIONS: Self = Self {
        requests: 700,
        minutes: 10,
        counts: Counts::OfAccount("permanent deletions"),
        ..Self::OF_ORGANIZATION
    };

    /// Ten time-based exports per minute: "You can make up to 10 requests per minute to these
    /// endpoints."
    /// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#rate-limits>
    pub(crate) const OF_EXPORTS: Self = Self {
        requests: 10,
        minutes: 1,
        counts: Counts::OfAccount("exports"),
        header: Some("zendesk-ratelimit-incremental-exports"),
        form: EndpointLimitForm::Export,
    };

    /// Twenty exports by cursor per minute, as recorded.
    pub(crate) const OF_CURSOR_EXPORTS: Self = Self {
        requests: 20,
        counts: Counts::OfAccount("cursor exports"),
        header: Some("zendesk-ratelimit-incremental-exports-cursor"),
        ..Self::OF_EXPORTS
    };

    /// "It's more strict in terms of rate limiting, at 10 requests per 20 minutes instead of 10
    /// requests per minute."
    /// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-sample-export>
    pub(crate) const OF_SAMPLES: Self = Self {
        minutes: 20,
        counts: Counts::OfAccount("sample exports"),
        header: None,
        ..Self::OF_EXPORTS
    };

    /// 2,500 searches per minute.
    /// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#rate-limit>
    pub(crate) const OF_SEARCH: Self = Self {
        requests: 2_500,
        minutes: 1,
        counts: Counts::OfAccount("search"),
        header: Some("zendesk-ratelimit-search-index"),
        form: EndpointLimitForm::OfAccount,
    };

    /// 100 pages of search exports per minute. The name of its header is not known.
    pub(crate) const OF_SEARCH_EXPORT: Self = Self {
        requests: 100,
        counts: Counts::OfAccount("search exports"),
        header: None,
        ..Self::OF_SEARCH
    };
}

/// What a reply tells of the limit of its endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndpointRate {
    pub(crate) header: &'static str,
    pub(crate) total: u32,
    /// How many requests are left in this window, the present one taken off.
    pub(crate) remaining: u32,
    /// The seconds until the next window.
    pub(crate) resets: u64,
}
