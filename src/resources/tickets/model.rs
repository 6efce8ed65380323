//! What a ticket is, and what one is made from: as much as is needed to see what memberships do to it.

use serde::{Deserialize, Serialize};

use crate::base::ids::{OrganizationId, TicketId, UserId};
use crate::base::time::Timestamp;

/// A ticket.
///
/// <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ticket {
    /// Assigned on creation, counting from 1.
    pub id: TicketId,
    /// An id of the caller's own choice.
    pub external_id: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// `problem`, `incident`, `question` or `task`.
    pub ticket_type: Option<TicketType>,
    /// The subject.
    pub subject: Option<String>,
    /// The text of the first comment.
    pub description: String,
    /// How urgent it is.
    pub priority: Option<TicketPriority>,
    /// How far it is.
    pub status: TicketStatus,
    /// The user who asked.
    pub requester_id: UserId,
    /// The user who wrote it down.
    pub submitter_id: UserId,
    /// The agent who works on it.
    pub assignee_id: Option<UserId>,
    /// The organization that it is for: the requester's default one when the ticket was created, unless another one was
    /// given.
    pub organization_id: Option<OrganizationId>,
    /// The group that it is assigned to.
    pub group_id: Option<u64>,
    /// Tags.
    pub tags: Vec<String>,
}

impl Ticket {
    /// A new ticket of this user, without a text yet, and with everything else as it is when nothing is said of it.
    pub(crate) fn fresh(id: TicketId, requester_id: UserId, now: Timestamp) -> Self {
        Self {
            id,
            external_id: None,
            created_at: now,
            updated_at: now,
            ticket_type: None,
            subject: None,
            description: String::new(),
            priority: None,
            status: TicketStatus::New,
            requester_id,
            submitter_id: requester_id,
            assignee_id: None,
            organization_id: None,
            group_id: None,
            tags: Vec::new(),
        }
    }
}

impl From<&Ticket> for TicketId {
    fn from(ticket: &Ticket) -> Self {
        ticket.id
    }
}

/// How far a ticket is. All but [`TicketStatus::Closed`] are *working*: the ticket loses its organization when its
/// requester leaves that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketStatus {
    /// Nobody has looked at it.
    New,
    /// Being worked on.
    Open,
    /// Waiting for the requester.
    Pending,
    /// Waiting for somebody else.
    Hold,
    /// Answered.
    Solved,
    /// Answered for good: it can't be changed any more.
    Closed,
}

impl TicketStatus {
    /// Whether a ticket loses its organization when its requester leaves that.
    pub(crate) fn is_working(self) -> bool {
        self != Self::Closed
    }
}

/// What kind of ticket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketType {
    /// The cause of incidents.
    Problem,
    /// An occurrence of a problem.
    Incident,
    /// A question.
    Question,
    /// Something to be done.
    Task,
}

/// How urgent a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketPriority {
    /// Before all others.
    Urgent,
    /// Soon.
    High,
    /// In its turn.
    Normal,
    /// After all others.
    Low,
}

/// A ticket to be seeded: a subject, and what is to differ from a new ticket.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, NewTicket, TicketStatus};
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
/// seed.membership(&ada, &acme);
///
/// let ticket = seed.ticket(&ada, NewTicket::new("Printer on fire").status(TicketStatus::Closed));
/// assert_eq!(ticket.organization_id, Some(acme.id));
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a ticket comes into being when it is given to `seed().ticket(…)`"]
pub struct NewTicket(pub(crate) TicketChanges);

impl NewTicket {
    /// A new ticket with this subject, for the requester's default organization.
    pub fn new(subject: impl Into<String>) -> Self {
        let subject = subject.into();
        Self(TicketChanges {
            description: Some(subject.clone()),
            subject: Some(Some(subject)),
            ..TicketChanges::default()
        })
    }

    /// With this status instead of [`TicketStatus::New`].
    pub fn status(mut self, status: TicketStatus) -> Self {
        self.0.status = Some(status);
        self
    }

    /// For this organization instead of the requester's default one. The requester must be in it.
    pub fn organization(mut self, organization: impl Into<OrganizationId>) -> Self {
        self.0.organization_id = Some(Some(organization.into()));
        self
    }
}

impl<T: Into<String>> From<T> for NewTicket {
    fn from(subject: T) -> Self {
        Self::new(subject)
    }
}

/// The attributes that a request gives; those that it does not give are `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct TicketChanges {
    pub(crate) external_id: Option<Option<String>>,
    pub(crate) ticket_type: Option<Option<TicketType>>,
    pub(crate) subject: Option<Option<String>>,
    /// The text of the comment that comes with the change. It becomes the description of a new ticket.
    pub(crate) description: Option<String>,
    pub(crate) priority: Option<Option<TicketPriority>>,
    pub(crate) status: Option<TicketStatus>,
    pub(crate) requester_id: Option<UserId>,
    pub(crate) submitter_id: Option<UserId>,
    pub(crate) assignee_id: Option<Option<UserId>>,
    pub(crate) organization_id: Option<Option<OrganizationId>>,
    pub(crate) group_id: Option<Option<u64>>,
    pub(crate) tags: Option<Vec<String>>,
}
