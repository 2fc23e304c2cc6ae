//! Probe of a folder: whether it can be written safely, tested on temporary files.
//!
//! No listing of the bucket shows their names, so that a file which a loss of power leaves behind
//! is never taken for a journal file.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::platform::{hard_link, sync_folder};
use crate::{JOURNAL_FOLDER, ProbeError};

/// Free space that the disk must have, in bytes: about one flush.
const ROOM: usize = 64 << 10;

/// Probes the journal's folder, or the bucket if there is none, with the steps of
/// [`Bucket::create`]: writes a file, forces it to disk, and hard-links it to a name, which must
/// fail the second time. `nonce` is part of the files' names.
///
/// [`Bucket::create`]: crate::Bucket::create
pub(crate) fn probe(root: &Path, nonce: u64) -> Result<(), ProbeError> {
    let journal = root.join(JOURNAL_FOLDER);
    // Anything under the journal's name is probed, so that a file or a dangling link there fails.
    let folder = if journal.is_symlink() || journal.exists() { journal } else { root.to_owned() };
    if folder.is_symlink() {
        return Err(ProbeError::Link(folder));
    }
    let name = format!("daybook-probe-{nonce:016x}");
    let staged = ProbeFile(folder.join(format!("{name}#1")));
    let named = ProbeFile(folder.join(format!("{name}#2")));
    let tried = |why, tried: io::Result<()>| {
        tried.map_err(|source| {
            let path = folder.clone();
            ProbeError::Unsafe { path, why, source: source.into() }
        })
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

/// Temporary file of a probe, removed on drop.
struct ProbeFile(PathBuf);

impl Drop for ProbeFile {
    fn drop(&mut self) {
        // The file may not exist: the probe may have failed before it.
        drop(fs::remove_file(&self.0));
    }
}
