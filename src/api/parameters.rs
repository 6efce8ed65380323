//! [`Parameters`]: the query parameters of an operation, and how others are treated.

use super::export_kind::Export;
use super::page_limits::{PageLimits, Pagination};
use super::sideloads::sideload_names;

/// The query parameters of an operation. Zendesk ignores all others.
#[derive(Clone, Copy)]
pub(crate) struct Parameters {
    /// The limits of its pages, if it is a list. A list reads the parameters of both kinds of
    /// pagination.
    pub(crate) pages: Option<PageLimits>,
    /// Whether the list has at least one row in every account.
    pub(crate) is_never_empty: bool,
    /// How it exports, if it is an incremental export.
    pub(crate) export: Option<&'static Export>,
    /// The other parameters that it reads.
    pub(crate) reads: &'static [&'static str],
    /// The values of `include` that it implements.
    pub(crate) sideloads: &'static [&'static str],
    /// The parameters that Zendesk documents and the double does not implement. `sort=status` is an
    /// order under cursor pagination.
    pub(crate) unmodeled: &'static [&'static str],
    pub(crate) unmodeled_sideloads: &'static [&'static str],
}

impl Parameters {
    /// Returns the names of all parameters that Zendesk has for the operation. `include` appears
    /// once with each of its values.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let plain = self
            .of_pages()
            .iter()
            .chain(self.reads)
            .chain(self.unmodeled)
            .map(|name| (*name).to_owned());
        let sideloads = self.sideloads.iter().chain(self.unmodeled_sideloads);
        plain.chain(sideloads.map(|name| format!("include={name}")))
    }

    /// Returns the parameters that choose a page.
    pub(crate) fn of_pages(&self) -> &'static [&'static str] {
        let of_export = self.export.map(|export| export.parameters());
        let of_list = self.pages.map(|pages| pages.parameters());
        of_export.or(of_list).unwrap_or_default()
    }

    /// Returns how a parameter with this name and value is treated: one result for each name in
    /// `include`, and one result for any other parameter.
    pub(crate) fn standing(
        &self,
        name: &str,
        value: &str,
        pagination: Pagination,
    ) -> Vec<ParameterStanding> {
        if self.unmodeled.contains(&name) {
            return vec![ParameterStanding::Unmodeled(name.to_owned())];
        }
        if name == "include" {
            let names = sideload_names(value).into_iter();
            return names.map(|name| self.standing_of_sideload(&name)).collect();
        }
        if self.pages.is_some() && name == "sort" {
            // Cursor pagination checks it. What Zendesk does with it otherwise is not modeled.
            let standing = match pagination {
                Pagination::Cursor if self.is_unmodeled_order(value) => {
                    ParameterStanding::Unmodeled(format!("sort={value}"))
                }
                Pagination::Cursor => ParameterStanding::Read,
                Pagination::Offset => ParameterStanding::Unmodeled(name.to_owned()),
            };
            return vec![standing];
        }
        let is_read = self.reads.contains(&name) || self.of_pages().contains(&name);
        vec![if is_read {
            ParameterStanding::Read
        } else {
            ParameterStanding::Ignored(name.to_owned())
        }]
    }

    /// Returns whether a value of `sort` is an order that Zendesk documents for the list and the
    /// double does not implement. A minus at the start asks for the same order backwards.
    pub(crate) fn is_unmodeled_order(&self, sort: &str) -> bool {
        let order = sort.strip_prefix('-').unwrap_or(sort);
        let mut names = self.unmodeled.iter();
        names.any(|name| name.strip_prefix("sort=") == Some(order))
    }

    fn standing_of_sideload(&self, name: &str) -> ParameterStanding {
        let whole = format!("include={name}");
        if self.sideloads.contains(&name) {
            ParameterStanding::Read
        } else if self.unmodeled_sideloads.contains(&name) {
            ParameterStanding::Unmodeled(whole)
        } else {
            ParameterStanding::Ignored(whole)
        }
    }
}

/// How a query parameter is treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParameterStanding {
    Read,
    /// Zendesk reads it, but the double does not.
    Unmodeled(String),
    /// Zendesk does not know it either.
    Ignored(String),
}
