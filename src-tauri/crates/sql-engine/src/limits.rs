//! The platform's limit of memory. A port to another platform changes only this file of the crate.

/// Bytes beyond the memory of an answer: the program itself, the snapshot's indexes, and what the engine
/// does not count.
const BESIDE: u64 = 512 << 20;

/// Limits the memory of this process to that of an answer and some beside: an allocation beyond it fails,
/// and ends the process. An error of the system is ignored; what the engine counts is limited
/// independently.
///
/// Linux counts private memory that can be written. macOS accepts the limit and does not enforce it, and
/// Windows has none that a process sets for itself: there what the engine counts is the limit.
pub fn limit_memory(answer: u64) {
    #[cfg(unix)]
    drop(rlimit::setrlimit(rlimit::Resource::DATA, answer + BESIDE, answer + BESIDE));
    #[cfg(not(unix))]
    let _ = answer + BESIDE;
}
