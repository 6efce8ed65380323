//! Paths: their optional ending, and templates with names in braces for ids.

/// Returns the path without a slash at its end and without `.json`. No other place removes that
/// ending.
pub(crate) fn plain(path: &str) -> &str {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.strip_suffix(".json").unwrap_or(path)
}

/// The segments of a path, with names in braces for its ids.
pub(crate) struct Template(pub(crate) Vec<&'static str>);

impl Template {
    /// Splits a path that does not start with a slash.
    pub(crate) fn new(path: &'static str) -> Self {
        Self(path.split('/').collect())
    }

    /// Returns whether these segments match the template, with any text in the places of the ids.
    pub(crate) fn is_path(&self, segments: &[&str]) -> bool {
        let is_part = |(part, segment): (&&str, &&str)| part.starts_with('{') || part == segment;
        self.0.len() == segments.len() && self.0.iter().zip(segments).all(is_part)
    }

    /// Returns whether these segments match the template, with possible ids in the places of the
    /// ids.
    pub(crate) fn could_be(&self, segments: &[&str]) -> bool {
        self.is_path(segments) && self.ids(segments).iter().all(|(_, id)| could_be_id(id))
    }

    /// Returns the ids in such a path, with their names.
    pub(crate) fn ids<'p>(&self, segments: &[&'p str]) -> Vec<(&'static str, &'p str)> {
        let parts = self
            .0
            .iter()
            .zip(segments)
            .filter(|(part, _)| part.starts_with('{'));
        parts
            .map(|(part, segment)| (part.trim_matches(['{', '}']), *segment))
            .collect()
    }
}

/// Returns whether a segment looks like an id: a number, or the id of a job.
pub(crate) fn could_be_id(segment: &str) -> bool {
    segment.starts_with("V3-")
        || (!segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()))
}
