//! [`Walk`]: the pages of one list, or of one run of an export, that belong together, from the
//! first one on.
//!
//! The pages themselves determine their order: each contains how it was requested, and how the next
//! one is requested. So pages may be requested in parallel, and several walks through one list are
//! told apart.

use std::collections::BTreeSet;

use crate::api::given_page::PagePlace;
use crate::api::page_limits::PARAMETERS;
use crate::api::path::plain;
use crate::api::query::Query;

use super::call::Call;
use super::page_seen::PageSeen;
use super::select::Calls;

/// The pages of one walk, in the order in which they were sent.
pub(crate) struct Walk<'a> {
    /// The list: the path with the parameters that filter and sort the rows.
    list: String,
    pub(crate) pages: Vec<(&'a Call, &'a PageSeen)>,
    /// The pages from the first one on, each of which leads to the next one.
    chain: Vec<(&'a Call, &'a PageSeen)>,
    /// The first call for this list after the last page that did not return one: an error, or a
    /// reply that a fault spoilt.
    went_wrong: Option<&'a Call>,
    /// The first page of the next walk through the same list.
    pub(super) restarted_by: Option<(&'a Call, &'a PageSeen)>,
    /// Whether a later walk through the same list reached the end.
    pub(crate) is_done_again: bool,
}

/// A walk that stopped before the end of its list.
pub(crate) struct LeftRows<'a> {
    pub(crate) first: &'a Call,
    pub(crate) last: &'a Call,
    /// The number of rows on its pages.
    pub(crate) seen: usize,
    /// The number of rows of the list when the walk began.
    pub(crate) all: usize,
}

impl<'a> Walk<'a> {
    fn new(list: String, call: &'a Call, page: &'a PageSeen) -> Self {
        let (pages, chain) = (Vec::new(), Vec::new());
        let mut walk = Self {
            list,
            pages,
            chain,
            went_wrong: None,
            restarted_by: None,
            is_done_again: false,
        };
        walk.add(call, page);
        walk
    }

    fn add(&mut self, call: &'a Call, page: &'a PageSeen) {
        self.went_wrong = None;
        self.pages.push((call, page));
        // An export may start anywhere: where a former one ended.
        let begins = place(page).is_first || page.given.export.is_some();
        if self.chain.is_empty() && begins {
            self.chain.push((call, page));
        }
        while let Some(next) = self.next_page().and_then(|next| {
            self.pages
                .iter()
                .find(|(_, page)| place(page).here == *next)
        }) {
            let next = *next;
            self.chain.push(next);
        }
    }

    /// Returns how the next page of the walk is requested. `None` means that there is none, or that the first
    /// one is missing.
    fn next_page(&self) -> Option<&'a String> {
        place(self.chain.last()?.1).next.as_ref()
    }

    /// Returns the earliest page if it is the first page of the list.
    pub(crate) fn first(&self) -> Option<(&'a Call, &'a PageSeen)> {
        self.chain.first().copied()
    }

    /// Returns the last page that can be reached from the first one.
    pub(super) fn last(&self) -> Option<(&'a Call, &'a PageSeen)> {
        self.chain.last().copied()
    }

    /// Returns the first page that no other page leads to.
    pub(super) fn stray(&self) -> Option<&'a Call> {
        let followed: BTreeSet<&str> = self
            .chain
            .iter()
            .map(|(_, page)| place(page).here.as_str())
            .collect();
        self.pages
            .iter()
            .find(|(_, page)| !followed.contains(place(page).here.as_str()))
            .map(|(call, _)| *call)
    }

    /// Returns whether the walk reached the end of the list.
    pub(super) fn is_complete(&self) -> bool {
        !self.chain.is_empty() && self.next_page().is_none() && self.stray().is_none()
    }

    /// Returns whether the walk stopped because a call failed, and the client started again and
    /// reached the end.
    pub(super) fn is_excused(&self) -> bool {
        !self.is_complete() && self.went_wrong.is_some() && self.is_done_again
    }

    /// Returns whether the walk stopped before the end of the list, although nothing failed.
    pub(super) fn broke_off(&self) -> bool {
        !self.is_complete() && self.went_wrong.is_none()
    }

    /// Returns what the program did not read, if the walk stopped before the end of the list although
    /// nothing failed. `None` means that it did not stop, or that it also requested another page.
    pub(crate) fn left_rows(&self) -> Option<LeftRows<'a>> {
        let ((first, page), (last, _)) = (self.first()?, self.last()?);
        if !self.broke_off() || self.stray().is_some() {
            return None;
        }
        let seen: BTreeSet<u64> = self
            .pages
            .iter()
            .flat_map(|(_, page)| page.given.ids.iter().copied())
            .collect();
        Some(LeftRows {
            first,
            last,
            seen: seen.len(),
            all: page.list.as_ref()?.ids(first.query()).len(),
        })
    }

    pub(super) fn is_of_same_list(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

fn place(page: &PageSeen) -> &PagePlace {
    &page.given.place
}

impl Calls {
    /// Returns the walks among these calls, in the order in which they began.
    pub(crate) fn walks(&self) -> Vec<Walk<'_>> {
        let mut walks: Vec<Walk<'_>> = Vec::new();
        for call in self.iter() {
            let Some(list) = list(call) else { continue };
            let Some(page) = page(call) else {
                if let Some(walk) = walks.iter_mut().rev().find(|walk| walk.list == list) {
                    walk.went_wrong = walk.went_wrong.or(Some(call));
                }
                continue;
            };
            let here = &place(page).here;
            let expecting = walks
                .iter()
                .rposition(|walk| walk.list == list && walk.next_page() == Some(here));
            let latest = walks.iter().rposition(|walk| walk.list == list);
            let is_amid = |index: &usize| {
                let is_new_export = page.given.export.is_some() && walks[*index].is_complete();
                !place(page).is_first && !is_new_export
            };
            match expecting.or(latest.filter(is_amid)) {
                // After the last page there is an empty one, which some clients request to find out
                // that they are at the end.
                Some(index)
                    if expecting.is_none() && is_behind_end(page) && walks[index].is_complete() => {
                }
                Some(index) => walks[index].add(call, page),
                None => walks.push(Walk::new(list, call, page)),
            }
        }
        for index in 0..walks.len() {
            let (walk, later) = (&walks[index], &walks[index + 1..]);
            let next = later
                .iter()
                .find(|later| later.list == walk.list)
                .and_then(Walk::first);
            walks[index].restarted_by = next;
            let (walk, later) = (&walks[index], &walks[index + 1..]);
            walks[index].is_done_again = later
                .iter()
                .any(|later| later.list == walk.list && later.is_complete());
        }
        walks
    }
}

fn is_behind_end(page: &PageSeen) -> bool {
    page.given.ids.is_empty() && place(page).next.is_none()
}

/// Returns the list of which a call requests a page.
fn list(call: &Call) -> Option<String> {
    let operation = call.operation()?;
    let known = operation.query();
    let of_page = if known.export.is_some() {
        known.of_pages()
    } else {
        known.pages.map(|_| &PARAMETERS[..])?
    };
    let others = of_page.iter().chain(&["include"]).map(|name| (*name, None));
    let filters = Query::parse(call.query()).with(&others.collect::<Vec<_>>());
    Some(format!("{}?{filters}", plain(call.path())))
}

/// Returns the page that a client received, if it could read it.
pub(crate) fn page(call: &Call) -> Option<&PageSeen> {
    let received = call.received();
    let is_spoilt = received
        .fault
        .as_ref()
        .is_some_and(|fault| fault.spoils_reply);
    received
        .page
        .as_deref()
        .filter(|_| !is_spoilt && call.method() != "HEAD")
}
