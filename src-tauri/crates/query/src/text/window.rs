//! Settings of a text that only a window has: which list it shows, and how.

use std::fmt::{Display, Formatter};

use event::Reading;
use serde::{Deserialize, Serialize};

use super::TimeText;
use super::printer::{READINGS, name_of, value};

/// Setting that only a window has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowSetting {
    /// View, a list or one record: `view=records`.
    View(WindowView),
    /// Text in the id or the name of the listed records: `record~CAND-00`.
    IdContains(String),
    /// Groups off: bulk changes are listed event by event, `groups=off`.
    GroupsOff,
    /// Pane of a record: `pane=fields`.
    Pane(Pane),
    /// Clock, at the last instant of a time: `at=2024-03-03`.
    At(TimeText),
    /// Instant of one side of a comparison, the last of a time: `from=2024-03-03`.
    Compare(CompareEnd, TimeText),
    /// Reading of one side of a comparison: `from-as=recorded`.
    CompareAs(CompareEnd, Reading),
}

/// View of a window: a list, SQL or one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum WindowView {
    /// Events, in a list.
    #[default]
    Events,
    /// Records, in a list.
    Records,
    /// Deleted records, in a list.
    Deleted,
    /// Corrections, voids and notes, in a list.
    Corrections,
    /// Chains that are broken, in a list.
    Chains,
    /// Questions in SQL.
    Sql,
    /// Record: one of them.
    Record,
}

/// Pane of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Pane {
    /// Timeline: its events.
    #[default]
    Timeline,
    /// Fields: its state at the clock.
    Fields,
    /// Comparison of two of its views.
    Compare,
}

/// Side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareEnd {
    /// First side: `from` and `from-as`.
    From,
    /// Second side: `to` and `to-as`.
    To,
}

impl WindowView {
    /// Names of the views in a text.
    pub(super) const NAMES: [(&str, Self); 7] = [
        ("events", Self::Events),
        ("records", Self::Records),
        ("deleted", Self::Deleted),
        ("corrections", Self::Corrections),
        ("chains", Self::Chains),
        ("sql", Self::Sql),
        ("record", Self::Record),
    ];
}

impl Pane {
    /// Names of the panes in a text.
    pub(super) const NAMES: [(&str, Self); 3] =
        [("timeline", Self::Timeline), ("fields", Self::Fields), ("compare", Self::Compare)];
}

impl WindowSetting {
    /// Name of the setting in a text. Two settings with one name exclude each other.
    pub fn name(&self) -> &'static str {
        match self {
            Self::View(_) => "view",
            Self::IdContains(_) => "record~",
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
            Self::CompareAs(_, reading) => write!(to, "{name}={}", name_of(reading, &READINGS)),
        }
    }
}
