//! What depends on the platform: forcing to disk, hard links, and what a file is known by.
//!
//! Written and tried on Linux. Each function says what macOS and Windows do.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Returns after the bytes of a file are on disk.
///
/// On macOS the standard library asks for `F_FULLFSYNC`, which writes the disk's own cache too.
/// Windows flushes a file only through a handle that could write to it.
pub fn sync_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).write(cfg!(windows)).open(path)?.sync_all()
}

/// Returns after the names in a folder are on disk.
///
/// On macOS as on Linux. Windows has no such call, and keeps names by itself: nothing is done.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { sync_file(path) }
}

/// Gives a file a second name, and fails where that name is taken.
///
/// The same on macOS (APFS) and Windows (NTFS); FAT and exFAT have no hard links anywhere, and so
/// cannot be written to.
pub fn hard_link(file: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(file, name)
}

/// The number of a file in its file system, which a file that takes its name does not have.
///
/// macOS has the same call. On Windows it would be the file index, which asks for an open handle;
/// until then a file is known there by size and time alone. The time of the last change of a file's
/// entry is left out on purpose: a file gets its name by a hard link, and is changed by that.
#[cfg(unix)]
pub fn file_number(file: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(file))
}

#[cfg(not(unix))]
pub fn file_number(_: &Metadata) -> Option<u64> {
    None
}
