//! Snapshot: what a cluster was given of a bucket, as temporary views of its session.

mod build;
mod coverage;
mod digest;
mod inspect;

use std::sync::{Arc, Mutex, OnceLock};

use arrow::array::RecordBatch;
use event::NameFields;
use query::{CancellationToken, ChainBreak, Coverage, Filters};
use tokio::sync::OnceCell;

use crate::answers::Marks;
use crate::cluster::{Batches, Cluster};
use crate::files::Other;
use crate::selection::Resolved;
use crate::sql::{Statement, local, query};
use crate::{Error, rows};

pub(crate) use build::Unfit;
pub(crate) use inspect::Inspection;

/// What the names of all views begin with.
pub(crate) const PREFIX: &str = "daybook_asked_";

/// View of the events, each once.
pub(crate) const EVENTS: &str = "daybook_asked_events";

/// 1 for an event that a writer's log places, 0 for one of a legacy file.
pub(crate) const OWN: &str = "`is_own`";

/// What orders the events of logs at one instant.
pub(crate) const TIE: [&str; 3] = ["`tie_recorded_ns`", "`tie_writer`", "`tie_seq`"];

/// Digest of the event, which orders those of legacy files at one instant.
pub(crate) const DIGEST: &str = "`digest`";

/// Most bytes of rows in one message to a cluster.
const MESSAGE_BYTES: usize = 2 << 20;

/// Filters that were decided as far as SQL does not, of the last questions.
const REMEMBERED: usize = 16;

/// Snapshot of a bucket on a cluster: all its answers agree with each other.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub cluster: Cluster,
    /// Columns beside those of an event.
    pub others: Vec<Other>,
    pub coverage: Coverage,
    /// Number of events.
    pub events: usize,
    /// First and last timestamp, in nanoseconds since 1970.
    pub span: Option<(i64, i64)>,
    /// Whether different events have the same id.
    pub has_repeated_ids: bool,
    /// Whether some rows were decoded on this machine.
    pub has_decoded: bool,
    /// Whether there are amendments.
    pub has_amendments: bool,
    /// Fields that records are named by.
    pub names: NameFields,
    pub(crate) marks: OnceCell<Arc<Marks>>,
    pub(crate) breaks: OnceCell<Arc<Vec<ChainBreak>>>,
    pub(crate) resolved: Mutex<Vec<(Filters, Arc<Resolved>)>>,
    /// Number of views that were made for questions.
    views: Mutex<usize>,
    totals: OnceLock<usize>,
}

impl Snapshot {
    /// The whole result of a statement.
    pub async fn rows(
        &self,
        statement: Statement,
        text: String,
        token: &CancellationToken,
    ) -> Result<Vec<RecordBatch>, Error> {
        self.cluster.rows(statement.query(text), token).await
    }

    /// The result of a statement as it comes.
    pub fn stream(&self, statement: Statement, text: String, token: &CancellationToken) -> Batches {
        self.cluster.stream(statement.query(text), token)
    }

    /// Makes a view of rows that this machine has, in as many messages as it takes; returns its name.
    pub async fn view_of_rows(
        &self,
        what: &str,
        batches: &[RecordBatch],
        token: &CancellationToken,
    ) -> Result<String, Error> {
        let name = {
            let mut views = self.views.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *views += 1;
            format!("{PREFIX}{what}_{views}")
        };
        make_view_of_rows(&self.cluster, &name, batches, token).await?;
        Ok(name)
    }

    /// Number of records, counted once.
    pub(crate) fn known_records(&self) -> &OnceLock<usize> {
        &self.totals
    }

    /// Resolved filters of an earlier question.
    pub(crate) fn remembered(&self, filters: &Filters) -> Option<Arc<Resolved>> {
        let known = self.resolved.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.iter().find(|(of, _)| of == filters).map(|(_, resolved)| Arc::clone(resolved))
    }

    /// Remembers resolved filters.
    pub(crate) fn remember(&self, filters: &Filters, resolved: &Arc<Resolved>) {
        let mut known = self.resolved.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.remove(0);
        }
        known.push((filters.clone(), Arc::clone(resolved)));
    }
}

/// Makes a view of rows of one schema.
pub(crate) async fn make_view_of_rows(
    cluster: &Cluster,
    name: &str,
    batches: &[RecordBatch],
    token: &CancellationToken,
) -> Result<(), Error> {
    let mut parts = Vec::new();
    for batch in batches {
        let rows = batch.num_rows().max(1);
        let step = (rows * MESSAGE_BYTES / batch.get_array_memory_size().max(1)).clamp(1, rows);
        for start in (0..batch.num_rows()).step_by(step) {
            let length = step.min(batch.num_rows() - start);
            let part = format!("{name}_{}", parts.len());
            let rows = compact(&batch.slice(start, length))?;
            let rows = local(&rows).map_err(|why| rows::odd(&why.to_string()))?;
            cluster.make_view(&part, rows, token).await?;
            parts.push(format!("select * from {part}"));
        }
    }
    cluster.make_view(name, query(parts.join(" union all ")), token).await
}

/// A slice without the rows beside it.
fn compact(slice: &RecordBatch) -> Result<RecordBatch, Error> {
    rows::kept(slice, vec![true; slice.num_rows()])
}
