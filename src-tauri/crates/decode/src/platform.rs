//! What the decoder's process needs of the platform: a port changes this file of the crate only.

/// Limits the memory, in bytes, that this process may ask for; what asks for more ends. The time for
/// a file has a limit of its own, wherever this one does not hold.
///
/// Unix: `RLIMIT_AS`. macOS takes that limit and does not keep it: there the parent would have to
/// watch how much the child has in use, and end it. Windows has no such limit for a process itself:
/// there the parent would start the child in a job with `JOB_OBJECT_LIMIT_PROCESS_MEMORY`.
pub(crate) fn limit_memory(bytes: u64) {
    #[cfg(unix)]
    drop(rlimit::setrlimit(rlimit::Resource::AS, bytes, bytes));
    #[cfg(not(unix))]
    let _ = bytes;
}
