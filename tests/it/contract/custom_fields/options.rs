//! The options of dropdown and multiselect fields, and what becomes of values when they change.

use serde_json::{Value, json};

use super::{KINDS, Kind, UNKNOWN, invalid, start};
use crate::api::{Api, errors};
use crate::contract::groups::{assert_hundred_a_page, assert_same_with_json, warning};
use crate::contract::wire::keys_in_order;

/// Creates a field with the options `a`, `b` and `c`, and gives it as the reply shows it.
async fn field(api: &Api, kind: Kind, field_type: &str) -> Value {
    let options =
        ["a", "b", "c"].map(|value| json!({"name": value.to_uppercase(), "value": value}));
    let field = json!({
        "key": "~tier", "title": "Tier", "type": field_type, "custom_field_options": options
    });
    kind.create(api, field).await
}

fn each(field: &Value, key: &str) -> Vec<Value> {
    let options = field["custom_field_options"].as_array().unwrap();
    options.iter().map(|option| option[key].clone()).collect()
}

/// [documented] "Options that are not passed will be removed", "pass its id", "pass a null id".
#[tokio::test]
async fn no104_nu181_a_put_of_options_is_the_whole_list() {
    let api = start().await;
    for kind in KINDS {
        let field = field(&api, kind, "dropdown").await;
        let records = [
            kind.record(&api, json!({"~tier": "a"})).await,
            kind.record(&api, json!({"~tier": "b"})).await,
            kind.record(&api, json!({"~tier": "c"})).await,
        ];
        let ids = each(&field, "id");
        let changes = json!({"custom_field_options": [
            {"id": ids[1], "name": "Renamed", "value": "b"},
            {"id": null, "name": "D", "value": "d"},
            // Without its id it is another option.
            {"name": "C", "value": "c"},
        ]});
        let changed = kind.put(&api, &field, changes).await.expect(200);
        let changed = changed.json()[kind.one].clone();
        assert_eq!(each(&changed, "name"), ["Renamed", "D", "C"]);
        let new = each(&changed, "id");
        assert_eq!(new[0], ids[1]);
        assert!(!ids.contains(&new[1]) && !ids.contains(&new[2]), "{new:?}");
        for (record, value) in records.iter().zip([Value::Null, json!("b"), Value::Null]) {
            assert_eq!(kind.values(&api, record).await, json!({"~tier": value}));
        }
        let none = kind.put(&api, &field, json!({"custom_field_options": []}));
        let description = "Field options: must contain at least one option";
        let expected = invalid("custom_field_options", description, "EmptyValue");
        none.await.expect_error(422, &expected);
        // Other changes leave them as they are.
        let changed = kind.put(&api, &field, json!({"title": "T"})).await;
        assert_eq!(each(&changed.expect(200).json()[kind.one], "id"), new);
    }
}

/// An option that gets another value takes the values of records along, which is chosen.
#[tokio::test]
async fn a_value_follows_its_option() {
    let api = start().await;
    for (kind, field_type) in KINDS.into_iter().zip(["dropdown", "multiselect"]) {
        let field = field(&api, kind, field_type).await;
        let value = |value: Value| match field_type {
            "dropdown" => value[0].clone(),
            _ => value,
        };
        let sent = value(json!(["b", "c"]));
        let record = kind.record(&api, json!({"~tier": sent})).await;
        let ids = each(&field, "id");
        let changes = json!({"custom_field_options": [
            {"id": ids[0], "name": "A", "value": "b"},
            {"id": ids[1], "name": "B", "value": "z"},
        ]});
        kind.put(&api, &field, changes).await.expect(200);
        let expected = value(json!(["z"]));
        assert_eq!(kind.values(&api, &record).await, json!({"~tier": expected}));
    }
}

/// Trace TN4 of organizations, for both kinds.
#[tokio::test]
async fn tn4_no105_nu185_fields_from_creation_to_deletion() {
    let api = start().await;
    for kind in KINDS {
        let records = [
            kind.record(&api, json!({})).await,
            kind.record(&api, json!({})).await,
        ];
        assert_eq!(kind.values(&api, &records[0]).await, json!({}));
        let option = |value: &str| json!({"name": value.to_uppercase(), "value": value});
        let field = json!({
            "key": "~tier", "title": "Tier", "type": "dropdown",
            "custom_field_options": [option("a"), option("b")]
        });
        let field = kind.create(&api, field).await;
        assert_eq!(field["position"], 9999);
        let position = kind.show(&api, &field).await["position"].clone();
        assert!(api.is_shared() || position == 0, "{position}");
        for record in &records {
            assert_eq!(kind.values(&api, record).await, json!({"~tier": null}));
        }
        let set = kind.set(&api, &records[0], json!({"~tier": "a", "~nokey": 1}));
        let set = set.await.expect(200);
        assert_eq!(kind.values_in(&set), json!({"~tier": "a"}));
        assert_eq!(set.header("x-zendesk-api-warn"), None);
        let b = kind.show(&api, &field).await["custom_field_options"][1].clone();
        let changes = json!({"custom_field_options": [b]});
        kind.put(&api, &field, changes).await.expect(200);
        for record in &records {
            assert_eq!(kind.values(&api, record).await, json!({"~tier": null}));
        }
        let path = format!("/{}/{}", kind.many, field["id"]);
        api.delete(&path).await.expect(204);
        for record in &records {
            assert_eq!(kind.values(&api, record).await, json!({}));
        }
        assert_eq!(kind.show(&api, &field).await["active"], false);
        assert_eq!(kind.keys(&api).await, [""; 0]);
    }
}

/// [documented] routes, statuses, roots and keys; the order of the keys is chosen.
#[tokio::test]
async fn nu34_nu186_options_of_a_user_field_have_routes_of_their_own() {
    let api = start().await;
    let [users, _] = KINDS;
    let field = field(&api, users, "dropdown").await;
    let (ids, path) = (each(&field, "id"), "/user_fields/~tier/options");
    let list = api.get(path).await.expect(200);
    assert_eq!(list.each("custom_field_options", "value"), ["a", "b", "c"]);
    assert_eq!(list.each("custom_field_options", "position"), [0, 1, 2]);
    let keys = keys_in_order(&list, "");
    assert_eq!(
        keys,
        [
            "custom_field_options",
            "next_page",
            "previous_page",
            "count"
        ]
    );
    let keys = keys_in_order(&list, "/custom_field_options/0");
    assert_eq!(keys, ["url", "id", "name", "raw_name", "value", "position"]);
    let url_of = |option: &Value| {
        api.url(&format!(
            "/user_fields/{}/options/{option}.json",
            field["id"]
        ))
    };
    assert_eq!(
        list.each("custom_field_options", "url"),
        ids.iter().map(url_of).collect::<Vec<_>>()
    );
    let cursor = api.get(&format!("{path}?page[size]=2")).await.expect(200);
    assert_eq!(cursor.each("custom_field_options", "value"), ["a", "b"]);
    assert_hundred_a_page(&api, path).await;
    assert_same_with_json(&api, path).await;

    let one = format!("/user_fields/{}/options/{}", field["id"], ids[1]);
    assert_same_with_json(&api, &one).await;
    let shown = api.get(&one).await.expect(200).json();
    assert_eq!(
        shown["custom_field_option"],
        list.json()["custom_field_options"][1]
    );

    let location = api.url(&format!("/user_fields/{}/options.json", field["id"]));
    let put = |option: Value| api.post(path, json!({"custom_field_option": option}));
    let created = put(json!({"name": "D", "value": "d", "position": 0}))
        .await
        .expect(201);
    assert_eq!(created.header("location"), Some(location.as_str()));
    let option = created.json()["custom_field_option"].clone();
    assert_eq!(
        (&option["position"], &option["raw_name"]),
        (&json!(0), &json!("D"))
    );
    let user = users.record(&api, json!({"~tier": "d"})).await;
    let changed = json!({"id": option["id"], "name": "E", "value": "e"});
    let updated = put(changed).await.expect(200);
    assert_eq!(updated.header("location"), Some(location.as_str()));
    let updated = updated.json()["custom_field_option"].clone();
    assert_eq!(
        (&updated["id"], &updated["name"]),
        (&option["id"], &json!("E"))
    );
    assert_eq!(updated["position"], 0);
    assert_eq!(users.values(&api, &user).await, json!({"~tier": "e"}));
    // An id of no option creates one.
    let unknown = json!({"id": UNKNOWN, "name": "F", "value": "f"});
    let created = put(unknown).await.expect(201).json();
    assert_ne!(created["custom_field_option"]["id"], UNKNOWN);
    assert_eq!(created["custom_field_option"]["position"], 4);

    let path_of = |option: &Value| format!("{path}/{option}");
    api.delete(&path_of(&option["id"])).await.expect(204);
    assert_eq!(users.values(&api, &user).await, json!({"~tier": null}));
    let values = api
        .get(path)
        .await
        .expect(200)
        .each("custom_field_options", "value");
    assert_eq!(values, ["a", "b", "c", "f"]);
    let not_found = errors::RECORD_NOT_FOUND;
    api.get(&path_of(&option["id"]))
        .await
        .expect_error(404, not_found);
    api.delete(&path_of(&option["id"]))
        .await
        .expect_error(404, not_found);
}

/// The words of these errors are not known.
#[tokio::test]
async fn nu34_nu186_an_option_that_breaks_a_rule_is_refused() {
    let api = start().await;
    let [users, _] = KINDS;
    field(&api, users, "multiselect").await;
    users
        .create(&api, json!({"key": "~text", "title": "T"}))
        .await;
    let put =
        |path: &'static str, option: Value| api.post(path, json!({"custom_field_option": option}));
    let (path, options) = ("/user_fields/~tier/options", "custom_field_options");
    let taken = "Field options: a has already been taken";
    put(path, json!({"name": "Z", "value": "a"}))
        .await
        .expect_error(422, &invalid(options, taken, "DuplicateValue"));
    let blank = "Field options: name and value cannot be blank";
    put(path, json!({"name": "Z"}))
        .await
        .expect_error(422, &invalid(options, blank, "BlankValue"));
    let no_list = invalid("type", "Type: is invalid", "InvalidValue");
    put(
        "/user_fields/~text/options",
        json!({"name": "Z", "value": "z"}),
    )
    .await
    .expect_error(422, &no_list);
    let none = api.get("/user_fields/~text/options").await.expect(200);
    assert_eq!(none.json()["count"], 0);
    let no_field = put(
        "/user_fields/~none/options",
        json!({"name": "Z", "value": "z"}),
    );
    no_field.await.expect_error(404, errors::RECORD_NOT_FOUND);
    let wrong = errors::invalid_attribute(
        "custom_field_option.name must be a string",
        "custom_field_options/create_or_update",
    );
    put(path, json!({"name": 7}))
        .await
        .expect_error(400, &wrong);
    let more = put(path, json!({"name": "Z", "value": "z", "foo": 1}))
        .await
        .expect(201);
    let keys = warning(
        "custom_field_options",
        "create_or_update",
        r#""custom_field_option.foo""#,
    );
    assert_eq!(more.header("x-zendesk-api-warn"), Some(keys.as_str()));
}
