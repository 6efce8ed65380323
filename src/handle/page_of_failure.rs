//! The page of a double whose test fails.

use std::sync::Arc;

use crate::base::place::Place;
use crate::calls::{forget_page, write_page_with};
use crate::reports::{Page, PageFile};
use crate::server::backend::Backend;

/// Keeps the page of a double that may fail, and forgets it when the double is dropped.
pub(super) struct PageOfFailure {
    double: u64,
}

impl PageOfFailure {
    /// Prepares the page of this double. Without a folder for it, there is none.
    pub(super) fn of(backend: &Arc<Backend>, test: String, started: Place) -> Self {
        let double = backend.double();
        if let Some(mut file) = PageFile::for_test(&test) {
            let backend = Arc::downgrade(backend);
            write_page_with(double, move |failure| {
                let backend = backend.upgrade()?;
                file.write(&page(&backend, &test, started, Some(failure)))
            });
        }
        Self { double }
    }
}

impl Drop for PageOfFailure {
    fn drop(&mut self) {
        forget_page(self.double);
    }
}

/// Returns the page of a double as it is now.
pub(super) fn page(backend: &Backend, test: &str, started: Place, failure: Option<&str>) -> String {
    let (journal, before, after) = backend.whole();
    Page {
        test,
        started,
        failure,
        journal: &journal,
        before: before.as_ref(),
        after: &after,
    }
    .to_html()
}
