//! Requests to incremental exports, to the search and to custom fields that are nearly right.
//! Hardly any arbitrary request would get that far.

use proptest::prelude::*;

use super::{Hostile, any_json};

/// The time of the double's clock, in seconds since 1970.
pub(super) const NOW: u64 = 1_725_648_720;

/// How much later than that some records of the account were created and updated, in seconds.
pub(super) const LATER: [u64; 2] = [3_600, 7_200];

/// What of the account was asked, of which each run must answer some.
pub(super) const SUBJECTS: [&str; 4] = ["exports by time", "exports by cursor", "search", "fields"];

/// Returns which of [`SUBJECTS`] a path belongs to.
pub(super) fn subject(path: &str) -> Option<&'static str> {
    let path = path.trim_end_matches(".json");
    let number = match path {
        path if path.starts_with("/incremental/") => usize::from(path.ends_with("/cursor")),
        path if path.starts_with("/search") => 2,
        path if path.starts_with("/user_fields") => 3,
        _ => return None,
    };
    Some(SUBJECTS[number])
}

pub(super) fn aimed() -> impl Strategy<Value = Hostile> {
    prop_oneof![3 => exports(), 3 => searches(), 2 => fields(), 1 => values()]
}

/// Times around the clock, around the records that are later, and at the ends of what can be
/// written.
fn time() -> impl Strategy<Value = String> {
    let mut times: Vec<String> = [
        "",
        "0",
        "1",
        "-1",
        "1.5",
        "x",
        "253402300799",
        "253402300800",
        "9223372036854775807",
        "18446744073709551615",
        "18446744073709551616",
    ]
    .map(str::to_owned)
    .into();
    let around = [0, LATER[0], LATER[1]].map(|later| NOW + later);
    let near = |time: u64| [time - 61, time - 60, time - 59, time - 1, time, time + 1];
    times.extend(
        around
            .into_iter()
            .flat_map(near)
            .map(|time| time.to_string()),
    );
    prop::sample::select(times)
}

/// A query of the first parameter, which the operation needs, and of some others.
fn query(
    first: impl Strategy<Value = String>,
    others: impl Into<Vec<&'static str>>,
) -> impl Strategy<Value = String> {
    let others = prop::collection::vec(prop::sample::select(others.into()), 0..3);
    (first, others).prop_map(|(first, others)| {
        let all = std::iter::once(first).chain(others.into_iter().map(str::to_owned));
        all.collect::<Vec<_>>().join("&")
    })
}

fn get(
    paths: impl Into<Vec<&'static str>>,
    query: impl Strategy<Value = String>,
) -> impl Strategy<Value = Hostile> {
    (prop::sample::select(paths.into()), query).prop_map(|(path, query)| Hostile {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query,
        content_type: None,
        authorization: None,
        body: Vec::new(),
    })
}

fn exports() -> impl Strategy<Value = Hostile> {
    let from = prop_oneof![
        4 => time().prop_map(|time| format!("start_time={time}")),
        2 => Just("cursor=CURSOR".to_owned()),
        1 => "cursor=[A-Za-z0-9+/=]{0,40}",
        1 => Just(String::new()),
    ];
    let others = [
        "per_page=0",
        "per_page=1",
        "per_page=2",
        "per_page=1000",
        "per_page=1001",
        "per_page=x",
        "exclude_deleted=true",
        "exclude_deleted=x",
        "include=users,organizations",
        "page=2",
        "support_type_scope=all",
        "start_time=0",
        "cursor=CURSOR",
    ];
    let paths = [
        "/incremental/users",
        "/incremental/users.json",
        "/incremental/users/cursor",
        "/incremental/users/cursor.json",
        "/incremental/users/sample",
        "/incremental/organizations",
        "/incremental/organizations/cursor",
        "/incremental/organizations/sample",
        "/incremental/tickets",
        "/incremental/tickets/cursor",
        "/incremental/tickets/sample",
    ];
    get(paths, query(from, others))
}

fn searches() -> impl Strategy<Value = Hostile> {
    let words = [
        "type:user",
        "type:organization",
        "type:ticket",
        "type:group",
        "type:x",
        "type:",
        "Ada",
        "-Ada",
        "A*",
        "*",
        "\"Printer on fire\"",
        "\"Printer",
        "name:a*",
        "-name:\"Ada\"",
        ":",
        "::",
        "created>2024-09-06",
        "created<=2024-09-06T19:52:00Z",
        "created:2024-09-06",
        "updated>2024-13-99",
        "created>1",
        "created<99999999999999999999",
        "created:4hours",
        "updated>1hour",
        "created>9999999999999999weeks",
        "role:agent",
        "organization:ORGANIZATION",
        "user:USER",
        "requester:USER",
        "status<solved",
        "priority>none",
        "tags:none",
        "external_id:none",
        "plan:gold",
        "-plan:none",
        "plan>1",
        "whatsapp:1",
        "order_by:created",
        "order_by:x",
        "sort:desc",
        "sort:x",
        "\u{0}",
        "é:\u{202e}",
    ];
    let word = prop_oneof![9 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
    let text = prop::collection::vec(word, 0..4);
    let sought = prop_oneof![
        9 => text.prop_map(|words| format!("query={}", words.join(" "))),
        1 => Just(String::new()),
    ];
    let others = [
        "sort_by=created_at",
        "sort_by=relevance",
        "sort_by=x",
        "sort_order=asc",
        "sort_order=x",
        "page=1",
        "page=2",
        "page=101",
        "page=0",
        "per_page=1",
        "per_page=100",
        "per_page=-1",
        "page[size]=1",
        "page[size]=1000",
        "page[size]=1001",
        "page[after]=CURSOR",
        "page[after]=x",
        "filter[type]=user",
        "filter[type]=ticket",
        "filter[type]=x",
        "include=tickets(users)",
        "external_id=x",
    ];
    let paths = [
        "/search",
        "/search.json",
        "/search/count",
        "/search/export",
        "/users/search",
    ];
    get(paths, query(sought, others))
}

fn fields() -> impl Strategy<Value = Hostile> {
    let types = [
        "text",
        "textarea",
        "checkbox",
        "date",
        "integer",
        "decimal",
        "regexp",
        "dropdown",
        "multiselect",
        "lookup",
        "x",
    ];
    let keys = ["plan", "Plan", "new_key", "_", "", "é", "7", "name"];
    let paths = [
        "/user_fields",
        "/user_fields.json",
        "/user_fields/FIELD",
        "/user_fields/FIELD/options",
        "/user_fields/FIELD/options/1",
        "/user_fields/plan",
        "/user_fields/reorder",
        "/user_fields/show_many",
    ];
    let extras = [
        "\"position\":0",
        "\"position\":-1",
        "\"active\":false",
        "\"active\":\"x\"",
        "\"regexp_for_validation\":\"[\"",
        "\"regexp_for_validation\":\"(a*)*b\"",
        "\"tag\":\"gold\"",
        "\"custom_field_options\":[{\"name\":\"Gold\",\"value\":\"gold\"}]",
        "\"custom_field_options\":[{\"name\":\"A::B\",\"value\":\"\"},{\"name\":null},7]",
        "\"relationship_target_type\":\"zen:user\"",
        "\"relationship_filter\":{\"all\":[{}]}",
        "\"user_field_ids\":[FIELD,FIELD,1]",
    ];
    let field = (
        prop::sample::select(types.to_vec()),
        prop::sample::select(keys.to_vec()),
        prop::collection::vec(prop::sample::select(extras.to_vec()), 0..3),
    );
    let field = field.prop_map(|(kind, key, extras)| {
        let extras: String = extras.iter().map(|extra| format!(",{extra}")).collect();
        format!(r#"{{"type":"{kind}","key":"{key}","title":"Title"{extras}}}"#)
    });
    let names = [
        "user_field",
        "user_field",
        "custom_field_option",
        "user_field_ids",
    ];
    let body = (
        prop::sample::select(names.to_vec()),
        prop_oneof![4 => field, 1 => any_json()],
    )
        .prop_map(|(name, field)| format!("{{\"{name}\":{field}}}"));
    let queries = [
        "",
        "",
        "page[size]=1",
        "page[after]=CURSOR",
        "ids=FIELD,1,x",
        "keys=plan",
    ];
    let methods = ["GET", "POST", "POST", "PUT", "DELETE"];
    (
        prop::sample::select(methods.to_vec()),
        prop::sample::select(paths.to_vec()),
        prop::sample::select(queries.to_vec()),
        body,
    )
        .prop_map(|(method, path, query, body)| writing(method, path, query, body))
}

/// Users with values of custom fields.
fn values() -> impl Strategy<Value = Hostile> {
    let value = prop_oneof![2 => Just("\"gold\"".to_owned()), 2 => any_json()];
    let requests = [
        ("POST", "/users"),
        ("PUT", "/users/USER"),
        ("POST", "/users/create_or_update"),
    ];
    (prop::sample::select(requests.to_vec()), value).prop_map(|((method, path), value)| {
        let body = format!(
            r#"{{"user":{{"name":"Ada","email":"ada@example.com","user_fields":{{"plan":{value}}}}}}}"#
        );
        writing(method, path, "", body)
    })
}

fn writing(method: &str, path: &str, query: &str, body: String) -> Hostile {
    Hostile {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        content_type: Some("application/json".to_owned()),
        authorization: None,
        body: body.into_bytes(),
    }
}
