//! Rows of one record, and what is answered from few of them: its state, and pages of its events.
//!
//! The state of a record rests on the last change of each field, on the changes of the whole record,
//! and on amendments with their targets. Which rows these are is in the columns: the other events of
//! a record, which may be ten thousands, are not built.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::ops::Range;

use chrono::{DateTime, Utc};
use event::{Action, Address, Column, Entry, RecordId, State, Timeline, View, WHOLE_RECORD};
use query::{ExcerptQuery, ExcerptStart, TimelineExcerpt, is_meant};

use crate::Error;
use crate::catalog::segment::{OpenRow, OpenRows, Segment, damaged};
use crate::snapshot::Snapshot;

/// Rows of one record, oldest first; those of one time in no particular order.
struct RecordRows<'a> {
    parts: Vec<OpenRows<'a>>,
    rows: Vec<RecordRow<'a>>,
}

/// Row of a record.
#[derive(Debug, Clone, Copy)]
struct RecordRow<'a> {
    /// Nanoseconds since 1970.
    time: i64,
    /// Index among the parts that have the record.
    part: usize,
    row: OpenRow,
    field: &'a str,
    action: RowAction,
}

/// What an event can do to the state of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowAction {
    Insert,
    Update,
    Delete,
    Amends,
    Other,
}

impl Snapshot {
    /// State of a record in a view. Its indices are those of the record's timeline.
    ///
    /// # Errors
    /// [`query::Error::NoSuchRecord`] if the record has no events.
    #[tracing::instrument(skip_all)]
    pub fn state(&self, record: &RecordId, view: View) -> Result<State, Error> {
        let mut rows = RecordRows::of(self, record)?;
        let times = rows.times_of_state(view.at)?;
        let timeline = Timeline::new(rows.entries_at(&times)?);
        let mut state = timeline.state(view);
        let index = |of_few: usize| {
            let time = time_of(&timeline.entries()[of_few]);
            let before = timeline.entries().partition_point(|entry| time_of(entry) < time);
            rows.before(time) + of_few - before
        };
        for field in state.fields.values_mut() {
            field.event = index(field.event);
            field.correction = field.correction.map(index);
        }
        Ok(state)
    }

    /// Excerpt of a record's timeline.
    ///
    /// # Errors
    /// As [`Snapshot::state`].
    #[tracing::instrument(skip_all)]
    pub fn excerpt(
        &self,
        record: &RecordId,
        query: &ExcerptQuery,
    ) -> Result<TimelineExcerpt, Error> {
        if query.only.is_some() {
            return Ok(TimelineExcerpt::whole(self.timeline(record)?, query));
        }
        let mut rows = RecordRows::of(self, record)?;
        let past = rows.past(query.view.at);
        let skip = match &query.start {
            ExcerptStart::Skip(skip) => *skip,
            ExcerptStart::Around(text) => {
                let newer = rows.find(text, past)?.map(|at| past - 1 - at);
                newer.unwrap_or_default().saturating_sub(query.limit / 2)
            }
        };
        let end = past.saturating_sub(skip);
        let page = end.saturating_sub(query.limit)..end;
        let mut entries = rows.entries_at(&rows.times_of_excerpt(&query.view, past, &page)?)?;
        self.mark_repeated_ids(entries.iter_mut())?;
        let timeline = Timeline::new(entries);
        let index = |of_all: usize| {
            let time = rows.rows[of_all].time;
            let before = timeline.entries().partition_point(|entry| time_of(entry) < time);
            before + of_all - rows.before(time)
        };
        Ok(TimelineExcerpt {
            page: page.rev().map(index).collect(),
            skip,
            total: past,
            past,
            later: rows.rows.len() - past,
            changes: rows.changes(past)?,
            timeline,
        })
    }
}

/// Time of an entry, in nanoseconds since 1970.
fn time_of(entry: &Entry) -> i64 {
    nanos(entry.event.timestamp)
}

/// An instant in nanoseconds since 1970, or the nearest that there is.
fn nanos(at: DateTime<Utc>) -> i64 {
    let far = if at < DateTime::UNIX_EPOCH { i64::MIN } else { i64::MAX };
    at.timestamp_nanos_opt().unwrap_or(far)
}

impl<'a> RecordRows<'a> {
    /// The rows of a record in a snapshot.
    ///
    /// # Errors
    /// [`query::Error::NoSuchRecord`] if there is none.
    fn of(snapshot: &'a Snapshot, record: &RecordId) -> Result<Self, Error> {
        let (mut parts, mut rows) = (Vec::new(), Vec::new());
        for part in snapshot.segments() {
            for (found, entity_type) in part.segment.records_with_id(&record.entity_id)? {
                if entity_type != record.entity_type {
                    continue;
                }
                let open = part.segment.open_rows(found.rows.clone())?;
                let columns = Columns::of(&part.segment);
                for (by_record, row) in open.rows(found.rows) {
                    if part.deleted_rows[1].binary_search(&by_record).is_err() {
                        let (field, action) = columns.of_row(&open, row)?;
                        let time = open.time(row)?;
                        rows.push(RecordRow { time, part: parts.len(), row, field, action });
                    }
                }
                parts.push(open);
            }
        }
        if rows.is_empty() {
            return Err(query::Error::NoSuchRecord(record.to_string()).into());
        }
        // Those of each part are sorted already.
        rows.sort_by_key(|row| row.time);
        Ok(Self { parts, rows })
    }

    /// How many rows are before a time.
    fn before(&self, time: i64) -> usize {
        self.rows.partition_point(|row| row.time < time)
    }

    /// How many rows are up to an instant.
    fn past(&self, at: Option<DateTime<Utc>>) -> usize {
        let is_past = |at| self.rows.partition_point(|row| row.time <= nanos(at));
        at.map_or(self.rows.len(), is_past)
    }

    /// Times of all rows that the state at an instant rests on.
    fn times_of_state(&self, at: Option<DateTime<Utc>>) -> io::Result<BTreeSet<i64>> {
        let targets = self.targets()?;
        let past = self.past(at);
        let mut times = BTreeSet::new();
        // For each field the time at which an event that nothing amends has set it: before it no
        // event of the field counts.
        let mut settled: HashMap<&str, i64> = HashMap::new();
        let mut id = String::new();
        for (index, row) in self.rows.iter().enumerate().rev() {
            let is_target = !targets.is_empty() && {
                self.parts[row.part].event_id(row.row, &mut id)?;
                targets.contains(&id)
            };
            let counts = match row.action {
                RowAction::Amends => true,
                RowAction::Other => false,
                _ if index >= past => false,
                _ if row.field == WHOLE_RECORD => true,
                action => {
                    let before = settled.get(row.field).is_some_and(|time| *time > row.time);
                    if !before && !is_target && action != RowAction::Delete {
                        settled.insert(row.field, row.time);
                    }
                    !before
                }
            };
            if counts || is_target {
                times.insert(row.time);
            }
        }
        Ok(times)
    }

    /// Times of all rows that an excerpt has: of the state in the view, of the page and of the state
    /// before it, by which breaks of chains are found.
    fn times_of_excerpt(
        &self,
        view: &View,
        past: usize,
        page: &Range<usize>,
    ) -> io::Result<BTreeSet<i64>> {
        let mut times = self.times_of_state(view.at)?;
        if let Some(oldest) = self.rows[page.clone()].first() {
            let before = oldest.time.saturating_sub(1);
            times.extend(self.times_of_state(Some(DateTime::from_timestamp_nanos(before)))?);
        }
        times.extend(self.rows[page.clone()].iter().map(|row| row.time));
        let ends = [self.rows.first(), self.rows[..past].last()];
        times.extend(ends.into_iter().flatten().map(|row| row.time));
        Ok(times)
    }

    /// The newest of the first `past` rows whose event a text means as an id or an address.
    fn find(&mut self, text: &str, past: usize) -> io::Result<Option<usize>> {
        let (readings, mut id) = (Address::readings(text), String::new());
        for index in (0..past).rev() {
            let RecordRow { time, part, row, .. } = self.rows[index];
            self.parts[part].event_id(row, &mut id)?;
            if id != text && readings.iter().all(|address| id != address.event_id) {
                continue;
            }
            // Which of the rows of one time it is, their entries tell.
            let of_time = Timeline::new(self.entries_at(&[time].into())?);
            let is_it = |entry: &Entry| is_meant(entry, text, &readings);
            if let Some(nth) = of_time.entries().iter().rposition(is_it) {
                return Ok(Some(self.before(time) + nth));
            }
        }
        Ok(None)
    }

    /// How often each field was changed by the first `past` rows: see [`TimelineExcerpt::changes`].
    fn changes(&self, past: usize) -> io::Result<BTreeMap<String, usize>> {
        let mut changes: HashMap<&str, usize> = HashMap::new();
        for row in &self.rows[..past] {
            let is_change = match row.action {
                RowAction::Amends => false,
                RowAction::Update => !self.parts[row.part].has_equal_values(row.row)?,
                _ => true,
            };
            if is_change {
                *changes.entry(row.field).or_default() += 1;
            }
        }
        Ok(changes.into_iter().map(|(field, count)| (field.to_owned(), count)).collect())
    }

    /// Ids of the events that amendments may be about.
    fn targets(&self) -> io::Result<HashSet<String>> {
        let mut targets = HashSet::new();
        for row in self.rows.iter().filter(|row| row.action == RowAction::Amends) {
            if let Some(text) = self.parts[row.part].target(row.row)? {
                targets
                    .extend(Address::readings(&text).into_iter().map(|address| address.event_id));
                targets.insert(text);
            }
        }
        Ok(targets)
    }

    /// The events at some times.
    fn entries_at(&mut self, times: &BTreeSet<i64>) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for &time in times {
            let of_time = self.before(time)..self.rows.partition_point(|row| row.time <= time);
            for row in &self.rows[of_time] {
                entries.push(self.parts[row.part].entry(row.row)?);
            }
        }
        Ok(entries)
    }
}

/// Fields and actions of a segment, by the codes of their columns.
struct Columns<'a> {
    actions: Vec<RowAction>,
    fields: &'a [Option<String>],
}

impl<'a> Columns<'a> {
    fn of(segment: &'a Segment) -> Self {
        let actions = segment.dimension_values(Column::Action.as_dimension()).iter();
        let action = |action: &Option<String>| match action.as_deref().map(Action::from) {
            Some(Action::Insert) => RowAction::Insert,
            Some(Action::Update) => RowAction::Update,
            Some(Action::Delete) => RowAction::Delete,
            Some(action) if action.is_amendment() => RowAction::Amends,
            _ => RowAction::Other,
        };
        Self {
            actions: actions.map(action).collect(),
            fields: segment.dimension_values(Column::Field.as_dimension()),
        }
    }

    /// Field and action of a row.
    fn of_row(&self, rows: &OpenRows<'_>, row: OpenRow) -> io::Result<(&'a str, RowAction)> {
        let code = |column: Column| rows.dimension(column.as_dimension(), row);
        let missing = || damaged("a value that is not there");
        let field = self.fields.get(code(Column::Field)? as usize).ok_or_else(missing)?;
        let action = self.actions.get(code(Column::Action)? as usize).ok_or_else(missing)?;
        Ok((field.as_deref().unwrap_or_default(), *action))
    }
}
