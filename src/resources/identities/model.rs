//! The attributes of an identity, and of an identity to be created.

use std::sync::Arc;

use serde::Serialize;

use crate::base::ids::{IdentityId, UserId};
use crate::base::record_macro::record;
use crate::base::schema::Schema;
use crate::base::time::Timestamp;
use crate::base::value::{AttributeValue, Expected, Given, Mismatch, words};

record! {
    /// An identity of a user: an e-mail address, a phone number, or an account elsewhere.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/users/user_identities/>
    pub struct Identity is Identity, id IdentityId, changes IdentityChanges, derived IdentityDerived,
        row Arc<Identity>;
    path "identities";
    fresh(id, now);
    name(identity) = &identity.value;

    derived Url = "url";
    id;
    /// The user of the identity.
    kept user_id: UserId = UserId::new(0);
    /// The kind of identity. `type` on the wire.
    kept identity_type as "type": IdentityType = IdentityType::Email, given on creation;
    /// The address, number or name. Unique among the identities of one type, ignoring case.
    kept value: String = String::new(), given;
    /// Whether the identity is known to be the user's.
    kept verified: bool = false, given;
    /// Whether it is the identity of its type that Zendesk uses first.
    kept primary: bool = false, given on creation;
    /// The time of its creation.
    kept created_at: Timestamp = now;
    /// The time of its last change.
    kept updated_at: Timestamp = now;
    derived UndeliverableCount = "undeliverable_count";
    derived DeliverableState = "deliverable_state";

    // Whether to send an e-mail. The double never does.
    checked "skip_verify_email": bool;
    /// Whether the identity is verified, as the newer attribute says it.
    given verification_method: VerificationMethod;
}

/// The values of `verification_method` that requests may write.
///
/// <https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#update-identity>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VerificationMethod {
    /// It is not verified.
    None,
    /// An agent or a request verified it.
    Low,
}

words!(VerificationMethod: "none" = None, "low" = Low);

impl IdentityChanges {
    /// Returns whether the identity becomes verified. `verification_method` counts more than the
    /// deprecated `verified`.
    pub(super) fn verifies(&self) -> Option<bool> {
        let by_method = self.verification_method;
        by_method
            .map(|method| method == VerificationMethod::Low)
            .or(self.verified)
    }
}

/// The kinds of identities.
///
/// <https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#json-format>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdentityType {
    /// An e-mail address.
    Email,
    /// A phone number that belongs to this user alone: a direct line.
    PhoneNumber,
    /// An account at Twitter.
    Twitter,
    /// An account at Facebook.
    Facebook,
    /// An account at Google.
    Google,
    /// An address from which an agent forwards mail.
    AgentForwarding,
    /// An installation of Zendesk's mobile SDK.
    Sdk,
    /// An account of another Zendesk.
    Foreign,
    /// A user of a channel that a third party integrated.
    AnyChannel,
    /// A user of a messaging channel.
    Messaging,
}

words!(
    IdentityType:
    "email" = Email, "phone_number" = PhoneNumber, "twitter" = Twitter, "facebook" = Facebook,
    "google" = Google, "agent_forwarding" = AgentForwarding, "sdk" = Sdk, "foreign" = Foreign,
    "any_channel" = AnyChannel, "messaging" = Messaging
);

impl Identity {
    /// Returns whether Zendesk sends e-mail to it.
    pub(crate) fn is_email(&self) -> bool {
        self.identity_type == IdentityType::Email
    }
}

/// An identity to be seeded. [`Seed::add`](crate::Seed::add) takes it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, identities::NewIdentity, users::NewUser};
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// let ada = seed.user(NewUser::new("Ada").email("ada@example.com"));
/// let second = seed.add(NewIdentity::email(&ada, "ada@example.org").verified());
///
/// assert!(!second.primary);
/// let found = zendesk.account().user_with_email("ada@example.org");
/// assert_eq!(found.unwrap().id, ada.id);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an identity is created when it is passed to `seed().add(…)`"]
pub struct NewIdentity {
    pub(crate) user: UserId,
    pub(crate) given: GivenIdentity,
}

impl NewIdentity {
    /// Describes an e-mail address of this user. The user's first one becomes the primary one.
    pub fn email(user: impl Into<UserId>, address: impl Into<String>) -> Self {
        Self::new(user, IdentityType::Email, address)
    }

    /// Describes an identity of this type.
    pub fn new(
        user: impl Into<UserId>,
        identity_type: IdentityType,
        value: impl Into<String>,
    ) -> Self {
        Self {
            user: user.into(),
            given: GivenIdentity {
                identity_type,
                value: value.into(),
                verified: false,
                primary: false,
            },
        }
    }

    /// Marks it as verified.
    pub fn verified(mut self) -> Self {
        self.given.verified = true;
        self
    }

    /// Makes it the user's primary identity of its type, instead of the present one.
    pub fn primary(mut self) -> Self {
        self.given.primary = true;
        self
    }
}

/// An identity that a user will get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenIdentity {
    pub(crate) identity_type: IdentityType,
    pub(crate) value: String,
    pub(crate) verified: bool,
    pub(crate) primary: bool,
}

/// The identities in a request that creates a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GivenIdentities(pub(crate) Vec<GivenIdentity>);

impl AttributeValue for GivenIdentities {
    fn schema() -> Schema {
        let flags = ["verified", "primary"].map(|name| (name, Schema::Boolean));
        let kind = ("type", IdentityType::schema());
        let keys = [kind, ("value", Schema::Text)].into_iter().chain(flags);
        Schema::given(keys).list()
    }

    fn show(&self) -> crate::base::value::Shown<'_> {
        crate::base::value::Shown::Null
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        let items = match given {
            Given::Null => return Ok(None),
            Given::List(items) => items,
            _ => return Err(Expected::Array.into()),
        };
        let identities = items.iter().map(|item| {
            if !matches!(item, Given::Hash(_)) {
                return Err(Expected::Hash.into());
            }
            Ok(GivenIdentity {
                identity_type: item.field("type")?.unwrap_or(IdentityType::Email),
                value: item.field::<String>("value")?.unwrap_or_default(),
                verified: item.field("verified")?.unwrap_or(false),
                primary: item.field("primary")?.unwrap_or(false),
            })
        });
        identities.collect::<Result<_, _>>().map(Self).map(Some)
    }
}
