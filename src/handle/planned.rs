//! [`PlannedFault`]: the test's handle on a fault that it planned.

use std::fmt;
use std::sync::Arc;

use crate::server::backend::Backend;
use crate::trouble::{Rule, RuleId};

/// A fault that was planned. Reports how often it happened, and can end it.
///
/// [`MockZendesk::inject`](crate::MockZendesk::inject) returns it. Dropping it changes nothing.
#[derive(Clone)]
pub struct PlannedFault {
    pub(crate) backend: Arc<Backend>,
    pub(crate) id: RuleId,
}

impl PlannedFault {
    /// Returns how often the fault has happened so far.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.rule(|rule| rule.fired)
    }

    /// Ends the fault.
    ///
    /// A fault that never happened is still a problem: a test that plans a fault wants to see its
    /// effect.
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

    /// Ends the fault, and does not report it as a problem if it never happened.
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
