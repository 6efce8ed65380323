//! [`Rules`]: the account's behaviour where the documentation leaves it open, or where accounts
//! differ.
//!
//! Each field is one question, answered in one place. The stores ask here and do not decide these
//! questions themselves.

use std::time::Duration;

/// The choices that determine an account's behaviour. The builder sets them.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Whether a user may be in several organizations. If not, joining a second one leaves the
    /// first.
    pub(crate) organizations_of_a_user: OrganizationsOfAUser,
    /// How many organizations a user may be in:
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    pub(crate) organizations_per_user: usize,
    /// How many background jobs may be queued or running. `None` means that there is no limit.
    pub(crate) job_limit: Option<usize>,
    /// The largest number of rows of a page, whatever the request asks for. `None` means that only
    /// Zendesk's limits apply.
    pub(crate) max_page_size: Option<usize>,
    /// How long incremental exports withhold a change.
    pub(crate) export_delay: Duration,
    pub(crate) non_default: NonDefaultValue,
    pub(crate) user_list_under_cursor: UserListUnderCursor,
    pub(crate) organization_ids: OrganizationIdsOnWrite,
    pub(crate) upsert_organization: UpsertOrganization,
    pub(crate) named_organization: NamedOrganization,
    pub(crate) unknown_group: UnknownGroup,
    pub(crate) invalid_field_value: InvalidFieldValue,
    pub(crate) wrong_token_on_users_me: WrongTokenOnUsersMe,
    pub(crate) quoted_email: QuotedEmail,
    /// How far `/search` and what belongs to it lag.
    pub(crate) search_lag: SearchLag,
    /// How far the searches of users and of organizations and autocomplete lag.
    pub(crate) lookup_lag: SearchLag,
    /// Whether users join organizations by the domains of their e-mail addresses.
    pub(crate) domain_mapping: DomainMapping,
    pub(crate) passwords: Passwords,
}

/// What `organization_ids` does when a request writes it to a user.
///
/// Zendesk's OpenAPI document has it as writable and does not say what it does; other pages do not
/// mention that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrganizationIdsOnWrite {
    /// Afterwards the user is in these organizations and in no others.
    #[default]
    Replaces,
    /// It is dropped, and the reply warns of that.
    IsIgnored,
}

/// What the organization of an upsert means for a user who exists.
///
/// The documentation of updates says that `organization_id` removes all other organizations; an
/// example of upserts says that the user "is added" to a named organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpsertOrganization {
    /// It becomes the only one, as in an update.
    #[default]
    Replaces,
    /// The user joins it and stays in the others.
    Adds,
}

/// What happens if a user is put into an organization by a name that no organization has.
///
/// The documentation says only that the organization is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedOrganization {
    /// It is created.
    #[default]
    IsCreated,
    /// The request is answered with 404, as for an unknown id.
    IsNotFound,
}

/// Whether the account has "multiple organizations" turned on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrganizationsOfAUser {
    Many,
    One,
}

/// Whether users join organizations by the domains of their e-mail addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DomainMapping {
    On,
    Off,
}

/// Whether requests may set passwords:
/// <https://developer.zendesk.com/api-reference/ticketing/users/user_passwords/>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passwords {
    Accepted,
    Refused,
}

/// What the API returns for `default` in a membership that is not the default.
///
/// The documentation says null ("If false, returns `null`"), and there is no recording of one. A
/// correct client accepts both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NonDefaultValue {
    /// `"default": null`, as documented.
    #[default]
    Null,
    /// `"default": false`, as in group memberships.
    False,
}

/// The order of a user's memberships under cursor pagination.
///
/// The documentation specifies one order for the list and makes no exception for a kind of
/// pagination. Organizations, however, are known to be sorted by name under offset pagination and
/// by id under cursor pagination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserListUnderCursor {
    /// The default membership first, then by organization name, as under offset pagination.
    #[default]
    DefaultThenName,
    /// By membership id.
    ById,
}

/// What `users/me` answers to a wrong token.
///
/// Reports contradict each other. A wrong password, and no credentials at all, get the anonymous
/// user in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrongTokenOnUsersMe {
    /// 401, as everywhere else.
    #[default]
    Refused,
    /// 200 with the anonymous user, as clients of 2016 and 2023 saw it.
    Anonymous,
}

/// When the index of a search has a change.
///
/// In Zendesk that takes "a few minutes" according to the documentation. From one second to ten
/// minutes were reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchLag {
    /// At once.
    #[default]
    None,
    /// After this many further requests of any kind.
    Requests(u32),
    /// After this long on the double's clock.
    Time(Duration),
    /// When the test calls [`SearchIndex::catch_up`](crate::search::SearchIndex::catch_up).
    ByHand,
}

impl SearchLag {
    /// Returns the number of ticks until the index has a change. `None` means that it does not lag.
    pub(crate) fn delay(self) -> Option<u128> {
        match self {
            Self::None | Self::Requests(0) | Self::Time(Duration::ZERO) => None,
            // The request of the change is not a further one.
            Self::Requests(requests) => Some(u128::from(requests) + 1),
            Self::Time(time) => Some(time.as_nanos()),
            Self::ByHand => Some(u128::MAX),
        }
    }
}

/// What a search for `email:"dwight@example.com"` finds, with quotes.
///
/// The documentation says that it "may return any user whose email starts with" the part before
/// the `@`. Without quotes only the whole address is found in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuotedEmail {
    /// The user with this address.
    #[default]
    Exact,
    /// Every user with an address that starts with the part before the `@`.
    Beginning,
}

/// What happens to an organization that is given a `group_id` of no group, or of a deleted one.
///
/// Zendesk's documentation does not say, and nobody has recorded it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownGroup {
    /// 422, with `Group: is invalid`.
    #[default]
    Refused,
    /// The id is kept as given. Tickets of the organization get no group by it.
    Accepted,
}

/// What happens to a user or an organization that is given a value that a custom field cannot have,
/// such as a dropdown's value that is none of its options.
///
/// Zendesk's documentation does not say, and nobody has recorded it. Tickets are reported to drop
/// such a value without a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidFieldValue {
    /// 422, with the title of the field and `is invalid`.
    #[default]
    Refused,
    /// The value is dropped, and the field keeps the one that it has.
    Dropped,
}

impl Rules {
    /// The attributes of a user that are writable elsewhere and dropped in this account.
    pub(crate) fn dropped_attributes(&self) -> &'static [&'static str] {
        match self.organization_ids {
            OrganizationIdsOnWrite::Replaces => &[],
            OrganizationIdsOnWrite::IsIgnored => &["organization_ids"],
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            organizations_of_a_user: OrganizationsOfAUser::Many,
            organizations_per_user: 300,
            job_limit: None,
            max_page_size: None,
            export_delay: Duration::from_secs(60),
            non_default: NonDefaultValue::default(),
            user_list_under_cursor: UserListUnderCursor::default(),
            organization_ids: OrganizationIdsOnWrite::default(),
            upsert_organization: UpsertOrganization::default(),
            named_organization: NamedOrganization::default(),
            unknown_group: UnknownGroup::default(),
            invalid_field_value: InvalidFieldValue::default(),
            domain_mapping: DomainMapping::Off,
            passwords: Passwords::Refused,
            wrong_token_on_users_me: WrongTokenOnUsersMe::default(),
            quoted_email: QuotedEmail::default(),
            search_lag: SearchLag::default(),
            lookup_lag: SearchLag::default(),
        }
    }
}
