//! [`PlannedFault`]: what a test holds of a fault that it planned.

use std::fmt;
use std::sync::Arc;

use crate::server::backend::Backend;
use crate::trouble::{Rule, RuleId};

/// A fault that was planned: how often it happened, and its end.
/// [`MockZendesk::inject`](crate::MockZendesk::inject) gives it; dropping it changes nothing.
#[derive(Clone)]
pub struct PlannedFault {
    pub(crate) backend: Arc<Backend>,
    pub(crate) id: RuleId,
}

impl PlannedFault {
    /// How often it has happened so far.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.rule(|rule| rule.fired)
    }

    /// Lets it happen no more. If it never happened, that is a problem as without this: a test that
    /// plans a fault wants to see what it does.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// let outage = zendesk.inject(Fault::status(503).always());
    /// assert_eq!(reqwest::get(zendesk.url("/users/me")).await?.status(), 503);
    /// outage.clear();
    /// assert_eq!(reqwest::get(zendesk.url("/users/me")).await?.status(), 200);
    /// # Ok(()) }
    /// ```
    pub fn clear(&self) {
        self.backend.with_faults(|faults| faults.clear(self.id));
    }

    /// Lets it happen no more, and be no problem if it never did.
    pub(crate) fn forgive(&self) {
        self.backend.with_faults(|faults| faults.forgive(self.id));
    }

    fn rule<R: Default>(&self, ask: impl FnOnce(&Rule) -> R) -> R {
        self.backend
            .with_faults(|faults| faults.rules().get(self.id).map(ask).unwrap_or_default())
    }
}

impl fmt::Debug for PlannedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlannedFault(fired {} times)", self.fired())
    }
}
