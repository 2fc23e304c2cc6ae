//! What the file says of columns that the Arrow types by its Parquet schema do not.

use std::collections::{HashMap, HashSet};

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
    others: Vec<String>,
    /// Why the columns in `others` are not read; `None` if they are.
    why_unread: Option<String>,
}

impl Meanings {
    pub fn of(metadata: &FileMetaData) -> Self {
        let mut meanings = Self { units: durations::units(metadata), ..Self::default() };
        for field in metadata.schema_descr().root_schema().get_fields() {
            let name = field.name().to_owned();
            if !is_known(field) {
                meanings.others.push(name.clone());
            }
            let info = field.get_basic_info();
            match (info.logical_type_ref(), info.converted_type()) {
                (Some(LogicalType::Uuid), _) => drop(meanings.uuids.insert(name)),
                _ if is_interval(field) => drop(meanings.intervals.insert(name)),
                (Some(LogicalType::String | LogicalType::Enum | LogicalType::Json), _)
                | (_, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => {
                    meanings.texts.insert(name);
                }
                _ => {}
            }
        }
        meanings
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

    /// Says of the columns outside of the table that they are not read. Returns whether there are
    /// any.
    pub fn leave_out_others(&mut self, why: &str) -> bool {
        self.why_unread = Some(why.to_owned());
        !self.others.is_empty()
    }

    /// Columns that are in the file and not read, each with the reason.
    pub fn unread(&self) -> impl Iterator<Item = (&str, &str)> {
        let why = self.why_unread.as_deref();
        why.into_iter().flat_map(|why| self.others.iter().map(move |name| (name.as_str(), why)))
    }
}

/// Whether a top-level column is one of the table.
pub(super) fn is_known(field: &Type) -> bool {
    Column::named(field.name()).is_some()
}

/// Whether a column holds intervals: months, days and milliseconds.
pub(super) fn is_interval(field: &Type) -> bool {
    field.is_primitive() && field.get_basic_info().converted_type() == ConvertedType::INTERVAL
}
