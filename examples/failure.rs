//! What a failing assertion looks like: this example exists to show one, and fails.
//!
//! The program under test creates a membership, gets no answer in time, and creates it once more.

use mock_zendesk::{MockZendesk, organization_memberships};
use reqwest::Client;
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), reqwest::Error> {
    let zendesk = MockZendesk::start().await;
    let (ada, acme) = (
        zendesk.seed().user("Ada"),
        zendesk.seed().organization("Acme"),
    );

    let (client, authorization) = (Client::new(), zendesk.authorization());
    let list = zendesk.url(&format!("/users/{}/organization_memberships", ada.id));
    client
        .get(list)
        .header("authorization", &authorization)
        .send()
        .await?;
    let body = json!({"organization_membership": {"user_id": ada.id, "organization_id": acme.id}});
    for _ in 0..2 {
        let create = client
            .post(zendesk.url("/organization_memberships"))
            .json(&body);
        create
            .header("authorization", &authorization)
            .send()
            .await?;
    }
    client
        .get(zendesk.url("/organisation_memberships"))
        .header("authorization", &authorization)
        .send()
        .await?;

    zendesk
        .calls()
        .of(organization_memberships::CREATE)
        .assert_once();
    Ok(())
}
