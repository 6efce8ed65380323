//! [`sideload_names`]: the records that a request wants in addition.

/// Returns the names in an `include`. A nested one stands alone: `users(groups,identities)` is
/// `users(groups)` and `users(identities)`.
pub(crate) fn sideload_names(include: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut outer: Option<&str> = None;
    for part in include.split(',') {
        let (kind, rest) = match part.split_once('(') {
            Some((kind, rest)) => (Some(kind.trim()), rest),
            None => (outer, part),
        };
        let name = rest.split(')').next().unwrap_or_default().trim();
        outer = kind.filter(|_| !rest.contains(')'));
        match kind {
            _ if name.is_empty() => {}
            Some(kind) => names.push(format!("{kind}({name})")),
            None => names.push(name.to_owned()),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_sideloads_are_named_one_by_one() {
        let rows: [(&str, &[&str]); 5] = [
            ("users, groups,,", &["users", "groups"]),
            (
                "tickets(users),users(groups, identities),x",
                &["tickets(users)", "users(groups)", "users(identities)", "x"],
            ),
            ("users(groups", &["users(groups)"]),
            ("users()", &[]),
            ("", &[]),
        ];
        for (include, expected) in rows {
            assert_eq!(sideload_names(include), expected, "{include}");
        }
    }
}
