//! Questions that take each other's place, and the timeline that the next one is mostly about too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use event::{RecordId, Timeline};
use query::{CancellationToken, Covered, Engine};

use crate::wire::ApiError;

/// The questions under way.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    latest: Mutex<HashMap<&'static str, CancellationToken>>,
    timeline: Mutex<Option<KnownTimeline>>,
}

/// The timeline that was asked for last, of one engine's journal.
#[derive(Debug, Clone)]
struct KnownTimeline {
    engine: Arc<dyn Engine>,
    record: RecordId,
    timeline: Arc<Covered<Timeline>>,
}

impl Questions {
    /// The token of a new question of a kind. The one before, of which nobody waits for an answer
    /// any more, is cancelled.
    pub fn replace(&self, kind: &'static str) -> CancellationToken {
        let token = CancellationToken::new();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = latest.insert(kind, token.clone()) {
            before.cancel();
        }
        token
    }

    /// A record's timeline. It is kept for the next question.
    pub async fn timeline(
        &self,
        engine: Arc<dyn Engine>,
        record: RecordId,
    ) -> Result<Arc<Covered<Timeline>>, ApiError> {
        let known = self.timeline.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known
            && Arc::ptr_eq(&known.engine, &engine)
            && known.record == record
        {
            return Ok(known.timeline);
        }
        let timeline = Arc::new(engine.timeline(&record, &CancellationToken::new()).await?);
        let known = KnownTimeline { engine, record, timeline: Arc::clone(&timeline) };
        *self.timeline.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(timeline)
    }
}
