//! Settings of a text that only a window goes by: which list it shows, and how.

use std::fmt::{Display, Formatter};

use event::Reading;
use serde::{Deserialize, Serialize};

use super::TimeText;
use super::printer::{reading_name, value};

/// A setting that only a window goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowSetting {
    /// The list, or one record: `view=records`.
    View(WindowView),
    /// Text in the id or name of the records listed: `id~CAND-00`.
    IdContains(String),
    /// Events that came in bulk are listed one by one: `groups=off`.
    GroupsOff,
    /// What is shown of a record: `pane=fields`.
    Pane(Pane),
    /// The clock: `at=2024-03-03`, a day that counts whole.
    At(TimeText),
    /// One side of a comparison, and how it is read: `from=2024-03-03 from-as=recorded`.
    Compare(CompareEnd, TimeText),
    CompareAs(CompareEnd, Reading),
}

/// What a window lists or shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum WindowView {
    #[default]
    Events,
    Records,
    Deleted,
    Corrections,
    Chains,
    Record,
}

/// What is shown of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Pane {
    #[default]
    Timeline,
    Fields,
    Compare,
}

/// A side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareEnd {
    From,
    To,
}

impl WindowView {
    /// What each is called in a text.
    pub(super) const NAMES: [(&str, Self); 6] = [
        ("events", Self::Events),
        ("records", Self::Records),
        ("deleted", Self::Deleted),
        ("corrections", Self::Corrections),
        ("chains", Self::Chains),
        ("record", Self::Record),
    ];
}

impl Pane {
    /// What each is called in a text.
    pub(super) const NAMES: [(&str, Self); 3] =
        [("timeline", Self::Timeline), ("fields", Self::Fields), ("compare", Self::Compare)];
}

impl WindowSetting {
    /// What stands before its operator.
    pub fn name(&self) -> &'static str {
        match self {
            Self::View(_) => "view",
            Self::IdContains(_) => "id~",
            Self::GroupsOff => "groups",
            Self::Pane(_) => "pane",
            Self::At(_) => "at",
            Self::Compare(CompareEnd::From, _) => "from",
            Self::Compare(CompareEnd::To, _) => "to",
            Self::CompareAs(CompareEnd::From, _) => "from-as",
            Self::CompareAs(CompareEnd::To, _) => "to-as",
        }
    }
}

impl Display for WindowSetting {
    fn fmt(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        let name = self.name();
        match self {
            Self::View(view) => write!(to, "{name}={}", name_of(view, &WindowView::NAMES)),
            Self::IdContains(text) => {
                to.write_str(name)?;
                value(text, to)
            }
            Self::GroupsOff => write!(to, "{name}=off"),
            Self::Pane(pane) => write!(to, "{name}={}", name_of(pane, &Pane::NAMES)),
            Self::At(time) | Self::Compare(_, time) => write!(to, "{name}={time}"),
            Self::CompareAs(_, reading) => write!(to, "{name}={}", reading_name(*reading)),
        }
    }
}

fn name_of<T: PartialEq>(one: &T, names: &[(&'static str, T)]) -> &'static str {
    names.iter().find(|(_, other)| other == one).map_or("", |(name, _)| name)
}
