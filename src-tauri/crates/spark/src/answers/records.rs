//! The list of records.

use std::cmp::Reverse;

use event::RecordId;
use query::{CancellationToken, EventFilter, RecordSummary, RecordsPage, RecordsQuery};

use super::position::older_than;
use crate::Error;
use crate::rows::{Table, count, text};
use crate::selection::{Resolved, newest_first, text_in};
use crate::snapshot::{DIGEST, EVENTS, OWN, Snapshot, TIE};
use crate::sql::{Statement, TIME};

impl Snapshot {
    /// Page of the list of records.
    pub async fn records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<RecordsPage, Error> {
        if query.contains.is_some() || query.deleted {
            return self.records_by_fold(query, token).await;
        }
        let resolved = self.resolve(&query.events, token).await?;
        let total = self.records_total(&resolved, query, token).await?;
        let limit = query.limit.min(total);
        let (wanted, is_last) = self.records_at(&resolved, query, limit, token).await?;
        let mut found = Vec::new();
        if !wanted.is_empty() {
            let mut timelines = self.timelines_of(&wanted, token).await?;
            let filter = EventFilter::new(&query.events);
            while let Some(timeline) = timelines.next().await? {
                found.extend(RecordSummary::of(&timeline, &filter, &self.names));
            }
        }
        found.sort_by_cached_key(|summary: &RecordSummary| Reverse(summary.position.clone()));
        let next = found.last().filter(|_| !is_last).map(|summary| summary.position.clone());
        Ok(RecordsPage { records: found, next, total, loosely: query.loosely, folding: None })
    }

    /// Text that selects the events that a list of records is about.
    async fn listed(
        &self,
        resolved: &Resolved,
        query: &RecordsQuery,
        statement: &mut Statement,
        token: &CancellationToken,
    ) -> Result<String, Error> {
        let passing = self.passing(resolved, statement, token).await?;
        let included = query.types.iter().filter(|term| !term.exclude);
        let excluded = query.types.iter().filter(|term| term.exclude);
        let mut conditions = vec!["true".to_owned()];
        if included.clone().next().is_some() {
            let values = included.map(|term| term.value.as_str());
            conditions.push(statement.is_one_of("`entity_type`", values));
        }
        if excluded.clone().next().is_some() {
            let values = excluded.map(|term| term.value.as_str());
            conditions.push(format!("not {}", statement.is_one_of("`entity_type`", values)));
        }
        Ok(format!("select * from ({passing}) where {}", conditions.join(" and ")))
    }

    async fn records_total(
        &self,
        resolved: &Resolved,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<usize, Error> {
        let mut statement = Statement::default();
        let listed = self.listed(resolved, query, &mut statement, token).await?;
        let text = format!(
            "select count(*) as records from (select 1 from ({listed}) group by `entity_type`, \
             `entity_id`)"
        );
        let mut total = 0;
        for batch in self.rows(statement, text, token).await? {
            let counts = Table(&batch).numbers("records")?;
            total += (0..batch.num_rows()).map(|row| count(&counts, row)).sum::<usize>();
        }
        Ok(total)
    }

    /// The records of a page, and whether it is the last one.
    async fn records_at(
        &self,
        resolved: &Resolved,
        query: &RecordsQuery,
        limit: usize,
        token: &CancellationToken,
    ) -> Result<(Vec<RecordId>, bool), Error> {
        let mut statement = Statement::default();
        let listed = self.listed(resolved, query, &mut statement, token).await?;
        let condition = query.after.as_ref().map(|after| older_than(after, &mut statement));
        let query = format!(
            "select `entity_type` as of_type, `entity_id` as of_id from (select `entity_type`, \
             `entity_id`, {TIME}, {OWN}, {}, {DIGEST}, row_number() over (partition by `entity_type`, \
             `entity_id` order by {newest}) as nth from ({listed})) where nth = 1 and {} order by \
             {newest} limit {}",
            TIE.join(", "),
            condition.unwrap_or_else(|| "true".to_owned()),
            limit + 1,
            newest = newest_first(),
        );
        let mut records = Vec::new();
        for batch in self.rows(statement, query, token).await? {
            let table = Table(&batch);
            let (types, ids) = (table.texts("of_type")?, table.texts("of_id")?);
            let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
            records.extend((0..batch.num_rows()).map(|row| RecordId {
                entity_type: owned(text(&types, row)),
                entity_id: owned(text(&ids, row)),
            }));
        }
        let is_last = records.len() <= limit;
        records.truncate(limit);
        Ok((records, is_last))
    }

    /// Page of records that are meant by their name or their state, which only folding them tells.
    async fn records_by_fold(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<RecordsPage, Error> {
        let mut statement = Statement::default();
        let candidates = candidates(query, &mut statement);
        let filter = EventFilter::new(&query.events);
        let mut timelines = self.timelines(statement, &candidates, token);
        let mut found = Vec::new();
        while let Some(timeline) = timelines.next().await? {
            let summary = RecordSummary::of(&timeline, &filter, &self.names);
            found.extend(summary.filter(|summary| query.is_about(summary)));
        }
        found.sort_by_cached_key(|summary| Reverse(summary.position.clone()));
        let total = found.len();
        if let Some(after) = &query.after {
            found.retain(|summary| summary.position < *after);
        }
        let is_last = found.len() <= query.limit;
        found.truncate(query.limit);
        let next = found.last().filter(|_| !is_last).map(|summary| summary.position.clone());
        Ok(RecordsPage { records: found, next, total, loosely: query.loosely, folding: None })
    }
}

/// Text that selects the records that a list may be about, by their ids and the values that may be in
/// their names.
fn candidates(query: &RecordsQuery, statement: &mut Statement) -> String {
    let mut conditions = Vec::new();
    if query.deleted {
        conditions.push("(`action` = 'delete' and `field` = '*')".to_owned());
    }
    // A name can be of several values: one of them has each word of a text, but not its blanks.
    let word =
        query.contains.as_deref().filter(|_| !query.loosely).and_then(|text| {
            text.split_whitespace().max_by_key(|word| word.len()).map(str::to_owned)
        });
    if let Some(word) = word {
        let (id, value) =
            (text_in("`entity_id`", &word, statement), text_in("`new_value`", &word, statement));
        conditions.push(format!("({id} or {value})"));
    }
    if conditions.is_empty() {
        conditions.push("true".to_owned());
    }
    let select = |condition: &str| {
        format!(
            "select distinct `entity_type` as `wanted_type`, `entity_id` as `wanted_id` from {EVENTS} \
             where {condition}"
        )
    };
    let selects: Vec<String> = conditions.iter().map(|condition| select(condition)).collect();
    selects.join(" intersect ")
}
