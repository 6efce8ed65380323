//! The wire: which addresses a double can have.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use mock_zendesk::{MockZendesk, MockZendeskBuilder};

/// Nothing takes this long: what does not come by then hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client that sends and receives bytes as they are.
struct Raw {
    stream: TcpStream,
    /// What has been received and not been looked at.
    buffer: Vec<u8>,
}

/// A reply as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RawReply {
    /// The line of the status, and the headers but the date, sorted: their order means nothing.
    head: Vec<String>,
    body: Vec<u8>,
    /// So much of the body did not come before the connection ended.
    missing: usize,
}

impl RawReply {
    fn status(&self) -> u16 {
        self.head[0].split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

impl Raw {
    fn connect(zendesk: &MockZendesk) -> Self {
        let stream = TcpStream::connect(address_of(zendesk)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { stream, buffer: Vec::new() }
    }

    /// Sends these bytes, if the other side still takes them.
    fn send(&mut self, bytes: impl AsRef<[u8]>) {
        match self.stream.write_all(bytes.as_ref()) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("nobody takes what is sent: {error}")
            }
            _ => {}
        }
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
                panic!("neither a reply nor the end of the connection comes, after {:?}", self.buffer)
            }
            Err(_) => false,
        }
    }

    /// The next reply. None: the connection ends.
    fn reply(&mut self) -> Option<RawReply> {
        self.reply_to("GET")
    }

    fn reply_to(&mut self, method: &str) -> Option<RawReply> {
        let end = loop {
            match self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None if self.fill() => {}
                None => return None,
            }
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let lines = head.trim_end().split("\r\n").filter(|line| !line.starts_with("date: "));
        let mut head: Vec<String> = lines.map(str::to_owned).collect();
        head[1..].sort();
        let mut reply = RawReply { head, body: Vec::new(), missing: 0 };
        let has_body = method != "HEAD" && !matches!(reply.status(), 100..=199 | 204);
        let length = reply.header("content-length").filter(|_| has_body).map_or(0, |length| length.parse().unwrap());
        while self.buffer.len() < length && self.fill() {}
        reply.body = self.buffer.drain(..length.min(self.buffer.len())).collect();
        reply.missing = length - reply.body.len();
        Some(reply)
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

/// The text with which starting at this address fails.
async fn refusal(builder: MockZendeskBuilder, address: SocketAddr) -> String {
    let start = tokio::spawn(builder.address(address).start());
    let panic = start.await.expect_err("it is to fail").into_panic();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn an_address_belongs_to_one_double_whether_it_is_online_or_not() {
    let relayed = || MockZendesk::builder().wire_control();
    let first = relayed().start().await;
    let address = address_of(&first);
    let expected = format!("mock-zendesk cannot listen at {address}: ");
    for is_online in [true, false, true] {
        if is_online {
            first.come_back();
        } else {
            first.go_offline();
        }
        for builder in [relayed(), MockZendesk::builder()] {
            let text = refusal(builder, address).await;
            assert!(text.starts_with(&expected), "{is_online}: {text}");
        }
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
    let plain = MockZendesk::start().await;
    let text = refusal(relayed(), address_of(&plain)).await;
    assert!(text.starts_with(&format!("mock-zendesk cannot listen at {}: ", address_of(&plain))), "{text}");
}

#[tokio::test]
async fn an_address_can_be_taken_again_as_soon_as_the_double_is_dropped() {
    let mut address = SocketAddr::from(([127, 0, 0, 1], 0));
    for n in 0..10 {
        let zendesk = MockZendesk::builder().wire_control().address(address).start().await;
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
    let plain = MockZendesk::builder().address(address).start().await;
    assert_eq!(address_of(&plain), address);
}

#[tokio::test]
async fn a_double_goes_offline_and_comes_back_any_number_of_times() {
    let zendesk = MockZendesk::builder().wire_control().start().await;
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
