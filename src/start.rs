//! Starting a double: the server, the relay where it is asked for, and what keeps paused time.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use crate::account::Account;
use crate::backend::Backend;
use crate::builder::{MockZendeskBuilder, Wire};
use crate::credentials::{Admission, Credentials};
use crate::pacer;
use crate::place::Place;
use crate::relay::Relay;
use crate::wiremock_adapter;
use crate::zendesk::MockZendesk;

impl MockZendeskBuilder {
    /// Starts the double.
    ///
    /// # Panics
    ///
    /// If the address is taken.
    #[track_caller]
    pub fn start(self) -> impl Future<Output = MockZendesk> + Send {
        // An `async fn` would not know its caller.
        self.start_at(Place::here())
    }

    async fn start_at(mut self, place: Place) -> MockZendesk {
        // Behind the relay nobody needs to know where the server is.
        let inner = match self.wire {
            Wire::Plain => self.address,
            Wire::Controlled => SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let listener = TcpListener::bind(inner).unwrap_or_else(|error| cannot_listen(self.address, &error));
        let server = wiremock_adapter::start_server(listener).await;

        let follows_tokio = self.clock.attach();
        let default = Credentials::token("owner@example.com", "token");
        let credentials = self.credentials.first().cloned().unwrap_or(default.clone());
        let owner_email = if credentials.email().is_empty() { default.email() } else { credentials.email() };
        let mut account = Account::new(self.rules, self.clock.now(), owner_email);
        account.jobs.pace = self.job_pace;
        let admission = match self.credentials.is_empty() {
            true => Admission::AnyCredentials,
            false => Admission::Only(self.credentials),
        };
        let backend = Arc::new(Backend::new(
            account,
            self.clock,
            admission,
            server.address().to_string(),
            (self.limits, self.chaos),
            (self.journal, self.strictness),
        ));
        wiremock_adapter::mount(&backend, &server).await;
        if follows_tokio {
            tokio::spawn(pacer::pace(Arc::downgrade(&backend)));
        }
        let relay = (self.wire == Wire::Controlled).then(|| {
            let relay = Relay::start(self.address, *server.address(), Arc::clone(&backend));
            relay.unwrap_or_else(|error| cannot_listen(self.address, &error))
        });
        MockZendesk::new(server, relay, backend, place, credentials, self.on_drop)
    }
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> ! {
    panic!("mock-zendesk cannot listen at {address}: {error}")
}
