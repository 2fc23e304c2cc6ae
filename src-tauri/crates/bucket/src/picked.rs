//! Folders as people pick them: which bucket is meant by one that is none itself.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::archive::unpacked_by;
use crate::journal_file::looks_like_parquet;
use crate::{JOURNAL_FOLDER, OpenError};

/// Folder of a bag that holds what is in it, and the file that makes a folder one (`BagIt`, RFC 8493).
pub(crate) const BAG: &str = "data";
const BAG_MARK: &str = "bagit.txt";

/// Path of the bucket for a folder that exists: the folder itself, the one above it if it is the
/// journal's own, or what is in it if it is a bag. Its path is canonical, so that a link is judged by where
/// it leads.
pub(crate) fn bucket_of(folder: PathBuf) -> PathBuf {
    let in_bag = folder.join(BAG);
    match folder.parent() {
        Some(above) if is_journals_own(&folder) => above.to_owned(),
        _ if folder.join(BAG_MARK).is_file() && in_bag.join(JOURNAL_FOLDER).is_dir() => in_bag,
        _ => folder,
    }
}

/// Whether a folder is a journal's own: it has the name, and files of a journal or at least no journal
/// of its own below it.
fn is_journals_own(folder: &Path) -> bool {
    folder.file_name() == Some(OsStr::new(JOURNAL_FOLDER))
        && (!has_journal(folder) || holds_parquet(folder))
}

/// Whether a folder holds anything by the name of the journal's folder. What cannot be looked at may
/// be there: the listing says what is wrong with it.
pub(crate) fn has_journal(folder: &Path) -> bool {
    let found = fs::symlink_metadata(folder.join(JOURNAL_FOLDER));
    !found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Whether a folder holds Parquet files: directly, or in partition folders (`name=value`).
fn holds_parquet(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| (entry.file_name(), entry.file_type())).any(|(name, kind)| {
        let is_folder = kind.is_ok_and(|kind| kind.is_dir());
        let is_partition = is_folder && name.as_encoded_bytes().contains(&b'=');
        looks_like_parquet(&name) || (is_partition && holds_parquet(&folder.join(name)))
    })
}

/// Buckets right below a folder.
fn buckets_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let below = fs::read_dir(folder).into_iter().flatten().flatten();
    below.map(|entry| entry.path()).filter(|below| below.join(JOURNAL_FOLDER).is_dir())
}

/// Whether a folder holds the files of one journal and no folder for them: no bucket lies below it.
pub(crate) fn is_only_files(folder: &Path) -> bool {
    !has_journal(folder) && holds_parquet(folder) && buckets_below(folder).next().is_none()
}

/// Bucket whose journal a path is part of, judged by the names of the folders above it.
pub(crate) fn enclosing_bucket(path: &Path) -> Option<&Path> {
    let mut above = path.ancestors().skip(1);
    above.find(|folder| is_journals_own(folder)).and_then(Path::parent)
}

/// Bucket beside which a folder without a journal was picked: one right below it, or the nearest
/// above it.
pub(crate) fn nearest_bucket(folder: &Path) -> Option<PathBuf> {
    let holds_journal = |folder: &Path| folder.join(JOURNAL_FOLDER).is_dir();
    let below = buckets_below(folder).min();
    let above = || folder.ancestors().skip(1).find(|above| holds_journal(above));
    below.or_else(|| above().map(Path::to_owned))
}

/// Error of opening a path that is no folder.
pub(crate) fn no_folder(path: &Path) -> OpenError {
    match path.canonicalize() {
        Ok(file) if file.file_name().is_some_and(looks_like_parquet) => {
            let folder = enclosing_bucket(&file).or_else(|| file.parent()).unwrap_or(&file);
            OpenError::File { file: path.to_owned(), folder: folder.to_owned() }
        }
        Ok(file) => match unpacked_by(&file) {
            Some(command) => OpenError::PackedArchive { path: path.to_owned(), command },
            None => OpenError::NotAFolder(path.to_owned()),
        },
        Err(_) => OpenError::NoFolder(path.to_owned()),
    }
}
