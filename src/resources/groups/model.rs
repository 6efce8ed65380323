//! The record of a group, and its description for seeds.

use std::sync::Arc;

use crate::base::ids::GroupId;
use crate::base::record_macro::record;
use crate::base::setters::setters;
use crate::base::time::Timestamp;
use crate::base::value::name;

record! {
    /// A group of agents.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/groups/groups/>
    ///
    /// Serializes as the API shows it, with two exceptions: `url` starts with `/api/v2`, because
    /// the host depends on the client, and `default` is left out, because only the account knows it
    /// ([`Account::default_group`](crate::Account::default_group)).
    pub struct Group is Group, id GroupId, changes GroupChanges, derived GroupDerived, row Arc<Group>;
    path "groups";
    fresh(id, now);
    name(group) = &group.name, deleted = group.deleted;

    url;
    id;
    /// Whether end users can see it. A private group cannot become public again.
    kept is_public: bool = true, given;
    /// The name. Several groups may have the same name.
    kept name: String = String::new(), given by name;
    /// The description.
    kept description: String = String::new(), given;
    derived Default = "default";
    /// Whether it is deleted. A deleted group can still be read by its id.
    kept deleted: bool = false;
    /// When it was created.
    kept created_at: Timestamp = now;
    /// When it last changed.
    kept updated_at: Timestamp = now;
}

/// The description of a group to seed: a name, and the attributes that differ from their defaults.
/// [`Seed::add`](crate::Seed::add) accepts it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, groups::NewGroup};
///
/// let zendesk = MockZendesk::start().await;
/// let escalations = zendesk.seed().add(NewGroup::new("Escalations").private());
/// assert!(!escalations.is_public);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a group comes into being when it is given to `seed().add(…)`"]
pub struct NewGroup(pub(crate) GroupChanges);

impl NewGroup {
    /// Returns the description of a public group with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(GroupChanges {
            name: Some(name.into()),
            ..GroupChanges::default()
        })
    }

    /// Makes it invisible to end users.
    pub fn private(mut self) -> Self {
        self.0.is_public = Some(false);
        self
    }
}

setters! { NewGroup:
    /// Sets the description.
    description(text);
}
