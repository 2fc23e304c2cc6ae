//! Positioned reads, the only thing that the catalog needs of the platform beyond the standard
//! library: a port changes this file of the crate only. File locks are the standard library's.

use std::fs::File;
use std::io;

/// Fills `into` with the bytes of a file from the offset `at` on. Any number of threads may read
/// one file at once.
///
/// macOS has the same call. The one of Windows moves the file's position, which nothing here relies
/// on.
///
/// # Errors
/// [`io::ErrorKind::UnexpectedEof`] if the file ends before `into` is full.
#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, at: u64, into: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

/// Fills `into` with the bytes of a file from the offset `at` on: the same for Windows.
#[cfg(windows)]
pub(crate) fn read_exact_at(file: &File, mut at: u64, mut into: &mut [u8]) -> io::Result<()> {
    while !into.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, into, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                into = &mut into[read..];
                at += read as u64;
            }
        }
    }
    Ok(())
}
