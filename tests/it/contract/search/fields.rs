//! Custom fields in a search: their keys as keywords, and the words in their values.

use mock_zendesk::MockZendeskBuilder;
use serde_json::{Value, json};

use super::{assert_finds, builder, create, found, organization, search, user};
use crate::api::Api;

/// A double that does not mind what the cases ask.
fn tolerant() -> MockZendeskBuilder {
    builder()
        .allow_unknown_parameter("?query minebuddy")
        .allow_unknown_parameter("?query mineformer")
        .allow_unknown_parameter("?query nothing")
        .allow_unmodeled("?query minevip:none")
        .allow_unmodeled("?query minevip:maybe")
        .allow_unmodeled("?query mineplan<")
        .allow_unmodeled("?query minestatus_x>=")
        .allow_unmodeled("?query minevip<")
        .allow_unmodeled("?query mineseats:many")
        .allow_unmodeled("?query minescore>*")
        .allow_unmodeled("?query minevip:*")
}

/// An account with the fields.
async fn account() -> Api {
    let api = Api::start_or(tolerant()).await.marking();
    fields(&api).await;
    api
}

/// Creates a field of each type for users, and two for organizations. `~` is in their keys.
async fn fields(api: &Api) {
    let options = |values: &[&str]| {
        let option = |value: &&str| json!({"name": value.to_uppercase(), "value": value});
        json!({"custom_field_options": values.iter().map(option).collect::<Value>()})
    };
    let states = options(&["active", "active_trial", "on hold"]);
    for (key, field_type, more) in [
        ("~status_x", "dropdown", states),
        ("~langs", "multiselect", options(&["de", "en", "fr"])),
        ("~plan", "text", json!({})),
        ("~story", "textarea", json!({})),
        ("~code", "regexp", json!({"regexp_for_validation": ".*"})),
        ("~vip", "checkbox", json!({})),
        ("~since", "date", json!({})),
        ("~seats", "integer", json!({})),
        ("~score", "decimal", json!({})),
        (
            "~buddy",
            "lookup",
            json!({"relationship_target_type": "zen:user"}),
        ),
        ("~former", "text", json!({})),
        ("2fa~", "checkbox", json!({})),
        ("~Region", "text", json!({})),
    ] {
        field(api, "user", key, field_type, more).await;
    }
    field(api, "organization", "~region", "text", json!({})).await;
    let tiers = options(&["gold", "silver"]);
    field(api, "organization", "~tier", "dropdown", tiers).await;
}

async fn field(api: &Api, owner: &str, key: &str, field_type: &str, more: Value) -> Value {
    let mut field = json!({"key": key, "title": key, "type": field_type});
    let more = more.as_object().unwrap().clone();
    field.as_object_mut().unwrap().extend(more);
    let (path, root) = (format!("/{owner}_fields"), format!("{owner}_field"));
    create(api, &path, &root, field).await
}

async fn with_fields(api: &Api, name: &str, fields: Value) -> Value {
    user(
        api,
        json!({"name": name, "notes": "~", "user_fields": fields}),
    )
    .await
}

/// Ann, Bob and Cy, and two organizations.
async fn records(api: &Api) {
    let ann = json!({
        "~status_x": "active", "~langs": ["de", "en"], "~plan": "Gold Plan", "~story": "Came\nby train",
        "~code": "A-7", "~vip": true, "~since": "2018-11-04", "~seats": 5, "~score": 1.5,
        "~former": "Nothing", "2fa~": true, "~Region": "North",
    });
    let ann = with_fields(api, "~Ann", ann).await["id"].clone();
    let bob = json!({
        "~status_x": "active_trial", "~langs": ["fr"], "~plan": "Golden", "~vip": false,
        "~since": "1955-03-01", "~seats": -3, "~score": 10, "~buddy": ann,
    });
    with_fields(api, "~Bob", bob).await;
    let cy = json!({"~status_x": "on hold", "~seats": 9_007_199_254_740_993_i64});
    with_fields(api, "~Cy", cy).await;
    for (name, fields) in [
        ("~A", json!({"~region": "North Sea", "~tier": "gold"})),
        ("~B", json!({"~tier": "silver"})),
    ] {
        let record = json!({"name": name, "notes": "~", "organization_fields": fields});
        organization(api, record).await;
    }
}

/// "`status_x:active type:user`", which a program sends. A dropdown is found by the value of its
/// option, documented; a keyword is matched by whole words.
#[tokio::test]
async fn ns57_the_key_of_a_custom_field_is_a_keyword() {
    let api = account().await;
    records(&api).await;
    let rows: [(&str, &[&str]); 33] = [
        ("~status_x:active type:user", &["~Ann"]),
        ("type:user ~Status_X:ACTIVE", &["~Ann"]),
        ("type:user ~status_x:active*", &["~Ann", "~Bob"]),
        ("type:user ~status_x:act", &[]),
        // Either of two.
        (
            "type:user ~status_x:active ~status_x:active_trial",
            &["~Ann", "~Bob"],
        ),
        (r#"~status_x:"on hold""#, &["~Cy"]),
        (
            "-~status_x:active type:user role:end-user ~",
            &["~Bob", "~Cy"],
        ),
        ("~langs:de", &["~Ann"]),
        (r#"~langs:"en de""#, &["~Ann"]),
        (r#"~langs:"en fr""#, &[]),
        ("~langs:fr ~langs:de", &["~Ann", "~Bob"]),
        ("~plan:gold", &["~Ann"]),
        (r#"~plan:"plan gold""#, &["~Ann"]),
        ("~plan:gold*", &["~Ann", "~Bob"]),
        ("~story:train", &["~Ann"]),
        ("~code:a-7", &["~Ann"]),
        ("~vip:true", &["~Ann"]),
        ("~vip:FALSE role:end-user ~", &["~Bob", "~Cy"]),
        ("~since:2018-11-04", &["~Ann"]),
        ("~since:2018-11-05", &[]),
        ("~seats:5", &["~Ann"]),
        ("~seats:-3", &["~Bob"]),
        ("~seats:5.0", &["~Ann"]),
        ("~seats:9007199254740992", &[]),
        ("~seats:9007199254740993", &["~Cy"]),
        ("~score:1.5", &["~Ann"]),
        ("~score:10", &["~Bob"]),
        ("2fa~:true", &["~Ann"]),
        // The keys of users are not those of organizations, but one may be of both.
        ("~tier:gold", &["~A"]),
        ("type:user ~tier:gold", &[]),
        ("type:organization ~status_x:active", &[]),
        ("~region:north", &["~A", "~Ann"]),
        ("type:organization ~region:sea ~tier:gold", &["~A"]),
    ];
    assert_finds(&api, &rows).await;
    // It follows the value.
    let path = search("type:user ~plan:gold");
    let ann = api.get(&path).await.expect(200).json()["results"][0]["id"].clone();
    let change = json!({"user": {"user_fields": {"~plan": "Silver"}}});
    api.put(&format!("/users/{ann}"), change).await.expect(200);
    assert_finds(&api, &[("~plan:gold", &[]), ("~plan:silver", &["~Ann"])]).await;
    // The same holds for the search for users, and for its pages.
    let users = search("~status_x:active*").replace("/search", "/users/search");
    let page = api.get(&format!("{users}&per_page=1&page=2")).await;
    let page = page.expect(200).json();
    assert_eq!(
        (&page["users"][0]["name"], &page["count"]),
        (&json!("~Bob"), &json!(2))
    );
}

/// "`key:none`": documented for custom fields, too.
#[tokio::test]
async fn ns40_none_finds_records_without_a_value_in_a_custom_field() {
    let api = account().await;
    records(&api).await;
    let rows: [(&str, &[&str]); 8] = [
        ("type:user role:end-user ~plan:none ~", &["~Cy"]),
        ("type:user -~plan:none", &["~Ann", "~Bob"]),
        ("type:user role:end-user ~langs:none ~", &["~Cy"]),
        (r#"type:user role:end-user ~since:"none" ~"#, &["~Cy"]),
        ("type:user role:end-user ~score:NONE ~", &["~Cy"]),
        ("type:user role:end-user ~status_x:none ~", &[]),
        ("type:organization ~region:none ~", &["~B"]),
        ("type:organization ~tier:none ~", &[]),
    ];
    assert_finds(&api, &rows).await;
}

/// "`<` and `>` also order numeric, decimal and date fields", documented. Comparisons hold together.
#[tokio::test]
async fn ns42_numbers_and_days_in_custom_fields_are_compared() {
    let api = account().await;
    records(&api).await;
    let rows: [(&str, &[&str]); 16] = [
        ("~seats<5", &["~Bob"]),
        ("~seats<=5", &["~Ann", "~Bob"]),
        ("~seats>5", &["~Cy"]),
        ("~seats>=5.5", &["~Cy"]),
        ("~seats>9007199254740992", &["~Cy"]),
        ("~seats>9007199254740993", &[]),
        ("~seats>-4 ~seats<6", &["~Ann", "~Bob"]),
        ("~score>1.5", &["~Bob"]),
        ("~score>=1.5", &["~Ann", "~Bob"]),
        ("~score<10", &["~Ann"]),
        ("~since>2018-11-03", &["~Ann"]),
        ("~since>2018-11-04", &[]),
        ("~since>=2018-11-04", &["~Ann"]),
        ("~since<1970-01-01", &["~Bob"]),
        ("~since<20years", &["~Bob"]),
        ("~since>1950-01-01 ~since<2018-11-04", &["~Bob"]),
    ];
    assert_finds(&api, &rows).await;
    for query in ["~since>soon", "~since:2018-02-30"] {
        let answer = api.get(&search(query)).await;
        assert_eq!(answer.status, 422, "{query}");
    }
}

/// A word is also sought in the values of fields: in texts, and in options.
#[tokio::test]
async fn ns57_words_are_found_in_custom_fields() {
    let api = account().await;
    records(&api).await;
    let rows: [(&str, &[&str]); 9] = [
        ("type:user gold ~", &["~Ann", "~Bob"]),
        ("golden ~", &["~Bob"]),
        (r#""gold plan" ~"#, &["~Ann"]),
        (r#""plan gold" ~"#, &[]),
        ("by train ~", &["~Ann"]),
        ("trial ~", &["~Bob"]),
        ("north ~", &["~A", "~Ann"]),
        ("silver ~", &["~B"]),
        ("2018-11-04 ~", &[]),
    ];
    assert_finds(&api, &rows).await;
    // An option that is gone is found no more.
    let fields = api.get("/user_fields").await.expect(200).json();
    let rows = fields["user_fields"].as_array().unwrap();
    let langs = rows.iter().find(|row| row["key"] == "~langs").unwrap();
    let english = langs["custom_field_options"][1].clone();
    let path = format!("/user_fields/{}", langs["id"]);
    let only = |option: &Value| json!({"user_field": {"custom_field_options": [option]}});
    api.put(&path, only(&english)).await.expect(200);
    assert_finds(&api, &[("type:user fr ~", &[]), ("type:user de ~", &[])]).await;
    assert_finds(&api, &[("type:user en ~", &["~Ann"])]).await;
    // One that gets another value is found by that.
    let welsh = json!({"id": english["id"], "name": "Welsh", "value": "cymraeg"});
    api.put(&path, only(&welsh)).await.expect(200);
    let rows: [(&str, &[&str]); 3] = [
        ("type:user en ~", &[]),
        ("type:user cymraeg ~", &["~Ann"]),
        ("~langs:cymraeg", &["~Ann"]),
    ];
    assert_finds(&api, &rows).await;
}

/// "Lookup fields cannot be searched", documented. A field that is not active is as if it were not
/// there, and so is one that is deleted.
#[tokio::test]
async fn ns57_lookup_fields_and_those_that_are_not_active_are_not_searched() {
    let api = account().await;
    records(&api).await;
    let path = search("~plan:gold");
    let ann = api.get(&path).await.expect(200).json()["results"][0]["id"].clone();
    let of_ann = format!("{ann}");
    assert_eq!(
        found(&api, &format!("{of_ann} ~")).await,
        [""; 0],
        "no word of Bob"
    );
    assert_eq!(found(&api, &format!("~buddy:{of_ann}")).await, [""; 0]);
    assert_eq!(found(&api, "~buddy:none").await, [""; 0]);

    assert_finds(
        &api,
        &[("~former:nothing", &["~Ann"]), ("nothing ~", &["~Ann"])],
    )
    .await;
    let fields = api.get("/user_fields").await.expect(200).json();
    let rows = fields["user_fields"].as_array().unwrap();
    let former = rows.iter().find(|row| row["key"] == "~former").unwrap();
    let path = format!("/user_fields/{}", former["id"]);
    for (is_active, expected) in [(false, &[][..]), (true, &["~Ann"][..])] {
        let change = json!({"user_field": {"active": is_active}});
        api.put(&path, change).await.expect(200);
        assert_finds(
            &api,
            &[("~former:nothing", expected), ("nothing ~", expected)],
        )
        .await;
    }
    api.delete(&path).await.expect(204);
    assert_finds(&api, &[("~former:nothing", &[]), ("nothing ~", &[])]).await;
}

/// What the double does not know of a field is loud.
#[tokio::test]
async fn ns57_comparisons_without_a_known_meaning_are_loud() {
    let api = Api::with(tolerant()).await.marking();
    fields(&api).await;
    for (query, name) in [
        ("~vip:none", "~vip:none"),
        ("~vip:maybe", "~vip:maybe"),
        ("~vip:t*", "~vip:*"),
        ("~vip<true", "~vip<"),
        ("~plan<gold", "~plan<"),
        ("~status_x>=active", "~status_x>="),
        ("~seats:many", "~seats:many"),
        ("~score>*", "~score>*"),
    ] {
        let answer = api.get(&search(query)).await;
        answer.expect_error(
            501,
            &format!("mock-zendesk does not implement ?query {name}"),
        );
    }
}
