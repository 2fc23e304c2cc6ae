//! Nested values (structs, lists, maps) as JSON text, which tells apart what Arrow shows alike: a
//! null from an empty text, a comma in a text from one between two texts.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;

use super::extra_column::show;

/// The JSON text of a nested value; `None` for a value of any other type.
pub(super) fn nested_json(column: &ArrayRef, row: usize) -> Option<String> {
    let mut json = String::new();
    let is_nested = append_nested(column, row, &mut json);
    is_nested.then_some(json)
}

/// Appends a nested value. Returns whether the type is a nested one.
fn append_nested(column: &ArrayRef, row: usize, json: &mut String) -> bool {
    match column.data_type() {
        DataType::Struct(fields) => {
            let values = fields.iter().zip(column.as_struct().columns());
            let members = values.map(|(field, values)| (field.name().clone(), values, row));
            append_object(members, json);
        }
        DataType::Map(..) => {
            let entries = column.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let members = (0..entries.len()).map(|entry| (key(keys, entry), values, entry));
            append_object(members, json);
        }
        DataType::List(_) => append_list(&column.as_list::<i32>().value(row), json),
        DataType::LargeList(_) => append_list(&column.as_list::<i64>().value(row), json),
        DataType::FixedSizeList(..) => {
            append_list(&column.as_fixed_size_list().value(row), json);
        }
        _ => return false,
    }
    true
}

/// Name of a map's entry: the text of its key, whatever its type.
fn key(keys: &ArrayRef, entry: usize) -> String {
    nested_json(keys, entry).unwrap_or_else(|| show(keys, entry))
}

/// Appends an object. Names that are there twice stay so.
fn append_object<'a>(
    members: impl Iterator<Item = (String, &'a ArrayRef, usize)>,
    json: &mut String,
) {
    json.push('{');
    for (index, (name, values, row)) in members.enumerate() {
        json.push_str(if index > 0 { "," } else { "" });
        append_text(&name, json);
        json.push(':');
        append(values, row, json);
    }
    json.push('}');
}

fn append_list(items: &ArrayRef, json: &mut String) {
    json.push('[');
    for item in 0..items.len() {
        json.push_str(if item > 0 { "," } else { "" });
        append(items, item, json);
    }
    json.push(']');
}

/// Appends a value of any type: a number with its digits, what JSON has no form for as text.
fn append(column: &ArrayRef, row: usize, json: &mut String) {
    if column.slice(row, 1).logical_null_count() > 0 {
        json.push_str("null");
    } else if !append_nested(column, row, json) {
        let shown = show(column, row);
        let kind = column.data_type();
        let is_number = kind.is_numeric() && shown.ends_with(|last: char| last.is_ascii_digit());
        if is_number || *kind == DataType::Boolean {
            json.push_str(&shown);
        } else {
            append_text(&shown, json);
        }
    }
}

fn append_text(text: &str, json: &mut String) {
    json.push_str(&serde_json::Value::from(text).to_string());
}
