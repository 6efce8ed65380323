//! Sends hostile requests. Nothing may panic, no reply may be a 5xx, and the account must stay
//! consistent.
//!
//! Some requests are correct, most are wrong in one way, and some are not HTTP at all. 64 clients
//! send them in parallel, each derived from a seed, and break off anywhere.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mock_zendesk::{Account, MockZendesk, fixtures::Plan};
use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::measure::Row;

use super::{CLIENTS, check, double};

/// How many replies each kind of double must give.
const PLAIN: u64 = 1_000_000;
const THROUGH_WIREMOCK: u64 = 250_000;

/// How long a client waits for a reply before it reports the request as unanswered.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

static PANICS: AtomicU64 = AtomicU64::new(0);

/// What the clients saw.
#[derive(Default)]
struct Seen {
    by_status: BTreeMap<u16, u64>,
    /// Connections that were closed without a reply, which is correct for requests that are not
    /// HTTP.
    closed: u64,
    /// Requests without a reply in time.
    unanswered: u64,
}

impl Seen {
    fn add(&mut self, other: Self) {
        for (status, count) in other.by_status {
            *self.by_status.entry(status).or_default() += count;
        }
        self.closed += other.closed;
        self.unanswered += other.unanswered;
    }

    fn replies(&self) -> u64 {
        self.by_status.values().sum()
    }

    fn of(&self, class: u16) -> u64 {
        self.by_status
            .iter()
            .filter(|(status, _)| *status / 100 == class)
            .map(|(_, count)| count)
            .sum()
    }
}

/// Random numbers that are derived from a seed.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn happens(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

/// The ids that requests name. Most of them exist at some time.
struct Ids {
    users: Vec<u64>,
    organizations: Vec<u64>,
    memberships: Vec<u64>,
}

impl Ids {
    fn of(account: &Account) -> Self {
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
        Self {
            users,
            organizations,
            memberships,
        }
    }
}

fn request(draw: &mut Draw, ids: &Ids) -> Vec<u8> {
    let (user, organization) = (*draw.of(&ids.users), *draw.of(&ids.organizations));
    let membership = *draw.of(&ids.memberships);
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
        "/search?query=type:user%20-\"x%20created>1".to_owned(),
        "/incremental/users/cursor?start_time=1".to_owned(),
        "/incremental/organizations?start_time=x".to_owned(),
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
    let body = match draw.below(10) {
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
        8 => "[".repeat(draw.below(300)),
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
fn spoil(draw: &mut Draw, bytes: &mut Vec<u8>) {
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

/// Reads one reply: its status, and whether the connection stays open. `None` means that there was
/// no reply.
fn reply(stream: &mut TcpStream, is_head: bool) -> std::io::Result<Option<(u16, bool)>> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 16 * 1024]);
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut piece)? {
            0 => return Ok(None),
            read => bytes.extend_from_slice(&piece[..read]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_default();
    let length = text.lines().find_map(|line| {
        line.strip_prefix("content-length: ")?
            .trim()
            .parse::<usize>()
            .ok()
    });
    let mut left = if is_head {
        0
    } else {
        (head + length.unwrap_or(0)).saturating_sub(bytes.len())
    };
    while left > 0 {
        match stream.read(&mut piece)? {
            0 => break,
            read => left = left.saturating_sub(read),
        }
    }
    Ok(Some((status, !text.contains("connection: close"))))
}

fn client(address: &str, seed: u64, ids: &Ids, replies: &Replies) -> Seen {
    let (mut seen, mut draw) = (Seen::default(), Draw(seed));
    let mut connection: Option<TcpStream> = None;
    while !replies.are_enough() {
        let Some(mut stream) = connection
            .take()
            .or_else(|| TcpStream::connect(address).ok())
        else {
            continue;
        };
        stream.set_nodelay(true).expect("an option");
        stream
            .set_read_timeout(Some(REPLY_TIMEOUT))
            .expect("an option");
        let mut bytes = request(&mut draw, ids);
        let is_head = bytes.starts_with(b"HEAD");
        let is_spoilt = draw.happens(5);
        if is_spoilt {
            spoil(&mut draw, &mut bytes);
        }
        if stream.write_all(&bytes).is_err() {
            seen.closed += 1;
            continue;
        }
        // The server would wait for the rest of half of the spoiled requests, and some clients
        // leave silently.
        if is_spoilt && (draw.happens(30) || stream.shutdown(std::net::Shutdown::Write).is_err()) {
            continue;
        }
        match reply(&mut stream, is_head) {
            Ok(Some((status, goes_on))) => {
                *seen.by_status.entry(status).or_default() += 1;
                replies.come.fetch_add(1, Ordering::Relaxed);
                connection = Some(stream).filter(|_| goes_on && !is_spoilt);
            }
            Ok(None) => seen.closed += 1,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => seen.unanswered += 1,
            Err(_) => seen.closed += 1,
        }
    }
    seen
}

/// How many replies came, and how many must come.
struct Replies {
    come: AtomicU64,
    wanted: u64,
}

impl Replies {
    fn are_enough(&self) -> bool {
        self.come.load(Ordering::Relaxed) >= self.wanted
    }
}

fn soak(zendesk: &MockZendesk, what: &str, wanted: u64) -> Row {
    zendesk.seed().plan(
        Plan::new()
            .users(30)
            .organizations(30)
            .memberships_per_user(1..=4),
    );
    let ids = Ids::of(&zendesk.account());
    let address = zendesk.uri().replace("http://", "");
    let replies = Replies {
        come: AtomicU64::new(0),
        wanted,
    };
    let region = Region::new(ALLOCATOR);
    let before = PANICS.load(Ordering::Relaxed);
    let mut seen = Seen::default();
    let start = Instant::now();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|seed| {
                let (address, ids, replies) = (&address, &ids, &replies);
                scope.spawn(move || client(address, seed, ids, replies))
            })
            .collect();
        while !replies.are_enough() {
            std::thread::sleep(Duration::from_millis(500));
            check(&zendesk.account());
        }
        for client in clients {
            seen.add(client.join().expect("a client"));
        }
    });
    let elapsed = start.elapsed().as_secs_f64();
    check(&zendesk.account());
    let ordinals: Vec<u64> = zendesk
        .calls()
        .iter()
        .map(mock_zendesk::Call::ordinal)
        .collect();
    assert!(
        ordinals.windows(2).all(|two| two[0] + 1 == two[1]),
        "the journal has no gaps"
    );
    let calls = zendesk.mark().ordinal();
    let change = region.change();
    let kept = (change.bytes_allocated as f64 - change.bytes_deallocated as f64) / calls as f64;
    let panics = PANICS.load(Ordering::Relaxed) - before;
    Row {
        what: format!("{CLIENTS} hostile clients, {what}: requests"),
        against: "",
        ratio: format!(
            "{} in {elapsed:.0} s; 2xx {}, 4xx {}, 5xx {}, closed {}, unanswered {}, panics of the double {panics}, {kept:.0} bytes each",
            seen.replies(),
            seen.of(2),
            seen.of(4),
            seen.of(5),
            seen.closed,
            seen.unanswered,
        ),
        bound: "no 5xx, no panic, all answered",
    }
}

pub fn rows() -> Vec<Row> {
    // wiremock panics at bodies that break off and at invalid addresses. These panics are not ours.
    std::panic::set_hook(Box::new(|info| {
        let file = info
            .location()
            .map(|location| location.file().to_owned())
            .unwrap_or_default();
        if !file.contains("wiremock") {
            eprintln!("{info}");
            PANICS.fetch_add(1, Ordering::Relaxed);
        }
    }));
    let behind_wiremock = double();
    let _ = behind_wiremock.server();
    vec![
        soak(&double(), "plain", PLAIN),
        soak(&behind_wiremock, "through wiremock", THROUGH_WIREMOCK),
    ]
}
