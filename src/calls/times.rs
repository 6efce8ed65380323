//! [`Times`]: how many calls must come.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// How many calls must come: a number, or a range of numbers.
///
/// A range that contains every number, such as `..`, or that is empty asserts nothing, so methods
/// panic on it.
///
/// ```
/// use mock_zendesk::calls::Times;
///
/// assert_eq!(Times::from(1).to_string(), "exactly 1 call");
/// assert_eq!(Times::from(1..).to_string(), "at least 1 call");
/// assert_eq!(Times::from(..=3).to_string(), "at most 3 calls");
/// assert_eq!(Times::from(2..4).to_string(), "2 to 3 calls");
/// assert_eq!(Times::from(0).to_string(), "no call");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub(crate) least: usize,
    /// `None` means that there is no limit.
    pub(crate) most: Option<usize>,
}

impl Times {
    pub(crate) fn at_least(least: usize) -> Self {
        Self { least, most: None }
    }

    pub(crate) fn allow(self, count: usize) -> bool {
        self.least <= count && self.most.is_none_or(|most| count <= most)
    }

    /// Returns the same value if it can hold and can fail.
    ///
    /// # Panics
    ///
    /// Panics if the range is empty, so that nothing could satisfy it, or contains every number, so
    /// that nothing could violate it.
    #[track_caller]
    pub(crate) fn checked(self) -> Self {
        let is_empty = self.most.is_some_and(|most| most < self.least);
        assert!(
            !is_empty,
            "this range contains no number; give a range such as 1.. or 1..=3"
        );
        let is_any = self.least == 0 && self.most.is_none();
        assert!(
            !is_any,
            "this range contains every number, so it asserts nothing; give a number, or a range such as 1.."
        );
        self
    }
}

impl From<usize> for Times {
    fn from(count: usize) -> Self {
        Self {
            least: count,
            most: Some(count),
        }
    }
}

impl From<RangeInclusive<usize>> for Times {
    fn from(range: RangeInclusive<usize>) -> Self {
        Self {
            least: *range.start(),
            most: Some(*range.end()),
        }
    }
}

impl From<Range<usize>> for Times {
    fn from(range: Range<usize>) -> Self {
        match range.end.checked_sub(1) {
            Some(most) => Self {
                least: range.start,
                most: Some(most),
            },
            // Nothing is below 0, so the range is empty, as given.
            None => Self {
                least: range.start.max(1),
                most: Some(0),
            },
        }
    }
}

impl From<RangeFrom<usize>> for Times {
    fn from(range: RangeFrom<usize>) -> Self {
        Self::at_least(range.start)
    }
}

impl From<RangeTo<usize>> for Times {
    fn from(range: RangeTo<usize>) -> Self {
        Self::from(0..range.end)
    }
}

impl From<RangeToInclusive<usize>> for Times {
    fn from(range: RangeToInclusive<usize>) -> Self {
        Self::from(0..=range.end)
    }
}

impl From<RangeFull> for Times {
    fn from(_: RangeFull) -> Self {
        Self::at_least(0)
    }
}

impl Times {
    /// Returns it in words, such as `exactly 1 call`, with the words for one and for several.
    pub(crate) fn in_words(self, one: &str, several: &str) -> String {
        let word = |count| if count == 1 { one } else { several };
        match self {
            Self {
                least: 0,
                most: Some(0),
            } => format!("no {one}"),
            Self {
                least,
                most: Some(most),
            } if least == most => format!("exactly {least} {}", word(least)),
            Self {
                least: 0,
                most: Some(most),
            } => format!("at most {most} {}", word(most)),
            Self {
                least,
                most: Some(most),
            } => format!("{least} to {most} {several}"),
            Self {
                least: 0,
                most: None,
            } => format!("any number of {several}"),
            Self { least, most: None } => format!("at least {least} {}", word(least)),
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words("call", "calls"))
    }
}
