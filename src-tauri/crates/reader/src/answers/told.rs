//! What the columns of a segment tell of a test: which rows pass, which do not, which are undecided, and
//! which have to be looked at one by one.

use std::io;
use std::ops::Range;

use polars::prelude::{Column as PolarsColumn, DataFrame, Expr, IntoLazy};

use super::delta::{exact_limit, of_keys};
use super::plan::{Data, Plan};
use super::select::to_bitmap;
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::segment::value_codes::{MISSING, RARE};
use crate::catalog::segment::{Segment, UNKNOWN};

/// What is told of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Yes,
    No,
    /// A number, a date or a time of recording is missing.
    Missing,
    /// The row has to be looked at.
    Unknown,
}

/// What is told of some rows by time, one bit a row. Of the rest the test fails.
#[derive(Debug)]
pub(super) struct Told {
    /// Rows that pass.
    pub yes: Bitmap,
    /// Rows that have to be looked at.
    pub unknown: Bitmap,
    /// Rows that are undecided.
    pub missing: Bitmap,
}

impl Plan<'_> {
    /// What is told of a range of rows by time.
    ///
    /// # Errors
    /// Fails if a column cannot be read.
    pub fn tell(&self, segment: &Segment, rows: &Range<usize>) -> Result<Told, Error> {
        match self {
            Self::Expressions(data, expressions) => evaluate(segment, data, expressions, rows),
            // One look-up or a few steps of arithmetic a row, of which Polars would make one pass over
            // memory each: see `cargo xtask bench reader`.
            Self::Codes { column, missing, frequent } => {
                let Some(codes) = segment.text_codes(*column, rows.clone())? else {
                    return Ok(of_rows(rows.len(), (0..rows.len()).map(|_| *missing)));
                };
                let verdict = |code: &u32| match *code {
                    MISSING => *missing,
                    RARE.. => Verdict::Unknown,
                    place => frequent.get(place as usize - 1).copied().unwrap_or(Verdict::Unknown),
                };
                Ok(of_rows(rows.len(), codes.iter().map(verdict)))
            }
            Self::Delta { comparison, by, percent } => {
                let (old, new) =
                    (segment.order_keys(0, rows.clone())?, segment.order_keys(1, rows.clone())?);
                let limit = exact_limit(by);
                let verdict =
                    |(old, new): (&u32, &u32)| of_keys(*old, *new, *comparison, limit, *percent);
                Ok(of_rows(rows.len(), old.iter().zip(&new).map(verdict)))
            }
            Self::Lag { comparison, limit } => {
                let Some(recorded_at) = segment.recorded_at(rows.clone())? else {
                    return Ok(of_rows(rows.len(), (0..rows.len()).map(|_| Verdict::Missing)));
                };
                let times = segment.times(rows.clone())?;
                let limit = limit.millis.saturating_mul(1_000_000);
                // The longest difference is longer than any limit. Polars would wrap it.
                let verdict = |(recorded_at, time): (&i64, &i64)| match *recorded_at {
                    UNKNOWN => Verdict::Missing,
                    nanos => of_bool(comparison.holds(nanos.saturating_sub(*time).cmp(&limit))),
                };
                Ok(of_rows(rows.len(), recorded_at.iter().zip(&times).map(verdict)))
            }
            Self::LookAtAll => Ok(of_rows(rows.len(), (0..rows.len()).map(|_| Verdict::Unknown))),
        }
    }
}

pub(super) fn of_bool(passes: bool) -> Verdict {
    if passes { Verdict::Yes } else { Verdict::No }
}

fn of_rows(len: usize, verdicts: impl Iterator<Item = Verdict>) -> Told {
    let [mut yes, mut unknown, mut missing] = [0; 3].map(|_| Bitmap::none(len));
    for (row, verdict) in verdicts.enumerate() {
        match verdict {
            Verdict::No => {}
            Verdict::Yes => yes.set(row, true),
            Verdict::Unknown => unknown.set(row, true),
            Verdict::Missing => missing.set(row, true),
        }
    }
    Told { yes, unknown, missing }
}

/// Evaluates expressions by Polars.
fn evaluate(
    segment: &Segment,
    data: &[Data],
    expressions: &[Option<Expr>; 3],
    rows: &Range<usize>,
) -> Result<Told, Error> {
    let columns = data.iter().map(|data| Ok(PolarsColumn::from(data.read(segment, rows)?)));
    let columns = columns.collect::<io::Result<Vec<_>>>()?;
    let names = ["yes", "unknown", "missing"];
    let named = expressions.iter().zip(names);
    let selected: Vec<Expr> =
        named.filter_map(|(expr, name)| Some(expr.clone()?.alias(name))).collect();
    let found = DataFrame::new(rows.len(), columns)?.lazy().select(selected).collect()?;
    let mut bitmaps = Vec::with_capacity(names.len());
    for (expression, name) in expressions.iter().zip(names) {
        bitmaps.push(match expression {
            Some(_) => to_bitmap(rows.len(), found.column(name)?.bool()?),
            None => Bitmap::none(rows.len()),
        });
    }
    let mut bitmaps = bitmaps.into_iter();
    let mut next = || bitmaps.next().unwrap_or_default();
    Ok(Told { yes: next(), unknown: next(), missing: next() })
}
