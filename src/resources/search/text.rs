//! [`Text`]: a word or a phrase without a keyword.

use crate::api::search_query::Value;
use crate::base::words::{IndexedWord, has_beginning, has_phrase, words};

use super::sought::Refused;

/// A word or a phrase that may be in any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// `*`
    Anything,
    /// The words of a text, the last of which may be the beginning of a longer one.
    Beginning { words: Vec<String>, whole: String },
    /// Words that must be next to each other.
    Phrase { words: Vec<String>, whole: String },
}

impl Text {
    pub(super) fn read(value: &Value) -> Result<Self, Refused> {
        let whole = value.text().to_owned();
        let words: Vec<String> = words(&whole).collect();
        match value {
            _ if whole == "*" => Ok(Self::Anything),
            _ if whole.contains('*') => Err(Refused::NotModeled("*".to_owned())),
            Value::Word(_) => Ok(Self::Beginning { words, whole }),
            Value::Phrase(_) => Ok(Self::Phrase { words, whole }),
        }
    }

    /// Returns the text as it was written.
    pub(super) fn whole(&self) -> &str {
        match self {
            Self::Anything => "*",
            Self::Beginning { whole, .. } | Self::Phrase { whole, .. } => whole,
        }
    }

    /// Returns the e-mail address, if it is one.
    pub(super) fn address(&self) -> Option<&str> {
        let whole = self.whole().trim();
        let is_address = whole.contains('@') && !whole.contains(char::is_whitespace);
        is_address.then_some(whole)
    }

    /// Returns whether it looks like the domain of an e-mail address: `example.com`.
    pub(super) fn is_domain(&self) -> bool {
        let Self::Beginning { whole, .. } = self else {
            return false;
        };
        let is_label = |label: &str| {
            let mut letters = label.chars();
            !label.is_empty() && letters.all(|letter| letter.is_alphanumeric() || letter == '-')
        };
        let last = whole.rsplit_once('.').map_or("", |(_, last)| last);
        let is_top = last.chars().all(char::is_alphabetic) && last.chars().nth(1).is_some();
        is_top && whole.split('.').all(is_label)
    }

    /// Returns whether a text of a record contains it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Beginning { words, .. } => has_beginning(text, words),
            Self::Phrase { words, .. } => has_phrase(text, words),
        }
    }

    /// Returns the words that an index must find.
    pub(super) fn indexed_words(&self) -> Vec<IndexedWord> {
        match self {
            Self::Anything => Vec::new(),
            Self::Phrase { words, .. } => {
                words.iter().map(|word| IndexedWord::whole(word)).collect()
            }
            Self::Beginning { words, .. } => {
                let Some((last, first)) = words.split_last() else {
                    return Vec::new();
                };
                let first = first.iter().map(|word| IndexedWord::whole(word));
                first.chain([IndexedWord::beginning(last)]).collect()
            }
        }
    }
}
