//! The fields inside a whole-record value.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The members of a JSON object as field values: text unquoted, `null` as null, anything else as
/// the JSON it was written in, so that no number loses a digit. `None` if `value` is no object.
pub fn members(value: &str) -> Option<BTreeMap<String, Option<String>>> {
    let object: BTreeMap<String, Box<RawValue>> = serde_json::from_str(value).ok()?;
    object.into_iter().map(|(name, raw)| Some((name, member(raw.get()).ok()?))).collect()
}

fn member(raw: &str) -> serde_json::Result<Option<String>> {
    match raw {
        "null" => Ok(None),
        text if text.starts_with('"') => serde_json::from_str(text).map(Some),
        json => Ok(Some(json.to_owned())),
    }
}
