//! Questions worth asking about given events.

mod predicates;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use event::{Entry, Mark, Place, Position, Reading, RecordId, View};
use query::{Column, Filters, RecordsQuery, Term};

/// So many of the events, or of the records, are asked about one by one.
const MOST: usize = 24;

/// So many of a record's events are instants at which it is looked at.
const MOST_INSTANTS: usize = 12;

/// What [`compare`](fn@crate::compare) asks two engines.
#[derive(Debug, Clone, Default)]
pub struct Questions {
    /// For counts, facets and the list of events.
    pub filters: Vec<Filters>,
    /// For pages of the list, from one end to the other and back.
    pub paged: Vec<Filters>,
    /// Where pages start that follow no other page.
    pub positions: Vec<Position>,
    /// Ranks in the list of events, for pages that start there.
    pub ranks: Vec<usize>,
    /// Ids and addresses of single events.
    pub addresses: Vec<String>,
    /// A record's id and type, to be looked up.
    pub names: Vec<(String, Option<String>)>,
    /// For timelines.
    pub records: Vec<RecordId>,
    /// Records and how each is viewed.
    pub states: Vec<(RecordId, View)>,
    /// Pages of the list of records.
    pub record_lists: Vec<RecordsQuery>,
    /// Texts to search for.
    pub searches: Vec<String>,
}

impl Questions {
    /// The same questions about any events, which are in the total order: their own values,
    /// instants and ids, and some that they do not have.
    pub fn about(entries: &[Entry]) -> Self {
        let Some(middle) = entries.get(entries.len() / 2) else { return Self::about_nothing() };
        let (other, len) = (&entries[entries.len() / 4], entries.len());
        let records: BTreeSet<RecordId> = entries.iter().map(|e| e.event.record()).collect();
        let records: Vec<RecordId> = records.into_iter().collect();
        let excluding = Filters::default()
            .with(Column::EntityId, Term::excluding(&middle.event.entity_id))
            .with(Column::EntityId, Term::excluding("nobody"));
        Self {
            filters: filters(middle, other),
            paged: vec![
                Filters::default(),
                excluding,
                Filters { hide_no_ops: true, ..Filters::default() },
            ],
            positions: [&entries[0], other, middle, &entries[len - 1]].map(Entry::position).into(),
            ranks: vec![0, 1, len / 2, len - 1, len, len + 5],
            addresses: addresses(entries),
            names: names(&records),
            states: spread(&records, MOST).flat_map(|record| states(entries, record)).collect(),
            record_lists: record_lists(middle, other),
            searches: searches(middle, other),
            records,
        }
    }

    /// Every `of`th question, beginning with one of the first ones: all of them together are all
    /// questions.
    #[must_use]
    pub fn part(mut self, at: usize, of: usize) -> Self {
        // Lists without a text are answered in two ways, the first time before records are folded.
        let first_lists = self.record_lists.drain(..self.record_lists.len().min(2)).collect();
        Self {
            filters: every(self.filters, at, of),
            paged: every(self.paged, at, of),
            positions: every(self.positions, at, of),
            ranks: every(self.ranks, at, of),
            addresses: every(self.addresses, at, of),
            names: every(self.names, at, of),
            records: every(self.records, at, of),
            states: every(self.states, at, of),
            record_lists: [first_lists, every(self.record_lists, at, of)].concat(),
            searches: every(self.searches, at, of),
        }
    }

    /// What can be asked about a journal without events.
    pub fn about_nothing() -> Self {
        let record = RecordId { entity_type: "nothing".into(), entity_id: "none".into() };
        Self {
            filters: vec![Filters::default()],
            paged: vec![Filters::default()],
            ranks: vec![0, 1],
            addresses: vec!["evt-none".to_owned()],
            names: vec![("none".to_owned(), None)],
            states: vec![(record.clone(), View::NOW)],
            record_lists: vec![RecordsQuery { limit: usize::MAX, ..RecordsQuery::default() }],
            searches: vec!["none".to_owned()],
            records: vec![record],
            ..Self::default()
        }
    }
}

fn every<T>(all: Vec<T>, at: usize, of: usize) -> Vec<T> {
    all.into_iter().skip(at % of).step_by(of).collect()
}

/// Some of many, from one end to the other.
fn spread<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    all.iter().step_by(all.len().div_ceil(most).max(1))
}

fn filters(middle: &Entry, other: &Entry) -> Vec<Filters> {
    let mut filters = vec![Filters::default()];
    for column in event::FILTER_COLUMNS {
        let [one, two] = [middle, other].map(|entry| crate::filters::text(&entry.event, column));
        let of = |terms: &[Term]| {
            terms.iter().fold(Filters::default(), |all, term| all.with(column, term.clone()))
        };
        filters.extend([
            of(&[Term::including(one)]),
            of(&[Term::excluding(one)]),
            of(&[Term::including(one), Term::including(two), Term::including("nowhere")]),
            of(&[Term::including(one), Term::including(two), Term::excluding(two)]),
            of(&[Term::including("nowhere")]),
        ]);
    }
    filters.extend(spans(middle, other));
    filters.extend(predicates::about(middle, other));
    let all = Filters::default();
    for text in texts(middle).chain(texts(other)) {
        for loosely in [false, true] {
            filters.push(Filters { contains: Some(text.clone()), loosely, ..all.clone() });
        }
    }
    let update = all.clone().with(Column::Action, Term::including("update"));
    let someone = all.clone().with(Column::Actor, Term::including(&other.event.actor));
    for (_, mark) in Mark::NAMES {
        for has in [true, false] {
            filters.push(Filters { marks: [(mark, has)].into(), ..update.clone() });
            filters.push(Filters { marks: [(mark, has)].into(), hide_no_ops: has, ..all.clone() });
        }
    }
    filters.push(Filters {
        marks: [(Mark::Corrected, true), (Mark::Noted, false)].into(),
        ..all.clone()
    });
    filters.extend([
        Filters { hide_no_ops: true, ..all },
        Filters { hide_no_ops: true, contains: Some("a".to_owned()), ..update },
        Filters {
            hide_no_ops: true,
            since: Some(other.event.timestamp),
            ..someone.with(Column::Field, Term::excluding(&middle.event.field))
        },
    ]);
    filters
}

/// From, before and between the instants of events, and a nanosecond beside them.
fn spans(middle: &Entry, other: &Entry) -> Vec<Filters> {
    let (early, late) = (other.event.timestamp, middle.event.timestamp);
    let nano = TimeDelta::nanoseconds(1);
    let spans = [
        (Some(late), None),
        (Some(late + nano), None),
        (None, Some(late)),
        (None, Some(late + nano)),
        (Some(early), Some(late)),
        (Some(late), Some(early)),
        (None, Some(early - TimeDelta::days(40_000))),
    ];
    let span = |(since, until)| Filters { since, until, ..Filters::default() };
    spans.map(span).into()
}

/// Pieces of an event's values in both cases, one that is in every value, and one that is in none.
fn texts(entry: &Entry) -> impl Iterator<Item = String> {
    let values = [&entry.event.old_value, &entry.event.new_value].into_iter().flatten();
    let piece = |value: &String| value.chars().skip(1).take(6).collect::<String>();
    let pieces = values.map(piece).flat_map(|piece| [piece.to_uppercase(), piece.to_lowercase()]);
    pieces.chain([String::new(), "Ärg".to_owned(), "in no value at all".to_owned()])
}

/// Ids, addresses, addresses that say more than they must, and what names no event.
fn addresses(entries: &[Entry]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for entry in spread(entries, MOST) {
        let id = &entry.event.event_id;
        found.extend([id.clone(), entry.address().to_string(), format!("{id}@no.parquet#0")]);
        if let Place::File { file, row } = &entry.place {
            found.extend([format!("{id}@{file}#{row}"), format!("{id}x@{file}#{row}")]);
        }
    }
    found.extend(["", "evt-none", "@#"].map(str::to_owned));
    found.into_iter().collect()
}

fn names(records: &[RecordId]) -> Vec<(String, Option<String>)> {
    let mut found =
        vec![("nobody".to_owned(), None), ("nobody".to_owned(), Some("any".to_owned()))];
    for RecordId { entity_type, entity_id } in spread(records, MOST) {
        let types = [None, Some(entity_type.clone()), Some("nothing".to_owned())];
        found.extend(types.map(|entity_type| (entity_id.clone(), entity_type)));
    }
    found
}

/// Before, at and after events of a record, as recorded, as corrected, and as known then.
fn states(entries: &[Entry], record: &RecordId) -> Vec<(RecordId, View)> {
    let events: Vec<&Entry> = entries.iter().filter(|e| e.event.is_about(record)).collect();
    let mut views = vec![View::NOW, View::RECORDED];
    for entry in spread(&events, MOST_INSTANTS) {
        let at = entry.event.timestamp;
        for at in [at - TimeDelta::nanoseconds(1), at] {
            views.extend([
                View { at: Some(at), reading: Reading::Recorded, known_at: None },
                View { at: Some(at), reading: Reading::Corrected, known_at: None },
            ]);
        }
        let known_at = entry.event.recorded_at.or(Some(at));
        views.push(View { at: None, reading: Reading::Corrected, known_at });
    }
    views.into_iter().map(|view| (record.clone(), view)).collect()
}

fn record_lists(middle: &Entry, other: &Entry) -> Vec<RecordsQuery> {
    let all = RecordsQuery { limit: usize::MAX, ..RecordsQuery::default() };
    let [one, two] = [middle, other].map(|entry| entry.event.entity_type.as_str());
    let of = |types: &[Term]| RecordsQuery { types: types.to_vec(), ..all.clone() };
    let id = &middle.event.entity_id;
    let called = |text: String| RecordsQuery { contains: Some(text), ..all.clone() };
    let touched = filters(middle, other).into_iter().step_by(5);
    let touched = touched.map(|events| RecordsQuery { events, ..all.clone() });
    let by_someone = Filters::default().with(Column::Actor, Term::including(&other.event.actor));
    let lists = vec![
        all.clone(),
        RecordsQuery { deleted: true, ..all.clone() },
        of(&[Term::including(one)]),
        of(&[Term::excluding(one)]),
        of(&[Term::including(one), Term::including(two), Term::excluding(two)]),
        called(id.to_lowercase()),
        called(id.to_uppercase().chars().skip(2).collect()),
        called("a".to_owned()),
        called("nobody".to_owned()),
        RecordsQuery {
            deleted: true,
            contains: Some("0".to_owned()),
            ..of(&[Term::including(one)])
        },
        RecordsQuery { deleted: true, events: by_someone.clone(), ..all.clone() },
        RecordsQuery { events: by_someone.clone(), ..of(&[Term::excluding(one)]) },
        RecordsQuery { events: by_someone, ..called("a".to_owned()) },
        RecordsQuery { limit: 0, ..all.clone() },
    ];
    lists.into_iter().chain(touched).collect()
}

fn searches(middle: &Entry, other: &Entry) -> Vec<String> {
    let event = &middle.event;
    let mut found: Vec<String> = texts(middle).collect();
    found.extend([
        event.event_id.clone(),
        middle.address().to_string(),
        format!("  {} ", event.entity_id.to_lowercase()),
        event.field.to_uppercase(),
        other.event.actor.to_lowercase(),
        "a".to_owned(),
        // Nothing has these as they are.
        event.entity_id.replace('-', " 0"),
        format!("({})", event.field),
        "-.-".to_owned(),
    ]);
    found
}
