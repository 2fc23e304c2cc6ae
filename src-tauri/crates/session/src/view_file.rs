//! Saved views as files, which can be sent to somebody else.

use std::fmt::{Display, Formatter};
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use query::{QueryText, QueryTextError, WindowQuery, WindowQueryError, Zone};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::small_file::read_bytes;

/// Largest size of the file of a view, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// A saved view as a file: TOML in UTF-8, with or without a byte order mark, of at most 64 KiB.
///
/// | key | value |
/// |---|---|
/// | `name` | Name of the view. |
/// | `query` | Query in its text form, as [`QueryText`] has it, with the settings of a window. |
/// | `zone` | IANA name of the time zone of its times, or an offset; the one that `query` names, else UTC, if it is left out. |
/// | `columns` | Names of the shown columns of the list, in their order; the columns stay as they are if it is left out. |
///
/// Every other key is refused. A window takes of `columns` those that its list has. The usual name of such
/// a file ends in [`ViewFile::ENDING`]; any other is read too.
///
/// ```
/// use session::ViewFile;
///
/// let text = "name = \"By Sarah\"\nquery = \"actor=Sarah\"\nzone = \"Europe/Berlin\"\n";
/// let view = ViewFile::parse(text.as_bytes()).unwrap();
/// assert_eq!(view.query.zone(), "Europe/Berlin".parse().unwrap());
/// assert_eq!(view.to_string(), text);
///
/// let wrong = ViewFile::parse(b"name = \"a\"\nquery = \"colour=red\"").unwrap_err();
/// assert!(wrong.to_string().starts_with("query: at 0, “colour”: "), "{wrong}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewFile {
    /// Name of the view; not blank.
    pub name: String,
    /// Query of the view, with its time zone, which no term names.
    pub query: QueryText,
    /// Names of the shown columns of its list, in their order; `None` if the view does not say.
    pub columns: Option<Vec<String>>,
}

/// What is wrong with the file of a view.
#[derive(Debug, thiserror::Error)]
pub enum ViewFileError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// What has the name is a folder, a pipe, a device or the like.
    #[error("it is no file, and no view is read from it")]
    NoFile,
    /// The file is larger than a view is.
    #[error("it has more than 64 KiB, which no view has")]
    TooLarge,
    /// The bytes are no text.
    #[error("it is not text in UTF-8")]
    NotUtf8,
    /// The text is not TOML, or not with the keys of a view.
    #[error("line {line}: {message}")]
    Toml {
        /// Line of the problem, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// The view has no name.
    #[error("the name is blank; write one behind name =")]
    NoName,
    /// The query is not one.
    #[error("query: {0}")]
    Query(#[from] QueryTextError),
    /// The terms of the query do not go together.
    #[error("query: {0}")]
    Terms(#[from] WindowQueryError),
    /// The time zone is not known.
    #[error("zone: “{0}” is no time zone; write one such as Europe/Berlin or UTC")]
    Zone(String),
    /// The query names another time zone than the file does.
    #[error("zone is {zone}, and the query has zone={in_query}; leave one of them out")]
    TwoZones {
        /// Time zone of the file.
        zone: Zone,
        /// Time zone of the query.
        in_query: Zone,
    },
}

/// The keys of the file, in their order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    name: String,
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<String>>,
}

impl ViewFile {
    /// What the usual name of such a file ends in.
    pub const ENDING: &str = ".daybook-view.toml";

    /// A view with a name. Its times are in `zone` if the query names none.
    ///
    /// # Errors
    ///
    /// Fails if the name is blank, or a window cannot show the query.
    pub fn new(
        name: String,
        query: &QueryText,
        zone: Zone,
        columns: Option<Vec<String>>,
    ) -> Result<Self, ViewFileError> {
        if name.trim().is_empty() {
            return Err(ViewFileError::NoName);
        }
        let zone = query.named_zone().unwrap_or(zone);
        let query = QueryText::parse(&query.without_zone())?.or_in(zone);
        // Whether its terms go together does not depend on the present time.
        WindowQuery::of(&query, DateTime::<Utc>::UNIX_EPOCH)?;
        Ok(Self { name, query, columns })
    }

    /// Reads the file of a view.
    ///
    /// # Errors
    ///
    /// [`Error::ViewFile`], with the path.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = read_bytes(path, MOST_BYTES).map_err(ViewFileError::from);
        let bytes = bytes.and_then(|bytes| bytes.ok_or(ViewFileError::NoFile));
        let view = bytes.and_then(|bytes| Self::parse(&bytes));
        view.map_err(|problem| Error::ViewFile { path: path.to_owned(), problem })
    }

    /// Parses the bytes of such a file.
    ///
    /// # Errors
    ///
    /// As [`ViewFileError`] says.
    pub fn parse(bytes: &[u8]) -> Result<Self, ViewFileError> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(ViewFileError::TooLarge);
        }
        let text = str::from_utf8(bytes).map_err(|_| ViewFileError::NotUtf8)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let Keys { name, query, zone, columns } = toml::from_str(text).map_err(|error| {
            let start = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let message = error.message().replace('\n', ", ");
            ViewFileError::Toml { line: start.split('\n').count(), message }
        })?;
        let query = QueryText::parse(&query)?;
        let zone = zone.map(|name| name.parse().map_err(|_| ViewFileError::Zone(name)));
        let zone = zone.transpose()?;
        match (zone, query.named_zone()) {
            (Some(zone), Some(in_query)) if zone != in_query => {
                Err(ViewFileError::TwoZones { zone, in_query })
            }
            _ => Self::new(name, &query, zone.unwrap_or_default(), columns),
        }
    }
}

/// The text of the file, which [`ViewFile::parse`] reads as an equal view.
impl Display for ViewFile {
    fn fmt(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        let keys = Keys {
            name: self.name.clone(),
            query: self.query.without_zone(),
            zone: Some(self.query.zone().to_string()),
            columns: self.columns.clone(),
        };
        to.write_str(&toml::to_string(&keys).map_err(|_| std::fmt::Error)?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// Pieces of such files, some of which go together.
    const PIECES: &str = "(name = |query = |zone = |columns = |'|\"|\"\"\"|\n|#|\\[|\\]|, |=|\\\\u00|\
                          actor=Sarah|-actor=Tom|view=records|zone=|UTC|Europe/Berlin|\\+02:00|\\PC|\\x00|\r)";

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(1),
            ..ProptestConfig::with_cases(2000)
        })]

        #[test]
        fn any_bytes_are_a_view_or_refused(bytes: Vec<u8>, pieces in proptest::collection::vec(PIECES, 0..30)) {
            for bytes in [&bytes, pieces.concat().as_bytes()] {
                if let Ok(view) = ViewFile::parse(bytes) {
                    prop_assert_eq!(ViewFile::parse(view.to_string().as_bytes()).unwrap(), view);
                }
            }
        }

        #[test]
        fn a_view_comes_back_from_its_file(
            name in "\\PC{0,8}[\n\"'\\\\\\x00\u{202e}]?a",
            query in "(actor=\"[^\"\\\\]{1,8}\" )?(-type=x )?(zone=\\+02:00)?",
            columns in proptest::option::of(proptest::collection::vec("\\PC{0,4}", 0..4)),
        ) {
            let query = QueryText::parse(&query).unwrap();
            let view = ViewFile::new(name, &query, Zone::default(), columns).unwrap();
            prop_assert_eq!(ViewFile::parse(view.to_string().as_bytes()).unwrap(), view);
        }
    }

    #[test]
    fn a_file_is_read_as_the_view_that_it_says() {
        let table = [
            ("name = 'a'\nquery = ''", "a", "", "UTC", None),
            ("\u{feff}query = 'x'\r\nname = 'a'\r\n", "a", "x", "UTC", None),
            (
                "name = 'Nächte'\nquery = 'view=records type=candidate'\nzone = 'europe/berlin'",
                "Nächte",
                "view=records type=candidate",
                "Europe/Berlin",
                None,
            ),
            (
                "# who\nname = 'a'\nquery = 'zone=Asia/Tokyo actor=\"Sarah K\"'\ncolumns = ['time', 'actor']",
                "a",
                "actor=\"Sarah K\"",
                "Asia/Tokyo",
                Some(["time", "actor"]),
            ),
            (
                "name = 'a'\nquery = 'zone=UTC'\nzone = 'UTC'\ncolumns = []",
                "a",
                "",
                "UTC",
                Some(["", ""]),
            ),
        ];
        for (text, name, query, zone, columns) in table {
            let view = ViewFile::parse(text.as_bytes()).unwrap();
            let columns = columns.map(|names| {
                names.iter().filter(|name| !name.is_empty()).map(ToString::to_string).collect()
            });
            assert_eq!(view.name, name, "{text}");
            assert_eq!(view.query.without_zone(), query, "{text}");
            assert_eq!(view.query.zone().to_string(), zone, "{text}");
            assert_eq!(view.columns, columns, "{text}");
            assert_eq!(ViewFile::parse(view.to_string().as_bytes()).unwrap(), view, "{text}");
        }
    }

    #[test]
    fn what_is_no_view_is_refused_by_what_is_wrong() {
        let table = [
            ("", "line 1: missing field `name`"),
            ("name = 'a'", "missing field `query`"),
            ("name = ' '\nquery = ''", "the name is blank"),
            ("name = 'a'\nquery = ''\ncolour = 1", "line 3: unknown field `colour`"),
            ("name = 'a'\nquery = ''\n[columns]", "line 3: invalid type: map"),
            ("name = 'a'\nname = 'b'\nquery = ''", "line 2: duplicate key"),
            ("name = 3\nquery = ''", "line 1: invalid type: integer `3`"),
            ("name = 'a'\nquery = 'colour=red'", "query: at 0, “colour”"),
            ("name = 'a'\nquery = 'view=record type=b'", "query: view=record needs one type"),
            ("name = 'a'\nquery = 'known=2024'", "query: known cannot be shown"),
            ("name = 'a'\nquery = ''\nzone = 'Berlin'", "is no time zone"),
            (
                "name = 'a'\nquery = 'zone=UTC'\nzone = '+02:00'",
                "zone is +02:00, and the query has zone=UTC",
            ),
            ("name = 'a\0'", "line 1: "),
            ("{\"name\": \"a\"}", "line 1: "),
        ]
        .map(|(text, why)| (text.as_bytes(), why));
        let no_text: (&[u8], _) = (b"name = '\xff'\nquery = ''", "it is not text in UTF-8");
        for (bytes, why) in table.into_iter().chain([no_text]) {
            let error = ViewFile::parse(bytes).unwrap_err().to_string();
            assert!(error.contains(why), "{}: {error}", String::from_utf8_lossy(bytes));
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_file_may_have_64_kib_and_no_more() {
        let view = "name = 'a'\nquery = ''\n#";
        let padding = usize::try_from(MOST_BYTES).unwrap() - view.len();
        let mut text = view.to_owned() + &" ".repeat(padding);
        assert!(ViewFile::parse(text.as_bytes()).is_ok());
        text.push(' ');
        assert!(matches!(ViewFile::parse(text.as_bytes()), Err(ViewFileError::TooLarge)));
        let nested = "name = ".to_owned() + &"[".repeat(60_000);
        assert!(matches!(ViewFile::parse(nested.as_bytes()), Err(ViewFileError::Toml { .. })));
    }
}
