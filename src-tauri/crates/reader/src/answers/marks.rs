//! Marks: which events amendments correct, void or remark on now.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;

use event::{Entry, Mark, Timeline};
use query::CancellationToken;
use rayon::prelude::*;

use super::repeated_ids::AnsweredEntry;
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::segment::Row;
use crate::error::check;
use crate::snapshot::Snapshot;

/// All events that have marks: for each part of a snapshot, the marks of rows by record.
#[derive(Debug)]
pub(crate) struct Marked(Vec<HashMap<Row, BTreeSet<Mark>>>);

/// Rows by record of one part that have the marks of filters.
#[derive(Debug)]
pub(super) enum RowsWithMarks {
    /// These rows.
    Only(Vec<Row>),
    /// All rows but these.
    AllBut(Vec<Row>),
}

impl Marked {
    /// Finds all events of a snapshot that have marks: among those that amendments name.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be read.
    pub fn of(snapshot: &Snapshot, token: &CancellationToken) -> Result<Self, Error> {
        let parts = snapshot.parts();
        let mut hashes = HashSet::new();
        for part in parts {
            hashes.extend(part.segment.amendments()?.keys().copied());
        }
        let hashes: Vec<u32> = hashes.into_iter().collect();
        let with_hash = |hash: &u32| {
            check(token)?;
            let mut found = Vec::new();
            for (at, part) in parts.iter().enumerate() {
                let rows = part.rows_with_id_hash(*hash)?;
                for (row, entry) in rows.iter().zip(part.segment.entries(&rows)?) {
                    found.push((at, *row, snapshot.marks_of(&entry)?));
                }
            }
            Ok(found)
        };
        let found = hashes.par_iter().map(with_hash).collect::<Result<Vec<_>, Error>>()?;
        let mut marked = vec![HashMap::new(); parts.len()];
        for (at, row, marks) in found.into_iter().flatten().filter(|(.., marks)| !marks.is_empty())
        {
            marked[at].insert(row, marks);
        }
        Ok(Self(marked))
    }

    /// The rows of a part that have the marks that they must have, and none that they must not have.
    pub(super) fn rows(&self, part: usize, marks: &BTreeMap<Mark, bool>) -> RowsWithMarks {
        let of_part = self.0.get(part).into_iter().flatten();
        let fits = |found: &BTreeSet<Mark>| {
            marks.iter().all(|(mark, must_have)| found.contains(mark) == *must_have)
        };
        let none_fits = !fits(&BTreeSet::new());
        let rows = of_part.filter(|(_, found)| fits(found) == none_fits).map(|(row, _)| *row);
        if none_fits {
            RowsWithMarks::Only(rows.collect())
        } else {
            RowsWithMarks::AllBut(rows.collect())
        }
    }
}

impl RowsWithMarks {
    /// The rows that are named, as a bitmap over all `len` rows by record.
    pub fn named(&self, len: usize) -> Bitmap {
        let (Self::Only(rows) | Self::AllBut(rows)) = self;
        let mut bits = Bitmap::none(len);
        for row in rows {
            bits.set(*row as usize, true);
        }
        bits
    }
}

impl Snapshot {
    /// Sets the marks of entries of an answer.
    ///
    /// # Errors
    /// Fails if a segment cannot be read.
    pub(crate) fn mark_amended<'a, E: AnsweredEntry + 'a>(
        &self,
        entries: impl Iterator<Item = &'a mut E>,
    ) -> io::Result<()> {
        for entry in entries.map(AnsweredEntry::entry) {
            entry.marks = self.marks_of(entry)?;
        }
        Ok(())
    }

    /// The marks of an entry: those that it has in the timeline of its record, of which only the
    /// amendments of it, theirs, and what shares an id with one of these are looked at.
    fn marks_of(&self, entry: &Entry) -> io::Result<BTreeSet<Mark>> {
        let mut ids = self.amendments_about(&entry.event.event_id)?;
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        ids.push(entry.event.event_id.clone());
        let record = entry.event.record();
        let (mut seen, mut entries) = (HashSet::new(), Vec::new());
        while let Some(id) = ids.pop() {
            if seen.insert(id.clone()) {
                ids.extend(self.amendments_about(&id)?);
                let with_id = self.entries_with_id(&id)?.into_iter();
                entries.extend(with_id.filter(|other| other.event.is_about(&record)));
            }
        }
        let timeline = Timeline::new(entries);
        let same = |other: &&Entry| other.place == entry.place && other.event == entry.event;
        let found = timeline.entries().iter().find(same);
        Ok(found.map(|found| found.marks.clone()).unwrap_or_default())
    }

    /// Ids of the amendments that may be about the event with this id.
    fn amendments_about(&self, id: &str) -> io::Result<Vec<String>> {
        let (hash, mut ids) = (decode::id_hash(id), Vec::new());
        for part in self.parts() {
            let Some(rows) = part.segment.amendments()?.get(&hash) else { continue };
            let entries = part.segment.entries(rows)?.into_iter();
            ids.extend(entries.map(|entry| entry.event.event_id));
        }
        Ok(ids)
    }
}
