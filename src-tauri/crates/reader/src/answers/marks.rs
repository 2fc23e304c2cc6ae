//! Marks: which events amendments correct, void or remark on now.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;

use event::{Entry, Mark, Timeline};
use query::CancellationToken;

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
        let mut found = Vec::new();
        for hash in hashes {
            check(token)?;
            for (at, part) in parts.iter().enumerate() {
                let rows = part.rows_with_id_hash(hash)?;
                found.extend(rows.iter().map(|row| (at, *row)).zip(part.segment.entries(&rows)?));
            }
        }
        let entries: Vec<&Entry> = found.iter().map(|(_, entry)| entry).collect();
        let marks = snapshot.marks_of(&entries)?;
        let mut marked = vec![HashMap::new(); parts.len()];
        for (((at, row), _), marks) in found.iter().zip(marks) {
            if !marks.is_empty() {
                marked[*at].insert(*row, marks);
            }
        }
        Ok(Self(marked))
    }

    /// Whether a row by record of a part has a mark.
    pub fn has(&self, part: usize, row: Row, mark: Mark) -> bool {
        self.0.get(part).and_then(|of| of.get(&row)).is_some_and(|marks| marks.contains(&mark))
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
        let entries: Vec<&mut Entry> = entries.map(AnsweredEntry::entry).collect();
        let marks = self.marks_of(&entries.iter().map(|entry| &**entry).collect::<Vec<_>>())?;
        for (entry, marks) in entries.into_iter().zip(marks) {
            entry.marks = marks;
        }
        Ok(())
    }

    /// The marks of entries: those that each has in the timeline of its record, of which only the
    /// amendments of it, theirs, and what shares an id with one of these are looked at. A chain of
    /// amendments is looked at once, however many of its entries are asked about.
    fn marks_of(&self, of: &[&Entry]) -> io::Result<Vec<BTreeSet<Mark>>> {
        let mut ids = Vec::new();
        for entry in of {
            let id = &entry.event.event_id;
            if !self.amendments_about(id)?.is_empty() {
                ids.push(id.clone());
            }
        }
        let (mut seen, mut of_records) = (HashSet::new(), HashMap::<_, Vec<Entry>>::new());
        while let Some(id) = ids.pop() {
            if seen.insert(id.clone()) {
                ids.extend(self.amendments_about(&id)?);
                for entry in self.entries_with_id(&id)? {
                    of_records.entry(entry.event.record()).or_default().push(entry);
                }
            }
        }
        let mut found = BTreeMap::new();
        for (record, entries) in of_records {
            for entry in Timeline::new(entries).entries() {
                // Different events may have one number, and with it one position.
                let at: &mut Vec<_> = found.entry((record.clone(), entry.position())).or_default();
                at.push((entry.place.clone(), entry.marks.clone()));
            }
        }
        let marks = |entry: &&Entry| {
            let at = found.get(&(entry.event.record(), entry.position()));
            let same = at.into_iter().flatten().find(|(place, _)| *place == entry.place);
            same.map(|(_, marks)| marks.clone()).unwrap_or_default()
        };
        Ok(of.iter().map(marks).collect())
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
