//! The wire: the double answers raw bytes as wiremock does, by itself and through wiremock; what
//! faults do to a connection; and which addresses a double can have.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use mock_zendesk::http::{Request, Response};
use mock_zendesk::{
    Clock, Fault, MockZendesk, MockZendeskBuilder, organizations::NewOrganization, users,
};

/// Nothing takes this long: what does not come by then hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A client that sends and receives bytes as they are.
pub(crate) struct Raw {
    stream: TcpStream,
    /// What has been received and not been looked at.
    buffer: Vec<u8>,
}

/// A reply as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawReply {
    /// The line of the status, and the headers but the date, sorted: their order means nothing.
    head: Vec<String>,
    body: Vec<u8>,
    /// So much of the body did not come before the connection ended.
    missing: usize,
}

impl RawReply {
    pub(crate) fn status(&self) -> u16 {
        self.head[0].split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .iter()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// With the same text for the address of every double.
    fn without(mut self, uri: &str) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        if body.contains(uri) {
            self.body = body.replace(uri, "SELF").into_bytes();
            self.head
                .retain(|line| !line.starts_with("etag") && !line.starts_with("content-length"));
        }
        self
    }
}

impl Raw {
    pub(crate) fn connect(zendesk: &MockZendesk) -> Self {
        Self::connect_to(address_of(zendesk))
    }

    fn connect_to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// Sends these bytes, if the other side still takes them.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        match self.stream.write_all(bytes.as_ref()) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("nobody takes what is sent: {error}")
            }
            _ => {}
        }
    }

    /// Sends nothing more.
    fn finish(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Receives more. False at the end of the connection.
    fn fill(&mut self) -> bool {
        let mut bytes = [0; 65_536];
        match self.stream.read(&mut bytes) {
            Ok(0) => false,
            Ok(count) => {
                self.buffer.extend_from_slice(&bytes[..count]);
                true
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!(
                    "neither a reply nor the end of the connection comes, after {:?}",
                    self.buffer
                )
            }
            Err(_) => false,
        }
    }

    /// The next reply. None: the connection ends.
    pub(crate) fn reply(&mut self) -> Option<RawReply> {
        self.reply_to("GET")
    }

    fn reply_to(&mut self, method: &str) -> Option<RawReply> {
        let end = loop {
            match self
                .buffer
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n")
            {
                Some(end) => break end + 4,
                None if self.fill() => {}
                None => return None,
            }
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let lines = head
            .trim_end()
            .split("\r\n")
            .filter(|line| !line.starts_with("date: "));
        let mut head: Vec<String> = lines.map(str::to_owned).collect();
        head[1..].sort();
        let mut reply = RawReply {
            head,
            body: Vec::new(),
            missing: 0,
        };
        let has_body = method != "HEAD" && !matches!(reply.status(), 100..=199 | 204);
        let length = reply
            .header("content-length")
            .filter(|_| has_body)
            .map_or(0, |length| length.parse().unwrap());
        while self.buffer.len() < length && self.fill() {}
        reply.body = self.buffer.drain(..length.min(self.buffer.len())).collect();
        reply.missing = length - reply.body.len();
        Some(reply)
    }

    /// Everything up to the end of the connection.
    fn rest(mut self) -> Vec<u8> {
        while self.fill() {}
        self.buffer
    }

    /// Whether another request is still answered.
    pub(crate) fn still_answers(mut self) -> bool {
        self.send("GET /api/v2/users/me HTTP/1.1\r\nhost: example.zendesk.com\r\n\r\n");
        self.reply().is_some()
    }
}

fn address_of(zendesk: &MockZendesk) -> SocketAddr {
    zendesk.uri().trim_start_matches("http://").parse().unwrap()
}

/// Credentials, and a host, which urls in replies have.
const HEADERS: &str = "host: example.zendesk.com\r\nauthorization: Basic b3duZXJAZXhhbXBsZS5jb20vdG9rZW46dG9rZW4=\r\n";

/// A request without a body, with these headers besides.
fn get(path: &str, more: &str) -> String {
    format!("GET /api/v2{path} HTTP/1.1\r\n{HEADERS}{more}\r\n")
}

/// The head of a request that creates a user.
fn post(more: &str) -> String {
    format!("POST /api/v2/users HTTP/1.1\r\n{HEADERS}content-type: application/json\r\n{more}\r\n")
}

/// What a client does.
enum Do {
    Send(Vec<u8>),
    /// Receives a reply with this status.
    Expect(u16),
    /// Receives the reply to a HEAD.
    ExpectHead(u16),
    /// Sends nothing more.
    Finish,
}

use Do::{Expect, ExpectHead, Finish, Send};

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Stays,
    Closes,
}

use Then::{Closes, Stays};

fn send(bytes: impl Into<Vec<u8>>) -> Do {
    Send(bytes.into())
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    replies: Vec<Option<RawReply>>,
    then: Then,
}

fn exchange(way: &Way, steps: &[Do]) -> Seen {
    let uri = way.zendesk.uri();
    let mut client = Raw::connect_to(way.address);
    let mut replies = Vec::new();
    for step in steps {
        match step {
            Send(bytes) => client.send(bytes),
            Expect(_) => replies.push(client.reply().map(|reply| reply.without(&uri))),
            ExpectHead(_) => replies.push(client.reply_to("HEAD")),
            Finish => client.finish(),
        }
    }
    let is_finished = steps.iter().any(|step| matches!(step, Finish));
    let then = if is_finished {
        assert_eq!(
            String::from_utf8_lossy(&client.rest()),
            "",
            "what nobody expected"
        );
        Closes
    } else if client.still_answers() {
        Stays
    } else {
        Closes
    };
    Seen { replies, then }
}

/// The fewest bytes of a head that are too many.
const TOO_LARGE_HEAD: usize = 8_192 + 100 * 4_096;

fn rows() -> Vec<(&'static str, Vec<Do>, Then)> {
    let me = || get("/users/me", "");
    let body = r#"{"user":{"name":"Bob"}}"#;
    let length = format!("content-length: {}\r\n", body.len());
    let chunked = "transfer-encoding: chunked\r\n";
    let headers = |count: usize| {
        (0..count)
            .map(|n| format!("x-{n}: 1\r\n"))
            .collect::<String>()
    };
    let large = vec![b' '; 9 * 1024 * 1024];
    let target = |length: usize| format!("GET /{} HTTP/1.1\r\n{HEADERS}\r\n", "a".repeat(length));
    let chunks = |size: usize| {
        let chunk = |part: &[u8]| {
            format!(
                "{:x}\r\n{}\r\n",
                part.len(),
                std::str::from_utf8(part).unwrap()
            )
        };
        body.as_bytes().chunks(size).map(chunk).collect::<String>() + "0\r\n"
    };
    let without_end = |length: usize| {
        let start = format!("GET / HTTP/1.1\r\n{HEADERS}x: ");
        let rest = "a".repeat(length - start.len());
        start + &rest
    };
    vec![
        ("a request", vec![send(me()), Expect(200)], Stays),
        (
            "one that closes",
            vec![send(get("/users/me", "connection: close\r\n")), Expect(200)],
            Closes,
        ),
        (
            "HTTP/1.0, whose urls have the double's address",
            vec![
                send(
                    "GET /api/v2/organizations?per_page=1 HTTP/1.0\r\nauthorization: Bearer x\r\n\r\n",
                ),
                Expect(200),
            ],
            Closes,
        ),
        (
            "HTTP/1.0 that keeps the connection",
            vec![
                send(format!(
                    "GET /api/v2/users HTTP/1.0\r\n{HEADERS}connection: keep-alive\r\n\r\n"
                )),
                Expect(200),
            ],
            Stays,
        ),
        (
            "HTTP/1.0 with a chunked body",
            vec![
                send("POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n"),
                Expect(400),
            ],
            Closes,
        ),
        (
            "no host",
            vec![
                send("GET /api/v2/organizations HTTP/1.1\r\nauthorization: Bearer x\r\n\r\n"),
                Expect(200),
            ],
            Stays,
        ),
        (
            "a body that is waited for",
            vec![
                send(post(&format!("{length}expect: 100-continue\r\n"))),
                Expect(100),
                send(body),
                Expect(201),
            ],
            Stays,
        ),
        (
            "a body that comes without being waited for",
            vec![
                send(post(&format!("{length}expect: 100-continue\r\n")) + body),
                Expect(100),
                Expect(201),
            ],
            Stays,
        ),
        (
            "a body",
            vec![send(post(&length) + body), Expect(201)],
            Stays,
        ),
        (
            "a body of a GET",
            vec![send(get("/users/me", &length) + body), Expect(200)],
            Stays,
        ),
        (
            "a body in pieces",
            vec![
                send(post(&length)),
                send(&body[..9]),
                send(&body[9..]),
                Expect(201),
            ],
            Stays,
        ),
        (
            "chunks",
            vec![send(post(chunked) + &chunks(7) + "\r\n"), Expect(201)],
            Stays,
        ),
        (
            "chunks of one byte, and a trailer",
            vec![
                send(post(chunked) + &chunks(1) + "x: 1\r\n\r\n"),
                Expect(201),
            ],
            Stays,
        ),
        (
            "no chunks",
            vec![send(post(chunked) + "0\r\n\r\n"), Expect(400)],
            Stays,
        ),
        (
            "a bad size of a chunk",
            vec![send(post(chunked) + "zz\r\nabc\r\n")],
            Closes,
        ),
        (
            "a huge size of a chunk",
            vec![send(post(chunked) + "fffffffffffffffff\r\nabc\r\n")],
            Closes,
        ),
        (
            "a chunk longer than it says",
            vec![send(post(chunked) + "1\r\nabc\r\n")],
            Closes,
        ),
        (
            "a body that breaks off",
            vec![send(post(&length) + &body[..9]), Finish],
            Closes,
        ),
        (
            "chunks that break off",
            vec![send(post(chunked) + "5\r\nab"), Finish],
            Closes,
        ),
        (
            "a head that breaks off",
            vec![send(&me()[..30]), Finish],
            Closes,
        ),
        ("nothing", vec![Finish], Closes),
        (
            "a hundred headers",
            vec![send(get("/users/me", &headers(98))), Expect(200)],
            Stays,
        ),
        (
            "150 headers",
            vec![send(get("/users/me", &headers(150))), Expect(431)],
            Closes,
        ),
        (
            "a long header",
            vec![
                send(get("/users/me", &format!("x: {}\r\n", "a".repeat(200_000)))),
                Expect(200),
            ],
            Stays,
        ),
        (
            "a header that is too long",
            vec![send(without_end(TOO_LARGE_HEAD)), Expect(431)],
            Closes,
        ),
        (
            "a long target",
            vec![send(target(60_000)), Expect(404)],
            Stays,
        ),
        (
            "a target that is too long",
            vec![send(target(70_000)), Expect(414)],
            Closes,
        ),
        (
            "two lengths that agree",
            vec![send(post(&format!("{length}{length}")) + body), Expect(201)],
            Stays,
        ),
        (
            "two lengths that do not",
            vec![
                send(post(&format!("{length}content-length: 1\r\n"))),
                Expect(400),
            ],
            Closes,
        ),
        (
            "a length that is none",
            vec![send(post("content-length: x\r\n")), Expect(400)],
            Closes,
        ),
        (
            "a length and chunks",
            vec![
                send(post(&format!("{length}{chunked}")) + &chunks(9) + "\r\n"),
                Expect(201),
            ],
            Closes,
        ),
        (
            "another coding",
            vec![send(post("transfer-encoding: gzip\r\n")), Expect(400)],
            Closes,
        ),
        (
            "a body that is too large",
            vec![
                send(post(&format!("content-length: {}\r\n", large.len()))),
                Send(large.clone()),
                Expect(413),
            ],
            Stays,
        ),
        (
            "chunks that are too large",
            vec![
                send(post(chunked) + &format!("{:x}\r\n", large.len())),
                Send(large.clone()),
                send("\r\n0\r\n\r\n"),
                Expect(413),
            ],
            Stays,
        ),
        (
            "a body that is too large, of a caller that is not let in",
            vec![
                send(format!(
                    "POST /api/v2/users HTTP/1.1\r\ncontent-length: {}\r\n\r\n",
                    large.len()
                )),
                Send(large),
                Expect(401),
            ],
            Stays,
        ),
        (
            "HEAD",
            vec![
                send(me().replace("GET", "HEAD")),
                ExpectHead(200),
                send(me()),
                Expect(200),
            ],
            Stays,
        ),
        (
            "OPTIONS",
            vec![send(me().replace("GET", "OPTIONS")), Expect(404)],
            Stays,
        ),
        (
            "OPTIONS of everything",
            vec![send("OPTIONS * HTTP/1.1\r\n\r\n"), Expect(404)],
            Stays,
        ),
        (
            "a method in lower case",
            vec![send(me().replace("GET", "get")), Expect(404)],
            Stays,
        ),
        (
            "a method that is none",
            vec![send(me().replace("GET", "G(T")), Expect(400)],
            Closes,
        ),
        (
            "several requests at once",
            vec![
                send(
                    me() + &post(&length)
                        + body
                        + &get("/organizations/abc", "")
                        + &me()
                        + &get("/users", ""),
                ),
                Expect(200),
                Expect(201),
                Expect(400),
                Expect(200),
                Expect(200),
            ],
            Stays,
        ),
        (
            "several requests at once, of which the first closes",
            vec![
                send(get("/users/me", "connection: close\r\n") + &me()),
                Expect(200),
            ],
            Closes,
        ),
        (
            "a request after each kind of error",
            vec![
                send(get("/nowhere", "")),
                Expect(404),
                send(post(&length.replace(": ", ": 0")) + body),
                Expect(201),
                send(post("content-length: 1\r\n") + "{"),
                Expect(400),
                send("GET /api/v2/users HTTP/1.1\r\n\r\n"),
                Expect(401),
            ],
            Stays,
        ),
        (
            "a target with a host",
            vec![
                send(
                    me().replace("/api", "http://other.example:81/api")
                        .replace("me ", "me?a=b "),
                ),
                Expect(200),
            ],
            Stays,
        ),
        (
            "a target with a host alone",
            vec![
                send(format!(
                    "GET http://other.example HTTP/1.1\r\n{HEADERS}\r\n"
                )),
                Expect(404),
            ],
            Stays,
        ),
        (
            "a target with dots",
            vec![send(get("/../v2/./users/me", "")), Expect(200)],
            Stays,
        ),
        (
            "a target with odd characters",
            vec![send(get("/users/m%65?a=%zz|[]^#b", "")), Expect(400)],
            Stays,
        ),
        (
            "a host to connect to that reads as a url",
            vec![send("CONNECT x:1 HTTP/1.1\r\n\r\n"), Expect(404)],
            Stays,
        ),
        (
            "empty lines first",
            vec![send("\r\n\r\n\n".to_owned() + &me()), Expect(200)],
            Stays,
        ),
        (
            "lines that end in a line feed alone",
            vec![send(me().replace('\r', "")), Expect(200)],
            Stays,
        ),
        (
            "a space before a colon",
            vec![send(get("/users/me", "x : 1\r\n")), Expect(400)],
            Closes,
        ),
        (
            "a header over two lines",
            vec![send(get("/users/me", "x: 1\r\n 2\r\n")), Expect(400)],
            Closes,
        ),
        (
            "a header that is not UTF-8",
            vec![
                send([get("/users", "x: ").trim_end().as_bytes(), b"\xff\r\n\r\n"].concat()),
                Expect(200),
            ],
            Stays,
        ),
        (
            "a version that is none",
            vec![send("GET / HTTP/9.9\r\n\r\n"), Expect(400)],
            Closes,
        ),
        (
            "no version",
            vec![send("GET /\r\n\r\n"), Expect(400)],
            Closes,
        ),
        (
            "garbage",
            vec![send("\u{1}\u{16}\u{3}\r\n\r\n"), Expect(400)],
            Closes,
        ),
        (
            "an upgrade that nobody offers",
            vec![
                send(get(
                    "/users/me",
                    "connection: upgrade\r\nupgrade: websocket\r\n",
                )),
                Expect(200),
            ],
            Stays,
        ),
    ]
}

/// A builder of doubles that any request goes to.
fn lenient() -> MockZendeskBuilder {
    MockZendesk::builder()
        .allow_unknown_endpoints()
        .allow_unknown_parameter("?a")
}

/// A way to an account.
struct Way {
    zendesk: MockZendesk,
    address: SocketAddr,
}

/// Three ways to the same account: wiremock's server with the double mounted on it, which stands for
/// any server of wiremock's; the double; and the double that passes on to wiremock.
async fn ways() -> [Way; 3] {
    let start = async || {
        let zendesk = lenient().start().await;
        zendesk.seed().organization("Acme");
        zendesk.seed().organization("Globex");
        let address = address_of(&zendesk);
        Way { zendesk, address }
    };
    let (mut wiremock, plain, passing) = (start().await, start().await, start().await);
    wiremock.address = *wiremock.zendesk.server().address();
    let _ = passing.zendesk.server();
    [wiremock, plain, passing]
}

/// The calls, each in a line.
fn lines(zendesk: &MockZendesk) -> Vec<String> {
    zendesk.calls().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn the_double_answers_bytes_as_wiremock_does() {
    let [wiremock, plain, passing] = ways().await;
    let mut broken = Vec::new();
    for (what, steps, then) in rows() {
        let statuses: Vec<Option<u16>> = steps
            .iter()
            .filter_map(|step| match step {
                Expect(status) | ExpectHead(status) => Some(Some(*status)),
                Send(_) | Finish => None,
            })
            .collect();
        let expected = exchange(&wiremock, &steps);
        for (way, by) in [(&plain, "by itself"), (&passing, "through wiremock")] {
            let seen = exchange(way, &steps);
            let seen_statuses: Vec<Option<u16>> = seen
                .replies
                .iter()
                .map(|reply| Some(reply.as_ref()?.status()))
                .collect();
            if (&seen_statuses, seen.then) != (&statuses, then) || seen != expected {
                broken.push(format!(
                    "{what}, {by}: expected {statuses:?} and {then:?}\n  wiremock {expected:?}\n  seen     {seen:?}"
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let [wiremock, plain, passing] = [wiremock, plain, passing].map(|way| lines(&way.zendesk));
    assert_eq!(plain, wiremock, "the calls received");
    assert_eq!(passing, wiremock, "the calls received");
}

#[tokio::test]
async fn a_target_that_is_no_url_breaks_wiremocks_connection_and_gets_400_from_the_double() {
    let [wiremock, plain, passing] = ways().await;
    for target in [
        "GET http://a:99999/",
        "GET http://256.0.0.1/",
        "GET a.example",
        "POST 127.0.0.1:80",
        "CONNECT 127.0.0.1:80",
        "CONNECT a.example",
    ] {
        let steps = [
            send(format!("{target} HTTP/1.1\r\ncontent-length: 0\r\n\r\n")),
            Expect(400),
        ];
        assert_eq!(
            exchange(&wiremock, &steps),
            Seen {
                replies: vec![None],
                then: Closes
            },
            "{target}"
        );
        let head = ["HTTP/1.1 400 Bad Request", "content-length: 0"]
            .map(str::to_owned)
            .to_vec();
        let reply = RawReply {
            head,
            body: Vec::new(),
            missing: 0,
        };
        for way in [&plain, &passing] {
            assert_eq!(
                exchange(way, &steps),
                Seen {
                    replies: vec![Some(reply.clone())],
                    then: Stays
                },
                "{target}"
            );
        }
    }
    wiremock.zendesk.calls().assert_none();
    for way in [plain, passing] {
        let calls = way.zendesk.calls();
        calls
            .matching("another path than the probe's", |call| {
                call.path() != "/api/v2/users/me"
            })
            .assert_none();
    }
}

#[tokio::test]
async fn the_double_keeps_no_more_of_a_body_than_shows_that_it_is_too_large() {
    const LIMIT: usize = 8 * 1024 * 1024;
    let part = vec![b'x'; 1024 * 1024];
    let zendesk = lenient().start().await;
    let framings = [
        "content-length: 41943040\r\n",
        "transfer-encoding: chunked\r\n",
    ];
    for (framing, asks_for_server) in framings
        .into_iter()
        .flat_map(|framing| [(framing, false), (framing, true)])
    {
        let _server = asks_for_server.then(|| zendesk.server());
        let is_chunked = framing.starts_with('t');
        let mut client = Raw::connect(&zendesk);
        client.send(post(framing));
        for _ in 0..40 {
            if is_chunked {
                client.send("100000\r\n");
            }
            client.send(&part);
            if is_chunked {
                client.send("\r\n");
            }
        }
        if is_chunked {
            client.send("0\r\n\r\n");
        }
        assert_eq!(client.reply().unwrap().status(), 413, "{framing}");
        assert!(client.still_answers(), "{framing}");
        let call = zendesk.calls().of(users::CREATE).last().unwrap().clone();
        assert_eq!(
            call.body().len(),
            LIMIT,
            "{framing}: the start of it is kept"
        );
        let length = if is_chunked { None } else { Some("8388609") };
        assert_eq!(
            call.header("content-length"),
            length,
            "it fits what was passed on"
        );
    }
    // The largest body that is read, and the smallest that is not.
    for (length, status) in [(LIMIT, 400), (LIMIT + 1, 413)] {
        let mut client = Raw::connect(&zendesk);
        client.send(post(&format!("content-length: {length}\r\n")));
        client.send(vec![b'{'; length]);
        assert_eq!(client.reply().unwrap().status(), status, "{length}");
    }
}

/// Waits for something that would otherwise hang.
pub(crate) async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what)
        .await
        .expect("it hangs")
}

/// A client that speaks HTTP/2 from its first byte on.
pub(crate) async fn http2(zendesk: &MockZendesk) -> SendRequest<Full<Bytes>> {
    http2_to(address_of(zendesk)).await
}

async fn http2_to(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (requests, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    requests
}

/// A request of the account's owner over HTTP/2.
pub(crate) fn request(method: &str, path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://example.zendesk.com/api/v2{path}"));
    let request = request
        .header("host", "example.zendesk.com")
        .header("authorization", "Bearer x");
    let request = request.header("content-type", "application/json");
    request.body(Full::new(body.into())).unwrap()
}

/// Status, headers but the date, and body.
async fn whole<B: hyper::body::Body<Data = Bytes, Error = hyper::Error>>(
    reply: Response<B>,
) -> (u16, Vec<String>, Bytes) {
    let (head, body) = reply.into_parts();
    let headers = head.headers.iter().filter(|(name, _)| *name != "date");
    let mut headers: Vec<String> = headers
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    (
        head.status.as_u16(),
        headers,
        body.collect().await.unwrap().to_bytes(),
    )
}

#[tokio::test]
async fn the_double_speaks_http2_as_wiremock_does() {
    let rows = [
        ("GET", "/users/me", Bytes::new(), 200),
        (
            "POST",
            "/users",
            Bytes::from(r#"{"user":{"name":"Bob"}}"#),
            201,
        ),
        ("POST", "/users", Bytes::from("{"), 400),
        ("DELETE", "/organizations/1", Bytes::new(), 404),
        (
            "POST",
            "/users",
            Bytes::from(vec![b' '; 9 * 1024 * 1024]),
            413,
        ),
    ];
    let [wiremock, plain, passing] = ways().await;
    let mut clients = [
        http2_to(wiremock.address).await,
        http2_to(plain.address).await,
        http2_to(passing.address).await,
    ];
    for (method, path, body, status) in rows {
        let mut seen = Vec::new();
        for client in &mut clients {
            let reply = client.send_request(request(method, path, body.clone()));
            seen.push(in_time(async { whole(reply.await.unwrap()).await }).await);
        }
        assert_eq!(seen[0].0, status, "{method} {path}");
        assert_eq!(seen[1], seen[0], "{method} {path}");
        assert_eq!(seen[2], seen[0], "{method} {path}");
    }
    assert_eq!(lines(&plain.zendesk), lines(&wiremock.zendesk));
    assert_eq!(lines(&passing.zendesk), lines(&wiremock.zendesk));
    // The reply to a HEAD cannot be the same: wiremock gives it a body, which HTTP/2 takes for an
    // error.
    for (client, is_whole) in clients.iter_mut().zip([false, true, true]) {
        let reply = in_time(client.send_request(request("HEAD", "/users/me", "")))
            .await
            .unwrap();
        assert_eq!(reply.status(), 200);
        assert_eq!(in_time(reply.into_body().collect()).await.is_ok(), is_whole);
    }
}

#[tokio::test]
async fn over_http2_a_fault_breaks_its_own_stream_alone() {
    for asks_for_server in [false, true] {
        let zendesk = MockZendesk::builder().clock(Clock::wall()).start().await;
        let _server = asks_for_server.then(|| zendesk.server());
        breaks_streams(&zendesk).await;
    }
}

async fn breaks_streams(zendesk: &MockZendesk) {
    let mut client = http2(zendesk).await;
    let me = || request("GET", "/users/me", "");
    for fault in [Fault::disconnect(), Fault::lost_reply()] {
        zendesk.inject(fault);
        let error = in_time(client.send_request(me())).await.unwrap_err();
        assert!(format!("{error:?}").contains("Reset"), "{error:?}");
    }
    zendesk.inject(Fault::truncated_body());
    let reply = in_time(client.send_request(me())).await.unwrap();
    assert_eq!(reply.status(), 200);
    let length: usize = reply.headers()["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut body = reply.into_body();
    let half = in_time(body.frame())
        .await
        .unwrap()
        .unwrap()
        .into_data()
        .unwrap();
    assert_eq!(half.len(), length / 2);
    let error = in_time(body.frame()).await.unwrap().unwrap_err();
    assert!(format!("{error:?}").contains("Reset"), "{error:?}");
    zendesk.inject(Fault::delay(Duration::from_millis(1)));
    zendesk.inject(Fault::slow_body(Duration::from_millis(1)));
    for _ in 0..3 {
        let reply = in_time(client.send_request(me())).await.unwrap();
        assert_eq!(in_time(whole(reply)).await.0, 200);
    }
}

#[tokio::test]
async fn a_connection_stays_usable_after_each_fault_that_does_not_break_it_and_no_longer_after_the_others()
 {
    let short = Duration::from_millis(8);
    type Timed = fn(Duration) -> Fault;
    let faults: [(Timed, Option<u16>, bool, Then); 10] = [
        (|_| Fault::status(500), Some(500), false, Stays),
        (|_| Fault::html_error(502), Some(502), false, Stays),
        (|_| Fault::malformed_json(), Some(200), false, Stays),
        (|_| Fault::empty_body(), Some(200), false, Stays),
        (|_| Fault::wrong_content_type(), Some(200), false, Stays),
        (Fault::delay, Some(200), false, Stays),
        (Fault::slow_body, Some(200), false, Stays),
        (|_| Fault::disconnect(), None, false, Closes),
        (|_| Fault::lost_reply(), None, false, Closes),
        (|_| Fault::truncated_body(), Some(200), true, Closes),
    ];
    let zendesk = lenient().clock(Clock::wall()).start().await;
    let versions = ["HTTP/1.1", "HTTP/1.0"];
    for (version, asks_for_server) in versions
        .into_iter()
        .flat_map(|version| [(version, false), (version, true)])
    {
        let _server = asks_for_server.then(|| zendesk.server());
        for (method, has_body) in [("GET", true), ("HEAD", false), ("DELETE", false)] {
            for (fault, status, is_cut, then) in faults {
                let what = format!("{:?}", fault(short));
                // What spoils a body does not happen where there is none.
                if !has_body
                    && ["JSON", "body", "content type"]
                        .iter()
                        .any(|word| what.contains(word))
                {
                    continue;
                }
                let planned = zendesk.inject(fault(short));
                let what = format!(
                    "{planned:?} {:?} on {method} over {version}, {asks_for_server}",
                    fault(short)
                );
                let (path, status) = match method {
                    "DELETE" => {
                        let organization = zendesk
                            .seed()
                            .organization(NewOrganization::new(what.clone()));
                        let status = status.map(|status| if status == 200 { 204 } else { status });
                        (format!("/organizations/{}", organization.id), status)
                    }
                    _ => ("/users/me".to_owned(), status),
                };
                let mut client = Raw::connect(&zendesk);
                client.send(format!(
                    "{method} /api/v2{path} {version}\r\n{HEADERS}connection: keep-alive\r\n\r\n"
                ));
                let reply = client.reply_to(method);
                assert_eq!(reply.as_ref().map(RawReply::status), status, "{what}");
                let told = reply
                    .iter()
                    .flat_map(|reply| &reply.head)
                    .find(|line| line.starts_with("x-mock"));
                assert_eq!(
                    told, None,
                    "{what}: the client sees nothing of how it is done"
                );
                if let Some(reply) = reply.filter(|_| has_body) {
                    let length: usize = reply.header("content-length").unwrap().parse().unwrap();
                    let missing = if is_cut { length - length / 2 } else { 0 };
                    assert_eq!(
                        reply.missing, missing,
                        "{what}: half of the body came, or all"
                    );
                }
                let seen = if client.still_answers() {
                    Stays
                } else {
                    Closes
                };
                assert_eq!(seen, then, "{what}");
                assert_eq!(planned.fired(), 1, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn half_of_a_long_body_comes_and_then_the_end() {
    let zendesk = MockZendesk::builder().start().await;
    for n in 0..50 {
        zendesk.seed().organization(
            NewOrganization::new(format!("Organization {n}")).tags(["x".repeat(200_000)]),
        );
    }
    zendesk.inject(Fault::truncated_body());
    let mut client = Raw::connect(&zendesk);
    client.send(get("/organizations", ""));
    zendesk
        .wait_for(mock_zendesk::organizations::LIST, 1, PATIENCE)
        .await
        .assert_once();
    let reply = client.reply().unwrap();
    let length = reply.body.len() + reply.missing;
    assert_eq!(reply.body.len(), length / 2);
    assert!(length > 10_000_000, "longer than what hyper buffers");

    zendesk.inject(Fault::truncated_body());
    let reply = in_time(
        http2(&zendesk)
            .await
            .send_request(request("GET", "/organizations", "")),
    )
    .await
    .unwrap();
    assert!(in_time(reply.into_body().collect()).await.is_err());
}

/// The text with which starting at this address fails.
async fn refusal(builder: MockZendeskBuilder, address: SocketAddr) -> String {
    let start = tokio::spawn(builder.address(address).start());
    let panic = start.await.expect_err("it is to fail").into_panic();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn an_address_belongs_to_one_double_whether_it_is_online_or_not() {
    let first = MockZendesk::start().await;
    let address = address_of(&first);
    let expected = format!("mock-zendesk cannot listen at {address}: ");
    for is_online in [true, false, true] {
        if is_online {
            first.come_back();
        } else {
            first.go_offline();
        }
        let text = refusal(MockZendesk::builder(), address).await;
        assert!(text.starts_with(&expected), "{is_online}: {text}");
        assert!(TcpListener::bind(address).is_err());
        #[cfg(target_os = "linux")]
        {
            // As a program would do it that does not mind to share.
            let other = tokio::net::TcpSocket::new_v4().unwrap();
            other.set_reuseaddr(true).unwrap();
            other.set_reuseport(true).unwrap();
            assert!(other.bind(address).and_then(|()| other.listen(1)).is_err());
        }
        assert_eq!(TcpStream::connect(address).is_ok(), is_online);
    }
}

#[tokio::test]
async fn an_address_can_be_taken_again_as_soon_as_the_double_is_dropped() {
    let mut address = SocketAddr::from(([127, 0, 0, 1], 0));
    for n in 0..10 {
        let zendesk = MockZendesk::builder().address(address).start().await;
        address = address_of(&zendesk);
        // A connection that the double closes keeps the address for a while, as the system sees it.
        let mut client = Raw::connect(&zendesk);
        client.send(get("/users/me", "connection: close\r\n"));
        assert_eq!(client.reply().unwrap().status(), 200);
        let open = Raw::connect(&zendesk);
        if n % 2 == 0 {
            zendesk.go_offline();
        }
        drop(zendesk);
        drop(open);
    }
    let last = MockZendesk::builder().address(address).start().await;
    assert_eq!(address_of(&last), address);
}

#[tokio::test]
async fn a_double_goes_offline_and_comes_back_any_number_of_times() {
    let zendesk = MockZendesk::builder().start().await;
    let address = address_of(&zendesk);
    for n in 0..100 {
        let mut client = Raw::connect(&zendesk);
        client.send(get("/users/me", ""));
        assert_eq!(client.reply().unwrap().status(), 200);
        zendesk.go_offline();
        if n % 10 == 0 {
            zendesk.go_offline();
        }
        assert_eq!(client.reply(), None, "what was open is closed");
        let error = TcpStream::connect(address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        zendesk.come_back();
        if n % 10 == 0 {
            zendesk.come_back();
        }
    }
    zendesk.calls().assert_times(100);
}

#[tokio::test]
async fn a_double_that_is_dropped_resets_what_is_open_and_one_that_goes_offline_closes_it() {
    for is_dropped in [true, false] {
        let zendesk = MockZendesk::start().await;
        let mut client = Raw::connect(&zendesk);
        client.send(get("/users/me", ""));
        assert_eq!(client.reply().unwrap().status(), 200);
        let kept = match is_dropped {
            true => {
                drop(zendesk);
                None
            }
            false => {
                zendesk.go_offline();
                Some(zendesk)
            }
        };
        let end = client.stream.read(&mut [0; 1]);
        match is_dropped {
            // The system then does not keep the address for who closed the connection.
            true => assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset),
            false => assert_eq!(end.unwrap(), 0),
        }
        drop(kept);
    }
}
