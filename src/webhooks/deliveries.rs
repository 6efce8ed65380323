//! [`Deliveries`]: the selected deliveries.

use std::fmt;

use crate::base::ids::{OrganizationId, RecordRef, UserId};
use crate::base::time::Moment;
use crate::calls::{Call, JournalView};

use super::delivery::{Delivery, DeliveryState};
use super::event_type::EventType;
use super::webhook::Webhook;

/// Deliveries of events to webhooks: all of them, or those that match a selection.
///
/// This is a snapshot, which later events do not change. Each selecting method adds a condition,
/// and a delivery must meet all of them. An event has one delivery for each webhook that subscribes
/// to it, and two if a fault sends it twice. It is there as soon as the call that caused the event
/// is answered, whether it has been sent or not.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::{MockZendesk, webhooks::EventType};
///
/// let receiver = mock_zendesk::wiremock::MockServer::start().await; // stands for your program
/// # let ok = mock_zendesk::wiremock::ResponseTemplate::new(200);
/// # let any = mock_zendesk::wiremock::Mock::given(mock_zendesk::wiremock::matchers::any());
/// # any.respond_with(ok).mount(&receiver).await;
/// let zendesk = MockZendesk::start().await;
/// zendesk.webhook(receiver.uri());
///
/// let body = serde_json::json!({"user": {"name": "Ada"}});
/// let create = reqwest::Client::new().post(zendesk.url("/users")).json(&body);
/// create.header("authorization", zendesk.authorization()).send().await?;
/// zendesk.settle_deliveries().await;
///
/// let delivery = zendesk.deliveries().of_type(EventType::UserCreated).assert_once();
/// assert_eq!(delivery.payload::<serde_json::Value>()["detail"]["role"], "end-user");
/// zendesk.deliveries().assert_all_delivered();
/// # Ok(()) }
/// ```
///
/// # Which method do I want?
///
/// | to select deliveries by | use |
/// |---|---|
/// | the type of the event | [`of_type`](Self::of_type) |
/// | the record that it is about | [`about_user`](Self::about_user), [`about_organization`](Self::about_organization), [`about`](Self::about) |
/// | the call that caused it | [`caused_by`](Self::caused_by) |
/// | the webhook | [`to`](Self::to) |
/// | the state | [`in_state`](Self::in_state) |
///
/// | to assert | use |
/// |---|---|
/// | that there is exactly one, and get it | [`assert_once`](Self::assert_once) |
/// | how many there are | [`assert_times`](Self::assert_times), [`assert_none`](Self::assert_none) |
/// | that the receiver accepted all of them | [`assert_all_delivered`](Self::assert_all_delivered) |
#[derive(Clone)]
pub struct Deliveries {
    all: Vec<Delivery>,
    /// When the snapshot was taken, on the double's clock.
    pub(super) now: Moment,
    pub(super) journal: JournalView,
    pub(super) criteria: Vec<Criterion>,
}

/// A condition on deliveries.
#[derive(Clone, Debug)]
pub(super) enum Criterion {
    Type(EventType),
    About(RecordRef),
    /// A call, and the run of the double in which it came.
    CausedBy {
        run: u64,
        call: u64,
    },
    To(Webhook),
    State(DeliveryState),
}

impl Criterion {
    fn holds(&self, delivery: &Delivery) -> bool {
        match self {
            Self::Type(event_type) => delivery.event_type() == *event_type,
            Self::About(record) => delivery.0.event.concerns(*record),
            Self::CausedBy { run, call } => delivery.0.event.cause_in(*run) == Some(*call),
            Self::To(webhook) => delivery.webhook() == webhook,
            Self::State(state) => delivery.state() == *state,
        }
    }
}

/// # Selecting deliveries
impl Deliveries {
    pub(crate) fn new(all: Vec<Delivery>, now: Moment, journal: JournalView) -> Self {
        Self {
            all,
            now,
            journal,
            criteria: Vec::new(),
        }
    }

    /// Selects the deliveries of events of this type.
    #[must_use = "selecting deliveries checks nothing; assert something about them"]
    pub fn of_type(&self, event_type: EventType) -> Self {
        self.and(Criterion::Type(event_type))
    }

    /// Selects the deliveries of events about this user. That another user was merged into it
    /// counts, too.
    #[must_use = "selecting deliveries checks nothing; assert something about them"]
    pub fn about_user(&self, user: impl Into<UserId>) -> Self {
        self.about(user.into())
    }

    /// Selects the deliveries of events about this organization. Those of its memberships count,
    /// too.
    #[must_use = "selecting deliveries checks nothing; assert something about them"]
    pub fn about_organization(&self, organization: impl Into<OrganizationId>) -> Self {
        self.about(organization.into())
    }

    /// Selects the deliveries of events about this record: a user, an organization, a group, an
    /// identity or a custom field.
    #[must_use = "selecting deliveries checks nothing; assert something about them"]
    pub fn about(&self, record: impl Into<RecordRef>) -> Self {
        self.and(Criterion::About(record.into()))
    }

    /// Selects the deliveries of events that this call caused, directly or by a background job.
    ///
    /// # Panics
    ///
    /// Panics if another double received the call.
    #[must_use = "selecting deliveries checks nothing; assert something about them"]
    #[track_caller]
    pub fn caused_by(&self, call: &Call) -> Self {
        let is_ours = self.journal.is_of_this_double(call);
        assert!(
            is_ours,
            "this call was received by another double, so it caused none of these deliveries"
        );
        self.and(Criterion::CausedBy {
            run: call.received().run,
            call: call.ordinal(),
        })
    }

    /// Selects the deliveries to this webhook.
    #[must_use = "selecting deliveries checks nothing; assert something about them"]
    pub fn to(&self, webhook: &Webhook) -> Self {
        self.and(Criterion::To(webhook.clone()))
    }

    /// Selects the deliveries in this state.
    #[must_use = "selecting deliveries checks nothing; assert something about them"]
    pub fn in_state(&self, state: DeliveryState) -> Self {
        self.and(Criterion::State(state))
    }

    fn and(&self, criterion: Criterion) -> Self {
        let mut selected = self.clone();
        selected.criteria.push(criterion);
        selected
    }
}

/// # Inspecting deliveries
impl Deliveries {
    /// Returns the deliveries, in the order in which their events happened.
    pub fn iter(&self) -> impl Iterator<Item = &Delivery> {
        let is_selected = |delivery: &&Delivery| {
            let mut criteria = self.criteria.iter();
            criteria.all(|criterion| criterion.holds(delivery))
        };
        self.all.iter().filter(is_selected)
    }

    /// Returns the number of deliveries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Returns whether there are no deliveries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Returns the first delivery. `None` means that there are no deliveries.
    #[must_use]
    pub fn first(&self) -> Option<Delivery> {
        self.iter().next().cloned()
    }

    /// Returns the last delivery. `None` means that there are no deliveries.
    #[must_use]
    pub fn last(&self) -> Option<Delivery> {
        self.iter().last().cloned()
    }

    /// Returns whether the selection names a state.
    pub(super) fn names_state(&self) -> bool {
        let mut criteria = self.criteria.iter();
        criteria.any(|criterion| matches!(criterion, Criterion::State(_)))
    }

    /// Returns the deliveries that the selection would have if it named no state.
    pub(super) fn in_any_state(&self) -> impl Iterator<Item = &Delivery> {
        let is_selected = |delivery: &&Delivery| {
            let mut criteria = self.criteria.iter();
            criteria.all(|criterion| match criterion {
                Criterion::State(_) => true,
                criterion => criterion.holds(delivery),
            })
        };
        self.all.iter().filter(is_selected)
    }

    /// Returns all deliveries, whether they are selected or not.
    pub(super) fn all(&self) -> &[Delivery] {
        &self.all
    }
}

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
