//! Recording what comes in, in its order, without waiting for the disk after each.

use std::collections::HashSet;
use std::sync::Arc;

use event::{AmendRequest, AmendTarget, Draft, Event, RecordId, Request};
use journal::{Batch, Receipt};
use query::Engine;

use crate::session::{draft_amendment, draft_note};
use crate::{Error, JournalSession};

/// A row of requests. What is said about events is held against the journal as it is with all the
/// requests before.
#[derive(Debug)]
pub struct Recording<'a> {
    session: &'a JournalSession,
    /// The journal, as far as it had to be looked at.
    engine: Option<Arc<dyn Engine>>,
    /// Records about which something was recorded since.
    touched: HashSet<RecordId>,
}

impl<'a> Recording<'a> {
    pub(crate) fn new(session: &'a JournalSession) -> Self {
        Self { session, engine: None, touched: HashSet::new() }
    }

    /// Hands over one event. It is recorded when the receipt says so.
    pub async fn submit(&mut self, request: Request) -> Result<Receipt, Error> {
        let draft = self.draft(request).await?;
        Ok(self.session.journal()?.submit(draft).await?)
    }

    /// Adds one event to a batch.
    pub async fn add(&mut self, request: Request, batch: &mut Batch) -> Result<(), Error> {
        let draft = self.draft(request).await?;
        Ok(batch.push(draft)?)
    }

    /// Records a batch, whole or not at all.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn record_whole(self, batch: Batch) -> Result<Vec<Event>, Error> {
        Ok(self.session.journal()?.record_whole(batch).await?)
    }

    /// The event that a request asks for, or why there is nothing to record.
    async fn draft(&mut self, request: Request) -> Result<Draft, Error> {
        let draft = match request {
            Request::Change(draft) => draft,
            Request::Amend(asked) => self.amendment(asked).await?,
        };
        // Until the journal is looked at, nothing can be out of date.
        if self.engine.is_some() {
            self.touched.insert(draft.record());
        }
        Ok(draft)
    }

    async fn amendment(&mut self, asked: AmendRequest) -> Result<Draft, Error> {
        let known = match &self.engine {
            Some(engine) => draft_asked(&**engine, &asked).await.ok(),
            None => None,
        };
        if let Some(draft) = known.filter(|draft| !self.touched.contains(&draft.record())) {
            return Ok(asked.complete(draft)?);
        }
        self.session.journal()?.settled().await?;
        self.touched.clear();
        let engine = self.engine.insert(self.session.refresh().await?);
        let draft = draft_asked(&**engine, &asked).await?;
        Ok(asked.complete(draft)?)
    }
}

async fn draft_asked(engine: &dyn Engine, asked: &AmendRequest) -> Result<Draft, Error> {
    match &asked.what {
        AmendTarget::About { address, amendment } => {
            draft_amendment(engine, address, amendment, &asked.actor).await
        }
        AmendTarget::NoteOnRecord { record, text } => {
            draft_note(engine, record, text, &asked.actor).await
        }
    }
}
