//! What a window shows, as one value that has a text form.

use chrono::{DateTime, Utc};
use event::{Reading, RecordId};
use serde::{Deserialize, Serialize};

use super::window::{CompareEnd, Pane, WindowSetting, WindowView};
use super::{Condition, QueryText, QueryTextError, TermConflict, TextTerm, TimeText, Zone, saved};
use crate::{Column, Filters, Term, instant};

/// What a window shows: a list or a record, and how. It says nothing of scroll offsets, open menus
/// and widths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct WindowQuery {
    pub view: WindowView,
    /// Of events and corrections.
    pub filters: Filters,
    /// Whether events that came in bulk are one line.
    pub group: bool,
    /// Of records and deleted records.
    pub types: Vec<Term>,
    /// Text in the id or the name of records and deleted records; empty for all.
    pub id_contains: String,
    /// Set exactly when `view` is `record`.
    pub record: Option<RecordId>,
    /// What is shown of a record.
    pub pane: Pane,
    /// The one field whose changes a record's timeline shows.
    pub only: Option<String>,
    /// How a record is read.
    pub reading: Reading,
    /// What a record's comparison sets side by side.
    pub compare: CompareSides,
    /// The clock; null for now.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct CompareSides {
    pub from: CompareSide,
    pub to: CompareSide,
}

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct CompareSide {
    /// Null for now, or for the clock where it is set.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub at: Option<DateTime<Utc>>,
    pub reading: Reading,
}

/// Why a text is nothing that a window shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowQueryError {
    /// It is no query.
    #[error(transparent)]
    Text(#[from] QueryTextError),
    /// Its terms do not go together in a window.
    #[error("{0}")]
    Terms(&'static str),
}

/// All events, in groups, as they are now.
impl Default for WindowQuery {
    fn default() -> Self {
        Self {
            view: WindowView::Events,
            filters: Filters::default(),
            group: true,
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

/// As it was recorded, against as it is corrected.
impl Default for CompareSides {
    fn default() -> Self {
        let side = |reading| CompareSide { at: None, reading };
        Self { from: side(Reading::Recorded), to: side(Reading::Corrected) }
    }
}

impl WindowQuery {
    /// Reads a text, also in the form of saved views before. `now` is what relative times start
    /// from.
    ///
    /// # Errors
    ///
    /// Where the text is no query, or its terms do not go together in a window.
    pub fn parse(text: &str, now: DateTime<Utc>) -> Result<Self, WindowQueryError> {
        if saved::is_old_form(text) {
            return Ok(Self::parse_saved(text)?);
        }
        Self::of(&QueryText::parse(text)?, now)
    }

    /// Reads the form of saved views before: `events?actor=Sarah`. What only the window went by and
    /// cannot be read is left out.
    ///
    /// # Errors
    ///
    /// Where the view, a time of the filters or a reading is none that was ever written.
    pub fn parse_saved(text: &str) -> Result<Self, QueryTextError> {
        saved::parse(text)
    }

    /// What a window shows for a query. `now` is what relative times start from.
    ///
    /// # Errors
    ///
    /// Where its terms do not go together in a window.
    pub fn of(text: &QueryText, now: DateTime<Utc>) -> Result<Self, WindowQueryError> {
        let mut query = Self { reading: text.reading().unwrap_or_default(), ..Self::default() };
        for setting in text.window() {
            query.set(setting, text.zone(), now);
        }
        if text.known(now).is_some() {
            return refuse("known cannot be shown in the window yet: leave it out");
        }
        query.take_filters(text.filters(now))?;
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

    /// The filters go to what the view goes by.
    fn take_filters(&mut self, mut filters: Filters) -> Result<(), WindowQueryError> {
        let lists_records = matches!(self.view, WindowView::Records | WindowView::Deleted);
        if !lists_records && !self.id_contains.is_empty() {
            return refuse("id~ goes with view=records or view=deleted");
        }
        match self.view {
            WindowView::Events | WindowView::Corrections => self.filters = filters,
            WindowView::Records | WindowView::Deleted => {
                self.types = filters.terms.remove(&Column::EntityType).unwrap_or_default();
                none_left(&filters, "lists of records go by type and id~ only")?;
            }
            WindowView::Chains => none_left(&filters, "the list of chains goes by no filter")?,
            WindowView::Record => {
                const ONE: &str = "view=record needs one type and one id, and goes by no filter \
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

    /// The text of this query: what its view does not go by is left out. The zone is written, as
    /// whoever reads the text may be elsewhere.
    ///
    /// ```
    /// use query::{WindowQuery, WindowView, Zone};
    ///
    /// let now = event::parse_time("2024-06-01T12:00:00Z")?;
    /// let query = WindowQuery::parse("view=records type=candidate id~00", now)?;
    /// assert_eq!((query.view, query.id_contains.as_str()), (WindowView::Records, "00"));
    /// let text = query.text(Zone::default())?;
    /// assert_eq!(text.to_string(), "view=records type=candidate id~00 zone=UTC");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where two of its filters cannot hold together.
    pub fn text(&self, zone: Zone) -> Result<QueryText, TermConflict> {
        let mut conditions = Vec::new();
        let mut set = |setting: WindowSetting| conditions.push(Condition::from(setting));
        if self.view != WindowView::Events {
            set(WindowSetting::View(self.view));
        }
        match self.view {
            WindowView::Events | WindowView::Corrections => {
                let Filters { since, until, .. } = self.filters;
                let start = |at| TimeText::starting(at, zone);
                let others = Filters { since: None, until: None, ..self.filters.clone() };
                conditions.extend(Condition::of(&others));
                conditions.extend(since.map(start).map(Condition::Since));
                conditions.extend(until.map(start).map(Condition::Until));
                conditions.extend((!self.group).then_some(WindowSetting::GroupsOff.into()));
            }
            WindowView::Records | WindowView::Deleted => {
                let types = self.types.iter().cloned();
                let types =
                    types.fold(Filters::default(), |all, term| all.with(Column::EntityType, term));
                conditions.extend(Condition::of(&types));
                let text = Some(&self.id_contains).filter(|text| !text.is_empty());
                conditions.extend(text.map(|text| WindowSetting::IdContains(text.clone()).into()));
            }
            WindowView::Chains => {}
            WindowView::Record => self.record_conditions(zone, &mut conditions),
        }
        conditions.extend(self.at.map(|at| WindowSetting::At(TimeText::ending(at, zone)).into()));
        conditions.push(Condition::Zone(zone));
        QueryText::from_terms(conditions.into_iter().map(TextTerm::from).collect())
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
        if self.reading != Reading::default() {
            to.push(Condition::As(self.reading));
        }
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

fn none_left(filters: &Filters, why: &'static str) -> Result<(), WindowQueryError> {
    if *filters == Filters::default() { Ok(()) } else { refuse(why) }
}

fn refuse<T>(why: &'static str) -> Result<T, WindowQueryError> {
    Err(WindowQueryError::Terms(why))
}
