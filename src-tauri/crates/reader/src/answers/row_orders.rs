//! The two orders of the rows of a segment: which row by record a row by time is, and back.

use std::io;
use std::ops::Range;

use super::select::Selected;
use crate::bitmap::Bitmap;
use crate::catalog::segment::{Row, Segment, row};

/// Rows that are looked at at once.
const CHUNK_ROWS: usize = 1 << 16;

/// Selected rows of a segment as a bitmap over its rows by record.
pub(super) fn selected_by_record(segment: &Segment, selected: &Selected) -> io::Result<Bitmap> {
    let mut bits = Bitmap::none(segment.len());
    for rows in chunks(selected.rows.clone()) {
        let by_record = segment.rows_by_record(rows.clone())?;
        selected.for_each_in(rows.clone(), |by_time| {
            if let Some(row) = by_record.get(by_time - rows.start) {
                bits.set(*row as usize, true);
            }
        });
    }
    Ok(bits)
}

/// The rows by time, ascending, of those rows by record that are set in a bitmap.
pub(super) fn by_time(segment: &Segment, by_record: &Bitmap) -> io::Result<Vec<Row>> {
    let mut found = Vec::new();
    for rows in chunks(0..segment.len()) {
        let of_chunk = segment.rows_by_record(rows.clone())?;
        let both = rows.zip(of_chunk);
        let set = both.filter(|(_, by_record_row)| by_record.get(*by_record_row as usize));
        found.extend(set.map(|(by_time, _)| row(by_time)));
    }
    Ok(found)
}

fn chunks(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = rows.end;
    rows.step_by(CHUNK_ROWS).map(move |start| start..end.min(start + CHUNK_ROWS))
}
