//! The mapping: what the columns of a table mean.

mod text;

use std::collections::BTreeMap;
use std::path::Path;

use event::{Action, WHOLE_RECORD};
use query::Zone;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::table::read_file;
use crate::value::is_date_format;

/// Longest text of a mapping, in bytes.
const LONGEST: u64 = 1 << 20;

const TOO_LONG: &str = "is longer than 1 MiB, as no mapping is";

/// Names of the cells that a table of changes has.
const FIELD: &str = "field";
const OLD: &str = "old";
const NEW: &str = "new";

/// What the columns of a table mean: a small file of TOML.
///
/// ```
/// use import::{CellSource, Kind, Mapping};
///
/// let mapping = Mapping::parse(
///     r#"
///     kind = "snapshot"
///     type = "candidate"
///     id = { column = "No" }
///
///     [fields]
///     phone = { column = "Telefon" }
///     rate = { column = "Satz", number = "1.234,5" }
///     start = { column = "Beginn", date = "%d.%m.%Y" }
///     "#,
/// )?;
/// assert_eq!(mapping.kind, Kind::Snapshot);
/// assert_eq!(mapping.entity_type, CellSource::Text("candidate".to_owned()));
/// assert_eq!(Mapping::parse(&mapping.to_toml())?, mapping);
/// # Ok::<(), import::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export, optional_fields))]
pub struct Mapping {
    /// What a row is.
    pub kind: Kind,
    /// Format of the file; `None` if its content decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<FileFormat>,
    /// Name of the sheet; `None` for the first that has all columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// What separates cells of CSV; `None` to look for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(type = "string", optional))]
    pub delimiter: Option<char>,
    /// Sign before the decimals of columns with `number = true`; `None` to look for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalSign>,
    /// Encoding of CSV by its name in the WHATWG's standard, such as `windows-1252`; `None` to look for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Source of the events, before the name of the file; `None` for `import`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What the source is known to leave out, such as "keeps 20 fields".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>", optional))]
    pub cuts: Vec<String>,
    /// Type of the record.
    #[serde(rename = "type")]
    pub entity_type: CellSource,
    /// Id of the record.
    pub id: CellSource,
    /// Who made the change; `None` for who imports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<CellSource>,
    /// Workspace of the change; `None` for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<CellSource>,
    /// When the change was made, in a table of changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// Which rows of a table of changes insert or delete records; `None` if none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Actions>,
    /// Cells of the values: in a snapshot by the name of the field, in a table of changes `field`, `old` and
    /// `new`.
    #[serde(default)]
    pub fields: BTreeMap<String, CellSource>,
}

/// What a row of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export, rename = "ImportKind"))]
pub enum Kind {
    /// A record as it is now.
    Snapshot,
    /// A change.
    Changes,
}

/// Format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export, rename = "ImportFileFormat"))]
pub enum FileFormat {
    /// Cells as text, with something between them.
    Csv,
    /// A workbook of Excel.
    Xlsx,
}

/// Sign before the decimals of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub enum DecimalSign {
    /// As in 1,234.5.
    #[serde(rename = ".")]
    Point,
    /// As in 1.234,5.
    #[serde(rename = ",")]
    Comma,
}

impl DecimalSign {
    /// The sign.
    pub fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// Where a text comes from: one text for all rows, or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export, as = "text::SourceText"))]
pub enum CellSource {
    /// Text of all rows.
    Text(String),
    /// Cell of a column.
    Column {
        /// Header of the column.
        column: String,
        /// How its cells are read.
        form: ValueForm,
    },
}

/// How a cell is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ValueForm {
    /// As text, as it stands.
    #[default]
    Text,
    /// As a number.
    Number(NumberForm),
    /// As a date, or a date and a time of day.
    Date {
        /// Format, such as `%d.%m.%Y`.
        format: String,
        /// Zone of a time of day; `None` if the value has none, which is then written without.
        zone: Option<Zone>,
    },
}

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberForm {
    /// As the mapping's `decimal` says.
    Common,
    /// As an example has it.
    Example {
        /// Sign between thousands; `None` if there is none.
        group: Option<char>,
        /// Sign before the decimals; `None` if there are none.
        decimal: Option<char>,
    },
}

/// Column with the time of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    feature = "typescript",
    derive(ts_rs::TS),
    ts(export, optional_fields, rename = "InstantColumn")
)]
pub struct Instant {
    /// Header of the column.
    pub column: String,
    /// Format, such as `%d.%m.%Y %H:%M`; `None` for RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Zone of the times; `None` for UTC. A format with an offset needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(type = "string", optional))]
    pub zone: Option<Zone>,
}

/// Column that says what a change does to its record, and the texts in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    feature = "typescript",
    derive(ts_rs::TS),
    ts(export, optional_fields, rename = "ActionColumn")
)]
pub struct Actions {
    /// Header of the column.
    pub column: String,
    /// Texts of rows that insert the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>", optional))]
    pub insert: Vec<String>,
    /// Texts of rows that update a field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>", optional))]
    pub update: Vec<String>,
    /// Texts of rows that delete the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>", optional))]
    pub delete: Vec<String>,
}

impl Actions {
    /// Action of a text; `None` if the mapping names it nowhere.
    pub(crate) fn action(&self, text: &str) -> Option<Action> {
        let has = |texts: &[String]| texts.iter().any(|other| other == text);
        let all = [
            (&self.insert, Action::Insert),
            (&self.update, Action::Update),
            (&self.delete, Action::Delete),
        ];
        all.into_iter().find(|(texts, _)| has(texts)).map(|(_, action)| action)
    }
}

impl Mapping {
    /// Reads a mapping from a file. Blocks.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if it cannot be read, and [`Error::MappingFile`] as [`Mapping::parse`] fails.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let wrong = |why: String| Error::MappingFile { path: path.to_owned(), why };
        let bytes = read_file(path, LONGEST)
            .map_err(|source| Error::Read { path: path.to_owned(), source })?
            .ok_or_else(|| wrong(TOO_LONG.to_owned()))?;
        let text = String::from_utf8(bytes).map_err(|_| wrong("is not in UTF-8".to_owned()))?;
        Self::parse(&text).map_err(|error| match error {
            Error::Mapping(why) => wrong(why),
            other => other,
        })
    }

    /// Parses the text of a mapping.
    ///
    /// # Errors
    ///
    /// [`Error::Mapping`] if it is no TOML, lacks something or says what does not go together.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(wrong("is empty: it says at least kind, type, id and [fields]"));
        }
        let mapping: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            let line = line.map(|line| format!(" in line {line}")).unwrap_or_default();
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            Error::Mapping(format!("is not understood{line}: {message}"))
        })?;
        mapping.check()?;
        Ok(mapping)
    }

    /// The mapping as TOML, which [`Mapping::parse`] reads.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Headers of all columns that it names, each once.
    pub fn columns(&self) -> Vec<&str> {
        let cells =
            [Some(&self.entity_type), Some(&self.id), self.actor.as_ref(), self.workspace.as_ref()];
        let cells = cells.into_iter().flatten().chain(self.fields.values());
        let at = self.at.as_ref().map(|at| at.column.as_str());
        let action = self.action.as_ref().map(|action| action.column.as_str());
        let mut columns: Vec<&str> =
            cells.filter_map(CellSource::column).chain(at).chain(action).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// A cell of a table of changes.
    pub(crate) fn change_cells(
        &self,
    ) -> (Option<&CellSource>, Option<&CellSource>, Option<&CellSource>) {
        (self.fields.get(FIELD), self.fields.get(OLD), self.fields.get(NEW))
    }

    /// Checks what a parsed mapping says; [`Mapping::parse`] has done so.
    ///
    /// # Errors
    ///
    /// [`Error::Mapping`] if it lacks something or says what does not go together.
    pub fn check(&self) -> Result<(), Error> {
        if self.fields.is_empty() {
            return Err(wrong("names no [fields]: which column has which field"));
        }
        if self.id.column().is_none() && self.kind == Kind::Snapshot {
            return Err(wrong(
                "has one id for all rows: name its column, as in id = { column = \"No\" }",
            ));
        }
        match self.kind {
            Kind::Snapshot => self.check_snapshot()?,
            Kind::Changes => self.check_changes()?,
        }
        let delimiters =
            self.delimiter.into_iter().any(|sign| !sign.is_ascii() || "\"\r\n".contains(sign));
        if delimiters {
            return Err(wrong("has a delimiter that separates no cells: write , or ; or \\t or |"));
        }
        let texts = [Some(&self.entity_type), Some(&self.id), self.actor.as_ref()];
        if texts.into_iter().flatten().any(|text| *text == CellSource::Text(String::new())) {
            return Err(wrong("has an empty text for type, id or actor"));
        }
        Ok(())
    }

    fn check_snapshot(&self) -> Result<(), Error> {
        if self.at.is_some() || self.action.is_some() {
            return Err(wrong(
                "has at or action, and a snapshot says what is now: leave it out, or write kind = \"changes\"",
            ));
        }
        let is_name = |name: &String| {
            !name.is_empty() && name.trim() == name && !name.chars().any(char::is_control)
        };
        if let Some(wrong) = self.fields.keys().find(|name| !is_name(name)) {
            return Err(Error::Mapping(format!(
                "names a field “{}”, which is empty, or has a blank at its edge or a control character",
                wrong.escape_debug()
            )));
        }
        if self.fields.contains_key(WHOLE_RECORD) {
            return Err(wrong("names a field “*”, which stands for whole records"));
        }
        Ok(())
    }

    fn check_changes(&self) -> Result<(), Error> {
        if self.at.is_none() {
            return Err(wrong(
                "lacks at: when a change was made, as in at = { column = \"changed\", format = \"%d.%m.%Y %H:%M\" }",
            ));
        }
        if let Some(other) =
            self.fields.keys().find(|name| ![FIELD, OLD, NEW].contains(&name.as_str()))
        {
            return Err(Error::Mapping(format!(
                "names “{other}” below [fields], and a change has field, old and new there"
            )));
        }
        for needed in [FIELD, NEW] {
            if !self.fields.contains_key(needed) {
                return Err(Error::Mapping(format!("lacks {needed} below [fields]")));
            }
        }
        let formats = self.at.iter().filter_map(|at| at.format.as_deref());
        formats.map(str::to_owned).try_for_each(|format| check_format(&format))
    }
}

impl CellSource {
    /// Source of the cells of a column, as text.
    pub fn of_column(column: &str) -> Self {
        Self::Column { column: column.to_owned(), form: ValueForm::Text }
    }

    /// Header of its column, if it has one.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Column { column, .. } => Some(column),
        }
    }
}

fn wrong(why: &str) -> Error {
    Error::Mapping(why.to_owned())
}

fn check_format(format: &str) -> Result<(), Error> {
    if is_date_format(format) {
        return Ok(());
    }
    Err(Error::Mapping(format!(
        "has the date format “{format}”, which is none: write it as in %d.%m.%Y or %Y-%m-%d %H:%M:%S"
    )))
}
