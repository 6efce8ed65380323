//! [`NotFound`]: what was not found, and what was probably meant.

use std::fmt;

use serde::Serialize;

use crate::api::operation::Operation;
use crate::api::path::could_be_id;
use crate::resources::elsewhere::is_elsewhere;
use crate::resources::registry::ROUTES;

/// What a call named that does not exist.
///
/// A 404 for a missing record is a normal reply. An endpoint or a method that does not exist is a
/// mistake of the program, and fails the test when the double is verified or dropped, unless
/// [`MockZendeskBuilder::allow_unknown_endpoints`](crate::MockZendeskBuilder::allow_unknown_endpoints)
/// allows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "unknown")]
#[non_exhaustive]
pub enum NotFound {
    /// No operation has this path.
    Endpoint {
        /// The path of the most similar operation, if there is one.
        nearest: Option<String>,
        /// The segment of the path that was sent, and the one that was probably meant, if that is
        /// the only difference. `None` also if it is the last segment, which is easy to see.
        #[serde(skip_serializing_if = "Option::is_none")]
        mistyped: Option<[String; 2]>,
    },
    /// Zendesk has this endpoint, but the double does not implement it, and replies as if it did
    /// not exist. A wiremock `Mock` of your own can answer it:
    /// [`MockZendesk::server`](crate::MockZendesk::server).
    NotCovered,
    /// Operations have this path, with other methods.
    Method {
        /// The methods of these operations.
        known: Vec<&'static str>,
    },
    /// The endpoint exists, but the record that the path names does not.
    Record,
}

impl NotFound {
    /// Returns whether there is no such endpoint.
    pub(crate) fn is_endpoint(&self) -> bool {
        !matches!(self, Self::Record)
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint { nearest: None, .. } => f.write_str("no such endpoint"),
            Self::Endpoint { nearest: Some(nearest), mistyped } => {
                write!(f, "no such endpoint; did you mean {nearest}?")?;
                match mistyped {
                    Some([sent, meant]) => write!(f, " ({sent} should be {meant})"),
                    None => Ok(()),
                }
            }
            Self::NotCovered => {
                f.write_str("Zendesk has this endpoint, but the double does not implement it; in Rust, mount a Mock for it on zendesk.server()")
            }
            Self::Method { known } => write!(f, "this path does not take this method, only {}", known.join(" and ")),
            Self::Record => f.write_str("no such record"),
        }
    }
}

/// Returns why no operation has this method and this path, which comes without `.json`.
pub(crate) fn unknown_endpoint(path: &str) -> NotFound {
    if is_elsewhere(path) {
        return NotFound::NotCovered;
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let mut known: Vec<&'static str> = Vec::new();
    for route in ROUTES.iter() {
        if route.template.could_be(&segments) && !known.contains(&route.operation.method()) {
            known.push(route.operation.method());
        }
    }
    if known.is_empty() {
        let nearest = nearest(&segments);
        let mistyped = nearest
            .as_ref()
            .and_then(|meant| mistyped(&segments, meant));
        NotFound::Endpoint { nearest, mistyped }
    } else {
        NotFound::Method { known }
    }
}

/// The cost of a missing or additional segment.
const SEGMENT_COST: usize = 3;

/// The maximum cost at which a path is suggested: less than replacing one segment.
const MAX_COST: usize = 2 * SEGMENT_COST - 1;

/// The maximum number of segments of a path that is compared. Longer paths cannot mean an
/// operation.
const MAX_PATH_SEGMENTS: usize = 12;

/// The minimum number of letters of a word that may be short for another.
const MIN_SHORT_WORD: usize = 3;

/// The number of characters of a parameter's name that are compared.
const MAX_COMPARED_CHARS: usize = 40;

/// The start of all paths, which clients tend to forget.
const PREFIX: [&str; 2] = ["api", "v2"];

fn nearest(path: &[&str]) -> Option<String> {
    // Ids and the prefix alone name nothing that could be meant.
    let is_word = |segment: &&str| !PREFIX.contains(segment) && !could_be_id(segment);
    if path.len() > MAX_PATH_SEGMENTS || !path.iter().any(is_word) {
        return None;
    }
    // A base URL that contains the prefix already.
    let twice = path
        .strip_prefix(&PREFIX)
        .filter(|rest| rest.starts_with(&PREFIX));
    let path = twice.unwrap_or(path);
    let costs = ROUTES
        .iter()
        .map(|route| (alignment(path, &route.template.0), &route.template.0));
    let (cost, template) = costs.min_by_key(|(cost, _)| *cost)?;
    (cost <= MAX_COST).then(|| fill(template, path))
}

/// Returns the only segment that differs from the path that was meant, and what was meant by it.
/// `None` means that there is another difference, or that it is the last segment.
fn mistyped(sent: &[&str], meant: &str) -> Option<[String; 2]> {
    let meant: Vec<&str> = meant.split('/').skip(1).collect();
    if sent.len() != meant.len() || sent.last() != meant.last() {
        return None;
    }
    let mut differing = sent
        .iter()
        .zip(meant)
        .filter(|(sent, meant)| *sent != meant);
    let (sent, meant) = differing.next()?;
    let is_only = differing.next().is_none();
    is_only.then(|| [(*sent).to_owned(), meant.to_owned()])
}

/// Returns the cost of turning a path into a template: segment by segment, with missing and
/// additional ones.
pub(super) fn alignment(path: &[&str], template: &[&str]) -> usize {
    let cost = segments_apart(path, template);
    if path.starts_with(&PREFIX) {
        return cost;
    }
    let whole: Vec<&str> = PREFIX.iter().chain(path).copied().collect();
    cost.min(1 + segments_apart(&whole, template))
}

/// Returns the cost of turning a path, as it is, into a template.
fn segments_apart(path: &[&str], template: &[&str]) -> usize {
    let mut row: Vec<usize> = (0..=template.len())
        .map(|index| index * SEGMENT_COST)
        .collect();
    for (index, segment) in path.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], (index + 1) * SEGMENT_COST);
        for (column, part) in template.iter().enumerate() {
            let replaced = diagonal + unlike(segment, part);
            diagonal = row[column + 1];
            row[column + 1] = replaced
                .min(diagonal + SEGMENT_COST)
                .min(row[column] + SEGMENT_COST);
        }
    }
    row[template.len()]
}

/// Returns the cost of turning one segment into another. Words that have less than half in common
/// are too different.
fn unlike(segment: &str, template: &str) -> usize {
    if template.starts_with('{') {
        return if could_be_id(segment) {
            0
        } else {
            MAX_COST + 1
        };
    }
    let letters: Vec<char> = segment.chars().take(40).collect();
    let known: Vec<char> = template.chars().collect();
    let edits = letters_apart(&letters, &known);
    let is_similar = 2 * edits <= letters.len().max(known.len());
    let by_letters = is_similar.then_some(edits);
    let costs = [by_letters, other_words(segment, template)];
    costs.into_iter().flatten().min().unwrap_or(MAX_COST + 1)
}

/// What people call things, without an s at the end, and what they are called in Zendesk's paths.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("job", "job_statuses"),
    ("member", "users"),
    ("membership", "organization_memberships"),
    ("set", "make"),
];

/// Returns the cost of a segment that says the same as the template in other or fewer words:
/// `org_memberships` or `memberships` for `organization_memberships`. `None` means that it does not.
fn other_words(segment: &str, template: &str) -> Option<usize> {
    let is_other_name = |sent: &str, known: &str| {
        OTHER_NAMES.contains(&(sent.strip_suffix('s').unwrap_or(sent), known))
    };
    if is_other_name(segment, template) {
        return Some(1);
    }
    let (sent, known): (Vec<&str>, Vec<&str>) =
        (segment.split('_').collect(), template.split('_').collect());
    let left_out = known.len().checked_sub(sent.len())?;
    let mut pairs = sent.iter().zip(&known[left_out..]);
    let is_same = pairs.all(|(sent, known)| {
        sent == known || is_other_name(sent, known) || is_short_for(sent, known)
    });
    is_same.then_some(1 + left_out.min(1))
}

/// Returns whether a word is the start of another: `org` and `orgs` of `organizations`.
fn is_short_for(word: &str, known: &str) -> bool {
    let start = word.strip_suffix('s').unwrap_or(word);
    start.len() >= MIN_SHORT_WORD && known.starts_with(start)
}

/// Returns the number of letters that differ between two words. Two adjacent letters in the wrong
/// order count as one.
pub(crate) fn edits(one: &str, other: &str) -> usize {
    let letters = |text: &str| text.chars().collect::<Vec<char>>();
    letters_apart(&letters(one), &letters(other))
}

/// Returns the edit distance of two words, in which a swap of two adjacent letters is one edit.
fn letters_apart(from: &[char], to: &[char]) -> usize {
    let width = to.len() + 1;
    let mut before_last = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut row = vec![0; width];
    for (index, a) in from.iter().enumerate() {
        row[0] = index + 1;
        for (column, b) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(a != b);
            let mut edits = replaced.min(last[column + 1] + 1).min(row[column] + 1);
            let is_swap = index > 0 && column > 0 && *a == to[column - 1] && from[index - 1] == *b;
            if is_swap {
                edits = edits.min(before_last[column - 1] + 1);
            }
            row[column + 1] = edits;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[to.len()]
}

/// Returns the parameter of an operation that was probably meant by a name that it does not have.
/// Both are written as in texts: `?page`, or `?include=users` for a sideload.
pub(super) fn nearest_parameter(operation: Operation, name: &str) -> Option<String> {
    // A keyword of a query: which keywords an account has depends on its custom fields.
    if name.contains(' ') {
        return None;
    }
    let plain = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase()
    };
    // For sideloads, only the part after the equals sign is compared.
    let sideload = "?include=";
    let of_kind = |known: &String| known.starts_with(sideload) == name.starts_with(sideload);
    let name = name.strip_prefix(sideload).unwrap_or(name);
    let sent: String = name.chars().take(MAX_COMPARED_CHARS).collect();
    let known = operation
        .query()
        .names()
        .map(|known| format!("?{known}"))
        .filter(of_kind);
    let costs = known.map(|whole| {
        let known = whole.strip_prefix(sideload).unwrap_or(&whole).to_owned();
        let edits = edits(&sent, &known);
        (
            if plain(&known) == plain(name) {
                0
            } else {
                edits
            },
            known.len(),
            whole,
        )
    });
    let (edits, length, nearest) = costs.min()?;
    (3 * edits <= name.len().max(length)).then_some(nearest)
}

/// Returns which parameters an operation takes, as a sentence: `SearchUsers takes ?query, ?page`.
/// Sideloads are left out.
pub(super) fn parameters_of(operation: Operation) -> String {
    let names = operation.query().names();
    let plain: Vec<String> = names
        .filter(|name| !name.starts_with("include="))
        .map(|name| format!("?{name}"))
        .collect();
    let takes = if plain.is_empty() {
        "no parameters".to_owned()
    } else {
        plain.join(", ")
    };
    format!("{} takes {takes}", operation.id())
}

/// Returns the template with its names replaced by the ids of the path, as far as there are any.
fn fill(template: &[&str], path: &[&str]) -> String {
    let mut ids = path.iter().filter(|segment| could_be_id(segment));
    let filled = template.iter().map(|part| match part.starts_with('{') {
        true => ids.next().copied().unwrap_or(part),
        false => part,
    });
    filled.fold(String::new(), |path, part| path + "/" + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_route_is_named_with_the_ids_that_were_sent() {
        let cases = [
            (
                "/api/v2/organisation_memberships",
                Some("/api/v2/organization_memberships"),
            ),
            (
                "/organization_memberships",
                Some("/api/v2/organization_memberships"),
            ),
            (
                "/api/v2/organization_membership/7",
                Some("/api/v2/organization_memberships/7"),
            ),
            ("/api/v2/users/7/organization_memberships/9/makedefault", {
                Some("/api/v2/users/7/organization_memberships/9/make_default")
            }),
            (
                "/api/v2/user/7/organization_memberships",
                Some("/api/v2/users/7/organization_memberships"),
            ),
            (
                "/api/v2/organization_memberships/createmany",
                Some("/api/v2/organization_memberships/create_many"),
            ),
            ("", None),
            ("/", None),
            ("/api/v2", None),
            ("/api/v2/7", None),
            ("/something/else/altogether/than/that", None),
            ("/api/v2/nowhere", None),
            ("/api/v2/foo", None),
            ("/api/v2/users/serch", Some("/api/v2/users/search")),
            ("/v2/users/7", Some("/api/v2/users/7")),
            (
                "/api/v2/api/v2/organization_memberships",
                Some("/api/v2/organization_memberships"),
            ),
        ];
        for (path, expected) in cases {
            let found = unknown_endpoint(path);
            let NotFound::Endpoint { nearest, .. } = found else {
                panic!("{path}: {found:?}")
            };
            assert_eq!(nearest.as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn what_people_call_things_finds_the_path_that_zendesk_has() {
        let cases = [
            ("/users/7/memberships", "/users/7/organization_memberships"),
            (
                "/users/7/org_memberships",
                "/users/7/organization_memberships",
            ),
            (
                "/users/7/organization_memberships/9/set_default",
                "/users/7/organization_memberships/9/make_default",
            ),
            (
                "/users/7/memberships/9/set_default",
                "/users/7/organization_memberships/9/make_default",
            ),
            (
                "/users/7/organization_memberships/9/default",
                "/users/7/organization_memberships/9/make_default",
            ),
            (
                "/organizations/7/memberships",
                "/organizations/7/organization_memberships",
            ),
            ("/organizations/7/members", "/organizations/7/users"),
            ("/orgs/7/users", "/organizations/7/users"),
            ("/memberships", "/organization_memberships"),
            ("/memberships/7", "/organization_memberships/7"),
            ("/jobs", "/job_statuses"),
            ("/jobs/7", "/job_statuses/7"),
            ("/job_status/7", "/job_statuses/7"),
            ("/org", "/organizations"),
        ];
        for (path, expected) in cases {
            // With the prefix, and without it.
            for path in [format!("/api/v2{path}"), path.to_owned()] {
                let found = unknown_endpoint(&path).to_string();
                let expected = format!("no such endpoint; did you mean /api/v2{expected}?");
                assert!(found.starts_with(&expected), "{path}: {found}");
            }
        }
    }

    #[test]
    fn a_mistyped_segment_in_the_middle_is_named() {
        let cases = [
            (
                "/api/v2/users/7/organisation_memberships/9/make_default",
                "/api/v2/users/7/organization_memberships/9/make_default? (organisation_memberships should be organization_memberships)",
            ),
            (
                "/api/v2/user/7/organization_memberships",
                "/api/v2/users/7/organization_memberships? (user should be users)",
            ),
            // The last segment is easy to see.
            ("/api/v2/users/serch", "/api/v2/users/search?"),
            // Two segments differ.
            (
                "/api/v2/user/7/organisation_memberships/9/make_default",
                "/api/v2/users/7/organization_memberships/9/make_default?",
            ),
            // One is missing.
            ("/v2/users/7", "/api/v2/users/7?"),
        ];
        for (path, expected) in cases {
            let text = unknown_endpoint(path).to_string();
            assert_eq!(text, format!("no such endpoint; did you mean {expected}"));
        }
    }

    #[test]
    fn what_only_zendesk_has_is_not_called_a_mistake() {
        for path in [
            "/api/v2/tickets/count",
            "/api/v2/views",
            "/api/v2/tickets/7/merge",
        ] {
            assert_eq!(unknown_endpoint(path), NotFound::NotCovered, "{path}");
        }
        // Neither endpoints that only clients believe in, nor those of the double, however they are
        // written.
        for path in [
            "/api/v2/organization_memberships/show_many",
            "/api/v2/tickets/x/merge",
            "/search",
        ] {
            assert_ne!(unknown_endpoint(path), NotFound::NotCovered, "{path}");
        }
        for route in ROUTES.iter() {
            let segments = route
                .template
                .0
                .iter()
                .map(|part| if part.starts_with('{') { "7" } else { part });
            let path = segments.fold(String::new(), |path, segment| path + "/" + segment);
            assert!(!is_elsewhere(&path), "{path}");
        }
    }

    #[test]
    fn the_nearest_parameter_is_named_if_there_is_one() {
        let list = ROUTES
            .iter()
            .map(|route| route.operation)
            .find(|operation| operation.id() == "ListGroupMemberships");
        let cases = [
            ("?page[sise]", Some("?page[size]")),
            ("?pageSize", Some("?page[size]")),
            ("?per-page", Some("?per_page")),
            ("?perpage", Some("?per_page")),
            ("?include=user", Some("?include=users")),
            ("?include=Groups", Some("?include=groups")),
            ("?include=tickets", None),
            ("?includes", None),
            ("?sort_by", None),
            ("?_", None),
            ("?n", None),
        ];
        for (sent, expected) in cases {
            let nearest = list.and_then(|list| nearest_parameter(list, sent));
            assert_eq!(nearest.as_deref(), expected, "{sent}");
        }
    }

    #[test]
    fn two_adjacent_letters_in_the_wrong_order_are_one_edit() {
        let cases = [
            ("emial", "email", 1),
            ("external_di", "external_id", 1),
            ("extrenal_id", "external_id", 1),
            ("nmae", "name", 1),
            ("emia", "email", 2),
            ("mail", "email", 1),
            ("abc", "cba", 2),
            ("", "name", 4),
            ("name", "name", 0),
        ];
        for (one, other, expected) in cases {
            assert_eq!(edits(one, other), expected, "{one} {other}");
            assert_eq!(edits(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_known_path_with_another_method_names_the_methods() {
        let path = "/api/v2/users/7/organization_memberships/9/make_default";
        assert_eq!(
            unknown_endpoint(path),
            NotFound::Method { known: vec!["PUT"] }
        );
        assert_eq!(
            unknown_endpoint("/api/v2/users"),
            NotFound::Method {
                known: vec!["GET", "POST"]
            }
        );
    }
}
