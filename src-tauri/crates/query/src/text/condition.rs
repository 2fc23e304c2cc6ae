//! Terms of a text, and the conditions that they state.

use event::{Mark, Reading};

use super::{TimeText, WindowSetting, Zone};
use crate::{Column, Filters, Predicate, Term};

/// Term of a [`QueryText`](super::QueryText).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTerm {
    /// Condition that the term states.
    pub condition: Condition,
    /// Whether the term is switched off: it is part of the text and has no effect.
    pub off: bool,
}

/// Term that is switched on.
impl From<Condition> for TextTerm {
    fn from(condition: Condition) -> Self {
        Self { condition, off: false }
    }
}

/// Condition or setting that one term states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Values of a column, of which an event has one or, if they are excluded, none.
    Values {
        /// Column of the values.
        column: Column,
        /// Values, at least one.
        values: Vec<String>,
        /// Whether events with one of the values are excluded.
        exclude: bool,
    },
    /// Text in the old or the new value, in any case.
    Contains(String),
    /// Text in the old or the new value, whatever its accents, blanks, signs and leading zeros.
    Like(String),
    /// Start of the time span: the first instant of this time, inclusive.
    Since(TimeText),
    /// End of the time span: the first instant of this time, exclusive.
    Until(TimeText),
    /// Time zone of every time in the text.
    Zone(Zone),
    /// Reading of records.
    As(Reading),
    /// Known corrections: those recorded after the last instant of this time are ignored.
    Known(TimeText),
    /// No-ops hidden: updates whose old and new value are equal.
    NoOpsHidden,
    /// Mark that an event must have now, or must not have.
    Marked(Mark, bool),
    /// Predicate; one that depends on a time zone is in the zone of the text.
    Predicate(Predicate),
    /// Setting that only a window has.
    Window(WindowSetting),
}

impl From<WindowSetting> for Condition {
    fn from(setting: WindowSetting) -> Self {
        Self::Window(setting)
    }
}

impl Condition {
    /// Conditions equal to filters, with each value once, in a text that names the zone of the
    /// predicates.
    pub(super) fn of(filters: &Filters) -> Vec<Self> {
        let filters = filters.normalized();
        let Filters {
            terms,
            since,
            until,
            contains,
            loosely,
            hide_no_ops,
            marks,
            predicates,
            zone: _,
        } = &filters;
        let values = terms.iter().flat_map(|(column, terms)| {
            [false, true].map(|exclude| Self::values(*column, terms, exclude))
        });
        let others = [
            contains.clone().map(if *loosely { Self::Like } else { Self::Contains }),
            since.map(|time| Self::Since(time.into())),
            until.map(|time| Self::Until(time.into())),
            hide_no_ops.then_some(Self::NoOpsHidden),
        ];
        let marks = marks.iter().map(|(mark, has)| Self::Marked(*mark, *has));
        let predicates = predicates.iter().cloned().map(Self::Predicate);
        values.chain(others).flatten().chain(marks).chain(predicates).collect()
    }

    fn values(column: Column, terms: &[Term], exclude: bool) -> Option<Self> {
        let values = terms.iter().filter(|term| term.exclude == exclude);
        let values: Vec<String> = values.map(|term| term.value.clone()).collect();
        (!values.is_empty()).then_some(Self::Values { column, values, exclude })
    }

    /// Filters equal to this condition; the default for a setting or a time.
    pub(super) fn filters(&self) -> Filters {
        let mut filters = Filters::default();
        match self {
            Self::Values { column, values, exclude } => {
                let term = |value: &String| Term { value: value.clone(), exclude: *exclude };
                filters.terms.insert(*column, values.iter().map(term).collect());
            }
            Self::Contains(text) => filters.contains = Some(text.clone()),
            Self::Like(text) => (filters.contains, filters.loosely) = (Some(text.clone()), true),
            Self::NoOpsHidden => filters.hide_no_ops = true,
            Self::Marked(mark, has) => drop(filters.marks.insert(*mark, *has)),
            Self::Predicate(predicate) => filters.predicates.push(predicate.clone()),
            Self::Since(_)
            | Self::Until(_)
            | Self::Zone(_)
            | Self::As(_)
            | Self::Known(_)
            | Self::Window(_) => {}
        }
        filters
    }
}
