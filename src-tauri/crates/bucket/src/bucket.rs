//! Open buckets: in a folder, in an archive, or in an object store.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::ObjectStore;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::archive::{Archive, ArchiveKind};
use crate::folder::Folder;
use crate::listing::listing_of;
use crate::picked::{enclosing_bucket, nearest_bucket};
use crate::probe::probe;
use crate::store::Store;
use crate::{
    BucketId, CreateError, Failure, FileMeta, IdError, JOURNAL_FOLDER, Listing, Location,
    OpenError, OpenFile, Page, Place, ProbeError, ReadError, StoreLocation, SyncError, extract,
    identity, object_store as objects,
};

/// Open bucket: the storage of a journal's files, in a folder, in an archive, which is only read, or in
/// an object store. It is cheap to clone.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use std::sync::Arc;
///
/// use bucket::{Bucket, CreateError, ReadError};
/// use object_store::memory::InMemory;
///
/// let bucket = Bucket::with_store(Arc::new(InMemory::new()), "in memory");
/// bucket.create("journal/a.parquet", "PAR1".into()).await.unwrap();
///
/// // An object is never replaced.
/// let again = bucket.create("journal/a.parquet", "other".into()).await;
/// assert!(matches!(again, Err(CreateError::AlreadyExists(_))));
///
/// // A file is read as it was listed, up to a limit in bytes.
/// let listing = bucket.list_all().await.unwrap();
/// let file = &listing.files[0];
/// assert_eq!(bucket.read(file, 1024).await.unwrap(), "PAR1");
/// let refused = bucket.read(file, 3).await;
/// assert!(matches!(refused, Err(ReadError::TooLarge { size: 4, limit: 3 })));
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Bucket {
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Folder(Folder),
    Archive(Archive),
    Store(Store),
}

impl Bucket {
    /// Opens the bucket at a location. In place of the bucket its folder `journal` may be named, or a zip
    /// or tar file that holds it.
    /// A folder that holds Parquet files and no `journal` opens as one that can only be read; a
    /// folder with neither opens as an empty bucket, see [`Bucket::check_journal`].
    ///
    /// # Errors
    ///
    /// Fails if there is no folder and no archive with a journal, if the system does not open it, or if
    /// the configuration of a store's credentials cannot be read. That a store cannot be reached is
    /// no error yet.
    ///
    /// # Panics
    ///
    /// Panics if the location is an object store and the thread has not entered a Tokio runtime, or
    /// belongs to it.
    pub fn open(location: &Location) -> Result<Self, OpenError> {
        let kind = match location {
            Location::Local(path) => match ArchiveKind::of(path) {
                Some(kind) if path.is_file() => Kind::Archive(Archive::open(path, kind)?),
                _ => Kind::Folder(Folder::open(path)?),
            },
            Location::Store(location) => {
                Kind::Store(Handle::current().block_on(Store::open(location))?)
            }
        };
        Ok(Self { kind })
    }

    /// Opens a bucket over an object store. An object must be durable when the store acknowledges
    /// it. `identity` is the bucket's id and the path of its [`Place`].
    pub fn with_store(store: Arc<dyn ObjectStore>, identity: &str) -> Self {
        Self { kind: Kind::Store(Store::given(store, identity)) }
    }

    /// Place of the bucket.
    pub fn place(&self) -> Place {
        match &self.kind {
            Kind::Folder(folder) => folder.place(),
            Kind::Archive(archive) => archive.place(),
            Kind::Store(store) => store.place(),
        }
    }

    /// Name of the bucket, for people: the last part of its path.
    pub fn name(&self) -> String {
        match (&self.kind, self.root()) {
            (Kind::Store(store), _) => store.name(),
            (_, Some(root)) => {
                root.file_name().unwrap_or(root.as_os_str()).to_string_lossy().into_owned()
            }
            (_, None) => String::new(),
        }
    }

    /// Location of the bucket, by which it is opened again: a canonical path, lossy where it is not UTF-8, or
    /// a URL.
    pub fn location(&self) -> String {
        match (&self.kind, self.root()) {
            (Kind::Store(store), _) => store.url(),
            (_, Some(root)) => root.to_string_lossy().into_owned(),
            (_, None) => String::new(),
        }
    }

    /// How the store is opened, such as `as profile audit`; empty where nothing is said, and for folders and
    /// archives.
    pub fn opened_as(&self) -> String {
        match &self.kind {
            Kind::Store(store) => {
                store.location().map(StoreLocation::opened_as).unwrap_or_default()
            }
            Kind::Folder(_) | Kind::Archive(_) => String::new(),
        }
    }

    /// Whether its store has too much to do, and asked to wait: requests are held back for now.
    pub fn is_held_back(&self) -> bool {
        matches!(&self.kind, Kind::Store(store) if store.is_held_back())
    }

    /// Whether each request takes a way over a network.
    pub fn is_far(&self) -> bool {
        matches!(&self.kind, Kind::Store(store) if store.location().is_some())
    }

    /// Id of the bucket, or the one that it has lost; `None` if it was never recorded into, and for an
    /// archive: that is a copy, which is not taken for the bucket itself. Looks on the disk or asks the
    /// store, and blocks meanwhile.
    ///
    /// # Errors
    ///
    /// Fails if the object that holds the id cannot be read or holds none.
    ///
    /// # Panics
    ///
    /// Panics for an object store on a thread of a Tokio runtime: it has to be one that may block.
    pub fn id(&self) -> Result<Option<BucketId>, IdError> {
        match &self.kind {
            Kind::Folder(folder) => folder.id(),
            Kind::Archive(_) => Ok(None),
            Kind::Store(store) => store.wait(store.id()),
        }
    }

    /// Object that makes the bucket an extract of a journal, `journal/.extract`; `None` if there is none.
    /// Looks on the disk or asks the store, and blocks meanwhile.
    ///
    /// # Errors
    ///
    /// Fails if there is one that cannot be read, or that is larger than such an object is.
    ///
    /// # Panics
    ///
    /// As [`Bucket::id`].
    pub fn extract(&self) -> Result<Option<Bytes>, Failure> {
        let found = match &self.kind {
            Kind::Folder(folder) => folder.extract().map_err(Failure::new)?,
            Kind::Archive(archive) => archive.extract().map_err(Failure::new)?,
            Kind::Store(store) => store.wait(store.extract())?,
        };
        match found {
            Some(bytes) if bytes.len() as u64 > extract::MOST_BYTES => {
                Err(Failure::new(io::Error::from(io::ErrorKind::FileTooLarge)))
            }
            found => Ok(found),
        }
    }

    /// Id that is in the bucket, whatever it had before; as [`Bucket::id`] otherwise.
    ///
    /// # Errors
    ///
    /// As [`Bucket::id`].
    pub fn stored_id(&self) -> Result<Option<BucketId>, IdError> {
        match &self.kind {
            Kind::Folder(folder) => folder.stored_id(),
            Kind::Archive(_) => Ok(None),
            Kind::Store(store) => store.wait(store.stored_id()),
        }
    }

    /// The same bucket, which is known to have had this id. If the object that holds an id is gone,
    /// this one is taken, and [`Bucket::make_id`] makes the object again. Listings of a folder name the loss. An
    /// archive has no id.
    #[must_use]
    pub fn with_lost_id(self, id: BucketId) -> Self {
        match self.kind {
            Kind::Folder(folder) => Self { kind: Kind::Folder(folder.with_lost_id(id)) },
            Kind::Store(store) => {
                store.have_lost(id);
                Self { kind: Kind::Store(store) }
            }
            Kind::Archive(_) => self,
        }
    }

    /// Takes for the id of a bucket that is far what it was when this device looked last, `None` if it had
    /// none, so that opening it waits for no answer. [`Bucket::blocking_settle_id`] asks the store, and so
    /// does whatever puts something into it. Folders and archives are near, and looked at.
    pub fn assume_id(&self, id: Option<BucketId>) {
        if let Kind::Store(store) = &self.kind {
            store.assume_id(id);
        }
    }

    /// Whether the id is assumed, and the store was not asked since.
    pub fn is_assumed(&self) -> bool {
        matches!(&self.kind, Kind::Store(store) if store.is_assumed())
    }

    /// Asks the store for the id, if it is assumed. Returns whether the bucket has one by now, and had none.
    /// Blocks.
    ///
    /// # Errors
    ///
    /// [`IdError::Unsafe`] if it has another id than was assumed, and as [`Bucket::id`].
    ///
    /// # Panics
    ///
    /// As [`Bucket::id`].
    pub fn blocking_settle_id(&self) -> Result<bool, IdError> {
        match &self.kind {
            Kind::Store(store) => store.wait(store.settle_id()),
            Kind::Folder(_) | Kind::Archive(_) => Ok(false),
        }
    }

    /// Gives the bucket an id, `new` unless it has or had one, and returns the one that it has.
    ///
    /// # Errors
    ///
    /// Fails if the object that holds the id cannot be created or read, or holds none.
    pub async fn make_id(&self, new: &BucketId) -> Result<BucketId, IdError> {
        if let Kind::Store(store) = &self.kind {
            return store.make_id(new).await;
        }
        if let Some(id) = self.stored_id()? {
            return Ok(id);
        }
        let new = self.id()?.unwrap_or_else(|| new.clone());
        let created = self.create(&identity::key(), new.object().into()).await;
        // What counts is what is there: an attempt that failed may have created it, and so may
        // another process.
        match (self.stored_id()?, created) {
            (Some(id), Ok(())) => Ok(id),
            (Some(id), Err(_)) => {
                self.sync(&identity::key()).await.map_err(CreateError::Sync)?;
                Ok(id)
            }
            (None, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(IdError::NoId(identity::key())),
        }
    }

    /// Canonical path of the folder or the archive; `None` for an object store.
    pub fn root(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Folder(folder) => Some(folder.root()),
            Kind::Archive(archive) => Some(archive.path()),
            Kind::Store(..) => None,
        }
    }

    /// Checks that there is a journal, with files or without: it begins with the first file that is
    /// created. An archive was opened because it holds one. A store is asked for the first object, and taken
    /// to have a journal where it cannot be reached. Blocks.
    ///
    /// # Errors
    ///
    /// [`OpenError::NoJournal`], which names a bucket that may have been meant,
    /// [`OpenError::NoJournalInStore`], or [`OpenError::Store`] if the store refuses to list.
    ///
    /// # Panics
    ///
    /// As [`Bucket::id`].
    pub fn check_journal(&self) -> Result<(), OpenError> {
        match &self.kind {
            Kind::Folder(folder) if !folder.has_journal() => {
                let (folder, nearest) = (folder.root(), nearest_bucket(folder.root()));
                Err(OpenError::NoJournal { folder: folder.to_owned(), nearest })
            }
            Kind::Folder(_) | Kind::Archive(_) => Ok(()),
            Kind::Store(store) => store.wait(store.check_journal()),
        }
    }

    /// Whether it is a folder that holds Parquet files and no `journal`, which can only be read.
    pub fn is_only_files(&self) -> bool {
        matches!(&self.kind, Kind::Folder(folder) if folder.is_only_files())
    }

    /// Path of the bucket to whose journal this folder of Parquet files belongs, as a subfolder of
    /// `journal` does; `None` for any other bucket.
    pub fn is_part_of(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Folder(folder) if folder.is_only_files() => enclosing_bucket(folder.root()),
            Kind::Folder(_) | Kind::Archive(_) | Kind::Store(..) => None,
        }
    }

    /// Folders to watch for changes of the journal: the bucket and its `journal`, if files are
    /// created there, which may not exist yet. Subfolders of `journal` are not among them. For an archive
    /// the folder in which it lies; empty for an object store.
    pub fn watch(&self) -> Vec<PathBuf> {
        match &self.kind {
            Kind::Folder(folder) if folder.is_only_files() => vec![folder.root().to_owned()],
            Kind::Folder(folder) => {
                vec![folder.root().to_owned(), folder.root().join(JOURNAL_FOLDER)]
            }
            Kind::Archive(archive) => vec![archive.folder()],
            Kind::Store(..) => Vec::new(),
        }
    }

    /// Lists the journal's files, page by page, in no order.
    ///
    /// # Errors
    ///
    /// The stream ends with the first error. The pages before it are then not the whole listing.
    pub fn list(&self) -> BoxStream<'static, Result<Page, Failure>> {
        match &self.kind {
            Kind::Store(store) => store.list(),
            Kind::Archive(archive) => {
                let archive = archive.clone();
                let pages = async move {
                    let listing = run_blocking(move || archive.list()).await;
                    let listing = listing.and_then(|listing| listing).map_err(Failure::new)?;
                    Ok(stream::iter(listing.into_pages().map(Ok)))
                };
                stream::once(pages).try_flatten().boxed()
            }
            Kind::Folder(folder) => stream::try_unfold(folder.pages(), |mut pages| async {
                let next = run_blocking(move || (pages.next().transpose(), pages)).await;
                let (page, pages) = next.map_err(Failure::new)?;
                Ok(page.map_err(Failure::new)?.map(|page| (page, pages)))
            })
            .boxed(),
        }
    }

    /// Lists the files whose names are after `name` in the order of bytes; `None` where a listing cannot
    /// begin anywhere, or costs no more as a whole.
    ///
    /// # Errors
    ///
    /// As [`Bucket::list_all`].
    pub fn list_after(
        &self,
        name: &str,
    ) -> Option<impl Future<Output = Result<Listing, Failure>> + use<>> {
        match &self.kind {
            Kind::Store(store) => store.list_after(name).map(listing_of),
            Kind::Folder(_) | Kind::Archive(_) => None,
        }
    }

    /// Lists the journal's files as a whole, in the order of their names.
    ///
    /// # Errors
    ///
    /// Fails if any page of [`Bucket::list`] does.
    #[tracing::instrument(name = "list_files", level = "debug", skip_all)]
    pub async fn list_all(&self) -> Result<Listing, Failure> {
        match &self.kind {
            Kind::Store(store) => store.list_all().await,
            Kind::Folder(_) | Kind::Archive(_) => listing_of(self.list()).await,
        }
    }

    /// Blocking form of [`Bucket::list_all`], with the same errors.
    ///
    /// # Panics
    ///
    /// As [`Bucket::id`].
    #[tracing::instrument(name = "list_files", level = "debug", skip_all)]
    pub fn blocking_list_all(&self) -> Result<Listing, Failure> {
        match &self.kind {
            Kind::Folder(folder) => folder.list().map_err(Failure::new),
            Kind::Archive(archive) => archive.list().map_err(Failure::new),
            Kind::Store(store) => store.wait(self.list_all()),
        }
    }

    /// Whether a condition holds for one of the journal's files. Lists no further than the page of the
    /// first for which it does. Blocks.
    ///
    /// # Errors
    ///
    /// As [`Bucket::list_all`].
    ///
    /// # Panics
    ///
    /// As [`Bucket::blocking_list_all`].
    pub fn blocking_has(&self, is_it: impl Fn(&FileMeta) -> bool) -> Result<bool, Failure> {
        match &self.kind {
            Kind::Folder(folder) => {
                for page in folder.pages() {
                    if page.map_err(Failure::new)?.files.iter().any(&is_it) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Kind::Archive(_) | Kind::Store(..) => {
                Ok(self.blocking_list_all()?.files.iter().any(is_it))
            }
        }
    }

    /// Reads a file as a whole, in the state in which it was listed. `limit` is in bytes.
    ///
    /// # Errors
    ///
    /// Fails if the file is larger than `limit` (then nothing of it is read), was changed since it
    /// was listed, or cannot be read.
    #[tracing::instrument(name = "read_file", level = "debug", skip_all)]
    pub async fn read(&self, file: &FileMeta, limit: u64) -> Result<Bytes, ReadError> {
        match &self.kind {
            Kind::Folder(folder) => {
                let (folder, file) = (folder.clone(), file.clone());
                let read = run_blocking(move || folder.read(&file, limit)).await;
                read.map_err(ReadError::failed)?
            }
            Kind::Archive(archive) => {
                let (archive, file) = (archive.clone(), file.clone());
                let read = run_blocking(move || archive.read(&file, limit)).await;
                read.map_err(ReadError::failed)?
            }
            Kind::Store(store) => store.read(file, limit).await,
        }
    }

    /// Blocking form of [`Bucket::read`], with the same errors.
    ///
    /// # Panics
    ///
    /// As [`Bucket::id`].
    #[tracing::instrument(name = "read_file", level = "debug", skip_all)]
    pub fn blocking_read(&self, file: &FileMeta, limit: u64) -> Result<Bytes, ReadError> {
        match &self.kind {
            Kind::Folder(folder) => folder.read(file, limit),
            Kind::Archive(archive) => archive.read(file, limit),
            Kind::Store(store) => store.wait(store.read(file, limit)),
        }
    }

    /// The last bytes of a file, in the state in which it was listed: at most so many, all of a file that
    /// has fewer.
    ///
    /// # Errors
    ///
    /// Fails if the file was changed since it was listed, or cannot be read.
    pub async fn read_end(&self, file: &FileMeta, bytes: u64) -> Result<Bytes, ReadError> {
        match &self.kind {
            Kind::Store(store) => store.read_end(file, bytes).await,
            Kind::Folder(_) | Kind::Archive(_) => {
                let (bucket, file) = (self.clone(), file.clone());
                let read = run_blocking(move || bucket.blocking_open(&file)?.end(bytes)).await;
                read.map_err(ReadError::failed)?
            }
        }
    }

    /// Opens a file of any size, in the state in which it was listed. An object of a store is copied
    /// into a temporary file first. One that is packed in an archive is not opened. Blocks.
    ///
    /// # Errors
    ///
    /// Fails if the file was changed since it was listed or cannot be opened.
    ///
    /// # Panics
    ///
    /// As [`Bucket::id`].
    pub fn blocking_open(&self, file: &FileMeta) -> Result<OpenFile, ReadError> {
        match &self.kind {
            Kind::Folder(folder) => folder.open_file(file),
            Kind::Archive(archive) => archive.open_file(file),
            Kind::Store(store) => store.wait(store.open_file(file)),
        }
    }

    /// SHA-256 of a file of any size, in the state in which it was listed. Blocks.
    ///
    /// # Errors
    ///
    /// As [`Bucket::blocking_open`], and if the file was changed or cannot be read meanwhile.
    ///
    /// # Panics
    ///
    /// As [`Bucket::blocking_open`].
    pub fn blocking_sha256(&self, file: &FileMeta) -> Result<[u8; 32], ReadError> {
        let open = self.blocking_open(file)?;
        let sha256 = open.sha256().map_err(ReadError::failed)?;
        if open.is_as_listed() { Ok(sha256) } else { Err(ReadError::Changed) }
    }

    /// SHA-256 of the object under `key`, a path below the bucket; `None` if there is none. The
    /// size of the object has no limit.
    ///
    /// # Errors
    ///
    /// Fails if the object cannot be read, and if the folder is no longer the one that was opened.
    pub async fn sha256(&self, key: &str) -> Result<Option<[u8; 32]>, Failure> {
        let folder = match self.writable().map_err(Failure::new)? {
            Writable::Folder(folder) => folder,
            Writable::Store(store) => return store.sha256(key).await,
        };
        let found = objects::sha256(folder.creator().as_ref(), key).await;
        check_in_place(folder).await?;
        match found {
            Ok(sha256) => Ok(Some(sha256)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Failure::new(error)),
        }
    }

    /// Creates an object under `key`, a path below the bucket, and returns after it is durable. An
    /// existing object is never replaced.
    ///
    /// # Errors
    ///
    /// Fails if the object exists, cannot be stored, or may not be durable, and if the folder is no
    /// longer the one that was opened, or can only be read. After any error the object may exist
    /// nevertheless: compare its [`Bucket::sha256`].
    #[tracing::instrument(name = "create_file", level = "debug", skip_all)]
    pub async fn create(&self, key: &str, bytes: Bytes) -> Result<(), CreateError> {
        let folder = match self.writable() {
            Ok(Writable::Folder(folder)) => folder,
            Ok(Writable::Store(store)) => return store.create(key, bytes).await,
            Err(error) => return Err(CreateError::Failed(Failure::new(error))),
        };
        check_in_place(folder).await.map_err(CreateError::Failed)?;
        objects::create(folder.creator().as_ref(), key, bytes).await?;
        self.sync(key).await.map_err(CreateError::Sync)
    }

    /// What new files are put into, which a folder of only Parquet files and an archive have not.
    fn writable(&self) -> Result<Writable<'_>, ProbeError> {
        match &self.kind {
            Kind::Folder(folder) if folder.is_only_files() => {
                Err(ProbeError::OnlyFiles(folder.root().to_owned()))
            }
            Kind::Archive(archive) => Err(ProbeError::Archive(archive.path().to_owned())),
            Kind::Folder(folder) => Ok(Writable::Folder(folder)),
            Kind::Store(store) => Ok(Writable::Store(store)),
        }
    }

    /// Makes the object under `key` durable, whichever process created it. An object store does
    /// nothing here.
    ///
    /// # Errors
    ///
    /// Fails if the object, or a folder on the way to it, cannot be forced to disk.
    pub async fn sync(&self, key: &str) -> Result<(), SyncError> {
        let Kind::Folder(folder) = &self.kind else { return Ok(()) };
        let (folder, object) = (folder.clone(), key.to_owned());
        let synced = run_blocking(move || folder.sync(&object)).await;
        let stopped =
            |source: io::Error| SyncError::File { key: key.to_owned(), source: source.into() };
        synced.map_err(stopped)?
    }

    /// Probes whether the bucket can be written safely: a folder with temporary files that it removes, an
    /// object store by a second creation of the object that holds the id, which must be refused. A store
    /// without that object, or one that cannot be reached, is probed before something is put into it.
    /// `nonce` is a number that no other probe uses.
    ///
    /// # Errors
    ///
    /// Fails if the folder can only be read, permits no new files or no hard links, replaces a file
    /// by a link, or cannot be forced to disk, and if the store overwrites what exists.
    pub async fn probe(&self, nonce: u64) -> Result<(), ProbeError> {
        let root = match self.writable()? {
            Writable::Folder(folder) => folder.root().to_owned(),
            Writable::Store(store) => return store.probe().await,
        };
        let path = root.clone();
        let why = "it could not be tried out";
        let tried = run_blocking(move || probe(&root, nonce)).await;
        tried.map_err(|source| ProbeError::Unsafe { path, why, source: source.into() })?
    }

    /// Number of temporary files in `journal` that interrupted creations left behind. They are
    /// never listed and never removed. 0 if the folder cannot be read, and for an object store.
    pub async fn leftovers(&self) -> u64 {
        let Kind::Folder(folder) = &self.kind else { return 0 };
        let folder = folder.clone();
        run_blocking(move || folder.leftovers()).await.unwrap_or_default()
    }
}

/// Kind of bucket that new files can be put into.
enum Writable<'a> {
    Folder(&'a Folder),
    Store(&'a Store),
}

/// Fails if the folder is another than was opened.
async fn check_in_place(folder: &Folder) -> Result<(), Failure> {
    let folder = folder.clone();
    let checked = run_blocking(move || folder.check_in_place()).await;
    checked.and_then(|checked| checked).map_err(Failure::new)
}

/// Runs blocking work on a thread for it. It fails if the work panics or the runtime shuts down.
async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)
}
