//! Units of columns that Arrow calls durations: to Parquet they are whole numbers.
//!
//! Only names and units are taken from Arrow's schema, through accessors of a verified buffer: the
//! library's own conversion panics on types that it does not know.

use std::collections::{HashMap, VecDeque};

use arrow_ipc::{Field, TimeUnit, root_as_message};
use base64::prelude::{BASE64_STANDARD, Engine};
use parquet::file::metadata::{FileMetaData, KeyValue};

/// Key of Arrow's schema in the metadata of a file.
const KEY: &str = "ARROW:schema";

/// Mark before the length of a message; older writers have neither.
const MARK: [u8; 4] = [0xff; 4];

/// Units by which Arrow's schema counts durations.
type Units = HashMap<String, VecDeque<Option<&'static str>>>;

/// Unit of each top-level column, by name, and of several columns of one name in their order; `None` if
/// Arrow's schema does not call it a duration. Empty where there is no such schema, or a broken one.
pub(super) fn units(metadata: &FileMetaData) -> Units {
    let pairs = metadata.key_value_metadata().into_iter().flatten();
    let mut schemas = pairs.filter(|KeyValue { key, .. }| key == KEY);
    let schema = schemas.next().and_then(|pair| pair.value.as_deref());
    schema.and_then(units_of).unwrap_or_default()
}

fn units_of(schema: &str) -> Option<Units> {
    let bytes = BASE64_STANDARD.decode(schema).ok()?;
    let message = if bytes.starts_with(&MARK) { bytes.get(8..)? } else { &bytes };
    let fields = root_as_message(message).ok()?.header_as_schema()?.fields()?;
    let unit = |field: Field<'_>| {
        let unit = match field.type_as_duration()?.unit() {
            TimeUnit::SECOND => "s",
            TimeUnit::MILLISECOND => "ms",
            TimeUnit::MICROSECOND => "µs",
            TimeUnit::NANOSECOND => "ns",
            _ => return None,
        };
        Some(unit)
    };
    let mut units = Units::new();
    for field in fields {
        units.entry(field.name()?.to_owned()).or_default().push_back(unit(field));
    }
    Some(units)
}
