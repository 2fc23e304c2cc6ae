//! The first reading of a journal: it is shown as soon as there is a first page, and read on in the
//! background.

use std::sync::Arc;
use std::time::Duration;

use query::{CancellationToken, ChainsQuery, Engine};
use reader::Progress;
use session::JournalSession;
use tokio::sync::oneshot;

use super::{AppState, OpenJournal, OpenState};
use crate::wire::{ApiError, ReadingProgress};

/// Sender to whoever opens the journal and waits for its first page, or for the error before it.
type FirstPageSender = oneshot::Sender<Result<(), ApiError>>;

/// How long a window that is drawn for the first time has the processors to itself.
const PREPARE_AFTER: Duration = Duration::from_secs(1);

/// The first reading of a journal: a task that refreshes it for the first time, then prepares the
/// list of records, then compacts the catalog.
pub(super) struct FirstReading {
    state: AppState,
    /// Number of the opening.
    opening: u64,
    session: Arc<JournalSession>,
    /// Used once, for the first state that is shown; `None` after that.
    first_page: Option<FirstPageSender>,
}

impl FirstReading {
    /// A first reading of `session`, which reports its first page to `first_page`.
    pub fn new(
        state: AppState,
        opening: u64,
        session: JournalSession,
        first_page: FirstPageSender,
    ) -> Self {
        Self { state, opening, session: Arc::new(session), first_page: Some(first_page) }
    }

    /// Runs to the end. Aborting the task ends the reading; what was indexed stays in the catalog.
    pub async fn run(mut self) {
        let session = Arc::clone(&self.session);
        match session.refresh_with_progress(|progress| self.show_progress(progress)).await {
            Ok(engine) => {
                self.show(OpenState::Ready { journal: self.journal(Arc::clone(&engine)) });
                self.state.note_seen().await;
                // Chains and the names of records take longest to prepare, so they are prepared
                // before they are needed, and after what is on screen.
                self.state.sleep(PREPARE_AFTER).await;
                let query = ChainsQuery::default();
                drop(engine.chains(&query, &CancellationToken::new()).await);
            }
            Err(error) => self.fail(error.into()),
        }
        // Compaction changes no answer, so its error is no problem of the user.
        drop(session.compact().await);
    }

    /// Shows the loading state. Before the first page, progress without any event is not shown.
    fn show_progress(&mut self, progress: Progress) {
        if self.first_page.is_none() || progress.has_events {
            let Progress { done, files, bytes, bytes_done, left, held_back, engine, .. } = progress;
            let seconds_left = left.map(|left| left.num_seconds());
            let progress =
                ReadingProgress { done, files, bytes_done, bytes, seconds_left, held_back };
            self.show(OpenState::Loading { journal: self.journal(engine), progress });
        }
    }

    fn journal(&self, engine: Arc<dyn Engine>) -> OpenJournal {
        OpenJournal { opening: self.opening, session: Arc::clone(&self.session), engine }
    }

    /// Shows a state, and reports the first one to whoever opened the journal.
    fn show(&mut self, now: OpenState) {
        let shown = self.state.replace(now);
        if let Some(first_page) = self.first_page.take() {
            // An error means that nobody waits any more.
            drop(first_page.send(shown.ok_or_else(superseded)));
        }
    }

    /// Reports an error: to whoever opened the journal if nothing was shown yet, otherwise as the
    /// lost state, which the watcher ends as soon as a refresh succeeds.
    fn fail(&mut self, problem: ApiError) {
        match self.first_page.take() {
            Some(first_page) => drop(first_page.send(Err(problem))),
            None => self.state.mark_lost(self.opening, problem),
        }
    }
}

/// The error of an opening that a later one superseded.
pub(super) fn superseded() -> ApiError {
    ApiError::cancelled("another journal was opened meanwhile")
}
