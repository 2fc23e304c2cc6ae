//! A recording: requests recorded in their order, without waiting for the disk after each.

use std::collections::HashSet;
use std::sync::Arc;

use event::{AmendRequest, AmendTarget, Draft, Event, RecordId, Request};
use journal::{Batch, Receipt};
use query::Engine;

use crate::amendments::{draft_amendment, draft_note};
use crate::{Error, JournalSession};

/// A sequence of requests to one session, made by [`JournalSession::recording`].
///
/// Each amendment (a correction, void or note) is checked against the journal with all requests
/// that were submitted before it. Requests that were added to a batch are not recorded yet, so they
/// are not seen by later ones of that batch.
#[derive(Debug)]
pub struct Recording<'a> {
    session: &'a JournalSession,
    /// The journal at the last amendment that needed a refresh; `None` before the first.
    engine: Option<Arc<dyn Engine>>,
    /// Records that got requests since then. Amendments about others need no refresh.
    touched: HashSet<RecordId>,
}

impl<'a> Recording<'a> {
    /// Starts with nothing read of the journal.
    pub(crate) fn new(session: &'a JournalSession) -> Self {
        Self { session, engine: None, touched: HashSet::new() }
    }

    /// Submits one request. Its event is recorded once the receipt is acknowledged.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] in a read-only session, [`Error::Refusal`], [`Error::Draft`] or
    /// [`Error::Question`] if there is nothing to record, and the errors of the journal.
    pub async fn submit(&mut self, request: Request) -> Result<Receipt, Error> {
        let draft = self.draft(request).await?;
        Ok(self.session.journal()?.submit(draft).await?)
    }

    /// Adds the event of one request to a batch, which [`Recording::record_whole`] records.
    ///
    /// # Errors
    /// As [`Recording::submit`]. After [`journal::Error::BatchTooLarge`] the batch must not be
    /// recorded.
    pub async fn add(&mut self, request: Request, batch: &mut Batch) -> Result<(), Error> {
        let draft = self.draft(request).await?;
        Ok(batch.push(draft)?)
    }

    /// Records a batch, whole or not at all. Returns its events after they are on disk.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] in a read-only session, and the errors of the journal.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn record_whole(self, batch: Batch) -> Result<Vec<Event>, Error> {
        Ok(self.session.journal()?.record_whole(batch).await?)
    }

    /// The draft that a request asks for.
    async fn draft(&mut self, request: Request) -> Result<Draft, Error> {
        let draft = match request {
            Request::Change(draft) => draft,
            Request::Amend(request) => self.amendment(request).await?,
        };
        // Before the first refresh nothing can be out of date.
        if self.engine.is_some() {
            self.touched.insert(draft.record());
        }
        Ok(draft)
    }

    /// The draft of an amendment. Without a refresh if the known engine has the event it is about,
    /// and its record got no request since.
    async fn amendment(&mut self, request: AmendRequest) -> Result<Draft, Error> {
        let known = match &self.engine {
            Some(engine) => draft_amend_request(&**engine, &request).await.ok(),
            None => None,
        };
        if let Some(draft) = known.filter(|draft| !self.touched.contains(&draft.record())) {
            return Ok(request.complete(draft)?);
        }
        self.session.journal()?.settled().await?;
        self.touched.clear();
        let engine = self.engine.insert(self.session.refresh().await?);
        let draft = draft_amend_request(&**engine, &request).await?;
        Ok(request.complete(draft)?)
    }
}

/// The draft of an amendment, checked against the timeline of its record.
async fn draft_amend_request(engine: &dyn Engine, request: &AmendRequest) -> Result<Draft, Error> {
    match &request.what {
        AmendTarget::About { address, amendment } => {
            draft_amendment(engine, address, amendment, &request.actor).await
        }
        AmendTarget::NoteOnRecord { record, text } => {
            draft_note(engine, record, text, &request.actor).await
        }
    }
}
