//! The record of a ticket, and its description for seeds, as far as is necessary to see how
//! memberships affect tickets.

use std::sync::Arc;

use serde::Serialize;

use crate::base::ids::{GroupId, OrganizationId, TicketId, UserId};
use crate::base::record_macro::record;
use crate::base::schema::Schema;
use crate::base::setters::setters;
use crate::base::time::Timestamp;
use crate::base::value::{AttributeValue, Expected, Given, Mismatch, Shown, words};

record! {
    /// A ticket.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>
    ///
    /// Serializes as the API shows it, except that `url` starts with `/api/v2`, because the host
    /// depends on the client.
    pub struct Ticket is Ticket, id TicketId, changes TicketChanges, derived TicketDerived, row Arc<Ticket>;
    path "tickets";
    fresh(id, now);
    name(_ticket) = "", deleted = _ticket.deleted_at.is_some();

    // A typed client needs all keys, also those for forms, brands, fields and so on, which the double
    // does not model.
    url;
    id;
    /// An id that the caller chose.
    kept external_id: Option<String> = None, given;
    constant "via" = VIA_API;
    /// When it was created.
    kept created_at: Timestamp = now;
    /// When it last changed.
    kept updated_at: Timestamp = now;
    derived GeneratedTimestamp = "generated_timestamp";
    /// The kind of ticket. The key is `type`.
    kept ticket_type as "type": Option<TicketType> = None, given;
    /// The subject.
    kept subject: Option<String> = None, given;
    derived RawSubject = "raw_subject";
    /// The text of the first comment.
    kept description: String = String::new(), given;
    /// The priority.
    kept priority: Option<TicketPriority> = None, given;
    /// The status.
    kept status: TicketStatus = TicketStatus::New, given by status;
    constant "recipient" = Shown::Null;
    /// The user who requested it.
    kept requester_id: UserId = UserId::new(0), given on creation;
    /// The user who entered it.
    kept submitter_id: UserId = UserId::new(0), given on creation;
    /// The agent to whom it is assigned.
    kept assignee_id: Option<UserId> = None, given;
    /// The organization. By default, this is the requester's default organization when the ticket
    /// is created.
    kept organization_id: Option<OrganizationId> = None, given;
    /// The group to which it is assigned.
    kept group_id: Option<GroupId> = None, given;
    constant "collaborator_ids" = Shown::Texts(&[]);
    constant "follower_ids" = Shown::Texts(&[]);
    constant "email_cc_ids" = Shown::Texts(&[]);
    constant "forum_topic_id" = Shown::Null;
    constant "problem_id" = Shown::Null;
    constant "has_incidents" = Shown::Bool(false);
    constant "is_public" = Shown::Bool(true);
    constant "due_at" = Shown::Null;
    /// The tags.
    kept tags: Vec<String> = Vec::new(), given;
    constant "custom_fields" = Shown::Texts(&[]);
    constant "satisfaction_rating" = Shown::Null;
    constant "sharing_agreement_ids" = Shown::Texts(&[]);
    derived CustomStatusId = "custom_status_id";
    derived EncodedId = "encoded_id";
    constant "fields" = Shown::Texts(&[]);
    constant "followup_ids" = Shown::Texts(&[]);
    derived TicketFormId = "ticket_form_id";
    derived BrandId = "brand_id";
    constant "allow_channelback" = Shown::Bool(false);
    constant "allow_attachments" = Shown::Bool(true);
    constant "from_messaging_channel" = Shown::Bool(false);
    constant "support_type" = Shown::Text("agent");
    /// When it was deleted. Only incremental exports show deleted tickets.
    hidden deleted_at: Option<Timestamp> = None;

    /// The user who asks, by name and e-mail address in place of the id.
    given on creation requester: GivenRequester;
    /// The first comment. The double keeps only its text.
    given on creation comment: Comment;
    unmodeled always
        "additional_collaborators", "assignee_email", "attribute_value_ids", "brand_id", "collaborator_ids",
        "collaborators", "custom_fields", "custom_status_id", "due_at", "email_ccs", "fields", "followers",
        "forum_topic_id", "macro_id", "macro_ids", "metadata", "origin_zrn", "problem_id", "raw_subject", "recipient",
        "safe_update", "sharing_agreement_ids", "sharing_agreements", "support_type",
        "suspended_ticket_id", "suspension_type_id", "system_metadata", "tde_workspace", "ticket_form_id",
        "tpe_voice_comment", "updated_stamp", "via_followup_source_id", "via_id", "voice_comment";
    unmodeled on update "comment", "requester", "requester_id", "submitter_id";
}

impl Ticket {
    /// Returns the texts that a search for words looks through.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let tags = self.tags.iter().map(String::as_str);
        let optional = [self.subject.as_deref(), self.external_id.as_deref()];
        std::iter::once(&*self.description)
            .chain(optional.into_iter().flatten())
            .chain(tags)
    }
}

/// Where every ticket of the double comes from.
const VIA_API: Shown<'static> = Shown::Hash(&[
    ("channel", Shown::Text("api")),
    (
        "source",
        Shown::Hash(&[
            ("from", Shown::EmptyHash),
            ("to", Shown::EmptyHash),
            ("rel", Shown::Null),
        ]),
    ),
]);

/// The user who asks: somebody who has this e-mail address, or else a new user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenRequester {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
}

impl AttributeValue for GivenRequester {
    fn schema() -> Schema {
        Schema::given([("name", Schema::Text), ("email", Schema::Text)])
    }

    fn show(&self) -> Shown<'_> {
        Shown::Null
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        match given {
            Given::Null => Ok(None),
            Given::Hash(_) => Ok(Some(Self {
                name: given.field("name")?,
                email: given.field("email")?,
            })),
            _ => Err(Expected::Hash.into()),
        }
    }
}

/// The text of a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment(pub(crate) Option<String>);

impl AttributeValue for Comment {
    fn schema() -> Schema {
        Schema::given(["body", "html_body", "value"].map(|name| (name, Schema::Text)))
    }

    fn show(&self) -> Shown<'_> {
        self.0.as_deref().map_or(Shown::Null, Shown::Text)
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        match given {
            Given::Null => Ok(None),
            Given::Hash(_) => {
                // The official Ruby client calls it `value`.
                let texts = [
                    given.field("body")?,
                    given.field("html_body")?,
                    given.field("value")?,
                ];
                Ok(Some(Self(texts.into_iter().flatten().next())))
            }
            _ => Err(Expected::Hash.into()),
        }
    }
}

/// The status of a ticket. All statuses except [`TicketStatus::Closed`] are *working*: a ticket
/// with such a status loses its organization when its requester leaves the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketStatus {
    /// No agent has looked at it yet.
    New,
    /// An agent works on it.
    Open,
    /// It waits for the requester.
    Pending,
    /// It waits for a third party.
    Hold,
    /// It is answered.
    Solved,
    /// It is finished, and cannot be changed any more.
    Closed,
    /// It is deleted. Only incremental exports show this status, and requests cannot set it.
    Deleted,
}

impl TicketStatus {
    /// Returns whether a ticket loses its organization when its requester leaves the organization.
    pub(crate) fn is_working(self) -> bool {
        self != Self::Closed
    }
}

words!(
    TicketStatus:
    "new" = New, "open" = Open, "pending" = Pending, "hold" = Hold, "solved" = Solved, "closed" = Closed,
    "deleted" = Deleted
);

/// Reads a status that a ticket can be given.
fn status(given: &Given<'_>) -> Result<Option<TicketStatus>, Mismatch> {
    const WORDS: &[&str] = &["new", "open", "pending", "hold", "solved", "closed"];
    match TicketStatus::read(given) {
        Ok(Some(TicketStatus::Deleted)) | Err(_) => Err(Expected::Word(WORDS).into()),
        read => read,
    }
}

/// The kind of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketType {
    /// The cause of incidents.
    Problem,
    /// An occurrence of a problem.
    Incident,
    /// A question.
    Question,
    /// A task.
    Task,
}

words!(TicketType: "problem" = Problem, "incident" = Incident, "question" = Question, "task" = Task);

/// The priority of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketPriority {
    /// The highest priority.
    Urgent,
    /// A high priority.
    High,
    /// The normal priority.
    Normal,
    /// The lowest priority.
    Low,
}

words!(TicketPriority: "urgent" = Urgent, "high" = High, "normal" = Normal, "low" = Low);

/// The description of a ticket to seed: a subject, and the attributes that differ from a new
/// ticket.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, tickets::{NewTicket, TicketStatus}};
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
    /// Returns the description of a new ticket with this subject, for the requester's default
    /// organization.
    pub fn new(subject: impl Into<String>) -> Self {
        let subject = subject.into();
        Self(TicketChanges {
            description: Some(subject.clone()),
            subject: Some(Some(subject)),
            ..TicketChanges::default()
        })
    }

    /// Sets the text of the first comment, which the ticket shows as its description.
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.0.comment = Some(Comment(Some(comment.into())));
        self
    }
}

setters! { NewTicket:
    /// Sets an id that you choose.
    external_id(text);
    /// Sets the kind of ticket. Zendesk calls the attribute `type`.
    ticket_type(TicketType);
    /// Sets the text of the first comment. The default is the subject.
    description(text);
    /// Sets the priority.
    priority(TicketPriority);
    /// Sets the status. The default is [`TicketStatus::New`].
    status(TicketStatus);
    /// Sets the user who entered it. The default is the requester.
    submitter_id(into UserId);
    /// Sets the agent to whom it is assigned.
    assignee_id(into UserId);
    /// Sets the organization, of which the requester must be a member. The default is the
    /// requester's default organization.
    organization_id(into OrganizationId);
    /// Sets the group to which it is assigned.
    group_id(into GroupId);
    /// Sets the tags.
    tags(texts);
}

impl<T: Into<String>> From<T> for NewTicket {
    fn from(subject: T) -> Self {
        Self::new(subject)
    }
}
