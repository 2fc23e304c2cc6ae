//! What the file says of columns that the Arrow types by its Parquet schema do not.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use event::Column;
use parquet::basic::{ConvertedType, LogicalType};
use parquet::file::metadata::FileMetaData;
use parquet::schema::types::Type;

use super::durations;

/// Meanings of the top-level columns of a file.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    /// By name, and of several columns of one name in the order of the file.
    columns: HashMap<String, Vec<Meaning>>,
    others: Vec<String>,
    /// Columns outside of the table that are not read, each with the reason.
    unread: Vec<(String, String)>,
}

/// Meaning of a column: what the file says of it that its Arrow type by its Parquet schema does not.
#[derive(Debug, Clone, Default)]
pub(super) struct Meaning {
    /// Of its values.
    pub values: Option<LeafMeaning>,
    /// Unit of its whole numbers, if they are durations.
    pub unit: Option<&'static str>,
    /// Of the leaves of a nested column.
    pub leaves: Leaves,
}

impl Meaning {
    /// Whether anything is said of its values.
    pub fn says_more(&self) -> bool {
        self.values.is_some() || self.unit.is_some()
    }
}

impl Meanings {
    pub fn of(metadata: &FileMetaData) -> Self {
        let mut units = durations::units(metadata);
        let mut meanings = Self::default();
        for field in metadata.schema_descr().root_schema().get_fields() {
            let name = field.name().to_owned();
            if !is_known(field) {
                meanings.others.push(name.clone());
            }
            let unit = units.get_mut(&name).and_then(VecDeque::pop_front).flatten();
            let meaning = if field.is_primitive() {
                Meaning { values: LeafMeaning::of(field), unit, ..Meaning::default() }
            } else {
                let mut leaves = Vec::new();
                add_leaves(field, &mut leaves);
                Meaning { leaves: leaves.into(), ..Meaning::default() }
            };
            meanings.columns.entry(name).or_default().push(meaning);
        }
        meanings
    }

    /// Meaning of a column: of the one after so many others of this name.
    pub fn of_column(&self, name: &str, others: usize) -> Meaning {
        self.columns.get(name).and_then(|all| all.get(others)).cloned().unwrap_or_default()
    }

    /// Columns outside of the table.
    pub fn others(&self) -> &[String] {
        &self.others
    }

    /// Says of columns that they are not read, each with the reason.
    pub fn leave_out(&mut self, unread: Vec<(String, String)>) {
        self.unread = unread;
    }

    /// Whether a column is read.
    pub fn is_read(&self, name: &str) -> bool {
        self.unread.iter().all(|(unread, _)| unread != name)
    }

    /// Columns that are in the file and not read, each with the reason.
    pub fn unread(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unread.iter().map(|(name, why)| (name.as_str(), why.as_str()))
    }

    /// What is wrong with the file for its columns that are not read; `None` if all are.
    pub fn problem(&self) -> Option<String> {
        let all = self.unread.iter().map(|(name, why)| format!("its column {name}: {why}"));
        let all: Vec<String> = all.collect();
        (!all.is_empty()).then(|| format!("is read but for {}", all.join("; ")))
    }
}

/// What the file says of each leaf of a nested column, in their order.
pub(super) type Leaves = Arc<[Option<LeafMeaning>]>;

/// What the file says of a leaf that the Arrow type by its Parquet schema does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeafMeaning {
    Text,
    Uuid,
    Interval,
}

impl LeafMeaning {
    fn of(leaf: &Type) -> Option<Self> {
        let info = leaf.get_basic_info();
        match (info.logical_type_ref(), info.converted_type()) {
            (Some(LogicalType::Uuid), _) => Some(Self::Uuid),
            _ if is_interval(leaf) => Some(Self::Interval),
            (Some(LogicalType::String | LogicalType::Enum | LogicalType::Json), _)
            | (_, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => {
                Some(Self::Text)
            }
            _ => None,
        }
    }
}

fn add_leaves(field: &Type, leaves: &mut Vec<Option<LeafMeaning>>) {
    if field.is_primitive() {
        leaves.push(LeafMeaning::of(field));
    } else {
        field.get_fields().iter().for_each(|field| add_leaves(field, leaves));
    }
}

/// Whether a top-level column is one of the table.
pub(super) fn is_known(field: &Type) -> bool {
    Column::named(field.name()).is_some()
}

/// Whether a leaf holds intervals: months, days and milliseconds.
pub(super) fn is_interval(field: &Type) -> bool {
    field.is_primitive() && field.get_basic_info().converted_type() == ConvertedType::INTERVAL
}
