//! Questions under way: a later one cancels an earlier one of its kind. Also the cached timeline.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use event::{RecordId, Timeline};
use query::{CancellationToken, Covered, Engine};

use crate::wire::ApiError;

/// The questions under way, and a cache of the last timeline.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    /// Token of the latest question of each kind.
    latest: Mutex<HashMap<&'static str, CancellationToken>>,
    timeline: Mutex<Option<CachedTimeline>>,
}

/// The last timeline that was asked for, and the engine that answered.
#[derive(Debug, Clone)]
struct CachedTimeline {
    engine: Arc<dyn Engine>,
    record: RecordId,
    timeline: Arc<Covered<Timeline>>,
}

impl Questions {
    /// The token of a new question of a kind. The previous question of that kind is cancelled.
    pub fn replace(&self, kind: &'static str) -> CancellationToken {
        let token = CancellationToken::new();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = latest.insert(kind, token.clone()) {
            before.cancel();
        }
        token
    }

    /// Cancels the question of a kind that is under way, if there is one.
    pub fn cancel(&self, kind: &'static str) {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = latest.get(kind) {
            token.cancel();
        }
    }

    /// The timeline of a record, cached for the next question if that asks the same engine about
    /// the same record.
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
        let known = CachedTimeline { engine, record, timeline: Arc::clone(&timeline) };
        *self.timeline.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(timeline)
    }
}
