//! From the core to the window.

use chrono::{DateTime, Utc};
use event::{Draft, Entry, Timeline, format_time};
use journal::Waiting;
use reader::{Answer, LinesPage, Snapshot};
use session::JournalSession;

use super::{
    Bar, ChainBreak, ChainsPage, ColumnLayout, CorrectedValue, Count, Coverage, Effect,
    EventDetail, EventLine, EventRow, EventsPage, Facet, Facets, Fold, Found, Pending, Place,
    Preview, PreviewColumn, Problem, ReadingProgress, Recent, RecordRow, RecordsPage, SavedView,
    Searched, Settings, Status, Theme, Unreadable, Value,
};

/// Values in lists are cut after this many characters.
const LONGEST_VALUE: usize = 600;

impl Status {
    pub(crate) fn of(
        session: &JournalSession,
        journal: &Snapshot,
        waiting: Waiting,
        reading: Option<(usize, usize)>,
        lost: Option<Problem>,
        now: DateTime<Utc>,
    ) -> Result<Self, Problem> {
        let totals = journal.totals()?;
        Ok(Self {
            name: session.name(),
            location: session.location(),
            events: totals.events,
            records: totals.records,
            first: totals.span.map(|(first, _)| format_time(first)),
            last: totals.span.map(|(_, last)| format_time(last)),
            coverage: journal.coverage().clone().into(),
            clock_behind: waiting.clock_behind(now).and(waiting.last_recorded_at).map(format_time),
            pending: Pending {
                events: usize::try_from(waiting.events).unwrap_or(usize::MAX),
                since: waiting.since.map(format_time),
                problem: waiting.failure.map(|(_, why)| why),
            },
            read_only: session.read_only().map(str::to_owned),
            reading: reading.map(|(done, files)| ReadingProgress { done, files }),
            lost,
        })
    }
}

impl Recent {
    /// What stands for a bucket in the window: nothing that can be made into its path.
    pub(crate) fn handle(bucket: &session::RecentBucket) -> String {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        bucket.location.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

impl From<&session::RecentBucket> for Recent {
    fn from(bucket: &session::RecentBucket) -> Self {
        let (name, location) = (bucket.name.clone(), bucket.location.clone());
        Self { handle: Self::handle(bucket), name, location }
    }
}

impl From<&session::Settings> for Settings {
    fn from(settings: &session::Settings) -> Self {
        let theme = match settings.theme {
            session::Theme::System => Theme::System,
            session::Theme::Light => Theme::Light,
            session::Theme::Dark => Theme::Dark,
        };
        let view = |view: &session::SavedView| SavedView {
            name: view.name.clone(),
            query: view.query.clone(),
        };
        let column = |column: &session::ColumnLayout| ColumnLayout {
            column: column.column.clone(),
            width: column.width,
            shown: column.shown,
        };
        let list = |(list, columns): (&String, &Vec<session::ColumnLayout>)| {
            (list.clone(), columns.iter().map(column).collect())
        };
        Self {
            actor: settings.actor(),
            theme,
            utc: settings.utc,
            views: settings.views.iter().map(view).collect(),
            columns: settings.columns.iter().map(list).collect(),
        }
    }
}

impl From<reader::Coverage> for Coverage {
    fn from(coverage: reader::Coverage) -> Self {
        let unreadable = coverage.unreadable.into_iter();
        Self {
            files: coverage.files,
            read: coverage.read,
            rows: coverage.rows,
            unreadable: unreadable
                .map(|u| Unreadable { file: u.file, problem: u.problem })
                .collect(),
            complete: coverage.complete,
        }
    }
}

impl Value {
    fn whole(text: &str) -> Self {
        Self { text: text.to_owned(), length: text.chars().count(), cut: false }
    }

    pub(super) fn short(text: &str) -> Self {
        match text.char_indices().nth(LONGEST_VALUE) {
            Some((end, _)) => {
                Self { text: text[..end].to_owned(), length: text.chars().count(), cut: true }
            }
            None => Self::whole(text),
        }
    }
}

impl EventRow {
    /// The event with long values cut.
    pub(crate) fn of(journal: &Snapshot, entry: &Entry) -> Self {
        Self::with(journal, entry, Value::short)
    }

    fn with(journal: &Snapshot, entry: &Entry, value: fn(&str) -> Value) -> Self {
        let event = &entry.event;
        let place = match &entry.place {
            event::Place::File { file, row } => Some(Place {
                file: file.to_string(),
                row: usize::try_from(*row).unwrap_or(usize::MAX),
            }),
            event::Place::Pending => None,
        };
        Self {
            address: journal.address(entry),
            event_id: event.event_id.clone(),
            timestamp: format_time(event.timestamp),
            entity_type: event.entity_type.clone(),
            entity_id: event.entity_id.clone(),
            field: event.field.clone(),
            action: event.action.as_str().to_owned(),
            old_value: event.old_value.as_deref().map(value),
            new_value: event.new_value.as_deref().map(value),
            actor: event.actor.clone(),
            source: event.source.clone(),
            workspace_id: event.workspace_id.clone(),
            recorded_at: event.recorded_at.map(format_time),
            writer: event.writer.clone(),
            seq: event.seq.map(|seq| seq.to_string()),
            corrects: event.corrects.clone(),
            reason: event.reason.clone(),
            batch: event.batch.clone(),
            extra: entry.extra.clone(),
            place,
            no_op: event.is_no_op(),
        }
    }
}

impl EventsPage {
    pub(crate) fn of(journal: &Snapshot, answer: Answer<LinesPage>) -> Self {
        let page = answer.value;
        let fold = |fold: &reader::Fold| Fold {
            events: fold.events,
            oldest: format_time(fold.oldest.event.timestamp),
            oldest_address: journal.address(&fold.oldest),
        };
        let line = |line: &reader::Line| EventLine {
            event: EventRow::of(journal, &line.entry),
            fold: line.fold.as_ref().map(fold),
        };
        Self {
            lines: page.lines.iter().map(line).collect(),
            rank: page.rank,
            next: page.next.map(|position| position.to_string()),
            previous: page.previous.map(|position| position.to_string()),
            total: page.total,
            hidden_no_ops: page.hidden_no_ops,
            coverage: answer.coverage.into(),
        }
    }
}

impl EventDetail {
    pub(crate) fn of(journal: &Snapshot, entry: &Entry) -> Result<Self, Problem> {
        let timeline = journal.timeline(&entry.event.record())?.value;
        let entries = timeline.entries();
        let index = entries.iter().position(|other| other == entry);
        let index = index.ok_or_else(|| Problem::missing("the event is not in its record"))?;
        let row = |index: usize| EventRow::of(journal, &entries[index]);
        Ok(Self {
            event: EventRow::with(journal, entry, Value::whole),
            effect: Effect::of(journal, &timeline, index),
            about: timeline.about(index).iter().map(|&index| row(index)).collect(),
            target: timeline.target(index).map(row),
            before: index.checked_sub(1).map(row),
            after: (index + 1 < entries.len()).then(|| row(index + 1)),
        })
    }
}

impl Effect {
    pub(super) fn of(journal: &Snapshot, timeline: &Timeline, index: usize) -> Self {
        let address = |index: usize| journal.address(&timeline.entries()[index]);
        match timeline.effect(index, None) {
            event::Effect::Recorded => Self::Recorded,
            event::Effect::Void { by } => Self::Void { by: address(by) },
            event::Effect::Corrected(correction) => {
                let own = timeline.entries()[index].event.field.clone();
                let whole = correction.value.map(|value| (own, value));
                let all = whole.into_iter().chain(correction.members);
                let values = all.map(|(field, (value, by))| CorrectedValue {
                    field,
                    value: value.as_deref().map(Value::short),
                    by: address(by),
                });
                Self::Corrected { values: values.collect() }
            }
        }
    }
}

impl From<reader::Count> for Count {
    fn from(count: reader::Count) -> Self {
        Self { value: count.value, count: count.count }
    }
}

impl From<Answer<reader::Facets>> for Facets {
    fn from(answer: Answer<reader::Facets>) -> Self {
        let facet = |facet: reader::Facet| Facet {
            column: facet.column.name().to_owned(),
            values: facet.values.into_iter().map(Count::from).collect(),
        };
        let bar = |bar: reader::Bar| Bar {
            start: format_time(bar.start),
            end: format_time(bar.end),
            count: bar.count,
        };
        Self {
            total: answer.value.total,
            facets: answer.value.facets.into_iter().map(facet).collect(),
            histogram: answer.value.histogram.into_iter().map(bar).collect(),
            coverage: answer.coverage.into(),
        }
    }
}

impl From<reader::RecordSummary> for RecordRow {
    fn from(summary: reader::RecordSummary) -> Self {
        Self {
            entity_type: summary.record.entity_type,
            entity_id: summary.record.entity_id,
            name: summary.name,
            events: summary.events,
            first: format_time(summary.first),
            last: format_time(summary.last),
            last_actor: summary.last_actor,
            deleted: summary.deleted,
        }
    }
}

impl From<Answer<reader::RecordsPage>> for RecordsPage {
    fn from(answer: Answer<reader::RecordsPage>) -> Self {
        Self {
            records: answer.value.records.into_iter().map(RecordRow::from).collect(),
            next: answer.value.next.map(|position| position.to_string()),
            total: answer.value.total,
            coverage: answer.coverage.into(),
        }
    }
}

impl ChainsPage {
    pub(crate) fn of(journal: &Snapshot, answer: Answer<reader::ChainsPage>) -> Self {
        let chain = |found: &reader::ChainBreak| ChainBreak {
            event: EventRow::of(journal, &found.entry),
            expected: found.expected.as_deref().map(Value::short),
        };
        Self {
            breaks: answer.value.breaks.iter().map(chain).collect(),
            next: answer.value.next.map(|position| position.to_string()),
            total: answer.value.total,
            coverage: answer.coverage.into(),
        }
    }
}

impl Found {
    pub(crate) fn of(journal: &Snapshot, answer: Answer<reader::Found>) -> Self {
        let found = answer.value;
        Self {
            events: found.events.iter().map(|entry| EventRow::of(journal, entry)).collect(),
            records: found.records.into_iter().map(RecordRow::from).collect(),
            actors: found.actors.into_iter().map(Count::from).collect(),
            fields: found.fields.into_iter().map(Count::from).collect(),
            in_values: found.in_values,
            hits: found.hits.iter().map(|entry| EventRow::of(journal, entry)).collect(),
            searched: found.searched.map(|(done, of)| Searched { done, of }),
            coverage: answer.coverage.into(),
        }
    }
}

impl From<Draft> for Preview {
    fn from(draft: Draft) -> Self {
        let given = |column: &str, value: Option<String>| PreviewColumn {
            column: column.to_owned(),
            value,
            given_when_recorded: false,
        };
        let stamped = |column: &str| PreviewColumn {
            column: column.to_owned(),
            value: None,
            given_when_recorded: true,
        };
        let time = |time: DateTime<Utc>| given("timestamp", Some(format_time(time)));
        let columns = vec![
            stamped("event_id"),
            draft.timestamp.map_or_else(|| stamped("timestamp"), time),
            given("entity_type", Some(draft.entity_type)),
            given("entity_id", Some(draft.entity_id)),
            given("field", Some(draft.field)),
            given("action", Some(draft.action.into())),
            given("old_value", draft.old_value),
            given("new_value", draft.new_value),
            given("actor", Some(draft.actor)),
            given("source", Some(draft.source)),
            given("workspace_id", draft.workspace_id),
            stamped("recorded_at"),
            stamped("writer"),
            stamped("seq"),
            given("corrects", draft.corrects),
            given("reason", draft.reason),
            given("batch", None),
        ];
        Self { columns }
    }
}
