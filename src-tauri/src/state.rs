//! The application's state: the open journal as of its last refresh, and the settings.
//!
//! In this folder: `open_state` has the states of an open journal, `opening` the first reading,
//! `questions` the cancellation of questions and the cached timeline, `export` exports, and `import`
//! what tables bring, `sql` questions in SQL.

mod export;
mod import;
mod named;
mod open_state;
mod opening;
mod questions;
mod sql;

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use ::sql::SqlAnswer;
use chrono::{DateTime, Utc};
use event::{Entry, Event, NameFields, Place, RecordId, Timeline};
use query::{CancellationToken, Covered, Engine};
use reader::Progress;
use session::{Access, Home, JournalSession, Options, RecentBucket, Settings};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::AbortHandle;

use self::import::Import;
use named::Named;
pub(crate) use open_state::{OpenJournal, OpenState};
use opening::FirstReading;
use questions::Questions;

use crate::wire::{
    ApiError, EventRow, PendingElsewhere, Recent, RecentChanges, Recorded, Status, StatusContext,
};

/// Time that a flush may take before the program ends without it.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(4);

/// Time that a look at a recent journal may take.
const LOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// New files of a recent journal beyond which it is not read before it is opened.
const MOST_NEW_FILES: usize = 64;

/// State of the application, shared by all commands, the watcher and the first reading. Its clones
/// are one state.
///
/// At most one journal is open. Openings are numbered, and the latest one wins: an earlier one that
/// is not shown yet when a later one is asked for never will be.
///
/// Locks: those of `open`, `unsaved`, `readings` and `import` are held for a moment, never across an await.
/// The lock of `settings` is held while they are saved, so that saves do not overlap, and that of
/// `named` during the whole opening, and that of `exporting` during an export.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    home: Home,
    options: Options,
    /// Program that shows another window; `None` where none can be shown.
    program: Option<PathBuf>,
    settings: Mutex<Settings>,
    /// Error of the last attempt to save the settings; `None` if it succeeded.
    unsaved: Mutex<Option<ApiError>>,
    /// Error of loading the settings; `None` if they were loaded. The file is left as it is then,
    /// because it may be mended.
    unread: Option<ApiError>,
    /// State of the open journal; `None` if none is open.
    open: RwLock<Option<OpenState>>,
    /// Number of the latest opening that was asked for.
    openings: watch::Sender<u64>,
    /// Number of statuses made so far.
    order: AtomicU64,
    /// Location named at the start of the program, which is opened once.
    named: tokio::sync::Mutex<Named>,
    /// Tasks of first readings, by the number of their opening.
    readings: Mutex<Vec<(u64, AbortHandle)>>,
    questions: Questions,
    /// Held while an export is written.
    exporting: tokio::sync::Mutex<()>,
    /// Table that is being brought in; `None` if none is.
    import: Mutex<Option<Import>>,
    /// Answer to the question in SQL that was asked last; `None` before the first.
    sql: tokio::sync::Mutex<Option<SqlAnswer>>,
    /// Notified when another journal was opened.
    opened: Notify,
    /// Notified when the open state was replaced.
    read: Notify,
    /// Notified when somebody turns to the window.
    attended: Notify,
    /// Number of those who record, and wait for no refresh.
    recording: watch::Sender<usize>,
}

impl AppState {
    /// The state at the start: the settings are loaded, and nothing is open. `named` is the
    /// location to open first, `program` the one that shows another window. Where the settings cannot
    /// be read, they are the defaults.
    #[tracing::instrument(name = "start", level = "debug", skip_all)]
    pub fn new(
        home: Home,
        options: Options,
        named: Option<String>,
        program: Option<PathBuf>,
    ) -> Self {
        let (settings, unread) = match Settings::load(&home) {
            Ok(settings) => (settings, None),
            Err(error) => (Settings::default(), Some(ApiError::from(error))),
        };
        Self(Arc::new(Inner {
            settings: Mutex::new(settings),
            home,
            options,
            program,
            unsaved: Mutex::new(unread.clone()),
            unread,
            open: RwLock::default(),
            openings: watch::Sender::default(),
            order: AtomicU64::default(),
            named: tokio::sync::Mutex::new(named.map_or(Named::Done, Named::Location)),
            readings: Mutex::default(),
            questions: Questions::default(),
            exporting: tokio::sync::Mutex::default(),
            import: Mutex::default(),
            sql: tokio::sync::Mutex::default(),
            opened: Notify::new(),
            read: Notify::new(),
            attended: Notify::new(),
            recording: watch::Sender::default(),
        }))
    }

    /// The number of a new opening, which supersedes all before it.
    pub(crate) fn next_opening(&self) -> u64 {
        let mut opening = 0;
        self.0.openings.send_modify(|latest| {
            *latest += 1;
            opening = *latest;
        });
        opening
    }

    /// Gives up the opening that is under way, if one is. The open journal stays.
    pub(crate) fn cancel_opening(&self) {
        self.next_opening();
        let shown = self.journal().ok().map(|journal| journal.opening);
        self.end_readings(|number| Some(number) != shown);
    }

    /// Waits until a later opening than this one is asked for, or this one is cancelled.
    async fn until_superseded(&self, opening: u64) {
        let mut openings = self.0.openings.subscribe();
        // The sender lives as long as the state.
        let _ = openings.wait_for(|latest| *latest > opening).await;
    }

    /// Opens a bucket in place of the open one. Returns as soon as its first page can be shown; the
    /// rest is read in the background. If it fails, the open one stays.
    pub(crate) async fn open(&self, location: &str) -> Result<Status, ApiError> {
        self.open_as(self.next_opening(), location).await
    }

    /// Opens the open bucket again, as one that was moved to where it is now.
    pub(crate) async fn open_moved(&self) -> Result<Status, ApiError> {
        let location = self.session()?.location();
        let mut options = self.0.options.clone();
        options.journal.moved = true;
        self.open_with(self.next_opening(), &location, options).await
    }

    /// [`AppState::open`] under a number taken before.
    pub(crate) async fn open_as(&self, opening: u64, location: &str) -> Result<Status, ApiError> {
        self.open_with(opening, location, self.0.options.clone()).await
    }

    #[tracing::instrument(name = "open", level = "info", skip_all)]
    async fn open_with(
        &self,
        opening: u64,
        location: &str,
        options: Options,
    ) -> Result<Status, ApiError> {
        let options = Options { names: self.name_fields(), ..options };
        // A store may let one wait. What blocks a thread meanwhile ends by itself.
        let session = tokio::select! {
            session = JournalSession::open(location, &self.0.home, Access::Write, options) => session?,
            () = self.until_superseded(opening) => return Err(opening::superseded()),
        };
        if !self.is_latest(opening) {
            return Err(opening::superseded());
        }
        self.note_seen().await;
        let recent =
            RecentBucket { name: session.name(), location: session.location(), events: None };
        let (shown, first) = oneshot::channel();
        let reading = tokio::spawn(FirstReading::new(self.clone(), opening, session, shown).run());
        self.begin_reading(opening, reading.abort_handle());
        // The sender is dropped if the reading was aborted: a later opening superseded this one.
        let shown = first.await.unwrap_or_else(|_| Err(opening::superseded()));
        if let Err(problem) = shown {
            self.end_readings(|number| number == opening);
            return Err(problem);
        }
        self.end_readings(|number| number < opening);
        // Its process would live until the next question.
        self.cancel_sql();
        // If they cannot be saved, the status says so.
        drop(self.change_settings(|settings| settings.remember(recent)));
        // A short reading may have ended before.
        self.note_seen().await;
        self.0.opened.notify_one();
        self.status().await
    }

    /// Whether this is the latest opening that was asked for.
    fn is_latest(&self, opening: u64) -> bool {
        opening == *self.0.openings.borrow()
    }

    /// Registers a first reading, and aborts earlier ones except that of the shown journal, which
    /// goes on until the new one is shown.
    fn begin_reading(&self, opening: u64, reading: AbortHandle) {
        let shown = self.journal().ok().map(|journal| journal.opening);
        self.end_readings(|number| Some(number) != shown && number < opening);
        self.readings().push((opening, reading));
    }

    /// Aborts the first readings whose numbers satisfy `is_over`.
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

    /// Replaces the open state; `None`, and no change, if its opening is neither the shown nor the
    /// latest one.
    fn replace(&self, now: OpenState) -> Option<()> {
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

    /// Marks the open journal as lost, because of `problem`. Does nothing if another one is shown.
    fn mark_lost(&self, opening: u64, problem: ApiError) {
        let mut open = self.0.open.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.as_ref().map(OpenState::journal).cloned()
            && known.opening == opening
        {
            *open = Some(OpenState::Lost { journal: known, problem });
        }
        drop(open);
        self.0.read.notify_one();
    }

    /// Refreshes the open journal: replaces its engine, or marks it as lost. Does nothing during
    /// the first reading.
    #[tracing::instrument(level = "debug", skip_all)]
    pub(crate) async fn refresh(&self) -> Result<(), ApiError> {
        let before = self.opened()?;
        // The first reading replaces the state by itself.
        if before.progress().is_some() {
            return Ok(());
        }
        let OpenJournal { opening, session, .. } = before.journal().clone();
        let refreshed = if session.is_far() {
            self.refresh_far(&session).await
        } else {
            session.refresh().await
        };
        match refreshed.map_err(ApiError::from) {
            Ok(engine) => {
                let journal = OpenJournal { opening, session, engine };
                self.replace(OpenState::Ready { journal });
                Ok(())
            }
            Err(problem) => {
                self.mark_lost(opening, problem.clone());
                Err(problem)
            }
        }
    }

    /// Refreshes a session whose bucket is far. Gives way to whoever records, and then begins again.
    async fn refresh_far(
        &self,
        session: &JournalSession,
    ) -> Result<Arc<dyn Engine>, session::Error> {
        loop {
            self.until_recording(|count| count == 0).await;
            tokio::select! {
                refreshed = session.refresh() => return refreshed,
                () = self.until_recording(|count| count > 0) => {}
            }
        }
    }

    /// Has refreshes that wait for a store give way to somebody who records, until the guard is dropped.
    pub(crate) fn give_way(&self) -> Recording {
        self.0.recording.send_modify(|count| *count += 1);
        Recording(self.clone())
    }

    /// Waits until so many record.
    async fn until_recording(&self, is_so: impl Fn(usize) -> bool) {
        let mut count = self.0.recording.subscribe();
        // The sender lives as long as the state.
        let _ = count.wait_for(|count| is_so(*count)).await;
    }

    /// Refreshes the open journal after something was recorded. A bucket that is far is not asked, and a
    /// refresh that waits for its store gives way.
    pub(crate) async fn refresh_pending(&self) -> Result<(), ApiError> {
        let before = self.opened()?;
        let OpenJournal { opening, session, .. } = before.journal().clone();
        if !session.is_far() || before.progress().is_some() {
            return self.refresh().await;
        }
        let _first = self.give_way();
        let engine = session.refresh_pending().await?;
        let journal = OpenJournal { opening, session, engine };
        self.replace(match before.problem().cloned() {
            Some(problem) => OpenState::Lost { journal, problem },
            None => OpenState::Ready { journal },
        });
        Ok(())
    }

    /// Notes in the settings how many events the open journal has, if all of it is read.
    async fn note_seen(&self) {
        let Ok(open) = self.opened() else { return };
        if open.progress().is_some() || open.problem().is_some() {
            return;
        }
        let OpenJournal { session, engine, .. } = open.journal();
        if let Ok(totals) = engine.totals(&CancellationToken::new()).await {
            let (location, events) = (session.location(), totals.value.events);
            // If they cannot be saved, the status says so.
            drop(self.change_settings(|settings| settings.saw(&location, events)));
        }
    }

    /// What changed in a recent bucket since it was last open.
    pub(crate) async fn changes_of(&self, bucket: RecentBucket) -> RecentChanges {
        let (home, options) = (self.0.home.clone(), self.0.options.clone());
        let looking = tokio::spawn(async move { look(&bucket, &home, options).await });
        let ending = looking.abort_handle();
        tokio::select! {
            looked = looking => match looked {
                Ok(Ok(changes)) => changes,
                Ok(Err(problem)) => RecentChanges::unknown(problem),
                Err(panicked) => RecentChanges::unknown(panicked.to_string()),
            },
            () = self.sleep(LOOK_TIMEOUT) => {
                ending.abort();
                RecentChanges::unknown("it does not answer".to_owned())
            }
        }
    }

    /// Opens another window in a process of its own, with the bucket at `location`.
    pub(crate) fn open_window(&self, location: Option<String>) -> Result<(), ApiError> {
        let program = self.0.program.as_ref();
        let program = program.ok_or_else(|| ApiError::failed("no other window can be opened"))?;
        let mut command = Command::new(program);
        command.arg(crate::NEW_WINDOW).args(location);
        let started = command.spawn().map_err(|error| {
            ApiError::failed(&format!("another window cannot be opened: {error}"))
        });
        let mut process = started?;
        // The system keeps an ended process until somebody has waited for it.
        std::thread::spawn(move || process.wait());
        Ok(())
    }

    /// The status of the open journal. It does not refresh.
    pub(crate) async fn status(&self) -> Result<Status, ApiError> {
        let (open, order) = {
            let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner);
            // The number is taken under the read lock, during which no state is replaced. So of two
            // statuses, the one of the newer state has the higher number, whichever is made faster.
            (open.clone().ok_or_else(nothing_open)?, self.0.order.fetch_add(1, Ordering::SeqCst))
        };
        let OpenJournal { opening, session, engine } = open.journal().clone();
        let totals = engine.totals(&CancellationToken::new()).await?;
        let context = StatusContext {
            opening,
            order,
            reading: open.progress(),
            lost: open.problem().cloned(),
            unsaved: self.unsaved(),
            now: self.now(),
        };
        Ok(Status::of(&session, totals, session.pending().await, context))
    }

    /// The current time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.options.journal.clock.now()
    }

    /// Refreshes the open journal. Returns whether its engine changed, or whether it became lost or
    /// readable again.
    pub(crate) async fn refresh_and_compare(&self) -> bool {
        let Ok(before) = self.opened() else { return false };
        // The error is part of the open state.
        drop(self.refresh().await);
        self.opened().is_ok_and(|now| {
            !Arc::ptr_eq(&now.journal().engine, &before.journal().engine)
                || now.problem().is_some() != before.problem().is_some()
        })
    }

    /// Whether the last refresh of the open journal failed.
    pub(crate) fn is_lost(&self) -> bool {
        self.opened().is_ok_and(|open| open.problem().is_some())
    }

    /// Whether the bucket was not reached by the last refresh: the journal is lost, or its engine rests on
    /// an older listing.
    pub(crate) fn is_away(&self) -> bool {
        self.is_lost() || self.engine().is_ok_and(|engine| engine.coverage().listing.is_some())
    }

    /// Looks at the whole bucket of the open journal, as somebody asks by hand.
    pub(crate) async fn look(&self) -> Result<Status, ApiError> {
        self.session()?.want_whole_listing();
        // The error is part of the status.
        drop(self.refresh().await);
        self.status().await
    }

    /// Notes that somebody turned to the window.
    pub(crate) fn attend(&self) {
        self.0.attended.notify_one();
    }

    /// Waits until somebody turns to the window, or returns at once if somebody did since the last call.
    pub(crate) async fn until_attended(&self) {
        self.0.attended.notified().await;
    }

    /// Waits until a journal is opened, or returns at once if one was opened since the last call.
    pub(crate) async fn until_opened(&self) {
        self.0.opened.notified().await;
    }

    /// Waits until the open state is replaced, or returns at once if it was since the last call.
    pub(crate) async fn until_read(&self) {
        self.0.read.notified().await;
    }

    /// Waits for 100 ms, so that changes which arrive within a moment share one refresh.
    pub(crate) async fn pause(&self) {
        self.sleep(Duration::from_millis(100)).await;
    }

    /// Waits by the clock of the options.
    pub(crate) async fn sleep(&self, time: Duration) {
        self.0.options.journal.clock.sleep(time).await;
    }

    /// The open journal.
    ///
    /// # Errors
    /// [`ErrorKind::Missing`](crate::wire::ErrorKind::Missing) if none is open.
    pub(crate) fn journal(&self) -> Result<OpenJournal, ApiError> {
        Ok(self.opened()?.journal().clone())
    }

    /// The session of the open journal, or the error of [`AppState::journal`].
    pub(crate) fn session(&self) -> Result<Arc<JournalSession>, ApiError> {
        Ok(self.journal()?.session)
    }

    /// The engine of the open journal as of its last refresh, or the error of
    /// [`AppState::journal`].
    pub(crate) fn engine(&self) -> Result<Arc<dyn Engine>, ApiError> {
        Ok(self.journal()?.engine)
    }

    /// The engine, and the token of a new question, which cancels the previous one of its kind.
    pub(crate) fn ask_latest(
        &self,
        kind: &'static str,
    ) -> Result<(Arc<dyn Engine>, CancellationToken), ApiError> {
        Ok((self.engine()?, self.0.questions.replace(kind)))
    }

    /// The timeline of a record by an engine. The last one is cached, because the next question
    /// mostly is about the same record.
    pub(crate) async fn timeline(
        &self,
        engine: Arc<dyn Engine>,
        record: RecordId,
    ) -> Result<Arc<Covered<Timeline>>, ApiError> {
        self.0.questions.timeline(engine, record).await
    }

    /// Refreshes after recording, and returns the recorded events. An error of the refresh is
    /// reported beside them, because they are recorded nevertheless.
    pub(crate) async fn recorded(&self, events: Vec<Event>) -> Recorded {
        let not_shown = self.refresh_pending().await.err();
        let entries = events.into_iter().map(|event| Entry::new(event, Place::Pending));
        Recorded { events: entries.map(|entry| EventRow::of(&entry)).collect(), not_shown }
    }

    /// Flushes the pending events, refreshes, and returns the status. An error of the refresh is
    /// part of the status, because the events are flushed nevertheless.
    pub(crate) async fn flush(&self) -> Result<Status, ApiError> {
        self.session()?.flush().await?;
        drop(self.refresh().await);
        self.status().await
    }

    /// Closes the open journal before the program ends: cancels an export, and flushes its pending events, for
    /// at most four seconds. What is not flushed by then stays pending on this device. What is not kept
    /// beyond the session is removed.
    #[tracing::instrument(level = "info", skip_all)]
    pub async fn close(&self) {
        self.note_seen().await;
        if let Ok(session) = self.session() {
            tokio::select! {
                _ = futures::future::join(self.end_export(), session.flush()) => {}
                () = self.sleep(CLOSE_TIMEOUT) => {}
            }
            session.remove_temporary();
        }
    }

    /// What is pending for other buckets than the open one.
    pub(crate) async fn pending_elsewhere(&self) -> Vec<PendingElsewhere> {
        let here = self.session().ok();
        let elsewhere = self.0.home.pending_elsewhere(here.as_deref()).await;
        elsewhere.into_iter().map(PendingElsewhere::from).collect()
    }

    /// Why the settings are not saved; `None` if they are.
    pub(crate) fn unsaved(&self) -> Option<ApiError> {
        self.0.unsaved.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The fields that records are named by.
    pub(crate) fn name_fields(&self) -> NameFields {
        self.0.settings.lock().unwrap_or_else(PoisonError::into_inner).name_fields()
    }

    /// Names records by the fields of the settings from now on.
    pub(crate) async fn rename_records(&self) {
        if let Ok(session) = self.session() {
            session.name_records_by(self.name_fields());
            // Every status says that the bucket cannot be read.
            drop(self.refresh().await);
        }
    }

    /// A copy of the settings.
    pub(crate) fn settings(&self) -> Settings {
        self.0.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the settings and saves them, unless they could not be loaded. If they are not saved,
    /// the change lasts until the program ends, and every status says so.
    pub(crate) fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<(), ApiError> {
        let mut settings = self.0.settings.lock().unwrap_or_else(PoisonError::into_inner);
        // Another window may have changed them since.
        if self.unsaved().is_none()
            && let Ok(saved) = Settings::load(&self.0.home)
        {
            *settings = saved;
        }
        change(&mut settings);
        let saved = match &self.0.unread {
            None => settings.save(&self.0.home).map_err(ApiError::from),
            Some(unread) => Err(unread.clone()),
        };
        *self.0.unsaved.lock().unwrap_or_else(PoisonError::into_inner) =
            saved.as_ref().err().cloned();
        saved
    }

    /// The recent journal with this handle: see [`Recent`].
    pub(crate) fn recent(&self, handle: &str) -> Result<RecentBucket, ApiError> {
        let recent = self.settings().recent;
        let found = recent.into_iter().find(|bucket| Recent::handle(bucket) == handle);
        found.ok_or_else(|| ApiError::missing("there is no such recent journal"))
    }

    /// The open state, or the error of [`AppState::journal`].
    fn opened(&self) -> Result<OpenState, ApiError> {
        let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner).clone();
        open.ok_or_else(nothing_open)
    }
}

/// Somebody who records: refreshes give way as long as it lives.
pub(crate) struct Recording(AppState);

impl Drop for Recording {
    fn drop(&mut self) {
        self.0.0.recording.send_modify(|count| *count -= 1);
    }
}

/// Looks for what changed in a bucket since it was last open, unless very much is new.
async fn look(
    bucket: &RecentBucket,
    home: &Home,
    options: Options,
) -> Result<RecentChanges, String> {
    let text = |error: session::Error| error.to_string();
    let session = JournalSession::open(&bucket.location, home, Access::Read, options).await;
    let session = session.map_err(text)?;
    let is_much = Notify::new();
    let report = |progress: Progress| {
        if progress.files - progress.done > MOST_NEW_FILES {
            is_much.notify_one();
        }
    };
    let engine = tokio::select! {
        engine = session.refresh_with_progress(report) => engine.map_err(text)?,
        () = is_much.notified() => return Err("it has very much that is new".to_owned()),
    };
    let totals = engine.totals(&CancellationToken::new()).await.map_err(|why| why.to_string())?;
    if let Some(why) = totals.coverage.listing {
        return Err(why);
    }
    let new_events = bucket.events.map(|before| totals.value.events.saturating_sub(before));
    let changed_files = totals.coverage.changed_total;
    Ok(RecentChanges { new_events, changed_files, problem: None })
}

fn nothing_open() -> ApiError {
    ApiError::missing("no journal is open")
}
