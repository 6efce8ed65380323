//! [`EventType`]: the types of events that the double sends.

use std::fmt;

/// What every type of event of Zendesk starts with.
const PREFIX: &str = "zen:event-type:";

/// Lists the types: the name of each in Rust, and Zendesk's without its prefix.
macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $wire:literal;)*) => {
        /// The type of an event.
        ///
        /// <https://developer.zendesk.com/api-reference/webhooks/event-types/webhook-event-types/>
        ///
        /// Zendesk has more types. The double does not send those: of tickets, custom roles,
        /// passwords, photos and logins.
        ///
        /// ```
        /// use mock_zendesk::webhooks::EventType;
        ///
        /// let created = EventType::UserOrganizationMembershipCreated;
        /// assert_eq!(created.to_string(), "zen:event-type:user.organization_membership_created");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventType {
            $($(#[$doc])* $name,)*
        }

        impl EventType {
            /// Returns every type of event that the double sends.
            #[must_use]
            pub const fn all() -> &'static [Self] {
                &[$(Self::$name,)*]
            }

            /// Returns Zendesk's name without its prefix, as texts show it.
            pub(crate) const fn short(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

event_types! {
    /// A user was created.
    UserCreated = "user.created";
    /// A user was deleted.
    UserDeleted = "user.deleted";
    /// A user was deleted, so it is not active any more.
    UserActiveChanged = "user.active_changed";
    /// The alias of a user changed.
    UserAliasChanged = "user.alias_changed";
    /// The value of a custom field of a user changed.
    UserCustomFieldChanged = "user.custom_field_changed";
    /// The default group of an agent changed.
    UserDefaultGroupChanged = "user.default_group_changed";
    /// The details of a user changed.
    UserDetailsChanged = "user.details_changed";
    /// The external id of a user changed.
    UserExternalIdChanged = "user.external_id_changed";
    /// An agent joined a group.
    UserGroupMembershipCreated = "user.group_membership_created";
    /// An agent left a group.
    UserGroupMembershipDeleted = "user.group_membership_deleted";
    /// The value of an identity changed, or whether it is primary.
    UserIdentityChanged = "user.identity_changed";
    /// A user got another identity.
    UserIdentityCreated = "user.identity_created";
    /// A user lost an identity.
    UserIdentityDeleted = "user.identity_deleted";
    /// A user was merged into another one.
    UserMerged = "user.merged";
    /// The name of a user changed.
    UserNameChanged = "user.name_changed";
    /// The notes of a user changed.
    UserNotesChanged = "user.notes_changed";
    /// Whether an agent can only write private comments changed.
    UserOnlyPrivateCommentsChanged = "user.only_private_comments_changed";
    /// A user joined an organization.
    UserOrganizationMembershipCreated = "user.organization_membership_created";
    /// A user left an organization.
    UserOrganizationMembershipDeleted = "user.organization_membership_deleted";
    /// The role of a user changed.
    UserRoleChanged = "user.role_changed";
    /// A user was suspended, or is not suspended any more.
    UserSuspendedChanged = "user.suspended_changed";
    /// The tags of a user changed.
    UserTagsChanged = "user.tags_changed";
    /// The time zone of a user changed.
    UserTimeZoneChanged = "user.time_zone_changed";
    /// An organization was created.
    OrganizationCreated = "organization.created";
    /// The value of a custom field of an organization changed.
    OrganizationCustomFieldChanged = "organization.custom_field_changed";
    /// An organization was deleted.
    OrganizationDeleted = "organization.deleted";
    /// The external id of an organization changed.
    OrganizationExternalIdChanged = "organization.external_id_changed";
    /// The name of an organization changed.
    OrganizationNameChanged = "organization.name_changed";
    /// The tags of an organization changed.
    OrganizationTagsChanged = "organization.tags_changed";
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.short())
    }
}
