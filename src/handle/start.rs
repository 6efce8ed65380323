//! Starts a double: the server, and the task that follows paused time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::front::{Front, NO_SOCKET};
use super::zendesk::MockZendesk;
use crate::api::credentials::Credentials;
use crate::base::place::Place;
use crate::calls::fail_at;
use crate::handle::builder::MockZendeskBuilder;
use crate::resources::account::Account;
use crate::server::admission::Admission;
use crate::server::backend::{Backend, Settings};
use crate::server::http_server::Port;
use crate::server::pacer;
#[cfg(feature = "standalone")]
use crate::standalone::ControlPage;
use crate::trouble::{Chaos, ChaosKind};

const NO_RUNTIME: &str = "Clock::tokio() follows the tokio runtime in which the double is started, and there is none \
                          here; start it in a #[tokio::test]";

impl MockZendeskBuilder {
    /// Starts the double.
    ///
    /// # Panics
    ///
    /// Panics if the double cannot listen at the address, for example because another program uses
    /// it. With [`Clock::tokio`](crate::Clock::tokio), also outside of a tokio runtime.
    #[must_use = "the double starts when this is awaited, and stops when the result is dropped"]
    #[track_caller]
    pub fn start(self) -> impl Future<Output = MockZendesk> + Send {
        // An `async fn` would not know the line of its caller.
        let place = Place::here();
        async move { self.start_at(place) }
    }

    /// Starts the double like [`MockZendeskBuilder::start`], for a program that runs it standalone.
    ///
    /// # Errors
    ///
    /// Returns an error if the double cannot listen at the address, for example because another
    /// program uses it.
    ///
    /// # Panics
    ///
    /// With [`Clock::tokio`](crate::Clock::tokio), outside of a tokio runtime.
    #[cfg(feature = "standalone")]
    #[track_caller]
    pub fn try_start(self) -> io::Result<MockZendesk> {
        assert!(!self.lacks_runtime(), "{NO_RUNTIME}");
        let port = Port::bind(self.address)?;
        self.start_behind(port, Place::here())
    }

    /// Starts the double for a blocking program, without an async runtime. The double always runs
    /// on its own threads.
    ///
    /// In a `#[tokio::test]`, a blocking client such as `reqwest::blocking` panics, because it
    /// creates a runtime within a runtime. Make the test of a blocking program a plain `#[test]`,
    /// or call the program in `tokio::task::spawn_blocking`.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use mock_zendesk::MockZendesk;
    ///
    /// let zendesk = MockZendesk::builder().start_blocking();
    /// let mut connection = std::net::TcpStream::connect(zendesk.uri().trim_start_matches("http://"))?;
    /// write!(connection, "GET /api/v2/users/me HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    /// let mut reply = String::new();
    /// connection.read_to_string(&mut reply)?;
    /// assert!(reply.starts_with("HTTP/1.1 200"));
    /// zendesk.calls().assert_once();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the double cannot listen at the address, for example because another program uses
    /// it. With [`Clock::tokio`](crate::Clock::tokio), because blocking code does not have tokio's
    /// time.
    #[doc(alias("blocking", "sync"))]
    #[must_use = "the double stops when this is dropped"]
    #[track_caller]
    pub fn start_blocking(self) -> MockZendesk {
        let place = Place::here();
        assert!(
            !self.clock.follows_tokio(),
            "Clock::tokio() follows a tokio runtime, and blocking code has none; use Clock::wall(), or \
             `.start().await` in a #[tokio::test]"
        );
        self.start_at(place)
    }

    /// Returns a double that does not listen: pass requests to [`MockZendesk::send`].
    ///
    /// It does not need a runtime.
    ///
    /// ```
    /// use mock_zendesk::http::Request;
    /// use mock_zendesk::MockZendesk;
    ///
    /// let zendesk = MockZendesk::builder().without_socket();
    /// let reply = zendesk.send(Request::get("/api/v2/organizations").body("").unwrap()).unwrap();
    /// assert_eq!(reply.status(), 401);
    /// ```
    ///
    /// # Panics
    ///
    /// With [`Clock::tokio`](crate::Clock::tokio) outside of a tokio runtime, or with a webhook.
    #[doc(alias("no network", "in process"))]
    #[track_caller]
    #[must_use = "the double stops when this is dropped"]
    pub fn without_socket(self) -> MockZendesk {
        let place = Place::here();
        assert!(!self.lacks_runtime(), "{NO_RUNTIME}");
        #[cfg(feature = "webhooks")]
        assert!(
            self.webhooks.is_empty(),
            "a double without a socket sends nothing, so it cannot have webhooks; start it with `.start().await`"
        );
        let on_drop = self.on_drop;
        let (backend, credentials, _) = self.backend(NO_SOCKET.to_owned());
        MockZendesk::new(Front::NoSocket, backend, place, credentials, on_drop)
    }

    /// Starts the double like [`MockZendeskBuilder::start`], on behalf of another line of the test.
    pub(crate) fn start_at(self, place: Place) -> MockZendesk {
        if self.lacks_runtime() {
            fail_at(place, format!("{NO_RUNTIME}\n  started at {place}"));
        }
        let address = self.address;
        let started = Port::bind(address).and_then(|port| self.start_behind(port, place));
        started.unwrap_or_else(|error| cannot_listen(place, address, &error))
    }

    /// Starts the double at this port.
    fn start_behind(self, port: Port, place: Place) -> io::Result<MockZendesk> {
        let (address, on_drop) = (port.address(), self.on_drop);
        #[cfg(feature = "standalone")]
        let page = self.page.clone();
        let (backend, credentials, follows_tokio) = self.backend(address.to_string());
        let front = Front::listen(port, Arc::clone(&backend))?;
        if let (true, Front::Listening(listening)) = (follows_tokio, &front) {
            let pulse = listening.http.pulse();
            tokio::spawn(pacer::pace(Arc::downgrade(&backend), pulse));
        }
        #[cfg(feature = "standalone")]
        if let (Some(page), Front::Listening(listening)) = (page, &front) {
            let page = ControlPage::new(Arc::clone(&backend), address.ip(), page);
            listening.http.answer_beside(Arc::new(page));
        }
        Ok(MockZendesk::new(
            front,
            backend,
            place,
            credentials,
            on_drop,
        ))
    }

    /// Returns whether the clock needs a runtime, and there is none.
    fn lacks_runtime(&self) -> bool {
        self.clock.follows_tokio() && Handle::try_current().is_err()
    }

    /// Applies chaos to everything that the test did not choose itself.
    fn apply_chaos(&mut self) {
        self.rules.search_lag = self.search_lag.unwrap_or_default();
        let Some(chaos) = &mut self.chaos else { return };
        if self.job_pace.is_some() {
            *chaos = chaos.without(ChaosKind::SlowJobs);
        }
        if self.search_lag.is_none() {
            self.rules.search_lag = chaos.search_lag();
        }
        self.rules.max_page_size = self.rules.max_page_size.or(chaos.max_page_size());
    }

    /// Returns the backend, the credentials for the test, and whether the clock must follow tokio's
    /// time.
    fn backend(mut self, authority: String) -> (Arc<Backend>, Credentials, bool) {
        let follows_tokio = self.clock.attach();
        let default = Credentials::api_token("owner@example.com", "token");
        let credentials = self.credentials.first().cloned().unwrap_or(default.clone());
        let owner_email = if credentials.email().is_empty() {
            default.email()
        } else {
            credentials.email()
        };
        self.apply_chaos();
        let mut account = Account::new(self.rules, self.clock.now(), owner_email);
        account.jobs.pace = self.job_pace.unwrap_or_default();
        if self.chaos.is_some_and(Chaos::ids_out_of_order) {
            account.ids.come_out_of_order();
        }
        let admission = match self.credentials.is_empty() {
            true => Admission::AnyCredentials,
            false => Admission::Only(self.credentials),
        };
        let settings = Settings {
            clock: self.clock,
            admission,
            limits: self.limits,
            chaos: self.chaos,
            trouble: self.trouble,
            keep_calls: self.keep_calls,
            strictness: self.strictness,
        };
        let backend = Backend::new(account, settings, authority);
        #[cfg(feature = "webhooks")]
        for (webhook, place) in self.webhooks {
            backend.register_webhook(webhook, place);
        }
        (Arc::new(backend), credentials, follows_tokio)
    }
}

fn cannot_listen(place: Place, address: SocketAddr, error: &io::Error) -> ! {
    let advice = "without `address(…)` the double gets a free port";
    fail_at(
        place,
        format!(
            "mock-zendesk cannot listen at {address}: {error}\n  {advice}\n  started at {place}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    #[cfg(feature = "standalone")]
    use std::time::Duration;

    #[cfg(feature = "standalone")]
    use crate::{
        api::request::Incoming,
        server::clock::Clock,
        server::http_server::{Answering, Beside},
    };

    use super::*;

    #[tokio::test]
    async fn a_double_that_cannot_come_back_says_so() {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let port = Port::without_holder(address);
        let zendesk = MockZendesk::builder()
            .start_behind(port, Place::here())
            .expect("the address is free");
        zendesk.come_back();
        zendesk.go_offline();
        let other = TcpListener::bind(address).expect("nobody has the address now");
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| zendesk.come_back()));
        let text = panic
            .expect_err("it cannot")
            .downcast::<String>()
            .expect("a text");
        assert!(
            text.starts_with(&format!("mock-zendesk cannot listen at {address} again: ")),
            "{text}"
        );
        drop(other);
        zendesk.come_back();
        assert!(std::net::TcpStream::connect(address).is_ok());
    }

    /// Keeps the server's thread from a request that has arrived, as other programs do on a busy
    /// machine.
    #[cfg(feature = "standalone")]
    #[derive(Debug)]
    struct Busy;

    #[cfg(feature = "standalone")]
    impl Beside for Busy {
        fn answer<'a>(&'a self, _: &'a Incoming<'a>, _: Option<&'a str>) -> Option<Answering<'a>> {
            std::thread::sleep(Duration::from_millis(700));
            None
        }
    }

    #[cfg(feature = "standalone")]
    #[tokio::test(start_paused = true)]
    async fn paused_time_waits_for_a_server_that_gets_no_time_to_run() {
        let builder = MockZendesk::builder().clock(Clock::tokio());
        let zendesk = builder.start().await;
        let Front::Listening(listening) = &zendesk.front else {
            panic!("it listens");
        };
        listening.http.answer_beside(Arc::new(Busy));
        let client = reqwest::Client::builder().timeout(Duration::from_secs(30));
        let client = client.build().expect("a client");
        let get = client.get(zendesk.url("/users/me"));
        let get = get.header("authorization", zendesk.authorization());
        assert_eq!(get.send().await.expect("no time-out").status(), 200);
    }
}
