//! Nested values (structs, lists, maps) as JSON text, which tells apart what Arrow shows alike: a
//! null from an empty text, a comma in a text from one between two texts.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;

use super::extra_column::{not_utf8, show};
use super::text_column::{interval, uuid};
use crate::file::meaning::{LeafMeaning, Leaves};

/// The JSON text of a nested value.
pub(super) struct NestedJson {
    pub text: String,
    /// Whether each text in it is one: what is not UTF-8 is shown as its bytes.
    pub is_whole: bool,
}

/// The JSON text of a nested value; `None` for a value of any other type. `leaves` has what the file
/// says of the column's leaves.
pub(super) fn nested_json(column: &ArrayRef, row: usize, leaves: &Leaves) -> Option<NestedJson> {
    let json = NestedJson { text: String::new(), is_whole: true };
    let mut writer = Writer { json, leaves };
    let is_nested = writer.append_nested(column, row, 0);
    is_nested.then_some(writer.json)
}

/// Number of leaves of a type.
fn leaf_count(kind: &DataType) -> usize {
    match kind {
        DataType::Struct(fields) => fields.iter().map(|field| leaf_count(field.data_type())).sum(),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => leaf_count(field.data_type()),
        _ => 1,
    }
}

/// Value within a nested one: a row of a column, whose leaves begin with that number.
type Within<'a> = (&'a ArrayRef, usize, usize);

struct Writer<'a> {
    json: NestedJson,
    leaves: &'a Leaves,
}

impl Writer<'_> {
    /// Appends a nested value, whose leaves begin with number `leaf`. Returns whether the type is a
    /// nested one.
    fn append_nested(&mut self, column: &ArrayRef, row: usize, leaf: usize) -> bool {
        match column.data_type() {
            DataType::Struct(fields) => {
                let mut next = leaf;
                let values = fields.iter().zip(column.as_struct().columns());
                let members = values.map(|(field, values)| {
                    let leaf = next;
                    next += leaf_count(field.data_type());
                    (field.name().clone(), (values, row, leaf))
                });
                let members: Vec<_> = members.collect();
                self.append_object(members);
            }
            DataType::Map(..) => {
                let entries = column.as_map().value(row);
                let (keys, values) = (entries.column(0), entries.column(1));
                let of_values = leaf + leaf_count(keys.data_type());
                let mut members = Vec::with_capacity(entries.len());
                for entry in 0..entries.len() {
                    members.push((self.key((keys, entry, leaf)), (values, entry, of_values)));
                }
                self.append_object(members);
            }
            DataType::List(_) => self.append_list(&column.as_list::<i32>().value(row), leaf),
            DataType::LargeList(_) => self.append_list(&column.as_list::<i64>().value(row), leaf),
            DataType::FixedSizeList(..) => {
                self.append_list(&column.as_fixed_size_list().value(row), leaf);
            }
            _ => return false,
        }
        true
    }

    /// Name of a map's entry: the text of its key, whatever its type.
    fn key(&mut self, (keys, entry, leaf): Within<'_>) -> String {
        let whole = NestedJson { text: String::new(), is_whole: true };
        let outer = std::mem::replace(&mut self.json, whole);
        let is_nested = self.append_nested(keys, entry, leaf);
        let inner = std::mem::replace(&mut self.json, outer);
        self.json.is_whole &= inner.is_whole;
        if is_nested { inner.text } else { self.leaf_text((keys, entry, leaf)) }
    }

    /// Appends an object. Names that are there twice stay so.
    fn append_object(&mut self, members: Vec<(String, Within<'_>)>) {
        self.json.text.push('{');
        for (index, (name, value)) in members.into_iter().enumerate() {
            self.json.text.push_str(if index > 0 { "," } else { "" });
            self.append_text(&name);
            self.json.text.push(':');
            self.append(value);
        }
        self.json.text.push('}');
    }

    fn append_list(&mut self, items: &ArrayRef, leaf: usize) {
        self.json.text.push('[');
        for item in 0..items.len() {
            self.json.text.push_str(if item > 0 { "," } else { "" });
            self.append((items, item, leaf));
        }
        self.json.text.push(']');
    }

    /// Appends a value of any type: a number with its digits, what JSON has no form for as text.
    fn append(&mut self, (column, row, leaf): Within<'_>) {
        if column.slice(row, 1).logical_null_count() > 0 {
            self.json.text.push_str("null");
        } else if !self.append_nested(column, row, leaf) {
            let shown = self.leaf_text((column, row, leaf));
            let kind = column.data_type();
            let is_number =
                kind.is_numeric() && shown.ends_with(|last: char| last.is_ascii_digit());
            if is_number || *kind == DataType::Boolean {
                self.json.text.push_str(&shown);
            } else {
                self.append_text(&shown);
            }
        }
    }

    /// A value that is not nested, as text.
    fn leaf_text(&mut self, (column, row, leaf): Within<'_>) -> String {
        let meaning = self.leaves.get(leaf).copied().flatten();
        let fixed = column.as_fixed_size_binary_opt().map(|column| column.value(row));
        match (meaning, fixed, column.as_binary_opt::<i32>()) {
            (Some(LeafMeaning::Uuid), Some(bytes), _) if bytes.len() == 16 => {
                bytes.try_into().map(uuid).unwrap_or_default()
            }
            (Some(LeafMeaning::Interval), Some(bytes), _) if bytes.len() == 12 => {
                let (parts, _) = bytes.as_chunks();
                parts.try_into().map(interval).unwrap_or_default()
            }
            (Some(LeafMeaning::Text), _, Some(texts)) => {
                let text = std::str::from_utf8(texts.value(row));
                self.json.is_whole &= text.is_ok();
                let bytes = || not_utf8(&show(column, row, &Leaves::default()));
                text.map_or_else(|_| bytes(), str::to_owned)
            }
            _ => show(column, row, &Leaves::default()),
        }
    }

    fn append_text(&mut self, text: &str) {
        self.json.text.push_str(&serde_json::Value::from(text).to_string());
    }
}
