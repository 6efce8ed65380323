//! <https://developer.zendesk.com/api-reference/ticketing/users/user_fields/>,
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_fields/>
//!
//! Both kinds of fields work alike, so most cases go over both.

mod options;
mod values;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mock_zendesk::{Clock, MockZendesk, MockZendeskBuilder};
use serde_json::{Value, json};

use super::groups::{assert_hundred_a_page, assert_same_with_json, warning};
use super::wire::keys_in_order;
use crate::api::{Answer, Api, errors};

/// A kind of field.
#[derive(Clone, Copy)]
struct Kind {
    /// The path, and the key of several fields.
    many: &'static str,
    /// The key of one.
    one: &'static str,
    /// The path and the key of the records that have the values.
    owners: &'static str,
    owner: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        many: "user_fields",
        one: "user_field",
        owners: "users",
        owner: "user",
    },
    Kind {
        many: "organization_fields",
        one: "organization_field",
        owners: "organizations",
        owner: "organization",
    },
];

/// The keys of a field of the type `text` in the recorded order.
const KEYS: [&str; 14] = [
    "url",
    "id",
    "type",
    "key",
    "title",
    "description",
    "raw_title",
    "raw_description",
    "position",
    "active",
    "system",
    "regexp_for_validation",
    "created_at",
    "updated_at",
];

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

impl Kind {
    fn path(self, field: impl std::fmt::Display) -> String {
        format!("/{}/{field}", self.many)
    }

    async fn post(self, api: &Api, field: Value) -> Answer {
        api.post(&format!("/{}", self.many), json!({self.one: field}))
            .await
    }

    /// Creates a field, and gives it as the reply shows it.
    async fn create(self, api: &Api, field: Value) -> Value {
        self.post(api, field).await.expect(201).json()[self.one].clone()
    }

    async fn put(self, api: &Api, field: &Value, changes: Value) -> Answer {
        let path = self.path(&field["id"]);
        api.put(&path, json!({self.one: changes})).await
    }

    /// The field as it is shown now.
    async fn show(self, api: &Api, field: &Value) -> Value {
        let answer = api.get(&self.path(&field["id"])).await.expect(200);
        answer.json()[self.one].clone()
    }

    /// The keys of the fields of this case, in the order of the list.
    async fn keys(self, api: &Api) -> Vec<Value> {
        let (mut keys, mut path) = (Vec::new(), Some(format!("/{}", self.many)));
        while let Some(page) = path {
            let page = api.get(&page).await.expect(200);
            keys.extend(page.each(self.many, "key"));
            path = page.json()["next_page"].as_str().map(str::to_owned);
        }
        keys.retain(|key| is_own(key.as_str().unwrap()));
        keys
    }

    /// Creates a record that may have values, and gives its path.
    async fn record(self, api: &Api, values: Value) -> String {
        static RECORDS: AtomicU64 = AtomicU64::new(0);
        let number = RECORDS.fetch_add(1, Ordering::Relaxed);
        let name = api.name(&format!("Record {number}"));
        let record = json!({self.owner: {"name": name, self.many: values}});
        let created = api.post(&format!("/{}", self.owners), record).await;
        format!(
            "/{}/{}",
            self.owners,
            created.expect(201).json()[self.owner]["id"]
        )
    }

    async fn set(self, api: &Api, record: &str, values: Value) -> Answer {
        api.put(record, json!({self.owner: {self.many: values}}))
            .await
    }

    /// The values of a record in the fields of this case, as they are written.
    async fn values(self, api: &Api, record: &str) -> Value {
        self.values_in(&api.get(record).await.expect(200))
    }

    /// The values in the fields of this case that a reply shows of a record.
    fn values_in(self, answer: &Answer) -> Value {
        own_values(&answer.json()[self.owner][self.many])
    }
}

/// Whether a field is of this case, and not of others who use the account.
fn is_own(key: &str) -> bool {
    key.contains('~')
}

/// The values in the fields of a case that has `~` in their keys.
pub(super) fn own_values(values: &Value) -> Value {
    let mut values = values.as_object().unwrap().clone();
    values.retain(|key, _| is_own(key));
    Value::Object(values)
}

fn invalid(key: &str, description: &str, code: &str) -> String {
    format!(
        r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"{key}":[{{"description":"{description}","error":"{code}"}}]}}}}"#
    )
}

/// An account where `~` is in the keys of this case's fields, and in no others.
async fn start() -> Api {
    Api::start_or(builder()).await.marking()
}

/// A double for itself: the case counts the fields of the account, or moves all of them.
async fn own() -> Api {
    Api::with(builder()).await.marking()
}

fn builder() -> MockZendeskBuilder {
    MockZendesk::builder()
        .allow_unmodeled("?resolve_dc")
        .allow_unmodeled("?user_field_ids of no field")
        .allow_unmodeled("?organization_field_ids of no field")
}

/// [recorded] the keys in their order, the description that is left out, the type that is left out,
/// and the position in the reply to a creation.
#[tokio::test]
async fn no97_no99_no167_nu181_nu182_a_new_field_shows_9999_as_its_position() {
    let api = start().await;
    for kind in KINDS {
        let created = kind
            .post(&api, json!({"key": "~age", "title": "Age"}))
            .await
            .expect(201);
        assert_eq!(keys_in_order(&created, &format!("/{}", kind.one)), KEYS);
        let field = created.json()[kind.one].clone();
        let url = api.url(&format!("{}.json", kind.path(&field["id"])));
        assert_eq!(created.header("location"), Some(url.as_str()));
        assert_eq!(
            created.header("cache-control"),
            Some("max-age=0, private, must-revalidate")
        );
        assert_eq!(
            field,
            json!({
                "url": url, "id": field["id"], "type": "text", "key": "~age", "title": "Age",
                "description": "Age", "raw_title": "Age", "raw_description": "Age",
                "position": 9999, "active": true, "system": false, "regexp_for_validation": null,
                "created_at": field["created_at"], "updated_at": field["created_at"]
            })
        );
        // [recorded] `position` was 0 by the next request.
        let shown = kind.show(&api, &field).await;
        assert!(api.is_shared() || shown["position"] == 0, "{shown}");
        let same = |field: &Value| {
            let mut field = field.clone();
            field.as_object_mut().unwrap().remove("position");
            field
        };
        assert_eq!(same(&shown), same(&field));
        let by_key = api.get(&kind.path("~age")).await.expect(200).json();
        assert_eq!(by_key[kind.one], shown);
    }
}

/// [recorded] the keys that only some types have come last; those of lookups are inferred.
#[tokio::test]
async fn no97_no98_nu181_each_type_has_its_keys() {
    let api = start().await;
    let option = json!([{"name": "Gold", "value": "gold"}]);
    let date = r"\A([0-9]{4})-(1[0-2]|0[1-9])-(3[01]|[12][0-9]|0[1-9])\z";
    for kind in KINDS {
        let rows: [(&str, Value, &[&str], Value); 10] = [
            ("text", json!({}), &[], Value::Null),
            ("textarea", json!({}), &[], Value::Null),
            ("integer", json!({}), &[], Value::Null),
            ("decimal", json!({}), &[], Value::Null),
            ("date", json!({}), &[], json!(date)),
            (
                "regexp",
                json!({"regexp_for_validation": "[a-z]"}),
                &[],
                json!("[a-z]"),
            ),
            ("checkbox", json!({"tag": "vip"}), &["tag"], Value::Null),
            (
                "dropdown",
                json!({"custom_field_options": option}),
                &["custom_field_options"],
                Value::Null,
            ),
            (
                "multiselect",
                json!({"custom_field_options": option}),
                &["custom_field_options"],
                Value::Null,
            ),
            (
                "lookup",
                json!({"relationship_target_type": "zen:user"}),
                &["relationship_target_type", "relationship_filter"],
                Value::Null,
            ),
        ];
        for (field_type, more, own_keys, pattern) in rows {
            let mut field =
                json!({"key": format!("~{field_type}"), "title": "T", "type": field_type});
            let attributes = more.as_object().unwrap().clone();
            field.as_object_mut().unwrap().extend(attributes);
            let created = kind.post(&api, field).await.expect(201);
            let keys = keys_in_order(&created, &format!("/{}", kind.one));
            assert_eq!(keys, [&KEYS, own_keys].concat(), "{field_type}");
            let shown = created.json()[kind.one].clone();
            assert_eq!(shown["type"], field_type);
            assert_eq!(shown["regexp_for_validation"], pattern, "{field_type}");
            if own_keys == ["custom_field_options"] {
                let pointer = format!("/{}/custom_field_options/0", kind.one);
                let keys = keys_in_order(&created, &pointer);
                assert_eq!(keys, ["id", "name", "raw_name", "value"]);
                let option = &shown["custom_field_options"][0];
                let expected = json!({
                    "id": option["id"], "name": "Gold", "raw_name": "Gold", "value": "gold"
                });
                assert_eq!(*option, expected);
                assert!(option["id"].as_u64().unwrap() > u64::from(u32::MAX));
            }
        }
        let tagless = json!({"key": "~plain", "title": "T", "type": "checkbox"});
        assert_eq!(kind.create(&api, tagless).await["tag"], Value::Null);
    }
}

/// [recorded] a field that is created with a position moves those behind it, which have its time as
/// their `updated_at` then. Without a position it is the last, which is chosen.
#[tokio::test(start_paused = true)]
async fn no100_nu182_a_new_field_moves_those_behind_it() {
    let api = Api::with(MockZendesk::builder().clock(Clock::tokio()))
        .await
        .marking();
    for kind in KINDS {
        let first = kind.create(&api, json!({"key": "~a", "title": "A"})).await;
        let second = kind.create(&api, json!({"key": "~b", "title": "B"})).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let third = json!({"key": "~c", "title": "C", "position": 1});
        let third = kind.create(&api, third).await;
        assert_eq!(third["position"], 9999);
        let shown = [
            kind.show(&api, &first).await,
            kind.show(&api, &third).await,
            kind.show(&api, &second).await,
        ];
        assert_eq!(
            shown.clone().map(|field| field["position"].clone()),
            [0, 1, 2]
        );
        assert_eq!(shown[0]["updated_at"], first["updated_at"]);
        assert_eq!(shown[2]["updated_at"], third["updated_at"]);
        assert_ne!(shown[2]["updated_at"], second["updated_at"]);
        assert_eq!(kind.keys(&api).await, ["~a", "~c", "~b"]);
        // A position behind the last one is the last.
        kind.put(&api, &first, json!({"position": 70}))
            .await
            .expect(200);
        assert_eq!(kind.keys(&api).await, ["~c", "~b", "~a"]);
    }
}

/// [recorded] the envelope, [documented] the order; that of cursors is chosen.
#[tokio::test]
async fn no13_no23_no101_nu33_nu184_q_no18_fields_are_listed_by_position() {
    let api = own().await;
    for kind in KINDS {
        let path = format!("/{}", kind.many);
        let empty = api.get(&path).await.expect(200);
        assert_eq!(
            empty.body,
            format!(
                r#"{{"{}":[],"next_page":null,"previous_page":null,"count":0}}"#,
                kind.many
            )
        );
        for (key, position) in [("~a", 0), ("~b", 0), ("~c", 0)] {
            let field = json!({"key": key, "title": key, "position": position});
            kind.create(&api, field).await;
        }
        let list = api.get(&path).await.expect(200);
        assert_eq!(list.each(kind.many, "key"), ["~c", "~b", "~a"]);
        assert_eq!(list.each(kind.many, "position"), [0, 1, 2]);
        let keys = keys_in_order(&list, "");
        assert_eq!(keys, [kind.many, "next_page", "previous_page", "count"]);
        let page = api.get(&format!("{path}?per_page=1&page=2")).await;
        assert_eq!(page.expect(200).each(kind.many, "key"), ["~b"]);
        let cursor = api.get(&format!("{path}?page[size]=2")).await.expect(200);
        assert_eq!(cursor.each(kind.many, "key"), ["~a", "~b"]);
        let next = cursor.json()["links"]["next"].as_str().unwrap().to_owned();
        let next = api.get(&next).await.expect(200);
        assert_eq!(next.each(kind.many, "key"), ["~c"]);
        assert_hundred_a_page(&api, &path).await;
        assert_same_with_json(&api, &path).await;
        assert_same_with_json(&api, &kind.path("~a")).await;
    }
}

/// [documented] the path and the keys; that unknown keys find nothing is inferred.
#[tokio::test]
async fn nu33_nu184_show_many_finds_user_fields_by_their_keys() {
    let api = start().await;
    let [users, _] = KINDS;
    for key in ["~a", "~b", "~c"] {
        users.create(&api, json!({"key": key, "title": key})).await;
    }
    for (query, found) in [
        ("?keys=~c,~a", vec!["~a", "~c"]),
        ("?keys=~c%2C~none", vec!["~c"]),
        ("?keys=~C", vec![]),
        ("", vec![]),
    ] {
        let answer = api.get(&format!("/user_fields/show_many{query}")).await;
        let answer = answer.expect(200);
        assert_eq!(answer.each("user_fields", "key"), found, "{query}");
        assert_eq!(answer.json()["count"], found.len());
        assert_eq!(answer.json()["next_page"], Value::Null);
    }
    assert_same_with_json(&api, "/user_fields/show_many").await;
}

/// [documented] the key, the status and the empty body. What becomes of fields that are not named
/// is inferred.
#[tokio::test]
async fn no107_nu184_fields_are_reordered() {
    let api = own().await;
    for kind in KINDS {
        let mut ids = Vec::new();
        for key in ["~a", "~b", "~c", "~d"] {
            let field = kind.create(&api, json!({"key": key, "title": key})).await;
            ids.push(field["id"].clone());
        }
        let ids_of = format!("{}_ids", kind.one);
        let path = format!("/{}/reorder", kind.many);
        let order = json!({ids_of.as_str(): [ids[3], UNKNOWN, ids[1], ids[1]]});
        let answer = api.put(&path, order).await.expect(200);
        assert_eq!(
            (answer.body.as_str(), answer.header("x-zendesk-api-warn")),
            ("", None)
        );
        assert_eq!(kind.keys(&api).await, ["~d", "~b", "~a", "~c"]);
        let list = api.get(&format!("/{}", kind.many)).await.expect(200);
        assert_eq!(list.each(kind.many, "position"), [0, 1, 2, 3]);
        let missing = format!(
            r#"{{"error":"ParameterMissing","description":"Parameter {ids_of} is required"}}"#
        );
        api.put(&path, json!({"ids": [1]}))
            .await
            .expect_error(400, &missing);
        let wrong = errors::invalid_attribute(
            &format!("{ids_of} must be an integer"),
            &format!("{}/reorder", kind.many),
        );
        api.put(&path, json!({ids_of.as_str(): ["x"]}))
            .await
            .expect_error(400, &wrong);
    }
}

/// [recorded] the id in the body is dropped with a warning, the title changes in both places, and
/// the key is permitted. That it has no effect is inferred.
#[tokio::test]
async fn no102_no103_nu182_a_put_changes_the_title_and_not_the_key() {
    let api = start().await;
    for kind in KINDS {
        let field = kind.create(&api, json!({"key": "~a", "title": "A"})).await;
        let changes = json!({
            "id": field["id"], "key": "~z", "type": "date", "title": "New", "description": "D"
        });
        let answer = kind.put(&api, &field, changes).await.expect(200);
        let expected = warning(kind.many, "update", &format!(r#""{}.id""#, kind.one));
        assert_eq!(answer.header("x-zendesk-api-warn"), Some(expected.as_str()));
        assert_eq!(answer.header("location"), None);
        let shown = answer.json()[kind.one].clone();
        for (key, value) in [
            ("key", json!("~a")),
            ("type", json!("text")),
            ("title", json!("New")),
            ("raw_title", json!("New")),
            ("description", json!("D")),
            ("raw_description", json!("D")),
        ] {
            assert_eq!(shown[key], value, "{key}");
        }
        assert!(api.is_shared() || shown["position"] == 0, "{shown}");
        let by_key = json!({kind.one: {"raw_title": "Raw", "description": ""}});
        let answer = api.put(&kind.path("~a"), by_key).await.expect(200);
        let shown = answer.json()[kind.one].clone();
        assert_eq!(
            (&shown["title"], &shown["raw_title"]),
            (&json!("Raw"), &json!("Raw"))
        );
        assert_eq!(shown["description"], "");
        kind.put(&api, &field, json!({"title": " "}))
            .await
            .expect_error(
                422,
                &invalid("title", "Title: cannot be blank", "BlankValue"),
            );
    }
}

/// [recorded] the deletion, and [recorded] in a live test of Sep 2024 that the field is still there.
/// That the list and the records leave it out is inferred; that its key is free is chosen.
#[tokio::test]
async fn no105_no106_no168_nu182_nu185_a_deleted_field_is_still_shown_by_its_id() {
    let api = start().await;
    for kind in KINDS {
        let field = kind.create(&api, json!({"key": "~a", "title": "A"})).await;
        let other = kind.create(&api, json!({"key": "~b", "title": "B"})).await;
        let record = kind.record(&api, json!({"~a": "x", "~b": "y"})).await;
        let path = kind.path(&field["id"]);
        let deleted = api.delete(&path).await.expect(204);
        assert_eq!(deleted.header("cache-control"), Some("no-cache"));
        let shown = kind.show(&api, &field).await;
        assert_eq!(
            (&shown["active"], &shown["key"]),
            (&json!(false), &json!("~a"))
        );
        assert_eq!(shown.as_object().unwrap().len(), KEYS.len());
        assert_eq!(kind.keys(&api).await, ["~b"]);
        assert_eq!(kind.values(&api, &record).await, json!({"~b": "y"}));
        let moved = kind.show(&api, &other).await["position"].clone();
        assert!(api.is_shared() || moved == 0, "{moved}");
        let body = json!({kind.one: {"title": "New"}});
        for path in [
            path,
            kind.path("~a"),
            kind.path(UNKNOWN),
            kind.path("~none"),
        ] {
            let not_found = errors::RECORD_NOT_FOUND;
            api.put(&path, body.clone())
                .await
                .expect_error(404, not_found);
            api.delete(&path).await.expect_error(404, not_found);
        }
        for path in [kind.path("~a"), kind.path(UNKNOWN), kind.path("~none")] {
            api.get(&path)
                .await
                .expect_error(404, errors::RECORD_NOT_FOUND);
        }
        // Another field with this key does not bring back the values.
        kind.create(&api, json!({"key": "~a", "title": "A"})).await;
        assert_eq!(
            kind.values(&api, &record).await,
            json!({"~a": null, "~b": "y"})
        );
    }
}

/// The deleted field shows the time of its deletion, which is chosen. So do those that move up, which
/// is inferred from creations.
#[tokio::test(start_paused = true)]
async fn no105_nu185_a_deletion_is_a_change_of_the_field() {
    let api = Api::with(MockZendesk::builder().clock(Clock::tokio()))
        .await
        .marking();
    for kind in KINDS {
        let mut fields = Vec::new();
        for key in ["~a", "~b", "~c"] {
            fields.push(kind.create(&api, json!({"key": key, "title": key})).await);
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
        api.delete(&kind.path("~b")).await.expect(204);
        let changed = [false, true, true];
        for (field, changed) in fields.iter().zip(changed) {
            let shown = kind.show(&api, field).await;
            let is_same = shown["updated_at"] == field["updated_at"];
            assert_eq!(is_same, !changed, "{}", field["key"]);
            assert_eq!(shown["created_at"], field["created_at"]);
        }
    }
}

/// [recorded] what a DELETE with a body is warned of.
#[tokio::test]
async fn nu182_a_body_of_a_deletion_is_dropped() {
    let api = start().await;
    for kind in KINDS {
        let field = kind.create(&api, json!({"key": "~a", "title": "A"})).await;
        let body = json!({kind.one: {"id": field["id"]}});
        let path = kind.path(&field["id"]);
        let answer = api
            .send(reqwest::Method::DELETE, &path, Some(body))
            .await
            .expect(204);
        let keys = format!(r#""{0}.id", "{0}""#, kind.one);
        let expected = warning(kind.many, "destroy", &keys);
        assert_eq!(answer.header("x-zendesk-api-warn"), Some(expected.as_str()));
    }
}

/// [recorded] the key and the code of a taken key; its words are [reported]. The others are
/// [inferred], with the words of other records.
#[tokio::test]
async fn no99_no102_no108_nu183_a_field_that_breaks_a_rule_is_refused() {
    let api = start().await;
    for kind in KINDS {
        kind.create(&api, json!({"key": "~taken", "title": "T"}))
            .await;
        let dropdown = |options: Value| json!({"key": "~k", "title": "T", "type": "dropdown", "custom_field_options": options});
        let option = |name: &str, value: &str| json!({"name": name, "value": value});
        let blank = "Field options: name and value cannot be blank";
        let rows = [
            (
                json!({"title": "T"}),
                "key",
                "Key: cannot be blank",
                "BlankValue",
            ),
            (
                json!({"key": "", "title": "T"}),
                "key",
                "Key: cannot be blank",
                "BlankValue",
            ),
            (
                json!({"key": "a b", "title": "T"}),
                "key",
                "Key: is invalid",
                "InvalidValue",
            ),
            (
                json!({"key": "é", "title": "T"}),
                "key",
                "Key: is invalid",
                "InvalidValue",
            ),
            (
                json!({"key": "123", "title": "T"}),
                "key",
                "Key: is invalid",
                "InvalidValue",
            ),
            (
                json!({"key": "~taken", "title": "T"}),
                "key",
                "Key: ~taken has already been taken",
                "DuplicateValue",
            ),
            (
                json!({"key": "~k"}),
                "title",
                "Title: cannot be blank",
                "BlankValue",
            ),
            (
                json!({"key": "~k", "title": "T", "type": "pigeon"}),
                "type",
                "Type: is invalid",
                "InvalidValue",
            ),
            (
                json!({"key": "~k", "title": "T", "type": "multiselect"}),
                "custom_field_options",
                "Field options: must contain at least one option",
                "EmptyValue",
            ),
            (
                dropdown(json!([])),
                "custom_field_options",
                "Field options: must contain at least one option",
                "EmptyValue",
            ),
            (
                dropdown(json!([option("", "a")])),
                "custom_field_options",
                blank,
                "BlankValue",
            ),
            (
                dropdown(json!([{"name": "A"}])),
                "custom_field_options",
                blank,
                "BlankValue",
            ),
            (
                dropdown(json!([option("A", "a"), option("B", "a")])),
                "custom_field_options",
                "Field options: a has already been taken",
                "DuplicateValue",
            ),
        ];
        for (field, key, description, code) in rows {
            let answer = kind.post(&api, field).await;
            answer.expect_error(422, &invalid(key, description, code));
        }
        // Letters, digits and underscores in either case; another case is another key.
        for key in ["~Taken", "~a_1", "_~", "1a~"] {
            kind.create(&api, json!({"key": key, "title": "T"})).await;
        }
        let missing = format!(
            r#"{{"error":"ParameterMissing","description":"Parameter {} is required"}}"#,
            kind.one
        );
        api.post(&format!("/{}", kind.many), json!({"key": "~k"}))
            .await
            .expect_error(400, &missing);
        let create = format!("{}/create", kind.many);
        for (attribute, value, what) in [
            ("type", json!(7), "type must be a string"),
            ("title", json!([]), "title must be a string"),
            (
                "custom_field_options",
                json!("x"),
                "custom_field_options must be an array",
            ),
            ("position", json!("x"), "position must be an integer"),
        ] {
            let field = json!({"key": "~k", "title": "T", attribute: value});
            let expected = errors::invalid_attribute(&format!("{}.{what}", kind.one), &create);
            kind.post(&api, field).await.expect_error(400, &expected);
        }
    }
}

/// A field that is not active is in the list, and no record shows it.
#[tokio::test]
async fn no109_nu176_records_show_active_fields_alone() {
    let api = start().await;
    for kind in KINDS {
        let field = kind.create(&api, json!({"key": "~a", "title": "A"})).await;
        let record = kind.record(&api, json!({"~a": "x"})).await;
        kind.put(&api, &field, json!({"active": false}))
            .await
            .expect(200);
        assert_eq!(kind.values(&api, &record).await, json!({}));
        assert_eq!(kind.keys(&api).await, ["~a"]);
        kind.set(&api, &record, json!({"~a": "y"}))
            .await
            .expect(200);
        kind.put(&api, &field, json!({"active": true}))
            .await
            .expect(200);
        assert_eq!(kind.values(&api, &record).await, json!({"~a": "x"}));
        let taken = invalid("key", "Key: ~a has already been taken", "DuplicateValue");
        kind.put(&api, &field, json!({"active": false}))
            .await
            .expect(200);
        let again = kind.post(&api, json!({"key": "~a", "title": "A"})).await;
        again.expect_error(422, &taken);
    }
}
