//! The record of a custom role, and its description for seeds.

use std::sync::Arc;

use crate::base::ids::CustomRoleId;
use crate::base::record_macro::record;
use crate::base::schema::Schema;
use crate::base::setters::setters;
use crate::base::time::Timestamp;
use crate::base::value::{AttributeValue, Expected, Given, Mismatch, Shown, name};

record! {
    /// A custom role of agents.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/account-configuration/custom_roles/>
    ///
    /// Serializes as the API shows it. `configuration` shows typical permissions: they depend only
    /// on whether this is the role of admins, and have no effect.
    pub struct CustomRole is CustomRole, id CustomRoleId, changes CustomRoleChanges, derived CustomRoleDerived, row Arc<CustomRole>;
    path "custom_roles";
    fresh(id, now);
    name(role) = &role.name;

    id;
    /// The name.
    kept name: String = String::new(), given by name;
    /// The description.
    kept description: String = String::new(), given;
    /// What it is a role for.
    kept role_type: RoleType = RoleType::Custom, given;
    /// When it was created.
    kept created_at: Timestamp = now;
    /// When it last changed.
    kept updated_at: Timestamp = now;
    derived Configuration = "configuration";
    // Users of the double have no custom role.
    constant "team_member_count" = Shown::Integer(0);
}

/// What a custom role is for. A reply shows it as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleType {
    /// A role that the account made for agents: 0.
    Custom,
    /// Light agents: 1.
    LightAgent,
    /// Chat agents: 2.
    ChatAgent,
    /// Contributors: 3.
    Contributor,
    /// Admins: 4.
    Admin,
    /// Billing admins: 5.
    BillingAdmin,
}

impl RoleType {
    /// All types, in the order of their numbers.
    const ALL: [Self; 6] = [
        Self::Custom,
        Self::LightAgent,
        Self::ChatAgent,
        Self::Contributor,
        Self::Admin,
        Self::BillingAdmin,
    ];
}

impl AttributeValue for RoleType {
    fn schema() -> Schema {
        Schema::Integer
    }

    fn show(&self) -> Shown<'_> {
        Shown::Integer(*self as u64)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        if matches!(given, Given::Null) {
            return Ok(None);
        }
        let number = given.integer().and_then(|number| number.try_into().ok());
        let role_type = number.and_then(|number: usize| Self::ALL.get(number));
        match role_type {
            Some(role_type) => Ok(Some(*role_type)),
            None => Err(Expected::Word(&["0", "1", "2", "3", "4", "5"]).into()),
        }
    }
}

/// The description of a custom role to seed. [`Seed::add`](crate::Seed::add) accepts it.
///
/// An account has none until a test seeds one, like an account below the Enterprise plan.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, custom_roles::{NewCustomRole, RoleType}};
///
/// let zendesk = MockZendesk::start().await;
/// let contractor = zendesk.seed().add(NewCustomRole::new("Contractor"));
/// assert_eq!(contractor.role_type, RoleType::Custom);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a custom role comes into being when it is given to `seed().add(…)`"]
pub struct NewCustomRole(pub(crate) CustomRoleChanges);

impl NewCustomRole {
    /// Returns the description of a custom role with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(CustomRoleChanges {
            name: Some(name.into()),
            ..CustomRoleChanges::default()
        })
    }
}

setters! { NewCustomRole:
    /// Sets the description.
    description(text);
    /// Sets what it is a role for.
    role_type(RoleType);
}
