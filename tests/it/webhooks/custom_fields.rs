//! The events of values of custom fields.

use mock_zendesk::{
    custom_fields::FieldType, organization_fields::NewOrganizationField,
    organizations::NewOrganization, user_fields::NewUserField, users::NewUser, webhooks::EventType,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::events::keys;
use super::{Hooked, short_type};

/// A value is as the API shows it, except that of a lookup.
#[tokio::test]
async fn ns105_ns109_a_change_of_a_custom_field_names_the_field_and_both_values() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let seed = scene.zendesk.seed();
    let lookup = NewUserField::new("boss", FieldType::Lookup).relationship_target_type("zen:user");
    let named = |title: &str| NewUserField::text("plan").title(title);
    let rows = [
        (named("Plan"), json!("gold"), json!(null), json!("gold")),
        (
            NewUserField::checkbox("vip"),
            json!(true),
            json!(false),
            json!(true),
        ),
        (
            NewUserField::new("seats", FieldType::Integer),
            json!(7),
            json!(null),
            json!(7),
        ),
        (
            NewUserField::new("share", FieldType::Decimal),
            json!(1.5),
            json!(null),
            json!(1.5),
        ),
        (
            NewUserField::new("since", FieldType::Date),
            json!("2018-11-04"),
            json!(null),
            json!("2018-11-04T00:00:00+00:00"),
        ),
        (
            NewUserField::dropdown("tier", ["tin"]),
            json!("tin"),
            json!(null),
            json!("tin"),
        ),
        (
            NewUserField::multiselect("languages", ["de", "en"]),
            json!(["de", "en"]),
            json!(null),
            json!(["de", "en"]),
        ),
        (
            lookup,
            json!("7"),
            json!(null),
            json!({"relationship_target": "zen:user", "id": "7"}),
        ),
    ];
    let mut expected = Vec::new();
    let path = format!("/users/{}", scene.ada.id);
    for (field, given, unset, set) in rows {
        let field = seed.add(field);
        for (value, current, previous) in [(given, &set, &unset), (json!(null), &unset, &set)] {
            let body = json!({"user": {"user_fields": {field.key.as_str(): value}}});
            let (status, reply) = scene.send(Method::PUT, &path, Some(body)).await;
            assert_eq!(status, 200, "{reply}");
            let shown = json!({
                "id": field.id.to_string(),
                "title": field.title,
                "type": serde_json::to_value(&field).unwrap()["type"]
            });
            let event = json!({"current": current, "custom_field": shown, "previous": previous});
            expected.push(("user.custom_field_changed".to_owned(), event));
        }
    }
    assert_eq!(expected[0].1["custom_field"]["title"], "Plan");
    let payloads = hooked.payloads().await;
    let got: Vec<(String, Value)> = payloads
        .iter()
        .map(|payload| (short_type(payload), payload["event"].clone()))
        .collect();
    assert_eq!(got, expected);
    let body = &hooked.received().await[0].body;
    assert_eq!(keys(body, "event"), ["current", "custom_field", "previous"]);
    assert_eq!(keys(body, "custom_field"), ["id", "title", "type"]);
}

/// Each field that changes has its own event. The others have none, and neither has a new record.
#[tokio::test]
async fn ns105_each_custom_field_that_changes_makes_an_event() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let seed = scene.zendesk.seed();
    let fields = ["plan", "region", "stays"].map(|key| {
        seed.add(NewUserField::text(key));
        seed.add(NewOrganizationField::text(key))
    });
    let old = |key: &str| (key.to_owned(), "old");
    let acme = ["plan", "stays"]
        .map(old)
        .into_iter()
        .fold(NewOrganization::new("Acme Ltd"), |acme, (key, value)| {
            acme.organization_field(key, value)
        });
    let acme = seed.organization(acme);
    let given = json!({"region": "new", "plan": "new", "stays": "old"});
    let body = json!({"organization": {"organization_fields": given}});
    let path = format!("/organizations/{}", acme.id);
    scene.send(Method::PUT, &path, Some(body)).await;
    scene
        .post(
            "/users",
            json!({"user": {"name": "Bob", "user_fields": given}}),
        )
        .await;

    let payloads = hooked.payloads().await;
    let got: Vec<Value> = payloads
        .iter()
        .map(|payload| {
            let event = &payload["event"];
            let field = &event["custom_field"]["id"];
            json!([
                short_type(payload),
                payload["subject"],
                field,
                event["previous"]
            ])
        })
        .collect();
    let changed = "organization.custom_field_changed";
    let subject = format!("zen:organization:{}", acme.id);
    let [plan, region, stays] = fields.map(|field| field.id);
    assert_eq!(
        got[..2],
        [
            json!([changed, subject, plan.to_string(), "old"]),
            json!([changed, subject, region.to_string(), null]),
        ]
    );
    assert_eq!(short_type(&payloads[2]), "user.created");
    assert_eq!(payloads.len(), 3);
    let deliveries = scene.zendesk.deliveries();
    let changes = deliveries.of_type(EventType::OrganizationCustomFieldChanged);
    changes.about(region).assert_once();
    changes.about(stays).assert_none();
}

/// What a record loses with an option or a field is no change of the record, whose `updated_at` stays.
#[tokio::test]
async fn ns105_values_that_go_with_their_option_or_field_make_no_event() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let seed = scene.zendesk.seed();
    let tier = seed.add(NewUserField::dropdown("tier", ["tin", "iron"]));
    let users = ["tin", "iron"].map(|tier| seed.user(NewUser::new("Bob").user_field("tier", tier)));
    let field = format!("/user_fields/{}", tier.id);
    let option = format!("{field}/options/{}", tier.options[0].id);
    for (path, user) in [(option, &users[0]), (field, &users[1])] {
        let (status, _) = scene.send(Method::DELETE, &path, None).await;
        assert_eq!(status, 204);
        let user = scene.zendesk.account().user(user).unwrap();
        assert!(user.user_fields.is_empty());
    }
    assert_eq!(hooked.types().await, [""; 0]);
}
