//! Makes texts from outside safe to print: without control characters, and not too long.

/// Returns the text with its control characters escaped.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            clean.extend(c.escape_default());
        } else {
            clean.push(c);
        }
    }
    clean
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
