//! What is asked for: one value with one meaning, for the window, the command line and the tests.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use event::Position;

/// A question about events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub filters: Filters,
    pub order: Order,
    /// Start after this event of an earlier page.
    pub after: Option<Position>,
    /// At most this many events.
    pub limit: usize,
}

/// In which direction of the total order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// Which events. Terms of one column are alternatives, except that an excluded value excludes;
/// columns narrow each other. The default is all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    pub terms: Vec<(Column, Term)>,
    /// From this instant on.
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Text in the old or the new value, in any case.
    pub contains: Option<String>,
    /// Leave out updates that changed nothing.
    pub hide_no_ops: bool,
}

/// A column that terms can filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    EntityType,
    EntityId,
    Field,
    Action,
    Actor,
    Source,
    WorkspaceId,
}

impl Column {
    pub const ALL: [Self; 7] = [
        Self::EntityType,
        Self::EntityId,
        Self::Field,
        Self::Action,
        Self::Actor,
        Self::Source,
        Self::WorkspaceId,
    ];

    /// The column's name in a journal file.
    pub fn name(self) -> &'static str {
        match self {
            Self::EntityType => "entity_type",
            Self::EntityId => "entity_id",
            Self::Field => "field",
            Self::Action => "action",
            Self::Actor => "actor",
            Self::Source => "source",
            Self::WorkspaceId => "workspace_id",
        }
    }
}

/// A value to have, or not to have. As text, `!x` excludes `x`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub value: String,
    pub exclude: bool,
}

impl FromStr for Term {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let excluded = text.strip_prefix('!');
        Ok(Self { value: excluded.unwrap_or(text).to_owned(), exclude: excluded.is_some() })
    }
}
