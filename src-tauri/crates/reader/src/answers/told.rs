//! What the columns of a segment tell of a test: which rows pass, which do not, which are undecided, and
//! which have to be looked at one by one.

use std::cmp::Ordering;
use std::io;
use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use event::{Column, Decimal};
use polars::prelude::{
    Column as PolarsColumn, DataFrame, Expr, IntoLazy, NamedFromOwned, Series, col, lit,
};
use query::{ComparisonOperator, Lag, Step, Subject, TimeText, Zone};
use rayon::prelude::*;

use super::row_test::{CompiledPattern, RowTest};
use super::select::to_bitmap;
use crate::Error;
use crate::bitmap::Bitmap;
use crate::catalog::segment::order_key::{
    INSTANTS, NULL, NUMBERS, OTHER, WALLS, exact_number, instant_key, is_exact, number_key,
    wall_key,
};
use crate::catalog::segment::value_codes::{MISSING, RARE, rare_code};
use crate::catalog::segment::{CODED, Segment, UNKNOWN};

/// Most texts that one expression compares a column with.
const MOST_COMPARED: usize = 64;

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

/// How a test is told from the columns of one segment.
#[derive(Debug)]
pub(super) enum Plan<'a> {
    /// By expressions over columns, for each bit of [`Told`].
    Expressions(Vec<Data>, [Option<Expr>; 3]),
    /// By the code of a column: of a missing text, and of each frequent one. A rare one is looked at.
    Codes { column: usize, missing: Verdict, frequent: Vec<Verdict> },
    /// By the order keys of both values.
    Delta { comparison: ComparisonOperator, by: &'a str, percent: bool },
    /// By the times of the event and of its recording.
    Lag { comparison: ComparisonOperator, limit: Lag },
    /// Not at all.
    LookAtAll,
}

/// Columns of a segment that expressions are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Data {
    Codes(usize),
    OrderKeys(usize),
    RecordedAt,
}

impl Data {
    fn name(self) -> &'static str {
        match self {
            Self::Codes(column) => CODED[column].name(),
            Self::OrderKeys(0) => "old_key",
            Self::OrderKeys(_) => "new_key",
            Self::RecordedAt => Column::RecordedAt.name(),
        }
    }

    fn read(self, segment: &Segment, rows: &Range<usize>) -> io::Result<Series> {
        let name = self.name().into();
        let rows = rows.clone();
        Ok(match self {
            Self::Codes(column) => {
                let codes = segment.text_codes(column, rows.clone())?;
                Series::from_vec(name, codes.unwrap_or_else(|| vec![MISSING; rows.len()]))
            }
            Self::OrderKeys(side) => Series::from_vec(name, segment.order_keys(side, rows)?),
            Self::RecordedAt => {
                let times = segment.recorded_at(rows.clone())?;
                Series::from_vec(name, times.unwrap_or_else(|| vec![UNKNOWN; rows.len()]))
            }
        })
    }
}

impl<'a> Plan<'a> {
    /// The plan of a test for a segment.
    ///
    /// # Errors
    /// Fails if a dictionary cannot be read.
    pub fn of(test: &'a RowTest, segment: &Segment) -> io::Result<Self> {
        if let Some(of) = test.subject() {
            let Some(column) = CODED.iter().position(|column| *column == of.column) else {
                return Ok(Self::LookAtAll);
            };
            return match test {
                RowTest::Text { of: Subject { member: None, .. }, patterns, exclude } => {
                    let equal = patterns.iter().map(|pattern| match pattern {
                        CompiledPattern::Equals(text) => Some(text.as_str()),
                        _ => None,
                    });
                    match equal.collect::<Option<Vec<&str>>>() {
                        Some(texts) if texts.len() <= MOST_COMPARED => {
                            equals(&texts, *exclude, column, segment)
                        }
                        _ => table(test, column, segment),
                    }
                }
                RowTest::Number { of: Subject { member: None, .. }, comparison, limit } => {
                    Ok(Decimal::parse(limit)
                        .map_or(Self::LookAtAll, |limit| number(column, *comparison, limit)))
                }
                RowTest::Date { of: Subject { member: None, .. }, comparison, limit, zone } => {
                    Ok(date(column, *comparison, *limit, *zone))
                }
                _ => table(test, column, segment),
            };
        }
        Ok(match test {
            RowTest::Change { steps, exclude } if steps.len() <= MOST_COMPARED => {
                change(steps, *exclude, segment)?
            }
            RowTest::Delta { comparison, by, percent } => {
                Self::Delta { comparison: *comparison, by, percent: *percent }
            }
            RowTest::Lag { comparison, limit } => {
                Self::Lag { comparison: *comparison, limit: *limit }
            }
            RowTest::RecordedAt { comparison, limit, zone } => {
                recorded_at(*comparison, *limit, *zone)
            }
            _ => Self::LookAtAll,
        })
    }

    /// What is told of a range of rows by time.
    ///
    /// # Errors
    /// Fails if a column cannot be read.
    pub fn tell(&self, segment: &Segment, rows: &Range<usize>) -> Result<Told, Error> {
        match self {
            Self::Expressions(data, expressions) => {
                evaluate(segment, data, expressions.clone(), rows)
            }
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
                    |(old, new): (&u32, &u32)| of_delta(*old, *new, *comparison, limit, *percent);
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

fn of_bool(passes: bool) -> Verdict {
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
    expressions: [Option<Expr>; 3],
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

/// The codes that a text has in a segment: the certain one, if it is frequent, and the uncertain one.
fn codes_of(text: &str, column: usize, segment: &Segment) -> io::Result<(Option<u32>, u32)> {
    let frequent = segment.frequent_texts_of(column)?;
    let place = frequent.par_iter().position_any(|known| **known == *text);
    let place = place.and_then(|at| u32::try_from(at + 1).ok());
    Ok((place, rare_code(text)))
}

fn equals<'a>(
    texts: &[&str],
    exclude: bool,
    column: usize,
    segment: &Segment,
) -> io::Result<Plan<'a>> {
    let data = Data::Codes(column);
    let is = |code: u32| col(data.name()).eq(lit(code));
    let (mut certain, mut uncertain) = (None, None);
    for text in texts {
        let (place, rare) = codes_of(text, column, segment)?;
        certain = place.map(is).into_iter().chain(certain).reduce(Expr::or);
        uncertain = [is(rare)].into_iter().chain(uncertain).reduce(Expr::or);
    }
    let yes = if exclude {
        let any = [certain, uncertain.clone()].into_iter().flatten().reduce(Expr::or);
        any.map(Expr::not)
    } else {
        certain
    };
    Ok(Plan::Expressions(vec![data], [yes, uncertain, None]))
}

fn change<'a>(steps: &[Step], exclude: bool, segment: &Segment) -> io::Result<Plan<'a>> {
    let data = [0, 1].map(Data::Codes);
    let side = |column: usize, text: Option<&str>| -> io::Result<[Option<Expr>; 2]> {
        let is = |code: u32| col(data[column].name()).eq(lit(code));
        match text {
            None => Ok([Some(is(MISSING)), None]),
            Some(text) => {
                let (place, rare) = codes_of(text, column, segment)?;
                Ok([place.map(is), Some(is(rare))])
            }
        }
    };
    let both = |one: Option<Expr>, other: Option<Expr>| one.zip(other).map(|(a, b)| a.and(b));
    let any = |some: Vec<Option<Expr>>| some.into_iter().flatten().reduce(Expr::or);
    let (mut certain, mut uncertain) = (Vec::new(), Vec::new());
    for step in steps {
        let [from, from_rare] = side(0, step.from.as_deref())?;
        let [to, to_rare] = side(1, step.to.as_deref())?;
        certain.push(both(from.clone(), to.clone()));
        uncertain.push(both(from, to_rare.clone()));
        uncertain.push(both(from_rare.clone(), any(vec![to, to_rare])));
    }
    let (certain, uncertain) = (any(certain), any(uncertain));
    let either = any(vec![certain.clone(), uncertain.clone()]);
    let yes = if exclude { either.map(Expr::not) } else { certain };
    Ok(Plan::Expressions(data.to_vec(), [yes, uncertain, None]))
}

/// A table of what is told of each frequent text.
fn table<'a>(test: &RowTest, column: usize, segment: &Segment) -> io::Result<Plan<'a>> {
    let verdict = |text: Option<&str>| test.decide_text(text).map_or(Verdict::Missing, of_bool);
    let frequent = segment.frequent_texts_of(column)?.par_iter().map(|text| verdict(Some(text)));
    Ok(Plan::Codes { column, missing: verdict(None), frequent: frequent.collect() })
}

fn key_within(data: Data, keys: &Range<u32>) -> Expr {
    let key = || col(data.name());
    key().gt_eq(lit(keys.start)).and(key().lt(lit(keys.end)))
}

/// Whether the keys of a region are before a limit, or from it on: certainly, and perhaps.
fn beside(data: Data, region: &Range<u32>, limit: u32, before: bool) -> (Expr, Option<Expr>) {
    let key = || col(data.name());
    let certain = match (before, is_exact(limit)) {
        (true, _) => key().gt_eq(lit(region.start)).and(key().lt(lit(limit))),
        (false, true) => key().gt_eq(lit(limit)).and(key().lt(lit(region.end))),
        (false, false) => key().gt(lit(limit)).and(key().lt(lit(region.end))),
    };
    (certain, (!is_exact(limit)).then(|| key().eq(lit(limit))))
}

fn number<'a>(column: usize, comparison: ComparisonOperator, limit: Decimal<'_>) -> Plan<'a> {
    let (data, limit) = (Data::OrderKeys(column), number_key(limit));
    let key = || col(data.name());
    let is_number = || key().gt_eq(lit(NUMBERS));
    let yes = match comparison {
        ComparisonOperator::Less => is_number().and(key().lt(lit(limit))),
        ComparisonOperator::LessOrEqual if is_exact(limit) => {
            is_number().and(key().lt_eq(lit(limit)))
        }
        ComparisonOperator::LessOrEqual => is_number().and(key().lt(lit(limit))),
        ComparisonOperator::GreaterOrEqual if is_exact(limit) => key().gt_eq(lit(limit)),
        ComparisonOperator::GreaterOrEqual | ComparisonOperator::Greater => key().gt(lit(limit)),
    };
    let unknown = (!is_exact(limit)).then(|| key().eq(lit(limit)));
    let missing = key().neq(lit(NULL)).and(key().lt(lit(NUMBERS)));
    Plan::Expressions(vec![data], [Some(yes), unknown, Some(missing)])
}

/// The instant beside which times lie: all before it pass, or all from it on.
fn threshold(comparison: ComparisonOperator, limit: TimeText, zone: Zone) -> (DateTime<Utc>, bool) {
    // The limit is not relative.
    let now = DateTime::UNIX_EPOCH;
    let end = || limit.last(zone, now) + TimeDelta::nanoseconds(1);
    match comparison {
        ComparisonOperator::Less => (limit.start(zone, now), true),
        ComparisonOperator::LessOrEqual => (end(), true),
        ComparisonOperator::GreaterOrEqual => (limit.start(zone, now), false),
        ComparisonOperator::Greater => (end(), false),
    }
}

fn date<'a>(
    column: usize,
    comparison: ComparisonOperator,
    limit: TimeText,
    zone: Zone,
) -> Plan<'a> {
    let data = Data::OrderKeys(column);
    let (instant, before) = threshold(comparison, limit, zone);
    let (instants, near_instant) = beside(data, &INSTANTS, instant_key(instant), before);
    let wall = zone.wall_of(instant);
    let (walls, near_wall) = if has_one_offset(zone, instant) {
        beside(data, &WALLS, wall_key(wall), before)
    } else {
        // Clocks are put forward or back within a day: what lies there is looked at.
        let day = TimeDelta::days(1);
        let (first, last) = (wall_key(wall - day), wall_key(wall + day));
        let sure = if before { WALLS.start..first } else { last + 1..WALLS.end };
        (key_within(data, &sure), Some(key_within(data, &(first..last + 1))))
    };
    let unknown = [near_instant, near_wall].into_iter().flatten().reduce(Expr::or);
    let key = || col(data.name());
    let missing = key().eq(lit(OTHER)).or(key().gt_eq(lit(NUMBERS)));
    Plan::Expressions(vec![data], [Some(instants.or(walls)), unknown, Some(missing)])
}

/// Whether a zone has one offset for more than a day before and after an instant.
fn has_one_offset(zone: Zone, instant: DateTime<Utc>) -> bool {
    let offset = |at: DateTime<Utc>| zone.wall_of(at).and_utc() - at;
    let quarters = (-120..=120).map(|quarter| instant + TimeDelta::minutes(quarter * 15));
    quarters.into_iter().all(|at| offset(at) == offset(instant))
}

fn recorded_at<'a>(comparison: ComparisonOperator, limit: TimeText, zone: Zone) -> Plan<'a> {
    let data = Data::RecordedAt;
    let (instant, before) = threshold(comparison, limit, zone);
    let nanos = instant.timestamp_nanos_opt();
    let nanos = nanos.unwrap_or(if instant.timestamp() < 0 { UNKNOWN + 1 } else { i64::MAX });
    let time = || col(data.name());
    let is_known = || time().neq(lit(UNKNOWN));
    let yes = if before {
        is_known().and(time().lt(lit(nanos)))
    } else {
        is_known().and(time().gt_eq(lit(nanos)))
    };
    Plan::Expressions(vec![data], [Some(yes), None, Some(time().eq(lit(UNKNOWN)))])
}

/// Limit of a difference as a whole number, and the power of ten that it is multiplied by; `None` if it
/// has more digits than are compared so.
fn exact_limit(by: &str) -> Option<(i128, i32)> {
    const MOST_DIGITS: usize = 15;
    let limit = Decimal::parse(by)?;
    let (whole, fraction) = (limit.whole(), limit.fraction());
    if whole.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    let digits: i128 = format!("0{whole}{fraction}").parse().ok()?;
    let power = -i32::try_from(fraction.len()).ok()?;
    Some((if limit.is_negative() { -digits } else { digits }, power))
}

/// What two order keys tell of the difference of their values.
fn of_delta(
    old: u32,
    new: u32,
    comparison: ComparisonOperator,
    limit: Option<(i128, i32)>,
    percent: bool,
) -> Verdict {
    if old == NULL || new == NULL {
        return Verdict::No;
    }
    if old < NUMBERS || new < NUMBERS {
        return Verdict::Missing;
    }
    let numbers = exact_number(old).zip(exact_number(new)).zip(limit);
    let order =
        numbers.and_then(|((old, new), limit)| order_of_difference(old, new, limit, percent));
    order.map_or(Verdict::Unknown, |order| of_bool(comparison.holds(order)))
}

/// Order of a difference with a limit; `None` if whole numbers of 128 bits do not hold it. It is that of
/// [`order_of_delta`](super::row_test::order_of_delta).
fn order_of_difference(
    old: (i128, i32),
    new: (i128, i32),
    limit: (i128, i32),
    percent: bool,
) -> Option<Ordering> {
    let scaled = |number: (i128, i32), to: i32| {
        number.0.checked_mul(10_i128.checked_pow(u32::try_from(number.1 - to).ok()?)?)
    };
    if !percent {
        let least = old.1.min(new.1).min(limit.1);
        let difference = scaled(new, least)?.checked_sub(scaled(old, least)?)?;
        return Some(difference.cmp(&scaled(limit, least)?));
    }
    let least = old.1.min(new.1);
    let (old, new) = (scaled(old, least)?, scaled(new, least)?);
    if old == 0 {
        return Some(new.cmp(&0).then(0.cmp(&limit.0)));
    }
    let difference = new.checked_sub(old)?.checked_mul(100)?;
    let hundredths = scaled((difference, -limit.1), 0)?;
    Some(hundredths.cmp(&limit.0.checked_mul(old.abs())?))
}
