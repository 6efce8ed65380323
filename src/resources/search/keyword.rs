//! How the values of keywords are read: words, tags, ids, and what has an order.

use crate::base::folded::folded;
use crate::base::words::{IndexedWord, words};
use crate::resources::account::Account;

use super::searched::Searched;
use super::sought::{Refused, Sought, Test};

/// Returns whether a value asks for records without the property.
pub(super) fn is_none(value: &str) -> bool {
    value.eq_ignore_ascii_case("none")
}

/// A text in which `*` stands for any letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(super) fn is_plain(&self) -> bool {
        !self.0.contains('*')
    }

    /// Returns whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(last)
    }

    /// Returns the word for an index. `None` means that no index finds it.
    fn indexed(&self) -> Option<IndexedWord> {
        match self.0.split_once('*') {
            None => Some(IndexedWord::whole(&self.0)),
            Some(("", _)) => None,
            Some((start, _)) => Some(IndexedWord::beginning(start)),
        }
    }
}

/// Returns the words of a value, in which `*` may stand for any letters.
pub(super) fn patterns(value: &str) -> Vec<Pattern> {
    value
        .split(|letter: char| !letter.is_alphanumeric() && letter != '*')
        .filter(|word| !word.is_empty())
        .map(|word| Pattern(word.to_lowercase()))
        .collect()
}

/// Returns whether a text contains all of these words, in any order.
pub(super) fn has_words(text: &str, patterns: &[Pattern]) -> bool {
    let text: Vec<String> = words(text).collect();
    let is_there = |pattern: &Pattern| text.iter().any(|word| pattern.matches(word));
    !patterns.is_empty() && patterns.iter().all(is_there)
}

/// Returns whether a name contains all words of a value, in any order.
pub(super) fn is_named(name: &str, value: &str) -> bool {
    has_words(name, &patterns(value))
}

/// Returns the words of a name, as an index finds them.
pub(super) fn indexed_words(value: &str) -> Vec<IndexedWord> {
    let patterns = patterns(value);
    patterns.iter().filter_map(Pattern::indexed).collect()
}

/// A text of a record.
pub(super) type TextOf<R> = fn(&R) -> Option<&str>;

/// Tests a text for all words of the value, in any order.
pub(super) fn in_words<R: Searched>(
    sought: &Sought<'_>,
    text: TextOf<R>,
) -> Result<Test<R>, Refused> {
    let value = sought.exact()?;
    let patterns = patterns(value);
    let test =
        Test::new(move |_, record| text(record).is_some_and(|text| has_words(text, &patterns)));
    Ok(indexed_by(test, indexed_words(value)))
}

/// Tests the tags for all words of the value.
pub(super) fn in_tags<R: Searched>(
    sought: &Sought<'_>,
    tags: fn(&R) -> &[String],
) -> Result<Test<R>, Refused> {
    let value = sought.exact()?;
    if is_none(value) {
        return Ok(Test::new(move |_, record| tags(record).is_empty()));
    }
    let wanted: Vec<Pattern> = value
        .split_whitespace()
        .map(|tag| Pattern(tag.to_lowercase()))
        .collect();
    let plain = wanted.iter().filter(|tag| tag.is_plain());
    let indexed: Vec<String> = plain.flat_map(|tag| words(&tag.0)).collect();
    let test = Test::new(move |_, record: &R| {
        let own: Vec<String> = tags(record).iter().map(|tag| tag.to_lowercase()).collect();
        let has = |tag: &Pattern| own.iter().any(|own| tag.matches(own));
        !wanted.is_empty() && wanted.iter().all(has)
    });
    Ok(indexed_by_words(test, indexed.into_iter()))
}

/// Tests an external id, whatever the case. `find` returns the record that has it, if there is an
/// index.
pub(super) fn is_external_id<R: Searched>(
    sought: &Sought<'_>,
    external_id: TextOf<R>,
    find: Option<fn(&Account, &str) -> Option<u64>>,
) -> Result<Test<R>, Refused> {
    let value = sought.exact()?;
    if is_none(value) {
        return Ok(Test::new(move |_, record| external_id(record).is_none()));
    }
    let wanted = Pattern(folded(value).into_owned());
    let plain = wanted.is_plain().then(|| value.to_owned());
    let test = Test::new(move |_, record| {
        external_id(record).is_some_and(|own| wanted.matches(&folded(own)))
    });
    Ok(match (plain, find) {
        (Some(value), Some(find)) => {
            test.indexed_by(move |account| find(account, &value).into_iter().collect())
        }
        (Some(value), None) => indexed_by_words(test, words(&value)),
        (None, _) => test,
    })
}

/// Returns the test with the index of the words of records, for whole words.
pub(super) fn indexed_by_words<R: Searched>(
    test: Test<R>,
    words: impl Iterator<Item = String>,
) -> Test<R> {
    indexed_by(test, words.map(|word| IndexedWord::whole(&word)).collect())
}

/// Returns the test with the index of the words of records, unless there are none.
pub(super) fn indexed_by<R: Searched>(test: Test<R>, words: Vec<IndexedWord>) -> Test<R> {
    match words.is_empty() {
        true => test,
        false => test.indexed_by(move |account| R::having(account, &words)),
    }
}

/// Tests what has an order: `ranks` are the words in ascending order. What another word finds is not
/// known.
pub(super) fn ranked<R: Searched>(
    sought: &Sought<'_>,
    ranks: &'static [&'static str],
    rank: fn(&R) -> Option<usize>,
) -> Result<Test<R>, Refused> {
    let (value, operator) = (sought.value.text(), sought.operator);
    let wanted = ranks
        .iter()
        .position(|word| word.eq_ignore_ascii_case(value))
        .ok_or_else(|| sought.not_modeled_value())?;
    Ok(Test::new(move |_, record| {
        rank(record).is_some_and(|own| operator.allows(own.cmp(&wanted)))
    }))
}

/// Tests whether something is so: `true` or `false`.
pub(super) fn is<R: Searched>(sought: &Sought<'_>, is: fn(&R) -> bool) -> Result<Test<R>, Refused> {
    let expected = sought.truth()?;
    Ok(Test::new(move |_, record| is(record) == expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        let rows = [
            ("photo*", "photos", true),
            ("photo*", "photo", true),
            ("photo*", "aphoto", false),
            ("*shop", "photoshop", true),
            ("*shop", "shops", false),
            ("p*o*p", "photoshop", true),
            ("p*z*p", "photoshop", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("**", "x", true),
            ("x", "x", true),
            ("x", "xy", false),
        ];
        for (pattern, text, expected) in rows {
            let pattern = Pattern(pattern.to_owned());
            assert_eq!(pattern.matches(text), expected, "{pattern:?} {text}");
        }
    }
}
