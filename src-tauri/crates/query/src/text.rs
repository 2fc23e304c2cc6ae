//! Text form of a query, which people type, save and copy.
//!
//! - `lexer`: splits a text into terms, each a name, an operator and values.
//! - `parser`: turns these terms into conditions.
//! - `predicates`: the terms that state predicates, such as `new>=50000`, read and written.
//! - `printer`: writes a query as text again.
//! - `condition`: the conditions, and the filters that they are.
//! - `time`, `zone`: the times of a text, and the time zone by which they begin and end.
//! - `span`: spans of time, as people type them beside a text.
//! - `window`: settings that only a window has, such as the list that it shows.
//! - `window_query`: everything that a window shows, as one value with a text form.
//! - `saved`: the earlier, URL-like form of saved views, which is still read.
//! - `error`: errors, with their position in the text.

mod condition;
mod error;
mod lexer;
mod parser;
mod predicates;
mod printer;
mod saved;
mod span;
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
pub use span::{TimeSpan, TimeSpanError};
pub use time::TimeText;
pub use window::{CompareEnd, Pane, WindowSetting, WindowView};
pub use window_query::{CompareSide, CompareSides, WindowQuery, WindowQueryError};
pub use zone::Zone;

use crate::{Filters, FiltersConflict, Predicate};

/// Query in text form: terms with blanks between them, all of which hold.
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
/// | `corrected=yes` | that a correction is about, and likewise `voided` and `noted`, or `no` |
/// | `old=screening`, `new!=placed` | with this old value, or without this new one |
/// | `new~plumber`, `new~/plumb(er\|ing)/` | with this text in the new value, or what a regular expression matches |
/// | `reason^typo` | whose reason begins so |
/// | `change=screening→placed` | that change the one to the other; `->` is read too |
/// | `change=→placed` | from no value |
/// | `new>=50000`, `old<2024-06-01` | whose value is a number or a date within this limit |
/// | `new.salary>60000` | with this in a member of a value that is a JSON object |
/// | `delta>10%`, `delta<-5000` | whose new value is so much more or less than the old |
/// | `lag>1d` | recorded more than a day after their timestamp |
/// | `recorded>=2024-03` | recorded from this time on |
/// | `hour=22..6`, `weekday=sat,sun` | at these hours, on these days |
/// | `-actor=Sarah` | a term that is switched off: printed again, and without effect |
///
/// - The columns are `type`, `id`, `field`, `action`, `actor`, `source`, `workspace`, `event` (its id),
///   `old`, `new`, `reason`, `batch` and `writer`. Each takes `=`, `!=`, `~` and `!~` (contains, in any
///   case, or matches `/…/`) and `^` (begins with, in any case); `old` and `new` take `<`, `<=`, `>` and
///   `>=` too. See [`Predicate`].
/// - `new~""` is true of every new value that there is, `new!~""` of a missing one.
/// - A text behind `~` that begins with `/` and is no regular expression is written `\/…`.
/// - `zone=Europe/Berlin` or `zone=+02:00` is the time zone of every time in the text; the default
///   is UTC. `as=recorded` and `as=corrected` are the reading of records. `known=2025-03-03`
///   ignores corrections recorded after that day.
/// - A time is RFC 3339, a date with a time of day, a date, a month, a year, `today`, `yesterday`
///   or, for the day seven days ago, `-7d`: see [`TimeText`]. Days, months and years stand for
///   their first instant, also behind `until`: `since=2024-03 until=2024-04` is the month of March.
///   Behind `known`, `at`, `from` and `to` they stand for their last instant.
/// - Settings of a window are `view=records` (or events, deleted, corrections, chains, record),
///   `record~CAND-00` in lists of records, `groups=off`, the clock `at=2024-03-03` and, in a record,
///   `pane=fields` (or timeline, compare), with the two sides `from`, `from-as`, `to` and `to-as`
///   of a comparison. [`WindowQuery`] refuses those that do not go together.
/// - Quotes enclose blanks and signs: `actor="Sarah | Tom"`, with the escapes `\"`, `\\`, `\n`,
///   `\r` and `\t`; `""` is the empty value. A value that begins with `!` is quoted or written
///   `\!`.
/// - Several terms of one column narrow each other. Terms that no event can match, such as
///   `actor=Sarah actor=Tom`, are refused, and so is a setting that is given twice.
///
/// Parsing and printing are inverse: the text that [`Display`](std::fmt::Display) writes is parsed
/// as an equal query.
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
    /// Filters without the times, which depend on the zone and on the present time.
    filters: Filters,
    since: Option<TimeText>,
    until: Option<TimeText>,
    zone: Option<Zone>,
    reading: Option<Reading>,
    known: Option<TimeText>,
    window: Vec<WindowSetting>,
}

impl QueryText {
    /// Parses a text. An empty text selects every event.
    ///
    /// # Errors
    ///
    /// Fails if the text does not follow the rules, or two of its terms cannot both hold.
    pub fn parse(text: &str) -> Result<Self, QueryTextError> {
        parser::parse(text)
    }

    /// Builds a query from terms, in their order.
    ///
    /// # Errors
    ///
    /// Fails with the first term that has no value, or that cannot hold together with those before
    /// it.
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

    /// Terms in the order of the text.
    pub fn terms(&self) -> &[TextTerm] {
        &self.terms
    }

    /// Filters that select the events. `now` is the present time, from which `today` and other
    /// relative times are computed.
    pub fn filters(&self, now: DateTime<Utc>) -> Filters {
        let start = |time: TimeText| time.start(self.zone(), now);
        let predicates = self.filters.predicates.iter();
        let predicates: Vec<_> =
            predicates.map(|predicate| predicate.absolute(self.zone(), now)).collect();
        let depends = predicates.iter().any(Predicate::depends_on_zone);
        Filters {
            since: self.since.map(start),
            until: self.until.map(start),
            zone: if depends { self.zone() } else { Zone::default() },
            predicates,
            ..self.filters.clone()
        }
    }

    /// Time zone of the text; UTC if it names none.
    pub fn zone(&self) -> Zone {
        self.zone.unwrap_or_default()
    }

    /// Time zone that the text names; `None` if it names none.
    pub fn named_zone(&self) -> Option<Zone> {
        self.zone
    }

    /// Text of the query without its time zone, for where that is written beside it.
    pub fn without_zone(&self) -> String {
        let is_zone = |term: &&TextTerm| matches!(term.condition, Condition::Zone(_));
        let terms = self.terms.iter().filter(|term| !is_zone(term));
        terms.map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// The query in a time zone, unless its text names one.
    #[must_use]
    pub fn or_in(mut self, zone: Zone) -> Self {
        self.zone.get_or_insert(zone);
        self
    }

    /// Reading of records; `None` if the text names none.
    pub fn reading(&self) -> Option<Reading> {
        self.reading
    }

    /// Last instant whose corrections count, inclusive; `None` if all count. `now` is the present
    /// time.
    pub fn known(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.known.map(|time| time.last(self.zone(), now))
    }

    /// Settings that only a window has, in the order of the text.
    pub fn window(&self) -> &[WindowSetting] {
        &self.window
    }

    /// Adds a condition to those before it.
    fn narrow(&mut self, condition: &Condition) -> Result<(), FiltersConflict> {
        match condition {
            Condition::Since(time) => once(&mut self.since, *time, "since"),
            Condition::Until(time) => once(&mut self.until, *time, "until"),
            Condition::Zone(zone) => once(&mut self.zone, *zone, "zone"),
            Condition::As(reading) => once(&mut self.reading, *reading, "as"),
            Condition::Known(time) => once(&mut self.known, *time, "known"),
            Condition::Window(setting) => {
                if self.window.iter().any(|other| other.name() == setting.name()) {
                    return Err(FiltersConflict::Twice(setting.name()));
                }
                self.window.push(setting.clone());
                Ok(())
            }
            Condition::Values { .. }
            | Condition::Contains(_)
            | Condition::Like(_)
            | Condition::NoOpsHidden
            | Condition::Predicate(_)
            | Condition::Marked(..) => {
                self.filters = mem::take(&mut self.filters).and(condition.filters())?;
                Ok(())
            }
        }
    }
}

/// Sets a setting, which must not be set yet.
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

/// Text form of filters. Each value of a column is written once, the included ones first, and the zone
/// only if a predicate depends on it.
impl From<Filters> for QueryText {
    fn from(filters: Filters) -> Self {
        let zone = filters.zone_of_predicates();
        let conditions = Condition::of(&filters).into_iter().chain(zone.map(Condition::Zone));
        let since = filters.since.map(TimeText::from);
        let until = filters.until.map(TimeText::from);
        let terms = conditions.map(TextTerm::from).collect();
        // The zone is that of the text, and comes from there.
        let filters =
            Filters { since: None, until: None, zone: Zone::default(), ..filters.normalized() };
        Self { terms, filters, since, until, zone, ..Self::default() }
    }
}
