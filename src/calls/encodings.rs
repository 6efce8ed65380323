//! Finds secrets in a text in all their forms: unchanged, percent-encoded, with JSON escapes, in
//! hexadecimal digits, in base64 alone or within longer data; also in several encodings at once,
//! and when only some letters are encoded.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The maximum number of nested encodings that are removed.
const MAX_LAYERS: usize = 3;

/// The maximum number of characters of one encoded byte: a percent-encoded JSON escape.
pub(super) const MAX_ENCODED_BYTE_CHARS: usize = 24;

/// The minimum length of a secret. Shorter texts occur elsewhere, too, and are not searched for.
pub(super) const MIN_SECRET_LENGTH: usize = 6;

/// Every encoded form of the secrets to search for, indexed by their first bytes, so that the time
/// of a search does not depend on their number.
#[derive(Debug, Default)]
pub(super) struct Forms {
    by_start: BTreeMap<[u8; MIN_SECRET_LENGTH], Vec<Form>>,
}

#[derive(Debug)]
struct Form {
    text: Box<str>,
    /// Whether adjacent letters of base64 belong to it.
    is_base64: bool,
}

impl Forms {
    /// Adds a secret.
    pub(super) fn add(&mut self, secret: &str) {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        for text in [secret, &hex, &hex.to_uppercase()] {
            self.add_layers(text, false);
        }
        for text in in_base64(secret) {
            self.add_layers(&text, true);
        }
    }

    /// Adds a text, both unchanged and with up to [`MAX_LAYERS`] layers of encoding removed.
    fn add_layers(&mut self, text: &str, is_base64: bool) {
        let mut layer = Layer::whole(text);
        for _ in 0..=MAX_LAYERS {
            if let Some(start) = layer.text.as_bytes().first_chunk() {
                let forms = self.by_start.entry(*start).or_default();
                if !forms.iter().any(|form| *form.text == *layer.text) {
                    forms.push(Form {
                        text: layer.text.as_str().into(),
                        is_base64,
                    });
                }
            }
            if !layer.has_encodings() {
                return;
            }
            layer = layer.decoded();
        }
    }

    /// Returns the forms that a text starts with.
    fn at<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Form> {
        let forms = text
            .as_bytes()
            .first_chunk()
            .and_then(|start| self.by_start.get(start));
        forms
            .into_iter()
            .flatten()
            .filter(move |form| text.starts_with(&*form.text))
    }
}

/// Returns the base64 letters that depend on this text alone, wherever it stands in longer data.
/// Base64 encodes groups of three bytes, so there are three alignments, in two alphabets.
fn in_base64(secret: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for before in 0..3 {
        let bytes: Vec<u8> = std::iter::repeat_n(0, before)
            .chain(secret.bytes())
            .collect();
        // These letters also contain bits of the bytes before or after the secret.
        let first = [0, 2, 3][before];
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&bytes);
            let last = bytes.len() * 8 / 6;
            found.extend(text.get(first..last).map(str::to_owned));
        }
    }
    found
}

/// Returns the places of secrets in a text, as ranges of bytes, in order and without overlaps.
pub(super) fn find(text: &str, forms: &Forms) -> Vec<Range<usize>> {
    if forms.by_start.is_empty() {
        return Vec::new();
    }
    let mut layers = vec![Layer::whole(text)];
    for _ in 0..MAX_LAYERS {
        let next = layers
            .last()
            .filter(|layer| layer.has_encodings())
            .map(Layer::decoded);
        layers.extend(next);
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for layer in &layers {
        for (start, _) in layer.text.char_indices() {
            for Form { text, is_base64 } in forms.at(&layer.text[start..]) {
                let range = start..start + text.len();
                let range = if *is_base64 {
                    layer.run(range.start, range.end)
                } else {
                    range
                };
                found.push(layer.origins[range.start]..layer.origins[range.end]);
            }
        }
    }
    merged(found)
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// A text with some encodings removed.
struct Layer {
    /// One letter for each byte.
    text: String,
    /// The start of each byte of `text` in the original text, and the end of the last one.
    origins: Vec<usize>,
}

impl Layer {
    fn whole(text: &str) -> Self {
        let mut layer = Self {
            text: String::with_capacity(text.len()),
            origins: Vec::with_capacity(text.len() + 1),
        };
        text.bytes()
            .enumerate()
            .for_each(|(place, byte)| layer.push(byte, place));
        layer.origins.push(text.len());
        layer
    }

    /// Adds a byte that starts at this place of the original.
    fn push(&mut self, byte: u8, place: usize) {
        let letter = char::from(byte);
        self.text.push(letter);
        self.origins
            .extend(std::iter::repeat_n(place, letter.len_utf8()));
    }

    fn has_encodings(&self) -> bool {
        self.text.contains(['%', '\\', '+', '\n', '\r', '\t'])
    }

    /// Returns the text with one more encoding removed.
    fn decoded(&self) -> Self {
        let letters: Vec<(usize, char)> = self.text.char_indices().collect();
        let bytes: Vec<u8> = letters
            .iter()
            .map(|(_, letter)| u8::try_from(*letter).unwrap_or(b'?'))
            .collect();
        let mut decoded = Self {
            text: String::with_capacity(self.text.len()),
            origins: Vec::new(),
        };
        let mut index = 0;
        while index < bytes.len() {
            let Unit {
                bytes: unit,
                length,
            } = unit(&bytes[index..]);
            let place = self.origins[letters[index].0];
            unit.iter()
                .for_each(|byte| decoded.push(comparable(*byte), place));
            index += length;
        }
        decoded.origins.extend(self.origins.last());
        decoded
    }

    /// Returns the range of base64 letters around a place.
    fn run(&self, start: usize, end: usize) -> Range<usize> {
        let is_base64 = |c: &char| c.is_ascii_alphanumeric() || "+-_=".contains(*c);
        let before: usize = self.text[..start]
            .chars()
            .rev()
            .take_while(is_base64)
            .count();
        let behind: usize = self.text[end..].chars().take_while(is_base64).count();
        start - before..end + behind
    }
}

/// The byte at the start of a text, and the number of characters that it takes.
struct Unit {
    bytes: Vec<u8>,
    length: usize,
}

fn unit(text: &[u8]) -> Unit {
    match text {
        [b'%', ..] => percent(text),
        [b'\\', ..] => escape(text),
        [byte, ..] => Unit {
            bytes: vec![*byte],
            length: 1,
        },
        [] => Unit {
            bytes: Vec::new(),
            length: 1,
        },
    }
}

/// Decodes `%41`, and also `%2541`, where the percent sign is encoded, too.
fn percent(text: &[u8]) -> Unit {
    let mut length = 1;
    while text[length..].starts_with(b"25") {
        length += 2;
    }
    match hexadecimal(text.get(length..length + 2)) {
        Some(byte) => Unit {
            bytes: vec![u8::try_from(byte).unwrap_or(b'%')],
            length: length + 2,
        },
        None => Unit {
            bytes: vec![b'%'],
            length,
        },
    }
}

/// Decodes `\u0041`, `\u{41}`, `\"`, `\n`, with any number of backslashes, because an escape may be
/// escaped, too. The backslashes are dropped: from the middle of a text, nobody can tell whether
/// one is a letter or the start of an escape.
fn escape(text: &[u8]) -> Unit {
    let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
    let letter = text[slashes..]
        .strip_prefix(b"u")
        .and_then(|rest| code_point(rest, slashes));
    match letter {
        Some((letter, length)) => Unit {
            bytes: letter.to_string().into_bytes(),
            length: slashes + 1 + length,
        },
        None => Unit {
            bytes: Vec::new(),
            length: slashes,
        },
    }
}

/// Returns a byte in the form in which it is compared: a form writes a space as a plus, and JSON
/// writes control characters as letters after a backslash.
fn comparable(byte: u8) -> u8 {
    match byte {
        b'+' => b' ',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        byte => byte,
    }
}

/// Returns the letter after `\u`, and the number of characters of its digits. A surrogate pair
/// is one letter.
fn code_point(rest: &[u8], slashes: usize) -> Option<(char, usize)> {
    if let [b'{', rest @ ..] = rest {
        let digits = rest.iter().position(|byte| *byte == b'}')?;
        return Some((
            char::from_u32(hexadecimal(rest.get(..digits))?)?,
            digits + 2,
        ));
    }
    let unit = hexadecimal(rest.get(..4))?;
    if let Some(letter) = char::from_u32(unit) {
        return Some((letter, 4));
    }
    let second = &rest.get(4..)?.get(slashes..)?;
    let low = hexadecimal(second.strip_prefix(b"u")?.get(..4))?;
    let pair = [u16::try_from(unit).ok()?, u16::try_from(low).ok()?];
    let letter = char::decode_utf16(pair).next()?.ok()?;
    Some((letter, 4 + slashes + 5))
}

fn hexadecimal(digits: Option<&[u8]>) -> Option<u32> {
    let digits = std::str::from_utf8(digits?)
        .ok()
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}
