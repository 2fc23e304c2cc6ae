//! A store that fails as it is told to, and that no writer may use for anything but creating.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
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
    /// Nothing is stored, because it is not allowed any more.
    Denied,
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
    /// It is stored when the store is told to go on, which may be never.
    Hangs,
    /// It is stored, but there is no answer before the store is told to go on.
    AnswerHangs,
}

/// What becomes of one listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListFault {
    /// It breaks off after one object.
    SecondPage,
    /// It begins when the store is told to go on.
    Hangs,
}

#[derive(Debug)]
pub(super) struct FaultyStore {
    inner: Arc<dyn ObjectStore>,
    puts: Mutex<VecDeque<Fault>>,
    unreadable: Mutex<bool>,
    lists: Mutex<VecDeque<ListFault>>,
    /// Key and bytes of every attempt.
    pub attempts: Mutex<Vec<(String, Vec<u8>)>>,
    /// Told when something hangs.
    pub hanging: Arc<Notify>,
    /// Lets what hangs go on.
    pub go_on: Arc<Notify>,
}

impl FaultyStore {
    pub(super) fn new(inner: Arc<dyn ObjectStore>) -> Self {
        Self {
            inner,
            puts: Mutex::default(),
            unreadable: Mutex::default(),
            lists: Mutex::default(),
            attempts: Mutex::default(),
            hanging: Arc::default(),
            go_on: Arc::default(),
        }
    }

    /// Adds to what becomes of the next puts, one each.
    pub(super) fn next_put(&self, fault: Fault) {
        self.puts.lock().unwrap().push_back(fault);
    }

    /// Adds to what becomes of the next listings, one each.
    pub(super) fn next_list(&self, fault: ListFault) {
        self.lists.lock().unwrap().push_back(fault);
    }

    pub(super) fn forget_faults(&self) {
        self.puts.lock().unwrap().clear();
        self.lists.lock().unwrap().clear();
        *self.unreadable.lock().unwrap() = false;
    }

    /// The keys of all attempts.
    pub(super) fn attempted(&self) -> Vec<String> {
        self.attempts.lock().unwrap().iter().map(|(key, _)| key.clone()).collect()
    }

    async fn hang(&self) {
        self.hanging.notify_one();
        self.go_on.notified().await;
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

fn denied(path: &Path) -> Error {
    Error::PermissionDenied { path: path.to_string(), source: "not any more".into() }
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
            Some(Fault::Denied) => Err(denied(path)),
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
                self.hang().await;
                put(payload).await
            }
            Some(Fault::AnswerHangs) => {
                let answer = put(payload).await;
                self.hang().await;
                answer
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
        let fault = self.lists.lock().unwrap().pop_front();
        let (inner, prefix) = (Arc::clone(&self.inner), prefix.cloned());
        let list = move || inner.list(prefix.as_ref());
        match fault {
            None => list(),
            Some(ListFault::SecondPage) => {
                list().take(1).chain(stream::iter([Err(broken("no second page"))])).boxed()
            }
            Some(ListFault::Hangs) => {
                let (hanging, go_on) = (Arc::clone(&self.hanging), Arc::clone(&self.go_on));
                let hang = async move {
                    hanging.notify_one();
                    go_on.notified().await;
                };
                hang.map(move |()| list()).flatten_stream().boxed()
            }
        }
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
