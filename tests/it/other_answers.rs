//! The open questions over HTTP, each with both answers, and what holds whatever the answers are.

use expect_test::expect;
use mock_zendesk::{
    Credentials, MockZendesk, MockZendeskBuilder,
    group_memberships::NewGroupMembership,
    groups::NewGroup,
    identities::NewIdentity,
    organizations::{NewOrganization, Organization},
    settings::OpenQuestion,
    user_fields::NewUserField,
    users::{self, NewUser, Role, User},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api, membership};

/// An account that has what each question needs.
struct Stage {
    zendesk: MockZendesk,
    api: Api,
    /// In Globex by default, and in Initech and Acme.
    ada: User,
    gil: User,
    hal: User,
    acme: Organization,
    globex: Organization,
    /// The external id is `h1`.
    hooli: Organization,
}

impl Stage {
    async fn with(builder: MockZendeskBuilder) -> Self {
        // Some requests are what no program should send.
        let zendesk = builder.without_verify_on_drop().start().await;
        let seed = zendesk.seed();
        let [acme, globex, initech] =
            ["Acme", "Globex", "Initech"].map(|name| seed.organization(name));
        let hooli = seed.organization(NewOrganization::new("Hooli").external_id("h1"));
        let ada = NewUser::new("Ada")
            .email("ada@example.com")
            .external_id("7");
        let ada = seed.user(ada);
        for organization in [&globex, &initech, &acme] {
            seed.membership(&ada, organization);
        }
        let agent = |name: &str| {
            let email = format!("{}@example.com", name.to_lowercase());
            seed.user(NewUser::new(name).email(email).role(Role::Agent))
        };
        let (gil, hal) = (agent("Gil"), agent("Hal"));
        seed.membership(&hal, &acme);
        let api = Api::of(&zendesk).answering_otherwise();
        Self {
            zendesk,
            api,
            ada,
            gil,
            hal,
            acme,
            globex,
            hooli,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.api.get(path).await
    }

    /// Sends a request with the credentials of a user.
    async fn send_as(&self, user: &User, method: Method, path: &str, body: Value) -> Answer {
        let email = user.email.as_deref().unwrap();
        let authorization = Credentials::api_token(email, "any").authorization();
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
        ];
        let body = body.to_string().into_bytes();
        self.api.raw(method, path, &headers, body).await
    }

    /// Creates a membership with a body as it is, and a content type.
    async fn send_raw(&self, content_type: &str, body: &str) -> Answer {
        let headers = [
            ("authorization", self.api.authorization()),
            ("content-type", content_type),
        ];
        let path = "/organization_memberships";
        let body = body.as_bytes().to_vec();
        self.api.raw(Method::POST, path, &headers, body).await
    }

    /// The names of a user's organizations, the default first.
    async fn organizations_of(&self, user: &Value) -> String {
        let path = format!("/users/{user}/organization_memberships");
        texts(
            &self.get(&path).await,
            "organization_memberships",
            "organization_name",
        )
    }

    /// The result of the only item of a job.
    async fn result(&self, queued: &Answer) -> Value {
        self.api.finished_job(queued).await["results"][0].clone()
    }
}

/// The values of a key in each record of a list.
fn texts(answer: &Answer, list: &str, key: &str) -> String {
    let each = answer.each(list, key);
    let each: Vec<&str> = each.iter().map(|text| text.as_str().unwrap()).collect();
    each.join(" ")
}

/// The keys of an object, sorted.
fn keys(object: &Value) -> String {
    let keys: Vec<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.join(" ")
}

/// What a client sees of a question.
async fn seen(question: OpenQuestion, builder: MockZendeskBuilder) -> String {
    let builder = match question {
        OpenQuestion::WrongTokenOnUsersMe => builder.credentials(Credentials::oauth("s3cret")),
        _ => builder,
    };
    let stage = Stage::with(builder).await;
    let Stage {
        zendesk,
        api,
        ada,
        gil,
        hal,
        acme,
        globex,
        hooli,
    } = &stage;
    let seed = zendesk.seed();
    let memberships = zendesk.account().memberships_of_user(ada);
    let user = format!("/users/{}", ada.id);
    let of_user = format!("{user}/organization_memberships");
    match question {
        OpenQuestion::NonDefaultValue => {
            let path = format!("/organization_memberships/{}", memberships[1].id);
            stage.get(&path).await.json()["organization_membership"]["default"].to_string()
        }
        OpenQuestion::UserListUnderCursor => {
            let list = stage.get(&format!("{of_user}?page[size]=10")).await;
            texts(&list, "organization_memberships", "organization_name")
        }
        OpenQuestion::OrganizationIdsOnWrite => {
            let body = json!({"user": {"organization_ids": [acme.id]}});
            api.put(&user, body).await.expect(200);
            stage.organizations_of(&json!(ada.id)).await
        }
        OpenQuestion::UpsertOrganization => {
            let body = json!({"user": {"external_id": "7", "organization_id": hooli.id}});
            api.post("/users/create_or_update", body).await.expect(200);
            stage.organizations_of(&json!(ada.id)).await
        }
        OpenQuestion::NamedOrganization => {
            let body = json!({"user": {"name": "Bob", "organization": {"name": "New"}}});
            api.post("/users", body).await.status.to_string()
        }
        OpenQuestion::UnknownGroup => {
            let body = json!({"organization": {"group_id": 1}});
            let path = format!("/organizations/{}", acme.id);
            api.put(&path, body).await.status.to_string()
        }
        OpenQuestion::InvalidFieldValue => {
            seed.add(NewUserField::dropdown("size", ["small"]));
            let body = json!({"user": {"user_fields": {"size": "huge"}}});
            api.put(&user, body).await.status.to_string()
        }
        OpenQuestion::WrongTokenOnUsersMe => {
            let headers = [("authorization", "Bearer wr0ng")];
            let me = api
                .raw(Method::GET, "/users/me", &headers, Vec::new())
                .await;
            me.status.to_string()
        }
        OpenQuestion::QuotedEmail => {
            seed.user(NewUser::new("Adah").email("ada.h@example.com"));
            let query = "/search?query=type:user email:\"ada@example.com\"";
            texts(&stage.get(query).await, "results", "name")
        }
        OpenQuestion::NextDefault => {
            let path = format!("/organization_memberships/{}", memberships[0].id);
            api.delete(&path).await.expect(204);
            stage.organizations_of(&json!(ada.id)).await
        }
        OpenQuestion::UnknownUser => {
            let body = membership(1, acme.id.get());
            api.post("/organization_memberships", body)
                .await
                .status
                .to_string()
        }
        OpenQuestion::ListOfDeletedUser => {
            seed.remove_user(ada);
            stage.get(&of_user).await.status.to_string()
        }
        OpenQuestion::ReplyOfMakeDefault => {
            let path = format!("{of_user}/{}/make_default", memberships[1].id);
            keys(&api.put(&path, json!(null)).await.expect(200).json())
        }
        OpenQuestion::KeptMembership => {
            let body = json!({"user": {"organization_id": globex.id}});
            api.put(&user, body).await.expect(200);
            let list = stage.get(&of_user).await;
            let is_kept = list.each("organization_memberships", "id") == [json!(memberships[0].id)];
            let names = texts(&list, "organization_memberships", "organization_name");
            format!("{names}, the same id: {is_kept}")
        }
        OpenQuestion::OrganizationsOfAgents => {
            let path = format!("/users/{}/organizations/{}", hal.id, acme.id);
            let answer = stage.send_as(gil, Method::DELETE, &path, json!({})).await;
            answer.status.to_string()
        }
        OpenQuestion::FailedCreation => {
            let item = json!({"user_id": ada.id, "organization_id": acme.id});
            let body = json!({"organization_memberships": [item]});
            let queued = api
                .post("/organization_memberships/create_many", body)
                .await;
            keys(&stage.result(&queued).await)
        }
        OpenQuestion::FailedDeletion => {
            let path = "/organization_memberships/destroy_many?ids=1";
            keys(&stage.result(&api.delete(path).await).await)
        }
        OpenQuestion::EmptyArrayOfItems => {
            let body = json!({"organization_memberships": []});
            let answer = api
                .post("/organization_memberships/create_many", body)
                .await;
            answer.status.to_string()
        }
        OpenQuestion::ItemsBeyondTheRole => {
            let item = json!({"user_id": hal.id, "organization_id": globex.id});
            let body = json!({"organization_memberships": [item]});
            let path = "/organization_memberships/create_many";
            let answer = stage.send_as(gil, Method::POST, path, body).await;
            answer.status.to_string()
        }
        OpenQuestion::IdsInBrackets => {
            let ids = format!("ids[]={}&ids[]={}", memberships[1].id, memberships[2].id);
            let path = format!("/organization_memberships/destroy_many?{ids}");
            api.delete(&path).await.status.to_string()
        }
        OpenQuestion::ListOfJobs => keys(&stage.get("/job_statuses").await.expect(200).json()),
        OpenQuestion::DeletingOneself => {
            let admin = NewUser::new("Eve")
                .email("eve@example.com")
                .role(Role::Admin);
            let admin = seed.user(admin);
            let path = format!("/users/{}", admin.id);
            let answer = stage
                .send_as(&admin, Method::DELETE, &path, json!({}))
                .await;
            answer.status.to_string()
        }
        OpenQuestion::SideloadedOrganizations => {
            let answer = stage.get(&format!("{user}?include=organizations")).await;
            texts(&answer, "organizations", "name")
        }
        OpenQuestion::SecondaryAddress => {
            seed.add(NewIdentity::email(ada, "second@example.com"));
            let found = stage.get("/users/search?query=second@example.com").await;
            texts(&found, "users", "email")
        }
        OpenQuestion::OrderOfUserSearch => {
            seed.users(["Zoe A", "Zoe B"]);
            texts(&stage.get("/users/search?query=Zoe").await, "users", "name")
        }
        OpenQuestion::UsersSearchByBoth => {
            let found = stage.get("/users/search?query=Hal&external_id=7").await;
            texts(&found, "users", "name")
        }
        OpenQuestion::UsersSearchByNothing => stage.get("/users/search").await.status.to_string(),
        OpenQuestion::OrganizationsSearchByBoth => {
            let found = stage
                .get("/organizations/search?external_id=h1&name=Acme")
                .await;
            texts(&found, "organizations", "name")
        }
        OpenQuestion::OrganizationsSearchByNothing => {
            let searched = stage.get("/organizations/search").await.status;
            let completed = stage.get("/organizations/autocomplete").await.status;
            format!("{searched} {completed}")
        }
        OpenQuestion::TakenExternalId => {
            let body = json!({"organization": {"name": "Other", "external_id": "h1"}});
            keys(&api.post("/organizations", body).await.expect(422).json()["details"])
        }
        OpenQuestion::UpsertByUnknownId => {
            let body = json!({"organization": {"id": 1, "name": "New"}});
            api.post("/organizations/create_or_update", body)
                .await
                .status
                .to_string()
        }
        OpenQuestion::BatchByExternalId => {
            let body = json!({"organizations": [{"external_id": "h1", "notes": "x"}]});
            let queued = api.put("/organizations/update_many", body).await;
            api.finished_job(&queued).await["status"].to_string()
        }
        OpenQuestion::OtherKeysOfAgents => {
            let path = format!("/organizations/{}", acme.id);
            let body = json!({"organization": {"notes": "n", "details": "d"}});
            let answer = stage.send_as(gil, Method::PUT, &path, body).await;
            let shown = stage.get(&path).await.json()["organization"].clone();
            format!("{} {} {}", answer.status, shown["notes"], shown["details"])
        }
        OpenQuestion::StatusOfTags => {
            let path = format!("/organizations/{}/tags", acme.id);
            api.post(&path, json!({"tags": ["a"]}))
                .await
                .status
                .to_string()
        }
        OpenQuestion::NextDefaultGroup => {
            let groups = ["First", "Second"].map(|name| seed.add(NewGroup::new(name)));
            for group in &groups {
                seed.add(NewGroupMembership::new(gil, group));
            }
            let list = stage
                .get(&format!("/users/{}/group_memberships", gil.id))
                .await;
            let default = list.json()["group_memberships"][0]["id"].clone();
            api.delete(&format!("/group_memberships/{default}"))
                .await
                .expect(204);
            let shown = stage.get(&format!("/users/{}", gil.id)).await.json();
            let next = &shown["user"]["default_group_id"];
            let next = groups.iter().find(|group| json!(group.id) == *next);
            next.unwrap().name.clone()
        }
        OpenQuestion::DeletingADeletedGroup => {
            let path = format!("/groups/{}", seed.add(NewGroup::new("Group")).id);
            api.delete(&path).await.expect(204);
            api.delete(&path).await.status.to_string()
        }
        OpenQuestion::NoCustomRoles => stage.get("/custom_roles").await.status.to_string(),
        OpenQuestion::FieldsUnderCursor => {
            let [one, two] = ["one", "two"].map(|key| seed.add(NewUserField::text(key)));
            let body = json!({"user_field_ids": [two.id, one.id]});
            api.put("/user_fields/reorder", body).await.expect(200);
            texts(
                &stage.get("/user_fields?page[size]=10").await,
                "user_fields",
                "key",
            )
        }
        OpenQuestion::SearchWithoutQuery => stage.get("/search").await.status.to_string(),
        OpenQuestion::OrganizationOfATicket => {
            seed.ticket(ada, "Help");
            let found = stage
                .get("/search?query=type:ticket organization:Acme")
                .await;
            found.json()["count"].to_string()
        }
        OpenQuestion::EmptyExportPage => {
            let page = stage.get("/incremental/users?start_time=0").await.json();
            format!("{} {}", page["end_time"], page["next_page"].is_null())
        }
        OpenQuestion::PageOutOfRange => {
            let paths =
                ["per_page=101", "per_page=0", "page=0"].map(|query| format!("/users?{query}"));
            let mut statuses = Vec::new();
            for path in paths {
                statuses.push(stage.get(&path).await.status.to_string());
            }
            statuses.join(" ")
        }
        OpenQuestion::CursorErrors => {
            keys(&stage.get("/users?page[after]=x").await.expect(400).json())
        }
        OpenQuestion::MalformedJson => {
            let answer = stage.send_raw("application/json", "{").await.expect(400);
            answer.header("content-type").unwrap().to_owned()
        }
        OpenQuestion::PluralRoot => {
            let body = json!({"organization_memberships": []});
            api.post("/organization_memberships", body)
                .await
                .status
                .to_string()
        }
        OpenQuestion::BodyOfAnotherType => {
            stage.send_raw("text/plain", "{}").await.status.to_string()
        }
        OpenQuestion::SuspendedCaller => {
            let sue = NewUser::new("Sue").email("sue@example.com").suspended();
            let sue = seed.user(sue);
            let answer = stage
                .send_as(&sue, Method::GET, "/users/me", json!({}))
                .await;
            answer.status.to_string()
        }
        OpenQuestion::UndocumentedAttributes => {
            let attribute = &stage.get(&user).await.json()["user"]["undocumented_attribute"];
            attribute.to_string()
        }
        question => panic!("{question} has no scene here"),
    }
}

#[tokio::test]
async fn a_client_sees_both_answers_to_each_question() {
    let mut table = String::new();
    for question in OpenQuestion::all() {
        let usual = seen(question, MockZendesk::builder()).await;
        let other = seen(question, MockZendesk::builder().other_answer(question)).await;
        assert_ne!(usual, other, "{question} is not asked");
        table += &format!("{question}: {usual} | {other}\n");
    }
    expect![[r#"
        NonDefaultValue: null | false
        UserListUnderCursor: Globex Acme Initech | Globex Initech Acme
        OrganizationIdsOnWrite: Acme | Globex Acme Initech
        UpsertOrganization: Hooli | Globex Acme Hooli Initech
        NamedOrganization: 201 | 404
        UnknownGroup: 422 | 200
        InvalidFieldValue: 422 | 200
        WrongTokenOnUsersMe: 401 | 200
        QuotedEmail: Ada | Ada Adah
        NextDefault: Initech Acme | Acme Initech
        UnknownUser: 422 | 404
        ListOfDeletedUser: 200 | 404
        ReplyOfMakeDefault: count next_page organization_memberships previous_page | organization_memberships
        KeptMembership: Globex, the same id: true | Globex, the same id: false
        OrganizationsOfAgents: 403 | 204
        FailedCreation: details error index | action details error id success
        FailedDeletion: action details error id success | details error id index
        EmptyArrayOfItems: 200 | 400
        ItemsBeyondTheRole: 200 | 403
        IdsInBrackets: 200 | 400
        ListOfJobs: job_statuses links meta | count job_statuses next_page previous_page
        DeletingOneself: 403 | 422
        SideloadedOrganizations: Globex | Acme Globex Initech
        SecondaryAddress: ada@example.com | second@example.com
        OrderOfUserSearch: Zoe A Zoe B | Zoe B Zoe A
        UsersSearchByBoth: Ada | Hal
        UsersSearchByNothing: 200 | 400
        OrganizationsSearchByBoth: Hooli | Acme
        OrganizationsSearchByNothing: 400 400 | 200 200
        TakenExternalId: external_id | name
        UpsertByUnknownId: 404 | 201
        BatchByExternalId: "failed" | "completed"
        OtherKeysOfAgents: 403 null null | 200 "n" null
        StatusOfTags: 201 | 200
        NextDefaultGroup: First | Second
        DeletingADeletedGroup: 404 | 204
        NoCustomRoles: 200 | 403
        FieldsUnderCursor: one two | two one
        SearchWithoutQuery: 400 | 200
        OrganizationOfATicket: 0 | 1
        EmptyExportPage: null true | 0 false
        PageOutOfRange: 200 200 200 | 400 400 400
        CursorErrors: description error | errors
        MalformedJson: text/plain; charset=utf-8 | application/json; charset=utf-8
        PluralRoot: 400 | 422
        BodyOfAnotherType: 400 | 415
        SuspendedCaller: 401 | 403
        UndocumentedAttributes: null | ["undocumented_attribute"]
    "#]].assert_eq(&table);
}

#[tokio::test]
async fn a_failure_text_says_which_questions_have_the_other_answer() {
    let few = MockZendesk::builder().other_answer(OpenQuestion::NextDefault);
    let many = OpenQuestion::all().take(5);
    let many = many.fold(MockZendesk::builder(), MockZendeskBuilder::other_answer);
    let all = MockZendesk::builder().all_other_answers();
    let of_few = expect![[
        r#"note: the double gives the other answer to these open questions: NextDefault"#
    ]];
    let of_many = expect![[
        r#"note: the double gives the other answer to these open questions: NonDefaultValue, UserListUnderCursor, OrganizationIdsOnWrite and 2 more"#
    ]];
    let of_all = expect![[
        r#"note: the double gives the other answer to every open question, as `all_other_answers` asks for"#
    ]];
    let rows = [
        (MockZendesk::builder(), None),
        (few, Some(of_few)),
        (many, Some(of_many)),
        (all, Some(of_all)),
    ];
    for (builder, expected) in rows {
        let zendesk = builder.start().await;
        let failure = zendesk.calls().of(users::CREATE).try_assert_once();
        let text = failure.unwrap_err().to_string();
        let note = text.lines().find(|line| line.starts_with("note: "));
        match expected {
            Some(expected) => expected.assert_eq(note.unwrap()),
            None => assert_eq!(note, None),
        }
    }
}

/// The answers that no test would show to be asked: an entry of the list says something else.
#[test]
fn each_question_is_a_question_with_two_answers() {
    for question in OpenQuestion::all() {
        let (text, usual, other) = (question.question(), question.usual(), question.other());
        assert!(text.ends_with('?'), "{question}: {text}");
        assert_ne!(usual, other, "{question}");
        for answer in [usual, other] {
            assert!(!answer.ends_with('.'), "{question}: {answer}");
        }
        assert!(question.evidence().ends_with('.'), "{question}");
        assert!(!question.rows().is_empty(), "{question}");
    }
}

#[tokio::test]
async fn one_answer_can_be_taken_out_of_all_the_others() {
    let question = OpenQuestion::NonDefaultValue;
    for (builder, expected) in [
        (MockZendesk::builder().all_other_answers(), "false"),
        (
            MockZendesk::builder()
                .all_other_answers()
                .usual_answer(question),
            "null",
        ),
    ] {
        assert_eq!(seen(question, builder).await, expected);
    }
}
