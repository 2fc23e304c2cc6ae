//! Platform-dependent operations: forcing files to disk, hard links, rights, and file numbers.
//!
//! They are tested on Linux. Each function notes the behaviour of macOS and Windows.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Forces the bytes of a file to disk, and returns after they are there.
///
/// On macOS the standard library uses `F_FULLFSYNC`, which flushes the cache of the disk too.
/// Windows flushes a file only through a handle with write access, so one is opened there.
///
/// # Errors
///
/// Fails if the file cannot be opened or flushed.
pub fn sync_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).write(cfg!(windows)).open(path)?.sync_all()
}

/// Forces the names in a folder to disk, and returns after they are there.
///
/// macOS behaves as Linux does. Windows has no such call, and nothing is done there.
///
/// # Errors
///
/// Fails if the folder cannot be opened or flushed.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { sync_file(path) }
}

/// Checks that what lies at a path, if anything does, is a regular file: a pipe in its place would hold
/// up whoever opens it.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] if it is something else.
pub fn check_regular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => {
            Err(io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file"))
        }
        _ => Ok(()),
    }
}

/// Gives the files that `SQLite` keeps beside a database the rights of that. They got those that it had
/// when they were made: if it could only be read then, they end all writing to it, for good.
///
/// A failure is ignored: then the database cannot be written, which whoever opens it is told.
pub fn give_rights_of(database: &Path) {
    let Ok(rights) = fs::metadata(database).map(|found| found.permissions()) else { return };
    for end in ["-shm", "-wal"] {
        let beside = PathBuf::from(format!("{}{end}", database.display()));
        let is_less = fs::metadata(&beside).is_ok_and(|found| found.permissions().readonly());
        if is_less && !rights.readonly() {
            drop(fs::set_permissions(beside, rights.clone()));
        }
    }
}

/// Address (URI) by which `SQLite` opens a database that cannot be written: as one that nobody changes,
/// if `immutable`, which also works where nothing can be made beside it, and leaves out a write-ahead
/// log. `None` if the path is not UTF-8.
pub fn read_only_uri(database: &Path, immutable: bool) -> Option<String> {
    const ESCAPED: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');
    let path = utf8_percent_encode(database.to_str()?, ESCAPED);
    Some(format!("file:{path}{}", if immutable { "?immutable=1" } else { "" }))
}

/// Whether a database has a write-ahead log with something in it.
pub fn has_write_ahead_log(database: &Path) -> bool {
    let log = format!("{}-wal", database.display());
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Number of a folder or a file, unique on this device: of its file system, and within that.
///
/// macOS has the same numbers. Windows has them for an open handle only: there a folder cannot be
/// told from another that took its place.
#[cfg(unix)]
pub fn folder_number(folder: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((folder.dev(), folder.ino()))
}

/// Number of a folder: `None`, because this platform gives none.
#[cfg(not(unix))]
pub fn folder_number(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Number of the file or folder at a path; `None` if there is none, or the platform gives none.
pub fn number_at(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().as_ref().and_then(folder_number)
}

/// Opens a file for reading without blocking: what has become a pipe does not wait for a writer.
///
/// macOS has the same flag. On Windows no name in a folder is a pipe.
///
/// # Errors
///
/// Fails if the file cannot be opened.
#[cfg(unix)]
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

/// Opens a file for reading.
#[cfg(not(unix))]
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Hard-links a file to a second name.
///
/// macOS (APFS) and Windows (NTFS) behave as Linux does. FAT and exFAT have no hard links on any
/// platform, so a bucket there cannot be written.
///
/// # Errors
///
/// Fails if the name is taken, or the file system has no hard links.
pub fn hard_link(file: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(file, name)
}

/// File number (inode), which tells a file from another one that replaces it under its name; `None`
/// on a platform without one.
///
/// macOS has the same call. The file index of Windows needs an open handle and is not used.
#[cfg(unix)]
pub fn file_number(file: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(file))
}

/// File number: `None`, because this platform has none that needs no open handle.
#[cfg(not(unix))]
pub fn file_number(_: &Metadata) -> Option<u64> {
    None
}

/// Time of the last change of a file's bytes or metadata (`ctime`), in nanoseconds since 1970. Unlike
/// the time of modification it cannot be set.
///
/// macOS has the same time.
#[cfg(unix)]
pub fn time_of_change(file: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    file.ctime().saturating_mul(1_000_000_000).saturating_add(file.ctime_nsec())
}

/// Time of the last change: 0, because the standard library gives none here, so size and time of
/// modification alone identify a file.
#[cfg(not(unix))]
pub fn time_of_change(_: &Metadata) -> i64 {
    0
}

/// Bytes that the file system keeps of a file; `None` where it does not say. A file with holes has
/// fewer than its size.
///
/// macOS has the same number.
#[cfg(unix)]
pub fn kept_bytes(file: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::blocks(file).saturating_mul(512))
}

/// Bytes that the file system keeps of a file: `None`, because this platform does not say.
#[cfg(not(unix))]
pub fn kept_bytes(_: &Metadata) -> Option<u64> {
    None
}
