//! The keywords of tickets.

use serde_json::{Value, json};

use super::{assert_finds, builder, found, group, marking, organization, search, ticket, user};
use crate::api::Api;

/// Tickets of Ann, who is in Acme, and of Bob. Gil of the group Depot is assigned to the first.
async fn tickets(api: &Api) -> [Value; 3] {
    let depot = group(api, "Depot ~").await["id"].clone();
    let gil = json!({"name": "Gil ~", "role": "agent", "default_group_id": depot});
    let gil = user(api, gil).await["id"].clone();
    let acme = organization(api, json!({"name": "Acme Works ~"})).await["id"].clone();
    let ann = json!({"name": "Ann Low", "email": "ann@~a.example", "organization_id": acme});
    let ann = user(api, ann).await["id"].clone();
    let bob = user(api, json!({"name": "Bob", "email": "bob@~a.example"})).await["id"].clone();
    let rows = [
        json!({"subject": "Printer", "requester_id": ann, "status": "open", "priority": "low", "type": "task",
            "comment": {"body": "It burns. Please call."}, "tags": ["hw", "~"], "external_id": "x-1",
            "assignee_id": gil, "group_id": depot}),
        json!({"subject": "Photos lost", "requester_id": bob, "status": "pending", "priority": "urgent",
            "type": "incident", "comment": {"body": "Call please"}, "tags": ["sw", "big", "~"]}),
        json!({"subject": "Done", "requester_id": bob, "status": "solved", "comment": {"body": "Thanks"},
            "tags": ["~"]}),
    ];
    for row in rows {
        ticket(api, row).await;
    }
    [ann, acme, depot]
}

#[tokio::test]
async fn ns42_ns43_q_ns16_ns58_keywords_of_tickets() {
    let api = marking().await;
    let [ann, acme, depot] = tickets(&api).await;
    let (of_ann, of_acme, of_depot) = (
        format!("requester:{ann}"),
        format!("type:ticket organization:{acme}"),
        format!("type:ticket group:{depot}"),
    );
    let all = ["Printer", "Photos lost", "Done"];
    let rows: [(&str, &[&str]); 34] = [
        ("type:ticket ~", &all),
        (
            "type:ticket status:open status:solved ~",
            &["Printer", "Done"],
        ),
        ("status<solved ~", &["Printer", "Photos lost"]),
        ("status>=pending ~", &["Photos lost", "Done"]),
        ("priority>normal ~", &["Photos lost"]),
        ("priority<high ~", &["Printer"]),
        ("ticket_type:incident ~", &["Photos lost"]),
        ("subject:photo* ~", &["Photos lost"]),
        ("subject:photo ~", &[]),
        ("description:burns ~", &["Printer"]),
        (r#"comment:"please call" ~"#, &["Printer"]),
        ("comment:please ~", &["Printer", "Photos lost"]),
        (
            r#"description:"please call" ~"#,
            &["Printer", "Photos lost"],
        ),
        (&of_ann, &["Printer"]),
        ("requester:ann@~a.example ~", &["Printer"]),
        (r#"requester:"low ann" ~"#, &["Printer"]),
        ("submitter:bob ~", &[]),
        ("assignee:none type:ticket ~", &["Photos lost", "Done"]),
        ("-assignee:none type:ticket ~", &["Printer"]),
        ("assignee:gil ~", &["Printer"]),
        ("submitter:me ~", &all),
        (&of_acme, &["Printer"]),
        ("type:ticket organization:works ~", &["Printer"]),
        ("type:ticket organization:none ~", &["Photos lost", "Done"]),
        ("type:ticket group:none ~", &["Photos lost", "Done"]),
        ("type:ticket group:depot ~", &["Printer"]),
        (&of_depot, &["Printer"]),
        ("tags:hw ~", &["Printer"]),
        ("type:ticket external_id:X-1 ~", &["Printer"]),
        ("type:ticket external_id:none ~", &["Photos lost", "Done"]),
        // Words of the requester, and of the ticket.
        ("type:ticket low ~", &["Printer"]),
        ("type:ticket bob@~a.example ~", &["Photos lost", "Done"]),
        ("type:ticket burn ~", &["Printer"]),
        ("type:ticket big ~", &["Photos lost"]),
    ];
    assert_finds(&api, &rows).await;
    // A bare number finds the ticket with that id, too.
    let path = search("type:ticket printer ~");
    let id = api.get(&path).await.expect(200).json()["results"][0]["id"].clone();
    let found = found(&api, &format!("{id}")).await;
    match api.is_shared() {
        true => assert!(found.iter().any(|name| name == "Printer"), "{found:?}"),
        false => assert_eq!(found, ["Printer"]),
    }
}

/// What Zendesk has and the double does not is a 501, and never an empty list.
#[tokio::test]
async fn ns58_keywords_that_the_double_does_not_have_are_loud() {
    let names = [
        "via",
        "brand",
        "solved",
        "due_date",
        "custom_field_7",
        "fieldvalue",
        "cc",
        "commenter",
    ];
    let builder = names.into_iter().fold(builder(), |builder, name| {
        builder.allow_unmodeled(format!("?query {name}"))
    });
    let api = Api::with(builder).await;
    for name in names {
        for query in [
            format!("{name}:x"),
            format!("type:ticket -{}:x", name.to_uppercase()),
        ] {
            let answer = api.get(&search(&query)).await;
            answer.expect_error(
                501,
                &format!("mock-zendesk does not implement ?query {name}"),
            );
        }
        // No user has it, so nothing is missing from this list.
        assert_eq!(found(&api, &format!("type:user {name}:x")).await, [""; 0]);
    }
}
