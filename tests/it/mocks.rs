//! wiremock's server: how mocks of the test's own and the double get along, and that the wire can be
//! controlled all the same.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use mock_zendesk::{Fault, MockZendesk, users};
use reqwest::Method;
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::scene::Scene;
use crate::wire::{PATIENCE, Raw, in_time};

const ME: &str = "GET /api/v2/users/me HTTP/1.1\r\nhost: example.zendesk.com\r\n\r\n";

fn status(client: &mut Raw) -> Option<u16> {
    client.send(ME);
    Some(client.reply()?.status())
}

#[tokio::test]
async fn a_mock_comes_before_the_double_for_connections_that_were_there_before_it_too() {
    let zendesk = MockZendesk::start().await;
    let mut client = Raw::connect(&zendesk);
    assert_eq!(status(&mut client), Some(200));
    let teapot = Mock::given(path("/api/v2/users/me")).respond_with(ResponseTemplate::new(418));
    teapot
        .up_to_n_times(1)
        .expect(1)
        .mount(zendesk.server())
        .await;
    assert_eq!(status(&mut client), Some(418));
    assert_eq!(status(&mut client), Some(200));
    let late = Mock::given(path("/api/v2/users/me")).respond_with(ResponseTemplate::new(418));
    late.with_priority(101).mount(zendesk.server()).await;
    assert_eq!(status(&mut client), Some(200));
    let calls = zendesk.calls().of(users::ME).any_outcome();
    let ordinals: Vec<u64> = calls.iter().map(|call| call.ordinal()).collect();
    assert_eq!(ordinals, [1, 2, 3, 4]);
    assert!(zendesk.server().received_requests().await.is_none());
}

#[tokio::test]
async fn the_reply_of_a_mock_can_be_held_and_its_connection_be_closed() {
    let scene = Scene::start().await;
    let zendesk = &scene.zendesk;
    let teapot = Mock::given(path("/api/v2/users/me")).respond_with(ResponseTemplate::new(418));
    teapot.mount(zendesk.server()).await;
    let gate = zendesk.hold(users::ME);
    let held = tokio::spawn(scene.request(Method::GET, "/users/me", None).send());
    gate.wait_for(1).await;
    gate.release_all();
    assert_eq!(in_time(held).await.unwrap().unwrap().status(), 418);

    let mut client = Raw::connect(zendesk);
    assert_eq!(status(&mut client), Some(418));
    zendesk.go_offline();
    assert_eq!(status(&mut client), None);
    zendesk.come_back();
    assert_eq!(status(&mut Raw::connect(zendesk)), Some(418));
    // What the double answers meets faults, as without the mock.
    zendesk.inject(Fault::lost_reply());
    assert!(list(zendesk).reply().is_none());
}

/// A double that does this with itself between two pages of the list of users.
fn between_pages(
    act: impl Fn(&mut Option<Arc<MockZendesk>>) + Send + Sync + 'static,
) -> Arc<MockZendesk> {
    let builder = MockZendesk::builder().max_page_size(1);
    let zendesk = Arc::new(builder.start_blocking());
    zendesk.seed().user("Ada");
    let itself = Arc::downgrade(&zendesk);
    zendesk.between_pages(users::LIST, move |_, _| act(&mut itself.upgrade()));
    zendesk
}

fn list(zendesk: &MockZendesk) -> Raw {
    let mut client = Raw::connect(zendesk);
    let authorization = zendesk.authorization();
    client.send(format!(
        "GET /api/v2/users?page[size]=1 HTTP/1.1\r\nauthorization: {authorization}\r\n\r\n"
    ));
    client
}

#[test]
fn the_double_can_go_offline_and_come_back_while_it_answers() {
    for (asks_for_server, comes_back) in [(false, false), (true, false), (false, true)] {
        let zendesk = between_pages(move |zendesk| {
            let zendesk = zendesk.as_ref().unwrap();
            zendesk.go_offline();
            if comes_back {
                zendesk.come_back();
            }
        });
        let _server = asks_for_server.then(|| zendesk.server());
        let mut client = list(&zendesk);
        let reply = client.reply().map(|reply| reply.status());
        assert_eq!(reply, comes_back.then_some(200), "{asks_for_server}");
        assert!(!client.still_answers(), "the connection is closed");
        zendesk.come_back();
        let mut client = Raw::connect(&zendesk);
        assert_eq!(status(&mut client), Some(200));
    }
}

#[test]
fn the_double_can_be_dropped_while_it_answers() {
    let (tell, told) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let zendesk = between_pages(move |zendesk| {
        tell.send(()).unwrap();
        let _ = wait.lock().unwrap().recv_timeout(PATIENCE);
        drop(zendesk.take());
        tell.send(()).unwrap();
    });
    let mut client = list(&zendesk);
    told.recv_timeout(PATIENCE).unwrap();
    // From now on only the server's own thread has it.
    drop(zendesk);
    go.send(()).unwrap();
    told.recv_timeout(Duration::from_secs(10))
        .expect("it hangs");
    let _ = client.reply();
    assert!(!client.still_answers());
}
