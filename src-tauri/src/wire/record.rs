//! One record on its way to the window: its timeline, its fields, and what differs in them.

use event::{Entry, Timeline};
use reader::{Answer, Snapshot};

use super::{
    Broken, Comparison, Effect, EventRow, Field, FieldChange, RecordView, TimelineFrom,
    TimelineItem, TimelinePage, Value,
};

impl RecordView {
    pub(crate) fn of(journal: &Snapshot, answer: &Answer<Timeline>, view: event::View) -> Self {
        let timeline = &answer.value;
        let entries = timeline.entries();
        let (state, past) = (timeline.state(view), timeline.past(view));
        let record = entries.first().map(|entry| entry.event.record());
        let (entity_type, entity_id) =
            record.map(|r| (r.entity_type, r.entity_id)).unwrap_or_default();
        let row = |entry: &Entry| EventRow::of(journal, entry);
        let cells = state.fields.iter();
        Self {
            entity_type,
            entity_id,
            name: state.name(),
            exists: state.exists,
            deleted: state.deleted,
            events: past,
            later: entries.len() - past,
            first: entries[..past].first().map(row),
            last: entries[..past].last().map(row),
            fields: cells.map(|(name, cell)| field(journal, timeline, name, cell, past)).collect(),
            coverage: answer.coverage.clone().into(),
        }
    }
}

/// Which part of a timeline is asked for.
pub(crate) struct TimelinePart {
    /// Events up to its instant.
    pub view: event::View,
    /// Only those that changed this field, and what was said about them.
    pub only: Option<String>,
    pub from: TimelineFrom,
    pub limit: usize,
}

impl TimelinePart {
    /// The entries that are to be gone through, newest first.
    fn shown(&self, timeline: &Timeline) -> Vec<usize> {
        let past = timeline.past(self.view);
        let mut shown = match &self.only {
            Some(field) => timeline.of_field(field),
            None => (0..past).collect(),
        };
        shown.retain(|&index| index < past);
        shown.reverse();
        shown
    }

    fn skip(&self, journal: &Snapshot, timeline: &Timeline, shown: &[usize]) -> usize {
        match &self.from {
            TimelineFrom::Skip { skip } => *skip,
            TimelineFrom::Event { address } => {
                let entries = timeline.entries();
                let is_it = |index: &usize| {
                    let entry = &entries[*index];
                    address.starts_with(&entry.event.event_id) && journal.address(entry) == *address
                };
                let at = shown.iter().position(is_it);
                at.unwrap_or_default().saturating_sub(self.limit / 2)
            }
        }
    }
}

impl TimelinePage {
    pub(crate) fn of(journal: &Snapshot, answer: &Answer<Timeline>, part: &TimelinePart) -> Self {
        let timeline = &answer.value;
        let shown = part.shown(timeline);
        let skip = part.skip(journal, timeline, &shown);
        let breaks = timeline.breaks();
        let broken = |index: usize| {
            let found = breaks.binary_search_by_key(&index, |found| found.index).ok()?;
            Some(Broken { expected: breaks[found].expected.as_deref().map(Value::short) })
        };
        let address = |index: usize| journal.address(&timeline.entries()[index]);
        let item = |&index: &usize| TimelineItem {
            event: EventRow::of(journal, &timeline.entries()[index]),
            effect: Effect::of(journal, timeline, index),
            about: timeline.about(index).iter().copied().map(address).collect(),
            target: timeline.target(index).map(address),
            order_uncertain: timeline.order_is_uncertain(index),
            broken: broken(index),
        };
        Self {
            items: shown.iter().skip(skip).take(part.limit).map(item).collect(),
            skip,
            total: shown.len(),
            coverage: answer.coverage.clone().into(),
        }
    }
}

impl Comparison {
    pub(crate) fn of(
        journal: &Snapshot,
        answer: &Answer<Timeline>,
        from: event::View,
        to: event::View,
    ) -> Self {
        let timeline = &answer.value;
        let compared = timeline.compare(from, to);
        let side = |name: &str, cell: Option<&event::Cell>, view| {
            cell.map(|cell| field(journal, timeline, name, cell, timeline.past(view)))
        };
        let change = |found: &event::Difference| FieldChange {
            field: found.field.clone(),
            from: side(&found.field, found.from.as_ref(), from),
            to: side(&found.field, found.to.as_ref(), to),
            because: timeline
                .entries()
                .get(found.because)
                .map(|entry| EventRow::of(journal, entry)),
        };
        Self {
            fields: compared.fields.iter().map(change).collect(),
            same: compared.same,
            between: compared.between,
            coverage: answer.coverage.clone().into(),
        }
    }
}

/// A field, and what its value rests on. `past` is how many events of the timeline count.
fn field(
    journal: &Snapshot,
    timeline: &Timeline,
    name: &str,
    cell: &event::Cell,
    past: usize,
) -> Field {
    let entries = timeline.entries();
    let changed = |entry: &&Entry| {
        entry.event.field == name && !entry.event.action.is_amendment() && !entry.event.is_no_op()
    };
    let event = &entries[cell.event].event;
    // A field set with the whole record changed then, too.
    let with_record = usize::from(event.field != name);
    Field {
        field: name.to_owned(),
        value: cell.value.as_deref().map(Value::short),
        address: journal.address(&entries[cell.event]),
        actor: event.actor.clone(),
        timestamp: event::format_time(event.timestamp),
        source: event.source.clone(),
        correction: cell.correction.map(|by| journal.address(&entries[by])),
        changes: entries[..past].iter().filter(changed).count() + with_record,
    }
}
