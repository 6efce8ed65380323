//! [`Place`]: a line of the test, which a later failure names.

use std::fmt;
use std::panic::Location;

/// A place in the source of a test. Shown as `tests/sync.rs:41:13`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(&'static Location<'static>);

impl Place {
    #[track_caller]
    pub(crate) fn here() -> Self {
        Self(Location::caller())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
