//! Numbers that are larger or smaller than any that Zendesk gives.

use mock_zendesk::{MockZendesk, http::Request};

/// Sends a request of the account's owner. Returns the status.
fn send(zendesk: &MockZendesk, method: &str, path: &str, body: &str) -> u16 {
    let request = Request::builder()
        .method(method)
        .uri(zendesk.url(path))
        .header("content-type", "application/json")
        .header("authorization", zendesk.authorization())
        .body(body.to_owned());
    let reply = zendesk.send(request.unwrap()).unwrap();
    reply.status().as_u16()
}

/// The JSON parser keeps only about how large an integer beyond 64 bits is.
#[test]
fn a_number_beyond_64_bits_is_no_external_id_and_no_boolean() {
    let zendesk = MockZendesk::builder().without_socket();
    let ids = [
        "99999999999999999999999",
        "-99999999999999999999999",
        "1e99",
        "18446744073709551616",
    ];
    for id in ids {
        for (path, record) in [
            ("/users", "user"),
            ("/users/create_or_update", "user"),
            ("/organizations", "organization"),
        ] {
            let body = format!(r#"{{"{record}": {{"name": "A", "external_id": {id}}}}}"#);
            assert_eq!(send(&zendesk, "POST", path, &body), 400, "{path}: {body}");
        }
        let body = format!(r#"{{"user": {{"name": "A", "suspended": {id}}}}}"#);
        assert_eq!(send(&zendesk, "POST", "/users", &body), 400, "{body}");
        // No record has such an id.
        let body = format!(r#"{{"user": {{"name": "A", "organization_id": {id}}}}}"#);
        assert_eq!(send(&zendesk, "POST", "/users", &body), 404, "{body}");
    }
    let account = zendesk.account();
    assert_eq!(account.users().len(), 1, "only the owner is there");
    assert_eq!(account.organizations().len(), 0);
}

#[test]
fn a_number_in_a_query_is_as_small_or_as_large_as_it_says() {
    let zendesk = MockZendesk::builder().without_socket();
    let nines = "9".repeat(44);
    for number in ["-9".to_owned(), format!("-{nines}")] {
        let path = format!("/users?page={number}");
        assert_eq!(send(&zendesk, "GET", &path, ""), 200, "{path}");
        let path = format!("/incremental/users?start_time={number}");
        assert_eq!(send(&zendesk, "GET", &path, ""), 200, "{path}");
    }
    assert_eq!(
        send(&zendesk, "GET", &format!("/users?page={nines}"), ""),
        400
    );
    let path = format!("/incremental/users?start_time={nines}");
    assert_eq!(send(&zendesk, "GET", &path, ""), 422);
}
