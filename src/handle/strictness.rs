//! What fails a test without an assertion, and how a test allows it.

use super::builder::{MockZendeskBuilder, OnDrop};
use crate::calls::UnknownEndpoints;

/// # Allow what fails a test by default
impl MockZendeskBuilder {
    /// Lets a test pass even if it calls an endpoint that does not exist. The reply is a 404 either
    /// way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().allow_unknown_endpoints().start().await;
    /// assert_eq!(reqwest::get(zendesk.url("/satisfaction_ratings")).await?.status(), 404);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "404")]
    pub fn allow_unknown_endpoints(mut self) -> Self {
        self.strictness.unknown_endpoints = UnknownEndpoints::Allowed;
        self
    }

    /// Lets a test pass if a call uses this parameter or attribute, which Zendesk reads and the
    /// double does not implement.
    ///
    /// Name it as the failure does: `?brand_id`, `?include=roles`, `ticket.custom_fields`. The
    /// double ignores it either way.
    ///
    /// Name a word of a search query after `?query`: `?query created`. A search with a word that
    /// the double does not implement gets 501 either way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().allow_unmodeled("?include=roles").start().await;
    /// assert_eq!(reqwest::get(zendesk.url("/users/me?include=roles")).await?.status(), 200);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the name is neither a parameter, with a leading `?`, nor an attribute, with its
    /// root key and a dot.
    #[track_caller]
    pub fn allow_unmodeled(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let is_name = name.starts_with('?') || name.contains('.');
        assert!(
            is_name,
            "{name} is not the name of a parameter or an attribute; write it as the failure text does: ?brand_id, or ticket.custom_fields"
        );
        self.strictness.allowed_unmodeled.push(name);
        self
    }

    /// Lets a test pass if a call sends this query parameter, which Zendesk does not have for the
    /// operation and ignores.
    ///
    /// Name it as the failure does: `?n`, `?include=colours`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().allow_unknown_parameter("?n").start().await;
    /// assert_eq!(reqwest::get(zendesk.url("/users/me?n=1")).await?.status(), 200);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the name does not have a leading `?`.
    #[track_caller]
    pub fn allow_unknown_parameter(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        assert!(
            name.starts_with('?'),
            "{name} is not the name of a parameter; write it as the failure text does: ?{name}"
        );
        self.strictness.allowed_parameters.push(name);
        self
    }

    /// Disables the checks when the double is dropped.
    ///
    /// Use it in a test that calls [`MockZendesk::verify`](crate::MockZendesk::verify) itself, or
    /// asks for a [report](crate::MockZendesk::report).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().without_verify_on_drop().start().await;
    /// zendesk.expect(users::ME, 1);
    /// assert_eq!(zendesk.report().problems().len(), 1);
    /// # }
    /// ```
    pub fn without_verify_on_drop(mut self) -> Self {
        self.on_drop = OnDrop::Nothing;
        self
    }
}
