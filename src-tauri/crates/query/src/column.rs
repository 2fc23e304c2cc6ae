//! The columns that can be filtered by.

use serde::{Deserialize, Serialize};

/// A column that terms can filter by. Serialized, it is the column's name in a journal file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum Column {
    EntityType,
    EntityId,
    Field,
    Action,
    Actor,
    Source,
    WorkspaceId,
}

/// The columns whose values are counted by [`Facets`](crate::Facets), in the order of its answer.
pub const FACET_COLUMNS: [Column; 6] = [
    Column::EntityType,
    Column::Field,
    Column::Action,
    Column::Actor,
    Column::Source,
    Column::WorkspaceId,
];

impl Column {
    /// Every column, in the order of the columns of a file.
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
