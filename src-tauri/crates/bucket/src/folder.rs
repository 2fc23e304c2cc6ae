//! Buckets in a folder of this device.

use std::borrow::Cow;
use std::fs::{self, DirEntry, File, Metadata, ReadDir};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

use crate::journal_file::{Class, EntryKind, IS_LINK, classify};
use crate::listing::PAGE;
use crate::picked::{bucket_of, has_journal, is_only_files, no_folder};
use crate::platform::{
    file_number, folder_number, open_without_waiting, sync_file, sync_folder, time_of_change,
};
use crate::{
    BucketId, FileMeta, IdError, JOURNAL_FOLDER, Listing, Lookalike, OpenError, OpenFile, Page,
    Place, ReadError, SyncError, extract, identity,
};

/// Most bytes that are read of the object which holds the bucket's id.
const MOST_ID_BYTES: u64 = 4096;

/// Small object of a bucket, as it was found.
enum Small {
    Absent,
    /// Something that is no regular file.
    NoFile,
    Bytes(Vec<u8>),
}

/// Folder of this device that is a bucket.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    /// Canonical path.
    root: Arc<Path>,
    /// Path of the journal's files below it: `journal`, or nothing where there are only files.
    journal: &'static str,
    /// Store that creates files: it writes one under a temporary name and links it to its key.
    creator: Arc<dyn ObjectStore>,
    /// Folders that were opened.
    opened: Arc<Opened>,
    /// Id that the bucket had, where it may have lost the object that holds it.
    lost_id: Option<BucketId>,
}

/// Numbers of the folders that were opened. Where a disk was unmounted or a folder moved away, the
/// path leads to others.
#[derive(Debug)]
struct Opened {
    root: Option<(u64, u64)>,
    /// That of `journal`, from when it was first there.
    journal: OnceLock<Option<(u64, u64)>>,
}

impl Folder {
    /// Opens a folder, which must exist, or the one above it if it is the journal's own.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        if !path.is_dir() {
            return Err(no_folder(path));
        }
        let failed =
            |source: io::Error| OpenError::Folder { path: path.to_owned(), source: source.into() };
        let root = bucket_of(fs::canonicalize(path).map_err(failed)?);
        let only_files = is_only_files(&root);
        let journal = if only_files { "" } else { JOURNAL_FOLDER };
        let creator = LocalFileSystem::new_with_prefix(&root)
            .map_err(|source| failed(io::Error::other(source)))?;
        let number = folder_number(&fs::metadata(&root).map_err(failed)?);
        let opened = Arc::new(Opened { root: number, journal: OnceLock::new() });
        let folder =
            Self { root: root.into(), journal, creator: Arc::new(creator), opened, lost_id: None };
        folder.check_in_place().map_err(failed)?;
        Ok(folder)
    }

    /// Fails if the path no longer leads to the folders that were opened: what is stored there would
    /// be in another bucket.
    pub(crate) fn check_in_place(&self) -> io::Result<()> {
        let another = |what: &str| {
            let root = self.root.display();
            io::Error::other(format!(
                "{root} is not the folder that was opened, {what}: its disk may have been unmounted, \
                 or it was moved; bring it back"
            ))
        };
        let root = fs::metadata(&self.root);
        if !root.is_ok_and(|root| folder_number(&root) == self.opened.root) {
            return Err(another("or it is gone"));
        }
        match fs::metadata(self.path("")) {
            Ok(journal) => {
                let number = folder_number(&journal);
                let first = self.opened.journal.get_or_init(|| number);
                if *first == number { Ok(()) } else { Err(another("or its journal is another")) }
            }
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => {
                let was_there = self.opened.journal.get().is_some();
                if was_there { Err(another("or its journal is gone")) } else { Ok(()) }
            }
            // Whoever creates a file or reads one is told what is wrong.
            Err(_) => Ok(()),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the journal's files lie in the folder itself, which is then only read.
    pub(crate) fn is_only_files(&self) -> bool {
        self.journal.is_empty()
    }

    /// Whether there is a journal, with files or without.
    pub(crate) fn has_journal(&self) -> bool {
        self.is_only_files() || has_journal(&self.root)
    }

    pub(crate) fn creator(&self) -> &Arc<dyn ObjectStore> {
        &self.creator
    }

    pub(crate) fn place(&self) -> Place {
        let journal = fs::metadata(self.path("")).ok();
        Place::at(&self.root, journal.and_then(|journal| folder_number(&journal)))
    }

    pub(crate) fn with_lost_id(self, id: BucketId) -> Self {
        Self { lost_id: Some(id), ..self }
    }

    /// Id of the bucket, or the one that it has lost; `None` if it has none.
    pub(crate) fn id(&self) -> Result<Option<BucketId>, IdError> {
        match (self.stored_id(), &self.lost_id) {
            (Ok(None) | Err(IdError::NoId(_)), Some(lost)) => Ok(Some(lost.clone())),
            (stored, _) => stored,
        }
    }

    /// Id that is in the bucket; `None` if there is none. A link in its place is not followed. Fails
    /// if the path leads to another bucket by now.
    pub(crate) fn stored_id(&self) -> Result<Option<BucketId>, IdError> {
        let key = identity::key();
        let failed =
            |source: io::Error| IdError::Failed { key: key.clone(), source: source.into() };
        match self.small_object(identity::NAME, MOST_ID_BYTES).map_err(failed)? {
            Small::Absent => Ok(None),
            Small::NoFile => Err(IdError::NoId(key)),
            Small::Bytes(object) => BucketId::parse(&object).map(Some).ok_or(IdError::NoId(key)),
        }
    }

    /// Object that makes the bucket an extract, or more of it than such an object has; `None` if there is
    /// none.
    pub(crate) fn extract(&self) -> io::Result<Option<Bytes>> {
        match self.small_object(extract::NAME, extract::MOST_BYTES + 1)? {
            Small::Absent => Ok(None),
            Small::NoFile => Err(io::Error::other("it is no regular file")),
            Small::Bytes(object) => Ok(Some(object.into())),
        }
    }

    /// Reads an object below the journal's folder, up to so many bytes. A link in its place is not
    /// followed. Fails if the path leads to another bucket by now.
    fn small_object(&self, name: &str, most: u64) -> io::Result<Small> {
        let path = self.path(name);
        self.check_in_place()?;
        match fs::symlink_metadata(&path) {
            Ok(found) if !found.is_file() => return Ok(Small::NoFile),
            Ok(_) => {}
            Err(error) => {
                let no_journal = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
                let is_absent = no_journal.contains(&error.kind());
                return if is_absent { Ok(Small::Absent) } else { Err(error) };
            }
        }
        let mut object = Vec::new();
        open_without_waiting(&path)?.take(most).read_to_end(&mut object)?;
        Ok(Small::Bytes(object))
    }

    /// Pages of the listing, from its beginning.
    pub(crate) fn pages(&self) -> Pages {
        Pages { unopened: Some(self.clone()), open: Vec::new() }
    }

    /// Whole listing, in the order of names.
    pub(crate) fn list(&self) -> io::Result<Listing> {
        let mut listing = Listing::default();
        for page in self.pages() {
            listing.add(page?);
        }
        Ok(listing.sorted())
    }

    /// Reads a whole file, if its metadata is as listed both before and after.
    pub(crate) fn read(&self, file: &FileMeta, limit: u64) -> Result<Bytes, ReadError> {
        if file.size > limit {
            return Err(ReadError::TooLarge { size: file.size, limit });
        }
        let failed = |error: io::Error| ReadError::failed(error);
        let open = self.open_file(file)?.file;
        let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or_default());
        // One byte beyond the listed size shows that the file has grown.
        let mut all = (&open).take(file.size.saturating_add(1));
        all.read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 == file.size && is_as_listed(&open, file) {
            Ok(bytes.into())
        } else {
            Err(ReadError::Changed)
        }
    }

    /// Opens a file, if its metadata is as listed.
    pub(crate) fn open_file(&self, file: &FileMeta) -> Result<OpenFile, ReadError> {
        let open = open_without_waiting(&self.path(&file.name)).map_err(ReadError::failed)?;
        if !is_as_listed(&open, file) {
            return Err(ReadError::Changed);
        }
        Ok(OpenFile::in_folder(open, file))
    }

    /// Forces to disk the object and every folder on the way to it.
    pub(crate) fn sync(&self, key: &str) -> Result<(), SyncError> {
        let file = self.root.join(key);
        sync_file(&file)
            .map_err(|source| SyncError::File { key: key.to_owned(), source: source.into() })?;
        let folders = file.ancestors().skip(1).take_while(|f| f.starts_with(&self.root));
        folders.map(Path::to_owned).try_for_each(|path| {
            sync_folder(&path).map_err(|source| SyncError::Folder { path, source: source.into() })
        })
    }

    /// Number of temporary files in `journal` that interrupted creations left behind: their names
    /// end in `#` and a number.
    pub(crate) fn leftovers(&self) -> u64 {
        let files = fs::read_dir(self.path("")).into_iter().flatten().flatten();
        let staged = |name: &str| {
            let number = name.rsplit_once('#').map(|(_, number)| number);
            number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        };
        files.filter(|file| staged(&file.file_name().to_string_lossy())).count() as u64
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(self.journal).join(name)
    }
}

/// Iterator over the pages of a listing, each read from the disk on demand. It ends after an error.
pub(crate) struct Pages {
    /// The bucket, until its journal is opened.
    unopened: Option<Folder>,
    /// Folders that are not read to their end, innermost last, with the prefix of their entries'
    /// names.
    open: Vec<(String, ReadDir)>,
}

impl Iterator for Pages {
    type Item = io::Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut page = Page::default();
        match self.fill(&mut page) {
            Ok(()) => (page.len() > 0).then_some(Ok(page)),
            Err(error) => {
                self.open.clear();
                Some(Err(error))
            }
        }
    }
}

impl Pages {
    fn fill(&mut self, page: &mut Page) -> io::Result<()> {
        if let Some(folder) = self.unopened.take() {
            self.open_journal(&folder, page)?;
        }
        while page.len() < PAGE {
            let Some((prefix, folder)) = self.open.last_mut() else { break };
            match folder.next() {
                Some(entry) => {
                    let entry = entry?;
                    let subfolder = add(&entry, prefix, page)?;
                    self.open.extend(subfolder);
                }
                None => drop(self.open.pop()),
            }
        }
        Ok(())
    }

    fn open_journal(&mut self, folder: &Folder, page: &mut Page) -> io::Result<()> {
        let (root, journal) = (&folder.root, folder.root.join(folder.journal));
        let no_journal = |reason: &'static str| Lookalike {
            name: JOURNAL_FOLDER.to_owned(),
            reason: reason.into(),
        };
        match fs::symlink_metadata(&journal) {
            Err(none) if none.kind() == io::ErrorKind::NotFound && root.is_dir() => {}
            Err(error) => return Err(error),
            Ok(found) if found.is_symlink() => page.lookalikes.push(no_journal(IS_LINK)),
            Ok(found) if !found.is_dir() => {
                page.lookalikes.push(no_journal("is no folder, so it holds no journal"));
            }
            Ok(_) => self.open.push((String::new(), fs::read_dir(&journal)?)),
        }
        let reason: Option<Cow<'static, str>> = match folder.stored_id() {
            Ok(None) if folder.lost_id.is_some() => Some(
                "is gone, with the id of this bucket; the next recording writes it again".into(),
            ),
            Ok(_) => None,
            Err(IdError::NoId(_)) => Some(
                "holds no id of a bucket, so that nothing can be recorded; put it back from a copy, \
                 or move it away"
                    .into(),
            ),
            Err(why) => Some(format!("cannot be read, so that nothing can be recorded: {why}").into()),
        };
        let name = identity::NAME.to_owned();
        page.lookalikes.extend(reason.map(|reason| Lookalike { name, reason }));
        Ok(())
    }
}

/// Adds an entry to the page. Returns a folder opened, with the prefix of its entries' names.
fn add(entry: &DirEntry, prefix: &str, page: &mut Page) -> io::Result<Option<(String, ReadDir)>> {
    let own_name = entry.file_name();
    let kind = entry.file_type()?;
    let kind = match kind {
        _ if kind.is_symlink() => EntryKind::Link,
        _ if kind.is_dir() => EntryKind::Folder,
        _ if kind.is_file() => EntryKind::File,
        _ => EntryKind::Special,
    };
    // Follows the link. A dangling one does not lead to a folder.
    let leads_to_folder = || fs::metadata(entry.path()).is_ok_and(|found| found.is_dir());
    let name = || [prefix, &own_name.to_string_lossy()].concat();
    match classify(kind, &own_name, leads_to_folder) {
        Class::Ignored => {}
        Class::Lookalike(reason) => {
            page.lookalikes.push(Lookalike { name: name(), reason: reason.into() });
        }
        Class::Folder => match fs::read_dir(entry.path()) {
            Ok(folder) => return Ok(Some((name() + "/", folder))),
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => {}
            Err(closed) if closed.kind() == io::ErrorKind::PermissionDenied => {
                page.lookalikes.push(no_entry(name(), &closed));
            }
            Err(error) => return Err(error),
        },
        Class::JournalFile => match entry.metadata() {
            Ok(found) => page.files.push(meta(name(), &found)),
            // Removed while the folder was listed.
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => {}
            // A subfolder whose names can be read, and nothing else.
            Err(closed) if closed.kind() == io::ErrorKind::PermissionDenied => {
                let folder = prefix.strip_suffix('/').ok_or(io::ErrorKind::PermissionDenied)?;
                page.lookalikes.push(no_entry(folder.to_owned(), &closed));
            }
            Err(error) => return Err(error),
        },
    }
    Ok(None)
}

/// Folder that cannot be entered.
fn no_entry(name: String, why: &io::Error) -> Lookalike {
    Lookalike { name, reason: format!("cannot be entered: {why}").into() }
}

/// Whether an open file is in the state in which it was listed. That its metadata has changed since
/// does not count: creating a file ends with the removal of a link to it, which changes it.
pub(crate) fn is_as_listed(open: &File, listed: &FileMeta) -> bool {
    let is_same = |found: &Metadata| {
        *listed == FileMeta { changed: listed.changed, ..meta(listed.name.clone(), found) }
    };
    open.metadata().is_ok_and(|found| found.is_file() && is_same(&found))
}

/// Time of the last modification of a file, in nanoseconds since 1970; 0 if unknown.
pub(crate) fn modified_at(file: &Metadata) -> i64 {
    let since = file.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or_default()
}

fn meta(name: String, file: &Metadata) -> FileMeta {
    FileMeta {
        name,
        size: file.len(),
        modified: modified_at(file),
        changed: time_of_change(file),
        e_tag: file_number(file).map(|number| format!("{number:x}")),
        version: None,
    }
}
