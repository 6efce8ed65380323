//! Replies that a test writes itself.

use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use expect_test::expect;
use mock_zendesk::http::{HeaderMap, Request, Response};
use mock_zendesk::{
    Call, Fault, MockZendesk, MockZendeskBuilder, calls::FailureKind, chaos::try_sweep,
    organization_memberships, users,
};
use reqwest::Client;
use serde_json::json;

use crate::normal::{here, normal};

/// How a request reaches the double.
#[derive(Clone, Copy, Debug)]
enum Way {
    Http,
    Wiremock,
    NoSocket,
}

const WAYS: [Way; 3] = [Way::Http, Way::Wiremock, Way::NoSocket];

struct Got {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Way {
    async fn start(self) -> MockZendesk {
        let builder = MockZendesk::builder().without_verify_on_drop();
        self.start_with(builder).await
    }

    async fn start_with(self, builder: MockZendeskBuilder) -> MockZendesk {
        match self {
            Self::Http => builder.start().await,
            Self::Wiremock => {
                let zendesk = builder.start().await;
                // From now on each request goes through wiremock.
                let _ = zendesk.server();
                zendesk
            }
            Self::NoSocket => builder.without_socket(),
        }
    }

    async fn send(self, zendesk: &MockZendesk, method: &str, path: &str, body: &str) -> Got {
        let request = Request::builder()
            .method(method)
            .uri(zendesk.url(path))
            .header("authorization", zendesk.authorization())
            .header("content-type", "application/json")
            .body(body.to_owned())
            .unwrap();
        if matches!(self, Self::NoSocket) {
            let (parts, body) = zendesk.send(request).unwrap().into_parts();
            return Got {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: String::from_utf8(body).unwrap(),
            };
        }
        let request = request.map(reqwest::Body::from).try_into().unwrap();
        let reply = Client::new().execute(request).await.unwrap();
        Got {
            status: reply.status().as_u16(),
            headers: reply.headers().clone(),
            body: reply.text().await.unwrap(),
        }
    }

    async fn get(self, zendesk: &MockZendesk, path: &str) -> Got {
        self.send(zendesk, "GET", path, "").await
    }
}

fn teapot(call: &Call) -> Response<String> {
    let body = format!("{} {} is short and stout", call.method(), call.path());
    Response::builder()
        .status(418)
        .header("x-pot", "tea")
        .header("set-cookie", "a=1")
        .header("set-cookie", "b=2")
        .body(body)
        .unwrap()
}

#[tokio::test]
async fn the_reply_goes_out_as_it_is_and_the_call_is_not_applied() {
    let mut texts = Vec::new();
    for way in WAYS {
        let zendesk = way.start().await;
        let seed = zendesk.seed();
        let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
        let planned =
            here(zendesk.inject(Fault::reply(teapot).on(organization_memberships::CREATE)));
        let body =
            json!({"organization_membership": {"user_id": ada.id, "organization_id": acme.id}});
        let create = async || {
            let path = "/organization_memberships";
            way.send(&zendesk, "POST", path, &body.to_string()).await
        };

        assert_eq!(way.get(&zendesk, "/users/me").await.status, 200);
        let got = create().await;
        let expected = "POST /api/v2/organization_memberships is short and stout";
        assert_eq!((got.status, got.body.as_str()), (418, expected), "{way:?}");
        assert_eq!(got.headers["x-pot"], "tea", "{way:?}");
        let cookies: Vec<_> = got.headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"], "{way:?}");
        assert!(
            !got.headers.contains_key("x-rate-limit"),
            "{way:?}: only Zendesk's replies have it"
        );
        zendesk.assert_membership(&ada, &acme).absent();
        assert_eq!(planned.value.fired(), 1);

        // It is over.
        assert_eq!(create().await.status, 201);

        let creates = zendesk.calls().of(organization_memberships::CREATE);
        let call = creates.with_status(418).assert_once();
        let reply = call.reply().unwrap();
        assert_eq!(
            (call.status(), reply.body(), reply.header("X-Pot")),
            (Some(418), expected.as_bytes(), Some("tea"))
        );
        assert_eq!(reply.header("x-rate-limit"), None);
        assert!(call.effects().is_empty());
        let refused = zendesk.calls().refused().try_assert_once();
        refused.expect_err("the double refused none");
        let places = [(planned.place, "PLANNED")];
        texts.push(normal(&zendesk, &zendesk.transcript(), &places));
        zendesk.verify();
    }
    assert_eq!((&texts[1], &texts[2]), (&texts[0], &texts[0]));
    expect![[r##"
        #1  GET   /api/v2/users/me                  -> 200  ShowCurrentUser
        #2  POST  /api/v2/organization_memberships  -> 418  injected fault: own reply, 418, PLANNED
                {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
        #3  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership, repeats #2
                {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default"##]].assert_eq(&texts[0]);
}

#[tokio::test]
async fn it_comes_with_all_that_chooses_calls() {
    let way = Way::NoSocket;
    let zendesk = way.start().await;
    let reply =
        |status: u16| Fault::reply(move |_| Response::builder().status(status).body("").unwrap());
    let is_page_two = |call: &Call| call.parameter("page").as_deref() == Some("2");
    zendesk.inject(reply(290).on(users::ME).nth(2));
    zendesk.inject(reply(291).when("page 2 is asked for", is_page_two).times(2));
    let always = zendesk.inject(reply(292).on(users::LIST).always());
    let mut statuses = Vec::new();
    let paths = [
        "/users/me",
        "/users/me",
        "/users/me",
        "/users?page=1",
        "/users?page=2",
        "/users?page=2",
        "/users?page=2",
        "/organizations",
    ];
    for path in paths {
        statuses.push(way.get(&zendesk, path).await.status);
    }
    assert_eq!(statuses, [200, 290, 200, 292, 291, 291, 292, 200]);
    always.clear();
    assert_eq!(way.get(&zendesk, "/users").await.status, 200);
    assert_eq!(
        format!("{:?}", reply(200).on(users::ME).every(3)),
        "Fault(own reply on ShowCurrentUser, every 3 calls)"
    );
    zendesk.verify();
}

#[tokio::test]
async fn no_lock_is_held_while_it_is_written() {
    for way in WAYS {
        let zendesk = Arc::new(way.start().await);
        let double: Weak<MockZendesk> = Arc::downgrade(&zendesk);
        let write = move |call: &Call| {
            let (double, ordinal) = (Weak::clone(&double), call.ordinal());
            // With the lock held this waits for ever, so another thread does it.
            let (tell, told) = channel();
            std::thread::spawn(move || {
                let double = double.upgrade().unwrap();
                let ada = double.seed().user("Ada");
                let now = double.calls();
                let is_there = now.iter().any(|call| call.ordinal() == ordinal);
                let users = double.account().users().len();
                tell.send(format!("{is_there} {users} {}", ada.name))
            });
            let body = told.recv_timeout(Duration::from_secs(10));
            Response::new(body.unwrap_or_else(|_| "locked".to_owned()))
        };
        zendesk.inject(Fault::reply(write));
        let got = way.get(&zendesk, "/users/me").await;
        assert_eq!(
            (got.status, got.body.as_str()),
            (200, "true 2 Ada"),
            "{way:?}"
        );
    }
}

#[tokio::test]
async fn without_a_socket_other_calls_come_while_it_is_written() {
    let zendesk = Arc::new(Way::NoSocket.start().await);
    let double: Weak<MockZendesk> = Arc::downgrade(&zendesk);
    let write = move |_: &Call| {
        let double = double.upgrade().unwrap();
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let request = Request::get(double.url("/users/me")).body("").unwrap();
            tell.send(double.send(request).unwrap().status().as_u16())
        });
        let status = told.recv_timeout(Duration::from_secs(10)).unwrap_or(0);
        Response::new(status.to_string())
    };
    zendesk.inject(Fault::reply(write).on(users::LIST));
    assert_eq!(Way::NoSocket.get(&zendesk, "/users").await.body, "200");
    let statuses: Vec<_> = zendesk.calls().iter().map(Call::status).collect();
    assert_eq!(statuses, [Some(200), Some(200)]);
}

#[tokio::test]
async fn one_that_panics_fails_the_test_at_its_line_and_the_double_goes_on() {
    let mut texts = Vec::new();
    for way in WAYS {
        let zendesk = way.start().await;
        let planned = here(zendesk.inject(Fault::reply(|_| -> Response<&str> { panic!("mine") })));
        let got = way.get(&zendesk, "/users/me").await;
        assert_eq!(
            (got.status, got.body.as_str()),
            (500, "the test's own reply panicked"),
            "{way:?}"
        );
        assert_eq!(way.get(&zendesk, "/users/me").await.status, 200);
        zendesk.seed().user("Ada");

        let report = zendesk.report();
        assert_eq!(report.problems().len(), 1, "{way:?}: {report}");
        assert_eq!(report.problems()[0].kind, FailureKind::Panicked);
        let places = [(planned.place, "PLANNED")];
        texts.push(normal(&zendesk, &report.to_string(), &places));
    }
    assert_eq!((&texts[1], &texts[2]), (&texts[0], &texts[0]));
    expect![[r#"
        the reply of a fault (own reply) panicked: mine
          planned at PLANNED

        calls received (2):
            #1  GET  /api/v2/users/me  -> 500  injected fault: own reply, which panicked, PLANNED
            #2  GET  /api/v2/users/me  -> 200  ShowCurrentUser

        changed in the account: nothing"#]]
    .assert_eq(&texts[0]);
}

#[tokio::test]
async fn a_status_before_the_reply_proper_is_none() {
    for way in WAYS {
        let zendesk = way.start().await;
        zendesk.inject(Fault::reply(|_| {
            Response::builder().status(101).body("").unwrap()
        }));
        assert_eq!(way.get(&zendesk, "/users/me").await.status, 500);
        assert_eq!(
            zendesk.report().problems()[0].headline,
            "the reply of a fault (own reply) panicked: a reply cannot have the status 101 Switching Protocols, after \
             which another one would follow; give one from 200 on"
        );
    }
}

#[tokio::test]
async fn where_the_body_ends_is_the_servers_to_say() {
    for way in WAYS {
        let zendesk = way.start().await;
        let wrong = |_: &Call| {
            Response::builder()
                .header("content-length", "100")
                .header("transfer-encoding", "chunked")
                .body("short")
                .unwrap()
        };
        zendesk.inject(Fault::reply(wrong).times(2));
        zendesk.inject(Fault::reply(|_| {
            Response::builder().status(204).body("").unwrap()
        }));
        let got = way.get(&zendesk, "/users/me").await;
        assert_eq!((got.status, got.body.as_str()), (200, "short"), "{way:?}");
        let got = way.send(&zendesk, "HEAD", "/users/me", "").await;
        assert_eq!((got.status, got.body.as_str()), (200, ""), "{way:?}");
        let got = way.get(&zendesk, "/users/me").await;
        assert_eq!((got.status, got.body.as_str()), (204, ""), "{way:?}");
        // The connection is still good.
        assert_eq!(way.get(&zendesk, "/users/me").await.status, 200);
        zendesk.verify();
    }
}

#[tokio::test]
async fn a_sweep_takes_it() {
    let swept = OnceLock::new();
    let result = try_sweep(
        [Fault::reply(teapot)],
        MockZendesk::builder,
        async |zendesk| {
            let status = Way::Http.get(zendesk, "/users/me").await.status;
            if status != 200 {
                swept.set(status).unwrap();
            }
        },
    );
    result.await.unwrap();
    assert_eq!(swept.get(), Some(&418));
}
