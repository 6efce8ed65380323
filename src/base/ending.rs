//! Whether this thread is ending, which decides whether a panic is allowed.

use std::backtrace::Backtrace;

use tokio::runtime::Handle;

/// What runs the destructors of thread-locals, as backtraces name it: the standard library, and the
/// C libraries of Linux and macOS.
const DESTRUCTORS: [&str; 6] = [
    "sys::thread_local::destructors::",
    "sys::thread_local::native::lazy::destroy",
    "sys::thread_local::native::eager::destroy",
    "sys::thread_local::os::destroy",
    "__call_tls_dtors",
    "_tlv_finalize",
];

/// Whether this is called by the destructor of a thread-local. A panic from there aborts the
/// process.
///
/// This reads a backtrace, which can take a second in a large binary: ask only when a panic is due.
/// A binary without symbols gets the answer no.
pub(crate) fn thread_is_ending() -> bool {
    // The usual test runs in a runtime, and thread-locals end after it.
    Handle::try_current().is_err() && {
        let backtrace = Backtrace::force_capture().to_string();
        DESTRUCTORS.iter().any(|name| backtrace.contains(name))
    }
}
