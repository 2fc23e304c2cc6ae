//! The engine: a snapshot of a bucket on a cluster, made anew where the cluster lost it or a file turned
//! out to be damaged.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use bucket::Bucket;
use decode::Decoder;
use event::{Entry, NameFields, RecordId, Timeline};
use futures::{StreamExt, TryStreamExt, stream};
use query::{
    AllEventsQuery, CancellationToken, ChainsPage, ChainsQuery, Coverage, Covered, Engine,
    EventStream, EventsPage, EventsQuery, Extract, Facets, Filters, RecordsPage, RecordsQuery,
    SearchStream, Totals, Zone, search_by_questions,
};
use tokio::sync::Mutex;

use crate::answers::ComingEvents;
use crate::cluster::{Cluster, Limits};
use crate::files::Files;
use crate::snapshot::{Inspection, Snapshot, Unfit};
use crate::{ClusterAddress, EngineRoot, Error, ErrorKind};

/// How often a question is asked again, because the cluster lost it or a file was damaged.
const ASKED_AGAIN: usize = 3;

/// Engine on a cluster. Its answers rest on the files that the bucket had when it was opened.
///
/// ```no_run
/// # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
/// use bucket::Bucket;
/// use query::{CancellationToken, Engine};
/// use spark::{ClusterEngine, EngineRoot, Limits};
///
/// let location = "s3://firm/hr".parse()?;
/// let root = EngineRoot::of(&location)?;
/// let cluster = "sc://cluster:15002/;use_ssl=true".parse()?;
/// let bucket = Bucket::open(&location)?;
/// let engine = ClusterEngine::open(bucket, root, cluster, Limits::default()).await?;
/// let totals = engine.totals(&CancellationToken::new()).await?;
/// println!("{} events", totals.value.events);
/// # Ok(())
/// # }
/// ```
pub struct ClusterEngine(Arc<Shared>);

struct Shared {
    bucket: Bucket,
    address: ClusterAddress,
    limits: Limits,
    options: Options,
    extract: Result<Option<Extract>, String>,
    /// Held while a snapshot is made anew.
    files: Mutex<Files>,
    snapshot: RwLock<Arc<Snapshot>>,
}

/// What else an engine is told.
#[derive(Debug, Clone, Default)]
struct Options {
    decoder: Decoder,
    names: NameFields,
}

impl fmt::Debug for ClusterEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterEngine").field("address", &self.0.address).finish_non_exhaustive()
    }
}

impl ClusterEngine {
    /// Opens an engine over what a bucket holds now, by a decoder that is this program, which must call
    /// [`reader::decode_if_asked`] before anything else.
    ///
    /// # Errors
    /// The bucket cannot be listed; the cluster cannot be reached, refuses who asks, or sees none of the
    /// files. A file that cannot be read is no error: the coverage names it.
    pub async fn open(
        bucket: Bucket,
        root: EngineRoot,
        address: ClusterAddress,
        limits: Limits,
    ) -> Result<Self, Error> {
        let names = NameFields::default();
        Self::open_with(bucket, root, address, limits, Decoder::ThisProgram, names).await
    }

    /// [`ClusterEngine::open`] with a decoder of files, and the fields that records are named by.
    ///
    /// # Errors
    /// As [`ClusterEngine::open`].
    pub async fn open_with(
        bucket: Bucket,
        root: EngineRoot,
        address: ClusterAddress,
        limits: Limits,
        decoder: Decoder,
        names: NameFields,
    ) -> Result<Self, Error> {
        let cluster = Cluster::connect(&address, limits).await?;
        let mut files = Files::look(&bucket, &root, &decoder).await?;
        let asked = bucket.clone();
        let extract = tokio::task::spawn_blocking(move || reader::extract_of(&asked)).await;
        let extract = extract.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        let options = Options { decoder, names };
        let snapshot = build(cluster, &bucket, &mut files, &options, &extract).await?;
        let (files, snapshot) = (Mutex::new(files), RwLock::new(Arc::new(snapshot)));
        let shared = Shared { bucket, address, limits, options, extract, files, snapshot };
        Ok(Self(Arc::new(shared)))
    }
}

/// Builds a snapshot; reads here what the cluster does not read as it is meant.
async fn build(
    cluster: Cluster,
    bucket: &Bucket,
    files: &mut Files,
    options: &Options,
    extract: &Result<Option<Extract>, String>,
) -> Result<Snapshot, Error> {
    let token = CancellationToken::new();
    loop {
        let names = options.names.clone();
        let built = Snapshot::build(cluster.clone(), files, names, extract, &token).await;
        match built {
            Ok(snapshot) => return Ok(snapshot),
            Err(Unfit::Error(error)) => return Err(error),
            Err(Unfit::Files(names)) => {
                let taken = files.take_away(&names);
                files.read_here(bucket, &options.decoder, taken).await;
            }
        }
    }
}

impl Shared {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, snapshot: Snapshot) {
        let snapshot = Arc::new(snapshot);
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
    }

    /// Whether a snapshot was replaced by another meanwhile.
    fn is_replaced(&self, snapshot: &Arc<Snapshot>) -> bool {
        !Arc::ptr_eq(&self.snapshot(), snapshot)
    }

    /// Asks a question, again where the cluster lost it, or a file was damaged since it was listed.
    async fn ask<T, A: Future<Output = Result<T, query::Error>>>(
        &self,
        token: &CancellationToken,
        question: impl Fn(Arc<Snapshot>) -> A,
    ) -> Result<Covered<T>, query::Error> {
        if token.is_cancelled() {
            return Err(query::Error::Cancelled);
        }
        let mut again = 0;
        loop {
            let snapshot = self.snapshot();
            let error = match question(Arc::clone(&snapshot)).await {
                Ok(value) => return Ok(Covered { value, coverage: snapshot.coverage.clone() }),
                Err(error) => error,
            };
            again += 1;
            let kind = kind_of(&error);
            if again > ASKED_AGAIN || !matches!(kind, Some(ErrorKind::Lost | ErrorKind::Failed)) {
                return Err(error);
            }
            let mended = async {
                match kind {
                    Some(ErrorKind::Lost) => self.reconnect(&snapshot).await.map(|()| true),
                    _ => self.inspect(&snapshot, token).await,
                }
            };
            let mended = tokio::select! {
                mended = mended => mended?,
                () = token.cancelled() => return Err(query::Error::Cancelled),
            };
            if !mended {
                return Err(error);
            }
        }
    }

    /// Begins a new session, with the same files.
    async fn reconnect(&self, lost: &Arc<Snapshot>) -> Result<(), Error> {
        let mut files = self.files.lock().await;
        if self.is_replaced(lost) {
            return Ok(());
        }
        let cluster = self.connect().await?;
        let built = build(cluster, &self.bucket, &mut files, &self.options, &self.extract).await?;
        self.replace(built);
        Ok(())
    }

    /// A session of a cluster that may be on its way back.
    async fn connect(&self) -> Result<Cluster, Error> {
        let until = tokio::time::Instant::now() + self.limits.reconnect;
        loop {
            match Cluster::connect(&self.address, self.limits).await {
                Err(error)
                    if error.kind() == ErrorKind::Lost && tokio::time::Instant::now() < until =>
                {
                    tracing::debug!("the cluster is asked again");
                }
                connected => return connected,
            }
        }
    }

    /// Looks which files the cluster does not read any more as this machine would, and leaves them out.
    /// Returns whether there were any.
    async fn inspect(
        &self,
        failed: &Arc<Snapshot>,
        token: &CancellationToken,
    ) -> Result<bool, Error> {
        let mut files = self.files.lock().await;
        if self.is_replaced(failed) {
            return Ok(true);
        }
        let mut unfit = Vec::new();
        for (layout, of_layout) in &files.groups {
            let inspection = Inspection { cluster: &failed.cluster, layout, token };
            unfit.extend(inspection.unfit(of_layout).await?);
        }
        if unfit.is_empty() {
            return Ok(false);
        }
        let taken = files.take_away(&unfit);
        files.read_here(&self.bucket, &self.options.decoder, taken).await;
        let (cluster, options) = (failed.cluster.clone(), &self.options);
        let built = build(cluster, &self.bucket, &mut files, options, &self.extract).await?;
        self.replace(built);
        Ok(true)
    }
}

/// Kind of an error of a cluster; `None` for an answer that there is none.
fn kind_of(error: &query::Error) -> Option<ErrorKind> {
    match error {
        query::Error::Engine(error) => error.downcast_ref::<Error>().map(Error::kind),
        _ => None,
    }
}

#[async_trait]
impl Engine for ClusterEngine {
    fn coverage(&self) -> Coverage {
        self.0.snapshot().coverage.clone()
    }

    async fn totals(&self, token: &CancellationToken) -> Result<Covered<Totals>, query::Error> {
        self.0.ask(token, |snapshot| async move { snapshot.totals(token).await }).await
    }

    async fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<EventsPage>, query::Error> {
        self.0.ask(token, |snapshot| async move { Ok(snapshot.events(query, token).await?) }).await
    }

    async fn count(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Covered<usize>, query::Error> {
        self.0.ask(token, |snapshot| async move { Ok(snapshot.count(filters, token).await?) }).await
    }

    async fn facets(
        &self,
        filters: &Filters,
        zone: Zone,
        token: &CancellationToken,
    ) -> Result<Covered<Facets>, query::Error> {
        let ask = |snapshot: Arc<Snapshot>| async move {
            Ok(snapshot.facets(filters, zone, token).await?)
        };
        self.0.ask(token, ask).await
    }

    async fn event(
        &self,
        address: &str,
        token: &CancellationToken,
    ) -> Result<Covered<Entry>, query::Error> {
        self.0.ask(token, |snapshot| async move { snapshot.event(address, token).await }).await
    }

    async fn record(
        &self,
        entity_id: &str,
        entity_type: Option<&str>,
        token: &CancellationToken,
    ) -> Result<Covered<RecordId>, query::Error> {
        let ask = |snapshot: Arc<Snapshot>| async move {
            snapshot.record(entity_id, entity_type, token).await
        };
        self.0.ask(token, ask).await
    }

    async fn timeline(
        &self,
        record: &RecordId,
        token: &CancellationToken,
    ) -> Result<Covered<Timeline>, query::Error> {
        let ask = |snapshot: Arc<Snapshot>| async move {
            let found = snapshot.timeline(record, token).await?;
            found.ok_or_else(|| query::Error::NoSuchRecord(record.to_string()))
        };
        self.0.ask(token, ask).await
    }

    async fn records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<RecordsPage>, query::Error> {
        self.0.ask(token, |snapshot| async move { Ok(snapshot.records(query, token).await?) }).await
    }

    async fn chains(
        &self,
        query: &ChainsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<ChainsPage>, query::Error> {
        self.0.ask(token, |snapshot| async move { Ok(snapshot.chains(query, token).await?) }).await
    }

    fn search(&self, text: &str, token: &CancellationToken) -> SearchStream {
        let (engine, text, token) = (Self(Arc::clone(&self.0)), text.to_owned(), token.clone());
        let searched = async move { search_by_questions(&engine, &text, &token).await };
        stream::once(searched).boxed()
    }

    fn all_events(&self, query: &AllEventsQuery, token: &CancellationToken) -> EventStream {
        let (shared, query, token) = (Arc::clone(&self.0), query.clone(), token.clone());
        let begun = async move {
            let ask = |snapshot| ComingEvents::begin(snapshot, &query, &token);
            Ok::<_, query::Error>(shared.ask(&token, ask).await?.value.into_stream())
        };
        stream::once(begun).try_flatten().boxed()
    }

    async fn further_columns(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<BTreeSet<String>>, query::Error> {
        let ask = |snapshot: Arc<Snapshot>| async move {
            Ok(snapshot.further_columns(query, token).await?)
        };
        self.0.ask(token, ask).await
    }
}
