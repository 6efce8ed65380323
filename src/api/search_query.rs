//! [`SearchQuery`]: a parsed query in the language of Zendesk's search. The code that searches the
//! records decides what its terms mean.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408886879258>

/// A query. A record must match all of its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SearchQuery {
    pub(crate) terms: Vec<Term>,
}

/// One term of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// Whether a record must not match it.
    pub(crate) is_negated: bool,
    /// The property in lower case, with the operator. `None` means that the term applies to any
    /// text.
    pub(crate) property: Option<(String, Operator)>,
    pub(crate) value: String,
    /// Whether the value is in quotes.
    pub(crate) is_phrase: bool,
}

/// The comparison of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Is,
    Less,
    Greater,
    AtMost,
    AtLeast,
}

/// Longer operators come first, because their first character is an operator, too.
const OPERATORS: [(&str, Operator); 5] = [
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    (":", Operator::Is),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Operator {
    /// The sign that a query writes for it.
    pub(crate) fn sign(self) -> &'static str {
        let mut signs = OPERATORS.iter();
        let sign = signs.find(|(_, operator)| *operator == self);
        sign.map_or("", |(sign, _)| sign)
    }
}

impl SearchQuery {
    /// Parses a query. Every text is a valid query.
    pub(crate) fn parse(text: &str) -> Self {
        let mut terms = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (term, after) = Term::parse(rest);
            terms.extend(term);
            rest = after.trim_start();
        }
        Self { terms }
    }
}

impl Term {
    /// Parses the first term, and returns the remaining text. `None` means that the text starts
    /// with a sign without a meaning.
    fn parse(text: &str) -> (Option<Self>, &str) {
        let (is_negated, text) = match text.strip_prefix('-') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(char::is_whitespace) => {
                (true, rest)
            }
            _ => (false, text),
        };
        let (property, text) = property(text);
        let (value, is_phrase, rest) = value(text);
        let is_empty = value.is_empty() && property.is_none();
        let term = Self {
            is_negated,
            property,
            value: value.to_owned(),
            is_phrase,
        };
        (Some(term).filter(|_| !is_empty), rest)
    }
}

/// Parses a property with its operator, if the text starts with one.
fn property(text: &str) -> (Option<(String, Operator)>, &str) {
    let is_of_name = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    let end = text
        .find(|letter| !is_of_name(letter))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let operator = OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((*operator, rest.strip_prefix(sign)?)));
    match operator {
        Some((operator, rest)) if !name.is_empty() && !rest.starts_with("//") => {
            (Some((name.to_lowercase(), operator)), rest)
        }
        _ => (None, text),
    }
}

/// Parses a value: a text in quotes, or a word.
fn value(text: &str) -> (&str, bool, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        return match quoted.split_once('"') {
            Some((value, rest)) => (value, true, rest),
            None => (quoted, true, ""),
        };
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (value, rest) = text.split_at(end);
    (value, false, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(property: Option<(&str, Operator)>, value: &str) -> Term {
        Term {
            is_negated: false,
            property: property.map(|(name, operator)| (name.to_owned(), operator)),
            value: value.to_owned(),
            is_phrase: false,
        }
    }

    #[test]
    fn queries_are_taken_apart() {
        let quoted = |term| Term {
            is_phrase: true,
            ..term
        };
        let not = |term| Term {
            is_negated: true,
            ..term
        };
        let rows = [
            ("", vec![]),
            ("  ada ", vec![term(None, "ada")]),
            ("ada@example.com", vec![term(None, "ada@example.com")]),
            (
                "Email:a@b role:end-user",
                vec![
                    term(Some(("email", Operator::Is)), "a@b"),
                    term(Some(("role", Operator::Is)), "end-user"),
                ],
            ),
            (
                r#"name:"Ada L" "x y" -tags:vip -z"#,
                vec![
                    quoted(term(Some(("name", Operator::Is)), "Ada L")),
                    quoted(term(None, "x y")),
                    not(term(Some(("tags", Operator::Is)), "vip")),
                    not(term(None, "z")),
                ],
            ),
            (
                "created>=2024-01-02 a<b c>d e<=f",
                vec![
                    term(Some(("created", Operator::AtLeast)), "2024-01-02"),
                    term(Some(("a", Operator::Less)), "b"),
                    term(Some(("c", Operator::Greater)), "d"),
                    term(Some(("e", Operator::AtMost)), "f"),
                ],
            ),
            (
                "phone:*123",
                vec![term(Some(("phone", Operator::Is)), "*123")],
            ),
            (
                "phone:+1555",
                vec![term(Some(("phone", Operator::Is)), "+1555")],
            ),
            ("https://x.y", vec![term(None, "https://x.y")]),
            (r#""open"#, vec![quoted(term(None, "open"))]),
            (
                "- a :b",
                vec![term(None, "-"), term(None, "a"), term(None, ":b")],
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(SearchQuery::parse(text).terms, expected, "{text}");
        }
    }
}
