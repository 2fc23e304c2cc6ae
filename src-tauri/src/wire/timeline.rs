//! A record's timeline on its way to the window.

use event::{Address, Timeline};
use query::{Coverage, Covered};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Effect, EventRow, Value};

/// Where a page of a timeline begins.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum TimelineFrom {
    /// After so many newer items.
    Skip { skip: usize },
    /// So that this event is in its middle.
    Event { address: String },
}

/// A page of a record's timeline, newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct TimelinePage {
    pub items: Vec<TimelineItem>,
    /// Items newer than the first one given.
    pub skip: usize,
    pub total: usize,
    pub coverage: Coverage,
}

#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct TimelineItem {
    pub event: EventRow,
    pub effect: Effect,
    /// Addresses of what was said about it.
    pub about: Vec<String>,
    /// Address of the event it is about.
    pub target: Option<String>,
    /// Nothing but the tie-break orders it and a neighbour.
    pub order_uncertain: bool,
    pub broken: Option<Broken>,
}

/// The update's old value is not the value before it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Broken {
    /// The value before it; null if there was none.
    pub expected: Option<Value>,
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

    fn skip(&self, timeline: &Timeline, shown: &[usize]) -> usize {
        match &self.from {
            TimelineFrom::Skip { skip } => *skip,
            TimelineFrom::Event { address } => {
                let entries = timeline.entries();
                let parsed = Address::parse(address);
                let is_it = |index: &usize| {
                    let entry = &entries[*index];
                    entry.event.event_id == *address || entry.is_at(&parsed)
                };
                let at = shown.iter().position(is_it);
                at.unwrap_or_default().saturating_sub(self.limit / 2)
            }
        }
    }
}

impl TimelinePage {
    pub(crate) fn of(answer: &Covered<Timeline>, part: &TimelinePart) -> Self {
        let timeline = &answer.value;
        let shown = part.shown(timeline);
        let skip = part.skip(timeline, &shown);
        let breaks = timeline.breaks();
        let broken = |index: usize| {
            let found = breaks.binary_search_by_key(&index, |found| found.index).ok()?;
            Some(Broken { expected: breaks[found].expected.as_deref().map(Value::short) })
        };
        let address = |index: usize| timeline.entries()[index].address().to_string();
        let item = |&index: &usize| TimelineItem {
            event: EventRow::of(&timeline.entries()[index]),
            effect: Effect::of(timeline, index),
            about: timeline.about(index).iter().copied().map(address).collect(),
            target: timeline.target(index).map(address),
            order_uncertain: timeline.order_is_uncertain(index),
            broken: broken(index),
        };
        Self {
            items: shown.iter().skip(skip).take(part.limit).map(item).collect(),
            skip,
            total: shown.len(),
            coverage: answer.coverage.clone(),
        }
    }
}
