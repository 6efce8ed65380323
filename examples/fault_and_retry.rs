//! What makes production differ from a happy test, each in a line: a limit, a lost reply, a race,
//! an outage.
//!
//! The program under test (`join` below) puts a user into an organization, and is to get there
//! whatever happens.

#![allow(clippy::print_stdout, reason = "the example shows what it does")]

use std::time::Duration;

use mock_zendesk::{Clock, Fault, MockZendesk, organization_memberships};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

// Time is paused: what the program waits takes none.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::time::pause();
    let zendesk = MockZendesk::builder().clock(Clock::tokio()).start().await;
    let (ada, acme) = (
        zendesk.seed().user("Ada"),
        zendesk.seed().organization("Acme"),
    );

    // The first request is limited, the second one is applied but its reply gets lost.
    let create = organization_memberships::CREATE;
    zendesk.inject(Fault::rate_limited(Duration::from_secs(61)).on(create));
    zendesk.inject(Fault::lost_reply().on(create));
    join(&zendesk, ada.id.get(), acme.id.get())
        .await
        .expect("the program tries again");

    zendesk
        .assert_user(&ada)
        .organizations([&acme])
        .default(&acme);
    // The third request meets what the second one has done: Zendesk refuses it as a duplicate,
    // which is as good as done.
    zendesk.calls().of(create).any_outcome().assert_times(3);
    zendesk.calls().of(create).with_status(422).assert_once();
    zendesk.calls().assert_honored_retry_after();
    // Nothing that it did is what Zendesk punishes.
    zendesk.assert_no_advice();
    println!("{}\n", zendesk.transcript());

    // Two programs at once: the one that comes second is let through first.
    let globex = zendesk.seed().organization("Globex");
    let gate = zendesk.hold(create);
    let (both, ()) = tokio::join!(
        async {
            tokio::join!(
                join(&zendesk, ada.id.get(), globex.id.get()),
                join(&zendesk, ada.id.get(), globex.id.get())
            )
        },
        async {
            gate.wait_for(2).await;
            gate.release_in_order([1, 0]);
        }
    );
    assert!(
        both.0.is_ok() && both.1.is_ok(),
        "a duplicate is as good as a success"
    );
    drop(gate);

    // An outage: connections are refused, really.
    zendesk.go_offline();
    let error = Client::new()
        .get(zendesk.url("/users/me"))
        .send()
        .await
        .expect_err("nobody listens");
    println!("offline: {error}");
    zendesk.come_back();
    println!("{}", zendesk.report());
}

/// The program under test.
async fn join(zendesk: &MockZendesk, user: u64, organization: u64) -> Result<(), String> {
    let client = Client::builder()
        .timeout(Duration::from_secs(30))
        .build()
        .map_err(|error| error.to_string())?;
    let body =
        json!({"organization_membership": {"user_id": user, "organization_id": organization}});
    for _ in 0..5 {
        let request = client
            .post(zendesk.url("/organization_memberships"))
            .json(&body);
        let request = request.header("authorization", zendesk.authorization());
        // A connection that breaks says nothing about what has been done.
        let Ok(reply) = request.send().await else {
            continue;
        };
        match reply.status() {
            StatusCode::CREATED => return Ok(()),
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = reply
                    .headers()
                    .get("retry-after")
                    .and_then(|value| value.to_str().ok()?.parse().ok());
                tokio::time::sleep(Duration::from_secs(wait.unwrap_or(10))).await;
            }
            StatusCode::UNPROCESSABLE_ENTITY => {
                let answer: Value = reply.json().await.map_err(|error| error.to_string())?;
                // Somebody was quicker, most likely this program itself.
                let is_duplicate = answer["details"]["user_id"][0]["error"] == "DuplicateValue";
                return if is_duplicate {
                    Ok(())
                } else {
                    Err(answer.to_string())
                };
            }
            status => return Err(status.to_string()),
        }
    }
    Err("tried too often".to_owned())
}
