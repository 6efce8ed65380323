//! What the hostile clients send: some of it is correct, most is wrong in one way, and some is not
//! HTTP at all. Some records of the account are later than its clock.

use mock_zendesk::Account;

/// The time of the double's clock, in seconds since 1970.
pub(super) const NOW: u64 = 1_725_648_720;

/// How much later than that some records were created and updated, in seconds.
pub(super) const LATER: u64 = 3_600;

/// Random numbers that are derived from a seed.
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub(super) fn happens(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

/// The ids and cursors that requests name. Most of them exist at some time.
pub(super) struct Known {
    users: Vec<u64>,
    organizations: Vec<u64>,
    memberships: Vec<u64>,
    fields: Vec<u64>,
    /// The cursors of first pages.
    cursors: Vec<String>,
}

impl Known {
    pub(super) fn of(account: &Account, cursors: Vec<String>) -> Self {
        let users = account.users().iter().map(|user| user.id.get()).collect();
        let organizations = account
            .organizations()
            .iter()
            .map(|organization| organization.id.get())
            .collect();
        let memberships = account
            .memberships()
            .iter()
            .map(|membership| membership.id.get())
            .collect();
        let fields = account.user_fields();
        let fields = fields.iter().map(|field| field.id.get()).collect();
        Self {
            users,
            organizations,
            memberships,
            fields,
            cursors,
        }
    }
}

/// Returns a time in seconds since 1970: around the clock, around the records that are later, or at
/// the ends of what can be written.
fn time(draw: &mut Draw) -> String {
    let far = [0, 1, 253_402_300_799, i64::MAX as u64, u64::MAX];
    let around = [NOW, NOW + LATER];
    match draw.below(3) {
        0 => draw.of(&far).to_string(),
        _ => (draw.of(&around) - 62 + draw.next() % 64).to_string(),
    }
}

/// Returns words of the search, all of which the double implements: it answers the others with 501.
fn sought(draw: &mut Draw, organization: u64) -> String {
    let words = [
        "type:user",
        "type:organization",
        "type:ticket",
        "N1",
        "name:O*",
        "-\"x",
        "created>1",
        "created%3C=2024-09-06T19:52:00Z",
        "updated>2024-13-99",
        "created%3C99999999999999999999",
        "role:agent",
        "tags:none",
        "plan:none",
        "order_by:created",
        "sort:desc",
        "%00",
    ];
    let mut words: Vec<String> = (0..draw.below(4))
        .map(|_| (*draw.of(&words)).to_owned())
        .collect();
    if draw.happens(20) {
        words.push(format!("organization:{organization}"));
    }
    words.join("%20")
}

pub(super) fn request(draw: &mut Draw, known: &Known) -> Vec<u8> {
    let (user, organization) = (*draw.of(&known.users), *draw.of(&known.organizations));
    let membership = *draw.of(&known.memberships);
    let (field, cursor) = (*draw.of(&known.fields), draw.of(&known.cursors).clone());
    let kind = *draw.of(&["users", "organizations", "tickets"]);
    let odd = [
        "null",
        "-1",
        "\"x\"",
        "[]",
        "{}",
        "1e400",
        "99999999999999999999999",
        "true",
        "\"\\u0000\"",
        "1.5",
    ];
    let id = |draw: &mut Draw, id: u64| {
        if draw.happens(80) {
            id.to_string()
        } else {
            (*draw.of(&odd)).to_owned()
        }
    };
    let pair = |draw: &mut Draw| {
        let (user, organization) = (id(draw, user), id(draw, organization));
        let default = *draw.of(&["true", "false", "null", "7"]);
        format!("{{\"user_id\":{user},\"organization_id\":{organization},\"default\":{default}}}")
    };
    let paths = [
        "/organization_memberships".to_owned(),
        "/organization_memberships.json".to_owned(),
        format!("/organization_memberships/{membership}"),
        "/organization_memberships/create_many".to_owned(),
        format!(
            "/organization_memberships/destroy_many?ids={membership},{}",
            draw.next() % 100
        ),
        format!("/users/{user}/organization_memberships"),
        format!("/users/{user}/organization_memberships/{membership}/make_default"),
        format!("/users/{user}/organizations/{organization}"),
        format!("/organizations/{organization}"),
        format!("/organizations/{organization}/users"),
        format!("/users/{user}"),
        "/users".to_owned(),
        "/organizations".to_owned(),
        "/groups".to_owned(),
        "/group_memberships".to_owned(),
        "/tickets".to_owned(),
        "/job_statuses".to_owned(),
        "/users/me".to_owned(),
        "/users/search?query=n".to_owned(),
        "/users/create_or_update".to_owned(),
        "/users/create_or_update_many".to_owned(),
        format!("/users/update_many?ids={user},{}", draw.next() % 100),
        format!("/users/{user}/merge"),
        format!("/users/{user}/identities"),
        format!("/users/{user}/tags"),
        format!("/deleted_users/{user}"),
        "/organizations/create_or_update".to_owned(),
        "/organizations/search?external_id=x".to_owned(),
        "/organizations/autocomplete?name=O".to_owned(),
        format!("/organizations/{organization}/merge"),
        "/organization_subscriptions".to_owned(),
        "/user_fields".to_owned(),
        format!("/user_fields/{field}"),
        format!("/user_fields/{field}/options"),
        "/user_fields/reorder".to_owned(),
        format!("/search?query={}", sought(draw, organization)),
        format!("/search/count?query={}", sought(draw, organization)),
        format!(
            "/search/export?filter[type]=user&page[size]=3&query={}",
            sought(draw, organization)
        ),
        format!("/search/export?filter[type]=user&query=N&page[after]={cursor}"),
        format!("/incremental/{kind}?per_page=3&start_time={}", time(draw)),
        format!("/incremental/{kind}?start_time={}", time(draw)),
        format!("/incremental/{kind}/cursor?start_time={}", time(draw)),
        format!("/incremental/{kind}/cursor?per_page=3&cursor={cursor}"),
        format!("/incremental/{kind}?start_time=x"),
        "/nowhere".to_owned(),
        "/users/../../x%00y".to_owned(),
        format!("/{}", "a/".repeat(draw.below(200))),
    ];
    let queries = [
        "",
        "",
        "",
        "?page[size]=2",
        "?page=2&per_page=1",
        "?page[after]=zzz",
        "?page=-1",
        "?include=users,organizations",
        "?page[size]=0",
        "?per_page=99999999999999999999",
        "?%ff%fe=%00",
        "?ids=1,2,3",
        "?sort=-id&page[size]=3",
    ];
    let method = *draw.of(&[
        "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "get",
        "FOO",
    ]);
    let body = match draw.below(12) {
        0..=3 => format!("{{\"organization_membership\":{}}}", pair(draw)),
        4 => format!(
            "{{\"organization_memberships\":[{},{}]}}",
            pair(draw),
            pair(draw)
        ),
        5 => format!(
            "{{\"user\":{{\"name\":\"N{}\",\"organization_id\":{organization}}}}}",
            draw.next() % 50
        ),
        6 => format!(
            "{{\"organization\":{{\"name\":\"O{}\",\"external_id\":{}}}}}",
            draw.next() % 50,
            *draw.of(&odd)
        ),
        7 => "{\"organization_membership\":{\"user_id\":".to_owned(),
        8 => format!(
            "{{\"user_field\":{{\"type\":\"{}\",\"key\":\"k{}\",\"title\":{}}}}}",
            draw.of(&["text", "integer", "dropdown", "date", "x"]),
            draw.next() % 20,
            draw.of(&["\"T\"", "null", "7"])
        ),
        9 => format!(
            "{{\"user\":{{\"name\":\"N1\",\"user_fields\":{{\"plan\":{}}}}}}}",
            draw.of(&odd)
        ),
        10 => "[".repeat(draw.below(300)),
        _ => String::new(),
    };
    let path = draw.of(&paths);
    let query = if path.contains('?') {
        ""
    } else {
        *draw.of(&queries)
    };
    let credentials = *draw.of(&[
        "Basic b3duZXI6eA==",
        "Basic b3duZXI6eA==",
        "Basic b3duZXI6eA==",
        "Basic ///",
        "Bearer",
        "x",
    ]);
    let content_type = if draw.happens(90) {
        "application/json"
    } else {
        "text/plain"
    };
    let long = if draw.happens(2) {
        format!("x-long: {}\r\n", "y".repeat(draw.below(20_000)))
    } else {
        String::new()
    };
    format!(
        "{method} /api/v2{path}{query} HTTP/1.1\r\nhost: zendesk\r\nauthorization: {credentials}\r\n\
         content-type: {content_type}\r\n{long}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Spoils the bytes of a request, so that they are not a valid request any more.
pub(super) fn spoil(draw: &mut Draw, bytes: &mut Vec<u8>) {
    match draw.below(4) {
        0 => bytes.truncate(draw.below(bytes.len())),
        1 => {
            let at = draw.below(bytes.len());
            bytes[at] = draw.next() as u8;
        }
        2 => bytes.splice(0..0, [0x16, 3, 1, 2]).for_each(drop),
        _ => {
            let at = draw.below(bytes.len());
            bytes.insert(at, b'\n');
        }
    }
}
