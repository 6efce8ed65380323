//! Custom fields as a test sees them: seeds, look-ups, differences, and records that are serialized
//! alone.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mock_zendesk::{
    MockZendesk, UserFieldId,
    account::Difference,
    custom_fields::FieldValue,
    fixtures::Fixture,
    organization_fields::NewOrganizationField,
    organizations::NewOrganization,
    settings::OpenQuestion,
    user_fields::{self, NewUserField},
    users::NewUser,
};
use serde_json::{Value, json};

use crate::scene::Scene;

fn panic_of(act: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("it is to panic");
    payload.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn a_seed_or_a_fixture_with_what_its_type_does_not_have_is_refused() {
    let zendesk = MockZendesk::builder().without_socket();
    let rows: [(NewUserField, &str); 3] = [
        (
            NewUserField::text("a").tag("vip"),
            "a field of the type text has no tag",
        ),
        (
            NewUserField::checkbox("a").option("Gold", "gold"),
            "a field of the type checkbox has no custom_field_options",
        ),
        (
            NewUserField::dropdown("a", ["x"]).relationship_target_type("zen:user"),
            "a field of the type dropdown has no relationship_target_type",
        ),
    ];
    for (field, expected) in rows {
        let text = panic_of(|| drop(zendesk.seed().add(field)));
        assert!(text.contains(expected), "{text}");
    }
    for row in [
        json!({"key": "a", "title": "A", "tag": "vip"}),
        json!({"key": "a", "title": "A", "type": "date", "relationship_target_type": "zen:user"}),
        json!({"key": "a", "title": "A", "custom_field_options": [{"name": "G", "value": "g"}]}),
    ] {
        let fixture = json!({"user_fields": [row]}).to_string();
        let fixture = Fixture::from_json(&fixture).unwrap();
        let error = zendesk.seed().try_load(&fixture).unwrap_err().to_string();
        assert!(
            error.contains("user_fields[0]: a field of the type"),
            "{error}"
        );
    }
    assert!(zendesk.account().user_fields().is_empty());
}

#[tokio::test]
async fn differences_name_the_fields_whose_values_changed() {
    let scene = Scene::start().await;
    let (zendesk, seed) = (&scene.zendesk, scene.zendesk.seed());
    for key in ["plan", "region", "stays"] {
        seed.add(NewUserField::text(key));
    }
    let vip = seed.add(NewOrganizationField::checkbox("vip"));
    let ada = NewUser::new("Ada").user_field("plan", "a");
    let ada = seed.user(ada.user_field("stays", "s"));
    let acme = NewOrganization::new("Acme Ltd").organization_field("vip", true);
    let acme = seed.organization(acme);

    let before = zendesk.account();
    let user = json!({"name": "A", "user_fields": {"region": "r", "plan": null, "stays": "s"}});
    let path = format!("/users/{}", ada.id);
    scene
        .send(reqwest::Method::PUT, &path, Some(json!({"user": user})))
        .await;
    zendesk.assert_changes(
        &before,
        [Difference::changed(
            ada.id,
            ["name", "user_fields.plan", "user_fields.region"],
        )],
    );
    let before = zendesk.account();
    let path = format!("/organization_fields/{}", vip.id);
    scene.send(reqwest::Method::DELETE, &path, None).await;
    zendesk.assert_changes(
        &before,
        [
            Difference::changed(acme.id, ["organization_fields.vip"]),
            Difference::deleted(vip.id),
        ],
    );
    // A new field changes no record.
    let before = zendesk.account();
    let plan = seed.add(NewOrganizationField::text("plan"));
    zendesk.assert_changes(&before, [Difference::created(plan.id)]);
}

#[test]
fn a_seed_that_breaks_a_rule_panics_and_says_why() {
    let zendesk = MockZendesk::builder()
        .other_answer(OpenQuestion::InvalidFieldValue)
        .without_socket();
    let seed = zendesk.seed();
    seed.add(NewUserField::dropdown("tier", ["gold"]).title("Tier"));
    seed.add(NewUserField::text("off").inactive());
    seed.add(NewOrganizationField::text("plan"));
    let before = zendesk.account();
    let user = |key: &str, value: &str| {
        let new = NewUser::new("Ada").user_field(key, value);
        panic_of(|| drop(seed.user(new)))
    };
    let unknown = "cannot seed user \"Ada\": the account has no active user field \"plan\": seed the field first";
    assert!(user("plan", "a").contains(unknown), "{}", user("plan", "a"));
    assert!(user("off", "a").contains("no active user field \"off\""));
    // Nothing of a seed is dropped, whatever the account does with requests.
    assert!(user("tier", "tin").contains("Tier: is invalid"));
    let new = NewOrganization::new("Acme").organization_field("tier", "gold");
    let text = panic_of(|| drop(seed.organization(new)));
    assert!(
        text.contains("no active organization field \"tier\""),
        "{text}"
    );
    let text = panic_of(|| drop(seed.add(NewUserField::text("tier"))));
    let taken = "cannot seed user field \"tier\": Key: tier has already been taken";
    assert!(text.contains(taken), "{text}");
    assert!(zendesk.changes_since(&before).is_empty());
}

#[test]
fn records_alone_serialize_the_values_that_are_set() {
    let zendesk = MockZendesk::builder().without_socket();
    let seed = zendesk.seed();
    for key in ["plan", "area"] {
        seed.add(NewUserField::text(key));
    }
    seed.add(NewOrganizationField::text("plan"));
    let ada = seed.user(NewUser::new("Ada").user_field("plan", "gold"));
    let acme = seed.organization("Acme");
    let alone = |record: Value, key: &str| record[key].clone();
    let ada = serde_json::to_value(&ada).unwrap();
    assert_eq!(alone(ada, "user_fields"), json!({"plan": "gold"}));
    let acme = serde_json::to_value(&acme).unwrap();
    assert_eq!(alone(acme, "organization_fields"), json!({}));
    let field = serde_json::to_value(zendesk.account().user_field("plan").unwrap()).unwrap();
    assert_eq!(
        (&field["position"], &field["type"]),
        (&json!(0), &json!("text"))
    );
    assert_eq!(field.get("deleted"), None);
    assert!(
        field["url"]
            .as_str()
            .unwrap()
            .starts_with("/api/v2/user_fields/")
    );
}

#[tokio::test]
async fn fields_are_found_in_the_account_and_in_calls() {
    let scene = Scene::start().await;
    let (zendesk, seed) = (&scene.zendesk, scene.zendesk.seed());
    let plan = seed.add(NewUserField::text("plan"));
    let first = seed.add(NewUserField::text("first").position(0));
    let account = zendesk.account();
    let keys: Vec<String> = account
        .user_fields()
        .into_iter()
        .map(|field| field.key)
        .collect();
    assert_eq!(keys, ["first", "plan"]);
    assert_eq!(account.user_field("first").unwrap().id, first.id);
    assert_eq!(account.organization_field("plan"), None);
    assert_eq!(account.organization_fields(), []);

    let path = format!("/user_fields/{}", plan.id);
    scene.get(&path).await;
    let rename = json!({"user_field": {"title": "New"}});
    let by_key = "/user_fields/plan";
    scene.send(reqwest::Method::PUT, by_key, Some(rename)).await;
    zendesk.calls().about(plan.id).assert_times(2);
    zendesk.calls().about(first.id).assert_none();
    scene.send(reqwest::Method::DELETE, &path, None).await;
    assert_eq!(zendesk.account().user_field("plan"), None);
    assert_eq!(zendesk.account().user_fields().len(), 1);
    assert_eq!(zendesk.account().user_fields()[0].position, 0);
    // The snapshot stays as it was.
    assert_eq!(account.user_fields().len(), 2);

    let unknown = UserFieldId::new(7);
    scene.get(&format!("/user_fields/{unknown}")).await;
    let refused = zendesk.calls().of(user_fields::SHOW).refused();
    refused.assert_once();
}

#[tokio::test]
async fn values_have_types() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    seed.add(NewUserField::checkbox("vip"));
    seed.add(NewUserField::multiselect("langs", ["de", "en"]));
    let ada = NewUser::new("Ada").user_field("langs", vec!["en"]);
    let ada = seed.user(ada.user_field("vip", false));
    let values = &ada.user_fields;
    assert_eq!((values.len(), values.is_empty()), (1, false));
    let langs = values.get("langs").unwrap();
    assert_eq!(langs.as_options(), Some(&["en".to_owned()][..]));
    let others = (
        langs.as_str(),
        langs.as_i64(),
        langs.as_f64(),
        langs.as_bool(),
    );
    assert_eq!(others, (None, None, None, None));
    // A checkbox that is not checked counts as not set.
    assert_eq!(values.get("vip"), None);
    let all = zendesk.account().field_values_of_user(&ada);
    assert_eq!(all["vip"], Some(FieldValue::Checkbox(false)));
    assert_eq!(all["langs"].as_ref(), Some(langs));
    assert!(seed.user("Bob").user_fields.is_empty());
    let pairs: Vec<(&str, &FieldValue)> = values.iter().collect();
    assert_eq!(pairs, [("langs", langs)]);
    let nobody = mock_zendesk::UserId::new(7);
    assert!(zendesk.account().field_values_of_user(nobody).is_empty());
}
