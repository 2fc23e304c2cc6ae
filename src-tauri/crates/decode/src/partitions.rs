//! Columns that the path of a file names: `workspace_id=ws-north/part-0.parquet`.

use std::borrow::Cow;

use event::Column;
use percent_encoding::percent_decode_str;

/// What a folder's name has for null, after Hive.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// The columns that the path of a file names, and their values; null is `None`.
///
/// ```
/// use decode::Partitions;
///
/// let partitions = Partitions::of_path("workspace_id=ws%20north/year=2024/part-0.parquet");
/// assert_eq!(partitions.of("workspace_id"), Some(Some("ws north")));
/// assert_eq!(partitions.of("entity_type"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partitions(Vec<(String, Option<String>)>);

impl Partitions {
    /// Reads the folders of a path below `journal/`, which are separated by `/`.
    pub fn of_path(path: &str) -> Self {
        let folders = path.split('/').rev().skip(1).filter_map(|folder| folder.split_once('='));
        // Escapes that are no text stay as they are written.
        let decoded = |text: &str| {
            let decoded = percent_decode_str(text).decode_utf8();
            decoded.map_or_else(|_| text.to_owned(), Cow::into_owned)
        };
        let value = |text: &str| (text != NULL).then(|| decoded(text));
        let named = folders.filter(|(name, _)| !name.is_empty());
        let mut columns: Vec<_> = named.map(|(n, v)| (decoded(n), value(v))).collect();
        columns.reverse();
        Self(columns)
    }

    /// The value of a column; `None` if the path does not name it.
    pub fn of(&self, column: &str) -> Option<Option<&str>> {
        let (_, value) = self.0.iter().find(|(name, _)| name == column)?;
        Some(value.as_deref())
    }

    /// Those that are not in the table of columns, and not null.
    pub(crate) fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self.0.iter().filter(|(name, _)| Column::named(name).is_none());
        others.filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?)))
    }

    /// A column that the path names twice, with different values.
    pub(crate) fn contradiction(&self) -> Option<&str> {
        let differs = |(name, value): &&(String, _)| self.of(name) != Some(Option::as_deref(value));
        self.0.iter().find(differs).map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f4_folders_name_columns_and_files_do_not() {
        type Expected = &'static [(&'static str, Option<&'static str>)];
        let table: [(&str, Expected); 8] = [
            ("a.parquet", &[]),
            ("2024/a=b.parquet", &[]),
            ("x=1/a.parquet", &[("x", Some("1"))]),
            ("x=1/y=__HIVE_DEFAULT_PARTITION__/a.parquet", &[("x", Some("1")), ("y", None)]),
            ("x=a%2Fb%3D/a.parquet", &[("x", Some("a/b="))]),
            ("x=a%2Fb%ff/a.parquet", &[("x", Some("a%2Fb%ff"))]),
            ("x=a=b/a.parquet", &[("x", Some("a=b"))]),
            ("=1/x=/a.parquet", &[("x", Some(""))]),
        ];
        for (path, expected) in table {
            let owned = |(name, value): &(&str, Option<&str>)| {
                ((*name).to_owned(), value.map(str::to_owned))
            };
            let expected = Partitions(expected.iter().map(owned).collect());
            assert_eq!(Partitions::of_path(path), expected, "{path}");
            assert_eq!(expected.contradiction(), None);
        }
        let twice = Partitions::of_path("x=1/y=2/x=2/a.parquet");
        assert_eq!(twice.contradiction(), Some("x"));
    }
}
