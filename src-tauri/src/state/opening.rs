//! Opening a journal: it is shown as soon as there is something to show, and read on meanwhile.

use std::sync::Arc;

use query::{CancellationToken, Engine, RecordsQuery};
use reader::Progress;
use session::JournalSession;
use tokio::sync::oneshot;

use super::{AppState, OpenJournal, OpenState};
use crate::wire::{ApiError, ReadingProgress};

/// Who waits until there is something to show of a journal.
type FirstPageSender = oneshot::Sender<Result<(), ApiError>>;

/// The first reading of a journal.
pub(super) struct FirstReading {
    state: AppState,
    opening: u64,
    session: Arc<JournalSession>,
    /// `None` once it is shown.
    first_page: Option<FirstPageSender>,
}

impl FirstReading {
    pub fn new(
        state: AppState,
        opening: u64,
        session: JournalSession,
        first_page: FirstPageSender,
    ) -> Self {
        Self { state, opening, session: Arc::new(session), first_page: Some(first_page) }
    }

    pub async fn run(mut self) {
        let session = Arc::clone(&self.session);
        match session.refresh_with_progress(|progress| self.show_progress(progress)).await {
            Ok(engine) => {
                self.show(OpenState::Ready { journal: self.journal(Arc::clone(&engine)) });
                // The list of records takes longest: it is there before anybody asks for it.
                let query = RecordsQuery::default();
                drop(engine.records(&query, &CancellationToken::new()).await);
            }
            Err(error) => self.fail(error.into()),
        }
        // The same answers, from fewer segments: if it does not work, nothing is lost.
        drop(session.compact().await);
    }

    fn show_progress(&mut self, progress: Progress) {
        if self.first_page.is_none() || progress.has_events {
            let Progress { done, files, engine, .. } = progress;
            let progress = ReadingProgress { done, files };
            self.show(OpenState::Loading { journal: self.journal(engine), progress });
        }
    }

    fn journal(&self, engine: Arc<dyn Engine>) -> OpenJournal {
        OpenJournal { opening: self.opening, session: Arc::clone(&self.session), engine }
    }

    fn show(&mut self, now: OpenState) {
        let shown = self.state.show(now);
        if let Some(first_page) = self.first_page.take() {
            // Who waited may have gone.
            drop(first_page.send(shown.ok_or_else(superseded)));
        }
    }

    /// What was shown stays, with what is wrong; the watcher goes on once that is mended.
    fn fail(&mut self, problem: ApiError) {
        match self.first_page.take() {
            Some(first_page) => drop(first_page.send(Err(problem))),
            None => self.state.lose(self.opening, problem),
        }
    }
}

pub(super) fn superseded() -> ApiError {
    ApiError::cancelled("another journal was opened meanwhile")
}
