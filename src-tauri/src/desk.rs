//! What is open in the window.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use event::{Event, RecordId, Timeline};
use reader::{Answer, Progress, RecordsQuery, Snapshot, Stop};
use session::{Access, Home, JournalSession, Options, RecentBucket, Settings};
use tokio::sync::{Mutex, Notify, oneshot};
use tokio::task::AbortHandle;

use crate::wire::{EventRow, Problem, Recent, Status};

/// The state behind the window: the open journal, as it was last looked at, and the settings.
#[derive(Debug)]
pub struct Desk {
    home: Home,
    options: Options,
    settings: std::sync::Mutex<Settings>,
    open: Arc<RwLock<Option<Open>>>,
    /// The bucket named when the program was started, until it is opened.
    named: Mutex<Option<String>>,
    /// Another journal was opened.
    pub(crate) opened: Notify,
    /// More of the open journal was read.
    pub(crate) read: Arc<Notify>,
    /// Reads the open journal for the first time.
    reader: Mutex<Option<AbortHandle>>,
    record: Arc<std::sync::Mutex<LatestRecord>>,
    /// Stops the latest question of each kind.
    latest: std::sync::Mutex<HashMap<&'static str, Stop>>,
}

#[derive(Debug, Clone)]
struct Open {
    session: Arc<JournalSession>,
    /// What every answer rests on until the next look, so that pages agree with each other.
    snapshot: Arc<Snapshot>,
    /// How many files have been looked at, and of how many; `None` once that is all of them.
    reading: Option<(usize, usize)>,
    /// Why the latest look at the bucket failed.
    lost: Option<Problem>,
}

/// The first reading of a journal, which shows it once there is something to show.
struct FirstReading {
    session: Arc<JournalSession>,
    open: Arc<RwLock<Option<Open>>>,
    read: Arc<Notify>,
    /// Who waits until there is something to show.
    shown: Option<oneshot::Sender<Result<(), Problem>>>,
}

impl FirstReading {
    async fn run(mut self) {
        let session = Arc::clone(&self.session);
        match session.refresh_and_tell(|progress| self.show_progress(progress)).await {
            Ok(snapshot) => {
                self.show(Arc::clone(&snapshot), None);
                // The list of records takes longest: it is there before anybody asks for it.
                let records = blocking(move || Ok(snapshot.records(&RecordsQuery::default())?));
                drop(records.await);
            }
            Err(error) => {
                // Once it is shown, the next look at the bucket says what is wrong.
                if let Some(shown) = self.shown.take() {
                    drop(shown.send(Err(error.into())));
                }
            }
        }
        // The same answers, from fewer segments: if it does not work, nothing is lost.
        drop(session.tidy().await);
    }

    fn show_progress(&mut self, progress: Progress) {
        if self.shown.is_none() || progress.snapshot.has_events() {
            self.show(progress.snapshot, Some((progress.done, progress.files)));
        }
    }

    fn show(&mut self, snapshot: Arc<Snapshot>, reading: Option<(usize, usize)>) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        match (self.shown.take(), open.as_mut()) {
            (Some(shown), _) => {
                *open = Some(Open {
                    session: Arc::clone(&self.session),
                    snapshot,
                    reading,
                    lost: None,
                });
                // Who waited may have gone.
                drop(shown.send(Ok(())));
            }
            (None, Some(open)) if Arc::ptr_eq(&open.session, &self.session) => {
                (open.snapshot, open.reading) = (snapshot, reading);
            }
            // Another journal is open by now.
            (None, _) => return,
        }
        self.read.notify_one();
    }
}

impl Desk {
    #[tracing::instrument(name = "start", level = "info", skip_all)]
    pub fn new(
        home: Home,
        options: Options,
        named: Option<String>,
    ) -> Result<Self, session::Error> {
        Ok(Self {
            settings: std::sync::Mutex::new(Settings::load(&home)?),
            home,
            options,
            open: Arc::default(),
            named: Mutex::new(named),
            opened: Notify::new(),
            read: Arc::default(),
            reader: Mutex::default(),
            record: Arc::default(),
            latest: std::sync::Mutex::default(),
        })
    }

    /// Opens a bucket in place of the one that is open. It is open as soon as something of it can
    /// be shown; the rest is read meanwhile.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn open(&self, location: &str) -> Result<Status, Problem> {
        let session =
            JournalSession::open(location, &self.home, Access::Write, self.options.clone()).await?;
        let recent = RecentBucket { name: session.name(), location: session.location() };
        let (shown, first) = oneshot::channel();
        let first_reading = FirstReading {
            session: Arc::new(session),
            open: Arc::clone(&self.open),
            read: Arc::clone(&self.read),
            shown: Some(shown),
        };
        let reader = tokio::spawn(first_reading.run());
        first.await.unwrap_or_else(|_| Err(Problem::failed("the journal could not be read")))?;
        // What nobody looks at any more need not be read on.
        if let Some(before) = self.reader.lock().await.replace(reader.abort_handle()) {
            before.abort();
        }
        self.change_settings(|settings| settings.remember(recent))?;
        self.opened.notify_one();
        self.status().await
    }

    /// Opens the bucket that was named at the start, once.
    pub(crate) async fn open_named(&self) -> Result<Option<Status>, Problem> {
        let mut named = self.named.lock().await;
        match named.take() {
            Some(location) => self.open(&location).await.map(Some),
            None if self.opened().is_ok() => self.status().await.map(Some),
            None => Ok(None),
        }
    }

    /// Looks at the bucket again.
    #[tracing::instrument(level = "debug", skip_all)]
    pub(crate) async fn refresh(&self) -> Result<(), Problem> {
        let Open { session, reading, .. } = self.opened()?;
        // The first reading sees for itself what is new.
        if reading.is_some() {
            return Ok(());
        }
        let looked = session.refresh().await.map_err(Problem::from);
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = open.as_mut().filter(|open| Arc::ptr_eq(&open.session, &session)) {
            open.lost = looked.as_ref().err().cloned();
            if let Ok(snapshot) = &looked {
                open.snapshot = Arc::clone(snapshot);
            }
        }
        looked.map(drop)
    }

    pub(crate) async fn status(&self) -> Result<Status, Problem> {
        let Open { session, snapshot, reading, lost } = self.opened()?;
        let waiting = session.waiting().await.unwrap_or_default();
        let now = self.options.journal.clock.now();
        let status = move || Status::of(&session, &snapshot, waiting, reading, lost, now);
        blocking(status).await
    }

    /// Looks at the bucket again. Whether something else is to be shown.
    pub(crate) async fn look(&self) -> bool {
        let Ok(before) = self.opened() else { return false };
        // What went wrong is kept, to be shown.
        drop(self.refresh().await);
        self.opened().is_ok_and(|now| {
            !Arc::ptr_eq(&now.snapshot, &before.snapshot)
                || now.lost.is_some() != before.lost.is_some()
        })
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.opened().is_ok_and(|open| open.lost.is_some())
    }

    /// Lets a moment pass.
    pub(crate) async fn pause(&self) {
        self.sleep(Duration::from_millis(100)).await;
    }

    pub(crate) async fn sleep(&self, time: Duration) {
        self.options.journal.clock.sleep(time).await;
    }

    pub(crate) fn session(&self) -> Result<Arc<JournalSession>, Problem> {
        Ok(self.opened()?.session)
    }

    /// Answers a question from what the bucket held when it was last looked at.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Snapshot) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let snapshot = self.opened()?.snapshot;
        blocking(move || question(&snapshot)).await
    }

    /// Answers a question of which nobody waits for the one before: that one is given up.
    pub(crate) async fn ask_latest<T: Send + 'static>(
        &self,
        kind: &'static str,
        question: impl FnOnce(&Snapshot, &Stop) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let stop = self.latest(kind);
        self.ask(move |journal| question(journal, &stop)).await
    }

    fn latest(&self, kind: &'static str) -> Stop {
        let stop = Stop::default();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = latest.insert(kind, stop.clone()) {
            before.stop();
        }
        stop
    }

    /// Answers a question about one record. Its events are kept for the next question, which mostly
    /// is about the same.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn ask_record<T: Send + 'static>(
        &self,
        id: RecordId,
        question: impl FnOnce(&Snapshot, &Answer<Timeline>) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let latest = Arc::clone(&self.record);
        let snapshot = self.opened()?.snapshot;
        blocking(move || {
            let found = latest.lock().unwrap_or_else(PoisonError::into_inner).of(&snapshot, id)?;
            Ok(question(&snapshot, &found))
        })
        .await
    }

    /// Shows what was just recorded.
    pub(crate) async fn recorded(&self, events: Vec<Event>) -> Result<Vec<EventRow>, Problem> {
        self.refresh().await?;
        let row = |journal: &Snapshot, event: &Event| {
            Ok(EventRow::of(journal, &journal.event(&event.event_id)?.value))
        };
        self.ask(move |journal| events.iter().map(|event| row(journal, event)).collect()).await
    }

    /// Flushes what waits, and looks at the bucket again.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn flush(&self) -> Result<Status, Problem> {
        self.session()?.flush().await?;
        self.refresh().await?;
        self.status().await
    }

    /// Flushes what waits before the program ends. What cannot be flushed stays on this device.
    #[tracing::instrument(skip_all)]
    pub async fn close(&self) {
        if let Ok(session) = self.session() {
            drop(session.flush().await);
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<(), Problem> {
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut settings);
        Ok(settings.save(&self.home)?)
    }

    /// The bucket that a handle of [`Recent`] stands for.
    pub(crate) fn recent(&self, handle: &str) -> Result<String, Problem> {
        let recent = self.settings().recent;
        let found = recent.into_iter().find(|bucket| Recent::handle(bucket) == handle);
        found
            .map(|bucket| bucket.location)
            .ok_or_else(|| Problem::missing("there is no such recent journal"))
    }

    fn opened(&self) -> Result<Open, Problem> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner).clone();
        open.ok_or_else(|| Problem::missing("no journal is open"))
    }
}

/// The record that was asked about last.
#[derive(Debug, Default)]
struct LatestRecord(Option<(Arc<Snapshot>, RecordId, Arc<Answer<Timeline>>)>);

impl LatestRecord {
    fn of(
        &mut self,
        journal: &Arc<Snapshot>,
        id: RecordId,
    ) -> Result<Arc<Answer<Timeline>>, Problem> {
        if let Some((known, record, found)) = &self.0
            && Arc::ptr_eq(known, journal)
            && *record == id
        {
            return Ok(Arc::clone(found));
        }
        let found = Arc::new(journal.timeline(&id)?);
        self.0 = Some((Arc::clone(journal), id, Arc::clone(&found)));
        Ok(found)
    }
}

/// Computes on a thread that may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let answer = tokio::task::spawn_blocking(work).await;
    answer.unwrap_or_else(|_| Err(Problem::failed("the question could not be answered")))
}
