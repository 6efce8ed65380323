//! The limits of requests and of jobs that the builder can enforce.

use std::num::NonZeroU64;
use std::time::Duration;

use super::builder::MockZendeskBuilder;
use crate::api::error::RateLimitForm;
use crate::server::limits::EndpointLimits;

/// # Enforce limits
impl MockZendeskBuilder {
    /// Enforces the account's limit of requests per minute of the clock.
    ///
    /// Requests above the limit get 429 with `Retry-After`. Real plans allow 200, 400, 700 or 2500.
    /// With 0, every request gets 429. Without this, the headers report a limit of 700, and no
    /// request is refused.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use std::time::Duration;
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().rate_limit(1).start().await;
    /// assert_eq!(reqwest::get(zendesk.url("/users/me")).await?.status(), 200);
    /// let limited = reqwest::get(zendesk.url("/users/me")).await?;
    /// assert_eq!((limited.status().as_u16(), &limited.headers()["retry-after"]), (429, &"60".parse().unwrap()));
    ///
    /// zendesk.advance(Duration::from_secs(60));
    /// assert_eq!(reqwest::get(zendesk.url("/users/me")).await?.status(), 200);
    /// # Ok(()) }
    /// ```
    #[doc(alias("429", "limit"))]
    pub fn rate_limit(mut self, per_minute: u32) -> Self {
        self.limits.per_window = Some(per_minute);
        self
    }

    /// Lets the account's limit of requests count in windows of this length instead of a minute, so
    /// that a program that waits for the next window does not wait long. Fractions of a second have
    /// no effect. The limits of single endpoints keep their windows.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use std::time::Duration;
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().rate_limit(0).rate_window(Duration::from_secs(2)).start().await;
    /// let limited = reqwest::get(zendesk.url("/users/me")).await?;
    /// assert_eq!(limited.headers()["retry-after"], "2");
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the window is shorter than a second.
    #[track_caller]
    pub fn rate_window(mut self, window: Duration) -> Self {
        let Some(seconds) = NonZeroU64::new(window.as_secs()) else {
            panic!(
                "a window of {window:?} is too short; Zendesk counts in whole seconds, so give at least 1 s"
            );
        };
        self.limits.window_seconds = seconds;
        self
    }

    /// Sets the form of the 429 reply of the account's limit, instead of JSON. Zendesk has been
    /// seen to use all of these forms.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().rate_limit(0).rate_limit_form(settings::RateLimitForm::Text).start().await;
    /// let limited = reqwest::get(zendesk.url("/users/me")).await?;
    /// assert_eq!(limited.text().await?, "Number of allowed API requests per minute exceeded");
    /// # Ok(()) }
    /// ```
    pub fn rate_limit_form(mut self, form: RateLimitForm) -> Self {
        self.limits.form = form;
        self
    }

    /// Enforces the limits of single endpoints: 5 changes of a user and 5 of an organization per
    /// minute, 10 incremental exports by time and 20 by cursor per minute, 10 samples of exports per
    /// 20 minutes, and 700 permanent deletions of users per 10 minutes.
    ///
    /// Requests above the limit get 429 with `Retry-After`: as text for changes of a user, as
    /// JSON for the others.
    #[doc(alias("429", "rate limit"))]
    pub fn endpoint_limits(mut self) -> Self {
        self.limits.endpoints = EndpointLimits::Enforced;
        self
    }

    /// Limits the number of background jobs that are queued or running.
    ///
    /// A request for one more job gets 429. Zendesk's limit is 30. Without this, there is no limit.
    /// With 0, every such request gets 429.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().job_limit(30).job_pace(job_statuses::JobPace::Manual).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn job_limit(mut self, most: usize) -> Self {
        self.rules.job_limit = Some(most);
        self
    }
}
