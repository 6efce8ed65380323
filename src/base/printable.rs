//! Makes texts from outside safe to print: without control characters, and not too long.

/// Returns the text with its control characters escaped. Among them are those that change the
/// direction of what follows: with them, a name could make a line look like another one.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_directional(c) {
            clean.extend(c.escape_default());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// Returns whether a character only changes the direction of a text (Unicode's `Bidi_Control`).
fn is_directional(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Returns the text, cut to `limit` characters. If something is cut off, both lengths are appended.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let length = text.chars().count();
    if length <= limit {
        return text.to_owned();
    }
    let start: String = text.chars().take(limit).collect();
    format!("{start}… ({limit} of {length} characters)")
}

/// Returns the text with its middle left out if it is longer than `limit` characters. The start
/// says what the text is about, and the end says where.
pub(crate) fn cut_in_the_middle(text: &str, limit: usize) -> String {
    let length = text.chars().count();
    if length <= limit {
        return text.to_owned();
    }
    let half = limit / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(length - half).collect();
    format!(
        "{start}… ({} characters left out) …{end}",
        length - 2 * half
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_the_direction_of_a_text_is_escaped_and_letters_are_not() {
        let directional = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}";
        let escaped = r"\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}";
        assert_eq!(clean(directional), escaped);
        assert_eq!(clean("a\tb\u{7f}"), r"a\tb\u{7f}");
        // Hebrew, Arabic, an emoji with a joiner, a soft hyphen.
        let letters = "\u{5d0}\u{627}\u{1f468}\u{200d}\u{1f467}\u{ad}\u{202f}\u{2065}";
        assert_eq!(clean(letters), letters);
    }

    #[test]
    fn a_text_that_is_cut_in_the_middle_keeps_both_ends_and_says_how_much_is_missing() {
        assert_eq!(cut_in_the_middle("größer", 6), "größer");
        assert_eq!(
            cut_in_the_middle("größer", 5),
            "gr… (2 characters left out) …er"
        );
        assert_eq!(
            cut_in_the_middle("größer", 0),
            "… (6 characters left out) …"
        );
    }
}
