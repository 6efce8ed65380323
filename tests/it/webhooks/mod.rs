//! Webhooks: which events the account's changes make, how they are sent, and how a test asserts on
//! them.

mod custom_fields;
mod delivering;
mod events;
mod faults;
mod merges;
#[cfg(feature = "standalone")]
mod resets;
mod selecting;

use std::time::{Duration, Instant};

use mock_zendesk::webhooks::{NewWebhook, Webhook};
use mock_zendesk::wiremock::matchers::any;
use mock_zendesk::wiremock::{Mock, MockServer, Request, ResponseTemplate};
use mock_zendesk::{MockZendesk, MockZendeskBuilder};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::scene::Scene;

/// A scene, and a receiver of its events.
pub(crate) struct Hooked {
    pub(crate) scene: Scene,
    pub(crate) receiver: MockServer,
    pub(crate) webhook: Webhook,
}

impl Hooked {
    /// Starts a receiver that accepts everything.
    pub(crate) async fn start() -> Self {
        Self::with(MockZendesk::builder(), |webhook| webhook).await
    }

    pub(crate) async fn with(
        builder: MockZendeskBuilder,
        describe: impl FnOnce(NewWebhook) -> NewWebhook,
    ) -> Self {
        let receiver = MockServer::start().await;
        let accept = Mock::given(any()).respond_with(ResponseTemplate::new(200));
        accept.with_priority(u8::MAX).mount(&receiver).await;
        let scene = Scene::with(builder).await;
        let url = format!("{}/hook", receiver.uri());
        let webhook = scene.zendesk.webhook(describe(NewWebhook::new(url)));
        Self {
            scene,
            receiver,
            webhook,
        }
    }

    /// Answers the next request of the double with this.
    pub(crate) async fn reply_once(&self, reply: ResponseTemplate) {
        let once = Mock::given(any()).respond_with(reply).up_to_n_times(1);
        once.mount(&self.receiver).await;
    }

    /// Waits until nothing is on its way, and returns the received requests.
    pub(crate) async fn received(&self) -> Vec<Request> {
        self.scene.zendesk.settle_deliveries().await;
        self.receiver.received_requests().await.unwrap()
    }

    /// Waits until nothing is on its way, and returns the received bodies.
    pub(crate) async fn payloads(&self) -> Vec<Value> {
        let received = self.received().await.into_iter();
        received
            .map(|request| serde_json::from_slice(&request.body).unwrap())
            .collect()
    }

    /// The types of the received events, without what all of them start with.
    pub(crate) async fn types(&self) -> Vec<String> {
        let payloads = self.payloads().await;
        payloads.iter().map(short_type).collect()
    }
}

pub(crate) fn short_type(payload: &Value) -> String {
    let name = payload["type"].as_str().unwrap();
    name.strip_prefix("zen:event-type:").unwrap().to_owned()
}

/// Starts a receiver that does this with each event before it accepts it, and returns its URL.
pub(crate) async fn receiver_that<F: Future<Output = ()> + Send>(
    act: impl Fn(Value) -> F + Clone + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let act = act.clone();
            tokio::spawn(async move {
                let (mut bytes, mut buffer) = (Vec::new(), [0; 4_096]);
                // Every event ends with these two brackets.
                while !bytes.ends_with(b"}}") {
                    let read = client.read(&mut buffer).await.unwrap();
                    bytes.extend_from_slice(&buffer[..read]);
                }
                let text = String::from_utf8(bytes).unwrap();
                let (_, body) = text.split_once("\r\n\r\n").unwrap();
                act(serde_json::from_str(body).unwrap()).await;
                let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                client.write_all(reply).await.unwrap();
            });
        }
    });
    url
}

/// Waits until this holds.
pub(crate) async fn until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "it never holds");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
