//! Which rows of each segment are meant by filters.

use std::io;
use std::ops::Range;

use polars::prelude::{Column as Series, DataFrame, IntoLazy, NamedFromOwned};
use query::{CancellationToken, Filters};
use rayon::prelude::*;

use super::predicate::{Compiled, compile};
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{Needle, Row, Segment};
use crate::error::check;

/// Rows that are looked at together: enough that asking costs little, few enough that the columns
/// stay in the processor's cache.
const STRETCH: usize = 1 << 18;

/// The rows of one segment that filters let through.
#[derive(Debug)]
pub(crate) struct Selected {
    /// By time.
    pub rows: Range<usize>,
    /// Which rows of the segment; `None` if all in the range.
    pub bits: Option<Bitmap>,
    /// How many were left out because they changed nothing.
    pub hidden_no_ops: usize,
}

impl Selected {
    pub fn none() -> Self {
        Self { rows: 0..0, bits: None, hidden_no_ops: 0 }
    }

    pub fn count(&self) -> usize {
        self.bits.as_ref().map_or(self.rows.len(), Bitmap::count)
    }

    pub fn count_in(&self, rows: Range<usize>) -> usize {
        let start = rows.start.max(self.rows.start);
        let rows = start..rows.end.min(self.rows.end).max(start);
        self.bits.as_ref().map_or(rows.len(), |bits| bits.count_in(rows))
    }

    /// The last row before `end`.
    pub fn last_before(&self, end: usize) -> Option<usize> {
        match &self.bits {
            Some(bits) => bits.last_before(end),
            None => end.min(self.rows.end).checked_sub(1).filter(|at| *at >= self.rows.start),
        }
    }

    /// The first row from `start` on.
    pub fn first_from(&self, start: usize) -> Option<usize> {
        match &self.bits {
            Some(bits) => bits.first_from(start),
            None => Some(start.max(self.rows.start)).filter(|at| *at < self.rows.end),
        }
    }
}

/// Asks every segment; the answers are in their order. It ends early, with an error, once
/// `token` is cancelled.
pub(crate) fn select(
    parts: &[&VisibleSegment],
    filters: &Filters,
    token: &CancellationToken,
) -> Result<Vec<Selected>, Error> {
    let needle = filters.contains.as_deref().map(Needle::new);
    let compiled: Vec<Compiled> =
        parts.iter().map(|part| compile(filters, &part.segment)).collect::<io::Result<_>>()?;
    let stretches: Vec<(usize, Range<usize>)> = compiled
        .iter()
        .enumerate()
        .filter(|(_, compiled)| compiled.holds.is_some())
        .flat_map(|(part, compiled)| stretches(&compiled.rows).map(move |stretch| (part, stretch)))
        .collect();
    let held: Vec<Bitmap> = stretches
        .par_iter()
        .map(|(part, rows)| {
            check(token)?;
            hold(&parts[*part].segment, &compiled[*part], rows)
        })
        .collect::<Result<_, Error>>()?;
    let mut held = stretches.into_iter().zip(held).peekable();
    let mut selected = Vec::with_capacity(parts.len());
    for (at, (part, compiled)) in parts.iter().zip(compiled).enumerate() {
        let mut bits = None;
        while let Some(((_, rows), some)) = held.next_if(|((part, _), _)| *part == at) {
            let all = bits.get_or_insert_with(|| Bitmap::none(part.segment.len()));
            all.put(rows.start, &some);
        }
        selected.push(Selected { rows: compiled.rows, bits, hidden_no_ops: 0 });
    }
    if let Some(needle) = needle {
        with_text(parts, &needle, &mut selected, token)?;
    }
    for (part, selected) in parts.iter().zip(&mut selected) {
        leave_out(part, filters.hide_no_ops, selected)?;
    }
    Ok(selected)
}

fn stretches(rows: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
    let rows = rows.clone();
    let starts = rows.clone().step_by(STRETCH);
    starts.map(move |start| start..rows.end.min(start + STRETCH))
}

/// For which of some rows the compiled expression holds.
fn hold(segment: &Segment, compiled: &Compiled, rows: &Range<usize>) -> Result<Bitmap, Error> {
    let Some(holds) = compiled.holds.clone() else {
        return Ok(Bitmap::within(rows.len(), 0..rows.len()));
    };
    let mut columns: Vec<Series> = Vec::new();
    for column in &compiled.columns {
        let codes = match column.dimension() {
            Some(dimension) => segment.codes(dimension, rows.clone())?,
            None => segment.entities(rows.clone())?,
        };
        let name = column.name().into();
        columns.push(polars::prelude::Series::from_vec(name, codes).into());
    }
    let frame = DataFrame::new(rows.len(), columns)?;
    let found = frame.lazy().select([holds.alias(HOLDS)]).collect()?;
    let found = found.column(HOLDS)?.bool()?;
    Ok(Bitmap::of(rows.len(), found.iter().map(|bit| bit == Some(true))))
}

const HOLDS: &str = "holds";

/// Leaves only rows with a text in a value.
fn with_text(
    parts: &[&VisibleSegment],
    needle: &Needle,
    selected: &mut [Selected],
    token: &CancellationToken,
) -> Result<(), Error> {
    let mut blocks = Vec::new();
    for (at, part) in parts.iter().enumerate().filter(|(at, _)| !selected[*at].rows.is_empty()) {
        blocks.extend(part.segment.blocks_with(needle)?.into_iter().map(|block| (at, block)));
    }
    let found: Vec<(usize, Vec<Row>)> = blocks
        .par_iter()
        .map(|(at, block)| {
            check(token)?;
            Ok((*at, parts[*at].segment.scan(*block, needle)?))
        })
        .collect::<Result<_, Error>>()?;
    let mut places: Vec<Option<Bitmap>> = vec![None; parts.len()];
    for (at, rows) in found.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let bits = places[at].get_or_insert_with(|| Bitmap::none(parts[at].segment.len()));
        for row in rows {
            bits.set(row as usize, true);
        }
    }
    for ((part, places), selected) in parts.iter().zip(places).zip(selected) {
        let Some(places) = places else {
            (selected.rows, selected.bits) = (0..0, None);
            continue;
        };
        let with = by_time(&part.segment, &places, selected.rows.clone())?;
        match &mut selected.bits {
            Some(bits) => bits.and(&with),
            none => *none = Some(with),
        }
    }
    Ok(())
}

/// Rows by record as rows by time, as far as they are in a range.
fn by_time(segment: &Segment, places: &Bitmap, rows: Range<usize>) -> io::Result<Bitmap> {
    let mut bits = Bitmap::none(segment.len());
    for stretch in stretches(&rows) {
        let of_stretch = segment.places(stretch.clone())?;
        for (row, place) in stretch.zip(of_stretch) {
            if places.get(place as usize) {
                bits.set(row, true);
            }
        }
    }
    Ok(bits)
}

/// Leaves out what another segment says too, and no-ops where they are not wanted.
fn leave_out(part: &VisibleSegment, no_ops: bool, selected: &mut Selected) -> io::Result<()> {
    let (segment, deleted_rows) = (&part.segment, &part.deleted_rows[0]);
    let inside = |row: &&Row| selected.rows.contains(&(**row as usize));
    if deleted_rows.iter().any(|row| inside(&row)) {
        let bits = selected.bits_mut(segment.len());
        for row in deleted_rows {
            bits.set(*row as usize, false);
        }
    }
    if no_ops && segment.no_ops() > 0 && !selected.rows.is_empty() {
        let before = selected.count();
        let flags = segment.no_op(selected.rows.clone())?;
        let start = selected.rows.start;
        let bits = selected.bits_mut(segment.len());
        let no_ops = flags.iter().enumerate().filter(|(_, flag)| **flag != 0);
        no_ops.for_each(|(at, _)| bits.set(start + at, false));
        selected.hidden_no_ops = before - selected.count();
    }
    Ok(())
}

impl Selected {
    fn bits_mut(&mut self, len: usize) -> &mut Bitmap {
        let rows = self.rows.clone();
        self.bits.get_or_insert_with(|| Bitmap::within(len, rows))
    }
}
