//! A program that receives webhooks, tested against the double.
//!
//! The program (`Consumer` and below) does not know the double. It keeps a list of who is in which
//! organization, from the events of memberships. It refuses what is not signed, and ignores what it
//! knows already, because Zendesk may send an event twice.

#![allow(clippy::print_stdout, reason = "the example shows what it does")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use mock_zendesk::MockZendesk;
use mock_zendesk::webhooks::{DeliveryFault, DeliveryState, EventType, NewWebhook};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Arrange: a double, the program, and the secret that both know.
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let (ada, bob, acme) = (
        seed.user("Ada"),
        seed.user("Bob"),
        seed.organization("Acme"),
    );
    let secret = "the-secret-of-this-webhook";
    let consumer = Consumer::new(secret);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/zendesk", listener.local_addr()?);
    let server = axum::serve(listener, consumer.router());
    tokio::spawn(server.into_future());
    let memberships = [
        EventType::UserOrganizationMembershipCreated,
        EventType::UserOrganizationMembershipDeleted,
    ];
    zendesk.webhook(NewWebhook::new(url).secret(secret).events(memberships));

    // Act: somebody changes memberships in Zendesk. One event comes twice.
    zendesk.inject_delivery(DeliveryFault::twice());
    let membership = join(&zendesk, ada.id.into(), acme.id.into()).await?;
    join(&zendesk, bob.id.into(), acme.id.into()).await?;
    leave(&zendesk, membership).await?;
    zendesk.settle_deliveries().await;

    // Assert: the program knows what the account knows.
    assert_eq!(consumer.members(acme.id.into()), [bob.id.get()]);
    assert_eq!(
        consumer.accepted(),
        3,
        "the event that came twice counts once"
    );
    let deliveries = zendesk.deliveries();
    deliveries.assert_times(4);
    deliveries.assert_all_delivered();
    deliveries
        .about_user(&ada)
        .of_type(EventType::UserOrganizationMembershipDeleted)
        .assert_once();

    // Somebody who does not know the secret sends an event.
    zendesk.inject_delivery(DeliveryFault::wrong_signature());
    join(&zendesk, ada.id.into(), acme.id.into()).await?;
    zendesk.settle_deliveries().await;
    assert_eq!(consumer.members(acme.id.into()), [bob.id.get()]);
    let failed = zendesk.deliveries().in_state(DeliveryState::Failed);
    println!("refused: {:?}\n", failed.assert_once().attempts());

    println!("{}", zendesk.transcript());
    Ok(())
}

async fn join(zendesk: &MockZendesk, user: u64, organization: u64) -> reqwest::Result<u64> {
    let membership = json!({"user_id": user, "organization_id": organization});
    let request = reqwest::Client::new().post(zendesk.url("/organization_memberships"));
    let request = request.header("authorization", zendesk.authorization());
    let body = json!({"organization_membership": membership});
    let reply = request.json(&body).send().await?.error_for_status()?;
    let created: serde_json::Value = reply.json().await?;
    Ok(created["organization_membership"]["id"]
        .as_u64()
        .unwrap_or_default())
}

async fn leave(zendesk: &MockZendesk, membership: u64) -> reqwest::Result<()> {
    let url = zendesk.url(&format!("/organization_memberships/{membership}"));
    let request = reqwest::Client::new().delete(url);
    let request = request.header("authorization", zendesk.authorization());
    request.send().await?.error_for_status().map(drop)
}

/// The program under test.
#[derive(Clone)]
struct Consumer {
    secret: &'static str,
    known: Arc<Mutex<Known>>,
}

/// What it has learned.
#[derive(Default)]
struct Known {
    /// The events that it has processed.
    events: BTreeSet<String>,
    /// The members of each organization.
    members: BTreeMap<u64, BTreeSet<u64>>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    r#type: String,
    detail: Id,
    event: Linked,
}

#[derive(Deserialize)]
struct Linked {
    organization: Id,
}

/// Ids are strings in events, and numbers in the API.
#[derive(Deserialize)]
struct Id {
    id: String,
}

impl Consumer {
    fn new(secret: &'static str) -> Self {
        let known = Arc::default();
        Self { secret, known }
    }

    fn router(&self) -> Router {
        Router::new()
            .route("/zendesk", post(receive))
            .with_state(self.clone())
    }

    fn members(&self, organization: u64) -> Vec<u64> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let members = known.members.get(&organization).into_iter().flatten();
        members.copied().collect()
    }

    fn accepted(&self) -> usize {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.events.len()
    }

    /// Returns whether the request comes from somebody who knows the secret.
    fn is_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name)?.to_str().ok();
        let Some(signature) = header("x-zendesk-webhook-signature") else {
            return false;
        };
        let Some(timestamp) = header("x-zendesk-webhook-signature-timestamp") else {
            return false;
        };
        let Ok(signature) = STANDARD.decode(signature) else {
            return false;
        };
        // The key is the secret as it is, although a secret of Zendesk's looks like base64.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else {
            return false;
        };
        mac.update(timestamp.as_bytes());
        mac.update(body);
        mac.verify_slice(&signature).is_ok()
    }

    fn process(&self, event: Event) -> Result<(), Box<dyn Error>> {
        let (user, organization) = (
            event.detail.id.parse()?,
            event.event.organization.id.parse()?,
        );
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.events.insert(event.id) {
            return Ok(());
        }
        let members = known.members.entry(organization).or_default();
        if event.r#type.ends_with("_created") {
            members.insert(user);
        } else {
            members.remove(&user);
        }
        Ok(())
    }
}

/// Answers a request of Zendesk. It retries 409, but not 500.
async fn receive(State(consumer): State<Consumer>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if !consumer.is_signed(&headers, &body) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(event) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    match consumer.process(event) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::CONFLICT,
    }
}
