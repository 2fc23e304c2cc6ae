//! Selection: which rows of each segment filters let through.

use std::io;
use std::ops::Range;

use polars::prelude::{BooleanChunked, Column as Series, DataFrame, IntoLazy, NamedFromOwned};
use query::{CancellationToken, Filters, Missing};
use rayon::prelude::*;

use super::marks::{Marked, RowsWithMarks};
use super::passing::retain_passing;
use super::predicate::{Compiled, compile};
use super::selections::Reporter;
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Needle, Row, Segment};
use crate::error::check;

/// Rows that are filtered at once: enough that a call of Polars costs little, few enough that their
/// columns stay in the processor's cache.
const CHUNK_ROWS: usize = 1 << 18;

/// Selected rows of one segment: those that filters let through.
#[derive(Debug, Clone)]
pub(crate) struct Selected {
    /// Range of rows by time in which all of them lie.
    pub rows: Range<usize>,
    /// Bitmap over all rows by time of the segment; `None` if every row in the range is selected.
    pub bits: Option<Bitmap>,
    /// How many rows were left out because they changed nothing.
    pub hidden_no_ops: usize,
    /// Rows by time that predicates do not decide, and every other filter lets through.
    pub undecided: Vec<(Missing, Bitmap)>,
}

impl Selected {
    /// No row at all.
    pub fn none() -> Self {
        Self { rows: 0..0, bits: None, hidden_no_ops: 0, undecided: Vec::new() }
    }

    /// How many rows are selected.
    pub fn count(&self) -> usize {
        self.bits.as_ref().map_or(self.rows.len(), Bitmap::count)
    }

    /// How many of the rows in a range are selected.
    pub fn count_in(&self, rows: Range<usize>) -> usize {
        let start = rows.start.max(self.rows.start);
        let rows = start..rows.end.min(self.rows.end).max(start);
        self.bits.as_ref().map_or(rows.len(), |bits| bits.count_in(rows))
    }

    /// Calls `f` with each selected row in a range, in their order.
    pub fn for_each_in(&self, rows: Range<usize>, f: impl FnMut(usize)) {
        let start = rows.start.max(self.rows.start);
        let rows = start..rows.end.min(self.rows.end).max(start);
        match &self.bits {
            Some(bits) => bits.iter_in(rows).for_each(f),
            None => rows.for_each(f),
        }
    }

    /// The last selected row before `end`.
    pub fn last_before(&self, end: usize) -> Option<usize> {
        match &self.bits {
            Some(bits) => bits.last_before(end),
            None => end.min(self.rows.end).checked_sub(1).filter(|at| *at >= self.rows.start),
        }
    }

    /// The first selected row from `start` on.
    pub fn first_from(&self, start: usize) -> Option<usize> {
        match &self.bits {
            Some(bits) => bits.first_from(start),
            None => Some(start.max(self.rows.start)).filter(|at| *at < self.rows.end),
        }
    }
}

/// Selects the rows of every segment that filters let through, in the order of the segments.
/// Deleted rows are never selected. `marked` is needed only for filters by marks; `reporter` is told what
/// was found where rows are looked at.
///
/// # Errors
/// [`query::Error::Cancelled`] once `token` is; [`Error::Catalog`] if a segment cannot be read.
pub(crate) fn select(
    parts: &[&VisibleSegment],
    filters: &Filters,
    marked: Option<&Marked>,
    reporter: Reporter<'_>,
    token: &CancellationToken,
) -> Result<Vec<Selected>, Error> {
    let needle = if filters.loosely { Needle::loose } else { Needle::new };
    let needle = filters.contains.as_deref().map(needle);
    select_containing(parts, filters, needle.as_ref(), marked, reporter, token)
}

/// [`select`], with a needle in place of the text of the filters.
///
/// # Errors
/// As [`select`].
pub(crate) fn select_containing(
    parts: &[&VisibleSegment],
    filters: &Filters,
    needle: Option<&Needle>,
    marked: Option<&Marked>,
    reporter: Reporter<'_>,
    token: &CancellationToken,
) -> Result<Vec<Selected>, Error> {
    let compiled: Vec<Compiled> =
        parts.iter().map(|part| compile(filters, &part.segment)).collect::<io::Result<_>>()?;
    let parts_chunks: Vec<(usize, Range<usize>)> = compiled
        .iter()
        .enumerate()
        .filter(|(_, compiled)| compiled.predicate.is_some() || !compiled.tables.is_empty())
        .flat_map(|(part, compiled)| chunks(&compiled.rows).map(move |chunk| (part, chunk)))
        .collect();
    let bitmaps: Vec<Bitmap> = parts_chunks
        .par_iter()
        .map(|(part, rows)| {
            check(token)?;
            evaluate(&parts[*part].segment, &compiled[*part], rows)
        })
        .collect::<Result<_, Error>>()?;
    let mut bitmaps = parts_chunks.into_iter().zip(bitmaps).peekable();
    let mut selected = Vec::with_capacity(parts.len());
    for (at, (part, compiled)) in parts.iter().zip(compiled).enumerate() {
        let mut bits = None;
        while let Some(((_, rows), of_chunk)) = bitmaps.next_if(|((part, _), _)| *part == at) {
            let all = bits.get_or_insert_with(|| Bitmap::none(part.segment.len()));
            all.or_at(rows.start, &of_chunk);
        }
        selected.push(Selected { rows: compiled.rows, bits, ..Selected::none() });
    }
    if let Some(needle) = needle {
        retain_containing(parts, needle, &mut selected, token)?;
    }
    if let Some(marked) = marked {
        for (at, (part, selected)) in parts.iter().zip(&mut selected).enumerate() {
            retain_marked(&part.segment, &marked.rows(at, &filters.marks), selected)?;
        }
    }
    for (part, selected) in parts.iter().zip(&mut selected) {
        remove_deleted(part, selected);
    }
    if !filters.predicates.is_empty() {
        retain_passing(parts, filters, &mut selected, reporter, token)?;
    }
    if filters.hide_no_ops {
        for (part, selected) in parts.iter().zip(&mut selected) {
            remove_no_ops(&part.segment, selected)?;
        }
    }
    Ok(selected)
}

/// A range of rows in chunks of [`CHUNK_ROWS`].
pub(crate) fn chunks(rows: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
    let rows = rows.clone();
    let starts = rows.clone().step_by(CHUNK_ROWS);
    starts.map(move |start| start..rows.end.min(start + CHUNK_ROWS))
}

/// Evaluates a predicate and the tables of codes: a bit for each row in a range of rows by time.
fn evaluate(segment: &Segment, compiled: &Compiled, rows: &Range<usize>) -> Result<Bitmap, Error> {
    let mut bits = evaluate_predicate(segment, compiled, rows)?;
    for (dimension, passes) in &compiled.tables {
        // One look-up a row, whatever the number of codes; an expression of Polars would compare each
        // row with each of them.
        let codes = segment.dimension_codes(*dimension, rows.clone())?;
        let passes = codes.iter().map(|code| passes.get(*code as usize) == Some(&true));
        bits.and(&Bitmap::of(rows.len(), passes));
    }
    Ok(bits)
}

/// Evaluates a predicate by Polars.
fn evaluate_predicate(
    segment: &Segment,
    compiled: &Compiled,
    rows: &Range<usize>,
) -> Result<Bitmap, Error> {
    let Some(predicate) = compiled.predicate.clone() else {
        return Ok(Bitmap::within(rows.len(), 0..rows.len()));
    };
    let mut columns: Vec<Series> = Vec::new();
    for column in &compiled.columns {
        let codes = match column.dimension() {
            Some(dimension) => segment.dimension_codes(dimension, rows.clone())?,
            None => segment.record_ordinals(rows.clone())?,
        };
        let name = column.name().into();
        columns.push(polars::prelude::Series::from_vec(name, codes).into());
    }
    let frame = DataFrame::new(rows.len(), columns)?;
    let found = frame.lazy().select([predicate.alias(RESULT)]).collect()?;
    Ok(to_bitmap(rows.len(), found.column(RESULT)?.bool()?))
}

/// A column of Booleans as a bitmap.
pub(super) fn to_bitmap(len: usize, found: &BooleanChunked) -> Bitmap {
    // As a rule the bits lie side by side: they are copied and not looked at one by one.
    let mut arrays = found.downcast_iter();
    if let (Some(bits), None) = (arrays.next(), arrays.next())
        && found.null_count() == 0
        && let (bytes, 0, _) = bits.values().as_slice()
    {
        return Bitmap::of_bytes(len, bytes);
    }
    Bitmap::of(len, found.iter().map(|bit| bit == Some(true)))
}

/// Name of the column that [`evaluate`] computes.
const RESULT: &str = "result";

/// Removes the rows whose old and new values do not contain a text from the selection.
fn retain_containing(
    parts: &[&VisibleSegment],
    needle: &Needle,
    selected: &mut [Selected],
    token: &CancellationToken,
) -> Result<(), Error> {
    let mut blocks = Vec::new();
    for (at, part) in parts.iter().enumerate().filter(|(at, _)| !selected[*at].rows.is_empty()) {
        blocks.extend(part.segment.candidate_blocks(needle)?.into_iter().map(|block| (at, block)));
    }
    let found: Vec<(usize, Vec<Row>)> = blocks
        .par_iter()
        .map(|(at, block)| {
            check(token)?;
            Ok((*at, parts[*at].segment.scan(*block, needle)?))
        })
        .collect::<Result<_, Error>>()?;
    let mut rows_by_record: Vec<Option<Bitmap>> = vec![None; parts.len()];
    for (at, rows) in found.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let bits = rows_by_record[at].get_or_insert_with(|| Bitmap::none(parts[at].segment.len()));
        for row in rows {
            bits.set(row as usize, true);
        }
    }
    for ((part, by_record), selected) in parts.iter().zip(rows_by_record).zip(selected) {
        let Some(by_record) = by_record else {
            (selected.rows, selected.bits) = (0..0, None);
            continue;
        };
        let containing = to_rows_by_time(&part.segment, &by_record, selected.rows.clone())?;
        match &mut selected.bits {
            Some(bits) => bits.and(&containing),
            none => *none = Some(containing),
        }
    }
    Ok(())
}

/// Removes the rows that have not the marks of filters from the selection of one segment.
fn retain_marked(
    segment: &Segment,
    with_marks: &RowsWithMarks,
    selected: &mut Selected,
) -> io::Result<()> {
    if selected.rows.is_empty() {
        return Ok(());
    }
    let range = selected.rows.clone();
    let named = || to_rows_by_time(segment, &with_marks.named(segment.len()), range.clone());
    match with_marks {
        RowsWithMarks::Only(rows) if rows.is_empty() => *selected = Selected::none(),
        RowsWithMarks::Only(_) => {
            let named = named()?;
            selected.bits_mut(segment.len()).and(&named);
        }
        RowsWithMarks::AllBut(rows) if rows.is_empty() => {}
        RowsWithMarks::AllBut(_) => {
            let named = named()?;
            let bits = selected.bits_mut(segment.len());
            named.iter_in(range.clone()).for_each(|row| bits.set(row, false));
        }
    }
    Ok(())
}

/// Maps a bitmap over rows by record to one over rows by time, as far as these are in a range.
pub(super) fn to_rows_by_time(
    segment: &Segment,
    by_record: &Bitmap,
    rows: Range<usize>,
) -> io::Result<Bitmap> {
    let mut bits = Bitmap::none(segment.len());
    for chunk in chunks(&rows) {
        let of_chunk = segment.rows_by_record(chunk.clone())?;
        for (row, row_by_record) in chunk.zip(of_chunk) {
            if by_record.get(row_by_record as usize) {
                bits.set(row, true);
            }
        }
    }
    Ok(bits)
}

/// Removes deleted rows from a selection.
fn remove_deleted(part: &VisibleSegment, selected: &mut Selected) {
    let deleted_rows = &part.deleted_rows[0];
    if deleted_rows.iter().any(|row| selected.rows.contains(&(*row as usize))) {
        let bits = selected.bits_mut(part.segment.len());
        for row in deleted_rows {
            bits.set(*row as usize, false);
        }
    }
}

/// Removes the rows that changed nothing from a selection, and counts them.
fn remove_no_ops(segment: &Segment, selected: &mut Selected) -> io::Result<()> {
    if segment.no_op_count() == 0 {
        return Ok(());
    }
    let mut undecided = std::mem::take(&mut selected.undecided);
    for (_, bits) in &mut undecided {
        let flags = segment.no_op_flags(0..segment.len())?;
        let no_ops = flags.iter().enumerate().filter(|(_, flag)| **flag != 0);
        no_ops.for_each(|(row, _)| bits.set(row, false));
    }
    selected.undecided = undecided;
    if selected.rows.is_empty() {
        return Ok(());
    }
    let before = selected.count();
    let flags = segment.no_op_flags(selected.rows.clone())?;
    let start = selected.rows.start;
    let bits = selected.bits_mut(segment.len());
    let no_ops = flags.iter().enumerate().filter(|(_, flag)| **flag != 0);
    no_ops.for_each(|(at, _)| bits.set(start + at, false));
    selected.hidden_no_ops = before - selected.count();
    Ok(())
}

impl Selected {
    /// The bitmap, which is made of the range where there is none.
    pub(super) fn bits_mut(&mut self, len: usize) -> &mut Bitmap {
        let rows = self.rows.clone();
        self.bits.get_or_insert_with(|| Bitmap::within(len, rows))
    }
}
