//! [`Page`]: what happened to one double, as an HTML page.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use crate::base::place::Place;
use crate::calls::{JournalView, Picture};
use crate::resources::account::Account;

use super::changes::Changes;
use super::html::page;

/// What happened to one double.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    /// The name of the test, or the line that started the double.
    pub(crate) test: &'a str,
    pub(crate) started: Place,
    /// The text of the failure.
    pub(crate) failure: Option<&'a str>,
    pub(crate) journal: &'a JournalView,
    /// The account before the first call. `None` means that no call came.
    pub(crate) before: Option<&'a Account>,
    pub(crate) after: &'a Account,
}

/// What the template shows. Every text is as it may be shown, except for the escapes of HTML.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    test: &'a str,
    started: String,
    /// The time on the double's clock.
    now: String,
    failure: Option<&'a str>,
    calls: Picture,
    account: Changes,
}

impl Page<'_> {
    /// Returns the page, which needs no other file.
    pub(crate) fn to_html(&self) -> String {
        page("page.html", Value::from(Serde(self.shown())))
    }

    fn shown(&self) -> Shown<'_> {
        let before = self.before.unwrap_or(self.after);
        Shown {
            test: self.test,
            started: self.started.to_string(),
            now: self.after.now().to_string(),
            failure: self.failure,
            calls: Picture::of(self.journal),
            account: Changes::between(before, self.after, self.journal),
        }
    }
}
