//! The cursors of an export: positions that are bound to a query and live for an hour.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::base::ids::scatter;
use crate::base::time::Moment;

use super::order::Found;

/// How long a cursor lives.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// A cursor, with the keys of recorded ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExportCursor {
    field: String,
    desc: bool,
    tie_break_field: String,
    tie_break_desc: bool,
    /// The time of creation in milliseconds, and the id, of the last row.
    sort_values: (u64, u64),
    exported_thus_far: usize,
    session_start: u128,
    created_at: u128,
    salted_request_hash: i32,
    salted_cursor_hash: i32,
}

impl ExportCursor {
    /// Returns the cursor behind this row. `former` is the cursor of the page.
    pub(super) fn behind(
        last: Found,
        rows: usize,
        former: Option<&Self>,
        of: &str,
        now: Moment,
    ) -> Self {
        let cursor = Self {
            field: "created_at".to_owned(),
            desc: true,
            tie_break_field: "id".to_owned(),
            tie_break_desc: false,
            sort_values: (last.created_at * 1_000, last.id),
            exported_thus_far: rows + former.map_or(0, |former| former.exported_thus_far),
            session_start: former.map_or(now.millis(), |former| former.session_start),
            created_at: now.millis(),
            salted_request_hash: hash(of.as_bytes()),
            salted_cursor_hash: 0,
        };
        Self {
            salted_cursor_hash: cursor.own_hash(),
            ..cursor
        }
    }

    pub(super) fn encode(&self) -> String {
        STANDARD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Decodes a cursor. `None` means that it is not one of this query's, or that it is too old.
    pub(super) fn decode(text: &str, of: &str, now: Moment) -> Option<Self> {
        let cursor: Self = serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()?;
        let age = now.millis().saturating_sub(cursor.created_at);
        let is_valid = cursor.salted_request_hash == hash(of.as_bytes())
            && cursor.salted_cursor_hash == cursor.own_hash()
            && age <= LIFETIME.as_millis();
        is_valid.then_some(cursor)
    }

    /// Returns the time of creation and the id of the last row.
    pub(super) fn last_row(&self) -> (u64, u64) {
        let (milliseconds, id) = self.sort_values;
        (milliseconds / 1_000, id)
    }

    /// Returns whether a row comes behind it: it is older, or as old with a larger id.
    pub(super) fn is_before(&self, row: &Found) -> bool {
        let (created_at, id) = self.last_row();
        row.created_at < created_at || (row.created_at == created_at && row.id > id)
    }

    fn own_hash(&self) -> i32 {
        let plain = Self {
            salted_cursor_hash: 0,
            ..self.clone()
        };
        hash(plain.encode().as_bytes())
    }
}

/// Returns a number that tells texts apart.
fn hash(bytes: &[u8]) -> i32 {
    let mixed = bytes
        .iter()
        .fold(0, |hash, byte| scatter(hash ^ u64::from(*byte)));
    mixed as i32
}
