//! The values of custom fields on users and on organizations.

use mock_zendesk::MockZendesk;
use mock_zendesk::job_statuses::JobPace;
use mock_zendesk::settings::OpenQuestion;
use serde_json::{Value, json};

use super::{KINDS, Kind, is_own, own_values, start};
use crate::api::Api;
use crate::contract::wire::keys_in_order;

/// Creates a field of each type, in another order than that of the keys.
async fn fields(api: &Api, kind: Kind) {
    let options = json!([{"name": "Gold", "value": "gold"}, {"name": "Silver", "value": "silver"}]);
    for (key, field_type, more) in [
        ("text", "text", json!({})),
        (
            "multi",
            "multiselect",
            json!({"custom_field_options": options}),
        ),
        ("area", "textarea", json!({})),
        ("check", "checkbox", json!({"tag": "checked"})),
        ("date", "date", json!({})),
        ("decimal", "decimal", json!({})),
        ("integer", "integer", json!({})),
        (
            "look",
            "lookup",
            json!({"relationship_target_type": "zen:user"}),
        ),
        (
            "pattern",
            "regexp",
            json!({"regexp_for_validation": r"\A[a-z]+\z"}),
        ),
        ("tier", "dropdown", json!({"custom_field_options": options})),
    ] {
        let mut field = json!({
            "key": format!("~{key}"), "title": format!("The {key}"), "type": field_type
        });
        let more = more.as_object().unwrap().clone();
        field.as_object_mut().unwrap().extend(more);
        kind.create(api, field).await;
    }
}

/// What a record shows that has no values.
fn unset() -> Value {
    json!({
        "~area": null, "~check": false, "~date": null, "~decimal": null, "~integer": null,
        "~look": null, "~multi": null, "~pattern": null, "~text": null, "~tier": null
    })
}

/// A value in the field of this type.
fn one(key: &str, value: &Value) -> Value {
    json!({format!("~{key}"): value})
}

fn with(key: &str, value: &Value) -> Value {
    let mut values = unset();
    values[format!("~{key}")] = value.clone();
    values
}

/// [recorded] with eight user fields whose positions differ; organizations likewise.
#[tokio::test]
async fn no109_nu176_every_record_shows_each_active_field_by_key() {
    let api = start().await;
    for kind in KINDS {
        let record = kind.record(&api, json!({})).await;
        assert_eq!(kind.values(&api, &record).await, json!({}));
        fields(&api, kind).await;
        let shown = api.get(&record).await.expect(200);
        assert_eq!(kind.values_in(&shown), unset());
        let pointer = format!("/{}/{}", kind.owner, kind.many);
        let mut keys = keys_in_order(&shown, &pointer);
        keys.retain(|key| is_own(key));
        assert!(keys.is_sorted() && keys.len() == 10, "{keys:?}");
        // A list shows the same.
        let list = api.get(&format!("/{}", kind.owners)).await.expect(200);
        for values in list.each(kind.owners, kind.many) {
            assert_eq!(own_values(&values), unset());
        }
    }
}

/// [recorded] text, dates, numbers and checkboxes of users; the rest is inferred.
#[tokio::test]
async fn no110_no114_nu177_values_have_the_type_of_their_field() {
    let api = start().await;
    for kind in KINDS {
        fields(&api, kind).await;
        let record = kind.record(&api, json!({})).await;
        for (key, sent, shown) in [
            ("text", json!("my text"), json!("my text")),
            ("text", json!(7), json!("7")),
            ("area", json!("a\nb"), json!("a\nb")),
            ("check", json!(true), json!(true)),
            ("check", json!("1"), json!(true)),
            ("check", json!("false"), json!(false)),
            ("check", json!(null), json!(false)),
            (
                "date",
                json!("2020-08-19T20:50:04.000Z"),
                json!("2020-08-19T00:00:00+00:00"),
            ),
            (
                "date",
                json!("2018-11-04"),
                json!("2018-11-04T00:00:00+00:00"),
            ),
            (
                "date",
                json!("1958-02-28"),
                json!("1958-02-28T00:00:00+00:00"),
            ),
            (
                "date",
                json!("2024-02-29 10:00"),
                json!("2024-02-29T00:00:00+00:00"),
            ),
            (
                "date",
                json!("2000-02-29"),
                json!("2000-02-29T00:00:00+00:00"),
            ),
            (
                "date",
                json!("2023-04-30"),
                json!("2023-04-30T00:00:00+00:00"),
            ),
            ("integer", json!(3039), json!(3039)),
            ("integer", json!("-7"), json!(-7)),
            ("integer", json!(7.0), json!(7)),
            ("decimal", json!(12.5), json!(12.5)),
            ("decimal", json!(3), json!(3.0)),
            ("decimal", json!("-0.25"), json!(-0.25)),
            ("pattern", json!("abc"), json!("abc")),
            ("tier", json!("gold"), json!("gold")),
            (
                "multi",
                json!(["silver", "gold", "silver"]),
                json!(["silver", "gold"]),
            ),
            ("multi", json!("gold"), json!(["gold"])),
            ("look", json!(72), json!("72")),
            ("look", json!("72"), json!("72")),
        ] {
            let answer = kind.set(&api, &record, one(key, &sent)).await.expect(200);
            let values = kind.values_in(&answer);
            assert_eq!(values, with(key, &shown), "{key}: {sent}");
            assert_eq!(answer.header("x-zendesk-api-warn"), None);
            assert_eq!(kind.values(&api, &record).await, values);
            // Null and an empty text both clear it.
            let nothing = if sent.is_string() {
                json!("")
            } else {
                Value::Null
            };
            let answer = kind.set(&api, &record, one(key, &nothing)).await;
            assert_eq!(kind.values_in(&answer.expect(200)), unset());
        }
        let empty = kind
            .set(&api, &record, json!({"~multi": []}))
            .await
            .expect(200);
        assert_eq!(kind.values_in(&empty), unset());
    }
}

/// Keys that are not named stay: connectors rely on it.
#[tokio::test]
async fn no111_nu177_an_update_names_only_what_it_changes() {
    let api = start().await;
    for kind in KINDS {
        fields(&api, kind).await;
        let record = kind
            .record(&api, json!({"~text": "t", "~tier": "gold"}))
            .await;
        kind.set(&api, &record, json!({"~tier": "silver"}))
            .await
            .expect(200);
        for nothing in [json!({}), Value::Null] {
            kind.set(&api, &record, nothing).await.expect(200);
        }
        let mut expected = with("text", &json!("t"));
        expected["~tier"] = json!("silver");
        assert_eq!(kind.values(&api, &record).await, expected);
    }
}

/// The warning never names keys below the attribute: [reported]. The rest is inferred.
#[tokio::test]
async fn no112_nu179_an_unknown_key_is_dropped_without_a_word() {
    let api = start().await;
    for kind in KINDS {
        kind.create(&api, json!({"key": "~plan", "title": "P"}))
            .await;
        let record = kind.record(&api, json!({"~none": 1, "~Plan": "x"})).await;
        let answer = kind.set(&api, &record, json!({"~none": {"a": 1}, "~plan": "y"}));
        let answer = answer.await.expect(200);
        assert_eq!(answer.header("x-zendesk-api-warn"), None);
        assert_eq!(kind.values_in(&answer), json!({"~plan": "y"}));
    }
}

/// What a field cannot have.
fn bad_values() -> Vec<(&'static str, Value)> {
    vec![
        ("text", json!({"a": 1})),
        ("text", json!(["a"])),
        ("check", json!("maybe")),
        ("check", json!(2)),
        ("date", json!("tomorrow")),
        ("date", json!("2018-13-01")),
        ("date", json!("2023-02-29")),
        ("date", json!("1900-02-29")),
        ("date", json!("2023-04-31")),
        ("date", json!("2023-01-00")),
        ("date", json!("2023-01-32")),
        ("date", json!("2018-11-041")),
        ("date", json!(20_181_104)),
        ("integer", json!("seven")),
        ("integer", json!(7.5)),
        ("integer", json!(true)),
        ("integer", json!(9_223_372_036_854_775_808_u64)),
        ("integer", json!(1e20)),
        ("check", json!(1e20)),
        ("decimal", json!("1,5")),
        ("decimal", json!("inf")),
        ("pattern", json!("ABC")),
        ("tier", json!("Gold")),
        ("tier", json!("bronze")),
        ("multi", json!(["gold", "bronze"])),
        ("multi", json!([1])),
        ("look", json!("Ada")),
        ("look", json!(0)),
    ]
}

/// Nothing is known of it but reports that tickets drop bad values: assert the status class.
#[tokio::test]
async fn no113_no166_nu180_nuq11_q_no8_a_bad_value_is_refused() {
    let api = start().await;
    for kind in KINDS {
        fields(&api, kind).await;
        let record = kind.record(&api, json!({"~text": "t"})).await;
        for (key, value) in bad_values() {
            let expected = format!(
                r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"base":[{{"description":"The {key}: is invalid"}}]}}}}"#
            );
            let mut values = one(key, &value);
            values["~area"] = json!("new");
            kind.set(&api, &record, values)
                .await
                .expect_error(422, &expected);
            let name = api.name("Another");
            let another = json!({kind.owner: {"name": name, kind.many: one(key, &value)}});
            api.post(&format!("/{}", kind.owners), another)
                .await
                .expect_error(422, &expected);
        }
        assert_eq!(kind.values(&api, &record).await, with("text", &json!("t")));
    }
}

/// The other answer to the same question.
#[tokio::test]
async fn nuq11_q_no8_a_bad_value_may_be_dropped() {
    let builder = MockZendesk::builder().other_answer(OpenQuestion::InvalidFieldValue);
    let api = Api::with(builder).await.marking();
    for kind in KINDS {
        fields(&api, kind).await;
        for (key, value) in bad_values() {
            let record = kind.record(&api, one(key, &value)).await;
            assert_eq!(kind.values(&api, &record).await, unset(), "{key}: {value}");
        }
        let record = kind
            .record(&api, json!({"~tier": "gold", "~text": "t"}))
            .await;
        kind.set(&api, &record, json!({"~tier": "Silver", "~text": "new"}))
            .await
            .expect(200);
        let mut expected = with("tier", &json!("gold"));
        expected["~text"] = json!("new");
        assert_eq!(kind.values(&api, &record).await, expected);
    }
}

/// [recorded] the tag of a checked checkbox; that it goes when the box is cleared is inferred.
#[tokio::test]
async fn nu175_nu178_a_checkbox_tags_its_user() {
    let api = start().await;
    let [users, _] = KINDS;
    fields(&api, users).await;
    let tags = |answer: crate::api::Answer| answer.json()["user"]["tags"].clone();
    let user = json!({"name": api.name("Six"), "tags": ["existing", "here"], "user_fields": {"~check": true}});
    let created = api.post("/users", json!({"user": user})).await.expect(201);
    let path = format!("/users/{}", created.json()["user"]["id"]);
    assert_eq!(tags(created), json!(["existing", "here", "checked"]));
    let update = |user: Value| api.put(&path, json!({"user": user}));
    let other = update(json!({"user_fields": {"~text": "t"}})).await;
    assert_eq!(tags(other), json!(["existing", "here", "checked"]));
    // Tags that are sent replace all others, and so lose it.
    let answer = update(json!({"tags": ["existing"]})).await;
    assert_eq!(tags(answer), json!(["existing"]));
    assert_eq!(users.values(&api, &path).await["~check"], true);
    let answer = update(json!({"tags": [], "user_fields": {"~check": true}})).await;
    assert_eq!(tags(answer), json!(["checked"]));
    // A user has each tag once.
    let answer = update(json!({"user_fields": {"~check": true}})).await;
    assert_eq!(tags(answer), json!(["checked"]));
    for cleared in [json!(false), Value::Null] {
        update(json!({"tags": ["other"], "user_fields": {"~check": true}})).await;
        let answer = update(json!({"user_fields": {"~check": cleared}})).await;
        assert_eq!(tags(answer), json!(["other"]));
    }
}

/// Nothing says otherwise of organizations: their tags go to tickets.
#[tokio::test]
async fn no115_a_checkbox_does_not_tag_its_organization() {
    let api = start().await;
    let [_, organizations] = KINDS;
    fields(&api, organizations).await;
    let record = organizations
        .record(&api, json!({"~check": true, "~tier": "gold"}))
        .await;
    let shown = api.get(&record).await.expect(200).json();
    assert_eq!(shown["organization"]["tags"], json!([]));
}

/// Every operation that writes users or organizations writes their fields.
#[tokio::test]
async fn no110_nu177_upserts_and_jobs_write_values() {
    let api = start().await;
    for kind in KINDS {
        kind.create(&api, json!({"key": "~plan", "title": "P"}))
            .await;
        let (many, owner, owners) = (kind.many, kind.owner, kind.owners);
        let record = |id: &str, plan: &str| json!({"name": api.name(&format!("{owner} {id}")), "external_id": format!("~{id}"), many: {"~plan": plan}});
        let upsert = format!("/{owners}/create_or_update");
        let created = api
            .post(&upsert, json!({owner: record("x1", "a")}))
            .await
            .expect(201);
        assert_eq!(created.json()[owner][many]["~plan"], "a");
        let updated = api
            .post(&upsert, json!({owner: record("x1", "b")}))
            .await
            .expect(200);
        assert_eq!(updated.json()[owner][many]["~plan"], "b");
        let path = format!("/{owners}/{}", created.json()[owner]["id"]);

        let many_of = json!({owners: [record("x2", "a"), record("x3", "b")]});
        let queued = api
            .post(&format!("/{owners}/create_many"), many_of)
            .await
            .expect(200);
        api.finished_job(&queued).await;
        let by_ids = format!("/{owners}/update_many?external_ids=~x1,~x2");
        let same = json!({owner: {many: {"~plan": "same"}}});
        let queued = api.put(&by_ids, same).await.expect(200);
        api.finished_job(&queued).await;
        let found = format!("/{owners}/show_many?external_ids=~x1,~x2,~x3");
        let found = api.get(&found).await.expect(200).each(owners, many);
        let mut found: Vec<Value> = found.iter().map(own_values).collect();
        found.sort_by_key(Value::to_string);
        assert_eq!(
            found,
            ["b", "same", "same"].map(|plan| json!({"~plan": plan}))
        );
        let batch =
            json!({owners: [{"id": created.json()[owner]["id"], many: {"~plan": "batch"}}]});
        let queued = api
            .put(&format!("/{owners}/update_many"), batch)
            .await
            .expect(200);
        api.finished_job(&queued).await;
        assert_eq!(kind.values(&api, &path).await, json!({"~plan": "batch"}));
        if owner == "user" {
            let batch = json!({owners: [record("x3", "upsert"), record("x4", "new")]});
            let queued = api
                .post("/users/create_or_update_many", batch)
                .await
                .expect(200);
            api.finished_job(&queued).await;
            let found = api.get("/users/show_many?external_ids=~x3,~x4").await;
            let found = found.expect(200).each(owners, many);
            let found: Vec<Value> = found.iter().map(own_values).collect();
            assert_eq!(found, ["upsert", "new"].map(|plan| json!({"~plan": plan})));
        }
    }
}

/// A job has changed nothing before it runs. That its values are read then is inferred.
#[tokio::test]
async fn no83_no112_nu179_q_no8_a_job_writes_to_the_fields_that_are_there_when_it_runs() {
    let builder = MockZendesk::builder().job_pace(JobPace::AfterPolls(1));
    let api = Api::with(builder).await.marking();
    for kind in KINDS {
        let plan = kind
            .create(&api, json!({"key": "~plan", "title": "P"}))
            .await;
        let option = |value: &str| json!({"name": value, "value": value});
        let tier = json!({
            "key": "~tier", "title": "Tier", "type": "dropdown",
            "custom_field_options": [option("a"), option("b")]
        });
        let tier = kind.create(&api, tier).await;
        let item = |name: &str, tier: &str| json!({"name": api.name(name), kind.many: {"~plan": "x", "~tier": tier}});
        let items = json!({kind.owners: [item("One", "a"), item("Two", "b")]});
        let path = format!("/{}/create_many", kind.owners);
        let queued = api.post(&path, items).await.expect(200);
        let of_plan = format!("/{}/{}", kind.many, plan["id"]);
        api.delete(&of_plan).await.expect(204);
        let a = kind.show(&api, &tier).await["custom_field_options"][0].clone();
        let changes = json!({"custom_field_options": [a]});
        kind.put(&api, &tier, changes).await.expect(200);

        let results = api.finished_job(&queued).await["results"].clone();

        assert_eq!(results[0]["status"], "Created", "{results}");
        let record = format!("/{}/{}", kind.owners, results[0]["id"]);
        assert_eq!(kind.values(&api, &record).await, json!({"~tier": "a"}));
        let details = results[1]["details"].as_str().unwrap();
        assert!(details.contains("Tier: is invalid"), "{results}");
    }
}

/// A deleted user keeps its values, as recorded, and lists and sideloads show them.
#[tokio::test]
async fn a_deleted_user_keeps_its_values() {
    let api = start().await;
    let [users, _] = KINDS;
    users
        .create(&api, json!({"key": "~plan", "title": "P"}))
        .await;
    let user = users.record(&api, json!({"~plan": "a"})).await;
    let deleted = api.delete(&user).await.expect(200);
    assert_eq!(users.values_in(&deleted), json!({"~plan": "a"}));
}
