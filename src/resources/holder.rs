//! [`Holder`]: the record that has a value which no second record may have.

use crate::base::effect::Named;
use crate::base::ids::Kind;
use crate::resources::account::Account;

/// A record that has a unique value.
pub(crate) struct Holder {
    pub(crate) record: Named,
    /// The attribute as the record has it. It differs from the value in its case, or it is another
    /// e-mail address of the same user.
    pub(crate) value: String,
}

impl Account {
    /// Returns the record of this kind that has this value of a unique attribute, compared as
    /// Zendesk compares it.
    pub(crate) fn holder_of(&self, kind: Kind, attribute: &str, value: &str) -> Option<Holder> {
        match kind {
            Kind::User => self.user_with(attribute, value),
            Kind::Organization => self.organization_with(attribute, value),
            _ => None,
        }
    }

    fn user_with(&self, attribute: &str, value: &str) -> Option<Holder> {
        let id = match attribute {
            "email" => self.holder_of_email(value)?,
            "external_id" => self.users.with_external_id(value)?,
            _ => return None,
        };
        let user = self.user(id)?;
        let has = match attribute {
            "email" => user.email,
            _ => user.external_id,
        };
        Some(Holder {
            record: self.name(id),
            value: has?,
        })
    }

    fn organization_with(&self, attribute: &str, value: &str) -> Option<Holder> {
        let id = match attribute {
            "name" => self.organizations.named(value)?,
            "external_id" => self.organizations.with_external_id(value)?,
            _ => return None,
        };
        let organization = self.organizations.get(id)?;
        let has = match attribute {
            "name" => Some(organization.name.clone()),
            _ => organization.external_id.clone(),
        };
        Some(Holder {
            record: self.name(id),
            value: has?,
        })
    }
}
