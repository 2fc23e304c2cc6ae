//! The one table of the columns of a journal file.
//!
//! Encoders, decoders, the catalog, CSV, previews, filters and facets walk this table, and the
//! window's list of columns is generated from it. A column is added here and nowhere else.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

/// Kind of value in the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text in UTF-8.
    Text,
    /// Instant, to the nanosecond.
    Instant,
    /// Unsigned 64-bit integer.
    Number,
}

/// Storage type of a column in the files Daybook writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// UTF-8 text; an instant is formatted as RFC 3339.
    Utf8,
    /// Timestamp in microseconds since 1970, in UTC.
    Micros,
    /// Unsigned 64-bit integer.
    UInt64,
    /// Fixed-size binary of 16 bytes, written as hexadecimal digits where it is text.
    Binary16,
}

/// Role of a column in filters and facets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Dimension: its values repeat, events can be filtered by them, and facets count each.
    Dimension,
    /// Record id: events can be filtered by it, but it has too many values for a facet.
    Record,
    /// Value: it is shown, and events cannot be filtered by it.
    Value,
}

/// Row of the column table.
struct Definition {
    name: &'static str,
    kind: Kind,
    storage: Storage,
    nullable: bool,
    role: Role,
    since: u32,
}

macro_rules! columns {
    ($($column:ident, $name:literal, $kind:ident in $storage:ident, $null:ident, $role:ident, $since:literal;)*) => {
        /// Column of a journal file. Serialized, it is its name.
        ///
        /// [`Event`](crate::Event) describes the columns that an event has. `salt` and `checkpoint`
        /// belong to the row: they hold its seal.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Column {
            $(
                #[doc = concat!("Column `", $name, "`.")]
                #[serde(rename = $name)]
                $column,
            )*
        }

        /// Columns of a journal file, in file order. The first eleven are text, in the positions of
        /// legacy files, because legacy readers go by position. Later columns follow and are
        /// nullable.
        pub const COLUMNS: [Column; [$($name),*].len()] = [$(Column::$column),*];

        const TABLE: [Definition; COLUMNS.len()] = [$(Definition {
            name: $name,
            kind: Kind::$kind,
            storage: Storage::$storage,
            nullable: is_nullable!($null),
            role: Role::$role,
            since: $since,
        }),*];
    };
}

macro_rules! is_nullable {
    (required) => {
        false
    };
    (nullable) => {
        true
    };
}

// Variant, name, kind and storage, nullability, role, and the format that introduced the column.
// Format 0 is that of legacy files, which do not name their format.
columns! {
    EventId, "event_id", Text in Utf8, required, Value, 0;
    Timestamp, "timestamp", Instant in Utf8, required, Value, 0;
    EntityType, "entity_type", Text in Utf8, required, Dimension, 0;
    EntityId, "entity_id", Text in Utf8, required, Record, 0;
    Field, "field", Text in Utf8, required, Dimension, 0;
    Action, "action", Text in Utf8, required, Dimension, 0;
    OldValue, "old_value", Text in Utf8, nullable, Value, 0;
    NewValue, "new_value", Text in Utf8, nullable, Value, 0;
    Actor, "actor", Text in Utf8, required, Dimension, 0;
    Source, "source", Text in Utf8, required, Dimension, 0;
    WorkspaceId, "workspace_id", Text in Utf8, nullable, Dimension, 0;
    RecordedAt, "recorded_at", Instant in Micros, nullable, Value, 1;
    Writer, "writer", Text in Utf8, nullable, Value, 1;
    Seq, "seq", Number in UInt64, nullable, Value, 1;
    Corrects, "corrects", Text in Utf8, nullable, Value, 1;
    Reason, "reason", Text in Utf8, nullable, Value, 1;
    Batch, "batch", Text in Utf8, nullable, Value, 1;
    Salt, "salt", Text in Binary16, nullable, Value, 2;
    Checkpoint, "checkpoint", Text in Utf8, nullable, Value, 2;
}

/// Columns of an [`Event`](crate::Event), the first of [`COLUMNS`]. The columns after them belong
/// to the row and not to its event.
pub const EVENT_COLUMNS: [Column; 17] = first();

/// Columns of a legacy file, the first eleven of [`COLUMNS`].
pub const LEGACY_COLUMNS: [Column; count(&[Role::Dimension, Role::Record, Role::Value], 0)] =
    first();

/// Dimension columns, in the order in which catalogs and facets list them.
pub const DIMENSIONS: [Column; count(&[Role::Dimension], u32::MAX)] =
    with_roles(&[Role::Dimension]);

/// Columns by which events can be filtered.
pub const FILTER_COLUMNS: [Column; count(&[Role::Dimension, Role::Record], u32::MAX)] =
    with_roles(&[Role::Dimension, Role::Record]);

/// Format number of the files Daybook writes: the format of the newest column.
pub const FORMAT: u32 = TABLE[COLUMNS.len() - 1].since;

impl Column {
    /// Index of the column in [`COLUMNS`] and, for a column of an event, in
    /// [`Event::cells`](crate::Event::cells).
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Name of the column in a file, in JSON and on screen.
    pub const fn name(self) -> &'static str {
        TABLE[self.index()].name
    }

    /// Kind of value in its cells.
    pub const fn kind(self) -> Kind {
        TABLE[self.index()].kind
    }

    /// Storage type in the files Daybook writes.
    pub const fn storage(self) -> Storage {
        TABLE[self.index()].storage
    }

    /// Whether a cell may be null. A column that is not nullable is required in every file.
    pub const fn is_nullable(self) -> bool {
        TABLE[self.index()].nullable
    }

    /// Role of the column in filters and facets.
    pub const fn role(self) -> Role {
        TABLE[self.index()].role
    }

    /// Format that introduced the column; 0 for the columns of legacy files.
    pub const fn since(self) -> u32 {
        TABLE[self.index()].since
    }

    /// Index of the column in [`DIMENSIONS`]; `None` if it is not a dimension.
    pub const fn dimension(self) -> Option<usize> {
        let (mut at, mut found) = (0, None);
        while at < DIMENSIONS.len() {
            if DIMENSIONS[at].index() == self.index() {
                found = Some(at);
            }
            at += 1;
        }
        found
    }

    /// Index of the column in [`DIMENSIONS`].
    ///
    /// # Panics
    ///
    /// Panics if the column is not a dimension; in a constant it does not compile.
    pub const fn as_dimension(self) -> usize {
        self.dimension().expect("a column that is a dimension")
    }

    /// Column with this name; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        COLUMNS.into_iter().find(|column| column.name() == name)
    }

    fn field(self) -> Field {
        let kind = match self.storage() {
            Storage::Utf8 => DataType::Utf8,
            Storage::Micros => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Storage::UInt64 => DataType::UInt64,
            Storage::Binary16 => DataType::FixedSizeBinary(16),
        };
        Field::new(self.name(), kind, self.is_nullable())
    }
}

/// First `N` columns.
const fn first<const N: usize>() -> [Column; N] {
    let mut columns = [COLUMNS[0]; N];
    let mut at = 0;
    while at < N {
        columns[at] = COLUMNS[at];
        at += 1;
    }
    columns
}

/// Columns with one of `roles`, in file order. `N` must be their [`count`].
const fn with_roles<const N: usize>(roles: &[Role]) -> [Column; N] {
    let mut columns = [COLUMNS[0]; N];
    let (mut at, mut found) = (0, 0);
    while at < COLUMNS.len() {
        if is_one_of(COLUMNS[at].role(), roles) {
            columns[found] = COLUMNS[at];
            found += 1;
        }
        at += 1;
    }
    columns
}

/// Number of columns that have one of `roles` and that `format` or an earlier one introduced.
const fn count(roles: &[Role], format: u32) -> usize {
    let (mut at, mut found) = (0, 0);
    while at < COLUMNS.len() {
        if is_one_of(COLUMNS[at].role(), roles) && COLUMNS[at].since() <= format {
            found += 1;
        }
        at += 1;
    }
    found
}

const fn is_one_of(role: Role, roles: &[Role]) -> bool {
    let mut at = 0;
    while at < roles.len() {
        if role as u8 == roles[at] as u8 {
            return true;
        }
        at += 1;
    }
    false
}

/// Arrow schema of the files Daybook writes.
pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(COLUMNS.map(Column::field).to_vec()))
}

/// Arrow schema of a legacy file: the first eleven columns.
pub fn legacy_schema() -> SchemaRef {
    Arc::new(Schema::new(LEGACY_COLUMNS.map(Column::field).to_vec()))
}
