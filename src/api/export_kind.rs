//! [`Export`]: what kind of incremental export an operation is; [`ExportPoint`]: a place in the
//! stream of changes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

#[cfg(feature = "openapi")]
use super::takes::OneOf;

/// An operation that is an incremental export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Export {
    pub(crate) kind: ExportKind,
    /// The size of a page if the request does not choose one, and the largest.
    pub(crate) page_size: usize,
}

/// How the next page of an export is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportKind {
    /// By `start_time`. Pages overlap in the second in which one ends and the next one starts.
    Time,
    /// By `cursor`.
    Cursor,
}

impl Export {
    pub(crate) const BY_TIME: Self = Self {
        kind: ExportKind::Time,
        page_size: 1000,
    };

    pub(crate) const BY_CURSOR: Self = Self {
        kind: ExportKind::Cursor,
        page_size: 1000,
    };

    /// "It also returns only up to 50 results per request."
    /// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-sample-export>
    pub(crate) const SAMPLE: Self = Self {
        kind: ExportKind::Time,
        page_size: 50,
    };

    /// Returns the parameters of which a request needs at least one.
    #[cfg(feature = "openapi")]
    pub(crate) const fn requires(self) -> OneOf {
        match self.kind {
            ExportKind::Time => &["start_time"],
            ExportKind::Cursor => &["start_time", "cursor"],
        }
    }

    /// Returns the parameters that choose a page. Zendesk is known to ignore `end_time`, which some
    /// clients send.
    pub(crate) const fn parameters(self) -> &'static [&'static str] {
        match self.kind {
            ExportKind::Time => &["start_time", "per_page", "end_time"],
            ExportKind::Cursor => &["start_time", "cursor", "per_page"],
        }
    }
}

/// A place in the stream of changes: a time, and the last record before the place that changed at
/// that time, or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExportPoint {
    pub(crate) time: u64,
    pub(crate) id: u64,
}

impl ExportPoint {
    /// Returns the start of the changes of this second.
    pub(crate) const fn at(time: u64) -> Self {
        Self { time, id: 0 }
    }

    /// Returns the cursor in Zendesk's format: base64 of `1694303526.0||6130869168922|`.
    pub(crate) fn cursor(self) -> String {
        STANDARD.encode(format!("{}.0||{}|", self.time, self.id))
    }

    /// Decodes a cursor. Returns `None` if it is not valid.
    pub(crate) fn of_cursor(cursor: &str) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
        let (time, id) = text.strip_suffix('|')?.split_once("||")?;
        let time = time.split('.').next()?;
        Some(Self {
            time: time.parse().ok()?,
            id: id.parse().ok()?,
        })
    }
}
