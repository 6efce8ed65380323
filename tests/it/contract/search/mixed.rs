//! What the rows of a search are, whatever their kind, and who may search.

use reqwest::Method;
use serde_json::{Value, json};

use super::{assert_finds, found, group, marking, names, organization, search, ticket, user};
use crate::contract::wire::keys_in_order;

/// A row is the whole record as on its own endpoint, with `result_type` as its last key.
#[tokio::test]
async fn ns4_ns12_ns13_ns18_ns48_a_row_is_the_whole_record_with_its_kind_at_the_end() {
    let api = marking().await;
    let ann = user(&api, json!({"name": "~Common Ann"})).await;
    let acme = organization(&api, json!({"name": "~Common Acme"})).await;
    let staff = group(&api, "~Common Staff").await;
    let requester = ann["id"].clone();
    let help =
        json!({"subject": "~Common help", "requester_id": requester, "comment": {"body": "x"}});
    let help = ticket(&api, help).await;

    for path in [
        search("~common"),
        search("~common").replace("search", "search.json"),
    ] {
        let answer = api.get(&path).await.expect(200);
        assert_eq!(answer.header("cache-control"), Some("max-age=10, private"));
        assert_eq!(
            keys_in_order(&answer, ""),
            ["results", "facets", "next_page", "previous_page", "count"]
        );
        let body = answer.json();
        assert_eq!((&body["facets"], &body["count"]), (&Value::Null, &json!(4)));
        let rows = body["results"].as_array().unwrap();
        let kinds: Vec<&Value> = rows.iter().map(|row| &row["result_type"]).collect();
        assert_eq!(kinds, ["ticket", "user", "organization", "group"], "by id");
        for (place, record) in [&help, &ann, &acme, &staff].into_iter().enumerate() {
            let kind = kinds[place].as_str().unwrap();
            let alone = api
                .get(&search(&format!("~common type:{kind}")))
                .await
                .expect(200);
            let keys = keys_in_order(&alone, "/results/0");
            assert_eq!(keys.last().unwrap(), "result_type", "{kind}");
            let shown = format!("/{kind}s/{}", record["id"]);
            let shown = api.get(&shown).await.expect(200).json()[kind].clone();
            for (key, value) in shown.as_object().unwrap() {
                // Others may have added a field meanwhile.
                if api.is_shared() && key.ends_with("_fields") {
                    continue;
                }
                assert_eq!(&rows[place][key], value, "{kind} {key}");
            }
            let keys = rows[place].as_object().unwrap().len();
            assert_eq!(keys, shown.as_object().unwrap().len() + 1, "{kind}");
        }
    }
}

/// `type:` limits the kinds. Twice it is "and", as somebody measured.
#[tokio::test]
async fn ns48_ns49_q_ns4_ns56_kinds() {
    let api = marking().await;
    user(&api, json!({"name": "~X Ann", "tags": ["~t"]})).await;
    organization(
        &api,
        json!({"name": "~X Acme", "tags": ["~t", "~u"], "notes": "~n1", "details": "~d1"}),
    )
    .await;
    organization(
        &api,
        json!({"name": "~X Org", "tags": ["~u"], "external_id": "~CRM-7"}),
    )
    .await;
    group(&api, "~X Staff").await;
    let rows: [(&str, &[&str]); 15] = [
        ("~x", &["~X Ann", "~X Acme", "~X Org", "~X Staff"]),
        ("~x type:user", &["~X Ann"]),
        ("~x TYPE:Organization", &["~X Acme", "~X Org"]),
        ("~x type:group", &["~X Staff"]),
        ("~x -type:group -type:user", &["~X Acme", "~X Org"]),
        ("~x type:user type:organization", &[]),
        ("~x type:unicorn", &[]),
        ("tags:~t", &["~X Ann", "~X Acme"]),
        ("type:organization tags:~t tags:~u", &["~X Acme", "~X Org"]),
        (r#"type:organization tags:"~t ~u""#, &["~X Acme"]),
        ("notes:~n1", &["~X Acme"]),
        ("details:~D1", &["~X Acme"]),
        ("external_id:~crm-7", &["~X Org"]),
        ("external_id:~crm*", &["~X Org"]),
        ("name:staff ~x", &["~X Staff"]),
    ];
    assert_finds(&api, &rows).await;
    let path = format!("{}&per_page=1", search("type:organization ~x"));
    let answer = api.get(&path).await.expect(200);
    assert_eq!(
        (names(&answer), &answer.json()["count"]),
        (vec!["~X Acme".to_owned()], &json!(2))
    );
}

/// `sort_by` and `order_by` sort, the parameter counts, and without a direction the largest comes
/// first.
#[tokio::test]
async fn ns3_ns14_ns15_ns16_ns28_the_order() {
    let api = marking().await;
    let requester = user(&api, json!({"name": "~Ann"})).await["id"].clone();
    for (subject, status, priority, kind) in [
        ("S1", "open", "low", "task"),
        ("S2", "solved", "urgent", "problem"),
        ("S3", "pending", "normal", "incident"),
    ] {
        let body = json!({
            "subject": subject, "status": status, "priority": priority, "type": kind,
            "requester_id": requester, "comment": {"body": "s"}, "tags": ["~s"],
        });
        ticket(&api, body).await;
    }
    organization(&api, json!({"name": "~O", "tags": ["~s"]})).await;
    let rows = [
        ("", "", ["S1", "S2", "S3", "~O"]),
        (
            "",
            "&sort_by=status&sort_order=asc",
            ["S1", "S3", "S2", "~O"],
        ),
        ("", "&sort_by=status", ["S2", "S3", "S1", "~O"]),
        (
            "",
            "&sort_by=priority&sort_order=desc",
            ["S2", "S3", "S1", "~O"],
        ),
        (
            "",
            "&sort_by=ticket_type&sort_order=asc",
            ["S3", "S2", "S1", "~O"],
        ),
        (" order_by:priority sort:asc", "", ["S1", "S3", "S2", "~O"]),
        (
            " order_by:priority sort:asc",
            "&sort_by=status&sort_order=desc",
            ["S2", "S3", "S1", "~O"],
        ),
        ("", "&count=1000", ["S1", "S2", "S3", "~O"]),
    ];
    for (in_query, parameters, expected) in rows {
        let path = format!("{}{parameters}", search(&format!("tags:~s{in_query}")));
        let answer = api.get(&path).await.expect(200);
        assert_eq!(names(&answer), expected, "{path}");
    }
}

/// By the time of creation, also of groups, as live tests did.
#[tokio::test]
async fn ns14_created_at_and_updated_at_sort_every_kind() {
    let api = marking().await;
    let mut groups = Vec::new();
    for name in ["~G1", "~G2", "~G3"] {
        groups.push(group(&api, name).await["id"].clone());
        api.let_time_pass().await;
    }
    let change = json!({"group": {"description": "Changed"}});
    api.put(&format!("/groups/{}", groups[0]), change)
        .await
        .expect(200);
    for (parameters, expected) in [
        ("sort_by=created_at&sort_order=asc", ["~G1", "~G2", "~G3"]),
        ("sort_by=created_at", ["~G3", "~G2", "~G1"]),
        ("sort_by=updated_at&sort_order=desc", ["~G1", "~G3", "~G2"]),
    ] {
        let path = format!("{}&{parameters}", search("name:~g*"));
        assert_eq!(
            names(&api.get(&path).await.expect(200)),
            expected,
            "{parameters}"
        );
    }
}

/// Without `type:` the first result may be of any kind, so `results[0].email` may not be there.
#[tokio::test]
async fn ns119_the_first_result_may_be_of_any_kind() {
    let api = marking().await;
    let ann = user(&api, json!({"name": "~Ann", "email": "ann@~a.example"})).await["id"].clone();
    let help = json!({"subject": "Call ~Ann", "requester_id": ann, "comment": {"body": "x"}});
    ticket(&api, help).await;
    let rows = api.get(&search("~an")).await.expect(200).json()["results"].clone();
    assert_eq!(
        (&rows[0]["result_type"], rows[0].get("email")),
        (&json!("ticket"), None)
    );
    assert_eq!(rows[1]["email"], "ann@~a.example");
}

/// Agents and admins may search; an end user may not.
#[tokio::test]
async fn ns12_end_users_may_not_search() {
    let api = marking().await;
    for (role, status) in [("agent", 200), ("end-user", 403)] {
        let email = format!("{role}@~.example");
        let name = format!("~{role}");
        user(&api, json!({"name": name, "email": email, "role": role})).await;
        let authorization = api.authorization_of(&email);
        for path in [
            "/search?query=x",
            "/search/count?query=x",
            "/search/export?query=x&filter[type]=user",
        ] {
            let headers = [("authorization", authorization.as_str())];
            let answer = api.raw(Method::GET, path, &headers, Vec::new()).await;
            assert_eq!(answer.status, status, "{role} {path}");
        }
    }
}

/// A deleted record is not found; a suspended user is.
#[tokio::test]
async fn ns30_deleted_records_are_not_found_and_suspended_users_are() {
    let api = marking().await;
    let ann = user(&api, json!({"name": "~Word Ann"})).await["id"].clone();
    let acme = organization(&api, json!({"name": "~Word Acme"})).await["id"].clone();
    let staff = group(&api, "~Word Staff").await["id"].clone();
    let bob = user(&api, json!({"name": "~Word Bob", "suspended": true})).await;
    let help = json!({"subject": "~Word", "requester_id": bob["id"], "comment": {"body": "x"}});
    let help = ticket(&api, help).await["id"].clone();
    assert_eq!(found(&api, "~word").await.len(), 5);
    for path in [
        format!("/users/{ann}"),
        format!("/organizations/{acme}"),
        format!("/groups/{staff}"),
        format!("/tickets/{help}"),
    ] {
        let answer = api.delete(&path).await;
        assert!([200, 204].contains(&answer.status), "{path}");
    }
    assert_eq!(found(&api, "~word").await, ["~Word Bob"]);
    let count = search("~word").replace("search", "search/count");
    let count = api.get(&count).await.expect(200);
    assert_eq!(count.body, r#"{"count":1}"#);
    api.delete(&format!("/deleted_users/{ann}"))
        .await
        .expect(200);
    assert_eq!(found(&api, "~word").await, ["~Word Bob"]);
    if api.is_shared() {
        return;
    }
    // Without the word that nobody else has, and so without an index.
    let rows: [(&str, &[&str]); 4] = [
        ("permanently", &[]),
        ("type:ticket -nothing", &[]),
        ("type:organization -nothing", &[]),
        ("type:user -nothing role:end-user", &["~Word Bob"]),
    ];
    assert_finds(&api, &rows).await;
}

/// Who was merged into another user is not found, but the addresses and the organizations are, with
/// that user. `organization:` follows a merge of organizations, too.
#[tokio::test]
async fn ns30_ns52_a_merge_leaves_the_winner_to_be_found() {
    let api = marking().await;
    let [acme, zeta] = ["~Acme", "~Zeta"].map(|name| json!({"name": name}));
    let acme = organization(&api, acme).await["id"].clone();
    let zeta = organization(&api, zeta).await["id"].clone();
    let ann = json!({"name": "~Ann", "email": "~ann@a.example", "organization_id": acme});
    let ann = user(&api, ann).await["id"].clone();
    let bob = json!({"name": "~Bob", "email": "bob@~b.example"});
    let bob = user(&api, bob).await["id"].clone();
    assert_finds(&api, &[("organization:~acme", &["~Ann"])]).await;

    let into_bob = json!({"user": {"id": bob}});
    api.put(&format!("/users/{ann}/merge"), into_bob)
        .await
        .expect(200);
    let rows: [(&str, &[&str]); 4] = [
        ("type:user ~ann", &["~Bob"]),
        ("name:~ann", &[]),
        ("email:~ann@a.example", &["~Bob"]),
        ("organization:~acme", &["~Bob"]),
    ];
    assert_finds(&api, &rows).await;

    let into_zeta = json!({"organization_merge": {"winner_id": zeta}});
    let path = format!("/organizations/{acme}/merge");
    let merge = api.post(&path, into_zeta).await.expect(200);
    let merge = merge.json()["organization_merge"]["id"].clone();
    let path = format!("/organization_merges/{}", merge.as_str().unwrap());
    let complete = json!("complete");
    let status = "/organization_merge/status";
    assert_eq!(api.settled(&path, status, &complete).await, complete);
    let rows: [(&str, &[&str]); 3] = [
        ("organization:~acme", &[]),
        ("organization:~zeta", &["~Bob"]),
        ("~acme", &[]),
    ];
    assert_finds(&api, &rows).await;
}

/// "`include=tickets(users)`, `users(organizations)`, `users(identities,groups)`", documented. The
/// arrays come after the results.
#[tokio::test]
async fn ns29_q_ns9_records_are_sideloaded_by_the_kind_of_the_rows() {
    let api = marking().await;
    let acme = organization(&api, json!({"name": "~Acme"})).await["id"].clone();
    let ann = json!({"name": "Ann ~Word", "email": "ann@~a.example", "organization_id": acme});
    let ann = user(&api, ann).await["id"].clone();
    let help = json!({"subject": "~Word", "requester_id": ann, "comment": {"body": "x"}});
    ticket(&api, help).await;

    let include = "&include=tickets(users),users(organizations,identities)";
    let answer = api
        .get(&format!("{}{include}", search("~word")))
        .await
        .expect(200);
    assert_eq!(
        keys_in_order(&answer, ""),
        [
            "results",
            "organizations",
            "identities",
            "users",
            "facets",
            "next_page",
            "previous_page",
            "count"
        ]
    );
    assert_eq!(answer.each("organizations", "id"), [acme]);
    assert_eq!(answer.each("identities", "value"), ["ann@~a.example"]);
    assert!(answer.each("users", "id").contains(&ann));

    let answer = api
        .get(&format!(
            "{}&include=tickets(users)",
            search("type:user ~word")
        ))
        .await
        .expect(200);
    assert_eq!(answer.json()["users"], json!([]));
}
