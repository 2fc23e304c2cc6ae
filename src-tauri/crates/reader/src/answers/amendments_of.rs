//! Amendments of selected events: what has to come along, so that they mean the same elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use event::{Entry, Place, Position, RecordId, Timeline};
use query::CancellationToken;

use super::row_orders::{by_time, selected_by_record};
use super::select::Selected;
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::segment::Row;
use crate::error::check;
use crate::snapshot::Snapshot;

/// Row by record of a part.
type PartRow = (usize, Row);

impl Snapshot {
    /// Adds to selected rows those of the amendments of what is selected, and of the amendments of
    /// those.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be read.
    pub(super) fn add_amendments(
        &self,
        selected: &mut [Selected],
        token: &CancellationToken,
    ) -> Result<(), Error> {
        let parts = self.parts();
        if parts.iter().zip(selected.iter()).all(|(part, of)| of.count() == part.len()) {
            return Ok(());
        }
        let mut chosen = Vec::with_capacity(parts.len());
        for (part, selected) in parts.iter().zip(selected.iter()) {
            chosen.push(selected_by_record(&part.segment, selected)?);
        }
        let mut added: Vec<Bitmap> =
            parts.iter().map(|part| Bitmap::none(part.segment.len())).collect();
        for of_record in self.amended_records(token)?.into_values() {
            check(token)?;
            for (part, row) in unchosen_amendments(of_record, &chosen) {
                added[part].set(row as usize, true);
            }
        }
        for ((part, added), selected) in parts.iter().zip(added).zip(selected) {
            if added.count() > 0 {
                add(&by_time(&part.segment, &added)?, part.segment.len(), selected);
            }
        }
        Ok(())
    }

    /// By record, the amendments and all events that these may be about.
    fn amended_records(
        &self,
        token: &CancellationToken,
    ) -> Result<HashMap<RecordId, Vec<(PartRow, Entry)>>, Error> {
        let parts = self.parts();
        let (mut hashes, mut rows) = (BTreeSet::new(), BTreeSet::new());
        for (at, part) in parts.iter().enumerate() {
            for (hash, amendments) in part.segment.amendments()? {
                hashes.insert(*hash);
                let deleted = &part.deleted_rows[1];
                let visible = amendments.iter().filter(|row| deleted.binary_search(row).is_err());
                rows.extend(visible.map(|row| (at, *row)));
            }
        }
        for hash in hashes {
            for (at, part) in parts.iter().enumerate() {
                rows.extend(part.rows_with_id_hash(hash)?.into_iter().map(|row| (at, row)));
            }
        }
        let mut found: HashMap<RecordId, Vec<(PartRow, Entry)>> = HashMap::new();
        for (at, part) in parts.iter().enumerate() {
            check(token)?;
            let of_part: Vec<Row> = rows.range((at, 0)..(at + 1, 0)).map(|(_, row)| *row).collect();
            for (row, entry) in of_part.iter().zip(part.segment.entries(&of_part)?) {
                found.entry(entry.event.record()).or_default().push(((at, *row), entry));
            }
        }
        Ok(found)
    }
}

/// Rows of the amendments, direct or not, of chosen events of one record that are not chosen themselves.
fn unchosen_amendments(of_record: Vec<(PartRow, Entry)>, chosen: &[Bitmap]) -> Vec<PartRow> {
    let mut rows: BTreeMap<Position, Vec<(Place, PartRow)>> = BTreeMap::new();
    for (row, entry) in &of_record {
        rows.entry(entry.position()).or_default().push((entry.place.clone(), *row));
    }
    let timeline = Timeline::new(of_record.into_iter().map(|(_, entry)| entry).collect());
    let row_of = |index: usize| {
        let entry = &timeline.entries()[index];
        let at = rows.get(&entry.position())?;
        at.iter().find(|(place, _)| *place == entry.place).map(|(_, row)| *row)
    };
    let is_chosen = |(part, row): PartRow| chosen[part].get(row as usize);
    let mut next: Vec<usize> = (0..timeline.entries().len())
        .filter(|index| row_of(*index).is_some_and(is_chosen))
        .collect();
    let mut found = BTreeSet::new();
    while let Some(index) = next.pop() {
        for &amendment in timeline.about(index) {
            if let Some(row) = row_of(amendment).filter(|row| !is_chosen(*row))
                && found.insert(row)
            {
                next.push(amendment);
            }
        }
    }
    found.into_iter().collect()
}

/// Adds rows by time to those that are selected of a segment with `len` rows.
fn add(rows: &[Row], len: usize, selected: &mut Selected) {
    let range = selected.rows.clone();
    let bits = selected.bits.get_or_insert_with(|| Bitmap::within(len, range));
    for row in rows.iter().map(|row| *row as usize) {
        bits.set(row, true);
        let within = &selected.rows;
        selected.rows = if within.is_empty() {
            row..row + 1
        } else {
            within.start.min(row)..within.end.max(row + 1)
        };
    }
}
