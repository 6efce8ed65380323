//! Sends hostile requests. Nothing may panic, no reply may be a 5xx, and the account must stay
//! consistent.
//!
//! 64 clients send what `requests.rs` draws in parallel, each from a seed, and break off anywhere.
//! In the profile `soak`, arithmetic that overflows panics, too.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mock_zendesk::fixtures::{Fixture, Plan};
use mock_zendesk::time::Timestamp;
use mock_zendesk::{MockZendesk, user_fields::NewUserField};
use serde_json::json;
use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::measure::Row;

use super::requests::{Draw, Known, LATER, NOW, request, spoil};
use super::{CLIENTS, check, double};

/// How many replies each kind of double must give.
const PLAIN: u64 = 1_000_000;
const THROUGH_WIREMOCK: u64 = 250_000;

/// How long a client waits for a reply before it reports the request as unanswered.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

/// What must hold of all replies.
const BOUND: &str = "no 5xx, no panic, all answered";

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

fn client(address: &str, seed: u64, known: &Known, replies: &Replies) -> Seen {
    let (mut seen, mut draw) = (Seen::default(), Draw::seeded(seed));
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
        let mut bytes = request(&mut draw, known);
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

/// Loads records that are later than the clock.
fn load_later_records(zendesk: &MockZendesk) {
    let time = Timestamp::from_unix_seconds(NOW + LATER);
    let row = |id: u64| json!({"id": id, "name": "N", "created_at": time, "updated_at": time});
    let ticket = json!({"id": 9, "requester_id": 701, "created_at": time, "updated_at": time});
    let fixture = json!({
        "users": [row(701), row(702)], "organizations": [row(703)], "tickets": [ticket]
    });
    let fixture = Fixture::from_json(&fixture.to_string()).expect("a fixture");
    zendesk.seed().load(&fixture);
}

/// Returns the cursor of the page after the one at this path.
fn cursor(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!(
        "GET /api/v2{path} HTTP/1.1\r\nhost: zendesk\r\nauthorization: Basic b3duZXI6eA==\r\n\
         connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("a reply");
    let (_, cursor) = reply.split_once("\"after_cursor\":\"").expect("a cursor");
    cursor.split('"').next().unwrap_or_default().to_owned()
}

fn soak(zendesk: &MockZendesk, what: &str, wanted: u64) -> Row {
    zendesk.seed().plan(
        Plan::new()
            .users(30)
            .organizations(30)
            .memberships_per_user(1..=4),
    );
    zendesk.seed().add(NewUserField::text("plan"));
    let requester = zendesk.seed().user("N");
    zendesk.seed().ticket(&requester, "N");
    load_later_records(zendesk);
    let address = zendesk.uri().replace("http://", "");
    let first_pages = [
        "/incremental/users/cursor?start_time=0&per_page=3",
        "/incremental/tickets/cursor?start_time=0",
        "/search/export?filter[type]=user&query=*&page[size]=3",
        "/users?page[size]=3",
    ];
    let cursors = first_pages.map(|path| cursor(&address, path));
    let known = Known::of(&zendesk.account(), cursors.into());
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
                let (address, known, replies) = (&address, &known, &replies);
                scope.spawn(move || client(address, seed, known, replies))
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
    let ratio = format!(
        "{} in {elapsed:.0} s; 2xx {}, 4xx {}, 5xx {}, closed {}, unanswered {}, panics of the double {panics}, {kept:.0} bytes each",
        seen.replies(),
        seen.of(2),
        seen.of(4),
        seen.of(5),
        seen.closed,
        seen.unanswered,
    );
    let bad = [seen.of(5), panics, seen.unanswered];
    assert_eq!(bad, [0; 3], "{BOUND}, but {what}: {ratio}");
    Row {
        what: format!("{CLIENTS} hostile clients, {what}: requests"),
        against: "",
        ratio,
        bound: BOUND,
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
