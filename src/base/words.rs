//! [`WordIndex`]: finds records by the words of their texts, or by how these begin.

use std::sync::Arc;

use super::sorted::SortedMap;

/// The records of one kind by the words of their texts. Cheap to copy.
#[derive(Clone, Debug)]
pub(crate) struct WordIndex<I> {
    entries: SortedMap<(Arc<str>, I), ()>,
}

impl<I: Copy + Ord> WordIndex<I> {
    pub(crate) fn new() -> Self {
        Self {
            entries: SortedMap::new(),
        }
    }

    /// Adds a record with its texts.
    pub(crate) fn insert<'a>(&mut self, id: I, texts: impl IntoIterator<Item = &'a str>) {
        for word in texts.into_iter().flat_map(words) {
            self.entries.insert((word.into(), id), ());
        }
    }

    /// Takes a record away that was added with these texts.
    pub(crate) fn remove<'a>(&mut self, id: I, texts: impl IntoIterator<Item = &'a str>) {
        for word in texts.into_iter().flat_map(words) {
            self.entries.remove(&(word.into(), id));
        }
    }

    /// Adds many records that are not there yet.
    pub(crate) fn extend<'a, T>(&mut self, records: impl Iterator<Item = (I, T)>)
    where
        T: IntoIterator<Item = &'a str>,
    {
        let of_record = |(id, texts): (I, T)| {
            let texts = texts.into_iter().flat_map(words);
            texts.map(move |word| ((Arc::<str>::from(word), id), ()))
        };
        let mut entries: Vec<((Arc<str>, I), ())> = records.flat_map(of_record).collect();
        entries.sort_unstable();
        entries.dedup();
        self.entries.extend(entries);
    }

    /// Returns the records that have a word which starts with this one, in ascending order.
    pub(crate) fn starting_with(&self, word: &str) -> Vec<I> {
        let first = self.entries.rank_where(|(other, _)| **other < *word);
        let mut found: Vec<I> = self
            .entries
            .iter_from(first)
            .take_while(|((other, _), ())| other.starts_with(word))
            .map(|((_, id), ())| *id)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The words of a text, in lower case: what stands between signs that are no letters and no digits.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Whether these words stand next to each other in a text.
pub(crate) fn has_phrase(text: &str, phrase: &[String]) -> bool {
    let text: Vec<String> = words(text).collect();
    !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase)
}

/// Whether these words stand next to each other in a text, the last one perhaps as the beginning of
/// a longer word.
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
        index.insert(1, ["Tip-Top toppings", "a note"]);
        index.extend([(3, ["desktop TOP"]), (2, ["stop"])].into_iter());
        assert_eq!(index.starting_with("top"), [1, 3]);
        assert_eq!(index.starting_with("note"), [1]);
        index.remove(1, ["Tip-Top toppings", "a note"]);
        assert_eq!(index.starting_with("top"), [3]);
        assert_eq!(index.starting_with("not"), [0; 0]);
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
