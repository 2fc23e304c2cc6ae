//! Files and folders that are written aside and renamed at the end: what was not finished leaves nothing
//! behind, and nothing under the name that it was to have.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempDir};

use crate::Error;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 18;

/// Checks that a path may be written to: that nothing is there or may be replaced, and that it is not
/// within the folder of a journal's files, where nothing is ever overwritten.
pub(crate) fn check(path: &Path, overwrite: bool) -> Result<(), Error> {
    let in_journal = folder_of(path).canonicalize().ok().and_then(|folder| {
        let journal =
            folder.ancestors().find(|above| above.file_name() == Some("journal".as_ref()));
        journal.map(Path::to_owned)
    });
    if let Some(journal) = in_journal {
        return Err(Error::InJournal { path: path.to_owned(), journal });
    }
    if !folder_of(path).is_dir() {
        return Err(Error::NoFolder(folder_of(path).to_owned()));
    }
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Err(Error::IsFolder(path.to_owned())),
        Ok(_) if !overwrite => Err(Error::Exists(path.to_owned())),
        _ => Ok(()),
    }
}

/// Checks that a path does not lie in a folder of journal files.
pub(crate) fn check_outside(path: &Path, journal: &Path) -> Result<(), Error> {
    match (folder_of(path).canonicalize(), journal.canonicalize()) {
        (Ok(folder), Ok(journal)) if folder.starts_with(&journal) => {
            Err(Error::InJournal { path: path.to_owned(), journal })
        }
        _ => Ok(()),
    }
}

/// The folder in which a path lies.
fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().unwrap_or(Path::new(""));
    if folder == Path::new("") { Path::new(".") } else { folder }
}

/// What the name of a file or folder begins with until it is finished: hidden, and with its own name.
fn prefix_of(path: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

/// Writes a file aside, and gives it its name once it is on the disk. `plain_folder` is as in
/// [`crate::Picture::save`]. Blocks.
///
/// # Errors
///
/// As [`Error`] says. Nothing is left behind then.
pub fn write_file(
    path: &Path,
    bytes: &[u8],
    overwrite: bool,
    plain_folder: Option<&Path>,
) -> Result<(), Error> {
    plain_folder.map_or(Ok(()), |folder| check_outside(path, folder))?;
    let mut file = AsideFile::begin(path, overwrite)?;
    file.write_all(bytes).map_err(|error| file.failed(error))?;
    file.finish()
}

/// File that is written aside.
#[derive(Debug)]
pub(crate) struct AsideFile {
    path: PathBuf,
    overwrite: bool,
    file: BufWriter<NamedTempFile>,
}

impl AsideFile {
    /// Begins a file that will have this path.
    pub fn begin(path: &Path, overwrite: bool) -> Result<Self, Error> {
        check(path, overwrite)?;
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let mut builder = Builder::new();
        let prefix = prefix_of(path);
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any program makes a file: the user's mask takes from it.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder_of(path)).map_err(failed)?;
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(Self { path: path.to_owned(), overwrite, file })
    }

    /// The folder in which it is written.
    pub fn folder(&self) -> &Path {
        folder_of(&self.path)
    }

    /// The error that writing it failed.
    pub fn failed(&self, source: io::Error) -> Error {
        Error::Write { path: self.path.clone(), source }
    }

    /// Waits until all that was written is on the disk.
    pub fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().as_file().sync_all()
    }

    /// Gives the file its name, once all of it is on the disk.
    pub fn finish(mut self) -> Result<(), Error> {
        let synced = self.sync();
        synced.map_err(|error| self.failed(error))?;
        let Self { path, overwrite, file } = self;
        let failed = |source| Error::Write { path: path.clone(), source };
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        if overwrite {
            file.persist(&path).map_err(|error| failed(error.error))?;
        } else {
            file.persist_noclobber(&path).map_err(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => Error::Exists(path.clone()),
                _ => failed(error.error),
            })?;
        }
        sync_folder(folder_of(&path)).map_err(failed)
    }
}

impl Write for AsideFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(test)]
        tests::take_room(bytes.len())?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Folder that is written aside, with what is in it.
#[derive(Debug)]
pub(crate) struct AsideFolder {
    path: PathBuf,
    folder: TempDir,
    /// Folders below it, whose entries have to be on the disk in the end.
    folders: Vec<PathBuf>,
}

impl AsideFolder {
    /// Begins a folder that will have this path. Nothing may be there.
    pub fn begin(path: &Path) -> Result<Self, Error> {
        check(path, false)?;
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let folder =
            Builder::new().prefix(&prefix_of(path)).suffix(".part").tempdir_in(folder_of(path));
        let folder = folder.map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let usual = fs::Permissions::from_mode(0o755);
            fs::set_permissions(folder.path(), usual).map_err(failed)?;
        }
        Ok(Self { path: path.to_owned(), folder, folders: Vec::new() })
    }

    /// The error that writing it failed.
    pub fn failed(&self, source: io::Error) -> Error {
        Error::Write { path: self.path.clone(), source }
    }

    /// Makes a folder in it.
    pub fn make_folder(&mut self, name: &str) -> Result<(), Error> {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).map_err(|source| self.failed(source))?;
        self.folders.push(folder);
        Ok(())
    }

    /// Begins a file in it, by its path within the folder.
    pub fn begin_file(&self, name: &str) -> Result<FileInFolder, Error> {
        let path = self.folder.path().join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let file = file.map_err(|source| self.failed(source))?;
        Ok(FileInFolder(BufWriter::with_capacity(BUFFER, file)))
    }

    /// Gives the folder its name, once all of it is on the disk.
    pub fn finish(self) -> Result<(), Error> {
        let Self { path, folder, folders } = self;
        let failed = |source| Error::Write { path: path.clone(), source };
        for folder in folders.iter().map(PathBuf::as_path).chain([folder.path()]) {
            sync_folder(folder).map_err(failed)?;
        }
        check(&path, false)?;
        fs::rename(folder.path(), &path).map_err(failed)?;
        // It is no longer where it would be removed.
        let _ = folder.keep();
        sync_folder(folder_of(&path)).map_err(failed)
    }
}

/// File in a folder that is written aside.
#[derive(Debug)]
pub(crate) struct FileInFolder(BufWriter<File>);

impl FileInFolder {
    /// Ends the file, once all of it is on the disk.
    pub fn finish(self) -> io::Result<()> {
        self.0.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

impl Write for FileInFolder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(test)]
        tests::take_room(bytes.len())?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Waits until the entries of a folder are on the disk, where the platform can.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::Cell;
    use std::io;

    thread_local! {
        /// Bytes that can still be written on this thread until the disk is full.
        static ROOM: Cell<Option<usize>> = const { Cell::new(None) };
    }

    /// Lets so many bytes be written on this thread; `None` for any number.
    pub(crate) fn set_room(bytes: Option<usize>) {
        ROOM.set(bytes);
    }

    pub(super) fn take_room(bytes: usize) -> io::Result<()> {
        match ROOM.get().map(|room| room.checked_sub(bytes)) {
            Some(None) => Err(io::ErrorKind::StorageFull.into()),
            Some(room) => {
                ROOM.set(room);
                Ok(())
            }
            None => Ok(()),
        }
    }
}
