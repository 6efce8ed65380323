//! The same six tests with wiremock, as a careful author writes them: each checks the credentials, the
//! bodies and the number of calls.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wiremock::matchers::{basic_auth, body_json, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::program::{Mistake, Program};

const ADA: u64 = 21_859_498_329_364;
const ACME: u64 = 21_859_498_329_620;
const MEMBERSHIP: u64 = 21_859_498_330_004;

fn membership(user: u64, organization: u64) -> Value {
    json!({
        "url": format!("http://localhost/api/v2/organization_memberships/{MEMBERSHIP}.json"),
        "id": MEMBERSHIP, "user_id": user, "organization_id": organization, "default": true,
        "created_at": "2024-09-06T18:52:00Z", "organization_name": "Acme",
        "updated_at": "2024-09-06T18:52:00Z", "view_tickets": true,
    })
}

fn joined(user: u64, organization: u64) -> ResponseTemplate {
    let body = json!({"organization_membership": membership(user, organization)});
    ResponseTemplate::new(201).set_body_json(body)
}

/// The request that puts a user into an organization.
fn joining(user: u64, organization: u64) -> wiremock::MockBuilder {
    let body = json!({"user_id": user, "organization_id": organization});
    Mock::given(method("POST"))
        .and(path("/api/v2/organization_memberships"))
        .and(basic_auth("owner@example.com/token", "token"))
        .and(body_json(json!({"organization_membership": body})))
}

// a user joins an organization
pub(crate) async fn joins(mistake: Mistake) {
    let server = MockServer::start().await;
    let mock = joining(ADA, ACME).respond_with(joined(ADA, ACME));
    mock.expect(1).mount(&server).await;
    let program = Program::new(&server.uri(), mistake);

    program.link(ADA, ACME).await.unwrap();
}
// end

// a user who is a member already
pub(crate) async fn joins_again(mistake: Mistake) {
    let server = MockServer::start().await;
    let duplicate = ResponseTemplate::new(422).set_body_json(json!({
        "error": "RecordInvalid", "description": "Record validation errors",
        "details": {"user_id": [{
            "description": " This user is already a member of this organization.",
            "error": "DuplicateValue",
        }]},
    }));
    let mock = joining(ADA, ACME).respond_with(duplicate);
    mock.expect(1).mount(&server).await;
    let program = Program::new(&server.uri(), mistake);

    program.link(ADA, ACME).await.unwrap();
}
// end

// a list of several pages
pub(crate) async fn reads_all_pages(mistake: Mistake) {
    let server = MockServer::start().await;
    let list = format!("/api/v2/users/{ADA}/organization_memberships");
    let pages = [
        (None, "b", vec![1, 2]),
        (Some("b"), "c", vec![3, 4]),
        (Some("c"), "d", vec![5]),
    ];
    for (after, next, organizations) in pages {
        let has_more = next != "d";
        let rows = organizations
            .iter()
            .map(|organization| membership(ADA, *organization));
        let next = format!("{}{list}?page[size]=2&page[after]={next}", server.uri());
        let body = json!({
            "organization_memberships": rows.collect::<Vec<_>>(),
            "meta": {"has_more": has_more, "after_cursor": "x", "before_cursor": "y"},
            "links": {"next": has_more.then_some(next), "prev": null},
        });
        let mock = Mock::given(method("GET")).and(path(&list));
        let mock = mock.and(basic_auth("owner@example.com/token", "token"));
        let mock = match after {
            Some(after) => mock.and(query_param("page[after]", after)),
            None => mock.and(wiremock::matchers::query_param_is_missing("page[after]")),
        };
        let reply = ResponseTemplate::new(200).set_body_json(body);
        mock.respond_with(reply).expect(1).mount(&server).await;
    }
    let program = Program::new(&server.uri(), mistake);

    let found = program.organizations_of(ADA).await.unwrap();

    assert_eq!(found, [1, 2, 3, 4, 5]);
}
// end

// a background job of which one item fails
pub(crate) async fn links_many(mistake: Mistake) {
    let server = MockServer::start().await;
    let users: Vec<u64> = (1..=120).collect();
    let job = |id: &str, status: &str, results: Option<Vec<Value>>| {
        let url = format!("{}/api/v2/job_statuses/{id}.json", server.uri());
        json!({"job_status": {
            "id": id, "job_type": "Bulk Create Organization Membership", "url": url,
            "total": 100, "progress": null, "status": status, "message": null, "results": results,
        }})
    };
    let token = || basic_auth("owner@example.com/token", "token");
    let creating = || {
        Mock::given(method("POST"))
            .and(path("/api/v2/organization_memberships/create_many"))
            .and(token())
    };
    for (id, chunk) in [("first", &users[..100]), ("second", &users[100..])] {
        let item = |user: &u64| json!({"user_id": user, "organization_id": ACME});
        let body = json!({
            "organization_memberships": chunk.iter().map(item).collect::<Vec<_>>(),
        });
        let queued = ResponseTemplate::new(200).set_body_json(job(id, "queued", None));
        let mock = creating().and(body_json(body)).respond_with(queued);
        mock.expect(1).mount(&server).await;

        let results = (0..chunk.len()).map(|index| match (id, index) {
            ("first", 7) => json!({
                "index": 7, "error": "OrganizationMembershipCreateFailed",
                "details": " This user is already a member of this organization.",
            }),
            _ => json!({"index": index, "id": 1_000 + index}),
        });
        let polling = || {
            let path = path(format!("/api/v2/job_statuses/{id}"));
            Mock::given(method("GET")).and(path).and(token())
        };
        let working = ResponseTemplate::new(200).set_body_json(job(id, "working", None));
        polling()
            .respond_with(working)
            .up_to_n_times(1)
            .expect(1)
            .mount(&server)
            .await;
        let completed = job(id, "completed", Some(results.collect()));
        let completed = ResponseTemplate::new(200).set_body_json(completed);
        polling()
            .respond_with(completed)
            .expect(1)
            .mount(&server)
            .await;
    }
    let program = Program::new(&server.uri(), mistake);

    let refused = program.link_all(&users, ACME).await.unwrap();

    assert_eq!(refused, [8]);
}
// end

// an upsert of a user who is in another organization
pub(crate) async fn upserts(mistake: Mistake) {
    let server = MockServer::start().await;
    let reply = json!({"user": {
        "id": ADA, "name": "Ada L.", "external_id": "p-1", "role": "end-user", "active": true,
    }});
    let mock = Mock::given(method("POST"))
        .and(path("/api/v2/users/create_or_update"))
        .and(basic_auth("owner@example.com/token", "token"))
        .and(body_json(
            json!({"user": {"external_id": "p-1", "name": "Ada L."}}),
        ));
    let mock = mock.respond_with(ResponseTemplate::new(200).set_body_json(reply));
    mock.expect(1).mount(&server).await;
    let mock = joining(ADA, ACME).respond_with(joined(ADA, ACME));
    mock.expect(1).mount(&server).await;
    let program = Program::new(&server.uri(), mistake);

    let found = program.upsert("p-1", "Ada L.", ACME).await.unwrap();

    assert_eq!(found, ADA);
}
// end

// a rate limit
pub(crate) async fn waits_when_limited(mistake: Mistake) {
    let server = MockServer::start().await;
    let limited = ResponseTemplate::new(429).insert_header("retry-after", "1");
    let mock = joining(ADA, ACME).respond_with(limited);
    mock.up_to_n_times(1).expect(1).mount(&server).await;
    let mock = joining(ADA, ACME).respond_with(joined(ADA, ACME));
    mock.expect(1).mount(&server).await;
    let program = Program::new(&server.uri(), mistake);

    let start = Instant::now();
    program.link(ADA, ACME).await.unwrap();

    assert!(start.elapsed() >= Duration::from_secs(1));
}
// end
