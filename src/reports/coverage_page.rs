//! The coverage as an HTML page.

use minijinja::{Value, context};

use super::coverage::{Coverage, Covered};
use super::html::page;
use super::text::plural;

impl Coverage {
    /// Returns the coverage as an HTML page, which needs no other file.
    ///
    /// Requires the feature `html`.
    #[must_use]
    pub fn to_html(&self) -> String {
        let operation = |covered: &Covered| {
            let label = |outcome: super::Outcome| outcome.label(covered.operation);
            let met = covered.met.iter().map(|(outcome, met)| {
                context! { label => label(*outcome), count => met.count, first => &*met.first }
            });
            let not_met = covered.not_met().map(label);
            context! {
                id => covered.operation.id(),
                method => covered.operation.method(),
                path => covered.operation.path(),
                calls => plural(covered.calls, "call"),
                met => met.collect::<Vec<Value>>(),
                not_met => not_met.collect::<Vec<String>>(),
            }
        };
        let not_called = self.not_called();
        let not_called = not_called.iter().map(crate::Operation::id);
        page(
            "coverage.html",
            context! {
                summary => self.summary(),
                gaps => self.sentences(),
                operations => self.called.values().map(operation).collect::<Vec<Value>>(),
                not_called => not_called.collect::<Vec<&str>>(),
            },
        )
    }
}
