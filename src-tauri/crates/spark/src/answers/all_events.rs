//! All events that match filters, oldest first, as they come from the cluster.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use event::Entry;
use futures::{StreamExt, TryStreamExt, stream};
use query::{AllEventsQuery, CancellationToken, EventFilter, EventStream, EventsChunk};

use crate::Error;
use crate::cluster::Batches;
use crate::files::other_column;
use crate::rows::{Table, count, entries, entry_columns, further_names};
use crate::selection::{Resolved, oldest_first};
use crate::snapshot::Snapshot;
use crate::sql::Statement;

/// Events that are still to come.
pub(crate) struct ComingEvents {
    snapshot: Arc<Snapshot>,
    batches: Batches,
    /// Amendments that come along, oldest first.
    amendments: VecDeque<Entry>,
    total: usize,
    token: CancellationToken,
    /// The first chunk, which is read before anybody has seen any.
    first: Option<EventsChunk>,
    is_over: bool,
}

impl ComingEvents {
    /// Begins to read the events of a query.
    pub async fn begin(
        snapshot: Arc<Snapshot>,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<Self, query::Error> {
        let resolved = snapshot.resolve(&query.filters, token).await?;
        let amendments = snapshot.amendments_of(query, token).await?;
        let total = snapshot.numbers(&resolved, token).await?.total + amendments.len();
        let mut statement = Statement::default();
        let passing = snapshot.passing(&resolved, &mut statement, token).await?;
        let columns = entry_columns(&snapshot.others);
        let text = format!("select {columns} from ({passing}) order by {}", oldest_first());
        let batches = snapshot.stream(statement, text, token);
        let (amendments, token) = (amendments.into(), token.clone());
        let mut coming =
            Self { snapshot, batches, amendments, total, token, first: None, is_over: false };
        coming.first = coming.next().await?;
        Ok(coming)
    }

    /// The chunks.
    pub fn into_stream(mut self) -> EventStream {
        let first = self.first.take();
        let rest = stream::try_unfold(self, |mut coming| async {
            Ok::<_, query::Error>(coming.next().await?.map(|chunk| (chunk, coming)))
        });
        stream::iter(first.map(Ok)).chain(rest).boxed()
    }

    async fn next(&mut self) -> Result<Option<EventsChunk>, Error> {
        while !self.is_over {
            let batch = self.batches.try_next().await?;
            self.is_over = batch.is_none();
            let mut found = match batch {
                Some(batch) => entries(&batch, &self.snapshot.others)?,
                None => Vec::new(),
            };
            // Those that are older than the last one of this batch, or all after the last batch.
            let last = found.last().cloned();
            while let Some(next) = self.amendments.front() {
                let is_due = match &last {
                    Some(last) => next.cmp_position(last).is_lt(),
                    None => self.is_over,
                };
                if !is_due {
                    break;
                }
                found.extend(self.amendments.pop_front());
            }
            if found.is_empty() {
                continue;
            }
            found.sort_by(Entry::cmp_position);
            self.snapshot.complete(&mut found, &self.token).await?;
            let entries = found.into_iter().map(Arc::new).collect();
            return Ok(Some(EventsChunk { entries, total: self.total }));
        }
        Ok(None)
    }
}

impl Snapshot {
    /// Amendments that come along with the events that match, though they do not match themselves;
    /// oldest first.
    async fn amendments_of(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<Vec<Entry>, Error> {
        if !query.with_amendments || !self.has_amendments {
            return Ok(Vec::new());
        }
        let filter = EventFilter::new(&query.filters);
        let mut along = Vec::new();
        for timeline in &self.marks(token).await?.timelines {
            let entries = timeline.entries();
            let mut chosen: HashSet<usize> =
                (0..entries.len()).filter(|&at| filter.passes(&entries[at])).collect();
            let mut left: Vec<usize> = chosen.iter().copied().collect();
            while let Some(at) = left.pop() {
                for &by in timeline.about(at) {
                    if chosen.insert(by) {
                        left.push(by);
                        along.push(entries[by].clone());
                    }
                }
            }
        }
        along.sort_by(Entry::cmp_position);
        Ok(along)
    }

    /// Names of the further columns of the events of a query.
    pub async fn further_columns(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<BTreeSet<String>, Error> {
        let resolved = self.resolve(&query.filters, token).await?;
        let mut names = self.cluster_columns(&resolved, token).await?;
        for entry in self.amendments_of(query, token).await? {
            names.extend(further_names(&entry));
        }
        Ok(names)
    }

    async fn cluster_columns(
        &self,
        resolved: &Resolved,
        token: &CancellationToken,
    ) -> Result<BTreeSet<String>, Error> {
        let mut names = BTreeSet::new();
        let mut statement = Statement::default();
        let passing = self.passing(resolved, &mut statement, token).await?;
        if !self.others.is_empty() {
            let counts = (0..self.others.len())
                .map(|at| format!("count({}) as found_{at}", other_column(at)));
            let counts = counts.collect::<Vec<_>>().join(", ");
            let text = format!("select {counts} from ({passing})");
            for batch in self.rows(statement, text, token).await? {
                let table = Table(&batch);
                for (at, other) in self.others.iter().enumerate() {
                    if count(&table.numbers(&format!("found_{at}"))?, 0) > 0 {
                        names.insert(other.name.clone());
                    }
                }
            }
        }
        if self.has_decoded {
            names.extend(self.decoded_columns(resolved, token).await?);
        }
        Ok(names)
    }

    /// Further columns of the rows that were decoded on this machine.
    async fn decoded_columns(
        &self,
        resolved: &Resolved,
        token: &CancellationToken,
    ) -> Result<BTreeSet<String>, Error> {
        let mut statement = Statement::default();
        let passing = self.passing(resolved, &mut statement, token).await?;
        let text = format!(
            "select {} from ({passing}) where `extra_json` is not null or `about_row_json` is not null",
            entry_columns(&self.others)
        );
        let mut names = BTreeSet::new();
        for batch in self.rows(statement, text, token).await? {
            for entry in entries(&batch, &self.others)? {
                names.extend(further_names(&entry));
            }
        }
        Ok(names)
    }
}
