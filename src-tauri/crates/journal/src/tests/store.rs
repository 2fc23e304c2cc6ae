//! A store that fails as it is told to, and that no writer may use for anything but creating.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use tokio::sync::Notify;

/// What becomes of one put, or of the next read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing is stored, and the store says so.
    Refused,
    /// It is stored, but the answer is lost.
    AnswerLost,
    /// It was stored by an attempt whose answer was lost; this one finds it there.
    AlreadyThere,
    /// The store says that it was there, and it is not.
    FalselyThere,
    /// The store says that it is stored, and it is not.
    FalselyStored,
    /// Another installation has stored something else under this key.
    OtherBytes,
    /// It is stored, but cannot be read back.
    Unreadable,
    /// The store never answers.
    Hangs,
}

#[derive(Debug)]
pub(super) struct FaultyStore {
    inner: Arc<dyn ObjectStore>,
    puts: Mutex<VecDeque<Fault>>,
    unreadable: Mutex<bool>,
    lists: Mutex<bool>,
    /// Key and bytes of every attempt.
    pub attempts: Mutex<Vec<(String, Vec<u8>)>>,
    /// Told when a put hangs.
    pub hanging: Notify,
}

impl FaultyStore {
    pub(super) fn new(inner: Arc<dyn ObjectStore>) -> Self {
        Self {
            inner,
            puts: Mutex::default(),
            unreadable: Mutex::default(),
            lists: Mutex::default(),
            attempts: Mutex::default(),
            hanging: Notify::new(),
        }
    }

    /// Adds to what becomes of the next puts, one each.
    pub(super) fn next_put(&self, fault: Fault) {
        self.puts.lock().unwrap().push_back(fault);
    }

    pub(super) fn fail_next_list(&self) {
        *self.lists.lock().unwrap() = true;
    }

    pub(super) fn forget_faults(&self) {
        self.puts.lock().unwrap().clear();
        *self.unreadable.lock().unwrap() = false;
    }
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store with faults")
    }
}

fn broken(what: &str) -> Error {
    Error::Generic { store: "faulty", source: what.into() }
}

fn already_exists(path: &Path) -> Error {
    Error::AlreadyExists { path: path.to_string(), source: "told to".into() }
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(
        &self,
        path: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        assert_eq!(options.mode, PutMode::Create, "a writer only ever creates");
        let bytes = payload.iter().flatten().copied().collect();
        self.attempts.lock().unwrap().push((path.to_string(), bytes));
        let fault = self.puts.lock().unwrap().pop_front();
        let put = |payload| self.inner.put_opts(path, payload, options.clone());
        match fault {
            None => put(payload).await,
            Some(Fault::Refused) => Err(broken("refused")),
            Some(Fault::AnswerLost) => put(payload).await.and(Err(broken("timed out"))),
            Some(Fault::AlreadyThere) => put(payload).await.and(Err(already_exists(path))),
            Some(Fault::FalselyThere) => Err(already_exists(path)),
            Some(Fault::FalselyStored) => Ok(PutResult { e_tag: None, version: None }),
            Some(Fault::OtherBytes) => {
                put(PutPayload::from_static(b"another's")).await.and(Err(already_exists(path)))
            }
            Some(Fault::Unreadable) => {
                *self.unreadable.lock().unwrap() = true;
                put(payload).await
            }
            Some(Fault::Hangs) => {
                self.hanging.notify_one();
                futures::future::pending().await
            }
        }
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        if std::mem::take(&mut *self.unreadable.lock().unwrap()) {
            return Err(broken("cannot read"));
        }
        self.inner.get_opts(path, options).await
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        if std::mem::take(&mut *self.lists.lock().unwrap()) {
            return Box::pin(futures::stream::iter([Err(broken("cannot list"))]));
        }
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        unreachable!("a file is put whole, or it could not be created atomically")
    }

    fn delete_stream(
        &self,
        _: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        unreachable!("a writer deletes nothing")
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        unreachable!("a writer copies nothing")
    }
}
