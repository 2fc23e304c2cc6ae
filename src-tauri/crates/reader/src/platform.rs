//! What the catalog needs of the platform: a port changes this file of the crate only. Locks on files
//! are the standard library's, and hold on every platform.

use std::fs::File;
use std::io;

/// Fills `into` with the bytes of a file from `at` on, whoever else reads it. An error at the end of
/// the file.
///
/// macOS has the same call. Windows has one that moves the file's position, which nothing here
/// relies on.
#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, at: u64, into: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

/// See above.
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
