//! Query of a window: everything that it shows, as one value with a text form.

use chrono::{DateTime, TimeDelta, Utc};
use event::{Action, Reading, RecordId};
use serde::{Deserialize, Serialize};

use super::window::{CompareEnd, Pane, WindowSetting, WindowView};
use super::{Condition, QueryText, QueryTextError, TermConflict, TextTerm, TimeText, Zone, saved};
use crate::{Column, Filters, Pattern, Predicate, Subject, Term, instant};

/// Actions of the list of corrections.
const AMENDMENTS: [Action; 3] = [Action::Correct, Action::Void, Action::Note];

/// Query of a window: the list or the record that it shows, and how. Scroll offsets, open menus and
/// widths are no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct WindowQuery {
    /// View: a list or one record.
    pub view: WindowView,
    /// Filters of the lists of events and corrections, and with `of_events` of the lists of records.
    pub filters: Filters,
    /// Filters of these lists that are switched off: kept and shown, without effect. Each has one
    /// condition, or both ends of a span.
    pub off: Vec<Filters>,
    /// Whether the list of events shows a bulk change as one item.
    pub group: bool,
    /// Whether a list of records is of those that the events are about which the filters let through.
    pub of_events: bool,
    /// Types of the listed records and deleted records; empty for all, and with `of_events`.
    pub types: Vec<Term>,
    /// Text in the id or the name of the listed records and deleted records; empty for all.
    pub id_contains: String,
    /// Record, set exactly if `view` is `record`.
    pub record: Option<RecordId>,
    /// Pane of the record.
    pub pane: Pane,
    /// Only field whose changes the record's timeline shows; null for all.
    pub only: Option<String>,
    /// Reading of the record.
    pub reading: Reading,
    /// Sides of the record's comparison.
    pub compare: CompareSides,
    /// Clock: the instant of the view; null for now.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub at: Option<DateTime<Utc>>,
}

/// Sides of a comparison of one record with itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct CompareSides {
    /// First side.
    pub from: CompareSide,
    /// Second side.
    pub to: CompareSide,
}

/// Side of a comparison: an instant and a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct CompareSide {
    /// Instant of this side; null for the clock or, if that is not set, for now.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub at: Option<DateTime<Utc>>,
    /// Reading of this side.
    pub reading: Reading,
}

/// Error of a text that a window cannot show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowQueryError {
    /// Text that is not a query.
    #[error(transparent)]
    Text(#[from] QueryTextError),
    /// Terms that do not go together in a window; holds the message.
    #[error("{0}")]
    Terms(&'static str),
}

/// List of all events, in groups, without a clock.
impl Default for WindowQuery {
    fn default() -> Self {
        Self {
            view: WindowView::Events,
            filters: Filters::default(),
            off: Vec::new(),
            group: true,
            of_events: false,
            types: Vec::new(),
            id_contains: String::new(),
            record: None,
            pane: Pane::Timeline,
            only: None,
            reading: Reading::Corrected,
            compare: CompareSides::default(),
            at: None,
        }
    }
}

/// As recorded against as corrected, both now.
impl Default for CompareSides {
    fn default() -> Self {
        let side = |reading| CompareSide { at: None, reading };
        Self { from: side(Reading::Recorded), to: side(Reading::Corrected) }
    }
}

impl WindowQuery {
    /// Parses a text, also in the earlier form of saved views. `now` is the present time, from
    /// which relative times are computed.
    ///
    /// # Errors
    ///
    /// Fails if the text is not a query, or its terms do not go together in a window.
    pub fn parse(text: &str, now: DateTime<Utc>) -> Result<Self, WindowQueryError> {
        Self::parse_in(text, Zone::default(), now)
    }

    /// Parses a text as [`WindowQuery::parse`] does, in `zone` if it names none.
    ///
    /// # Errors
    ///
    /// As [`WindowQuery::parse`].
    pub fn parse_in(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<Self, WindowQueryError> {
        if saved::is_old_form(text) {
            return Ok(Self::parse_saved(text)?);
        }
        Self::of(&QueryText::parse(text)?.or_in(zone), now)
    }

    /// Parses the earlier form of saved views, such as `events?actor=Sarah`. An unknown member, an
    /// unknown pane, or a time of the clock or of a comparison that cannot be parsed is ignored.
    ///
    /// # Errors
    ///
    /// Fails if the text has a blank, or if its view, a time of its filters or a reading cannot be
    /// parsed.
    pub fn parse_saved(text: &str) -> Result<Self, QueryTextError> {
        saved::parse(text)
    }

    /// Query of a window for a parsed text. `now` is the present time, from which relative times
    /// are computed.
    ///
    /// # Errors
    ///
    /// Fails if the terms do not go together in a window.
    pub fn of(text: &QueryText, now: DateTime<Utc>) -> Result<Self, WindowQueryError> {
        let mut query = Self { reading: text.reading().unwrap_or_default(), ..Self::default() };
        for setting in text.window() {
            query.set(setting, text.zone(), now);
        }
        if text.known(now).is_some() {
            return refuse("known cannot be shown in the window yet: leave it out");
        }
        let off = switched_off(text, now);
        query.set_filters(text.filters(now), !off.is_empty())?;
        if query.of_events || matches!(query.view, WindowView::Events | WindowView::Corrections) {
            query.off = off;
        }
        let is_record = query.view == WindowView::Record;
        let is_compared = query.compare != CompareSides::default();
        if !is_record && (query.pane != Pane::Timeline || is_compared) {
            return refuse("pane, from, from-as, to and to-as go with view=record");
        }
        Ok(query)
    }

    fn set(&mut self, setting: &WindowSetting, zone: Zone, now: DateTime<Utc>) {
        match setting {
            WindowSetting::View(view) => self.view = *view,
            WindowSetting::IdContains(text) => self.id_contains.clone_from(text),
            WindowSetting::GroupsOff => self.group = false,
            WindowSetting::Pane(pane) => self.pane = *pane,
            WindowSetting::At(time) => self.at = Some(time.last(zone, now)),
            WindowSetting::Compare(end, time) => {
                self.compare.end(*end).at = Some(time.last(zone, now));
            }
            WindowSetting::CompareAs(end, reading) => self.compare.end(*end).reading = *reading,
        }
    }

    /// Sets what the view filters by; `has_off` says whether filters are switched off. Fails if it does
    /// not filter by all of `filters`.
    fn set_filters(&mut self, mut filters: Filters, has_off: bool) -> Result<(), WindowQueryError> {
        let lists_records = matches!(self.view, WindowView::Records | WindowView::Deleted);
        if !lists_records && !self.id_contains.is_empty() {
            return refuse("record~ goes with view=records or view=deleted");
        }
        match self.view {
            WindowView::Events | WindowView::Corrections => self.filters = filters,
            WindowView::Records | WindowView::Deleted => {
                let types = filters.terms.remove(&Column::EntityType).unwrap_or_default();
                if let [predicate] = filters.predicates.as_slice()
                    && let Some(text) = text_in_id(predicate)
                    && self.id_contains.is_empty()
                    && !has_off
                    && (Filters { predicates: Vec::new(), ..filters.clone() }) == Filters::default()
                {
                    // An earlier form: it was a setting of these lists.
                    text.clone_into(&mut self.id_contains);
                    filters.predicates.clear();
                }
                if filters == Filters::default() && !has_off {
                    self.types = types;
                } else {
                    filters
                        .terms
                        .extend((!types.is_empty()).then_some((Column::EntityType, types)));
                    (self.of_events, self.filters) = (true, filters);
                }
            }
            WindowView::Chains => none_left(&filters, "the list of chains takes no filter")?,
            WindowView::Sql => none_left(&filters, "view=sql takes no filter")?,
            WindowView::Record => {
                const ONE: &str = "view=record needs one type and one id, and takes no filter \
                                   but field";
                let mut one = |column| match filters.terms.remove(&column).as_deref() {
                    Some([Term { value, exclude: false }]) => Ok(Some(value.clone())),
                    None => Ok(None),
                    Some(_) => refuse(ONE),
                };
                let record = (one(Column::EntityType)?, one(Column::EntityId)?);
                let (Some(entity_type), Some(entity_id)) = record else { return refuse(ONE) };
                self.record = Some(RecordId { entity_type, entity_id });
                self.only = one(Column::Field)?;
                none_left(&filters, ONE)?;
            }
        }
        Ok(())
    }

    /// Filters of the listed events: with the clock, after which none are listed, and with the actions of
    /// the list of corrections.
    pub fn effective_filters(&self) -> Filters {
        let mut filters = self.filters.clone();
        // Events at the clock itself are listed.
        let end = self.at.map(|at| at + TimeDelta::nanoseconds(1));
        filters.until = filters.until.into_iter().chain(end).min();
        if self.view == WindowView::Corrections {
            let actions = filters.terms.entry(Column::Action).or_default();
            if actions.iter().all(|term| term.exclude) {
                let others = AMENDMENTS.map(|action| action.as_str().to_owned());
                let others = others
                    .into_iter()
                    .filter(|name| actions.iter().all(|term| term.value != *name));
                let others: Vec<Term> = others.map(Term::including).collect();
                actions.extend(others);
            }
        }
        filters
    }

    /// Text form of this query, without the settings that its view does not use. It names the zone,
    /// because its readers may be in another one: that of its predicates, if they depend on one, else
    /// `zone`.
    ///
    /// ```
    /// use query::{WindowQuery, WindowView, Zone};
    ///
    /// let now = event::parse_time("2024-06-01T12:00:00Z")?;
    /// let query = WindowQuery::parse("view=records type=candidate record~00", now)?;
    /// assert_eq!((query.view, query.id_contains.as_str()), (WindowView::Records, "00"));
    /// let text = query.text(Zone::default())?;
    /// assert_eq!(text.to_string(), "view=records type=candidate record~00 zone=UTC");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if two of the filters cannot hold together.
    pub fn text(&self, zone: Zone) -> Result<QueryText, TermConflict> {
        let mut filters = std::iter::once(&self.filters).chain(&self.off);
        let zone = filters.find_map(Filters::zone_of_predicates).unwrap_or(zone);
        let (mut conditions, mut off) = (Vec::new(), Vec::new());
        let mut set = |setting: WindowSetting| conditions.push(Condition::from(setting));
        if self.view != WindowView::Events {
            set(WindowSetting::View(self.view));
        }
        let is_list_of_events = matches!(self.view, WindowView::Events | WindowView::Corrections);
        let is_list_of_records = matches!(self.view, WindowView::Records | WindowView::Deleted);
        if is_list_of_events || (is_list_of_records && self.of_events) {
            conditions.extend(spanned(&self.filters, zone));
            off.extend(self.off.iter().flat_map(|filters| spanned(filters, zone)));
        }
        match self.view {
            WindowView::Events | WindowView::Corrections => {
                conditions.extend((!self.group).then_some(WindowSetting::GroupsOff.into()));
            }
            WindowView::Records | WindowView::Deleted => {
                if !self.of_events {
                    let types = self.types.iter().cloned();
                    let types = types
                        .fold(Filters::default(), |all, term| all.with(Column::EntityType, term));
                    conditions.extend(Condition::of(&types));
                }
                let text = Some(&self.id_contains).filter(|text| !text.is_empty());
                conditions.extend(text.map(|text| WindowSetting::IdContains(text.clone()).into()));
            }
            WindowView::Chains => {}
            WindowView::Record => self.record_conditions(zone, &mut conditions),
            WindowView::Sql => conditions.extend(self.as_condition()),
        }
        conditions.extend(self.at.map(|at| WindowSetting::At(TimeText::ending(at, zone)).into()));
        conditions.push(Condition::Zone(zone));
        let off = off.into_iter().map(|condition| TextTerm { condition, off: true });
        QueryText::from_terms(conditions.into_iter().map(TextTerm::from).chain(off).collect())
    }

    /// The reading, if it is not the usual one.
    fn as_condition(&self) -> Option<Condition> {
        (self.reading != Reading::default()).then_some(Condition::As(self.reading))
    }

    fn record_conditions(&self, zone: Zone, to: &mut Vec<Condition>) {
        let one = |column, value: &str| Condition::Values {
            column,
            values: vec![value.to_owned()],
            exclude: false,
        };
        if let Some(record) = &self.record {
            to.push(one(Column::EntityType, &record.entity_type));
            to.push(one(Column::EntityId, &record.entity_id));
        }
        to.extend(self.only.as_ref().map(|field| one(Column::Field, field)));
        if self.pane != Pane::Timeline {
            to.push(WindowSetting::Pane(self.pane).into());
        }
        to.extend(self.as_condition());
        let usual = CompareSides::default();
        for (end, side, usual) in [
            (CompareEnd::From, self.compare.from, usual.from),
            (CompareEnd::To, self.compare.to, usual.to),
        ] {
            let at = side.at.map(|at| TimeText::ending(at, zone));
            to.extend(at.map(|at| WindowSetting::Compare(end, at).into()));
            if side.reading != usual.reading {
                to.push(WindowSetting::CompareAs(end, side.reading).into());
            }
        }
    }
}

impl CompareSides {
    pub(super) fn end(&mut self, end: CompareEnd) -> &mut CompareSide {
        match end {
            CompareEnd::From => &mut self.from,
            CompareEnd::To => &mut self.to,
        }
    }
}

/// The conditions of filters, with the times of their span as days where these begin one.
fn spanned(filters: &Filters, zone: Zone) -> Vec<Condition> {
    let Filters { since, until, .. } = *filters;
    let start = |at| TimeText::starting(at, zone);
    let others = Filters { since: None, until: None, ..filters.clone() };
    let mut conditions = Condition::of(&others);
    conditions.extend(since.map(start).map(Condition::Since));
    conditions.extend(until.map(start).map(Condition::Until));
    conditions
}

/// The filters of a text that are switched off.
fn switched_off(text: &QueryText, now: DateTime<Utc>) -> Vec<Filters> {
    let mut all: Vec<Filters> = Vec::new();
    for term in text.terms().iter().filter(|term| term.off) {
        let start = |time: TimeText| Some(time.start(text.zone(), now));
        let filters = match term.condition {
            Condition::Since(time) => Filters { since: start(time), ..Filters::default() },
            Condition::Until(time) => Filters { until: start(time), ..Filters::default() },
            ref other => {
                let query = QueryText {
                    filters: other.filters(),
                    zone: Some(text.zone()),
                    ..QueryText::default()
                };
                query.filters(now)
            }
        };
        match all.last_mut() {
            // The end of the span that begins before it.
            Some(before)
                if filters.until.is_some() && before.since.is_some() && before.until.is_none() =>
            {
                before.until = filters.until;
            }
            _ if filters == Filters::default() => {}
            _ => all.push(filters),
        }
    }
    all
}

/// The text of `id~text`.
fn text_in_id(predicate: &Predicate) -> Option<&str> {
    let id = Subject { column: Column::EntityId, member: None };
    match predicate {
        Predicate::Text { of, patterns, exclude: false } if *of == id => {
            match patterns.as_slice() {
                [Pattern::Contains(text)] => Some(text),
                _ => None,
            }
        }
        _ => None,
    }
}

fn none_left(filters: &Filters, why: &'static str) -> Result<(), WindowQueryError> {
    if *filters == Filters::default() { Ok(()) } else { refuse(why) }
}

fn refuse<T>(why: &'static str) -> Result<T, WindowQueryError> {
    Err(WindowQueryError::Terms(why))
}
