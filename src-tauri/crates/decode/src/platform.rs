//! The platform's memory limit, and what ends processes. A port to another platform changes only
//! this file of the crate.

use std::fs::File;
use std::io;
use std::process::ExitStatus;

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

/// The file that is the standard input of this process.
///
/// The same on macOS. Windows has a handle in place of the descriptor.
///
/// # Errors
/// Fails if the system gives no second descriptor of it.
#[cfg(unix)]
pub(crate) fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// The file that is the standard input of this process.
#[cfg(windows)]
pub(crate) fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}

/// Whether a process was ended by a signal that it does not get from what it does itself: a person,
/// a supervisor or the system short of memory sends these.
///
/// The same on macOS. On Windows whoever ends a process chooses its exit code, so nobody can tell.
#[cfg(unix)]
pub(crate) fn was_killed_from_outside(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGHUP: i32 = 1;
    const SIGINT: i32 = 2;
    const SIGKILL: i32 = 9;
    const SIGTERM: i32 = 15;
    matches!(status.signal(), Some(SIGHUP | SIGINT | SIGKILL | SIGTERM))
}

/// Whether a process was ended from outside, which cannot be told here.
#[cfg(not(unix))]
pub(crate) fn was_killed_from_outside(_: ExitStatus) -> bool {
    false
}
