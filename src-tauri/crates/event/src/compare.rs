//! Comparison of two views of one record.

use std::collections::BTreeSet;

use crate::{Action, Effect, FieldValue, Reading, Timeline, View, WHOLE_RECORD};

/// Comparison of two views of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Fields that differ, in the order of their names.
    pub fields: Vec<Difference>,
    /// Number of fields that have the same value in both views.
    pub same: usize,
    /// Number of entries between the instants of the two views, amendments among them.
    pub between: usize,
}

/// Difference of one field between two views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the field.
    pub field: String,
    /// Value in the first view; `None` if that view has no such field.
    pub from: Option<FieldValue>,
    /// Value in the second view; `None` if that view has no such field.
    pub to: Option<FieldValue>,
    /// Index of the entry that makes the difference: a change, a correction or a void.
    pub because: usize,
}

impl Timeline {
    /// Number of entries with a timestamp up to the instant of `view`, inclusive.
    pub fn past(&self, view: View) -> usize {
        let is_past = |at| self.entries().partition_point(|entry| entry.event.timestamp <= at);
        view.at.map_or(self.entries().len(), is_past)
    }

    /// Compares the states of the record in two views.
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
                (Some(a), Some(b)) if a.event < b.event => Some(self.separated_by(name, b, from)),
                (Some(a), _) => Some(self.separated_by(name, a, to)),
                (None, Some(b)) => Some(self.separated_by(name, b, from)),
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

    /// Index of the entry that separates `cell`, a field's value in one view, from the `other`
    /// view: the void of its event, else the event that removed the field later, else the correction
    /// that set the value, else its event itself.
    fn separated_by(&self, field: &str, cell: &FieldValue, other: View) -> usize {
        if other.reading == Reading::Corrected
            && let Effect::Void { by } = self.effect(cell.event, other.known_at)
        {
            return by;
        }
        let removes = |index: &usize| {
            let event = &self.entries()[*index].event;
            match event.action {
                Action::Delete => event.field == field,
                Action::Insert => event.field == WHOLE_RECORD,
                _ => false,
            }
        };
        let since = cell.event + 1..self.past(other).max(cell.event + 1);
        since.rev().find(removes).or(cell.correction).unwrap_or(cell.event)
    }
}
