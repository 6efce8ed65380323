//! [`WordIndex`]: finds records by the words of their texts, or by the beginnings of words.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::sorted::SortedMap;

/// An index of the records of one kind by the words of their texts. Cheap to copy.
///
/// It is built by the first search, because every test seeds and few tests search.
#[derive(Clone, Debug)]
pub(crate) struct WordIndex<I> {
    entries: OnceLock<SortedMap<(Arc<str>, I), ()>>,
}

impl<I: Copy + Ord> WordIndex<I> {
    pub(crate) fn new() -> Self {
        Self {
            entries: OnceLock::new(),
        }
    }

    /// Adds a record with its texts.
    pub(crate) fn insert<'a>(&mut self, id: I, texts: impl IntoIterator<Item = &'a str>) {
        let Some(entries) = self.entries.get_mut() else {
            return;
        };
        for word in texts.into_iter().flat_map(words) {
            entries.insert((word.into(), id), ());
        }
    }

    /// Removes a record that was added with these texts.
    pub(crate) fn remove<'a>(&mut self, id: I, texts: impl IntoIterator<Item = &'a str>) {
        let Some(entries) = self.entries.get_mut() else {
            return;
        };
        for word in texts.into_iter().flat_map(words) {
            entries.remove(&(word.into(), id));
        }
    }

    /// Adds many records that are not in the index yet.
    pub(crate) fn extend<'a, T>(&mut self, records: impl Iterator<Item = (I, T)>)
    where
        T: IntoIterator<Item = &'a str>,
    {
        if let Some(entries) = self.entries.get_mut() {
            entries.extend(sorted_entries(records));
        }
    }

    /// Returns records in ascending order, among them all that have all of these words: those that
    /// have the rarest one. `records` gives all records with their texts.
    pub(crate) fn having<'a, R, T>(
        &self,
        words: &[IndexedWord],
        records: impl FnOnce() -> R,
    ) -> Vec<I>
    where
        R: Iterator<Item = (I, T)>,
        T: IntoIterator<Item = &'a str>,
    {
        let entries = self.entries.get_or_init(|| {
            let mut entries = SortedMap::new();
            entries.extend(sorted_entries(records()));
            entries
        });
        let ranks = |word: &IndexedWord| {
            entries.rank_where(|(other, _)| word.is_behind(other))
                ..entries.rank_where(|(other, _)| word.is_behind(other) || word.is_start_of(other))
        };
        let Some(rarest) = words.iter().map(ranks).min_by_key(Range::len) else {
            return Vec::new();
        };
        let mut found: Vec<I> = entries
            .iter_from(rarest.start)
            .take(rarest.len())
            .map(|((_, id), ())| *id)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A word to be found in an index, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexedWord {
    word: String,
    /// Whether longer words that start with it are found, too.
    is_beginning: bool,
}

impl IndexedWord {
    pub(crate) fn whole(word: &str) -> Self {
        let word = word.to_owned();
        Self {
            word,
            is_beginning: false,
        }
    }

    pub(crate) fn beginning(word: &str) -> Self {
        Self {
            is_beginning: true,
            ..Self::whole(word)
        }
    }

    /// Returns whether this comes behind another word.
    fn is_behind(&self, other: &str) -> bool {
        *other < *self.word
    }

    fn is_start_of(&self, other: &str) -> bool {
        match self.is_beginning {
            true => other.starts_with(&self.word),
            false => *other == *self.word,
        }
    }
}

fn sorted_entries<'a, I, T>(records: impl Iterator<Item = (I, T)>) -> Vec<((Arc<str>, I), ())>
where
    I: Copy + Ord,
    T: IntoIterator<Item = &'a str>,
{
    let of_record = |(id, texts): (I, T)| {
        let texts = texts.into_iter().flat_map(words);
        texts.map(move |word| ((Arc::<str>::from(word), id), ()))
    };
    let mut entries: Vec<((Arc<str>, I), ())> = records.flat_map(of_record).collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// Returns the words of a text in lower case. A word consists of letters and digits.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Returns whether these words are adjacent in a text.
pub(crate) fn has_phrase(text: &str, phrase: &[String]) -> bool {
    let text: Vec<String> = words(text).collect();
    !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase)
}

/// Returns whether these words are adjacent in a text. The last one may be the beginning of a
/// longer word.
pub(crate) fn has_beginning(text: &str, phrase: &[String]) -> bool {
    let text: Vec<String> = words(text).collect();
    let Some((last, first)) = phrase.split_last() else {
        return false;
    };
    text.windows(phrase.len()).any(|window| {
        window
            .split_last()
            .is_some_and(|(end, start)| start == first && end.starts_with(&**last))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_its_beginning_in_whatever_text_of_a_record() {
        let mut index = WordIndex::new();
        // Nothing is kept before the first question, which says what there is.
        index.insert(9, ["top"]);
        let first = [(1, ["Tip-Top toppings", "a note"])];
        let top = [IndexedWord::beginning("top")];
        assert_eq!(index.having(&top, || first.into_iter()), [1]);
        index.extend([(3, ["desktop TOP"]), (2, ["stop"])].into_iter());
        let having = |index: &WordIndex<i32>, words: &[IndexedWord]| {
            index.having(words, || -> std::iter::Empty<(i32, [&str; 0])> {
                panic!("it is made once")
            })
        };
        let ask =
            |index: &WordIndex<i32>, word: &str| having(index, &[IndexedWord::beginning(word)]);
        assert_eq!(ask(&index, "top"), [1, 3]);
        assert_eq!(ask(&index, "note"), [1]);
        let words = ["toppings", "top"].map(IndexedWord::whole);
        assert_eq!(having(&index, &words[..1]), [1], "a whole word");
        assert_eq!(having(&index, &words[1..]), [1, 3]);
        assert_eq!(having(&index, &words), [1], "the rarest word");
        assert_eq!(having(&index, &[]), [0; 0]);
        index.insert(4, ["noted"]);
        index.remove(1, ["Tip-Top toppings", "a note"]);
        assert_eq!(ask(&index, "top"), [3]);
        assert_eq!(ask(&index, "not"), [4]);
    }

    #[test]
    fn a_phrase_is_words_next_to_each_other() {
        let phrase = |text: &str| words(text).collect::<Vec<_>>();
        assert!(has_phrase("Alex J. Anderson", &phrase("j anderson")));
        assert!(!has_phrase("Alex J. Anderson", &phrase("alex anderson")));
        assert!(!has_phrase("Alex J. Anderson", &phrase("j anders")));
        assert!(has_beginning("Alex J. Anderson", &phrase("j anders")));
        assert!(!has_beginning("Alex J. Anderson", &[]));
    }
}
