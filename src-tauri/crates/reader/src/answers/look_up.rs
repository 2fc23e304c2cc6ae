//! Look-up of single events and records by their id or address.

use std::io;

use event::{Address, Entry, RecordId, Timeline, mark_repeated};

use crate::Error;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Row, record_hash};
use crate::snapshot::Snapshot;

impl Snapshot {
    /// The event with an id or an address.
    ///
    /// # Errors
    /// [`query::Error::NoSuchEvent`] if there is none, [`query::Error::AmbiguousEvent`] with their
    /// addresses if there are several.
    #[tracing::instrument(name = "find_event", skip_all)]
    pub fn event(&self, address: &str) -> Result<Entry, Error> {
        let mut found = self.entries_at(address)?;
        match found.len() {
            0 => Err(query::Error::NoSuchEvent(address.to_owned()).into()),
            1 => {
                self.mark_amended(found.iter_mut())?;
                Ok(found.remove(0))
            }
            _ => {
                let addresses = found.iter().map(|entry| entry.address().to_string()).collect();
                Err(query::Error::AmbiguousEvent { id: address.to_owned(), addresses }.into())
            }
        }
    }

    /// The entries that have `address` as their id, or else that it can mean as an address; in the
    /// total order.
    pub(crate) fn entries_at(&self, address: &str) -> Result<Vec<Entry>, Error> {
        let mut found = self.entries_with_id(address)?;
        if found.is_empty() {
            for address in Address::readings(address) {
                let with_id = self.entries_with_id(&address.event_id)?.into_iter();
                found.extend(with_id.filter(|entry| entry.is_at(&address)));
            }
        }
        found.sort_by(Entry::cmp_position);
        Ok(found)
    }

    /// The entries with exactly this event id, with their repetition marked.
    pub(crate) fn entries_with_id(&self, id: &str) -> io::Result<Vec<Entry>> {
        let mut found = Vec::new();
        for part in self.segments() {
            let entries = part.segment.entries(&part.rows_with_id(id)?)?;
            found.extend(entries.into_iter().filter(|entry| entry.event.event_id == id));
        }
        mark_repeated(&mut found);
        Ok(found)
    }

    /// The record with this id; `entity_type` tells two of one id apart.
    ///
    /// # Errors
    /// [`query::Error::NoSuchRecord`] if there is none, [`query::Error::AmbiguousRecord`] with
    /// their types if there are several.
    #[tracing::instrument(name = "find_record", skip_all)]
    pub fn record(&self, entity_id: &str, entity_type: Option<&str>) -> Result<RecordId, Error> {
        let mut types = Vec::new();
        for part in self.segments() {
            let records = part.segment.records_with_id(entity_id)?;
            types.extend(records.into_iter().map(|(_, entity_type)| entity_type));
        }
        types.retain(|found| entity_type.is_none_or(|wanted| found == wanted));
        types.sort_unstable();
        types.dedup();
        let id = |entity_type| RecordId { entity_type, entity_id: entity_id.to_owned() };
        match types.len() {
            0 => {
                let kind = entity_type.map(|t| format!("{t}/")).unwrap_or_default();
                Err(query::Error::NoSuchRecord(format!("{kind}{entity_id}")).into())
            }
            1 => Ok(id(types.remove(0))),
            _ => {
                let records = types.into_iter().map(id).collect();
                Err(query::Error::AmbiguousRecord { id: entity_id.to_owned(), records }.into())
            }
        }
    }

    /// Timeline of a record: all its events, in the total order.
    ///
    /// # Errors
    /// [`query::Error::NoSuchRecord`] if it has none.
    #[tracing::instrument(skip_all)]
    pub fn timeline(&self, record: &RecordId) -> Result<Timeline, Error> {
        let mut entries = self.entries_of(record)?;
        if entries.is_empty() {
            return Err(query::Error::NoSuchRecord(record.to_string()).into());
        }
        self.mark_repeated_ids(entries.iter_mut())?;
        Ok(Timeline::new(entries))
    }

    /// The events of a record, in no particular order.
    pub(super) fn entries_of(&self, record: &RecordId) -> io::Result<Vec<Entry>> {
        let mut entries = self.entries_with_hash(record_hash(&record.entity_id))?;
        entries.retain(|entry| entry.event.is_about(record));
        Ok(entries)
    }

    /// The events of all records whose entity id has this hash, in no particular order.
    pub(crate) fn entries_with_hash(&self, hash: u64) -> io::Result<Vec<Entry>> {
        let mut rows_of_parts: Vec<(&VisibleSegment, Vec<Row>)> = Vec::new();
        for part in self.segments() {
            for found in part.segment.records_with_hash(hash)? {
                let is_visible = |row: &Row| part.deleted_rows[1].binary_search(row).is_err();
                rows_of_parts.push((part, found.rows.filter(is_visible).collect()));
            }
        }
        // So the entries are almost sorted, and sorting them afterwards is cheap.
        rows_of_parts.sort_by_key(|(part, _)| part.segment.span());
        let mut entries =
            Vec::with_capacity(rows_of_parts.iter().map(|(_, rows)| rows.len()).sum());
        for (part, rows) in rows_of_parts {
            part.segment.append_entries(&rows, &mut entries)?;
        }
        Ok(entries)
    }
}
