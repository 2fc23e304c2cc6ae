//! Buckets in an object store: one that answers over the network, or one in memory.

mod answer;
mod aws;
mod connect;
mod explain;
mod pages;
mod patience;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::list::PaginatedListStore;
use object_store::{Error, ObjectStore};
use tokio::runtime::Handle;

use crate::listing::listing_of;
use crate::location::Service;
use crate::object_store as objects;
use crate::{
    BucketId, CreateError, Failure, FileMeta, IdError, JOURNAL_FOLDER, Listing, OpenError,
    OpenFile, Page, Place, ProbeError, ReadError, StoreLocation, extract, identity,
};
use connect::{Connection, connect};
pub(crate) use explain::StoreError;
use explain::{Asked, explain};
use pages::Pages;
use patience::HeldBack;

/// Most bytes that are read of the object which holds the bucket's id.
const ID_BYTES: u64 = 1 << 10;

/// End of the names of directory buckets of S3, which list in no order.
const DIRECTORY_BUCKET: &str = "--x-s3";

/// Bucket in an object store. Cheap to clone; clones share what they know.
#[derive(Clone)]
pub(crate) struct Store(Arc<Inner>);

struct Inner {
    objects: Arc<dyn ObjectStore>,
    /// The same store, page by page; `None` where it has no pages.
    pages: Option<Arc<dyn PaginatedListStore>>,
    /// Where it is; `None` for one that is given, which is taken as it is.
    location: Option<StoreLocation>,
    /// Text that tells it apart: its place.
    place: String,
    /// What is before every key: the path of the bucket in the store, and `/` unless that is empty.
    prefix: String,
    id: Mutex<KnownId>,
    /// Whether the store was seen to refuse what would overwrite an object.
    refuses_overwriting: AtomicBool,
    held_back: HeldBack,
    runtime: Option<Handle>,
}

/// What is known of the bucket's id.
#[derive(Debug, Clone, Default)]
enum KnownId {
    /// Nothing yet.
    #[default]
    Unknown,
    /// What it was when this device looked last. The store was not asked since.
    Assumed(Option<BucketId>),
    /// The bucket has none; it had this one, if it is known to have had one.
    Absent(Option<BucketId>),
    /// It has this one.
    Is(BucketId),
}

/// Nothing of the store itself, which knows credentials.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("place", &self.0.place).finish_non_exhaustive()
    }
}

impl Store {
    /// Connects to the store at a location. Nothing is read of the bucket yet.
    pub(crate) async fn open(location: &StoreLocation) -> Result<Self, OpenError> {
        let failed = |error| OpenError::Store {
            url: location.place(),
            source: Failure::new(explain(&error, Asked::List, location)),
        };
        let Connection { objects, pages, location, held_back } =
            connect(location).await.map_err(failed)?;
        let prefix = match location.prefix.as_str() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        Ok(Self(Arc::new(Inner {
            objects,
            pages: Some(pages),
            place: location.place(),
            location: Some(location),
            prefix,
            id: Mutex::default(),
            refuses_overwriting: AtomicBool::new(false),
            held_back,
            runtime: Handle::try_current().ok(),
        })))
    }

    /// A store that is given, with its id.
    pub(crate) fn given(objects: Arc<dyn ObjectStore>, identity: &str) -> Self {
        Self(Arc::new(Inner {
            objects,
            pages: None,
            location: None,
            place: identity.to_owned(),
            prefix: String::new(),
            id: Mutex::new(KnownId::Is(BucketId::from_text(identity))),
            refuses_overwriting: AtomicBool::new(true),
            held_back: HeldBack::default(),
            runtime: None,
        }))
    }

    pub(crate) fn place(&self) -> Place {
        Place { path: self.0.place.clone(), folder: None }
    }

    /// Where it is; `None` if it was given.
    pub(crate) fn location(&self) -> Option<&StoreLocation> {
        self.0.location.as_ref()
    }

    /// Whether the store has asked to wait, and requests are held back for it.
    pub(crate) fn is_held_back(&self) -> bool {
        self.0.held_back.is_any()
    }

    /// Name of the bucket, for people.
    pub(crate) fn name(&self) -> String {
        self.location().map_or_else(|| self.0.place.clone(), |location| location.name().to_owned())
    }

    /// URL by which it is opened again.
    pub(crate) fn url(&self) -> String {
        self.location().map_or_else(|| self.0.place.clone(), StoreLocation::to_string)
    }

    /// Waits for an answer of the store, on a thread that may block.
    pub(crate) fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        match self.0.runtime.clone().or_else(|| Handle::try_current().ok()) {
            Some(runtime) => runtime.block_on(answer),
            // A store that is given may need none.
            None => futures::executor::block_on(answer),
        }
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.0.prefix)
    }

    fn failure(&self, error: Error, asked: Asked) -> Failure {
        match &self.0.location {
            Some(location) => Failure::new(explain(&error, asked, location)),
            None => Failure::new(error),
        }
    }

    fn known_id(&self) -> KnownId {
        self.0.id.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn know(&self, id: KnownId) {
        *self.0.id.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }

    /// Takes for the bucket's id what it was when this device looked last, `None` if it had none, until
    /// [`Store::settle_id`] or something that is put into it asks the store.
    pub(crate) fn assume_id(&self, id: Option<BucketId>) {
        self.know(KnownId::Assumed(id));
    }

    pub(crate) fn is_assumed(&self) -> bool {
        matches!(self.known_id(), KnownId::Assumed(_))
    }

    /// Asks the store for the id, if it is assumed. Returns whether the bucket has one by now, and had
    /// none.
    pub(crate) async fn settle_id(&self) -> Result<bool, IdError> {
        let KnownId::Assumed(assumed) = self.known_id() else { return Ok(false) };
        let found = self.read_id().await?;
        if assumed.is_some() && assumed != found {
            return Err(ProbeError::Another(self.0.place.clone()).into());
        }
        let is_new = assumed != found;
        self.know(found.map_or(KnownId::Absent(None), KnownId::Is));
        Ok(is_new)
    }

    /// Takes an id for the one that the bucket had, if it has none.
    pub(crate) fn have_lost(&self, id: BucketId) {
        if let KnownId::Absent(_) = self.known_id() {
            self.know(KnownId::Absent(Some(id)));
        }
    }

    /// Id of the bucket, or the one that it has lost.
    pub(crate) async fn id(&self) -> Result<Option<BucketId>, IdError> {
        self.look_for_id().await.map(|known| match known {
            KnownId::Is(id) => Some(id),
            KnownId::Absent(id) | KnownId::Assumed(id) => id,
            KnownId::Unknown => None,
        })
    }

    /// Id that is in the bucket.
    pub(crate) async fn stored_id(&self) -> Result<Option<BucketId>, IdError> {
        self.look_for_id().await.map(|known| match known {
            KnownId::Is(id) => Some(id),
            KnownId::Assumed(id) => id,
            KnownId::Absent(_) | KnownId::Unknown => None,
        })
    }

    /// What is known of the id, after the store was asked once.
    async fn look_for_id(&self) -> Result<KnownId, IdError> {
        let known = self.known_id();
        if !matches!(known, KnownId::Unknown) {
            return Ok(known);
        }
        let found = self.read_id().await?.map_or(KnownId::Absent(None), KnownId::Is);
        self.know(found.clone());
        Ok(found)
    }

    /// Id of the bucket, read anew.
    async fn read_id(&self) -> Result<Option<BucketId>, IdError> {
        let key = identity::key();
        let read = objects::read_small(self.0.objects.as_ref(), &self.key(&key), ID_BYTES).await;
        match read {
            Ok(object) => BucketId::parse(&object).map(Some).ok_or(IdError::NoId(key)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(IdError::Store { key, source: self.failure(error, Asked::Get) }),
        }
    }

    /// Object that makes the bucket an extract; `None` if there is none.
    pub(crate) async fn extract(&self) -> Result<Option<Bytes>, Failure> {
        let key = self.key(&format!("{JOURNAL_FOLDER}/{}", extract::NAME));
        match objects::read_small(self.0.objects.as_ref(), &key, extract::MOST_BYTES).await {
            Ok(object) => Ok(Some(object)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failure(error, Asked::Get)),
        }
    }

    /// Gives the bucket an id, unless it has one. Returns the one that it has.
    pub(crate) async fn make_id(&self, new: &BucketId) -> Result<BucketId, IdError> {
        let new = match self.look_for_id().await? {
            KnownId::Is(id) | KnownId::Assumed(Some(id)) => return Ok(id),
            KnownId::Absent(lost) => lost.unwrap_or_else(|| new.clone()),
            KnownId::Assumed(None) | KnownId::Unknown => new.clone(),
        };
        let created = self.put(&identity::key(), new.object().into()).await;
        // What counts is what is there: an attempt that failed may have created it, and so may
        // another process.
        let Some(id) = self.read_id().await? else {
            let absent = Err(IdError::NoId(identity::key()));
            return created.map_or_else(|error| Err(error.into()), |()| absent);
        };
        self.check_overwriting(&id).await?;
        self.know(KnownId::Is(id.clone()));
        Ok(id)
    }

    /// Checks that the store refuses what would overwrite an object, once: by the object that holds the
    /// id, which is the same afterwards in any case. A bucket without one is checked when it gets it.
    /// Whether a store that cannot be reached does so is checked before something is put into it.
    pub(crate) async fn probe(&self) -> Result<(), ProbeError> {
        let failed = |source| ProbeError::Store { url: self.0.place.clone(), source };
        let id = match self.settle_id().await {
            Ok(_) => self.stored_id().await,
            Err(error) => Err(error),
        };
        let id = match id {
            Ok(Some(id)) => id,
            Ok(None) => return Ok(()),
            Err(IdError::Store { source, .. }) if source.is_unreachable() => return Ok(()),
            Err(IdError::Store { source, .. }) => return Err(failed(source)),
            Err(IdError::Unsafe(error)) => return Err(error),
            Err(error) => return Err(failed(Failure::new(error))),
        };
        match self.check_overwriting(&id).await {
            Err(ProbeError::Store { source, .. }) if source.is_unreachable() => Ok(()),
            checked => checked,
        }
    }

    async fn check_overwriting(&self, id: &BucketId) -> Result<(), ProbeError> {
        if self.0.refuses_overwriting.load(Ordering::Relaxed) {
            return Ok(());
        }
        let url = self.0.place.clone();
        match self.put(&identity::key(), id.object().into()).await {
            Err(CreateError::AlreadyExists(_)) => {
                self.0.refuses_overwriting.store(true, Ordering::Relaxed);
                Ok(())
            }
            Ok(()) => Err(ProbeError::Overwrites(url)),
            Err(CreateError::Failed(source)) => Err(ProbeError::Store { url, source }),
            Err(error @ CreateError::Sync(_)) => {
                Err(ProbeError::Store { url, source: Failure::new(error) })
            }
        }
    }

    /// Fails if the bucket is another than was opened, or the store may overwrite what is there.
    async fn check_before_put(&self) -> Result<(), Failure> {
        let (KnownId::Is(id) | KnownId::Assumed(Some(id)), Some(_)) =
            (self.known_id(), &self.0.location)
        else {
            return Ok(());
        };
        self.check_overwriting(&id).await.map_err(|error| match error {
            ProbeError::Store { source, .. } => source,
            other => Failure::new(other),
        })?;
        match self.read_id().await {
            Ok(Some(found)) if found == id => Ok(()),
            Ok(_) => Err(Failure::new(ProbeError::Another(self.0.place.clone()))),
            Err(IdError::Store { source, .. }) => Err(source),
            Err(error) => Err(Failure::new(error)),
        }
    }

    /// Checks that there is an object of a journal, if the store can be reached.
    pub(crate) async fn check_journal(&self) -> Result<(), OpenError> {
        let (Some(pages), url) = (&self.0.pages, self.0.place.clone()) else { return Ok(()) };
        let folder = self.key(&format!("{JOURNAL_FOLDER}/"));
        match pages::has_any(pages.as_ref(), &folder).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(OpenError::NoJournalInStore(url)),
            Err(error) => match self.failure(error, Asked::List) {
                failure if failure.is_unreachable() => Ok(()),
                source => Err(OpenError::Store { url, source }),
            },
        }
    }

    pub(crate) async fn create(&self, key: &str, bytes: Bytes) -> Result<(), CreateError> {
        self.check_before_put().await.map_err(CreateError::Failed)?;
        self.put(key, bytes).await
    }

    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), CreateError> {
        let created = objects::create(self.0.objects.as_ref(), &self.key(key), bytes).await;
        created.map_err(|error| match error {
            Error::AlreadyExists { .. } | Error::Precondition { .. } => {
                CreateError::AlreadyExists(self.failure(error, Asked::Put))
            }
            other => CreateError::Failed(self.failure(other, Asked::Put)),
        })
    }

    pub(crate) async fn sha256(&self, key: &str) -> Result<Option<[u8; 32]>, Failure> {
        match objects::sha256(self.0.objects.as_ref(), &self.key(key)).await {
            Ok(sha256) => Ok(Some(sha256)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failure(error, Asked::Get)),
        }
    }

    pub(crate) async fn read(&self, file: &FileMeta, limit: u64) -> Result<Bytes, ReadError> {
        let (store, key) = (self.0.objects.as_ref(), self.key(&file.key()));
        let failed = |error| self.failure(error, Asked::Get);
        objects::read(store, &key, &self.with_quotes(file), limit, failed).await
    }

    pub(crate) async fn read_end(&self, file: &FileMeta, bytes: u64) -> Result<Bytes, ReadError> {
        let (store, key) = (self.0.objects.as_ref(), self.key(&file.key()));
        let failed = |error| self.failure(error, Asked::Get);
        objects::read_end(store, &key, &self.with_quotes(file), bytes, failed).await
    }

    pub(crate) async fn open_file(&self, file: &FileMeta) -> Result<OpenFile, ReadError> {
        let (store, key) = (self.0.objects.as_ref(), self.key(&file.key()));
        let failed = |error| self.failure(error, Asked::Get);
        objects::open(store, &key, &self.with_quotes(file), failed).await
    }

    /// The file with its entity tag as a header has it: some listings leave out the quotes, and some
    /// stores compare with them.
    fn with_quotes(&self, file: &FileMeta) -> FileMeta {
        let quoted = |tag: &String| match tag.as_bytes() {
            [b'"', ..] | [b'W', b'/', ..] => tag.clone(),
            _ => format!("\"{tag}\""),
        };
        let e_tag = match self.location() {
            Some(_) => file.e_tag.as_ref().map(quoted),
            None => file.e_tag.clone(),
        };
        FileMeta { e_tag, ..file.clone() }
    }

    /// Lists the journal's files, page by page.
    pub(crate) fn list(&self) -> BoxStream<'static, Result<Page, Failure>> {
        match self.pages() {
            None => objects::list(self.0.objects.as_ref()),
            Some(pages) => pages.into_stream(),
        }
    }

    /// Lists the journal's files whose names are after this one, page by page; `None` where a listing
    /// cannot begin behind any name.
    pub(crate) fn list_after(
        &self,
        name: &str,
    ) -> Option<BoxStream<'static, Result<Page, Failure>>> {
        let pages = self.pages().filter(|_| self.can_begin_anywhere())?;
        Some(pages.after(name).into_stream())
    }

    /// Lists the journal's files as a whole.
    pub(crate) async fn list_all(&self) -> Result<Listing, Failure> {
        match self.pages() {
            None => listing_of(self.list()).await,
            Some(pages) => pages.list_all().await,
        }
    }

    fn pages(&self) -> Option<Pages> {
        let pages = Arc::clone(self.0.pages.as_ref()?);
        let folder = self.key(&format!("{JOURNAL_FOLDER}/"));
        let store = self.clone();
        let failed = move |error| store.failure(error, Asked::List);
        Some(Pages::new(pages, folder, self.can_begin_anywhere(), failed))
    }

    /// Whether a listing can begin behind any name, and gives names in their order.
    fn can_begin_anywhere(&self) -> bool {
        let Some(location) = &self.0.location else { return false };
        match location.service {
            Service::S3 { .. } => !location.container.ends_with(DIRECTORY_BUCKET),
            Service::Gcs => true,
            Service::Azure { .. } => false,
        }
    }
}
