//! The files of a journal, as they lie in a folder.

use std::fs::{self, DirEntry, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::Unreadable;

/// The folder of a bucket in which its journal lies.
pub const JOURNAL_FOLDER: &str = "journal";

/// By what a file is known to be the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub size: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub modified: i64,
}

/// What lies in a journal's folder.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// By name, which is the path below the journal folder, with `/` between its parts.
    pub files: Vec<(String, Identity)>,
    /// What looks like part of a journal and is no file to be read.
    pub others: Vec<Unreadable>,
}

/// A bucket: a folder with a journal in it.
#[derive(Debug, Clone)]
pub(crate) struct Folder(pub PathBuf);

impl Folder {
    /// Everything that is part of the journal, in the order of names. Hidden files and files of
    /// other kinds are not. Links are named and not followed: they can lead anywhere.
    #[tracing::instrument(name = "list_files", level = "debug", skip_all)]
    pub fn list(&self) -> io::Result<Listing> {
        let mut listing = Listing::default();
        let journal = self.0.join(JOURNAL_FOLDER);
        match fs::symlink_metadata(&journal) {
            Err(none) if none.kind() == io::ErrorKind::NotFound && self.0.is_dir() => {}
            Err(error) => return Err(error),
            Ok(found) if found.is_symlink() => listing.others.push(link(JOURNAL_FOLDER)),
            Ok(found) if !found.is_dir() => {
                let problem = "is no folder, so it holds no journal".to_owned();
                listing.others.push(Unreadable { file: JOURNAL_FOLDER.to_owned(), problem });
            }
            Ok(_) => list(&journal, "", &mut listing)?,
        }
        listing.files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(listing)
    }

    /// The whole of a file, if it is still the one that was listed. The error says what is wrong.
    #[tracing::instrument(name = "read_file", level = "debug", skip_all, fields(file = name))]
    pub fn read(&self, name: &str, identity: Identity) -> Result<Vec<u8>, String> {
        let failed = |error: io::Error| format!("cannot be read: {error}");
        let mut file = fs::File::open(self.0.join(JOURNAL_FOLDER).join(name)).map_err(failed)?;
        let same = |file: &fs::File| -> io::Result<bool> {
            Ok(self::identity(&file.metadata()?) == identity)
        };
        let mut bytes = Vec::with_capacity(usize::try_from(identity.size).unwrap_or_default());
        let before = same(&file).map_err(failed)?;
        file.read_to_end(&mut bytes).map_err(failed)?;
        let after = same(&file).map_err(failed)?;
        if before && after && bytes.len() as u64 == identity.size {
            Ok(bytes)
        } else {
            Err("was changed while it was read; look again to read it".to_owned())
        }
    }
}

fn list(folder: &Path, prefix: &str, into: &mut Listing) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden {
            take(&entry, name, into)?;
        }
    }
    Ok(())
}

fn take(entry: &DirEntry, name: String, into: &mut Listing) -> io::Result<()> {
    let parquet = name.ends_with(".parquet");
    let kind = entry.file_type()?;
    if kind.is_symlink() {
        // One that leads nowhere and is called anything else is none of ours.
        let leads_to_folder = || fs::metadata(entry.path()).is_ok_and(|found| found.is_dir());
        if parquet || leads_to_folder() {
            into.others.push(link(&name));
        }
    } else if kind.is_dir() && parquet {
        let problem = "is a folder where a file is expected".to_owned();
        into.others.push(Unreadable { file: name, problem });
    } else if kind.is_dir() {
        list(&entry.path(), &format!("{name}/"), into)?;
    } else if parquet && entry.file_name().to_str().is_none() {
        let problem = "has a name that is not UTF-8".to_owned();
        into.others.push(Unreadable { file: name, problem });
    } else if parquet {
        match entry.metadata() {
            Ok(found) => into.files.push((name, identity(&found))),
            // It went while the folder was listed.
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn link(name: &str) -> Unreadable {
    let problem = "is a link, which is not followed".to_owned();
    Unreadable { file: name.to_owned(), problem }
}

fn identity(file: &Metadata) -> Identity {
    let since = file.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = since.and_then(|since| i64::try_from(since.as_nanos()).ok());
    Identity { size: file.len(), modified: modified.unwrap_or_default() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn b9_b10_what_is_no_file_of_the_journal_is_left_aside_or_named() {
        let bucket = tempfile::tempdir().unwrap();
        let at = |name: &str| bucket.path().join(JOURNAL_FOLDER).join(name);
        fs::create_dir_all(at("2024/.hidden")).unwrap();
        fs::create_dir(at("folder.parquet")).unwrap();
        for name in ["a.parquet", "2024/b.parquet", ".c.parquet", "2024/.hidden/d.parquet", "e.csv"]
        {
            fs::write(at(name), "").unwrap();
        }
        for (link, to) in [("f.parquet", "/etc/passwd"), ("out", "/etc"), ("g.txt", "/etc/passwd")]
        {
            std::os::unix::fs::symlink(to, at(link)).unwrap();
        }
        let listing = Folder(bucket.path().to_owned()).list().unwrap();
        let names: Vec<&str> = listing.files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["2024/b.parquet", "a.parquet"]);
        let mut others: Vec<String> =
            listing.others.iter().map(|o| format!("{} {}", o.file, o.problem)).collect();
        others.sort();
        assert_eq!(
            others,
            [
                "f.parquet is a link, which is not followed",
                "folder.parquet is a folder where a file is expected",
                "out is a link, which is not followed",
            ]
        );
    }

    #[test]
    fn b12_a_file_that_is_another_than_was_listed_is_not_read() {
        let bucket = tempfile::tempdir().unwrap();
        let path = bucket.path().join(JOURNAL_FOLDER).join("a.parquet");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "one").unwrap();
        let folder = Folder(bucket.path().to_owned());
        let (name, identity) = folder.list().unwrap().files.remove(0);
        assert_eq!(folder.read(&name, identity), Ok(b"one".to_vec()));
        fs::write(&path, "three").unwrap();
        assert!(folder.read(&name, identity).unwrap_err().contains("was changed"));
        fs::remove_file(&path).unwrap();
        assert!(folder.read(&name, identity).unwrap_err().contains("cannot be read"));
    }
}
