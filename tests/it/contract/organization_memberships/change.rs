//! DELETE and make_default, what else changes memberships, and the traces through all of it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    MEMBERSHIPS, UNKNOWN, ids, is_default, listed, of_organization, of_user,
    organization_of_ticket, organizations, path_of, the_membership, ticket, user_in,
};
use crate::api::{Answer, Api, errors, membership};

/// The three paths by which DELETE ends a membership: of user, organization and membership.
const WAYS_TO_LEAVE: [fn(u64, u64, u64) -> String; 3] = [
    |_, _, membership| path_of(membership),
    |user, _, membership| format!("{}/{membership}", of_user(user)),
    |user, organization, _| format!("/users/{user}/organizations/{organization}"),
];

/// Makes a membership the default one of its user.
async fn make_default(api: &Api, user: u64, membership: u64) -> Answer {
    api.put(
        &format!("{}/{membership}/make_default", of_user(user)),
        Value::Null,
    )
    .await
}

/// Checks that no route knows the membership of this user and organization any more.
async fn assert_gone(api: &Api, user: u64, organization: u64, membership: u64) {
    api.get(&path_of(membership))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    for list in [
        of_user(user),
        of_organization(organization),
        MEMBERSHIPS.to_owned(),
    ] {
        let left = ids(&api.get(&list).await.expect(200));
        assert!(!left.contains(&json!(membership)), "{list}: {left:?}");
    }
}

/// "m exists: 204; gone at once; GET m → 404", recorded; "again: 404"; "the only one:
/// u.organization_id null", recorded.
#[tokio::test]
async fn d1_d2_d5_d11_a_membership_is_left_once_and_at_once() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    user_in(&api, [organization]).await;

    for way in WAYS_TO_LEAVE {
        let (user, [id]) = user_in(&api, [organization]).await;
        let path = way(user, organization, id);

        let answer = api.delete(&path).await.expect(204);

        assert_eq!(answer.body, "", "{path}");
        assert_gone(&api, user, organization, id).await;
        assert_eq!(api.organization_of(user).await, Value::Null, "{path}");
        api.delete(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "m was not the default: the default stays."
#[tokio::test]
async fn d3_leaving_another_organization_the_default_stays() {
    let api = Api::start().await;
    let orgs = organizations(&api, ["Alpha", "Beta", "Zulu"]).await;

    for way in WAYS_TO_LEAVE {
        // The default is not the one that would be promoted.
        let (user, [stays, left, default]) = user_in(&api, orgs).await;
        make_default(&api, user, default).await.expect(200);
        let path = way(user, orgs[1], left);

        api.delete(&path).await.expect(204);

        assert_eq!(
            listed(&api, user).await,
            [(default, true), (stays, false)],
            "{path}"
        );
        assert_eq!(api.organization_of(user).await, json!(orgs[2]), "{path}");
    }
}

/// "A new default is selected from the remaining", documented; which one is a choice (Q2): the
/// lowest id.
#[tokio::test]
async fn d4_leaving_the_default_organization_promotes_another() {
    let api = Api::start().await;
    let orgs = organizations(&api, ["Mike", "Zulu", "Alpha"]).await;

    for way in WAYS_TO_LEAVE {
        let (user, [left, lowest, highest]) = user_in(&api, orgs).await;
        let path = way(user, orgs[0], left);

        api.delete(&path).await.expect(204);

        assert_eq!(
            listed(&api, user).await,
            [(lowest, true), (highest, false)],
            "{path}"
        );
        assert_eq!(api.organization_of(user).await, json!(orgs[1]), "{path}");
    }
}

/// "Nested route, m of another user: 404": and it stays.
#[tokio::test]
async fn d9_a_user_leaves_only_own_memberships() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let (other, [of_another]) = user_in(&api, [organization]).await;
    let (user, _) = user_in(&api, [organization]).await;

    for user in [user, UNKNOWN] {
        let path = format!("{}/{of_another}", of_user(user));
        api.delete(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }

    assert_eq!(listed(&api, other).await, [(of_another, true)]);
}

/// "Unassign, u not in o, or either unknown: 404."
#[tokio::test]
async fn d10_only_a_member_is_unassigned() {
    let api = Api::start().await;
    let [theirs, other] = organizations(&api, ["theirs", "other"]).await;
    let (user, [id]) = user_in(&api, [theirs]).await;

    for (user, organization) in [
        (user, other),
        (user, UNKNOWN),
        (UNKNOWN, theirs),
        (UNKNOWN, UNKNOWN),
    ] {
        let answer = api
            .delete(&format!("/users/{user}/organizations/{organization}"))
            .await;
        answer.expect_error(404, errors::RECORD_NOT_FOUND);
    }

    assert_eq!(listed(&api, user).await, [(id, true)]);
}

/// "200 with the list of all memberships of u, default first, then by name, as one offset page":
/// documented as a list.
#[tokio::test]
async fn k1_make_default_answers_with_the_users_list() {
    let api = Api::start().await;
    let orgs = organizations(&api, ["Gamma", "Zulu", "beta", "Alpha"]).await;
    let (user, [gamma, zulu, beta, alpha]) = user_in(&api, orgs).await;

    let answer = make_default(&api, user, zulu).await.expect(200);

    assert_eq!(ids(&answer), [zulu, alpha, beta, gamma].map(|id| json!(id)));
    assert!(
        answer
            .body
            .ends_with(r#"],"next_page":null,"previous_page":null,"count":4}"#),
        "{}",
        answer.body
    );
    assert_eq!(api.get(&of_user(user)).await.expect(200).body, answer.body);
}

/// "m default, the former one not; u.organization_id follows", live.
#[tokio::test]
async fn k2_make_default_moves_the_default() {
    let api = Api::start().await;
    let [o1, o2] = organizations(&api, ["o1", "o2"]).await;
    let (user, [m1, m2]) = user_in(&api, [o1, o2]).await;
    let (bystander, [not_theirs]) = user_in(&api, [o1]).await;

    make_default(&api, user, m2).await.expect(200);

    for (membership, expected) in [(m1, false), (m2, true)] {
        let shown = api.get(&path_of(membership)).await.expect(200);
        assert_eq!(is_default(&the_membership(&shown)), expected);
    }
    assert_eq!(api.organization_of(user).await, json!(o2));
    assert_eq!(listed(&api, bystander).await, [(not_theirs, true)]);
}

/// "m already default: 200, nothing changes."
#[tokio::test]
async fn k3_making_the_default_the_default_changes_nothing() {
    let api = Api::start().await;
    let orgs = organizations(&api, ["o1", "o2"]).await;
    let (user, [m1, _]) = user_in(&api, orgs).await;
    let user_before = api.get(&format!("/users/{user}")).await.expect(200).body;
    let list_before = api.get(&of_user(user)).await.expect(200).body;

    let answer = make_default(&api, user, m1).await.expect(200);

    assert_eq!(answer.body, list_before);
    assert_eq!(
        api.get(&format!("/users/{user}")).await.expect(200).body,
        user_before
    );
    assert_eq!(api.get(&of_user(user)).await.expect(200).body, list_before);
}

/// "m of another user, or unknown, or u unknown: 404."
#[tokio::test]
async fn k4_only_a_membership_of_the_user_becomes_the_default() {
    let api = Api::start().await;
    let [o1, o2] = organizations(&api, ["o1", "o2"]).await;
    let (other, [first, second]) = user_in(&api, [o1, o2]).await;
    let (user, _) = user_in(&api, [o1]).await;

    for (user, membership) in [
        (user, second),
        (user, UNKNOWN),
        (UNKNOWN, second),
        (UNKNOWN, UNKNOWN),
    ] {
        make_default(&api, user, membership)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }

    assert_eq!(listed(&api, other).await, [(first, true), (second, false)]);
    assert_eq!(api.organization_of(user).await, json!(o1));
}

/// "POST instead of PUT: 404 InvalidEndpoint", reported; there is no flat route either.
#[tokio::test]
async fn k5_make_default_is_a_put_below_the_user() {
    let api = Api::start().await;
    let [o1, o2] = organizations(&api, ["o1", "o2"]).await;
    let (user, [m1, m2]) = user_in(&api, [o1, o2]).await;
    let rows = [
        (Method::POST, format!("{}/{m2}/make_default", of_user(user))),
        (
            Method::POST,
            format!("/users/{user}/organizations/{o2}/make_default"),
        ),
        (Method::PUT, format!("{}/make_default", path_of(m2))),
    ];

    for (method, path) in rows {
        api.send(method, &path, None)
            .await
            .expect_error(404, errors::INVALID_ENDPOINT);
    }

    assert_eq!(listed(&api, user).await, [(m1, true), (m2, false)]);
}

/// "u in o, route 14: 200, a single membership", documented.
#[tokio::test]
async fn k6_make_default_by_organization_answers_with_one_membership() {
    let api = Api::start().await;
    let [o1, o2] = organizations(&api, ["o1", "o2"]).await;
    let (user, [m1, m2]) = user_in(&api, [o1, o2]).await;

    let answer = api
        .put(
            &format!("/users/{user}/organizations/{o2}/make_default"),
            Value::Null,
        )
        .await
        .expect(200);

    assert!(is_default(&the_membership(&answer)));
    assert_eq!(answer.body, api.get(&path_of(m2)).await.expect(200).body);
    assert_eq!(listed(&api, user).await, [(m2, true), (m1, false)]);
    assert_eq!(api.organization_of(user).await, json!(o2));
}

/// "u not in o, route 14: 404."
#[tokio::test]
async fn k7_an_organization_that_the_user_is_not_in_does_not_become_the_default() {
    let api = Api::start().await;
    let [o1, o2] = organizations(&api, ["o1", "o2"]).await;
    let (user, [m1]) = user_in(&api, [o1]).await;

    for (user, organization) in [(user, o2), (user, UNKNOWN), (UNKNOWN, o1)] {
        let path = format!("/users/{user}/organizations/{organization}/make_default");
        api.put(&path, Value::Null)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }

    assert_eq!(listed(&api, user).await, [(m1, true)]);
}

/// "Existing tickets: not touched; new tickets take the new default", documented; by both routes.
#[tokio::test]
async fn k8_b36_tickets_do_not_follow_the_default() {
    let api = Api::start().await;
    let [o1, o2] = organizations(&api, ["o1", "o2"]).await;

    for by_organization in [false, true] {
        let (user, [_, m2]) = user_in(&api, [o1, o2]).await;
        let open = ticket(&api, user, o1, "open").await;
        let path = match by_organization {
            true => format!("/users/{user}/organizations/{o2}/make_default"),
            false => format!("{}/{m2}/make_default", of_user(user)),
        };

        api.put(&path, Value::Null).await.expect(200);

        assert_eq!(
            organization_of_ticket(&api, &open).await,
            json!(o1),
            "{path}"
        );
        let new =
            json!({"ticket": {"subject": "s", "comment": {"body": "c"}, "requester_id": user}});
        let new = api.post("/tickets", new).await.expect(201).json();
        assert_eq!(new["ticket"]["organization_id"], json!(o2), "{path}");
    }
}

/// "POST /users with `organization_id: o`: a default membership exists", live and recorded: every
/// route gives it.
#[tokio::test]
async fn x1_a_user_created_in_an_organization_has_a_membership_like_any_other() {
    let api = Api::start().await;
    let organization = api.organization("o").await;

    let user = json!({"user": {"name": api.name("u"), "organization_id": organization}});
    let user = api.post("/users", user).await.expect(201).json()["user"]["id"]
        .as_u64()
        .unwrap();

    let list = api.get(&of_user(user)).await.expect(200);
    assert_eq!(
        api.get(&of_organization(organization))
            .await
            .expect(200)
            .body,
        list.body
    );
    let [(id, true)] = listed(&api, user).await[..] else {
        panic!("{}", list.body)
    };
    let shown = the_membership(&api.get(&path_of(id)).await.expect(200));
    assert_eq!(shown, list.json()["organization_memberships"][0]);
    api.post(MEMBERSHIPS, membership(user, organization))
        .await
        .expect_error(422, errors::DUPLICATE_MEMBERSHIP);
}

/// "Removes all other organizations currently associated with that user"; null takes all; tickets
/// as when leaving.
#[tokio::test]
async fn x3_x4_x5_x6_setting_the_organization_of_a_user_ends_all_other_memberships() {
    let api = Api::start().await;
    let [o1, o2, o3] = organizations(&api, ["o1", "o2", "o3"]).await;

    for (row, to) in [("X3", json!(o3)), ("X4", json!(o2)), ("X5", Value::Null)] {
        let (user, [m1, m2]) = user_in(&api, [o1, o2]).await;
        let (bystander, [untouched]) = user_in(&api, [o1]).await;
        let tickets = [
            ticket(&api, user, o1, "open").await,
            ticket(&api, user, o2, "solved").await,
        ];

        let body = json!({"user": {"organization_id": to}});
        api.put(&format!("/users/{user}"), body).await.expect(200);

        let after = listed(&api, user).await;
        assert_gone(&api, user, o1, m1).await;
        match row {
            "X3" => assert!(
                matches!(after[..], [(id, true)] if id != m1 && id != m2),
                "{after:?}"
            ),
            "X4" => assert_eq!(after, [(m2, true)]),
            _ => assert_eq!(after, []),
        }
        if row != "X4" {
            assert_gone(&api, user, o2, m2).await;
        }
        assert_eq!(api.organization_of(user).await, to, "{row}");
        assert_eq!(listed(&api, bystander).await, [(untouched, true)], "{row}");
        let kept = if row == "X4" { json!(o2) } else { Value::Null };
        for (ticket, expected) in tickets.iter().zip([Value::Null, kept]) {
            let organization = api
                .settled(ticket, "/ticket/organization_id", &expected)
                .await;
            assert_eq!(organization, expected, "{row}: {ticket}");
        }
    }
}

/// "DELETE /organizations/{id}: its memberships vanish; another one of each user becomes default if
/// it was", documented.
#[tokio::test]
async fn x9_a_deleted_organization_takes_its_memberships_along() {
    let api = Api::start().await;
    let [deleted, zulu, alpha] = organizations(&api, ["deleted", "Zulu", "Alpha"]).await;
    let (was_default, [gone, lowest, highest]) = user_in(&api, [deleted, zulu, alpha]).await;
    let (was_not, [stays, also_gone]) = user_in(&api, [alpha, deleted]).await;

    api.delete(&format!("/organizations/{deleted}"))
        .await
        .expect(204);

    for membership in [gone, also_gone] {
        api.get(&path_of(membership))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
        api.delete(&path_of(membership))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    assert_eq!(
        listed(&api, was_default).await,
        [(lowest, true), (highest, false)]
    );
    assert_eq!(listed(&api, was_not).await, [(stays, true)]);
    api.get(&of_organization(deleted))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "`organization_name` follows a rename": and with it the order of the user's list.
#[tokio::test]
async fn x17_a_renamed_organization_moves_in_the_users_list() {
    let api = Api::start().await;
    let [first, alpha, beta] = organizations(&api, ["first", "Alpha", "Beta"]).await;
    let (user, [m1, m2, m3]) = user_in(&api, [first, alpha, beta]).await;
    assert_eq!(
        listed(&api, user).await,
        [(m1, true), (m2, false), (m3, false)]
    );

    let renamed = json!({"organization": {"name": api.name("Zulu")}});
    api.put(&format!("/organizations/{alpha}"), renamed)
        .await
        .expect(200);

    assert_eq!(
        listed(&api, user).await,
        [(m1, true), (m3, false), (m2, false)]
    );
    let names = api
        .get(&of_user(user))
        .await
        .expect(200)
        .each("organization_memberships", "organization_name");
    assert_eq!(
        names,
        ["first", "Beta", "Zulu"].map(|name| json!(api.name(name)))
    );
}

/// Trace T1, step by step: the default of a user from the first membership to none.
#[tokio::test]
async fn t1_life_of_a_default() {
    let api = Api::start().await;
    let [o1, o2, o3] = organizations(&api, ["Alpha", "beta", "Gamma"]).await;
    let user = api.user("u").await;
    let create = async |organization, default: Value| {
        let mut body = membership(user, organization);
        if !default.is_null() {
            body["organization_membership"]["default"] = default;
        }
        let created = the_membership(&api.post(MEMBERSHIPS, body).await.expect(201));
        (created["id"].as_u64().unwrap(), is_default(&created))
    };

    // 1 to 3: the first is the default; the second is not; the third takes it.
    let (m1, default) = create(o1, Value::Null).await;
    assert!(default);
    assert_eq!(api.organization_of(user).await, json!(o1));
    let (m2, default) = create(o2, Value::Null).await;
    assert!(!default);
    assert_eq!(api.organization_of(user).await, json!(o1));
    let (m3, default) = create(o3, json!(true)).await;
    assert!(default);
    assert_eq!(api.organization_of(user).await, json!(o3));
    assert!(!is_default(&the_membership(
        &api.get(&path_of(m1)).await.expect(200)
    )));

    // 4: Gamma, Alpha, beta.
    assert_eq!(
        listed(&api, user).await,
        [(m3, true), (m1, false), (m2, false)]
    );
    assert_eq!(
        api.get(&of_user(user)).await.expect(200).json()["count"],
        json!(3)
    );

    // 5: the same under cursor; the last page links to an empty one.
    let mut path = format!("{}?page[size]=2", of_user(user));
    for (expected, has_more) in [(vec![m3, m1], true), (vec![m2], false)] {
        let page = api.get(&path).await.expect(200);
        assert_eq!(
            ids(&page),
            expected.into_iter().map(Value::from).collect::<Vec<_>>()
        );
        assert_eq!(page.json()["meta"]["has_more"], json!(has_more));
        path = page.json()["links"]["next"].as_str().unwrap().to_owned();
    }
    let empty = api.get(&path).await.expect(200).json();
    assert_eq!(empty["organization_memberships"], json!([]));
    assert_eq!(empty["links"], json!({"prev": null, "next": null}));

    // 6: beta, Alpha, Gamma.
    let answer = make_default(&api, user, m2).await.expect(200);
    assert_eq!(ids(&answer), [m2, m1, m3].map(|id| json!(id)));
    assert_eq!(api.organization_of(user).await, json!(o2));

    // 7: the lowest id is promoted.
    api.delete(&path_of(m2)).await.expect(204);
    assert_eq!(listed(&api, user).await, [(m1, true), (m3, false)]);
    assert_eq!(api.organization_of(user).await, json!(o1));

    // 8 and 9: none is left.
    api.delete(&path_of(m1)).await.expect(204);
    assert_eq!(api.organization_of(user).await, json!(o3));
    api.delete(&path_of(m3)).await.expect(204);
    assert_eq!(api.organization_of(user).await, Value::Null);
    api.delete(&path_of(m1))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// Trace T2: "working tickets" of the user and organization combination lose their organization, by
/// each way to leave: all but closed ones, of this user and this organization only. Nothing else of
/// them changes.
#[tokio::test]
async fn t2_d6_d7_d8_d11_b36_b37_leaving_takes_the_organization_from_tickets_that_are_not_closed() {
    let api = Api::start().await;
    let [o1, o2] = organizations(&api, ["o1", "o2"]).await;

    for way in WAYS_TO_LEAVE {
        let (user, [left, _]) = user_in(&api, [o1, o2]).await;
        let (other, _) = user_in(&api, [o1]).await;
        let rows = [
            (user, o1, "new", Value::Null),
            (user, o1, "open", Value::Null),
            (user, o1, "pending", Value::Null),
            (user, o1, "hold", Value::Null),
            (user, o1, "solved", Value::Null),
            (user, o1, "closed", json!(o1)),
            (user, o2, "open", json!(o2)),
            (other, o1, "open", json!(o1)),
        ];
        let mut tickets = Vec::new();
        for (requester, organization, status, _) in &rows {
            tickets.push(ticket(&api, *requester, *organization, status).await);
        }

        api.delete(&way(user, o1, left)).await.expect(204);

        for (path, (requester, organization, status, expected)) in tickets.iter().zip(&rows) {
            api.settled(path, "/ticket/organization_id", expected).await;
            let shown = api.get(path).await.expect(200).json()["ticket"].clone();
            assert_eq!(
                shown["organization_id"], *expected,
                "{status} ticket of {requester} in {organization}"
            );
            assert_eq!(shown["status"], *status);
        }
        assert_eq!(api.organization_of(user).await, json!(o2));
    }
}
