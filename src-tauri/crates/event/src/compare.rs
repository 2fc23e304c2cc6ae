//! Two views of one record, held against each other.

use std::collections::BTreeSet;

use crate::{Action, Effect, FieldValue, Reading, Timeline, View, WHOLE_RECORD};

/// What differs between two views of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// By name.
    pub fields: Vec<Difference>,
    /// How many fields have the same value in both.
    pub same: usize,
    /// How many events lie between the two instants.
    pub between: usize,
}

/// A field that has another value in the second view than in the first; `None` where a view has
/// no such field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub field: String,
    pub from: Option<FieldValue>,
    pub to: Option<FieldValue>,
    /// Index of the event that makes the difference.
    pub because: usize,
}

impl Timeline {
    /// How many entries happened up to the view's instant.
    pub fn past(&self, view: View) -> usize {
        let is_past = |at| self.entries().partition_point(|entry| entry.event.timestamp <= at);
        view.at.map_or(self.entries().len(), is_past)
    }

    /// What differs between two views.
    pub fn compare(&self, from: View, to: View) -> Comparison {
        let (before, after) = (self.state(from).fields, self.state(to).fields);
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let mut compared = Comparison {
            fields: Vec::new(),
            same: 0,
            between: self.past(from).abs_diff(self.past(to)),
        };
        for name in names {
            let (first, second) = (before.get(name), after.get(name));
            let because = match (first, second) {
                (Some(a), Some(b)) if a.value == b.value => None,
                (Some(a), Some(b)) if a.event == b.event => a.correction.max(b.correction),
                (Some(a), Some(b)) if a.event < b.event => Some(self.parted(name, b, from)),
                (Some(a), _) => Some(self.parted(name, a, to)),
                (None, Some(b)) => Some(self.parted(name, b, from)),
                (None, None) => None,
            };
            match because {
                Some(because) => compared.fields.push(Difference {
                    field: name.clone(),
                    from: first.cloned(),
                    to: second.cloned(),
                    because,
                }),
                None => compared.same += 1,
            }
        }
        compared
    }

    /// The event that keeps a field's value in one view from being the other's: it was voided
    /// there, is not past there yet, or the field was taken away after it.
    fn parted(&self, field: &str, cell: &FieldValue, other: View) -> usize {
        if other.reading == Reading::Corrected
            && let Effect::Void { by } = self.effect(cell.event, other.known_at)
        {
            return by;
        }
        let takes_away = |index: &usize| {
            let event = &self.entries()[*index].event;
            match event.action {
                Action::Delete => event.field == field,
                Action::Insert => event.field == WHOLE_RECORD,
                _ => false,
            }
        };
        let since = cell.event + 1..self.past(other).max(cell.event + 1);
        since.rev().find(takes_away).unwrap_or(cell.event)
    }
}
