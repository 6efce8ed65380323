//! [`SearchQuery`]: a query in the language of Zendesk's search, parsed into a tree.
//!
//! This file knows only the grammar. `src/resources/search/` decides what the terms mean.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408886879258>

use std::cmp::Ordering;
use std::fmt;

/// A query: its terms, in the order in which they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SearchQuery {
    pub(crate) terms: Vec<Term>,
}

/// One term of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// Whether a record must not match it.
    pub(crate) is_negated: bool,
    pub(crate) matter: Matter,
}

/// What a term is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    /// A value that may be in any text.
    Text(Value),
    /// A property and what it is compared with: `tags:vip`, `created>2024-01-01`.
    Property {
        /// The keyword in lower case.
        keyword: String,
        operator: Operator,
        value: Value,
    },
}

/// A word or a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Word(String),
    /// The text between quotes.
    Phrase(String),
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
    /// Returns the sign that a query writes for it.
    pub(crate) fn sign(self) -> &'static str {
        let mut signs = OPERATORS.iter();
        let sign = signs.find(|(_, operator)| *operator == self);
        sign.map_or("", |(sign, _)| sign)
    }

    /// Returns whether it holds for something that compares in this way with the value.
    pub(crate) fn allows(self, ordering: Ordering) -> bool {
        match self {
            Self::Is => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::Greater => ordering.is_gt(),
            Self::AtMost => ordering.is_le(),
            Self::AtLeast => ordering.is_ge(),
        }
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

    /// Returns the number of words, including those in quotes.
    pub(crate) fn word_count(&self) -> usize {
        let of_term = |term: &Term| match term.value() {
            Value::Word(_) => 1,
            Value::Phrase(text) => text.split_whitespace().count().max(1),
        };
        self.terms.iter().map(of_term).sum()
    }
}

impl Term {
    /// Parses the first term, and returns the remaining text. `None` means that the text starts
    /// with a sign without a meaning: a `-` without a word, or a quote that is never closed.
    fn parse(text: &str) -> (Option<Self>, &str) {
        if let Some(rest) = unclosed(text) {
            return (None, rest);
        }
        let (is_negated, text) = match text.strip_prefix('-') {
            Some(rest) => (true, unclosed(rest).unwrap_or(rest)),
            None => (false, text),
        };
        if text.is_empty() || text.starts_with(char::is_whitespace) {
            return (None, text);
        }
        let (matter, rest) = property(text).unwrap_or_else(|| {
            let (value, rest) = value(text);
            (Matter::Text(value), rest)
        });
        (Some(Self { is_negated, matter }), rest)
    }

    pub(crate) fn value(&self) -> &Value {
        match &self.matter {
            Matter::Text(value) | Matter::Property { value, .. } => value,
        }
    }
}

impl Value {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Phrase(text) => text,
        }
    }
}

/// Parses a property with its value. `None` means that the text starts with something else: a URL,
/// or a keyword with nothing behind its operator.
fn property(text: &str) -> Option<(Matter, &str)> {
    let is_of_keyword = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    let (keyword, rest) = text.split_at(text.find(|letter| !is_of_keyword(letter))?);
    // The key of a custom field may start with a digit, and a time has no letter.
    let is_keyword = !keyword.starts_with(['-', '.'])
        && keyword.contains(|letter: char| letter.is_alphabetic() || letter == '_');
    let (operator, rest) = OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((*operator, rest.strip_prefix(sign)?)))?;
    let rest = unclosed(rest).unwrap_or(rest);
    let has_value =
        !rest.is_empty() && !rest.starts_with(|first: char| first.is_whitespace() || first == '=');
    if !is_keyword || !has_value || rest.starts_with("//") {
        return None;
    }
    let (value, rest) = value(rest);
    let keyword = keyword.to_lowercase();
    let matter = Matter::Property {
        keyword,
        operator,
        value,
    };
    Some((matter, rest))
}

/// Parses a value: a text in quotes, or a word up to the next space.
fn value(text: &str) -> (Value, &str) {
    if let Some((phrase, rest)) = text
        .strip_prefix('"')
        .and_then(|quoted| quoted.split_once('"'))
    {
        return (Value::Phrase(phrase.to_owned()), rest);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (Value::Word(word.to_owned()), rest)
}

/// Returns the text behind a quote that is never closed, if there is one at the start.
fn unclosed(text: &str) -> Option<&str> {
    text.strip_prefix('"').filter(|rest| !rest.contains('"'))
}

impl fmt::Display for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negated {
            f.write_str("-")?;
        }
        if let Matter::Property {
            keyword, operator, ..
        } = &self.matter
        {
            write!(f, "{keyword}{}", operator.sign())?;
        }
        match self.value() {
            Value::Word(word) => f.write_str(word),
            Value::Phrase(phrase) => write!(f, "\"{phrase}\""),
        }
    }
}

#[cfg(test)]
mod tests;
