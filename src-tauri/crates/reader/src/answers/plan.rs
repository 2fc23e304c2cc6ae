//! Plans: how a test is told from the columns of one segment.

use std::io;
use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use event::{Column, Decimal};
use polars::prelude::{Expr, NamedFromOwned, Series, col, lit};
use query::{ComparisonOperator, Lag, Step, Subject, TimeText, Zone};
use rayon::prelude::*;

use super::row_test::{RowTest, texts_to_equal};
use super::told::{Verdict, of_bool};
use crate::catalog::segment::order_key::{
    INSTANTS, NULL, NUMBERS, OTHER, WALLS, instant_key, is_exact, number_key, wall_key,
};
use crate::catalog::segment::value_codes::{MISSING, rare_code};
use crate::catalog::segment::{CODED, Segment, UNKNOWN};

/// Most texts that one expression compares a column with.
const MOST_COMPARED: usize = 64;

/// How a test is told from the columns of one segment.
#[derive(Debug)]
pub(super) enum Plan<'a> {
    /// By expressions over columns, for each bit of [`Told`](super::told::Told).
    Expressions(Vec<Data>, Box<[Option<Expr>; 3]>),
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
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Codes(column) => CODED[column].name(),
            Self::OrderKeys(0) => "old_key",
            Self::OrderKeys(_) => "new_key",
            Self::RecordedAt => Column::RecordedAt.name(),
        }
    }

    pub(super) fn read(self, segment: &Segment, rows: &Range<usize>) -> io::Result<Series> {
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
                    match texts_to_equal(patterns) {
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
    Ok(Plan::Expressions(vec![data], Box::new([yes, uncertain, None])))
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
    Ok(Plan::Expressions(data.to_vec(), Box::new([yes, uncertain, None])))
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
        ComparisonOperator::LessOrEqual if is_exact(limit) => {
            is_number().and(key().lt_eq(lit(limit)))
        }
        ComparisonOperator::Less | ComparisonOperator::LessOrEqual => {
            is_number().and(key().lt(lit(limit)))
        }
        ComparisonOperator::GreaterOrEqual if is_exact(limit) => key().gt_eq(lit(limit)),
        ComparisonOperator::GreaterOrEqual | ComparisonOperator::Greater => key().gt(lit(limit)),
    };
    let unknown = (!is_exact(limit)).then(|| key().eq(lit(limit)));
    let missing = key().neq(lit(NULL)).and(key().lt(lit(NUMBERS)));
    Plan::Expressions(vec![data], Box::new([Some(yes), unknown, Some(missing)]))
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
    Plan::Expressions(vec![data], Box::new([Some(instants.or(walls)), unknown, Some(missing)]))
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
    Plan::Expressions(vec![data], Box::new([Some(yes), None, Some(time().eq(lit(UNKNOWN)))]))
}
