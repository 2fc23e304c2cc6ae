//! Excerpts of timelines: what a view of one record needs of its events, which may be many.

use std::collections::BTreeMap;

use event::{Address, Entry, Timeline, View};

/// Query for an excerpt of a record's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcerptQuery {
    /// View of the record. The list of its events ends with the instant of the view.
    pub view: View,
    /// Field: then only events are listed that may have changed it, and what is about those.
    pub only: Option<String>,
    /// Start of the page.
    pub start: ExcerptStart,
    /// Maximum number of events on the page.
    pub limit: usize,
}

/// Start of a page of a record's events, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExcerptStart {
    /// A number of newer events is skipped.
    Skip(usize),
    /// The page has the event with this id or address in its middle. If it is not in the list, the
    /// page begins with the newest.
    Around(String),
}

/// Excerpt of a record's timeline: the events that its state in a view rests on, and those of a page.
///
/// Of the events in it, state, effects, links and breaks of chains are those of the whole timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineExcerpt {
    /// Timeline of the events in the excerpt, the first and the last of the view among them.
    pub timeline: Timeline,
    /// Indices of the events on the page, newest first.
    pub page: Vec<usize>,
    /// Number of listed events that are newer than the page.
    pub skip: usize,
    /// Number of all listed events.
    pub total: usize,
    /// Number of the record's events up to the instant of the view.
    pub past: usize,
    /// Number of its events after that.
    pub later: usize,
    /// Number of events up to the instant that changed a field, by its name: neither amendments nor
    /// updates that changed nothing.
    pub changes: BTreeMap<String, usize>,
}

impl TimelineExcerpt {
    /// Excerpt that has the whole timeline.
    pub fn whole(timeline: Timeline, query: &ExcerptQuery) -> Self {
        let entries = timeline.entries();
        let past = timeline.past(query.view);
        let mut listed = match &query.only {
            Some(field) => timeline.of_field(field),
            None => (0..past).collect(),
        };
        listed.retain(|&index| index < past);
        listed.reverse();
        let skip = match &query.start {
            ExcerptStart::Skip(skip) => *skip,
            ExcerptStart::Around(text) => {
                let readings = Address::readings(text);
                let found = listed.iter().position(|&at| is_meant(&entries[at], text, &readings));
                found.unwrap_or_default().saturating_sub(query.limit / 2)
            }
        };
        let mut changes = BTreeMap::new();
        for Entry { event, .. } in &entries[..past] {
            if !event.action.is_amendment() && !event.is_no_op() {
                *changes.entry(event.field.clone()).or_default() += 1;
            }
        }
        let later = entries.len() - past;
        let page = listed.iter().skip(skip).take(query.limit).copied().collect();
        Self { page, skip, total: listed.len(), past, later, changes, timeline }
    }
}

/// Whether an entry is the one that a text means as an id or as one of these addresses.
pub fn is_meant(entry: &Entry, text: &str, readings: &[Address]) -> bool {
    entry.event.event_id == text || readings.iter().any(|address| entry.is_at(address))
}
