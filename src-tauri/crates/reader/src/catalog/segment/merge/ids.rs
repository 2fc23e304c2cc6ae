//! K-way merge of the id indexes of several segments.

use std::io;
use std::sync::Arc;

use super::CHUNK_ROWS;
use crate::catalog::segment::{Row, Segment, index, row_of_id_entry};
use crate::k_way_merge::{self, MergeCursor};

/// Entries of the id index of the new segment, ascending.
pub(super) struct MergedIds<'a>(Vec<IdCursor<'a>>);

impl<'a> MergedIds<'a> {
    /// Of segments, each with the new row of each of its rows by record: see [`super::Merge`].
    pub fn new(segments: &'a [Arc<Segment>], new_rows: &'a [Vec<Row>]) -> Self {
        let cursor = |(segment, new_rows): (&'a Arc<Segment>, &'a Vec<Row>)| IdCursor {
            segment,
            new_rows,
            start: 0,
            ids: Vec::new().into_iter(),
            next: None,
        };
        Self(segments.iter().zip(new_rows).map(cursor).collect())
    }
}

impl Iterator for MergedIds<'_> {
    type Item = io::Result<u64>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = k_way_merge::first(&mut self.0).transpose()?;
        first.map(|first| self.0[first].next.take()).transpose()
    }
}

/// Cursor over the id index of a segment. Entries are ordered by hash, then row: merging keeps the
/// order of a segment's rows by record, and so that of its entries.
struct IdCursor<'a> {
    segment: &'a Segment,
    new_rows: &'a [Row],
    /// The first entry that is not read yet.
    start: usize,
    ids: std::vec::IntoIter<u64>,
    /// The entry at which the cursor stands, with the new row.
    next: Option<u64>,
}

impl MergeCursor for IdCursor<'_> {
    fn has_item(&mut self) -> io::Result<bool> {
        while self.next.is_none() {
            let Some(id) = self.ids.next() else {
                let end = (self.start + CHUNK_ROWS).min(self.segment.len());
                if self.start == end {
                    return Ok(false);
                }
                self.ids = self.segment.ids(self.start..end)?.into_iter();
                self.start = end;
                continue;
            };
            let row = self.new_rows[index(row_of_id_entry(id))];
            let with_row = id & !u64::from(Row::MAX) | u64::from(row);
            self.next = Some(with_row).filter(|_| row != Row::MAX);
        }
        Ok(true)
    }

    fn is_before(&mut self, other: &mut Self) -> io::Result<bool> {
        Ok(self.next < other.next)
    }
}
