//! The pages of a search, its count, and its limits.

use mock_zendesk::{fixtures::Plan, search as operations};
use serde_json::{Value, json};

use super::{builder, marking, search, user};
use crate::api::Api;

const TOO_DEEP: &str = r#"{"error":"invalid","description":"Invalid search: Requested response size was greater than Search Response Limits"}"#;

/// A thousand records are reached by pages, all of them are counted, and the page behind is a 422.
#[tokio::test]
async fn tns3_ns2_ns19_ns20_ns22_ns23_ns120_the_limits() {
    let zendesk = builder().start().await;
    zendesk.seed().plan(Plan::new().users(1_100));
    let api = Api::of(&zendesk);
    let path = search("type:user role:end-user");

    let last = api
        .get(&format!("{path}&per_page=100&page=10"))
        .await
        .expect(200)
        .json();
    assert_eq!(last["results"].as_array().unwrap().len(), 100);
    assert_eq!(last["count"], 1_100);
    let next = last["next_page"].as_str().unwrap();
    api.get(next).await.expect_error(422, TOO_DEEP);

    for (parameters, status) in [
        ("page=100&per_page=10", 200),
        ("page=101&per_page=10", 422),
        ("page=11", 422),
        ("page=1000&per_page=1", 200),
        ("per_page=1000", 200),
        ("page=0&per_page=0", 200),
    ] {
        let answer = api.get(&format!("{path}&{parameters}")).await;
        assert_eq!(answer.status, status, "{parameters}");
    }
    let nobody = api.get(&format!("{}&page=11", search("nobody"))).await;
    nobody.expect_error(422, TOO_DEEP);
    let count = api
        .get(&path.replace("search", "search/count"))
        .await
        .expect(200);
    assert_eq!(count.body, r#"{"count":1100}"#);

    let mut rows = 0;
    let mut page = Some(format!(
        "{}&filter[type]=user&page[size]=1000",
        path.replace("search", "search/export")
    ));
    while let Some(path) = page {
        let body = api.get(&path).await.expect(200).json();
        rows += body["results"].as_array().unwrap().len();
        let next = body["links"]["next"].as_str();
        page = next
            .filter(|_| body["meta"]["has_more"] == true)
            .map(str::to_owned);
    }
    assert_eq!(rows, 1_100, "an export has no limit");
}

/// "`page[size]` or `page=x`: 400 Invalid attribute", reported.
#[tokio::test]
async fn ns1_ns24_ns121_the_search_refuses_the_parameters_of_cursors() {
    let api = marking().await;
    let error = r#"{"error":{"title":"Invalid attribute","message":"You passed an invalid value for the page attribute. Invalid parameter: page must be an integer from api/v2/search/index"}}"#;
    for parameter in ["page[size]=2", "page%5Bafter%5D=x", "page=x"] {
        let answer = api.get(&format!("/search?query=x&{parameter}")).await;
        answer.expect_error(400, error);
    }
}

/// The links keep the query: a space as `+`, `:` as `%3A`, `>=` as `%3E%3D`.
#[tokio::test]
async fn ns21_links_keep_the_query() {
    let api = marking().await;
    for name in ["~Ann", "~Bob", "~Cy"] {
        user(&api, json!({"name": name})).await;
    }
    let path = "/search?query=type:user%20name:~*%20created>=2020-01-01&per_page=1&page=2";
    let body = api.get(path).await.expect(200).json();
    let link = |page: usize| {
        let query = "query=type%3Auser+name%3A~*+created%3E%3D2020-01-01";
        format!(
            "{}/api/v2/search.json?page={page}&per_page=1&{query}",
            api.uri()
        )
    };
    assert_eq!(body["next_page"], Value::String(link(3)));
    assert_eq!(body["previous_page"], Value::String(link(1)));
}

/// The search has a separate limit of 2,500 requests a minute of the clock, and a header for it.
#[tokio::test]
async fn ns27_ns31_nsx9_the_search_has_separate_limits() {
    let zendesk = builder().endpoint_limits().start().await;
    let api = Api::of(&zendesk);
    let header = "zendesk-ratelimit-search-index";
    let first = api.get("/search?query=x").await.expect(200);
    let told = first.header(header).unwrap();
    assert!(
        told.starts_with("total=2500; remaining=2499; resets="),
        "{told}"
    );
    let second = api.get("/search?query=y").await.expect(200);
    assert!(second.header(header).unwrap().contains("remaining=2498"));

    let export = "/search/export?query=x&filter[type]=user";
    for _ in 0..100 {
        api.get(export).await.expect(200);
    }
    let limited = api.get(export).await;
    assert_eq!(limited.header(header), None);
    assert!(limited.header("retry-after").is_some());
    limited.expect_error(
        429,
        r#"{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}"#,
    );
    api.get("/search?query=x").await.expect(200);
}

/// Walks through both kinds of pages are seen as walks.
#[tokio::test]
async fn ns21_nsx3_walks_through_a_search_are_checked() {
    let zendesk = builder().start().await;
    zendesk.seed().plan(Plan::new().users(7));
    let api = Api::of(&zendesk);
    let export = "/search/export?query=role:end-user&filter[type]=user&page[size]=3";
    for first in ["/search?query=role:end-user&per_page=3", export] {
        let mut page = Some(first.to_owned());
        while let Some(path) = page {
            let body = api.get(&path).await.expect(200).json();
            let next = body["next_page"]
                .as_str()
                .or(body["links"]["next"].as_str());
            let has_more = body["meta"]["has_more"] != false;
            page = next.filter(|_| has_more).map(str::to_owned);
        }
    }
    for operation in [operations::SEARCH, operations::EXPORT] {
        let calls = zendesk.calls().of(operation);
        calls.assert_walked_to_end();
        calls.assert_no_row_missed();
        calls.assert_each_row_once();
        calls.assert_no_page_twice();
    }
    api.get(export).await.expect(200);
    let broken = zendesk.calls().of(operations::EXPORT);
    assert!(broken.try_assert_walked_to_end().is_err());
}
