//! How the builder turns on the control page.

use super::builder::MockZendeskBuilder;

/// # Run standalone
impl MockZendeskBuilder {
    /// Adds the control page at `/_mock/`, and its JSON routes, which the
    /// [guide](crate::guide::standalone) lists. A browser shows with it what is in the account and the
    /// calls as they come. Programs in other languages control the double with it.
    ///
    /// Whoever reaches the address of the double can use it, except pages of other hosts in a
    /// browser. Requests to it are not calls. `/` says where it is.
    ///
    /// A reset takes the double back to the state before its first request, and forgets its calls. It
    /// also forgets the expectations that a test has declared. Webhooks and their deliveries stay.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::MockZendesk;
    /// let zendesk = MockZendesk::builder().control_page().start().await;
    /// let reset = reqwest::Client::new().post(format!("{}/_mock/reset", zendesk.uri()));
    /// let reset = reset.json(&serde_json::json!({}));
    /// assert_eq!(reset.send().await?.status(), 200);
    /// zendesk.calls().assert_none();
    /// # Ok(()) }
    /// ```
    pub fn control_page(mut self) -> Self {
        self.page.get_or_insert_default();
        self
    }

    /// Lets the control page be used under this host name, too. Without it, the page refuses every
    /// host except `localhost`, loopback addresses, and the address at which the double listens.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::MockZendesk;
    /// let zendesk = MockZendesk::builder().control_page_host("zendesk").start().await;
    /// let account = format!("{}/_mock/account", zendesk.uri());
    /// let get = |host| reqwest::Client::new().get(&account).header("host", host).send();
    /// assert_eq!(get("zendesk:8080").await?.status(), 200);
    /// assert_eq!(get("elsewhere").await?.status(), 403);
    /// # Ok(()) }
    /// ```
    #[doc(alias("csrf", "rebinding"))]
    pub fn control_page_host(mut self, name: impl Into<String>) -> Self {
        self.page.get_or_insert_default().names.push(name.into());
        self
    }
}
