//! Whether a folder can be written safely, tried on files that are gone again when this returns.
//!
//! Their names are of the kind that a listing of the bucket leaves out, so that nobody takes one
//! for a file of the journal, not even after a loss of power in between.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::bucket::{PREFIX, sync_folder};
use crate::{Error, Random};

/// What the disk must have room for: about one flush.
const ROOM: usize = 64 << 10;

/// Makes a file in the journal's folder as a flush will: written, forced to disk, given its name by
/// a hard link, and that only once.
pub(crate) fn probe(root: &Path, random: &dyn Random) -> Result<(), Error> {
    let journal = root.join(PREFIX);
    // Whatever has its name is tried, also what is no folder.
    let folder = if journal.is_symlink() || journal.exists() { journal } else { root.to_owned() };
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    let name = format!("daybook-probe-{:016x}", u64::from_le_bytes(bytes));
    let staged = Trace(folder.join(format!("{name}#1")));
    let named = Trace(folder.join(format!("{name}#2")));
    let tried = |why, tried: io::Result<()>| {
        tried.map_err(|source| Error::Unsafe { path: folder.clone(), why, source: source.into() })
    };
    tried("no file can be made in it", make(&staged.0))?;
    tried("it permits no hard links", fs::hard_link(&staged.0, &named.0))?;
    tried("a name can be given twice", refuses_to_replace(&staged.0, &named.0))?;
    tried("it cannot be forced to disk", sync_folder(&folder))
}

fn make(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(&vec![0; ROOM])?;
    file.sync_all()
}

fn refuses_to_replace(staged: &Path, named: &Path) -> io::Result<()> {
    match fs::hard_link(staged, named) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => Err(io::Error::other("the second file of that name took the place of the first")),
    }
}

/// A file that was made only to be tried.
struct Trace(PathBuf);

impl Drop for Trace {
    fn drop(&mut self) {
        // It may never have come into being.
        drop(fs::remove_file(&self.0));
    }
}
