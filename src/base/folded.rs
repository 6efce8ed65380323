//! [`folded`]: the form in which Zendesk compares names, addresses and external ids;
//! [`external_id_key`]: the key of an index of external ids.

use std::borrow::Cow;
use std::sync::Arc;

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

/// Returns the key of an external id. `None` means that there is none, or that it is empty.
pub(crate) fn external_id_key(external_id: Option<&str>) -> Option<Arc<str>> {
    let external_id = folded(external_id?);
    (!external_id.is_empty()).then(|| external_id.into())
}
