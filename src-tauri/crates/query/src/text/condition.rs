//! What one term of a text says.

use event::Reading;

use super::{TimeText, WindowSetting, Zone};
use crate::{Column, Filters, Term};

/// A term of a [`QueryText`](super::QueryText).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTerm {
    pub condition: Condition,
    /// Switched off: it is kept, and has no effect.
    pub off: bool,
}

/// A term that is switched on.
impl From<Condition> for TextTerm {
    fn from(condition: Condition) -> Self {
        Self { condition, off: false }
    }
}

/// What one term says, on or off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// One of these values in the column or, if they are excluded, none of them. There is at least
    /// one value.
    Values { column: Column, values: Vec<String>, exclude: bool },
    /// A text in the old or the new value, in any case.
    Contains(String),
    /// From the first instant of this time on.
    Since(TimeText),
    /// Before the first instant of this time.
    Until(TimeText),
    /// The zone of every time of the text.
    Zone(Zone),
    /// How records are read.
    As(Reading),
    /// Corrections recorded after the last instant of this time are left aside.
    Known(TimeText),
    /// Updates that changed nothing are left out.
    NoOpsHidden,
    /// What only a window goes by.
    Window(WindowSetting),
}

impl From<WindowSetting> for Condition {
    fn from(setting: WindowSetting) -> Self {
        Self::Window(setting)
    }
}

impl Condition {
    /// The conditions that filters come to, each value once.
    pub(super) fn of(filters: &Filters) -> Vec<Self> {
        let Filters { terms, since, until, contains, hide_no_ops } = filters;
        let values = terms.iter().flat_map(|(column, terms)| {
            [false, true].map(|exclude| Self::values(*column, terms, exclude))
        });
        let others = [
            contains.clone().map(Self::Contains),
            since.map(|time| Self::Since(time.into())),
            until.map(|time| Self::Until(time.into())),
            hide_no_ops.then_some(Self::NoOpsHidden),
        ];
        values.chain(others).flatten().collect()
    }

    fn values(column: Column, terms: &[Term], exclude: bool) -> Option<Self> {
        let mut values: Vec<String> = Vec::new();
        for term in terms.iter().filter(|term| term.exclude == exclude) {
            if !values.contains(&term.value) {
                values.push(term.value.clone());
            }
        }
        (!values.is_empty()).then_some(Self::Values { column, values, exclude })
    }

    /// The filters that this condition comes to; none of a setting or a time.
    pub(super) fn filters(&self) -> Filters {
        let mut filters = Filters::default();
        match self {
            Self::Values { column, values, exclude } => {
                let term = |value: &String| Term { value: value.clone(), exclude: *exclude };
                filters.terms.insert(*column, values.iter().map(term).collect());
            }
            Self::Contains(text) => filters.contains = Some(text.clone()),
            Self::NoOpsHidden => filters.hide_no_ops = true,
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
