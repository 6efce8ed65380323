//! [`Explained`]: an error of the program under test, with the calls.

use std::fmt;

use crate::base::place::Place;

use super::html_page::name_page;
use super::journal::JournalView;
use super::panicking::with_calls;

/// An error of the test or of the program under test, with the calls that the double received.
/// [`MockZendesk::explain`](crate::MockZendesk::explain) returns it.
///
/// `Display` and `Debug` write the error as its own type does, and the calls below it. A test that
/// returns an error prints its `Debug`.
#[derive(Clone)]
pub struct Explained<E> {
    error: E,
    shown: String,
    debug: String,
}

impl<E: fmt::Display + fmt::Debug> Explained<E> {
    pub(crate) fn new(error: E, journal: &JournalView, place: Place) -> Self {
        let mut shown = with_calls(journal, &error.to_string(), place);
        let mut debug = with_calls(journal, &format!("{error:?}"), place);
        if let Some(page) = name_page(journal.double, &debug) {
            for text in [&mut shown, &mut debug] {
                text.push_str(&format!("\n\n{page}"));
            }
        }
        Self {
            error,
            shown,
            debug,
        }
    }
}

impl<E> Explained<E> {
    /// Returns the error alone.
    pub fn error(&self) -> &E {
        &self.error
    }

    /// Returns the error alone, and drops the calls.
    pub fn into_error(self) -> E {
        self.error
    }
}

impl<E> fmt::Display for Explained<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl<E> fmt::Debug for Explained<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.debug)
    }
}

/// It has no source, because its text contains the texts of the error.
impl<E> std::error::Error for Explained<E> {}
