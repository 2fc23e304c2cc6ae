//! What an export tells about itself: what was asked, when, of what, and what was altered.

use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use event::format_time;
use query::{Coverage, Undecided, Unreadable};
use serde::{Serialize, Serializer};

use crate::Error;
use crate::altered::Alteration;
use crate::aside::AsideFile;

/// What is told about an export: as the sheet "About", or as JSON in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    /// What was asked for, in the text form of queries, with the time zone.
    pub question: String,
    /// Time zone of the question. Instants are in UTC.
    pub zone: String,
    /// How values are read: always as recorded. Corrections are events of their own, and `marks` says
    /// which events they are about.
    pub reading: &'static str,
    /// As of when: always now. Marks and coverage hold for the instant of the export.
    pub clock: &'static str,
    /// Number of the events that were asked for.
    pub events: usize,
    /// Number of the amendments of them that came along.
    pub amendments: usize,
    /// Events that the question does not decide, and which are left out.
    pub undecided: Undecided,
    /// First timestamp of all these; `None` if there are none.
    #[serde(serialize_with = "instant")]
    pub first: Option<DateTime<Utc>>,
    /// Last timestamp of all these.
    #[serde(serialize_with = "instant")]
    pub last: Option<DateTime<Utc>>,
    /// Number of the cells that got an apostrophe, because a spreadsheet would run them.
    pub apostrophes: usize,
    /// Number of the cells that a sheet cuts: in XLSX those that were, in CSV those that it would.
    pub too_long: usize,
    /// Id of the journal's bucket; `None` if it has none.
    pub bucket: Option<String>,
    /// Time of the export.
    #[serde(serialize_with = "some_instant")]
    pub exported_at: DateTime<Utc>,
    /// Version of Daybook.
    pub version: &'static str,
    /// The files that the answer rests on.
    pub coverage: Coverage,
}

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn instant<S: Serializer>(time: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
    time.map(format_time).serialize(to)
}

fn some_instant<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    format_time(*time).serialize(to)
}

impl About {
    /// Rows of the sheet "About": names and texts.
    pub(crate) fn rows(&self) -> Vec<(String, String)> {
        let time = |time: Option<DateTime<Utc>>| time.map(format_time).unwrap_or_default();
        let coverage = &self.coverage;
        let number = |number: usize| number.to_string();
        let complete = if coverage.complete { "yes" } else { "no" };
        let mut rows: Vec<(String, String)> = [
            ("question", self.question.clone()),
            ("zone", self.zone.clone()),
            ("reading", self.reading.to_owned()),
            ("clock", self.clock.to_owned()),
            ("events", number(self.events)),
            ("amendments", number(self.amendments)),
            ("no_numbers", number(self.undecided.no_numbers)),
            ("no_dates", number(self.undecided.no_dates)),
            ("no_recorded_at", number(self.undecided.no_recorded_at)),
            ("first", time(self.first)),
            ("last", time(self.last)),
            ("apostrophes", number(self.apostrophes)),
            ("too_long", number(self.too_long)),
            ("bucket", self.bucket.clone().unwrap_or_default()),
            ("exported_at", format_time(self.exported_at)),
            ("version", self.version.to_owned()),
            ("complete", complete.to_owned()),
            ("files", number(coverage.files)),
            ("files read", number(coverage.read)),
            ("rows", number(coverage.rows)),
            ("rows repeated", number(coverage.repeated)),
            ("unreadable", number(coverage.unreadable_total)),
            ("changed", number(coverage.changed_total)),
            ("gaps", number(coverage.gaps_total)),
            ("doubled", number(coverage.doubled_total)),
            ("listing", coverage.listing.clone().unwrap_or_default()),
        ]
        .map(|(name, text)| (name.to_owned(), text))
        .into();
        rows.extend(coverage.unreadable.iter().map(|Unreadable { file, row, problem }| {
            let row = row.map(|row| format!(", row {row}")).unwrap_or_default();
            ("not readable".to_owned(), format!("{file}{row}: {problem}"))
        }));
        let changed = coverage.changed.iter();
        rows.extend(changed.map(|it| ("changed".to_owned(), format!("{} {}", it.file, it.change))));
        rows
    }
}

/// File that tells about an export as JSON, written aside. Altered cells are listed as they come, so that
/// no list of them is kept.
#[derive(Debug)]
pub(crate) struct AboutFile {
    file: AsideFile,
    listed: bool,
}

impl AboutFile {
    pub fn begin(path: &Path, overwrite: bool) -> Result<Self, Error> {
        let mut file = AsideFile::begin(path, overwrite)?;
        file.write_all(b"{\"altered\":[").map_err(|error| file.failed(error))?;
        Ok(Self { file, listed: false })
    }

    /// Lists an altered cell.
    pub fn list(&mut self, alteration: &Alteration<'_>) -> Result<(), Error> {
        let separator: &[u8] = if self.listed { b",\n" } else { b"\n" };
        self.listed = true;
        let file = &mut self.file;
        let written = file.write_all(separator).and_then(|()| write_json(alteration, file));
        written.map_err(|error| self.file.failed(error))
    }

    /// Writes everything else, and waits until it is on the disk: what is left is to give it its name.
    pub fn complete(mut self, about: &About) -> Result<AsideFile, Error> {
        let file = &mut self.file;
        let object = serde_json::to_string(about).map_err(|error| file.failed(error.into()))?;
        // The members of the object follow the list.
        let members = object.strip_prefix('{').unwrap_or_default();
        let written = write!(file, "],\n{members}\n");
        written.and_then(|()| file.sync()).map_err(|error| file.failed(error))?;
        Ok(self.file)
    }
}

fn write_json(value: &impl Serialize, to: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(to, value).map_err(io::Error::from)
}
