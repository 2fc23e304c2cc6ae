//! Units of columns that Arrow calls durations: to Parquet they are whole numbers.
//!
//! Only names and units are taken from Arrow's schema, through accessors of a verified buffer: the
//! library's own conversion panics on types that it does not know.

use std::collections::HashMap;

use arrow_ipc::{Field, TimeUnit, root_as_message};
use base64::prelude::{BASE64_STANDARD, Engine};
use parquet::file::metadata::{FileMetaData, KeyValue};

/// Key of Arrow's schema in the metadata of a file.
const KEY: &str = "ARROW:schema";

/// Mark before the length of a message; older writers have neither.
const MARK: [u8; 4] = [0xff; 4];

/// Unit of each top-level column that Arrow's schema calls a duration, by name. Empty where there is
/// no such schema, or a broken one.
pub(super) fn units(metadata: &FileMetaData) -> HashMap<String, &'static str> {
    let pairs = metadata.key_value_metadata().into_iter().flatten();
    let mut schemas = pairs.filter(|KeyValue { key, .. }| key == KEY);
    let schema = schemas.next().and_then(|pair| pair.value.as_deref());
    schema.and_then(units_of).unwrap_or_default()
}

fn units_of(schema: &str) -> Option<HashMap<String, &'static str>> {
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
        Some((field.name()?.to_owned(), unit))
    };
    Some(fields.iter().filter_map(unit).collect())
}
