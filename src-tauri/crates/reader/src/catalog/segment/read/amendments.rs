//! Amendments of a segment, by the id of the event that they are about.

use std::collections::HashMap;
use std::io;
use std::iter;

use decode::id_hash;
use event::{Action, Address, Column, Entry};

use super::Segment;
use crate::catalog::segment::Row;

/// Rows of which the action is looked at at once.
const CHUNK_ROWS: usize = 1 << 16;

/// Amendments that are decoded at once.
const CHUNK_ENTRIES: usize = 1 << 10;

impl Segment {
    /// The amendments by the hash of each id that they may be about, as rows by record. Different ids
    /// may have one hash.
    ///
    /// # Errors
    /// Fails if the segment cannot be read.
    pub fn amendments(&self) -> io::Result<&HashMap<u32, Vec<Row>>> {
        if let Some(found) = self.amendments.get() {
            return Ok(found);
        }
        let mut found: HashMap<u32, Vec<Row>> = HashMap::new();
        for rows in self.amendment_rows()?.chunks(CHUNK_ENTRIES) {
            for (row, entry) in rows.iter().zip(self.entries(rows)?) {
                for hash in target_hashes(&entry) {
                    found.entry(hash).or_default().push(*row);
                }
            }
        }
        Ok(self.amendments.get_or_init(|| found))
    }

    /// The rows by record of all amendments, ascending.
    fn amendment_rows(&self) -> io::Result<Vec<Row>> {
        let dimension = Column::Action.as_dimension();
        let actions = self.dimension_values(dimension).iter();
        let is_amendment = |action: &Option<String>| {
            action.as_ref().is_some_and(|action| Action::from(action.clone()).is_amendment())
        };
        let is_amendment: Vec<bool> = actions.map(is_amendment).collect();
        let mut found = Vec::new();
        if !is_amendment.contains(&true) {
            return Ok(found);
        }
        for start in (0..self.len()).step_by(CHUNK_ROWS) {
            let rows = start..self.len().min(start + CHUNK_ROWS);
            let codes = self.dimension_codes(dimension, rows.clone())?;
            let is_one = |code: &u32| is_amendment.get(*code as usize) == Some(&true);
            if codes.iter().any(is_one) {
                let by_record = self.rows_by_record(rows)?;
                let both = codes.iter().zip(by_record);
                found.extend(both.filter(|(code, _)| is_one(code)).map(|(_, row)| row));
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// Hashes of the ids that an amendment may be about: the text as it stands, or those of the addresses.
fn target_hashes(entry: &Entry) -> Vec<u32> {
    let Some(text) = &entry.event.corrects else { return Vec::new() };
    let readings = Address::readings(text);
    let ids = readings.iter().map(|address| id_hash(&address.event_id));
    let mut hashes: Vec<u32> = iter::once(id_hash(text)).chain(ids).collect();
    hashes.dedup();
    hashes
}
