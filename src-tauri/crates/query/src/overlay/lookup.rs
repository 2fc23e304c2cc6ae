//! Single events and records with pending events.

use std::collections::BTreeSet;

use event::{Address, Entry, Place, RecordId};

use super::Layers;
use crate::search::with_address;
use crate::{CancellationToken, Error, is_meant};

impl Layers {
    pub(super) async fn event(
        &self,
        address: &str,
        token: &CancellationToken,
    ) -> Result<Entry, Error> {
        let mut found = with_address(&*self.inner, address, token).await?;
        let readings = Address::readings(address);
        let added = self.after().filter(|entry| entry.place == Place::Pending);
        found.extend(added.filter(|entry| is_meant(entry, address, &readings)).cloned());
        if found.iter().any(|entry| entry.event.event_id == address) {
            found.retain(|entry| entry.event.event_id == address);
        }
        found.sort_by(Entry::cmp_position);
        let mut found: Vec<Entry> = found.iter().map(|entry| self.patched(entry)).collect();
        match found.len() {
            0 => Err(Error::NoSuchEvent(address.to_owned())),
            1 => Ok(found.remove(0)),
            _ => Err(Error::AmbiguousEvent {
                id: address.to_owned(),
                addresses: found.iter().map(|entry| entry.address().to_string()).collect(),
            }),
        }
    }

    pub(super) async fn record(
        &self,
        entity_id: &str,
        entity_type: Option<&str>,
        token: &CancellationToken,
    ) -> Result<RecordId, Error> {
        let mut missing = None;
        let mut found: BTreeSet<RecordId> =
            match self.inner.record(entity_id, entity_type, token).await {
                Ok(record) => [record.value].into(),
                Err(Error::AmbiguousRecord { records, .. }) => records.into_iter().collect(),
                Err(error @ Error::NoSuchRecord(_)) => {
                    missing = Some(error);
                    BTreeSet::new()
                }
                Err(error) => return Err(error),
            };
        let is_named = |record: &&RecordId| {
            record.entity_id == entity_id && entity_type.is_none_or(|of| of == record.entity_type)
        };
        found.extend(self.changed.keys().filter(is_named).cloned());
        let found: Vec<RecordId> = found.into_iter().collect();
        match (found.as_slice(), missing) {
            ([record], _) => Ok(record.clone()),
            ([], Some(error)) => Err(error),
            _ => Err(Error::AmbiguousRecord { id: entity_id.to_owned(), records: found }),
        }
    }
}
