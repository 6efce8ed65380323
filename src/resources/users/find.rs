//! Finds the user that an upsert updates.

use crate::base::ids::{RecordId, UserId};
use crate::resources::account::Account;

use super::model::UserChanges;

/// How a request names a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Criteria {
    pub(crate) id: Option<i128>,
    pub(crate) external_id: Option<String>,
    pub(crate) email: Option<String>,
}

impl Criteria {
    pub(crate) fn of(id: Option<i128>, changes: &UserChanges) -> Self {
        let text = |text: &Option<Option<String>>| {
            let text = text.clone().flatten();
            text.filter(|text| !text.trim().is_empty())
        };
        Self {
            id,
            external_id: text(&changes.external_id),
            email: text(&changes.email),
        }
    }
}

impl Account {
    /// Finds the user that a request names: by id, or else by external id, or else by any e-mail
    /// address. The documentation does not say which of them comes first. In recordings, the
    /// external id came before the address. Deleted users are never found.
    pub(crate) fn find_user(&self, criteria: &Criteria) -> Option<UserId> {
        let by_id = criteria
            .id
            .and_then(|id| UserId::from_given(id).ok())
            .filter(|id| self.users.active(*id).is_some());
        let by_external_id = || {
            let external_id = criteria.external_id.as_deref()?;
            self.users.with_external_id(external_id)
        };
        let by_email = || self.holder_of_email(criteria.email.as_deref()?);
        by_id.or_else(by_external_id).or_else(by_email)
    }

    /// Returns the users that are not deleted and whose phone number starts with this, by name.
    pub(crate) fn users_with_phone_prefix(&self, prefix: &str) -> impl Iterator<Item = UserId> {
        let prefix = prefix.trim().to_owned();
        let starts = move |id: &UserId| {
            let user = self.users.get(*id);
            user.and_then(|user| user.phone.as_deref())
                .is_some_and(|phone| phone.starts_with(&prefix))
        };
        self.users.with_name_prefix("").filter(starts)
    }
}
