//! The coverage as a text.

use std::fmt;

use super::coverage::Coverage;
use super::gap::{Gap, sentence};

impl Coverage {
    /// Returns the first line: how much was called and met.
    pub(super) fn summary(&self) -> String {
        let possible: usize = self.called.values().map(|c| c.possible()).sum();
        let not_met = self.gaps().len();
        let called = self.called.len();
        let all = called + self.not_called().len();
        format!(
            "{called} of {all} operations were called by {}, and {} of the {possible} outcomes that they \
             can have were met.",
            plural(self.doubles, "double"),
            possible - not_met,
        )
    }

    /// Returns a sentence for each gap. One sentence is about all operations that lack an outcome
    /// that nearly every call can have.
    pub(super) fn sentences(&self) -> Vec<String> {
        let gaps = self.gaps();
        let together = |a: &Gap, b: &Gap| a.outcome.is_general() && a.outcome == b.outcome;
        gaps.chunk_by(together)
            .filter_map(|gaps| {
                let first = gaps.first()?;
                let names: Vec<&str> = gaps.iter().map(|gap| gap.operation.id()).collect();
                // A long list of names says less than that it is all of them.
                let names = match names.len() {
                    count if count > 1 && count == self.called.len() => {
                        format!("any of the {count} operations")
                    }
                    _ => names.join(", "),
                };
                Some(sentence(first.outcome, first.operation(), &names))
            })
            .collect()
    }
}

/// Writes what was met, what was not met, and how much was not called.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.summary())?;
        for covered in self.called.values() {
            let calls = plural(covered.calls, "call");
            writeln!(f, "\n{}: {calls}", covered.operation)?;
            for (outcome, met) in &covered.met {
                let label = outcome.label(covered.operation);
                writeln!(f, "  {:>5} x {label:<22} first in {}", met.count, met.first)?;
            }
        }
        let sentences = self.sentences();
        if !sentences.is_empty() {
            writeln!(f, "\nnot met:")?;
        }
        for sentence in sentences {
            writeln!(f, "- {sentence}")?;
        }
        let not_called = self.not_called().len() as u64;
        write!(f, "\nnot called: {}", plural(not_called, "operation"))
    }
}

pub(super) fn plural(count: u64, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}
