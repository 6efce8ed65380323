//! The name of the test that started a double, as reports show it.

use crate::base::place::Place;

/// Returns the name of the test that runs on a thread with this name, or the line that started the
/// double.
pub(super) fn name_of_test(thread: Option<&str>, started: Place) -> String {
    match thread {
        Some(name) if name != "main" && !name.starts_with("tokio-") => name.to_owned(),
        _ => started.to_string(),
    }
}
