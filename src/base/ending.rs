//! Finds out whether this thread is ending, because a panic is not allowed then.

use std::backtrace::Backtrace;

use tokio::runtime::Handle;

/// The functions that run the destructors of thread-locals, as backtraces name them: in the
/// standard library, and in the C libraries of Linux and macOS.
const DESTRUCTORS: [&str; 6] = [
    "sys::thread_local::destructors::",
    "sys::thread_local::native::lazy::destroy",
    "sys::thread_local::native::eager::destroy",
    "sys::thread_local::os::destroy",
    "__call_tls_dtors",
    "_tlv_finalize",
];

/// Returns whether the destructor of a thread-local called this. A panic from there aborts the
/// process.
///
/// This reads a backtrace, which can take a second in a large binary. Call it only when a panic is
/// due. Returns `false` in a binary without symbols.
pub(crate) fn thread_is_ending() -> bool {
    // Most tests run in a runtime, and thread-locals are destroyed after it.
    Handle::try_current().is_err() && {
        let backtrace = Backtrace::force_capture().to_string();
        DESTRUCTORS.iter().any(|name| backtrace.contains(name))
    }
}
