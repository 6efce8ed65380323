//! Checks that a seed can set every attribute that a request may write on creation, with the same
//! effect.

use std::collections::BTreeSet;

use http::Request;
use serde_json::{Value, json};

use crate::base::ids::{GroupId, OrganizationId, UserId};
use crate::base::record::{AttributeList as _, AttributesOf, Record};
use crate::handle::zendesk::MockZendesk;
use crate::resources::custom_fields::model::{
    FieldType, NewOrganizationField, NewUserField, UserField,
};
use crate::resources::group_memberships::model::{GroupMembership, NewGroupMembership};
use crate::resources::groups::model::{Group, NewGroup};
use crate::resources::identities::model::IdentityType;
use crate::resources::organization_memberships::model::Membership;
use crate::resources::organizations::model::{NewOrganization, Organization};
use crate::resources::tickets::model::{
    NewTicket, Ticket, TicketPriority, TicketStatus, TicketType,
};
use crate::resources::users::model::{NewUser, Role, TicketRestriction, User};

/// A double with the records that others refer to.
struct Scene {
    zendesk: MockZendesk,
    ids: Ids,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ids {
    /// In Acme, by default, and in Globex.
    ada: UserId,
    /// Without an organization.
    bob: UserId,
    /// In the account's default group.
    grace: UserId,
    heidi: UserId,
    acme: OrganizationId,
    globex: OrganizationId,
    hooli: OrganizationId,
    tier_2: GroupId,
    tier_3: GroupId,
}

impl Scene {
    fn new() -> Self {
        let zendesk = MockZendesk::builder().without_socket();
        let seed = zendesk.seed();
        let agent = |name: &str| seed.user(NewUser::new(name).role(Role::Agent)).id;
        let ids = Ids {
            ada: seed.user("Ada").id,
            bob: seed.user("Bob").id,
            grace: agent("Grace"),
            heidi: agent("Heidi"),
            acme: seed.organization("Acme").id,
            globex: seed.organization("Globex").id,
            hooli: seed.organization("Hooli").id,
            tier_2: seed.add(NewGroup::new("Tier 2")).id,
            tier_3: seed.add(NewGroup::new("Tier 3")).id,
        };
        seed.membership(ids.ada, ids.acme);
        seed.membership(ids.ada, ids.globex);
        seed.add(NewUserField::text("plan"));
        seed.add(NewOrganizationField::text("plan"));
        Self { zendesk, ids }
    }

    fn send(&self, method: &str, path: &str, body: &str) -> String {
        let request = Request::builder()
            .method(method)
            .uri(self.zendesk.url(path))
            .header("authorization", self.zendesk.authorization())
            .header("content-type", "application/json")
            .body(body)
            .expect("a request");
        let reply = self.zendesk.send(request).expect("no fault is planned");
        let body = String::from_utf8(reply.body().clone()).expect("text");
        assert!(
            reply.status().is_success(),
            "{method} {path}: {} {body}",
            reply.status()
        );
        body
    }
}

/// One attribute: its key, the attributes that it requires, its value, and the seed with all of
/// them.
type Row<N> = (&'static str, Value, Value, N);

/// A kind of record that requests create and tests seed.
struct Case<N> {
    /// The root key of its requests.
    root: &'static str,
    /// The attributes of the smallest valid request.
    plain: Value,
    /// The attributes that the double reads and does not keep.
    not_kept: &'static [&'static str],
    /// Seeds a record, and returns its id.
    put: fn(&MockZendesk, N) -> u64,
    rows: Vec<Row<N>>,
}

impl<N> Case<N> {
    fn check<R: Record>(self) {
        let rows = self.rows.iter().map(|(key, ..)| *key);
        let named: BTreeSet<&str> = rows.chain(self.not_kept.iter().copied()).collect();
        let writable = AttributesOf::<R>::LIST.permitted("POST");
        assert_eq!(
            named,
            writable.into_iter().collect(),
            "a request may write these attributes of a new {}: each needs a setter, and a row here",
            R::KIND
        );
        for (key, with, value, new) in self.rows {
            let others = merged(&self.plain, &with);
            let created = shown::<R>(self.root, &merged(&others, &json!({key: value})));
            assert_ne!(
                created,
                shown::<R>(self.root, &others),
                "{key} of the row changes nothing"
            );

            let scene = Scene::new();
            let id = (self.put)(&scene.zendesk, new);
            assert_eq!(
                scene.send("GET", &format!("/{}/{id}", R::PATH), ""),
                created,
                "{key}: a seeded {} and a created one",
                R::KIND
            );
        }
    }
}

/// Returns a record that a request with these attributes creates, as a later request shows it.
fn shown<R: Record>(root: &str, attributes: &Value) -> String {
    let scene = Scene::new();
    let body = json!({root: attributes}).to_string();
    let reply = scene.send("POST", &format!("/{}", R::PATH), &body);
    let reply: Value = serde_json::from_str(&reply).expect("JSON");
    scene.send("GET", &format!("/{}/{}", R::PATH, reply[root]["id"]), "")
}

fn merged(one: &Value, other: &Value) -> Value {
    let mut merged = one.as_object().expect("an object").clone();
    merged.extend(other.as_object().expect("an object").clone());
    Value::Object(merged)
}

fn none() -> Value {
    json!({})
}

#[test]
fn every_double_gives_the_same_ids() {
    assert_eq!(Scene::new().ids, Scene::new().ids);
}

#[test]
fn every_writable_attribute_of_a_user_has_a_setter() {
    let ids = Scene::new().ids;
    let new = || NewUser::new("Cid");
    let agent = json!({"role": "agent"});
    let case = Case {
        root: "user",
        plain: json!({"name": "Cid"}),
        not_kept: &["skip_verify_email", "password"],
        put: |zendesk, new: NewUser| zendesk.seed().user(new).id.get(),
        rows: vec![
            ("name", none(), json!("Cy"), NewUser::new("Cy")),
            ("email", none(), json!("c@d.e"), new().email("c@d.e")),
            ("time_zone", none(), json!("UTC"), new().time_zone("UTC")),
            ("phone", none(), json!("+1555"), new().phone("+1555")),
            (
                "organization_id",
                none(),
                json!(ids.acme),
                new().organization_id(ids.acme),
            ),
            (
                "organization_ids",
                none(),
                json!([ids.globex, ids.acme]),
                new().organization_ids([ids.globex, ids.acme]),
            ),
            (
                "organization",
                none(),
                json!({"name": "Hooli"}),
                new().organization("Hooli"),
            ),
            (
                "identities",
                none(),
                json!([{"type": "email", "value": "c@f.g"}]),
                new().identity(IdentityType::Email, "c@f.g"),
            ),
            ("role", none(), json!("agent"), new().role(Role::Agent)),
            ("verified", none(), json!(true), new().verified()),
            ("external_id", none(), json!("7"), new().external_id("7")),
            ("tags", none(), json!(["a", "b"]), new().tags(["a", "b"])),
            ("alias", none(), json!("count"), new().alias("count")),
            ("signature", none(), json!("C."), new().signature("C.")),
            ("details", none(), json!("Here"), new().details("Here")),
            ("notes", none(), json!("Late"), new().notes("Late")),
            (
                "ticket_restriction",
                none(),
                json!("organization"),
                new().ticket_restriction(TicketRestriction::Organization),
            ),
            (
                "only_private_comments",
                agent.clone(),
                json!(true),
                new().role(Role::Agent).only_private_comments(),
            ),
            ("suspended", none(), json!(true), new().suspended()),
            (
                "user_fields",
                none(),
                json!({"plan": "gold"}),
                new().user_field("plan", "gold"),
            ),
            (
                "default_group_id",
                agent,
                json!(ids.tier_2),
                new().role(Role::Agent).default_group_id(ids.tier_2),
            ),
        ],
    };
    case.check::<User>();
}

#[test]
fn every_writable_attribute_of_an_organization_has_a_setter() {
    let ids = Scene::new().ids;
    let new = || NewOrganization::new("Initech");
    let case = Case {
        root: "organization",
        plain: json!({"name": "Initech"}),
        not_kept: &[],
        put: |zendesk, new: NewOrganization| zendesk.seed().organization(new).id.get(),
        rows: vec![
            (
                "name",
                none(),
                json!("Initrode"),
                NewOrganization::new("Initrode"),
            ),
            (
                "shared_tickets",
                none(),
                json!(true),
                new().shared_tickets(),
            ),
            (
                "shared_comments",
                none(),
                json!(true),
                new().shared_comments(),
            ),
            ("external_id", none(), json!("7"), new().external_id("7")),
            (
                "domain_names",
                none(),
                json!(["a.b"]),
                new().domain_names(["a.b"]),
            ),
            ("details", none(), json!("Here"), new().details("Here")),
            ("notes", none(), json!("Late"), new().notes("Late")),
            (
                "group_id",
                none(),
                json!(ids.tier_2),
                new().group_id(ids.tier_2),
            ),
            ("tags", none(), json!(["a", "b"]), new().tags(["a", "b"])),
            (
                "organization_fields",
                none(),
                json!({"plan": "gold"}),
                new().organization_field("plan", "gold"),
            ),
        ],
    };
    case.check::<Organization>();
}

#[test]
fn every_writable_attribute_of_a_custom_field_has_a_setter() {
    let new = || NewUserField::text("tier");
    let of_type = |field_type: &str| json!({"type": field_type});
    let options = json!([{"name": "Gold", "value": "gold"}, {"name": "tin", "value": "tin"}]);
    let case = Case {
        root: "user_field",
        plain: json!({"key": "tier", "title": "tier"}),
        // They are the title and the description.
        not_kept: &["raw_title", "raw_description"],
        put: |zendesk, new: NewUserField| zendesk.seed().add(new).id.get(),
        rows: vec![
            (
                "type",
                none(),
                json!("textarea"),
                NewUserField::new("tier", FieldType::Textarea),
            ),
            (
                "key",
                none(),
                json!("other"),
                NewUserField::text("other").title("tier"),
            ),
            ("title", none(), json!("Tier"), new().title("Tier")),
            ("description", none(), json!("D"), new().description("D")),
            // A field without a position is behind `plan`.
            ("position", none(), json!(0), new().position(0)),
            ("active", none(), json!(false), new().inactive()),
            (
                "regexp_for_validation",
                of_type("regexp"),
                json!("[a-z]"),
                NewUserField::regexp("tier", "[a-z]"),
            ),
            (
                "tag",
                of_type("checkbox"),
                json!("vip"),
                NewUserField::checkbox("tier").tag("vip"),
            ),
            (
                "relationship_target_type",
                of_type("lookup"),
                json!("zen:user"),
                NewUserField::new("tier", FieldType::Lookup).relationship_target_type("zen:user"),
            ),
        ],
    };
    let scene = Scene::new();
    let field = json!({"user_field": {
        "key": "tier", "title": "tier", "type": "dropdown", "custom_field_options": options
    }});
    scene.send("POST", "/user_fields", &field.to_string());
    let seeded = Scene::new();
    let new = NewUserField::dropdown("tier", [""; 0]).option("Gold", "gold");
    seeded.zendesk.seed().add(new.option("tin", "tin"));
    let [created, seeded] = [scene, seeded].map(|scene| scene.send("GET", "/user_fields/tier", ""));
    assert_eq!(created, seeded, "custom_field_options");
    let not_kept = [case.not_kept, &["custom_field_options"]].concat();
    let case = Case {
        not_kept: not_kept.leak(),
        ..case
    };
    case.check::<UserField>();
}

#[test]
fn every_writable_attribute_of_a_ticket_has_a_setter() {
    let ids = Scene::new().ids;
    // `seed().ticket(…)` names the requester itself.
    let by_ada = |new: NewTicket| (ids.ada, new);
    let new = || NewTicket::new("Ink");
    let case = Case {
        root: "ticket",
        plain: json!({
            "subject": "Ink", "description": "Ink", "requester_id": ids.ada, "submitter_id": ids.ada
        }),
        // A seed takes the requester as a separate argument.
        not_kept: &["requester"],
        put: |zendesk, (requester, new): (UserId, NewTicket)| {
            zendesk.seed().ticket(requester, new).id.get()
        },
        rows: vec![
            (
                "subject",
                json!({"description": "Toner"}),
                json!("Toner"),
                by_ada(NewTicket::new("Toner")),
            ),
            (
                "requester_id",
                json!({"submitter_id": ids.bob}),
                json!(ids.bob),
                (ids.bob, new()),
            ),
            (
                "external_id",
                none(),
                json!("7"),
                by_ada(new().external_id("7")),
            ),
            (
                "type",
                none(),
                json!("task"),
                by_ada(new().ticket_type(TicketType::Task)),
            ),
            (
                "description",
                none(),
                json!("Black"),
                by_ada(new().description("Black")),
            ),
            (
                "comment",
                none(),
                json!({"body": "Black"}),
                by_ada(new().comment("Black")),
            ),
            (
                "priority",
                none(),
                json!("low"),
                by_ada(new().priority(TicketPriority::Low)),
            ),
            (
                "status",
                none(),
                json!("hold"),
                by_ada(new().status(TicketStatus::Hold)),
            ),
            (
                "submitter_id",
                none(),
                json!(ids.bob),
                by_ada(new().submitter_id(ids.bob)),
            ),
            (
                "assignee_id",
                none(),
                json!(ids.grace),
                by_ada(new().assignee_id(ids.grace)),
            ),
            (
                "organization_id",
                none(),
                json!(ids.globex),
                by_ada(new().organization_id(ids.globex)),
            ),
            (
                "group_id",
                none(),
                json!(ids.tier_2),
                by_ada(new().group_id(ids.tier_2)),
            ),
            (
                "tags",
                none(),
                json!(["a", "b"]),
                by_ada(new().tags(["a", "b"])),
            ),
        ],
    };
    case.check::<Ticket>();
}

#[test]
fn every_writable_attribute_of_a_group_has_a_setter() {
    let new = || NewGroup::new("Tier 4");
    let case = Case {
        root: "group",
        plain: json!({"name": "Tier 4"}),
        not_kept: &[],
        put: |zendesk, new: NewGroup| zendesk.seed().add(new).id.get(),
        rows: vec![
            ("name", none(), json!("Tier 5"), NewGroup::new("Tier 5")),
            (
                "description",
                none(),
                json!("Last"),
                new().description("Last"),
            ),
            ("is_public", none(), json!(false), new().private()),
        ],
    };
    case.check::<Group>();
}

#[test]
fn every_writable_attribute_of_a_group_membership_has_a_setter() {
    let ids = Scene::new().ids;
    let new = NewGroupMembership::new;
    let case = Case {
        root: "group_membership",
        plain: json!({"user_id": ids.grace, "group_id": ids.tier_2}),
        not_kept: &[],
        put: |zendesk, new: NewGroupMembership| zendesk.seed().add(new).id.get(),
        rows: vec![
            (
                "user_id",
                none(),
                json!(ids.heidi),
                new(ids.heidi, ids.tier_2),
            ),
            (
                "group_id",
                none(),
                json!(ids.tier_3),
                new(ids.grace, ids.tier_3),
            ),
            (
                "default",
                none(),
                json!(true),
                new(ids.grace, ids.tier_2).default_group(),
            ),
        ],
    };
    case.check::<GroupMembership>();
}

#[test]
fn every_writable_attribute_of_an_organization_membership_can_be_seeded() {
    let ids = Scene::new().ids;
    let case = Case {
        root: "organization_membership",
        plain: json!({"user_id": ids.ada, "organization_id": ids.hooli}),
        not_kept: &[],
        put: |zendesk, (user, organization, is_default): (UserId, OrganizationId, bool)| {
            let seed = zendesk.seed();
            let membership = if is_default {
                seed.default_membership(user, organization)
            } else {
                seed.membership(user, organization)
            };
            membership.id.get()
        },
        rows: vec![
            (
                "user_id",
                none(),
                json!(ids.bob),
                (ids.bob, ids.hooli, false),
            ),
            (
                "organization_id",
                json!({"user_id": ids.bob}),
                json!(ids.acme),
                (ids.bob, ids.acme, false),
            ),
            ("default", none(), json!(true), (ids.ada, ids.hooli, true)),
        ],
    };
    case.check::<Membership>();
}
