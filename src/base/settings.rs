//! [`Rules`]: the account's behaviour where the documentation leaves it open, or where accounts
//! differ.
//!
//! Each field is one question, answered in one place. Questions with two answers are in `answers`:
//! see `open_question.rs`. The stores ask here and do not decide these questions themselves.

use std::time::Duration;

use super::open_question::{Answers, OpenQuestion};

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
    pub(crate) answers: Answers,
    /// How far `/search` and what belongs to it lag.
    pub(crate) search_lag: SearchLag,
    /// How far the searches of users and of organizations and autocomplete lag.
    pub(crate) lookup_lag: SearchLag,
    /// Whether users join organizations by the domains of their e-mail addresses.
    pub(crate) domain_mapping: DomainMapping,
    pub(crate) passwords: Passwords,
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

impl Rules {
    /// Returns whether the account gives the other answer to an open question.
    pub(crate) fn is_other(&self, question: OpenQuestion) -> bool {
        self.answers.is_other(question)
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
            answers: Answers::default(),
            domain_mapping: DomainMapping::Off,
            passwords: Passwords::Refused,
            search_lag: SearchLag::default(),
            lookup_lag: SearchLag::default(),
        }
    }
}
