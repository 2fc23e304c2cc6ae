//! `json_extract_string(json, path)`: a part of a JSON text, as text.

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use serde_json::Value;

use super::arguments::{Arguments, texts};

/// `json_extract_string(json, path)`: text as it is, anything else as JSON. The path is `$.a.b[0]`, a
/// pointer such as `/a/b/0`, or the name of a member. Null if there is no such part, or the text is no JSON:
/// the values of a journal are of all kinds.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct JsonExtractString(Signature);

impl JsonExtractString {
    pub fn new() -> Self {
        Self(Signature::any(2, Volatility::Immutable))
    }
}

impl ScalarUDFImpl for JsonExtractString {
    fn name(&self) -> &'static str {
        "json_extract_string"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arguments = Arguments::of(&call)?;
        let (values, paths) = (arguments.texts(0)?, arguments.texts(1)?);
        texts((0..values.len()).map(|row| {
            if values.is_null(row) || paths.is_null(row) {
                return Ok(None);
            }
            Ok(extract(values.value(row), paths.value(row)))
        }))
    }
}

fn extract(json: &str, path: &str) -> Option<String> {
    let json: Value = serde_json::from_str(json).ok()?;
    match json.pointer(&pointer(path))? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// A path as a JSON pointer.
fn pointer(path: &str) -> String {
    let member = |name: &str| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    if path.starts_with('/') {
        return path.to_owned();
    }
    let Some(steps) = path.strip_prefix('$') else { return member(path) };
    let steps = steps.replace('[', ".").replace(']', "");
    steps
        .split('.')
        .filter(|step| !step.is_empty())
        .map(|step| member(step.trim_matches('"')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_json_is_text() {
        let json = r#"{"a": {"b": [1, "x", null]}, "c/d": "slash", "e": true}"#;
        let table = [
            ("$.a.b[1]", Some("x")),
            ("$.a.b[0]", Some("1")),
            ("$.a.b", Some(r#"[1,"x",null]"#)),
            ("$.a.b[2]", None),
            ("/a/b/1", Some("x")),
            ("e", Some("true")),
            ("c/d", Some("slash")),
            ("$.none", None),
        ];
        for (path, expected) in table {
            assert_eq!(extract(json, path).as_deref(), expected, "{path}");
        }
        assert_eq!(extract("no JSON", "$.a"), None);
    }
}
