//! Single events and records, found by what they are called.

use std::collections::BTreeSet;

use event::{Address, Entry, RecordId};
use query::Error;

/// The event that an address names.
pub(crate) fn event(entries: &[Entry], address: &str) -> Result<Entry, Error> {
    match with_address(entries, address)[..] {
        [] => Err(Error::NoSuchEvent(address.to_owned())),
        [found] => Ok(found.clone()),
        ref several => Err(Error::AmbiguousEvent {
            id: address.to_owned(),
            addresses: several.iter().map(|entry| entry.address().to_string()).collect(),
        }),
    }
}

/// The events that an address can mean, in the total order: those with exactly this id, and if
/// there are none, those of the id and place that it spells.
pub(crate) fn with_address<'a>(entries: &'a [Entry], address: &str) -> Vec<&'a Entry> {
    let found: Vec<&Entry> = entries.iter().filter(|e| e.event.event_id == address).collect();
    if !found.is_empty() {
        return found;
    }
    let readings = Address::readings(address);
    entries.iter().filter(|entry| readings.iter().any(|address| entry.is_at(address))).collect()
}

/// The record with this id, of this type if one is given.
pub(crate) fn record(
    entries: &[Entry],
    entity_id: &str,
    entity_type: Option<&str>,
) -> Result<RecordId, Error> {
    let records: BTreeSet<RecordId> = entries.iter().map(|entry| entry.event.record()).collect();
    let is_meant = |record: &RecordId| {
        record.entity_id == entity_id && entity_type.is_none_or(|t| record.entity_type == t)
    };
    let mut found: Vec<RecordId> = records.into_iter().filter(is_meant).collect();
    match found.len() {
        0 => Err(Error::NoSuchRecord(match entity_type {
            Some(entity_type) => format!("{entity_type}/{entity_id}"),
            None => entity_id.to_owned(),
        })),
        1 => Ok(found.remove(0)),
        _ => Err(Error::AmbiguousRecord { id: entity_id.to_owned(), records: found }),
    }
}
