//! [`EndpointLimit`]: how often one record may be changed in a minute.

/// A limit of one endpoint, beside that of the account.
///
/// <https://developer.zendesk.com/api-reference/introduction/rate-limits/#endpoint-rate-limits>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndpointLimit {
    pub(crate) updates_per_minute: u32,
    /// The header that tells of it, also where it is not reached.
    pub(crate) header: Option<&'static str>,
    pub(crate) form: EndpointLimitForm,
}

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
        updates_per_minute: 5,
        header: Some("zendesk-ratelimit-create-update-user"),
        form: EndpointLimitForm::TextAboutUser,
    };

    /// Five changes of one organization.
    pub(crate) const OF_ORGANIZATION: Self = Self {
        updates_per_minute: 5,
        header: None,
        form: EndpointLimitForm::Json,
    };
}

/// What a reply tells of the limit of its endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndpointRate {
    pub(crate) header: &'static str,
    pub(crate) total: u32,
    /// How many changes are left in this minute, the present one taken off.
    pub(crate) remaining: u32,
    /// The seconds until the next minute.
    pub(crate) resets: u64,
}
