//! Asks for the page of a failing test. An assertion knows only the number of its double, and what a
//! page needs is above this layer. So each double that has pages leaves here what writes its page.
//!
//! Without the feature `html` nobody does, and texts stay as they are.

#[cfg(feature = "html")]
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[cfg(feature = "html")]
use parking_lot::Mutex;

/// Writes the page with this failure, and returns its path. `None` means that it cannot be written.
#[cfg(feature = "html")]
type Write = Box<dyn FnMut(&str) -> Option<PathBuf> + Send>;

#[cfg(feature = "html")]
struct Writer {
    write: Write,
    /// The last failure that was written. Empty if there is none.
    failure: String,
}

/// What writes the pages of the doubles of this process, by the numbers of the doubles.
#[cfg(feature = "html")]
static WRITERS: Mutex<BTreeMap<u64, Writer>> = Mutex::new(BTreeMap::new());

/// Sets what writes the page of a double.
#[cfg(feature = "html")]
pub(crate) fn write_page_with(
    double: u64,
    write: impl FnMut(&str) -> Option<PathBuf> + Send + 'static,
) {
    let writer = Writer {
        write: Box::new(write),
        failure: String::new(),
    };
    WRITERS.lock().insert(double, writer);
}

/// Forgets what writes the page of a double that ends.
#[cfg(feature = "html")]
pub(crate) fn forget_page(double: u64) {
    let writer = WRITERS.lock().remove(&double);
    // It is dropped without the lock, whatever belongs to it.
    drop(writer);
}

/// Writes the page with this failure. Returns the line that names it, or `None` if there is no page.
pub(super) fn name_page(double: u64, failure: &str) -> Option<String> {
    write_page(double, failure).map(|path| line(&path))
}

/// Writes the page with this failure. Returns the text, followed by the line that names the page if
/// there is one.
pub(crate) fn with_page(double: u64, text: String) -> String {
    match name_page(double, &text) {
        // The text of a run contains that of the assertion that failed in it.
        Some(line) if !text.contains(&line) => format!("{text}\n\n{line}"),
        _ => text,
    }
}

/// Writes the page of a test that panics, at its end. `text` is what is printed of the calls, if
/// something is. Returns the line that names the page, unless a failure named it already.
pub(crate) fn last_page(double: u64, text: Option<&str>) -> Option<String> {
    let before = last_failure(double)?;
    let failure = match text {
        Some(text) => text,
        None if before.is_empty() => "the test panicked; its output says why",
        None => &before,
    };
    name_page(double, failure).filter(|_| text.is_some() || before.is_empty())
}

#[cfg(feature = "html")]
fn write_page(double: u64, failure: &str) -> Option<PathBuf> {
    let mut writers = WRITERS.lock();
    let writer = writers.get_mut(&double)?;
    failure.clone_into(&mut writer.failure);
    (writer.write)(failure)
}

#[cfg(not(feature = "html"))]
fn write_page(_: u64, _: &str) -> Option<PathBuf> {
    None
}

/// Returns the failure that was written last. `None` means that the double has no page.
#[cfg(feature = "html")]
fn last_failure(double: u64) -> Option<String> {
    let writers = WRITERS.lock();
    Some(writers.get(&double)?.failure.clone())
}

#[cfg(not(feature = "html"))]
fn last_failure(_: u64) -> Option<String> {
    None
}

fn line(path: &Path) -> String {
    format!("page: {}", path.display())
}
