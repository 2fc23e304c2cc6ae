//! Members of a whole-record value: the fields in its JSON object.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Members of a JSON object, as field values by name; `None` if `value` is not a JSON object.
///
/// A string is unquoted and `null` is null. Any other value keeps the JSON text in which it was
/// written, so that no number loses a digit.
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
