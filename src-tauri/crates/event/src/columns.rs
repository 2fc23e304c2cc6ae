//! The one table of a journal's columns.
//!
//! Whatever goes through the columns of an event walks this table: encoding, decoding, sizes,
//! catalogs, CSV, JSON, previews, filters, facets, and the window through the list generated from
//! it. A column is added here and nowhere else.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// An instant, to the nanosecond.
    Instant,
    /// A whole number without a sign, of 64 bits.
    Number,
}

/// As what the cells of a column lie in the files Daybook writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// Text; an instant as RFC 3339.
    Utf8,
    /// Microseconds since 1970, in UTC.
    Micros,
    /// A 64-bit number.
    UInt64,
    /// Sixteen bytes, of which the text has the hexadecimal digits.
    Binary16,
}

/// What people ask of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its values repeat: events can be filtered by them, and each value is counted.
    Dimension,
    /// The record's id: events can be filtered by it, but it has too many values to count.
    Record,
    /// It is shown, and not filtered by.
    Value,
}

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
        /// A column of a journal file.
        ///
        /// Serialized, it is its name.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Column {
            $(
                #[doc = concat!("`", $name, "`")]
                #[serde(rename = $name)]
                $column,
            )*
        }

        /// All columns in their order. The first eleven are text and stand where the first
        /// journals had them, because their readers go by position; what came later follows and
        /// is nullable.
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

// Column, its name, its kind and storage, whether it may be null, its role, and the format it came
// with: 0 is that of the legacy files, which do not name theirs.
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

/// The columns that an [`Event`] is made of: the first of [`COLUMNS`]. A column after them says
/// something about its row, and nothing about the event.
pub const EVENT_COLUMNS: [Column; 17] = first();

/// The columns of a legacy file: the first of [`COLUMNS`].
pub const LEGACY_COLUMNS: [Column; count(&[Role::Dimension, Role::Record, Role::Value], 0)] =
    first();

/// The columns whose values repeat, in the order in which they are kept, counted and listed.
pub const DIMENSIONS: [Column; count(&[Role::Dimension], u32::MAX)] = those(&[Role::Dimension]);

/// The columns that events can be filtered by.
pub const FILTER_COLUMNS: [Column; count(&[Role::Dimension, Role::Record], u32::MAX)] =
    those(&[Role::Dimension, Role::Record]);

/// The number of the format in which files are written: that of the newest column.
pub const FORMAT: u32 = TABLE[COLUMNS.len() - 1].since;

impl Column {
    /// Where it stands in [`COLUMNS`], and in [`Event::cells`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its name in a file, in JSON and on the screen.
    pub const fn name(self) -> &'static str {
        TABLE[self.index()].name
    }

    /// What its cells are.
    pub const fn kind(self) -> Kind {
        TABLE[self.index()].kind
    }

    /// As what they lie in the files Daybook writes.
    pub const fn storage(self) -> Storage {
        TABLE[self.index()].storage
    }

    /// Whether a row may have no value in it. A column that may not must be in every file.
    pub const fn is_nullable(self) -> bool {
        TABLE[self.index()].nullable
    }

    /// What people ask of it.
    pub const fn role(self) -> Role {
        TABLE[self.index()].role
    }

    /// The first format that has it; 0 for the columns of legacy files.
    pub const fn since(self) -> u32 {
        TABLE[self.index()].since
    }

    /// Where it stands in [`DIMENSIONS`]; `None` if it is no dimension.
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

    /// Where it stands in [`DIMENSIONS`]. For constants: a column that is no dimension does not
    /// compile there, and panics elsewhere.
    pub const fn as_dimension(self) -> usize {
        self.dimension().expect("a column that is a dimension")
    }

    /// The column with this name.
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

const fn first<const N: usize>() -> [Column; N] {
    let mut columns = [COLUMNS[0]; N];
    let mut at = 0;
    while at < N {
        columns[at] = COLUMNS[at];
        at += 1;
    }
    columns
}

/// The columns of some roles, in their order.
const fn those<const N: usize>(roles: &[Role]) -> [Column; N] {
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

/// How many columns have one of these roles, and came with this format or before.
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

/// The Arrow schema of the files Daybook writes.
pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(COLUMNS.map(Column::field).to_vec()))
}

/// The Arrow schema of a legacy file: the first eleven columns.
pub fn legacy_schema() -> SchemaRef {
    Arc::new(Schema::new(LEGACY_COLUMNS.map(Column::field).to_vec()))
}
