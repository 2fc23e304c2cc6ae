//! A journal opened to be read and written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bucket::Bucket;
use event::{Amendment, Draft, Event, RecordId};
use journal::{Flushed, Journal, Pending, PendingStatus, Stats};
use query::{CancellationToken, Engine};
use reader::{CatalogSize, Decoder, Indexer, Progress};
use tokio::sync::watch;

use crate::{Error, Home, Recording};

/// What a journal is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing is written, in the bucket or on this device.
    Read,
    /// It is tried whether the bucket can be written safely, and what waits is flushed by itself.
    Write,
}

/// How a journal is opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub journal: journal::Options,
    /// What decodes the files of a bucket.
    pub decoder: Decoder,
}

/// One opened journal. What it answers includes what waits on this device.
#[derive(Debug)]
pub struct JournalSession {
    bucket: Bucket,
    root: PathBuf,
    indexer: Indexer,
    pending: Pending,
    options: journal::Options,
    /// The write side, or why nothing can be recorded.
    journal: Result<Journal, String>,
}

impl JournalSession {
    /// Opens the bucket at `location`, a folder. That it cannot be written to is no error here: it
    /// is said by [`JournalSession::read_only`], and when something is to be recorded.
    #[tracing::instrument(name = "open_session", level = "info", skip_all)]
    pub async fn open(
        location: &str,
        home: &Home,
        access: Access,
        options: Options,
    ) -> Result<Self, Error> {
        let bucket = Bucket::open(&location.parse()?)?;
        let root = bucket.root().map_or_else(|| location.into(), Path::to_owned);
        let catalogs = absolute(&home.catalogs());
        if catalogs.starts_with(&root) {
            return Err(Error::InsideBucket(catalogs));
        }
        let indexer = Indexer::new(bucket.clone(), &home.catalogs(), options.decoder);
        let options = options.journal;
        let pending = Pending::of(&bucket, home.path());
        let journal = match access {
            Access::Read => Err("it was opened to be read".to_owned()),
            Access::Write => Journal::open(bucket.clone(), home.path(), options.clone())
                .await
                .map_err(|error| error.to_string()),
        };
        Ok(Self { bucket, root, indexer, pending, options, journal })
    }

    /// The bucket's own name.
    pub fn name(&self) -> String {
        let name = self.root.file_name().unwrap_or(self.root.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// Where the bucket lies.
    pub fn location(&self) -> String {
        self.root.to_string_lossy().into_owned()
    }

    /// The folders in which something changes when the journal does; none where the bucket tells
    /// nobody of its changes.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.bucket.watch()
    }

    /// Why nothing can be recorded; `None` if it can.
    pub fn read_only(&self) -> Option<&str> {
        self.journal.as_ref().err().map(String::as_str)
    }

    /// What is in the bucket and on this device now. Only what is new is read. That what waits on
    /// this device cannot be read is said in the coverage.
    pub async fn refresh(&self) -> Result<Arc<dyn Engine>, Error> {
        self.refresh_with_progress(|_| ()).await
    }

    /// [`JournalSession::refresh`] that reports how far it is, and what can be answered by then.
    pub async fn refresh_with_progress(
        &self,
        report: impl FnMut(Progress),
    ) -> Result<Arc<dyn Engine>, Error> {
        let pending = self.pending.events().await.map_err(|error| error.to_string());
        Ok(self.indexer.refresh(pending, report).await?)
    }

    /// Brings what is kept of the bucket on this device into a better order, until that is done.
    /// It takes its time and hinders nobody.
    #[tracing::instrument(skip_all)]
    pub async fn compact(&self) -> Result<(), Error> {
        while self.indexer.compact().await? {}
        Ok(())
    }

    /// Forgets what is kept of the bucket on this device: the next refresh reads all of it again.
    #[tracing::instrument(skip_all)]
    pub async fn forget(&self) -> Result<(), Error> {
        Ok(self.indexer.forget().await?)
    }

    /// What is kept of the bucket on this device.
    pub async fn catalog(&self) -> Result<CatalogSize, Error> {
        Ok(self.indexer.catalog().await?)
    }

    /// What waits on this device, and why.
    pub async fn pending(&self) -> Result<PendingStatus, Error> {
        Ok(self.pending.status().await?)
    }

    /// How many events wait, told after everything that is recorded or flushed here; `None` where
    /// nothing can be.
    pub fn watch(&self) -> Option<watch::Receiver<u64>> {
        self.journal.as_ref().ok().map(Journal::watch)
    }

    /// Records one event. It is on disk when this returns.
    pub async fn record(&self, draft: Draft) -> Result<Event, Error> {
        Ok(self.journal()?.record(draft).await?)
    }

    /// To record one event after the other.
    pub fn recording(&self) -> Recording<'_> {
        Recording::new(self)
    }

    /// The events that would say `amendment` about those at `addresses`, one for each.
    #[tracing::instrument(skip_all)]
    pub async fn preview(
        &self,
        addresses: &[&str],
        amendment: &Amendment,
        actor: &str,
    ) -> Result<Vec<Draft>, Error> {
        self.journal()?;
        let engine = self.refresh().await?;
        let mut drafts = Vec::with_capacity(addresses.len());
        for &address in addresses {
            let draft = draft_amendment(&*engine, address, amendment, actor).await;
            drafts.push(draft.map_err(|error| match addresses.len() {
                1 => error,
                _ => Error::About { address: address.to_owned(), source: Box::new(error) },
            })?);
        }
        Ok(drafts)
    }

    /// Says `amendment` about the events at `addresses`, together: about all of them or none.
    #[tracing::instrument(skip_all)]
    pub async fn amend(
        &self,
        addresses: &[&str],
        amendment: &Amendment,
        actor: &str,
    ) -> Result<Vec<Event>, Error> {
        let drafts = self.preview(addresses, amendment, actor).await?;
        Ok(self.journal()?.record_batch(drafts).await?)
    }

    /// Puts a remark on a record, which must be in the journal.
    #[tracing::instrument(skip_all)]
    pub async fn note_record(
        &self,
        record: RecordId,
        text: &str,
        actor: &str,
    ) -> Result<Event, Error> {
        let draft = draft_note(&*self.refresh().await?, &record, text, actor).await?;
        self.record(draft).await
    }

    /// Puts what waits on this device into the bucket.
    pub async fn flush(&self) -> Result<Flushed, Error> {
        Ok(self.journal()?.flush().await?)
    }

    #[tracing::instrument(skip_all)]
    pub async fn stats(&self) -> Result<Stats, Error> {
        Ok(Stats::gather(&self.bucket, &self.pending, &self.options).await?)
    }

    pub(crate) fn journal(&self) -> Result<&Journal, Error> {
        self.journal.as_ref().map_err(|why| Error::ReadOnly(why.clone()))
    }
}

pub(crate) async fn draft_amendment(
    engine: &dyn Engine,
    address: &str,
    amendment: &Amendment,
    actor: &str,
) -> Result<Draft, Error> {
    let token = CancellationToken::new();
    let entry = engine.event(address, &token).await?.value;
    let timeline = engine.timeline(&entry.event.record(), &token).await?.value;
    let index = timeline.entries().iter().position(|other| *other == entry);
    let index = index.ok_or_else(|| query::Error::NoSuchEvent(address.to_owned()))?;
    let address = entry.address().to_string();
    let draft = event::amend(&timeline, index, &address, amendment, actor)?;
    draft.check()?;
    Ok(draft)
}

pub(crate) async fn draft_note(
    engine: &dyn Engine,
    record: &RecordId,
    text: &str,
    actor: &str,
) -> Result<Draft, Error> {
    engine.timeline(record, &CancellationToken::new()).await?;
    Ok(event::note_on_record(record.clone(), text, actor)?)
}

/// A path by which a folder that may not be there yet can be told from others.
fn absolute(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
    let rest = there.as_ref().and_then(|(part, _)| path.strip_prefix(part).ok());
    match (&there, rest) {
        (Some((_, known)), Some(rest)) => known.join(rest),
        _ => path.to_owned(),
    }
}
