//! Assertions on how a client behaves over several calls: walks through lists, and manners.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use crate::api::error::TOO_MANY_REQUESTS;
use crate::api::path::plain;
use crate::api::query::Query;
use crate::base::place::Place;

use super::call::Call;
use super::failure::{Failure, FailureKind};
use super::select::Calls;

/// Walks through lists. Pick the calls of one list first. Calls that were not answered with a page do not count.
impl Calls {
    /// The client went through the list to its end: the last page that it saw says that there are no more.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().largest_page(2).start().await;
    /// for name in ["Acme", "Globex", "Initech"] {
    ///     zendesk.seed().organization(name);
    /// }
    /// let mut next = Some(zendesk.url("/organizations"));
    /// while let Some(url) = next {
    ///     let request = reqwest::Client::new().get(url).header("authorization", zendesk.credentials().authorization());
    ///     let page: serde_json::Value = request.send().await?.json().await?;
    ///     next = page["next_page"].as_str().map(str::to_owned);
    /// }
    /// let walk = zendesk.calls().of(organizations::LIST);
    /// walk.assert_walked_to_end();
    /// walk.assert_each_row_once();
    /// walk.assert_no_page_twice();
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If there was no page, or more rows behind the last one.
    #[track_caller]
    pub fn assert_walked_to_end(&self) {
        Failure::or_panic(self.try_assert_walked_to_end());
    }

    /// As [`Calls::assert_walked_to_end`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If there was no page, or more rows behind the last one.
    #[track_caller]
    pub fn try_assert_walked_to_end(&self) -> Result<(), Failure> {
        let place = Place::here();
        let pages = self.pages();
        let problem = match pages.last() {
            None => "no page was given".to_owned(),
            Some((_, page)) if !has_more(page) => return Ok(()),
            Some((call, _)) => format!("#{} was the last page asked for, and there are more", call.ordinal()),
        };
        Err(self.failure(
            FailureKind::WrongOrder,
            &format!("expected a walk{} to the end; {problem}", self.subject()),
            place,
        ))
    }

    /// The client saw no row of the list twice.
    ///
    /// # Panics
    ///
    /// If it did.
    #[track_caller]
    pub fn assert_each_row_once(&self) {
        Failure::or_panic(self.try_assert_each_row_once());
    }

    /// As [`Calls::assert_each_row_once`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If it did.
    #[track_caller]
    pub fn try_assert_each_row_once(&self) -> Result<(), Failure> {
        let place = Place::here();
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        for (call, page) in self.pages() {
            for id in rows(&page) {
                if let Some(first) = seen.insert(id.clone(), call.ordinal()) {
                    let headline = format!(
                        "expected each row once in the pages{}; {id} is in #{first} and in #{}",
                        self.subject(),
                        call.ordinal()
                    );
                    return Err(self.failure(FailureKind::TooMany, &headline, place));
                }
            }
        }
        Ok(())
    }

    /// The client asked for no page of the list twice, once it had got it.
    ///
    /// # Panics
    ///
    /// If it did.
    #[track_caller]
    pub fn assert_no_page_twice(&self) {
        Failure::or_panic(self.try_assert_no_page_twice());
    }

    /// As [`Calls::assert_no_page_twice`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If it did.
    #[track_caller]
    pub fn try_assert_no_page_twice(&self) -> Result<(), Failure> {
        let place = Place::here();
        let mut seen: BTreeMap<(String, String), u64> = BTreeMap::new();
        for (call, _) in self.pages() {
            let target = (plain(call.path()).to_owned(), Query::parse(call.query()).with(&[]));
            if let Some(first) = seen.insert(target, call.ordinal()) {
                let headline = format!(
                    "expected no page twice{}; #{} asks for the page that #{first} gave",
                    self.subject(),
                    call.ordinal()
                );
                return Err(self.failure(FailureKind::TooMany, &headline, place));
            }
        }
        Ok(())
    }

    fn pages(&self) -> Vec<(&Call, Value)> {
        let page = |call: &Call| {
            let reply = call.reply().filter(|_| call.received().error.is_none())?;
            let page: Value = serde_json::from_slice(reply.body()).ok()?;
            (page.get("meta").is_some() || page.get("next_page").is_some()).then_some(page)
        };
        self.iter().filter_map(|call| Some((call, page(call)?))).collect()
    }
}

fn has_more(page: &Value) -> bool {
    match page.get("meta") {
        Some(meta) => meta.get("has_more") == Some(&Value::Bool(true)),
        None => page.get("next_page").is_some_and(Value::is_string),
    }
}

/// The ids of the rows of a page, which are under the first key that holds an array.
fn rows(page: &Value) -> BTreeSet<String> {
    let sideloads = ["users", "organizations"];
    let lists = page.as_object().into_iter().flatten().filter(|(_, value)| value.is_array());
    let mut lists: Vec<_> = lists.collect();
    // What is sideloaded may come on several pages.
    if lists.len() > 1 {
        lists.retain(|(key, _)| !sideloads.contains(&key.as_str()));
    }
    let rows = lists.into_iter().filter_map(|(_, value)| value.as_array()).flatten();
    rows.filter_map(|row| row.get("id")).map(Value::to_string).collect()
}

/// Manners.
impl Calls {
    /// After every reply with `Retry-After` no further call came before that time was over, on the double's clock.
    ///
    /// The double's clock has to move with the program: [`Clock::tokio`](crate::Clock::tokio), or a program whose sleep
    /// the test replaces by [`MockZendesk::advance`](crate::MockZendesk::advance).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use std::time::Duration;
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.inject(Fault::rate_limited(Duration::from_secs(30)));
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.advance(Duration::from_secs(30)); // The program sleeps.
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.calls().assert_waited_as_told();
    /// zendesk.calls().assert_limited_in_a_row(1);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If one came too early.
    #[track_caller]
    pub fn assert_waited_as_told(&self) {
        Failure::or_panic(self.try_assert_waited_as_told());
    }

    /// As [`Calls::assert_waited_as_told`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If one came too early.
    #[track_caller]
    pub fn try_assert_waited_as_told(&self) -> Result<(), Failure> {
        let place = Place::here();
        let mut told: Option<(&Call, Duration)> = None;
        for call in self.iter() {
            if let Some((limited, wait)) = told {
                let waited = call.received().moment.since(limited.received().moment);
                if waited < wait {
                    // A client that waits on a clock of its own is not seen to.
                    let clock = match self.journal.clock_stands_still && waited.is_zero() {
                        true => {
                            " on the double's clock, which stands still: with .clock(Clock::tokio()) or \
                             .clock(Clock::wall()) on the builder it sees a client wait"
                        }
                        false => "",
                    };
                    let headline = format!(
                        "expected no call{} for {wait:?} after #{}, which said so; #{} came after {waited:?}{clock}",
                        self.subject(),
                        limited.ordinal(),
                        call.ordinal()
                    );
                    return Err(self.failure(FailureKind::WrongOrder, &headline, place));
                }
            }
            // A later reply that says nothing ends the matter.
            told = retry_after(call).map(|wait| (call, wait));
        }
        Ok(())
    }

    /// Never more than so many calls in a row were answered with 429.
    ///
    /// # Panics
    ///
    /// If more were.
    #[track_caller]
    pub fn assert_limited_in_a_row(&self, most: usize) {
        Failure::or_panic(self.try_assert_limited_in_a_row(most));
    }

    /// As [`Calls::assert_limited_in_a_row`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If more were.
    #[track_caller]
    pub fn try_assert_limited_in_a_row(&self, most: usize) -> Result<(), Failure> {
        let place = Place::here();
        let mut row = 0;
        for call in self.iter() {
            row = if call.status() == Some(TOO_MANY_REQUESTS) { row + 1 } else { 0 };
            if row > most {
                let headline = format!(
                    "expected at most {most} calls{} in a row to be limited; #{} is number {row}",
                    self.subject(),
                    call.ordinal()
                );
                return Err(self.failure(FailureKind::TooMany, &headline, place));
            }
        }
        Ok(())
    }
}

fn retry_after(call: &Call) -> Option<Duration> {
    let seconds = call.reply()?.header("retry-after")?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
