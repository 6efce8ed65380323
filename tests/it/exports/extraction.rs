//! Programs that copy an account by incremental exports, one by time and one by cursor. They run
//! now and then while the account changes in all ways, and continue where they stopped. In the end
//! each has what the account has: at every pace of jobs, and under chaos.

use std::collections::{BTreeMap, BTreeSet};

use mock_zendesk::chaos::Chaos;
use mock_zendesk::job_statuses::{JobState, JobStatus};
use mock_zendesk::organization_merges::OrganizationMerge;

use super::*;

/// One thing that happens. The numbers choose among the records that are there.
#[derive(Clone, Debug)]
enum Act {
    Wait(u64),
    /// A request that changes something, and what it is about.
    Change(Change, usize, usize),
    /// Asks after all jobs and merges.
    Poll,
    /// Moves the next job by hand.
    Work(usize),
    /// Runs one of the programs, with pages of this size.
    Copy(usize, usize),
    /// Saves the account and loads it into another double.
    Save,
}

/// Lists the changes once, as an enum and as an array.
macro_rules! changes {
    ($($change:ident,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Change { $($change,)* }

        const CHANGES: &[Change] = &[$(Change::$change,)*];
    };
}

changes! {
    CreateUser,
    CreateOrganization,
    Tags,
    Values,
    Name,
    Role,
    Phone,
    OnlyOrganization,
    Organizations,
    Address,
    MakePrimary,
    DropIdentity,
    CreateTicket,
    CloseTicket,
    DeleteTicket,
    ValuesOfOrganization,
    Domain,
    Join,
    JoinAsDefault,
    Leave,
    MakeDefault,
    DeleteUser,
    DeletePermanently,
    DeleteOrganization,
    MergeUsers,
    MergeOrganizations,
    JoinMany,
    LeaveMany,
    UpdateMany,
    DeleteMany,
    DeleteManyOrganizations,
}

use Change::*;

fn act() -> impl Strategy<Value = Act> {
    let change = prop_oneof![
        1 => prop::sample::select(CHANGES.to_vec()),
        1 => prop::sample::select(vec![CreateUser, CreateOrganization, Join, MergeOrganizations, MergeUsers]),
    ];
    // After a minute, the oldest change that was withheld is in the last second that is shown.
    let wait = prop_oneof![1 => 0..90_u64, 1 => prop::sample::select(vec![1, 60, 61])];
    prop_oneof![
        3 => wait.prop_map(Act::Wait),
        12 => (change, 0..40_usize, 0..40_usize).prop_map(|(change, a, b)| Act::Change(change, a, b)),
        1 => Just(Act::Poll),
        1 => (0..3_usize).prop_map(Act::Work),
        3 => (0..2_usize, 1..6_usize).prop_map(|(program, per_page)| Act::Copy(program, per_page)),
        1 => Just(Act::Save),
    ]
}

fn pace() -> impl Strategy<Value = JobPace> {
    prop::sample::select(vec![
        JobPace::IMMEDIATE,
        JobPace::AfterPolls(1),
        JobPace::AfterPolls(3),
        JobPace::After(Duration::from_secs(30)),
        JobPace::Manual,
    ])
}

/// Sends a request as `send` does, but the reply may be lost.
fn try_send(zendesk: &MockZendesk, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
    let path = path.split_once("/api/v2").map_or(path, |(_, path)| path);
    let request = Request::builder()
        .method(method)
        .uri(zendesk.url(path))
        .header("content-type", "application/json")
        .header("authorization", zendesk.authorization());
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let reply = zendesk.send(request.body(body).unwrap()).ok()?;
    let wait = reply.headers().get("retry-after");
    if let Some(wait) = wait.and_then(|wait| wait.to_str().ok()?.parse().ok()) {
        zendesk.advance(Duration::from_secs(wait));
    }
    let json = serde_json::from_slice(reply.body()).unwrap_or_default();
    Some((reply.status().as_u16(), json))
}

/// Requests until there is a proper reply, as a correct program does.
fn read(zendesk: &MockZendesk, path: &str) -> (u16, Value) {
    let replies = (0..20).filter_map(|_| try_send(zendesk, "GET", path, &Value::Null));
    let mut good = replies.filter(|(status, _)| *status < 429);
    good.next().expect("chaos lets a request pass in the end")
}

/// A program that has a copy of all users, with their memberships, and of all organizations.
#[derive(Default)]
struct Program {
    by_cursor: bool,
    /// The size of its pages, which it keeps.
    per_page: Option<usize>,
    /// Where the exports of users and of organizations continue.
    places: BTreeMap<&'static str, Place>,
    users: BTreeMap<u64, Value>,
    memberships: BTreeMap<u64, BTreeSet<String>>,
    organizations: BTreeMap<u64, Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Since(u64),
    Behind(String),
}

impl Program {
    fn copy(&mut self, zendesk: &MockZendesk, per_page: usize) {
        let per_page = *self.per_page.get_or_insert(per_page);
        for row in self.export(zendesk, "users", self.by_cursor, per_page) {
            let id = row["id"].as_u64().unwrap();
            // A change of a membership has no other sign than its user, who comes again.
            self.memberships.insert(id, memberships_of(zendesk, id));
            self.users.insert(id, row);
        }
        // There is no cursor of organizations.
        for row in self.export(zendesk, "organizations", false, per_page) {
            let id = row["id"].as_u64().unwrap();
            self.organizations.insert(id, row);
        }
    }

    /// Requests all pages from where the last run stopped. Returns their rows.
    fn export(
        &mut self,
        zendesk: &MockZendesk,
        list: &'static str,
        by_cursor: bool,
        per_page: usize,
    ) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            let kind = if by_cursor { "/cursor" } else { "" };
            let from = match self.places.get(list) {
                None => "start_time=0".to_owned(),
                Some(Place::Since(time)) => format!("start_time={time}"),
                Some(Place::Behind(cursor)) => format!("cursor={cursor}"),
            };
            let path = format!("/incremental/{list}{kind}?{from}&per_page={per_page}");
            let (status, page) = read(zendesk, &path);
            assert_eq!(status, 200, "{path}: {page}");
            rows.extend(page[list].as_array().unwrap().iter().cloned());
            let end_time = page["end_time"].as_u64().map(Place::Since);
            let cursor = page["after_cursor"].as_str();
            let cursor = cursor.map(|cursor| Place::Behind(cursor.replace('=', "%3D")));
            // A page without rows has neither.
            if let Some(place) = end_time.or(cursor) {
                self.places.insert(list, place);
            }
            if page["end_of_stream"] == true {
                return rows;
            }
        }
    }

    /// Compares the copy with what the account itself shows.
    fn assert_complete(&self, zendesk: &MockZendesk) {
        let account = zendesk.account();
        let deleted: BTreeMap<u64, bool> = account
            .deleted_users()
            .iter()
            .map(|user| (user.id.get(), user.permanently_deleted))
            .collect();
        let live = account.users().into_iter().map(|user| user.id.get());
        let all: BTreeSet<u64> = live.chain(deleted.keys().copied()).collect();
        assert_eq!(self.users.keys().copied().collect::<BTreeSet<u64>>(), all);
        for (id, row) in &self.users {
            let mut shown = read(zendesk, &format!("/users/{id}")).1["user"].clone();
            if let Some(is_permanent) = deleted.get(id) {
                shown["permanently_deleted"] = json!(is_permanent);
            }
            assert_eq!(*row, shown, "by cursor: {}", self.by_cursor);
            assert_eq!(
                self.memberships[id],
                memberships_of(zendesk, *id),
                "of user {id}"
            );
        }
        let mut all: BTreeMap<u64, Value> = BTreeMap::new();
        for organization in account.organizations() {
            let id = organization.id.get();
            let mut shown =
                read(zendesk, &format!("/organizations/{id}")).1["organization"].clone();
            shown["deleted_at"] = Value::Null;
            all.insert(id, shown);
        }
        for organization in account.deleted_organizations() {
            let id = organization.id.get();
            assert_eq!(read(zendesk, &format!("/organizations/{id}")).0, 404);
            let row = self.organizations.get(&id).expect("it is exported");
            let at = organization.deleted_at.unwrap().to_string();
            assert_eq!(
                (&row["deleted_at"], &row["updated_at"]),
                (&json!(at), &json!(at))
            );
            assert_eq!(row["name"], organization.name);
            all.insert(id, row.clone());
        }
        assert_eq!(self.organizations, all);
    }
}

/// The memberships of a user: the organization, and whether it is the default.
fn memberships_of(zendesk: &MockZendesk, user: u64) -> BTreeSet<String> {
    let path = format!("/users/{user}/organization_memberships?page[size]=100");
    let mut next = Some(path);
    let mut all = BTreeSet::new();
    while let Some(path) = next {
        let (status, page) = read(zendesk, &path);
        assert_eq!(status, 200, "{path}: {page}");
        let rows = page["organization_memberships"].as_array().unwrap().iter();
        all.extend(rows.map(|row| format!("{} {}", row["organization_id"], row["default"])));
        let has_more = page["meta"]["has_more"] == true;
        next = page["links"]["next"]
            .as_str()
            .map(str::to_owned)
            .filter(|_| has_more);
    }
    all
}

/// Sends one request. Many are refused, and under chaos some are lost: whatever comes of it is what
/// the programs have to find.
fn change(zendesk: &MockZendesk, step: usize, change: Change, a: usize, b: usize) {
    let account = zendesk.account();
    let pick = |ids: &[u64], place: usize| *ids.get(place % ids.len().max(1)).unwrap_or(&7);
    // The account's owner has no row in a fixture, so nothing changes it.
    let users: Vec<u64> = account.users()[1..]
        .iter()
        .map(|user| user.id.get())
        .collect();
    let organizations = account.organizations();
    let organizations: Vec<u64> = organizations.iter().map(|row| row.id.get()).collect();
    let memberships = account.memberships();
    let memberships: Vec<u64> = memberships.iter().map(|row| row.id.get()).collect();
    let tickets = account.tickets();
    let tickets: Vec<u64> = tickets.iter().map(|ticket| ticket.id.get()).collect();
    let deleted = account.deleted_users();
    let deleted: Vec<u64> = deleted.iter().map(|user| user.id.get()).collect();
    let (user, other) = (pick(&users, a), pick(&users, b));
    let (to, from) = (pick(&organizations, b), pick(&organizations, a));
    let membership = pick(&memberships, a);
    let identities = account.identities_of_user(mock_zendesk::UserId::new(user));
    let identities: Vec<u64> = identities
        .iter()
        .map(|identity| identity.id.get())
        .collect();
    let identity = pick(&identities, b);
    let domain = |place: usize| format!("d{}.test", place % 3);
    let address = format!("u{}@{}", step % 50, domain(b));
    let value = ["gold", "tin", ""][b % 3];
    let role = ["agent", "end-user"][b % 2];
    let phone = ["+15550100", "+15550101", ""][b % 3];

    let put_user = |user: Value| {
        (
            "PUT",
            format!("/users/{}", pick(&users, a)),
            json!({ "user": user }),
        )
    };
    let put = |organization: Value| {
        let path = format!("/organizations/{}", pick(&organizations, a));
        ("PUT", path, json!({ "organization": organization }))
    };
    let join = |default: bool| {
        let row = json!({"user_id": user, "organization_id": to, "default": default});
        let path = "/organization_memberships".to_owned();
        ("POST", path, json!({ "organization_membership": row }))
    };
    let delete = |path: String| ("DELETE", path, Value::Null);
    let (method, path, body) = match change {
        CreateUser => {
            let name = format!("User {step}");
            let mut new = json!({"name": name, "external_id": format!("U{}", step % 9), "user_fields": {"tier": value}});
            if a % 2 == 0 {
                new["email"] = json!(address);
                new["verified"] = json!(b % 4 < 2);
            }
            if a % 3 == 0 {
                new["organization_id"] = json!(to);
            }
            ("POST", "/users".to_owned(), json!({ "user": new }))
        }
        CreateOrganization => {
            let new = json!({"name": format!("Organization {}", step % 25), "external_id": format!("O{}", step % 7), "domain_names": [domain(a)]});
            (
                "POST",
                "/organizations".to_owned(),
                json!({ "organization": new }),
            )
        }
        Tags => put_user(json!({"tags": [value, "t"]})),
        Values => put_user(json!({"user_fields": {"tier": value, "vip": a % 2 == 0}})),
        Name => put_user(json!({"name": format!("Renamed {step}")})),
        Role => put_user(json!({ "role": role })),
        Phone => put_user(json!({ "phone": phone })),
        OnlyOrganization => put_user(json!({"organization_id": to})),
        Organizations => put_user(json!({"organization_ids": [to, from]})),
        Address => put_user(json!({"email": address, "verified": a % 2 == 0})),
        MakePrimary => (
            "PUT",
            format!("/users/{user}/identities/{identity}/make_primary"),
            Value::Null,
        ),
        DropIdentity => delete(format!("/users/{user}/identities/{identity}")),
        CreateTicket => {
            let ticket = json!({"requester_id": user, "comment": {"body": "Ink"}});
            ("POST", "/tickets".to_owned(), json!({ "ticket": ticket }))
        }
        CloseTicket => {
            let path = format!("/tickets/{}", pick(&tickets, a));
            ("PUT", path, json!({"ticket": {"status": "closed"}}))
        }
        DeleteTicket => delete(format!("/tickets/{}", pick(&tickets, a))),
        ValuesOfOrganization => put(json!({"organization_fields": {"plan": value}})),
        Domain => put(json!({"domain_names": [domain(b)]})),
        Join => join(false),
        JoinAsDefault => join(true),
        Leave => delete(format!("/organization_memberships/{membership}")),
        MakeDefault => {
            let row = account
                .memberships()
                .into_iter()
                .find(|row| row.id.get() == membership);
            let user = row.map_or(7, |row| row.user_id.get());
            let path = format!("/users/{user}/organization_memberships/{membership}/make_default");
            ("PUT", path, Value::Null)
        }
        DeleteUser => delete(format!("/users/{user}")),
        DeletePermanently => delete(format!("/deleted_users/{}", pick(&deleted, a))),
        DeleteOrganization => delete(format!("/organizations/{from}")),
        MergeUsers => (
            "PUT",
            format!("/users/{user}/merge"),
            json!({"user": {"id": other}}),
        ),
        MergeOrganizations => {
            let body = json!({"organization_merge": {"winner_id": to}});
            ("POST", format!("/organizations/{from}/merge"), body)
        }
        JoinMany => {
            let rows = [(user, to), (other, to), (user, from)];
            let row = |(user, to)| json!({"user_id": user, "organization_id": to});
            let rows = rows.map(row);
            let path = "/organization_memberships/create_many".to_owned();
            ("POST", path, json!({ "organization_memberships": rows }))
        }
        LeaveMany => {
            let other = pick(&memberships, b);
            delete(format!(
                "/organization_memberships/destroy_many?ids={membership},{other}"
            ))
        }
        UpdateMany => {
            let body = json!({"user": {"organization_id": to, "user_fields": {"tier": value}}});
            (
                "PUT",
                format!("/users/update_many?ids={user},{other}"),
                body,
            )
        }
        DeleteMany => delete(format!("/users/destroy_many?ids={user},{other}")),
        DeleteManyOrganizations => delete(format!("/organizations/destroy_many?ids={to},{from}")),
    };
    try_send(zendesk, method, &path, &body);
}

/// Asks after all jobs and merges, which moves those that go by polls.
fn poll(zendesk: &MockZendesk) {
    try_send(zendesk, "GET", "/job_statuses", &Value::Null);
    for merge in zendesk.account().organization_merges() {
        let path = format!("/organization_merges/{}", merge.id);
        try_send(zendesk, "GET", &path, &Value::Null);
    }
}

/// Moves the next job, if there is one.
fn work(zendesk: &MockZendesk, items: usize) {
    let account = zendesk.account();
    let is_open = |job: &JobStatus| matches!(job.state, JobState::Queued | JobState::Working);
    let is_merging = |merge: &OrganizationMerge| {
        matches!(merge.status, MergeStatus::New | MergeStatus::InProgress)
    };
    if account.jobs().iter().any(is_open) || account.organization_merges().iter().any(is_merging) {
        zendesk.jobs().work_on_next(items);
    }
}

/// Loads the account into another double, at the same time.
fn copied(zendesk: &MockZendesk, maps_domains: bool) -> MockZendesk {
    let copy = double(maps(MockZendesk::builder(), maps_domains).job_pace(JobPace::Manual));
    let passed = zendesk.now().unix_seconds() - NOW;
    copy.advance(Duration::from_secs(passed));
    let fixture = zendesk.account().to_fixture();
    copy.seed().load(&fixture);
    assert_eq!(copy.account().to_fixture().to_json(), fixture.to_json());
    copy
}

fn maps(builder: MockZendeskBuilder, maps_domains: bool) -> MockZendeskBuilder {
    if maps_domains {
        builder.map_domains()
    } else {
        builder
    }
}

/// All pages of an export, with the host that both doubles have.
fn pages(zendesk: &MockZendesk, path: &str) -> Vec<Value> {
    let mut page = read(zendesk, path).1;
    let mut all = vec![page.clone()];
    while page["end_of_stream"] == false {
        let next = page["next_page"].as_str().or(page["after_url"].as_str());
        page = read(zendesk, next.unwrap()).1;
        all.push(page.clone());
    }
    all
}

proptest! {
    #![proptest_config(seeded(64))]
    #[test]
    fn ns71_ns80_ns86_ns99_ns100_ns102_programs_that_continue_have_what_the_account_has(
        acts in prop::collection::vec(act(), 1..200),
        pace in pace(),
        maps_domains in any::<bool>(),
        chaos in prop::option::of(any::<u64>()),
    ) {
        let builder = maps(MockZendesk::builder().job_pace(pace), maps_domains);
        let zendesk = double(match chaos {
            Some(seed) => builder.chaos(Chaos::seeded(seed)),
            None => builder,
        });
        let seed = zendesk.seed();
        seed.add(NewUserField::dropdown("tier", ["gold", "tin"]));
        seed.add(NewUserField::checkbox("vip").tag("vip"));
        seed.add(NewOrganizationField::text("plan"));
        // The account's owner is not in a fixture, so copies are compared from the next second on.
        zendesk.advance(Duration::from_secs(1));
        let organizations = ["A", "B", "C", "D"].map(|name| seed.organization(name).id);
        for number in 0..5 {
            let user = seed.user(format!("Member {number}")).id;
            for organization in organizations.iter().cycle().skip(number).take(2 + number % 2) {
                seed.membership(user, *organization);
            }
        }
        let by_cursor = Program { by_cursor: true, ..Program::default() };
        let mut programs = [Program::default(), by_cursor];
        let mut copies = 0;

        for (step, act) in acts.into_iter().enumerate() {
            match act {
                Act::Wait(seconds) => zendesk.advance(Duration::from_secs(seconds)),
                Act::Change(what, a, b) => change(&zendesk, step, what, a, b),
                Act::Poll => poll(&zendesk),
                Act::Work(items) => work(&zendesk, items),
                Act::Copy(program, per_page) => {
                    // Runs that follow each other at once look like one that never ends.
                    copies += 1;
                    if copies % 4 == 0 {
                        zendesk.advance(Duration::from_secs(61));
                    }
                    programs[program].copy(&zendesk, per_page);
                }
                Act::Save => drop(copied(&zendesk, maps_domains)),
            }
        }
        zendesk.jobs().run_all();
        zendesk.advance(Duration::from_secs(61));
        for program in &mut programs {
            program.copy(&zendesk, 3);
            program.assert_complete(&zendesk);
        }
        let copy = copied(&zendesk, maps_domains);
        if chaos.is_none() {
            for export in ["users", "users/cursor", "organizations", "tickets"] {
                let path = format!("/incremental/{export}?start_time={}&per_page=4", NOW + 1);
                prop_assert_eq!(pages(&zendesk, &path), pages(&copy, &path));
            }
        }
    }
}
