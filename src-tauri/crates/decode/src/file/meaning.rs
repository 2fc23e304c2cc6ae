//! What the file says of columns that the Arrow types by its Parquet schema do not.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use event::Column;
use parquet::basic::{ConvertedType, LogicalType};
use parquet::file::metadata::FileMetaData;
use parquet::schema::types::Type;

use super::durations;

/// Meanings of the top-level columns of a file, by name.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    texts: HashSet<String>,
    uuids: HashSet<String>,
    intervals: HashSet<String>,
    /// Units of whole numbers that are durations.
    units: HashMap<String, &'static str>,
    /// Of nested columns.
    leaves: HashMap<String, Leaves>,
    others: Vec<String>,
    /// Columns outside of the table that are not read, each with the reason.
    unread: Vec<(String, String)>,
}

impl Meanings {
    pub fn of(metadata: &FileMetaData) -> Self {
        let mut meanings = Self { units: durations::units(metadata), ..Self::default() };
        for field in metadata.schema_descr().root_schema().get_fields() {
            let name = field.name().to_owned();
            if !is_known(field) {
                meanings.others.push(name.clone());
            }
            if !field.is_primitive() {
                let mut leaves = Vec::new();
                add_leaves(field, &mut leaves);
                meanings.leaves.insert(name, leaves.into());
                continue;
            }
            match LeafMeaning::of(field) {
                Some(LeafMeaning::Uuid) => drop(meanings.uuids.insert(name)),
                Some(LeafMeaning::Interval) => drop(meanings.intervals.insert(name)),
                Some(LeafMeaning::Text) => drop(meanings.texts.insert(name)),
                None => {}
            }
        }
        meanings
    }

    /// Meanings of the leaves of a nested column.
    pub fn leaves(&self, name: &str) -> Leaves {
        self.leaves.get(name).cloned().unwrap_or_default()
    }

    /// Whether the file says more of a column than its type does.
    pub fn says_more(&self, name: &str) -> bool {
        let sets = [&self.texts, &self.uuids, &self.intervals];
        sets.iter().any(|set| set.contains(name)) || self.units.contains_key(name)
    }

    /// Whether the file calls a column of sixteen bytes a UUID.
    pub fn is_uuid(&self, name: &str) -> bool {
        self.uuids.contains(name)
    }

    /// Whether the file calls a column of twelve bytes an interval.
    pub fn is_interval(&self, name: &str) -> bool {
        self.intervals.contains(name)
    }

    /// Unit of a column of whole numbers, if they are durations.
    pub fn unit(&self, name: &str) -> Option<&'static str> {
        self.units.get(name).copied()
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
