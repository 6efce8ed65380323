//! [`Rules`]: how the account behaves where the documentation leaves it open, or where accounts differ.
//!
//! Each field is one question with its answer in one place. The store asks here and decides nothing
//! of the kind itself.

/// The choices that an account's behaviour depends on. The builder sets them.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Whether a user may be in several organizations. Off, joining a second one leaves the first.
    pub(crate) organizations_of_a_user: OrganizationsOfAUser,
    /// How many organizations a user may be in.
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    pub(crate) organizations_per_user: usize,
    /// How many background jobs may be queued or running. None: as many as there are.
    pub(crate) job_limit: Option<usize>,
    /// The most rows of a page, whatever is asked for. None: as asked.
    pub(crate) max_page_size: Option<usize>,
    pub(crate) non_default: NonDefaultValue,
    pub(crate) user_list_under_cursor: UserListUnderCursor,
}

/// Whether the account has "multiple organizations" switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrganizationsOfAUser {
    Many,
    One,
}

/// What the API gives for `default` in a membership that is not the default.
///
/// The documentation says null ("If false, returns `null`"), and nobody has recorded one; a correct
/// client takes both alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NonDefaultValue {
    /// `"default": null`, as documented.
    #[default]
    Null,
    /// `"default": false`, as group memberships have it.
    False,
}

/// The order of a user's memberships under cursor pagination.
///
/// The documentation gives one order for the list and makes no exception for a kind of pagination.
/// Organizations, however, are known to come by name under offset and by id under cursor
/// pagination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserListUnderCursor {
    /// The default membership first, then by organization name, as under offset pagination.
    #[default]
    DefaultThenName,
    /// By membership id.
    ById,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            organizations_of_a_user: OrganizationsOfAUser::Many,
            organizations_per_user: 300,
            job_limit: None,
            max_page_size: None,
            non_default: NonDefaultValue::default(),
            user_list_under_cursor: UserListUnderCursor::default(),
        }
    }
}
