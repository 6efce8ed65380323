//! Reports on what the tests of a program met: which operations were called, with which outcomes,
//! and which outcomes no test has seen. The module `advice` judges the calls themselves.
//!
//! [`MockZendesk::coverage`](crate::MockZendesk::coverage) returns the [`Coverage`] of one double.
//! Doubles whose process has the environment variable `MOCK_ZENDESK_REPORT_DIR` write theirs into
//! that folder, and [`Coverage::of_folder`] joins what a test run left there.
//! [The guide](crate::guide::coverage) shows both.

// The counts are kept apart from the journal, which may drop calls. This layer uses `trouble`
// (which fault happened) and the layers below; the layers above may use it.
//
// - `outcome.rs`: what can come of a call, and of which operations; `gap.rs`: an outcome that no
//   test has seen, in words;
// - `counts.rs`: what one double counts while it answers;
// - `coverage.rs`: what a test gets; `text.rs`, `written.rs`, `coverage_page.rs`: its forms;
// - `folder.rs`: where reports are written; `process.rs`: the file of this process; `joined.rs`:
//   reading a folder;
// - `html.rs`, `templates/`: the set-up of HTML pages;
// - `page.rs`, `changes.rs`: what happened to one double, as a page; `page_file.rs`: its file.

pub mod advice;
#[cfg(feature = "html")]
mod changes;
mod counts;
mod coverage;
#[cfg(feature = "html")]
mod coverage_page;
mod folder;
mod gap;
#[cfg(feature = "html")]
mod html;
mod joined;
#[cfg(feature = "openapi")]
pub mod openapi;
mod outcome;
#[cfg(feature = "html")]
mod page;
#[cfg(feature = "html")]
mod page_file;
mod process;
mod text;
mod written;

pub use coverage::Coverage;
pub use gap::Gap;
pub use joined::FolderError;
pub use outcome::Outcome;

pub(crate) use counts::Counts;
#[cfg(feature = "html")]
pub(crate) use page::Page;
#[cfg(feature = "html")]
pub(crate) use page_file::PageFile;
pub(crate) use process::{forget, keep};
