//! Events of records, and what an entry has beyond its own row.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use event::{Entry, RecordId, Timeline};
use futures::TryStreamExt;
use query::CancellationToken;

use crate::Error;
use crate::cluster::Batches;
use crate::rows::{Table, entries, entry_columns, text, texts_batch};
use crate::selection::oldest_first;
use crate::snapshot::{EVENTS, Snapshot};
use crate::sql::Statement;

/// Most ids in one condition.
const IDS_AT_ONCE: usize = 500;

impl Snapshot {
    /// Entries of batches, with all that they have beyond their rows.
    pub async fn entries(
        &self,
        batches: &[RecordBatch],
        token: &CancellationToken,
    ) -> Result<Vec<Entry>, Error> {
        let mut found = Vec::new();
        for batch in batches {
            found.extend(entries(batch, &self.others)?);
        }
        self.complete(&mut found, token).await?;
        Ok(found)
    }

    /// Sets the marks of entries, and whether their ids are repeated.
    pub async fn complete(
        &self,
        entries: &mut [Entry],
        token: &CancellationToken,
    ) -> Result<(), Error> {
        let marks = self.marks(token).await?;
        for entry in entries.iter_mut() {
            marks.set(entry);
        }
        if !self.has_repeated_ids {
            return Ok(());
        }
        let ids: BTreeSet<&str> =
            entries.iter().map(|entry| entry.event.event_id.as_str()).collect();
        let repeated = self.repeated(&ids.into_iter().collect::<Vec<_>>(), token).await?;
        for entry in entries {
            entry.id_is_repeated = repeated.contains(&entry.event.event_id);
        }
        Ok(())
    }

    /// Those of some ids that several events have.
    async fn repeated(
        &self,
        ids: &[&str],
        token: &CancellationToken,
    ) -> Result<BTreeSet<String>, Error> {
        let mut repeated = BTreeSet::new();
        for ids in ids.chunks(IDS_AT_ONCE) {
            let mut statement = Statement::default();
            let is_one = statement.is_one_of("`event_id`", ids.iter().copied());
            let query = format!(
                "select `event_id` as id from {EVENTS} where {is_one} group by `event_id` having count(*) > 1"
            );
            for batch in self.rows(statement, query, token).await? {
                let found = Table(&batch).texts("id")?;
                let found = (0..batch.num_rows()).filter_map(|row| text(&found, row));
                repeated.extend(found.map(str::to_owned));
            }
        }
        Ok(repeated)
    }

    /// Timeline of a record; `None` if it has no events.
    pub async fn timeline(
        &self,
        record: &RecordId,
        token: &CancellationToken,
    ) -> Result<Option<Timeline>, Error> {
        let mut statement = Statement::default();
        let query = format!(
            "select {} from {EVENTS} where `entity_type` = {} and `entity_id` = {}",
            entry_columns(&self.others),
            statement.text(&record.entity_type),
            statement.text(&record.entity_id)
        );
        let batches = self.rows(statement, query, token).await?;
        let entries = self.entries(&batches, token).await?;
        Ok((!entries.is_empty()).then(|| Timeline::new(entries)))
    }

    /// Timelines of some records, in no certain order.
    pub async fn timelines_of(
        &self,
        records: &[RecordId],
        token: &CancellationToken,
    ) -> Result<Timelines, Error> {
        let columns = |of: fn(&RecordId) -> &String| records.iter().map(of).cloned().collect();
        let wanted = texts_batch(&[
            ("wanted_type", columns(|record| &record.entity_type)),
            ("wanted_id", columns(|record| &record.entity_id)),
        ])?;
        let view = self.view_of_rows("wanted", &[wanted], token).await?;
        let wanted = format!("select `wanted_type`, `wanted_id` from {view}");
        Ok(self.timelines(Statement::default(), &wanted, token))
    }

    /// Timelines of the records that a statement selects as `wanted_type` and `wanted_id`, one by one.
    /// Their entries have no marks but those of the timeline, and ids are not marked as repeated.
    pub fn timelines(
        &self,
        statement: Statement,
        wanted: &str,
        token: &CancellationToken,
    ) -> Timelines {
        let columns = entry_columns(&self.others);
        let query = format!(
            "select {columns} from {EVENTS} left semi join ({wanted}) wanted on {EVENTS}.`entity_type` = \
             wanted.`wanted_type` and {EVENTS}.`entity_id` = wanted.`wanted_id` order by `entity_type`, \
             `entity_id`, {}",
            oldest_first()
        );
        Timelines { batches: self.stream(statement, query, token), ..Timelines::none(&self.others) }
    }
}

/// Timelines that come one by one.
pub(crate) struct Timelines {
    batches: Batches,
    others: Vec<crate::files::Other>,
    /// Entries of the record that is being read.
    current: Vec<Entry>,
    /// Entries that were read after those.
    ahead: std::vec::IntoIter<Entry>,
}

impl Timelines {
    fn none(others: &[crate::files::Other]) -> Self {
        let batches = Box::pin(futures::stream::empty());
        Self {
            batches,
            others: others.to_vec(),
            current: Vec::new(),
            ahead: Vec::new().into_iter(),
        }
    }

    /// The next timeline; `None` after the last one.
    pub async fn next(&mut self) -> Result<Option<Timeline>, Error> {
        loop {
            for entry in self.ahead.by_ref() {
                let is_other = self.current.first().is_some_and(|first| {
                    (&first.event.entity_type, &first.event.entity_id)
                        != (&entry.event.entity_type, &entry.event.entity_id)
                });
                if is_other {
                    let done = std::mem::replace(&mut self.current, vec![entry]);
                    return Ok(Some(Timeline::new(done)));
                }
                self.current.push(entry);
            }
            match self.batches.try_next().await? {
                Some(batch) => self.ahead = entries(&batch, &self.others)?.into_iter(),
                None if self.current.is_empty() => return Ok(None),
                None => return Ok(Some(Timeline::new(std::mem::take(&mut self.current)))),
            }
        }
    }
}
