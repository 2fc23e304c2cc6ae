//! Single events and records, found by what they are called, and the totals.

use chrono::DateTime;
use event::{Address, Entry, RecordId};
use query::{CancellationToken, Error, Totals, is_meant};

use crate::rows::{Table, count, entry_columns, text};
use crate::snapshot::{EVENTS, Snapshot};
use crate::sql::Statement;

impl Snapshot {
    /// Totals of the journal.
    pub async fn totals(&self, token: &CancellationToken) -> Result<Totals, Error> {
        let records = match self.known_records().get() {
            Some(records) => *records,
            None => self.records_count(token).await?,
        };
        let instants = |(first, last)| {
            (DateTime::from_timestamp_nanos(first), DateTime::from_timestamp_nanos(last))
        };
        Ok(Totals { events: self.events, records, span: self.span.map(instants) })
    }

    async fn records_count(&self, token: &CancellationToken) -> Result<usize, Error> {
        let query = format!(
            "select count(*) as records from (select 1 from {EVENTS} group by `entity_type`, `entity_id`)"
        );
        let mut records = 0;
        for batch in self.rows(Statement::default(), query, token).await? {
            let counts = Table(&batch).numbers("records")?;
            records += (0..batch.num_rows()).map(|row| count(&counts, row)).sum::<usize>();
        }
        Ok(*self.known_records().get_or_init(|| records))
    }

    /// Event that an address names.
    pub async fn event(&self, address: &str, token: &CancellationToken) -> Result<Entry, Error> {
        let mut found = self.with_address(address, token).await?;
        match found.len() {
            0 => Err(Error::NoSuchEvent(address.to_owned())),
            1 => Ok(found.remove(0)),
            _ => Err(Error::AmbiguousEvent {
                id: address.to_owned(),
                addresses: found.iter().map(|entry| entry.address().to_string()).collect(),
            }),
        }
    }

    /// Events that an address can mean, in the total order: those with exactly this id, and if there are
    /// none, those of the id and disambiguator that it spells.
    pub async fn with_address(
        &self,
        address: &str,
        token: &CancellationToken,
    ) -> Result<Vec<Entry>, crate::Error> {
        let readings = Address::readings(address);
        let mut ids: Vec<&str> = readings.iter().map(|reading| reading.event_id.as_str()).collect();
        ids.push(address);
        let mut statement = Statement::default();
        let is_one = statement.is_one_of("`event_id`", ids.into_iter());
        let query = format!("select {} from {EVENTS} where {is_one}", entry_columns(&self.others));
        let batches = self.rows(statement, query, token).await?;
        let mut found = self.entries(&batches, token).await?;
        found.sort_by(Entry::cmp_position);
        let has_id = |entry: &Entry| entry.event.event_id == address;
        if found.iter().any(has_id) {
            found.retain(has_id);
        } else {
            found.retain(|entry| is_meant(entry, address, &readings));
        }
        Ok(found)
    }

    /// Record with an id, and with a type if one is given.
    pub async fn record(
        &self,
        entity_id: &str,
        entity_type: Option<&str>,
        token: &CancellationToken,
    ) -> Result<RecordId, Error> {
        let mut statement = Statement::default();
        let id = statement.text(entity_id);
        let of_type = entity_type
            .map(|entity_type| format!(" and `entity_type` = {}", statement.text(entity_type)));
        let query = format!(
            "select distinct `entity_type` as of_type from {EVENTS} where `entity_id` = {id}{} order by \
             of_type",
            of_type.unwrap_or_default()
        );
        let mut records = Vec::new();
        for batch in self.rows(statement, query, token).await? {
            let types = Table(&batch).texts("of_type")?;
            for row in 0..batch.num_rows() {
                records.push(RecordId {
                    entity_type: text(&types, row).unwrap_or_default().to_owned(),
                    entity_id: entity_id.to_owned(),
                });
            }
        }
        match records.len() {
            0 => Err(Error::NoSuchRecord(match entity_type {
                Some(entity_type) => format!("{entity_type}/{entity_id}"),
                None => entity_id.to_owned(),
            })),
            1 => Ok(records.remove(0)),
            _ => Err(Error::AmbiguousRecord { id: entity_id.to_owned(), records }),
        }
    }
}
