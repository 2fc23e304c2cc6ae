//! The state behind the window: the open journal, as it was last looked at, and the settings.

mod open_state;
mod opening;
mod questions;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use event::{Entry, Event, Place, RecordId, Timeline};
use query::{CancellationToken, Covered, Engine};
use session::{Access, Home, JournalSession, Options, RecentBucket, Settings};
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;

pub(crate) use open_state::{OpenJournal, OpenState};
use opening::FirstReading;
use questions::Questions;

use crate::wire::{ApiError, Circumstances, EventRow, Recent, Recorded, Status};

/// So long a flush may take before the program ends without it.
const CLOSING: Duration = Duration::from_secs(4);

/// The state behind the window. Its clones are one and the same.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    home: Home,
    options: Options,
    settings: Mutex<Settings>,
    /// Why the settings could not be saved.
    unsaved: Mutex<Option<ApiError>>,
    open: RwLock<Option<OpenState>>,
    /// The number of the latest opening that was asked for.
    openings: AtomicU64,
    /// How many statuses were given out.
    order: AtomicU64,
    /// The bucket named when the program was started, until it is opened.
    named: tokio::sync::Mutex<Option<String>>,
    /// The first readings under way, by the number of their opening.
    readings: Mutex<Vec<(u64, AbortHandle)>>,
    questions: Questions,
    /// Another journal was opened.
    opened: Notify,
    /// More of the open journal was read.
    read: Notify,
}

impl AppState {
    /// Nothing is open yet; `named` is the bucket to open first. An error if the settings cannot
    /// be read.
    #[tracing::instrument(name = "start", level = "debug", skip_all)]
    pub fn new(
        home: Home,
        options: Options,
        named: Option<String>,
    ) -> Result<Self, session::Error> {
        Ok(Self(Arc::new(Inner {
            settings: Mutex::new(Settings::load(&home)?),
            home,
            options,
            unsaved: Mutex::default(),
            open: RwLock::default(),
            openings: AtomicU64::default(),
            order: AtomicU64::default(),
            named: tokio::sync::Mutex::new(named),
            readings: Mutex::default(),
            questions: Questions::default(),
            opened: Notify::new(),
            read: Notify::new(),
        })))
    }

    /// The number of an opening that is asked for now: it takes the place of all before.
    pub(crate) fn next_opening(&self) -> u64 {
        self.0.openings.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Opens a bucket in place of the one that is open. It is open as soon as something of it can
    /// be shown; the rest is read meanwhile.
    pub(crate) async fn open(&self, location: &str) -> Result<Status, ApiError> {
        self.open_as(self.next_opening(), location).await
    }

    /// [`AppState::open`] under a number taken before.
    #[tracing::instrument(level = "info", skip_all)]
    pub(crate) async fn open_as(&self, opening: u64, location: &str) -> Result<Status, ApiError> {
        let options = self.0.options.clone();
        let session = JournalSession::open(location, &self.0.home, Access::Write, options).await?;
        if !self.is_latest(opening) {
            return Err(opening::superseded());
        }
        let recent = RecentBucket { name: session.name(), location: session.location() };
        let (shown, first) = oneshot::channel();
        let reading = tokio::spawn(FirstReading::new(self.clone(), opening, session, shown).run());
        self.begin_reading(opening, reading.abort_handle());
        // A reading that was ended tells nothing: a later opening took its place.
        let shown = first.await.unwrap_or_else(|_| Err(opening::superseded()));
        if let Err(problem) = shown {
            self.end_readings(|number| number == opening);
            return Err(problem);
        }
        self.end_readings(|number| number != opening);
        // That they cannot be saved is said in the status.
        drop(self.change_settings(|settings| settings.remember(recent)));
        self.0.opened.notify_one();
        self.status().await
    }

    /// Whether no later opening was asked for.
    fn is_latest(&self, opening: u64) -> bool {
        opening == self.0.openings.load(Ordering::SeqCst)
    }

    /// Keeps a first reading, in place of every other but that of the journal on screen, which stays
    /// until the new one is shown.
    fn begin_reading(&self, opening: u64, reading: AbortHandle) {
        let shown = self.journal().ok().map(|journal| journal.opening);
        self.end_readings(|number| Some(number) != shown && number < opening);
        self.readings().push((opening, reading));
    }

    /// Ends first readings that nobody waits for any more.
    fn end_readings(&self, is_over: impl Fn(u64) -> bool) {
        self.readings().retain(|(number, reading)| {
            let is_over = is_over(*number);
            if is_over {
                reading.abort();
            }
            !is_over
        });
    }

    fn readings(&self) -> MutexGuard<'_, Vec<(u64, AbortHandle)>> {
        self.0.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the bucket that was named at the start, once.
    pub(crate) async fn open_named(&self) -> Result<Option<Status>, ApiError> {
        let mut named = self.0.named.lock().await;
        match named.take() {
            Some(location) => self.open(&location).await.map(Some),
            None if self.journal().is_ok() => self.status().await.map(Some),
            None => Ok(None),
        }
    }

    /// Shows a journal; `None` if a later opening was asked for, which then is shown instead.
    fn show(&self, now: OpenState) -> Option<()> {
        let mut open = self.0.open.write().unwrap_or_else(PoisonError::into_inner);
        let opening = now.journal().opening;
        let known = open.as_ref().map(|open| open.journal().opening);
        if known != Some(opening) && !self.is_latest(opening) {
            return None;
        }
        *open = Some(now);
        drop(open);
        self.0.read.notify_one();
        Some(())
    }

    /// Keeps what is shown of an opening, with why its bucket cannot be looked at.
    fn lose(&self, opening: u64, problem: ApiError) {
        let mut open = self.0.open.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.as_ref().map(OpenState::journal).cloned()
            && known.opening == opening
        {
            *open = Some(OpenState::Lost { journal: known, problem });
        }
        drop(open);
        self.0.read.notify_one();
    }

    /// Looks at the bucket again.
    #[tracing::instrument(level = "debug", skip_all)]
    pub(crate) async fn refresh(&self) -> Result<(), ApiError> {
        let before = self.opened()?;
        // The first reading sees for itself what is new.
        if before.progress().is_some() {
            return Ok(());
        }
        let OpenJournal { opening, session, .. } = before.journal().clone();
        match session.refresh().await.map_err(ApiError::from) {
            Ok(engine) => {
                self.show(OpenState::Ready { journal: OpenJournal { opening, session, engine } });
                Ok(())
            }
            Err(problem) => {
                self.lose(opening, problem.clone());
                Err(problem)
            }
        }
    }

    /// The open journal as a whole, as it is now.
    pub(crate) async fn status(&self) -> Result<Status, ApiError> {
        let (open, order) = {
            let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner);
            // Under the lock: no older state has a higher order, however slowly it is computed.
            (open.clone().ok_or_else(nothing_open)?, self.0.order.fetch_add(1, Ordering::SeqCst))
        };
        let OpenJournal { opening, session, engine } = open.journal().clone();
        let totals = engine.totals(&CancellationToken::new()).await?;
        let circumstances = Circumstances {
            opening,
            order,
            reading: open.progress(),
            lost: open.problem().cloned(),
            unsaved: self.0.unsaved.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            now: self.now(),
        };
        Ok(Status::of(&session, totals, session.pending().await, circumstances))
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.options.journal.clock.now()
    }

    /// Looks at the bucket again. Whether something else is to be shown.
    pub(crate) async fn look(&self) -> bool {
        let Ok(before) = self.opened() else { return false };
        // What went wrong is kept, to be shown.
        drop(self.refresh().await);
        self.opened().is_ok_and(|now| {
            !Arc::ptr_eq(&now.journal().engine, &before.journal().engine)
                || now.problem().is_some() != before.problem().is_some()
        })
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.opened().is_ok_and(|open| open.problem().is_some())
    }

    /// Waits until another journal was opened.
    pub(crate) async fn until_opened(&self) {
        self.0.opened.notified().await;
    }

    /// Waits until more of the open journal was read.
    pub(crate) async fn until_read(&self) {
        self.0.read.notified().await;
    }

    /// Lets a moment pass, so that what comes together is looked at together.
    pub(crate) async fn pause(&self) {
        self.sleep(Duration::from_millis(100)).await;
    }

    pub(crate) async fn sleep(&self, time: Duration) {
        self.0.options.journal.clock.sleep(time).await;
    }

    /// The open journal; an error if there is none.
    pub(crate) fn journal(&self) -> Result<OpenJournal, ApiError> {
        Ok(self.opened()?.journal().clone())
    }

    pub(crate) fn session(&self) -> Result<Arc<JournalSession>, ApiError> {
        Ok(self.journal()?.session)
    }

    /// What answers from what the bucket held when it was last looked at.
    pub(crate) fn engine(&self) -> Result<Arc<dyn Engine>, ApiError> {
        Ok(self.journal()?.engine)
    }

    /// An engine, and the token of a question of which nobody waits for the one before: that one is
    /// cancelled.
    pub(crate) fn ask_latest(
        &self,
        kind: &'static str,
    ) -> Result<(Arc<dyn Engine>, CancellationToken), ApiError> {
        Ok((self.engine()?, self.0.questions.replace(kind)))
    }

    /// All events of one record, as an engine knows it. They are kept for the next question, which
    /// mostly is about the same.
    pub(crate) async fn timeline(
        &self,
        engine: Arc<dyn Engine>,
        record: RecordId,
    ) -> Result<Arc<Covered<Timeline>>, ApiError> {
        self.0.questions.timeline(engine, record).await
    }

    /// Shows what was just recorded. It is recorded even where it cannot be shown now.
    pub(crate) async fn recorded(&self, events: Vec<Event>) -> Recorded {
        let not_shown = self.refresh().await.err();
        let entries = events.into_iter().map(|event| Entry::new(event, Place::Pending));
        Recorded { events: entries.map(|entry| EventRow::of(&entry)).collect(), not_shown }
    }

    /// Flushes what is pending, and looks at the bucket again. That it cannot be looked at then is
    /// said in the status: what was flushed is flushed.
    pub(crate) async fn flush(&self) -> Result<Status, ApiError> {
        self.session()?.flush().await?;
        drop(self.refresh().await);
        self.status().await
    }

    /// Flushes what is pending before the program ends. What cannot be flushed soon stays on this
    /// device.
    #[tracing::instrument(level = "info", skip_all)]
    pub async fn close(&self) {
        if let Ok(session) = self.session() {
            tokio::select! {
                _ = session.flush() => {}
                () = self.sleep(CLOSING) => {}
            }
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.0.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the settings, and saves them. Where they cannot be saved they hold until the program
    /// ends, and every status says so.
    pub(crate) fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<(), ApiError> {
        let mut settings = self.0.settings.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut settings);
        let saved = settings.save(&self.0.home).map_err(ApiError::from);
        *self.0.unsaved.lock().unwrap_or_else(PoisonError::into_inner) =
            saved.as_ref().err().cloned();
        saved
    }

    /// The bucket that a handle of [`Recent`] stands for.
    pub(crate) fn recent(&self, handle: &str) -> Result<String, ApiError> {
        let recent = self.settings().recent;
        let found = recent.into_iter().find(|bucket| Recent::handle(bucket) == handle);
        found
            .map(|bucket| bucket.location)
            .ok_or_else(|| ApiError::missing("there is no such recent journal"))
    }

    fn opened(&self) -> Result<OpenState, ApiError> {
        let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner).clone();
        open.ok_or_else(nothing_open)
    }
}

fn nothing_open() -> ApiError {
    ApiError::missing("no journal is open")
}
