//! How a source and a form of numbers stand in the file of a mapping: a text or a table, `true` or an example.

use std::fmt;

use query::Zone;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::{CellSource, NumberForm, ValueForm, check_format};

/// Column as it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    feature = "typescript",
    derive(ts_rs::TS),
    ts(export, optional_fields, rename = "ImportColumn")
)]
pub(super) struct ColumnText {
    column: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(type = "true | string", optional))]
    number: Option<NumberForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(type = "string", optional))]
    zone: Option<Zone>,
}

/// A source as it stands in the file.
#[cfg(feature = "typescript")]
#[derive(ts_rs::TS)]
#[ts(untagged)]
#[expect(dead_code, reason = "it is the shape of another type in TypeScript")]
pub(super) enum SourceText {
    Text(String),
    Column(ColumnText),
}

impl TryFrom<ColumnText> for CellSource {
    type Error = String;

    fn try_from(text: ColumnText) -> Result<Self, String> {
        let ColumnText { column, number, date, zone } = text;
        if column.trim().is_empty() {
            return Err("a column without a name".to_owned());
        }
        let form = match (number, date) {
            (Some(_), Some(_)) => return Err(format!("“{column}” is a number and a date at once")),
            (None, Some(format)) => {
                check_format(&format).map_err(|error| error.to_string())?;
                return Ok(Self::Column { column, form: ValueForm::Date { format, zone } });
            }
            (Some(form), None) => ValueForm::Number(form),
            (None, None) => ValueForm::Text,
        };
        match zone {
            Some(_) => Err(format!("“{column}” has a zone and no date")),
            None => Ok(Self::Column { column, form }),
        }
    }
}

impl From<&CellSource> for Option<ColumnText> {
    fn from(source: &CellSource) -> Self {
        let CellSource::Column { column, form } = source else { return None };
        let (number, date, zone) = match form {
            ValueForm::Text => (None, None, None),
            ValueForm::Number(form) => (Some(*form), None, None),
            ValueForm::Date { format, zone } => (None, Some(format.clone()), *zone),
        };
        Some(ColumnText { column: column.clone(), number, date, zone })
    }
}

impl Serialize for CellSource {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(to),
            column @ Self::Column { .. } => Option::<ColumnText>::from(column).serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for CellSource {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextOrColumn;

        impl<'de> Visitor<'de> for TextOrColumn {
            type Value = CellSource;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a text, or a column as in { column = \"No\" }")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<CellSource, E> {
                Ok(CellSource::Text(text.to_owned()))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<CellSource, M::Error> {
                let column = ColumnText::deserialize(MapAccessDeserializer::new(map))?;
                CellSource::try_from(column).map_err(de::Error::custom)
            }
        }

        from.deserialize_any(TextOrColumn)
    }
}

impl Serialize for NumberForm {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Common => true.serialize(to),
            Self::Example { group, decimal } => {
                let sign = |sign: Option<char>| sign.map(String::from).unwrap_or_default();
                let (group, decimal) = (sign(group), sign(decimal));
                let behind =
                    if decimal.is_empty() { format!("{group}567") } else { format!("{decimal}5") };
                format!("1{group}234{behind}").serialize(to)
            }
        }
    }
}

impl<'de> Deserialize<'de> for NumberForm {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TrueOrExample;

        impl Visitor<'_> for TrueOrExample {
            type Value = NumberForm;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("true, or an example as in \"1.234,5\"")
            }

            fn visit_bool<E: de::Error>(self, is_number: bool) -> Result<NumberForm, E> {
                if is_number {
                    return Ok(NumberForm::Common);
                }
                Err(E::custom("number = false says nothing: leave it out"))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<NumberForm, E> {
                NumberForm::of_example(text).ok_or_else(|| {
                    E::custom(format!(
                        "“{text}” does not show how numbers are written; write both signs, as in 1.234,5"
                    ))
                })
            }
        }

        from.deserialize_any(TrueOrExample)
    }
}

impl NumberForm {
    /// Form of an example, such as `1.234,5`; `None` if it does not show it, as `1.234` does not.
    fn of_example(text: &str) -> Option<Self> {
        let signs: Vec<(usize, char)> =
            text.char_indices().filter(|(_, sign)| !sign.is_ascii_digit()).collect();
        let behind = |at: usize, sign: char| text.len() - at - sign.len_utf8();
        let form = match signs[..] {
            [] => Self::Example { group: None, decimal: None },
            [(at, sign)] if behind(at, sign) != 3 => {
                Self::Example { group: None, decimal: Some(sign) }
            }
            // What nobody writes before decimals.
            [(_, sign)] if sign != '.' && sign != ',' => {
                Self::Example { group: Some(sign), decimal: None }
            }
            [(_, group), .., (_, sign)] => {
                let groups = &signs[..signs.len() - 1];
                let one_sign = groups.iter().all(|(_, other)| *other == group);
                let decimal = (sign != group).then_some(sign);
                if !one_sign {
                    return None;
                }
                Self::Example { group: Some(group), decimal }
            }
            [_] => return None,
        };
        let Self::Example { group, decimal } = form else { return None };
        let known =
            |sign: Option<char>| sign.is_none_or(|sign| !sign.is_alphanumeric() && sign != '-');
        let shows = text.starts_with(|sign: char| sign.is_ascii_digit())
            && text.ends_with(|sign: char| sign.is_ascii_digit());
        (shows && known(group) && known(decimal)).then_some(form)
    }
}
