//! Telling the calls as they come, for a program that runs the double standalone.

use std::pin::pin;

use super::zendesk::MockZendesk;
use crate::calls::told_since;

/// # Following the calls
impl MockZendesk {
    /// Passes a text about each call to `tell`, as soon as the call is answered: a line, and below it
    /// the body, what the call changed, and hints. No text contains secrets.
    ///
    /// It never completes. Drop it to stop. What a background job changes later is not told; the
    /// [transcript](MockZendesk::transcript) has it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::MockZendesk;
    /// let zendesk = MockZendesk::start().await;
    /// let program = reqwest::get(zendesk.url("/users/me"));
    /// tokio::select! {
    ///     () = zendesk.follow_calls(|text| eprintln!("{text}")) => {}
    ///     reply = program => assert_eq!(reply?.status(), 200),
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn follow_calls(&self, mut tell: impl FnMut(&str)) {
        let (mut double, mut last) = (None, 0);
        loop {
            // This is registered before the calls are inspected, so that none is missed in between.
            let mut received = pin!(self.backend.received());
            received.as_mut().enable();
            let journal = self.backend.observed();
            // After a reset, the calls are counted anew. Some may have come right before it.
            if double != Some(journal.double) {
                let ended = self.backend.observed_before_reset();
                let ended = ended.filter(|ended| double == Some(ended.double));
                for told in ended.iter().flat_map(|ended| told_since(ended, last)) {
                    tell(&told.to_string());
                }
                (double, last) = (Some(journal.double), 0);
            }
            for told in told_since(&journal, last) {
                tell(&told.to_string());
            }
            last = journal.received;
            received.await;
        }
    }
}
