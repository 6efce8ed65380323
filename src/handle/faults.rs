//! The methods of the double for trouble: faults, races, outages, and lists that change.

use std::sync::Arc;

use super::front::{Front, Listening};
use super::gate::Gate;
use super::planned::PlannedFault;
use super::seed::Seed;
use super::zendesk::MockZendesk;
use crate::api::operation::Operation;
use crate::base::place::Place;
use crate::server::backend::{Backend, BetweenPages};
use crate::trouble::Fault;

/// # Faults, races and outages
impl MockZendesk {
    /// Plans a fault: a deliberate deviation from Zendesk.
    ///
    /// If several faults match a call, the one that was planned first happens. A fault that never
    /// happens fails the test when the double is verified or dropped.
    #[doc(alias("fault", "error", "retry"))]
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "a fault that is planned need not be asked about"
    )]
    pub fn inject(&self, fault: Fault) -> PlannedFault {
        self.inject_at(fault, Place::here())
    }

    /// Holds the requests of this operation from now on, before they reach the account, until the
    /// gate releases them.
    ///
    /// A gate at which no request arrives fails the test when the double is verified or dropped.
    ///
    /// # Panics
    ///
    /// Panics if the double was made [without a socket](crate::MockZendeskBuilder::without_socket).
    #[doc(alias("race", "pause", "block"))]
    #[track_caller]
    pub fn hold(&self, operation: Operation) -> Gate {
        self.listening("holding requests");
        Gate::new(Arc::clone(&self.backend), operation, Place::here())
    }

    /// Closes all connections and refuses new ones until [`MockZendesk::come_back`], like a service
    /// that is down.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let zendesk = mock_zendesk::MockZendesk::start().await;
    /// zendesk.go_offline();
    /// assert!(reqwest::get(zendesk.url("/users/me")).await.unwrap_err().is_connect());
    /// zendesk.come_back();
    /// assert_eq!(reqwest::get(zendesk.url("/users/me")).await.unwrap().status(), 200);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the double was made [without a socket](crate::MockZendeskBuilder::without_socket).
    #[doc(alias("outage", "down"))]
    #[track_caller]
    pub fn go_offline(&self) {
        self.listening("going offline").http.go_offline();
    }

    /// Accepts connections again, at the same address.
    ///
    /// # Panics
    ///
    /// Panics if the double was made [without a socket](crate::MockZendeskBuilder::without_socket),
    /// or if it cannot listen at its address. On Linux the double keeps its address while it is
    /// offline. On other systems another program may take it.
    #[track_caller]
    pub fn come_back(&self) {
        let http = &self.listening("coming back").http;
        if let Err(error) = http.come_back() {
            panic!(
                "mock-zendesk cannot listen at {} again: {error}",
                http.address()
            );
        }
    }

    /// Runs `act` after each page of this list that is not the last one, for example to add or
    /// remove records between two pages of a walk.
    ///
    /// `act` receives the number of calls to the list so far.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().max_page_size(1).start().await;
    /// zendesk.seed().user("Ada");
    /// zendesk.between_pages(users::LIST, |page, seed| {
    ///     if page == 1 {
    ///         seed.user("Bob");
    ///     }
    /// });
    /// let list = reqwest::Client::new().get(zendesk.url("/users?page[size]=10"));
    /// list.header("authorization", zendesk.authorization()).send().await?;
    /// assert_eq!(zendesk.account().users().last().unwrap().name, "Bob");
    /// # Ok(()) }
    /// ```
    ///
    /// If `act` never runs, or panics, the test fails when the double is verified or dropped.
    #[doc(alias("race", "pagination"))]
    #[track_caller]
    pub fn between_pages(
        &self,
        list: Operation,
        act: impl Fn(u64, &Seed<'_>) + Send + Sync + 'static,
    ) {
        let act = move |page: u64, backend: &Backend| act(page, &Seed::new(backend));
        self.backend
            .add_between_pages(list, BetweenPages(Arc::new(act)), Place::here());
    }

    /// Plans a fault like [`MockZendesk::inject`], on behalf of another line of the test.
    pub(crate) fn inject_at(&self, fault: Fault, place: Place) -> PlannedFault {
        #[cfg(feature = "standalone")]
        let place = fault.origin.unwrap_or(place);
        let id = self.backend.with_faults(|faults| faults.add(fault, place));
        PlannedFault {
            backend: Arc::clone(&self.backend),
            id,
        }
    }

    #[track_caller]
    fn listening(&self, what: &str) -> &Listening {
        match &self.front {
            Front::Listening(listening) => listening,
            Front::NoSocket => {
                panic!("{what}: this double has no wire; start it with `.start().await`")
            }
        }
    }
}
