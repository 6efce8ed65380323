//! Reads the custom fields of the account and their values, for tests and for everything that
//! answers.

use std::collections::BTreeMap;

use crate::base::field_value::{FieldOption, FieldValue, FieldValues, ShownField, Unset};
use crate::base::ids::{Kind, OrganizationId, UserId};
use crate::resources::account::Account;

use super::model::{OrganizationField, Owner, UserField};
use super::store::FieldStore;

impl Account {
    /// Returns the user field with this key, unless it is deleted.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, user_fields::NewUserField};
    /// let zendesk = MockZendesk::start().await;
    /// let tier = zendesk.seed().add(NewUserField::dropdown("tier", ["gold", "silver"]));
    /// assert_eq!(zendesk.account().user_field("tier"), Some(tier));
    /// # }
    /// ```
    #[must_use]
    pub fn user_field(&self, key: &str) -> Option<UserField> {
        self.user_fields.with_key(key).cloned()
    }

    /// Returns the user fields that are not deleted, by position.
    #[must_use]
    pub fn user_fields(&self) -> Vec<UserField> {
        self.user_fields.in_order().cloned().collect()
    }

    /// Returns the organization field with this key, unless it is deleted.
    #[must_use]
    pub fn organization_field(&self, key: &str) -> Option<OrganizationField> {
        self.organization_fields.with_key(key).cloned()
    }

    /// Returns the organization fields that are not deleted, by position.
    #[must_use]
    pub fn organization_fields(&self) -> Vec<OrganizationField> {
        self.organization_fields.in_order().cloned().collect()
    }

    /// Returns the keys of the active fields of users or of organizations, each with its options.
    pub(crate) fn fields_seen(&self, owner: Kind) -> Vec<(String, Vec<FieldOption>)> {
        match owner {
            Kind::User => active_fields(&self.user_fields),
            Kind::Organization => active_fields(&self.organization_fields),
            _ => Vec::new(),
        }
    }

    /// Returns the value of each active field of a user, by key. `None` stands for a field that is
    /// not set. A checkbox that is not set is not checked. The map is empty if there is no such user.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, user_fields::NewUserField, users::NewUser};
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// seed.add(NewUserField::text("plan"));
    /// seed.add(NewUserField::checkbox("vip"));
    /// let ada = seed.user(NewUser::new("Ada"));
    ///
    /// let values = zendesk.account().field_values_of_user(&ada);
    /// assert_eq!((&values["plan"], &values["vip"]), (&None, &Some(false.into())));
    /// # }
    /// ```
    #[must_use]
    pub fn field_values_of_user(
        &self,
        user: impl Into<UserId>,
    ) -> BTreeMap<String, Option<FieldValue>> {
        let user = self.users.get(user.into());
        let values = user.map(|user| &user.user_fields);
        values.map_or_else(BTreeMap::new, |values| {
            each(self.user_fields.shown(), values)
        })
    }

    /// Returns the value of each active field of an organization, like
    /// [`Account::field_values_of_user`].
    #[must_use]
    pub fn field_values_of_organization(
        &self,
        organization: impl Into<OrganizationId>,
    ) -> BTreeMap<String, Option<FieldValue>> {
        let organization = self.organizations.get(organization.into());
        let values = organization.map(|organization| &organization.organization_fields);
        values.map_or_else(BTreeMap::new, |values| {
            each(self.organization_fields.shown(), values)
        })
    }
}

fn active_fields<O: Owner>(fields: &FieldStore<O>) -> Vec<(String, Vec<FieldOption>)> {
    let active = fields.in_order().filter(|field| field.active);
    active
        .map(|field| (field.key.clone(), field.options.clone()))
        .collect()
}

/// Returns the value of each field, whether it is set or not.
fn each(fields: &[ShownField], values: &FieldValues) -> BTreeMap<String, Option<FieldValue>> {
    let value = |field: &ShownField| match (values.get(&field.key), field.unset) {
        (Some(value), _) => Some(value.clone()),
        (None, Unset::Null) => None,
        (None, Unset::False) => Some(FieldValue::Checkbox(false)),
    };
    fields
        .iter()
        .map(|field| (field.key.to_string(), value(field)))
        .collect()
}
