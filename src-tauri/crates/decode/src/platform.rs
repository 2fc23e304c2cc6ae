//! The platform's memory limit. A port to another platform changes only this file of the crate.

/// Limits the memory of this process, in bytes: an allocation beyond it fails, and ends the
/// process. An error of the system is ignored; the time limit for a file holds independently.
///
/// Unix: `RLIMIT_AS`. macOS accepts that limit and does not enforce it: there the parent would have
/// to watch the memory of the child, and end it. Windows has no such limit for a process itself,
/// and none is set: there the parent would start the child in a job with
/// `JOB_OBJECT_LIMIT_PROCESS_MEMORY`.
pub(crate) fn limit_memory(bytes: u64) {
    #[cfg(unix)]
    drop(rlimit::setrlimit(rlimit::Resource::AS, bytes, bytes));
    #[cfg(not(unix))]
    let _ = bytes;
}
