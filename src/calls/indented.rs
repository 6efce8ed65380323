//! Shows a body in several lines, for a page.

use super::lines;
use super::secrets::Secrets;

/// The number of characters of a body that a page shows.
const MAX_BODY_CHARS: usize = 4_000;

/// The maximum depth of JSON that is indented.
const MAX_DEPTH: usize = 20;

/// Returns a body as a person reads it: JSON has a line for each key, in the order in which it was
/// sent. `None` means that the body is empty.
pub(super) fn body(body: &[u8], secrets: &Secrets) -> Option<String> {
    let text = lines::body_up_to(body, secrets, MAX_BODY_CHARS)?;
    Some(if text.starts_with(['{', '[']) {
        indented(&text)
    } else {
        text
    })
}

/// Returns JSON in several lines. The JSON may be cut, or broken in another way.
fn indented(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let (mut is_in_string, mut is_escaped, mut skips_spaces) = (false, false, false);
    let new_line = |text: &mut String, depth: usize| {
        text.truncate(text.trim_end().len());
        text.push('\n');
        text.push_str(&"  ".repeat(depth.min(MAX_DEPTH)));
    };
    for c in json.chars() {
        if is_in_string {
            text.push(c);
            is_in_string = is_escaped || c != '"';
            is_escaped = c == '\\' && !is_escaped;
            continue;
        }
        if c == ' ' && skips_spaces {
            continue;
        }
        let is_empty = text.ends_with(['{', '[']) && matches!(c, '}' | ']');
        if matches!(c, '}' | ']') {
            depth = depth.saturating_sub(1);
            if !is_empty {
                new_line(&mut text, depth);
            }
        } else if text.ends_with(['{', '[', ',']) {
            new_line(&mut text, depth);
        }
        text.push(c);
        match c {
            '{' | '[' => depth += 1,
            ':' => text.push(' '),
            '"' => is_in_string = true,
            _ => {}
        }
        skips_spaces = matches!(c, '{' | '[' | ',' | ':');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn json_gets_a_line_for_each_key_and_keeps_its_order() {
        let cases = [
            ("{}", "{}"),
            (
                r#"{"b":1,"a":[true,{"c":null}]}"#,
                "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    {\n      \"c\": null\n    }\n  ]\n}",
            ),
            (r#"{ "a" : [ ] }"#, "{\n  \"a\" : []\n}"),
            (
                r#"["{,:}","\"[","\\",1]"#,
                "[\n  \"{,:}\",\n  \"\\\"[\",\n  \"\\\\\",\n  1\n]",
            ),
            (
                r#"{"a":"x… (4 of 9 characters)"#,
                "{\n  \"a\": \"x… (4 of 9 characters)",
            ),
            ("[1… (2 of 9 characters)", "[\n  1… (2 of 9 characters)"),
            ("[]]", "[]\n]"),
        ];
        for (json, expected) in cases {
            assert_eq!(indented(json), expected, "{json}");
        }
    }

    #[test]
    fn deep_json_is_not_indented_without_an_end() {
        let text = indented(&"[".repeat(4_000));
        assert!(text.len() < 4_000 * 50, "{}", text.len());
    }
}
