//! [`folded`]: the form in which Zendesk compares names, addresses and external ids.

use std::borrow::Cow;

/// Returns the text in lower case and without surrounding whitespace. Most texts already have that
/// form and are not copied.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let is_folded = text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_folded {
        text.into()
    } else {
        text.to_lowercase().into()
    }
}
