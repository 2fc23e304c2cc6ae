//! Values: cells read as text, as numbers and as dates.

use std::fmt::Display;

use calamine::ExcelDateTime;
use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use event::{Decimal, format_time, parse_time};
use query::Zone;

use crate::mapping::{DecimalSign, Instant, NumberForm, ValueForm};

/// Cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// Number of a sheet.
    Number(f64),
    /// Date and time of a sheet, which knows of no zone.
    Time(NaiveDateTime),
    /// What has no value: an error in a sheet, or a formula that nobody computed.
    Unreadable {
        /// The cell as people see it.
        shown: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Cell {
    /// Cell of CSV.
    pub fn of_text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// The cell as people see it.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Unreadable { shown: text, .. } => text.clone(),
            Self::Number(number) => number_text(*number),
            Self::Time(time) => time_text(*time),
        }
    }
}

/// What the common form of numbers is.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Sign before the decimals of numbers in the common form.
    pub decimal: DecimalSign,
}

/// Most digits before the point that a number of a sheet keeps: from here on some are lost.
const INEXACT: f64 = 1e15;

/// The first year that a date has: an earlier one is a year of two digits that was read as one of four.
const FIRST_YEAR: i32 = 1000;

impl Reading {
    /// Reads a cell in a form; `None` for an empty one. The error says what is wrong with it.
    pub fn value(self, cell: &Cell, form: &ValueForm) -> Result<Option<String>, String> {
        let value = match (cell, form) {
            (Cell::Empty, _) => return Ok(None),
            (Cell::Unreadable { why, .. }, _) => return Err((*why).to_owned()),
            (Cell::Number(number), _) if number.abs() >= INEXACT => {
                return Err("is a number with more digits than a sheet keeps".to_owned());
            }
            (cell, ValueForm::Text) => cell.shown(),
            (Cell::Number(number), ValueForm::Number(_)) => number_text(*number),
            (Cell::Text(text), ValueForm::Number(form)) => self.number(text, *form)?,
            (Cell::Time(_), ValueForm::Number(_)) => {
                return Err("is a date, and no number".to_owned());
            }
            (cell, ValueForm::Date { format, zone }) => Self::date(cell, format, *zone)?,
        };
        Ok(Some(value))
    }

    /// Reads a cell as the time of a change, and whether clocks show that time twice. The error says what is
    /// wrong with it.
    pub fn instant(cell: &Cell, at: &Instant) -> Result<(DateTime<Utc>, bool), String> {
        let zone = at.zone.unwrap_or_default();
        let mut is_twice = false;
        let mut on_the_wall = |wall| {
            is_twice = zone.shows_twice(wall);
            on_the_wall(wall, zone)
        };
        let instant = match (cell, &at.format) {
            (Cell::Empty, _) => return Err("is empty".to_owned()),
            (Cell::Unreadable { why, .. }, _) => return Err((*why).to_owned()),
            (Cell::Text(text), None) => parse_time(text)
                .map_err(|_| "is no time such as 2024-03-01T09:00:00Z".to_owned())?,
            (Cell::Text(text), Some(format)) => match written(text, format)? {
                Written::Instant(instant) => instant,
                Written::Day(day) => zone.start_of(day),
                Written::Wall(wall) => on_the_wall(wall)?,
            },
            (Cell::Number(_), _) => return Err(NO_DATE.to_owned()),
            (Cell::Time(wall), _) => on_the_wall(*wall)?,
        };
        // The years that a journal holds.
        let instant = parse_time(&format_time(instant))
            .map_err(|_| "lies outside the years 1677 to 2262".to_owned())?;
        Ok((instant, is_twice))
    }

    fn date(cell: &Cell, format: &str, zone: Option<Zone>) -> Result<String, String> {
        let wall = match cell {
            Cell::Text(text) => match written(text, format)? {
                Written::Instant(instant) => return Ok(format_time(instant)),
                Written::Day(day) => return Ok(day.to_string()),
                Written::Wall(wall) => wall,
            },
            Cell::Number(_) => return Err(NO_DATE.to_owned()),
            Cell::Time(wall) => *wall,
            Cell::Empty | Cell::Unreadable { .. } => return Err("is empty".to_owned()),
        };
        let is_day = wall.time() == NaiveTime::MIN && !matches!(cell, Cell::Text(_));
        Ok(match zone {
            Some(zone) if !is_day => format_time(on_the_wall(wall, zone)?),
            _ if is_day => wall.date().to_string(),
            _ => time_text(wall),
        })
    }

    /// The number that a text is, as Daybook writes numbers.
    fn number(self, text: &str, form: NumberForm) -> Result<String, String> {
        let (groups, decimal) = match form {
            NumberForm::Common => {
                let other = if self.decimal == DecimalSign::Comma { '.' } else { ',' };
                (vec![other, ' ', '\u{a0}', '\u{202f}', '\''], Some(self.decimal.sign()))
            }
            NumberForm::Example { group: Some(' '), decimal } => {
                (vec![' ', '\u{a0}', '\u{202f}'], decimal)
            }
            NumberForm::Example { group, decimal } => (group.into_iter().collect(), decimal),
        };
        let trimmed = text.trim();
        let (sign, digits) = match trimmed.strip_prefix(['-', '\u{2212}']) {
            Some(digits) => ("-", digits),
            None => ("", trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (whole, fraction) = decimal
            .and_then(|decimal| digits.rsplit_once(decimal))
            .map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
        let group = whole.chars().find(|sign| groups.contains(sign));
        let parts: Vec<&str> =
            group.map_or_else(|| vec![whole], |group| whole.split(group).collect());
        let grouped = parts.len() == 1
            || (parts[1..].iter().all(|part| part.len() == 3) && (1..=3).contains(&parts[0].len()));
        let whole = parts.concat();
        let plain = match fraction {
            Some(fraction) => format!("{sign}{whole}.{fraction}"),
            None => format!("{sign}{whole}"),
        };
        if !grouped || Decimal::parse(&plain).is_none() {
            return Err("is no number as the mapping has them".to_owned());
        }
        // Zeros in front are none of the number; zeros behind say how exact it is.
        let unsigned = plain.trim_start_matches('-').trim_start_matches('0');
        let unsigned = if unsigned.starts_with(['.']) || unsigned.is_empty() {
            format!("0{unsigned}")
        } else {
            unsigned.to_owned()
        };
        Ok(format!("{sign}{unsigned}"))
    }
}

/// Sign before the decimals that texts of numbers show, or `None` where none shows it: as in 1.234, which
/// may be either.
pub fn decimal_shown<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Option<DecimalSign>, ()> {
    let mut found = None;
    for text in texts {
        let shown = match (text.rfind('.'), text.rfind(',')) {
            (None, None) => continue,
            (Some(point), Some(comma)) if point > comma => DecimalSign::Point,
            (Some(_), Some(_)) => DecimalSign::Comma,
            (point, comma) => {
                let (sign, at) = if let Some(at) = point {
                    (DecimalSign::Point, at)
                } else {
                    (DecimalSign::Comma, comma.unwrap_or(0))
                };
                let is_group = text.matches(sign.sign()).count() > 1;
                let may_be_group = text.len() - at == 4
                    && !text[..at].trim_start_matches(['-', '+']).starts_with('0');
                match (is_group, may_be_group, sign) {
                    (true, _, DecimalSign::Point) => DecimalSign::Comma,
                    (true, _, DecimalSign::Comma) => DecimalSign::Point,
                    (false, true, _) => continue,
                    (false, false, sign) => sign,
                }
            }
        };
        match found.replace(shown) {
            Some(before) if before != shown => return Err(()),
            _ => {}
        }
    }
    Ok(found)
}

/// Why a number is no date: any number could be one.
const NO_DATE: &str = "is a number, and no date: give the column a format of dates in the sheet";

/// The instant at which clocks show a time. One that comes twice is the first of them.
fn on_the_wall(wall: NaiveDateTime, zone: Zone) -> Result<DateTime<Utc>, String> {
    let instant = zone.instant_of(wall);
    if zone.wall_of(instant) != wall {
        return Err(format!("is no time in {zone}: clocks were put forward over it"));
    }
    Ok(instant)
}

/// Whether a text is a format of dates, which says a day.
pub fn is_date_format(format: &str) -> bool {
    if StrftimeItems::new(format).any(|item| item == Item::Error) {
        return false;
    }
    let some = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    written(&some.format(format).to_string(), format).is_ok()
}

/// What a text says in a format.
enum Written {
    Instant(DateTime<Utc>),
    Wall(NaiveDateTime),
    Day(NaiveDate),
}

fn written(text: &str, format: &str) -> Result<Written, String> {
    let wrong = || format!("is no date of the form {format}");
    let mut parsed = Parsed::new();
    parse(&mut parsed, text.trim(), StrftimeItems::new(format)).map_err(|_| wrong())?;
    if parsed.offset().is_some() || parsed.timestamp().is_some() {
        let instant = match parsed.to_fixed_offset() {
            Ok(_) => parsed.to_datetime(),
            Err(_) => parsed.to_datetime_with_timezone(&Utc).map(|at| at.fixed_offset()),
        };
        return instant.map(|at| Written::Instant(at.to_utc())).map_err(|_| wrong());
    }
    let day = parsed.to_naive_date().map_err(|_| wrong())?;
    if day.year() < FIRST_YEAR {
        return Err(wrong());
    }
    Ok(match parsed.to_naive_time() {
        Ok(time) => Written::Wall(day.and_time(time)),
        Err(_) => Written::Day(day),
    })
}

/// The time of a sheet's cell; `None` if it is of no day.
pub fn excel_time(time: ExcelDateTime) -> Option<NaiveDateTime> {
    let (days, last) = (time.as_f64(), 2_958_466.0);
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?;
    let at = date.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())?;
    (1.0..last).contains(&days).then_some(at)
}

/// A duration or a time of day of a sheet, as hours, minutes and seconds.
pub fn hours_text(days: f64) -> String {
    let millis = (days * 86_400_000.0).round();
    let text = |value: f64| number_text(value.trunc());
    let (hours, rest) = (millis / 3_600_000.0, millis % 3_600_000.0);
    let (minutes, seconds) = (rest / 60_000.0, rest % 60_000.0 / 1000.0);
    format!("{}:{:0>2}:{:0>2}", text(hours), text(minutes), number_text(seconds))
}

/// A date and a time without a zone, as ISO 8601 has it.
fn time_text(time: NaiveDateTime) -> String {
    if time.time() == NaiveTime::MIN {
        return time.date().to_string();
    }
    time.format("%Y-%m-%dT%H:%M:%S%.f").to_string()
}

/// A number of a sheet with the fifteen digits that it shows at most.
fn number_text(number: f64) -> String {
    let shown = format!("{number:.14e}").parse().unwrap_or(number);
    plain(&shown)
}

fn plain(number: &impl Display) -> String {
    let text = number.to_string();
    if text == "-0" { "0".to_owned() } else { text }
}

/// Whether two values are one: no value and an empty one are, and numbers of one size where the column has
/// numbers.
pub fn is_same(one: Option<&str>, other: Option<&str>, form: &ValueForm) -> bool {
    let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
    let numbers = || Decimal::parse(one).zip(Decimal::parse(other));
    one == other
        || (matches!(form, ValueForm::Number(_))
            && numbers().is_some_and(|(one, other)| one == other))
}
