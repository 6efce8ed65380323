//! Cursors in Zendesk's format: a position and the names of its columns, encoded as base64.
//!
//! Clients must treat cursors as opaque. They look like Zendesk's, so that a client that reads them
//! fails in the test, too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::base::sequence::{Column, Position};

/// A decoded cursor: a position, and the order that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) order: String,
    pub(crate) position: Position,
}

#[derive(Serialize, Deserialize)]
struct Outer<'a> {
    #[serde(borrow)]
    o: &'a str,
    #[serde(borrow)]
    v: &'a str,
}

/// Returns the cursor for a position in this order.
pub(crate) fn encode(order: &str, position: &Position) -> String {
    let mut bytes = Vec::new();
    for column in &position.0 {
        match column {
            Column::Integer(number) => {
                bytes.push(b'i');
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            // The length counts characters, not bytes.
            Column::Text(text) => {
                bytes.push(b's');
                let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
                bytes.extend_from_slice(&length.to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        }
    }
    let v = STANDARD.encode(bytes);
    let outer = serde_json::to_vec(&Outer { o: order, v: &v }).unwrap_or_default();
    STANDARD.encode(outer)
}

/// Decodes a cursor. Returns `None` if it is not valid.
pub(crate) fn decode(cursor: &str) -> Option<Cursor> {
    let outer = STANDARD.decode(cursor).ok()?;
    let Outer { o, v } = serde_json::from_slice(&outer).ok()?;
    let bytes = STANDARD.decode(v).ok()?;
    let mut rest = bytes.as_slice();
    let mut columns = Vec::new();
    while let Some((tag, tail)) = rest.split_first() {
        let (column, tail) = match tag {
            b'i' => integer(tail)?,
            b's' => text(tail)?,
            _ => return None,
        };
        columns.push(column);
        rest = tail;
    }
    Some(Cursor {
        order: o.to_owned(),
        position: Position(columns),
    })
}

/// Reads an integer, and returns the remaining bytes. The documentation shows an id in fewer than
/// eight bytes at the end of a cursor.
fn integer(bytes: &[u8]) -> Option<(Column, &[u8])> {
    let (number, tail) = bytes.split_at(bytes.len().min(8));
    let mut padded = [0; 8];
    padded[..number.len()].copy_from_slice(number);
    (!number.is_empty()).then_some((Column::Integer(i64::from_le_bytes(padded)), tail))
}

/// Reads a text, and returns the remaining bytes.
fn text(bytes: &[u8]) -> Option<(Column, &[u8])> {
    let (length, tail) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    // The bytes after the text need not be UTF-8.
    let valid = tail.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let end = valid
        .char_indices()
        .map(|(at, _)| at)
        .chain([valid.len()])
        .nth(length)?;
    Some((Column::Text(valid[..end].to_owned()), &tail[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_id(id: i64) -> Position {
        Position(vec![Column::Integer(id)])
    }

    /// Recorded cursors, and some that were computed in the same way.
    #[test]
    fn cursors_of_ids_are_the_recorded_ones() {
        let vectors = [
            (1, "eyJvIjoiaWQiLCJ2IjoiYVFFQUFBQUFBQUFBIn0="),
            (461, "eyJvIjoiaWQiLCJ2IjoiYWMwQkFBQUFBQUFBIn0="),
            (
                6_130_855_204_506,
                "eyJvIjoiaWQiLCJ2IjoiYVpwV2NuT1RCUUFBIn0=",
            ),
            (
                6_136_125_168_538,
                "eyJvIjoiaWQiLCJ2IjoiYVpxYmo2MlVCUUFBIn0=",
            ),
            (26_917_874, "eyJvIjoiaWQiLCJ2IjoiYWZLN21nRUFBQUFBIn0="),
            (
                18_416_262_917_908,
                "eyJvIjoiaWQiLCJ2IjoiYVJRdno5Ni9FQUFBIn0=",
            ),
            (i64::MAX, "eyJvIjoiaWQiLCJ2IjoiYWYvLy8vLy8vLzkvIn0="),
        ];
        for (id, cursor) in vectors {
            assert_eq!(encode("id", &of_id(id)), cursor);
            assert_eq!(
                decode(cursor),
                Some(Cursor {
                    order: "id".to_owned(),
                    position: of_id(id)
                })
            );
        }
    }

    /// The length of a text counts characters. The third of these has eight characters in eleven
    /// bytes.
    #[test]
    fn cursors_of_names_are_the_recorded_ones() {
        let vectors = [
            (
                "Support",
                6_130_852_536_346,
                "eyJvIjoibmFtZSxpZCIsInYiOiJjd2NBQUFCVGRYQndiM0owYVJxZ1NYT1RCUUFBIn0=",
            ),
            (
                "testGroup0",
                6_164_094_475_034,
                "eyJvIjoibmFtZSxpZCIsInYiOiJjd29BQUFCMFpYTjBSM0p2ZFhBd2FScGJxVENiQlFBQSJ9",
            ),
            (
                "🎯Support",
                6_136_065_314_586,
                "eyJvIjoibmFtZSxpZCIsInYiOiJjd2dBQUFEd240NnZVM1Z3Y0c5eWRHa2FULzZwbEFVQUFBPT0ifQ==",
            ),
        ];
        for (name, id, cursor) in vectors {
            let position = Position(vec![Column::Text(name.to_owned()), Column::Integer(id)]);
            assert_eq!(encode("name,id", &position), cursor);
            assert_eq!(
                decode(cursor),
                Some(Cursor {
                    order: "name,id".to_owned(),
                    position
                })
            );
        }
    }

    #[test]
    fn the_short_form_of_the_documentation_is_taken() {
        let cursor = decode("eyJvIjoiaWQiLCJ2IjoiYVFFPSJ9").expect("documented");
        assert_eq!(cursor.position, of_id(1));
    }

    #[test]
    fn several_columns_come_back_as_they_went() {
        let position = Position(vec![
            Column::Integer(-1),
            Column::Text("käse & co".to_owned()),
            Column::Integer(7),
        ]);
        let decoded =
            decode(&encode("-default,organization_name,id", &position)).expect("own cursor");
        assert_eq!(
            (decoded.order.as_str(), decoded.position),
            ("-default,organization_name,id", position)
        );
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        let of_bytes =
            |v: &[u8]| STANDARD.encode(format!(r#"{{"o":"name","v":"{}"}}"#, STANDARD.encode(v)));
        let [
            truncated_text,
            truncated_length,
            no_text,
            no_number,
            no_length,
            no_type,
        ] = [
            &b"s\xff\0\0\0ab"[..],
            b"s\x01\0",
            b"s\x02\0\0\0a\xff",
            b"i",
            b"s",
            b"x\x01",
        ]
        .map(of_bytes);
        for junk in [
            "",
            "x",
            "bad",
            "e30=",
            "eyJvIjoiaWQiLCJ2IjoiYVFFQUFBQUFBQUFBIn0",
            "eyJvIjoiaWQiLCJ2IjoiISJ9",
            &truncated_text,
            &truncated_length,
            &no_text,
            &no_number,
            &no_length,
            &no_type,
        ] {
            assert_eq!(decode(junk), None, "{junk}");
        }
    }
}
