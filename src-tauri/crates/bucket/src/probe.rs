//! Whether a folder can be written safely, tried on files that are gone again when this returns.
//!
//! Their names are of the kind that a listing of the bucket leaves out, so that nobody takes one
//! for a file of the journal, not even after a loss of power in between.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::platform::{hard_link, sync_folder};
use crate::{JOURNAL_FOLDER, ProbeError};

/// What the disk must have room for, in bytes: about one flush.
const ROOM: usize = 64 << 10;

/// Makes a file in the journal's folder as [`Bucket::create`] does: written, forced to disk, given
/// its name by a hard link, and that only once. `nonce` is in the files' names.
///
/// [`Bucket::create`]: crate::Bucket::create
pub(crate) fn probe(root: &Path, nonce: u64) -> Result<(), ProbeError> {
    let journal = root.join(JOURNAL_FOLDER);
    // Whatever has its name is tried, also what is no folder.
    let folder = if journal.is_symlink() || journal.exists() { journal } else { root.to_owned() };
    let name = format!("daybook-probe-{nonce:016x}");
    let staged = ProbeFile(folder.join(format!("{name}#1")));
    let named = ProbeFile(folder.join(format!("{name}#2")));
    let tried = |why, tried: io::Result<()>| {
        tried.map_err(|source| ProbeError { path: folder.clone(), why, source: source.into() })
    };
    tried("no file can be made in it", make(&staged.0))?;
    tried("it permits no hard links", hard_link(&staged.0, &named.0))?;
    tried("a name can be given twice", refuses_to_replace(&staged.0, &named.0))?;
    tried("it cannot be forced to disk", sync_folder(&folder))
}

fn make(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(&vec![0; ROOM])?;
    file.sync_all()
}

fn refuses_to_replace(staged: &Path, named: &Path) -> io::Result<()> {
    match hard_link(staged, named) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => Err(io::Error::other("the second file of that name took the place of the first")),
    }
}

/// A file that was made only to be tried; removed when this is dropped.
struct ProbeFile(PathBuf);

impl Drop for ProbeFile {
    fn drop(&mut self) {
        // It may never have come into being.
        drop(fs::remove_file(&self.0));
    }
}
