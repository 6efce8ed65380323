//! The memory that a million calls leave behind.

use mock_zendesk::{MockZendesk, calls::KeepCalls};
use reqwest::Client;
use stats_alloc::Region;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::ALLOCATOR;
use crate::measure::Row;

const CALLS: usize = 1_000_000;

/// The calls of wiremock, which keeps gigabytes for a million.
const CALLS_OF_WIREMOCK: usize = 100_000;

/// Returns the bytes that each call leaves behind. The first calls are not counted, because they
/// fill buffers of limited size.
fn bytes_per_call(calls: usize, mut call: impl FnMut()) -> f64 {
    for _ in 0..5_000 {
        call();
    }
    let region = Region::new(ALLOCATOR);
    for _ in 0..calls {
        call();
    }
    let change = region.change();
    (change.bytes_allocated as f64 - change.bytes_deallocated as f64) / calls as f64
}

pub fn rows() -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let client = Client::new();
    let get = |url: &str| {
        runtime.block_on(async { client.get(url).send().await.expect("a reply").bytes().await })
    };

    let direct = MockZendesk::builder()
        .keep_calls(KeepCalls::Last(1_000))
        .without_socket();
    let ours = bytes_per_call(CALLS, || {
        let request = http::Request::get("/api/v2/users/me")
            .body("")
            .expect("a request");
        direct.send(request).expect("a reply");
    });
    let zendesk = runtime.block_on(
        MockZendesk::builder()
            .keep_calls(KeepCalls::Last(1_000))
            .start(),
    );
    let url = zendesk.url("/users/me");
    let over_http = bytes_per_call(CALLS, || drop(get(&url)));
    let server = runtime.block_on(async {
        let server = MockServer::builder()
            .disable_request_recording()
            .start()
            .await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(200))
            .mount(&server)
            .await;
        server
    });
    let url = format!("{}/api/v2/users/me", server.uri());
    let theirs = bytes_per_call(CALLS_OF_WIREMOCK, || drop(get(&url)));
    vec![
        Row {
            what:
                "bytes that a call leaves behind, of a million, the journal bounded, without a socket"
                    .to_owned(),
            against: "",
            ratio: format!("{:.0}", ours.abs()),
            bound: "flat",
        },
        Row {
            what: "the same over HTTP".to_owned(),
            against: "wiremock alone, which keeps every request",
            ratio: format!("{:.0} against {theirs:.0}", over_http.abs()),
            bound: "flat",
        },
    ]
}
