//! The text form of a query, which people type, save and copy.

mod condition;
mod error;
mod lexer;
mod parser;
mod printer;
mod saved;
#[cfg(test)]
mod tests;
mod time;
mod window;
mod window_query;
mod zone;

use std::mem;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use event::Reading;

pub use condition::{Condition, TextTerm};
pub use error::{QueryTextError, TermConflict};
pub use time::TimeText;
pub use window::{CompareEnd, Pane, WindowSetting, WindowView};
pub use window_query::{CompareSide, CompareSides, WindowQuery, WindowQueryError};
pub use zone::Zone;

use crate::{Filters, FiltersConflict};

/// A query as text: terms with blanks between them, all of which hold.
///
/// | term | events |
/// |---|---|
/// | `actor=Sarah` | with this value in the column |
/// | `actor=Sarah\|Tom` | with one of these values |
/// | `actor!=Sarah\|Tom` | with none of these values |
/// | `acme` | with this text in their old or new value, in any case |
/// | `since=2024-03` | from this time on |
/// | `until=2024-04` | before this time |
/// | `noops=hidden` | but for updates that changed nothing |
/// | `-actor=Sarah` | a term that is switched off: kept, and without effect |
///
/// - The columns are `type`, `id`, `field`, `action`, `actor`, `source` and `workspace`. A column or
///   sign that the form has and no filter exists for yet is refused.
/// - `zone=Europe/Berlin` or `zone=+02:00` is the time zone of every time of the text, UTC without
///   it; `as=recorded` and `as=corrected` say how records are read; corrections recorded after
///   `known=2025-03-03`, a day that counts whole, are left aside.
/// - A time is RFC 3339, a date, a month, a year, `today`, `yesterday` or, for the day seven days
///   ago, `-7d`. All but the first stand for their first instant, also behind `until`:
///   `since=2024-03 until=2024-04` is the month of March.
/// - A window also goes by `view=records` (or events, deleted, corrections, chains, record),
///   `id~CAND-00` in lists of records, `groups=off`, the clock `at=2024-03-03` and, in a record,
///   `pane=fields` (or timeline, compare) with `from`, `from-as`, `to` and `to-as` for what it
///   compares. Which of them go together says [`WindowQuery`].
/// - Quotes hold blanks and signs: `actor="Sarah | Tom"`, with `\"`, `\\`, `\n`, `\r` and `\t` in
///   them; `""` is the empty value. A value that begins with `!` is quoted or written `\!`.
/// - A column may stand in several terms, which narrow each other. What nothing can fulfil, such as
///   `actor=Sarah actor=Tom`, is refused, as is a setting that stands twice.
///
/// Parsing and printing are inverse: what [`Display`](std::fmt::Display) writes is read as an equal
/// query.
///
/// ```
/// use query::{Column, QueryText, Term};
///
/// let text = r#"type=candidate  actor!="Tom B" acme -source=api since=2024-03 zone=Europe/Berlin"#;
/// let query = QueryText::parse(text)?;
///
/// let filters = query.filters(event::parse_time("2024-06-01T12:00:00Z")?);
/// assert_eq!(filters.of(Column::EntityType), [Term::including("candidate")]);
/// assert_eq!(filters.of(Column::Actor), [Term::excluding("Tom B")]);
/// assert!(filters.of(Column::Source).is_empty());
/// assert_eq!(filters.contains.as_deref(), Some("acme"));
/// assert_eq!(filters.since, Some(event::parse_time("2024-03-01T00:00:00+01:00")?));
/// assert_eq!(query.to_string(), text.replace("  ", " "));
///
/// let wrong = QueryText::parse("acme colour=red").unwrap_err();
/// assert_eq!((wrong.position, wrong.piece.as_str()), (5, "colour"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueryText {
    terms: Vec<TextTerm>,
    /// Without the times, which depend on the zone and on now.
    filters: Filters,
    since: Option<TimeText>,
    until: Option<TimeText>,
    zone: Option<Zone>,
    reading: Option<Reading>,
    known: Option<TimeText>,
    window: Vec<WindowSetting>,
}

impl QueryText {
    /// Reads a text; an empty one is every event.
    ///
    /// # Errors
    ///
    /// Where the text does not follow the rules, or two of its terms cannot both hold.
    pub fn parse(text: &str) -> Result<Self, QueryTextError> {
        parser::parse(text)
    }

    /// Builds a query of terms.
    ///
    /// # Errors
    ///
    /// Names the first term that has no value or cannot hold together with those before it.
    pub fn from_terms(terms: Vec<TextTerm>) -> Result<Self, TermConflict> {
        let mut query = Self::default();
        for (index, term) in terms.iter().enumerate() {
            if matches!(&term.condition, Condition::Values { values, .. } if values.is_empty()) {
                return Err(TermConflict { index, message: "a term needs a value".to_owned() });
            }
            if !term.off {
                let added = query.narrow(&term.condition);
                added.map_err(|why| TermConflict { index, message: why.to_string() })?;
            }
        }
        query.terms = terms;
        Ok(query)
    }

    /// The terms in the order of the text.
    pub fn terms(&self) -> &[TextTerm] {
        &self.terms
    }

    /// Which events. `now` is what `today` and other relative times start from.
    pub fn filters(&self, now: DateTime<Utc>) -> Filters {
        let start = |time: TimeText| time.start(self.zone(), now);
        Filters {
            since: self.since.map(start),
            until: self.until.map(start),
            ..self.filters.clone()
        }
    }

    /// The time zone of the text: UTC if it names none.
    pub fn zone(&self) -> Zone {
        self.zone.unwrap_or_default()
    }

    /// How records are read; `None` if the text does not say.
    pub fn reading(&self) -> Option<Reading> {
        self.reading
    }

    /// The last instant at which corrections that count were recorded; `None` if all count. `now`
    /// is what relative times start from.
    pub fn known(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.known.map(|time| time.last(self.zone(), now))
    }

    /// What only a window goes by, in the order of the text.
    pub fn window(&self) -> &[WindowSetting] {
        &self.window
    }

    fn narrow(&mut self, condition: &Condition) -> Result<(), FiltersConflict> {
        match condition {
            Condition::Since(time) => once(&mut self.since, *time, "since"),
            Condition::Until(time) => once(&mut self.until, *time, "until"),
            Condition::Zone(zone) => once(&mut self.zone, *zone, "zone"),
            Condition::As(reading) => once(&mut self.reading, *reading, "as"),
            Condition::Known(time) => once(&mut self.known, *time, "known"),
            Condition::Window(setting) => {
                if self.window.iter().any(|said| said.name() == setting.name()) {
                    return Err(FiltersConflict::Twice(setting.name()));
                }
                self.window.push(setting.clone());
                Ok(())
            }
            Condition::Values { .. } | Condition::Contains(_) | Condition::NoOpsHidden => {
                self.filters = mem::take(&mut self.filters).and(condition.filters())?;
                Ok(())
            }
        }
    }
}

fn once<T>(setting: &mut Option<T>, to: T, name: &'static str) -> Result<(), FiltersConflict> {
    match setting.replace(to) {
        Some(_) => Err(FiltersConflict::Twice(name)),
        None => Ok(()),
    }
}

impl FromStr for QueryText {
    type Err = QueryTextError;

    fn from_str(text: &str) -> Result<Self, QueryTextError> {
        Self::parse(text)
    }
}

/// The text of filters. Values of a column that are included come first, and each value once.
impl From<Filters> for QueryText {
    fn from(filters: Filters) -> Self {
        let conditions = Condition::of(&filters);
        let since = filters.since.map(TimeText::from);
        let until = filters.until.map(TimeText::from);
        let terms = conditions.into_iter().map(TextTerm::from).collect();
        let filters = Filters { since: None, until: None, ..filters.normalized() };
        Self { terms, filters, since, until, ..Self::default() }
    }
}
