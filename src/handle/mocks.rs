//! wiremock's server, for mocks that the test writes itself.

use wiremock::MockServer;

use super::front::Front;
use super::zendesk::MockZendesk;

/// # Mocks of your own
impl MockZendesk {
    /// Returns the double as a wiremock server, to mount a `Mock` of your own on it.
    ///
    /// Your mock takes precedence over the double for the requests that it matches, unless its
    /// priority is above 100.
    ///
    /// The first call starts the server. From then on, every request goes through it, which takes
    /// longer, and wiremock keeps a copy of each request until the double is dropped. The server
    /// does not record requests: [`MockZendesk::calls`] returns all of them,
    /// whether the double or your mock replied.
    ///
    /// Do not call `reset` on it: that would remove the double, too.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// use wiremock::{Mock, ResponseTemplate, matchers::path};
    ///
    /// let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let outage = Mock::given(path("/api/v2/users.json")).respond_with(ResponseTemplate::new(503));
    /// outage.up_to_n_times(1).mount(zendesk.server()).await;
    ///
    /// assert_eq!(reqwest::get(zendesk.url("/users.json")).await?.status(), 503);
    /// assert_eq!(reqwest::get(zendesk.url("/users.json")).await?.status(), 401, "the double again");
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the double was made [without a socket](crate::MockZendeskBuilder::without_socket),
    /// or if the server cannot be started, for example because too many files are open.
    #[must_use]
    #[track_caller]
    pub fn server(&self) -> &MockServer {
        let Front::Listening(listening) = &self.front else {
            panic!(
                "this double has no server; start it with `start().await` to mount mocks of your own"
            );
        };
        match listening.wiremock(&self.backend) {
            Ok(server) => server,
            Err(error) => panic!("wiremock's server cannot be started: {error}"),
        }
    }
}
