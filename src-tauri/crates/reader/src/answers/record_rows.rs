//! Rows of one record, and its state from few of them.
//!
//! The state of a record rests on the last change of each field, on the changes of the whole record,
//! and on amendments with their targets. Which rows these are is in the columns: the other events of
//! a record, which may be ten thousands, are not built.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;

use chrono::{DateTime, Utc};
use event::{Action, Address, Column, Entry, RecordId, State, Timeline, View, WHOLE_RECORD};

use crate::Error;
use crate::catalog::segment::{OpenRows, Row, Segment, damaged};
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
    /// Row by record.
    row: Row,
    effect: RowEffect<'a>,
}

/// What an event can do to the state of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowEffect<'a> {
    /// Sets a field.
    Sets(&'a str),
    /// Removes a field.
    Removes(&'a str),
    /// Changes the whole record.
    Whole,
    /// Amends another event.
    Amends,
    None,
}

impl Snapshot {
    /// State of a record in a view. Its indices are those of the record's timeline.
    ///
    /// # Errors
    /// [`query::Error::NoSuchRecord`] if the record has no events.
    #[tracing::instrument(skip_all)]
    pub fn state(&self, record: &RecordId, view: View) -> Result<State, Error> {
        let mut rows = RecordRows::of(self, record)?;
        if rows.rows.is_empty() {
            return Err(query::Error::NoSuchRecord(record.to_string()).into());
        }
        let times = rows.times_of_state(view.at)?;
        let timeline = Timeline::new(rows.entries_at(&times)?);
        let mut state = timeline.state(view);
        let index = |of_few: usize| {
            let time = time_of(&timeline.entries()[of_few]);
            let before = timeline.entries().partition_point(|entry| time_of(entry) < time);
            rows.rows.partition_point(|row| row.time < time) + of_few - before
        };
        for field in state.fields.values_mut() {
            field.event = index(field.event);
            field.correction = field.correction.map(index);
        }
        Ok(state)
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
    fn of(snapshot: &'a Snapshot, record: &RecordId) -> io::Result<Self> {
        let (mut parts, mut rows) = (Vec::new(), Vec::new());
        for part in snapshot.segments() {
            for (found, entity_type) in part.segment.records_with_id(&record.entity_id)? {
                if entity_type != record.entity_type {
                    continue;
                }
                let open = part.segment.open_rows(found.rows.clone())?;
                let effects = Effects::in_segment(&part.segment);
                for row in found.rows {
                    if part.deleted_rows[1].binary_search(&row).is_err() {
                        let effect = effects.of(&open, row)?;
                        let time = open.time(row)?;
                        rows.push(RecordRow { time, part: parts.len(), row, effect });
                    }
                }
                parts.push(open);
            }
        }
        // Those of each part are sorted already.
        rows.sort_by_key(|row| row.time);
        Ok(Self { parts, rows })
    }

    /// Times of all rows that the state at an instant rests on.
    fn times_of_state(&mut self, at: Option<DateTime<Utc>>) -> io::Result<BTreeSet<i64>> {
        let targets = self.targets()?;
        let at = at.map_or(i64::MAX, nanos);
        let mut times = BTreeSet::new();
        // For each field whether an event that nothing amends has set it, and when: before it no
        // event of the field counts.
        let mut settled: BTreeMap<&str, i64> = BTreeMap::new();
        let mut id = String::new();
        for &RecordRow { time, part, row, effect } in self.rows.iter().rev() {
            let is_past = time <= at;
            if !targets.is_empty() {
                self.parts[part].event_id(row, &mut id)?;
            }
            let is_target = targets.contains(&id);
            let counts = match effect {
                RowEffect::Sets(field) | RowEffect::Removes(field) if is_past => {
                    let counts = settled.get(field).is_none_or(|settled| *settled == time);
                    if counts && !is_target && matches!(effect, RowEffect::Sets(_)) {
                        settled.insert(field, time);
                    }
                    counts
                }
                RowEffect::Whole => is_past,
                RowEffect::Amends => true,
                _ => false,
            };
            if counts || is_target {
                times.insert(time);
            }
        }
        Ok(times)
    }

    /// Ids of the events that amendments may be about.
    fn targets(&mut self) -> io::Result<HashSet<String>> {
        let mut targets = HashSet::new();
        for &RecordRow { part, row, effect, .. } in &self.rows {
            if effect == RowEffect::Amends
                && let Some(text) = self.parts[part].entry(row)?.event.corrects
            {
                targets.insert(Address::parse(&text).event_id);
                targets.insert(text);
            }
        }
        Ok(targets)
    }

    /// The events at some times.
    fn entries_at(&mut self, times: &BTreeSet<i64>) -> io::Result<Vec<Entry>> {
        let rows = self.rows.iter().filter(|row| times.contains(&row.time));
        rows.map(|row| self.parts[row.part].entry(row.row)).collect()
    }
}

/// What the events of a segment do to a state, by the codes of their columns.
struct Effects<'a> {
    actions: Vec<Option<Action>>,
    fields: &'a [Option<String>],
}

impl<'a> Effects<'a> {
    fn in_segment(segment: &'a Segment) -> Self {
        let actions = segment.dimension_values(Column::Action.as_dimension()).iter();
        Self {
            actions: actions.map(|action| action.as_deref().map(Action::from)).collect(),
            fields: segment.dimension_values(Column::Field.as_dimension()),
        }
    }

    /// What the event of a row does.
    fn of(&self, rows: &OpenRows<'_>, row: Row) -> io::Result<RowEffect<'a>> {
        let code = |column: Column| rows.dimension(column.as_dimension(), row);
        let missing = || damaged("a value that is not there");
        let field = self.fields.get(code(Column::Field)? as usize).ok_or_else(missing)?;
        let field = field.as_deref().unwrap_or_default();
        let action = self.actions.get(code(Column::Action)? as usize).ok_or_else(missing)?;
        let changes = |of_field: fn(&'a str) -> RowEffect<'a>| {
            if field == WHOLE_RECORD { RowEffect::Whole } else { of_field(field) }
        };
        Ok(match action {
            Some(Action::Insert | Action::Update) => changes(RowEffect::Sets),
            Some(Action::Delete) => changes(RowEffect::Removes),
            Some(action) if action.is_amendment() => RowEffect::Amends,
            _ => RowEffect::None,
        })
    }
}
