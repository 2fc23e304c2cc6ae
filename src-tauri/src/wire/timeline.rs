//! Pages of a record's timeline.

use query::{Coverage, Covered, ExcerptStart, TimelineExcerpt};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Effect, EventRow, Value};

/// Start of a page of a timeline.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum TimelineFrom {
    /// A number of newer items is skipped.
    Skip {
        /// Number of items to skip.
        skip: usize,
    },
    /// The page has an event in its middle.
    Event {
        /// Address or id of the event. If it is not in the list, the page begins with the newest.
        address: String,
    },
}

/// A page of a record's timeline, newest first.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct TimelinePage {
    /// Items of the page.
    pub items: Vec<TimelineItem>,
    /// Number of items that are newer than the first of this page.
    pub skip: usize,
    /// Number of items on all pages.
    pub total: usize,
    /// Coverage of the answer.
    pub coverage: Coverage,
}

/// An item of a timeline: an event and how it relates to others.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct TimelineItem {
    /// The event, with long values cut.
    pub event: EventRow,
    /// Effect of the corrections and voids about the event.
    pub effect: Effect,
    /// Addresses of the corrections, voids and notes about the event, oldest first.
    pub about: Vec<String>,
    /// Address of the event that this one is about; null if it is about none.
    pub target: Option<String>,
    /// Whether the event and a neighbour have one timestamp, so that only the tie-break orders
    /// them.
    pub order_uncertain: bool,
    /// Break of the value chain at this event; null if there is none.
    pub broken: Option<Broken>,
}

/// A break of a value chain: the update's old value is not the value before it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Broken {
    /// Value before the update; null if that was null, or there was none.
    pub expected: Option<Value>,
}

impl From<TimelineFrom> for ExcerptStart {
    fn from(from: TimelineFrom) -> Self {
        match from {
            TimelineFrom::Skip { skip } => Self::Skip(skip),
            TimelineFrom::Event { address } => Self::Around(address),
        }
    }
}

impl TimelinePage {
    /// The page of an excerpt.
    pub(crate) fn of(answer: &Covered<TimelineExcerpt>) -> Self {
        let Covered { value: excerpt, coverage } = answer;
        let timeline = &excerpt.timeline;
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
            items: excerpt.page.iter().map(item).collect(),
            skip: excerpt.skip,
            total: excerpt.total,
            coverage: coverage.clone(),
        }
    }
}
