//! Reads the start of JSON without what follows it: a body may have eight megabytes, of which a text
//! shows some hundred characters. `lines.rs` decides which bodies are read like this.

use serde_json::Value;

use super::secret_names::is_secret;
use super::secrets::SECRET;

/// Returns the start of a JSON object or array, without values under the names of secrets, and
/// without spaces between its parts. `None` means that it is not JSON up to there.
///
/// The text may end anywhere. A secret that is cut at its end is left out as a whole.
pub(super) fn plain_start(text: &str) -> Option<String> {
    let mut rest = text.trim_start_matches(is_space);
    if !rest.starts_with(['{', '[']) {
        return None;
    }
    let mut plain = String::with_capacity(rest.len());
    while !rest.is_empty() {
        let (part, behind) = split(rest)?;
        plain.push_str(part);
        rest = behind;
        if let Some(value) = behind_key(part, behind)? {
            let (value, behind) = split_value(value)?;
            plain.push(':');
            if value == "null" {
                plain.push_str(value);
            } else if !value.is_empty() {
                plain.push_str(&Value::from(SECRET).to_string());
            }
            rest = behind;
        }
    }
    Some(plain)
}

/// Returns the text behind the colon if this part is the name of a secret. The outer `None` means
/// that it is not JSON.
fn behind_key<'a>(part: &str, behind: &'a str) -> Option<Option<&'a str>> {
    let Some(value) = behind.strip_prefix(':').filter(|_| part.starts_with('"')) else {
        return Some(None);
    };
    let name: String = serde_json::from_str(part).ok()?;
    Some(is_secret(&name).then(|| value.trim_start_matches(is_space)))
}

/// Splits off a whole value. It is empty at the end of the text.
fn split_value(text: &str) -> Option<(&str, &str)> {
    let (mut rest, mut depth) = (text, 0_usize);
    while !rest.is_empty() {
        let (part, behind) = split(rest)?;
        match part {
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.checked_sub(1)?,
            "," | ":" if depth == 0 => return None,
            _ => {}
        }
        rest = behind;
        if depth == 0 {
            let value = &text[..text.len() - rest.len()];
            return Some((value.trim_end_matches(is_space), rest));
        }
    }
    Some((text, rest))
}

/// Splits off a string, a sign, or another literal, and the spaces behind it.
fn split(text: &str) -> Option<(&str, &str)> {
    let length = match text.as_bytes().first()? {
        b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
        b'"' => string_length(text)?,
        _ => literal_length(text)?,
    };
    let (part, behind) = text.split_at(length);
    Some((part, behind.trim_start_matches(is_space)))
}

/// Returns the length of the string at the start, or of what there is of it.
fn string_length(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (place, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !is_escaped => return Some(place + 1),
            0..=0x1f => return None,
            _ => is_escaped = byte == b'\\' && !is_escaped,
        }
    }
    Some(text.len())
}

/// Returns the length of the number or word at the start, or of what there is of it.
fn literal_length(text: &str) -> Option<usize> {
    let is_end = |c: char| is_space(c) || "{}[],:\"".contains(c);
    let literal = &text[..text.find(is_end).unwrap_or(text.len())];
    let is_number = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    let mut words = ["true", "false", "null"].into_iter();
    let is_literal = words.any(|word| word.starts_with(literal)) || literal.bytes().all(is_number);
    is_literal.then_some(literal.len())
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::plain_start;

    #[test]
    fn the_start_of_json_has_no_value_under_the_name_of_a_secret_wherever_it_ends() {
        let cases = [
            ("{\n  \"a\": [1, true]\n}", Some(r#"{"a":[1,true]}"#)),
            (r#"{"a":"x y\"z"#, Some(r#"{"a":"x y\"z"#)),
            (
                r#"{"pwd":"abc","b":1}"#,
                Some(r#"{"pwd":"[secret]","b":1}"#),
            ),
            (r#"{"pwd":"ab"#, Some(r#"{"pwd":"[secret]""#)),
            (r#"{"pwd":"#, Some(r#"{"pwd":"#)),
            (
                r#"{"p\u0077d" : "abc"}"#,
                Some(r#"{"p\u0077d":"[secret]"}"#),
            ),
            (r#"{"pin":4711}"#, Some(r#"{"pin":"[secret]"}"#)),
            (r#"{"pin":47"#, Some(r#"{"pin":"[secret]""#)),
            (r#"{"pin": null }"#, Some(r#"{"pin":null}"#)),
            (
                r#"{"session":{"a":["b",{}]},"c":[2]}"#,
                Some(r#"{"session":"[secret]","c":[2]}"#),
            ),
            (
                r#"[{"session":{"a":["b",{"#,
                Some(r#"[{"session":"[secret]""#),
            ),
            (r#"["pwd","abc"]"#, Some(r#"["pwd","abc"]"#)),
            ("", None),
            ("pwd=abc", None),
            (r#""pwd=abc""#, None),
            (r#"{"a":1} pwd=abc"#, None),
            (r#"{"pwd"::"abc"}"#, None),
            (r#"{"pwd"}"abc"}"#, Some(r#"{"pwd"}"abc"}"#)),
            (r#"{"pwd":}"abc"}"#, None),
            ("{\"a\":\"x\ny\"}", None),
            (r#"{pwd:"abc"}"#, None),
            (r#"{"p\qwd":"abc"}"#, None),
        ];
        for (text, expected) in cases {
            assert_eq!(plain_start(text).as_deref(), expected, "{text}");
        }
    }
}
