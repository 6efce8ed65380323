//! By what an upsert finds the user that it updates.

use crate::base::ids::{RecordId, UserId};
use crate::resources::account::Account;

use super::model::UserChanges;

/// What a request says of the user that it means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Criteria {
    pub(crate) id: Option<i64>,
    pub(crate) external_id: Option<String>,
    pub(crate) email: Option<String>,
}

impl Criteria {
    pub(crate) fn of(id: Option<i64>, changes: &UserChanges) -> Self {
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
    /// Finds the user that a request means: by id, or else by external id, or else by any e-mail
    /// address. Which of them Zendesk looks at first is not documented but for the external id,
    /// which was seen to come before the address. A deleted user is found by none.
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

    /// The users that are not deleted whose phone number starts with this, by name.
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
