//! Formats a [`Call`] as text, and reads its bodies as values.

use std::fmt;

use serde::de::DeserializeOwned;

use super::call::{Call, CallReply};
use super::lines;

/// # Bodies
impl Call {
    /// Returns the body of the request, read as JSON.
    ///
    /// # Panics
    ///
    /// Panics if it is not JSON, or does not fit this type.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        json_or_panic(self.body(), "body", self)
    }

    /// Returns the body of the reply, read as JSON.
    ///
    /// # Panics
    ///
    /// Panics if the double did not reply, or if the body is not JSON, or does not fit this type.
    #[must_use]
    #[track_caller]
    pub fn reply_json<T: DeserializeOwned>(&self) -> T {
        json_or_panic(
            self.reply().map(CallReply::body).unwrap_or_default(),
            "reply",
            self,
        )
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&lines::one_line(self))
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({self})")
    }
}

/// Reads a body of a call as JSON.
#[track_caller]
fn json_or_panic<T: DeserializeOwned>(body: &[u8], what: &str, call: &Call) -> T {
    match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => {
            let secrets = &call.received().secrets;
            let shown = lines::body_of(body, secrets).unwrap_or_else(|| "it is empty".to_owned());
            let error = lines::error(&error, body, secrets);
            panic!(
                "cannot read the {what} of this call as JSON of this type: {error}\n  {call}\n  {shown}"
            )
        }
    }
}
