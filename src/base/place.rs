//! [`Place`]: a line of the test, which a later failure names; or what plans something in a double
//! that runs standalone.

use std::fmt;
use std::panic::Location;

/// A place in the source of a test. Shown as `tests/sync.rs:41:13`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Line(&'static Location<'static>),
    /// No line of a test: shown as this text.
    #[cfg(feature = "standalone")]
    Named(&'static str),
}

impl Place {
    #[track_caller]
    pub(crate) fn here() -> Self {
        Self::Line(Location::caller())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => line.fmt(f),
            #[cfg(feature = "standalone")]
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
