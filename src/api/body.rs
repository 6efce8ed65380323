//! [`Body`]: what the body of a successful reply contains.

use crate::base::schema::{Key, Shape};

/// What the body of a successful reply contains. The keys of pages and of sideloads follow from the
/// parameters of the operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    Nothing,
    /// A record under its key.
    One(fn() -> Shape),
    /// Records under their key, and what a list says about its pages.
    Many(fn() -> Shape),
    /// These keys, and what a list says about its pages, if it has pages.
    Keys(fn() -> Vec<Key>),
}
