//! The export: reads the events of a question as a stream, and writes them aside.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use event::Entry;
use futures::StreamExt;
use query::{
    AllEventsQuery, CancellationToken, Covered, Engine, EventsChunk, EventsPage, EventsQuery,
    Extract, Filters, WindowQuery, Zone,
};
use tokio::runtime::Handle;

use crate::Error;
use crate::about::{About, AboutFile};
use crate::altered::Altered;
use crate::aside::{AsideFile, AsideFolder, check_outside};
use crate::csv::Csv;
use crate::extract::ExtractFolder;
use crate::ndjson::Ndjson;
use crate::parquet_file::ParquetFile;
use crate::xlsx::{MOST_EVENTS_OF_A_SHEET, Xlsx};

/// Form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// CSV, for spreadsheets.
    Csv {
        /// Whether it begins with a byte order mark, by which Excel knows that it is UTF-8.
        byte_order_mark: bool,
    },
    /// XLSX, for spreadsheets.
    Xlsx,
    /// JSON objects, one a line; exact.
    Ndjson,
    /// One Parquet file; exact.
    Parquet,
    /// Extract: a folder that is a bucket, with the amendments of the events.
    Extract,
}

impl Form {
    /// Checks that the form takes so many events.
    pub(crate) fn check(self, events: usize) -> Result<(), Error> {
        if self == Self::Xlsx && events > MOST_EVENTS_OF_A_SHEET {
            return Err(Error::TooManyEvents(events));
        }
        Ok(())
    }
}

/// What is exported, and whereto.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Filters that the events match.
    pub filters: Filters,
    /// Time zone in which the question was asked.
    pub zone: Zone,
    /// Id of the journal's bucket; `None` if it has none.
    pub bucket: Option<String>,
    /// Folder of the journal's files that is not named `journal`, if it is one: nothing is written there,
    /// nor in any of that name.
    pub plain_folder: Option<PathBuf>,
    /// Form of the export.
    pub form: Form,
    /// Path of the file, or of the folder of an extract.
    pub out: PathBuf,
    /// Path of a file that tells about the export as JSON; `None` for none.
    pub about: Option<PathBuf>,
    /// Whether a file that is there already is replaced. A folder never is.
    pub overwrite: bool,
}

/// Progress of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Number of events that were written.
    pub done: usize,
    /// Number of all.
    pub total: usize,
}

/// Writer of one form.
pub(crate) trait Output {
    /// Writes the next events.
    fn write(&mut self, entries: &[Arc<Entry>], altered: &mut Altered) -> Result<(), Error>;

    /// Ends what was written, and gives it its name.
    fn finish(self: Box<Self>, about: &About) -> Result<(), Error>;
}

impl Export {
    /// Exports the events of an engine, and returns what is told about it. `at` is the present time.
    /// Blocks: call it on a thread that may, of a Tokio runtime.
    ///
    /// # Errors
    ///
    /// As [`Error`] says, also if the token is cancelled. Nothing is left behind then.
    #[tracing::instrument(name = "export", level = "info", skip_all)]
    pub fn run(
        &self,
        engine: &dyn Engine,
        at: DateTime<Utc>,
        token: &CancellationToken,
        mut report: impl FnMut(Progress),
    ) -> Result<About, Error> {
        if self.about.as_ref() == Some(&self.out) {
            return Err(Error::SameFile(self.out.clone()));
        }
        for path in std::iter::once(&self.out).chain(&self.about) {
            self.plain_folder.iter().try_for_each(|folder| check_outside(path, folder))?;
        }
        // A page without events tells how many there are, and which are undecided.
        let page = EventsQuery { filters: self.filters.clone(), ..EventsQuery::default() };
        let mut about = self.begin_about(wait(engine.events(&page, token))?, at);
        self.form.check(about.events)?;
        let mut altered = Altered::default();
        let side = self.about.as_deref().map(|path| AboutFile::begin(path, self.overwrite));
        altered.about = side.transpose()?;
        let further = self.further_columns(engine, token)?;
        let mut output = self.begin(further, &about, token, &mut altered)?;
        let (mut events, mut done) = (engine.all_events(&self.query(), token), 0);
        while let Some(chunk) = wait(events.next()) {
            let EventsChunk { entries, total } = chunk?;
            output.write(&entries, &mut altered)?;
            done += entries.len();
            about.note(&entries, total);
            report(Progress { done, total });
            if token.is_cancelled() {
                return Err(query::Error::Cancelled.into());
            }
        }
        (about.apostrophes, about.too_long) = (altered.apostrophes, altered.too_long);
        // Both are on the disk before either has its name.
        let side = altered.about.map(|side| side.complete(&about)).transpose()?;
        output.finish(&about)?;
        side.map_or(Ok(()), AsideFile::finish)?;
        Ok(about)
    }

    /// The question, and whether amendments come along.
    fn query(&self) -> AllEventsQuery {
        let with_amendments = self.form == Form::Extract;
        AllEventsQuery { filters: self.filters.clone(), with_amendments }
    }

    /// Names of the further columns, where the form has to know them before the first event.
    fn further_columns(
        &self,
        engine: &dyn Engine,
        token: &CancellationToken,
    ) -> Result<BTreeSet<String>, Error> {
        match self.form {
            Form::Ndjson => Ok(BTreeSet::new()),
            _ => Ok(wait(engine.further_columns(&self.query(), token))?.value),
        }
    }

    /// Begins the file or folder of the export.
    fn begin(
        &self,
        further: BTreeSet<String>,
        about: &About,
        token: &CancellationToken,
        altered: &mut Altered,
    ) -> Result<Box<dyn Output>, Error> {
        let events = about.events;
        if self.form == Form::Extract {
            let folder = AsideFolder::begin(&self.out)?;
            return Ok(Box::new(ExtractFolder::begin(folder, further, events)?));
        }
        let file = AsideFile::begin(&self.out, self.overwrite)?;
        Ok(match self.form {
            Form::Csv { byte_order_mark } => {
                Box::new(Csv::begin(file, further, byte_order_mark, altered)?)
            }
            Form::Xlsx => {
                let (at, token) = (about.exported_at, token.clone());
                Box::new(Xlsx::begin(file, further, at, token, altered)?)
            }
            Form::Ndjson => Box::new(Ndjson(file)),
            Form::Parquet | Form::Extract => Box::new(ParquetFile::begin(file, further, events)?),
        })
    }

    fn begin_about(&self, page: Covered<EventsPage>, at: DateTime<Utc>) -> About {
        let Covered { value: EventsPage { total: events, undecided, .. }, coverage } = page;
        let of_extract = coverage.extract.as_ref().and_then(|extract| extract.bucket.clone());
        let question = question(&self.filters, self.zone, coverage.extract.as_ref());
        About {
            question,
            undecided,
            zone: self.zone.to_string(),
            reading: "recorded",
            clock: "now",
            events,
            amendments: 0,
            first: None,
            last: None,
            apostrophes: 0,
            too_long: 0,
            bucket: of_extract.or_else(|| self.bucket.clone()),
            exported_at: at,
            version: env!("CARGO_PKG_VERSION"),
            coverage,
        }
    }
}

impl About {
    /// Takes in a chunk of the events.
    fn note(&mut self, entries: &[Arc<Entry>], total: usize) {
        self.amendments = total.saturating_sub(self.events);
        let time = |entry: &Arc<Entry>| entry.event.timestamp;
        self.first = self.first.or_else(|| entries.first().map(time));
        self.last = entries.last().map(time).or(self.last);
    }
}

/// Filters and their time zone in the text form of queries; with what an extract holds, where they were asked
/// of one: what is not in it is not among these either.
pub(crate) fn question(filters: &Filters, zone: Zone, of: Option<&Extract>) -> String {
    let query = WindowQuery { filters: filters.clone(), ..WindowQuery::default() };
    // Filters that hold together do so as text.
    let text = query.text(zone).map(|text| text.to_string()).unwrap_or_default();
    match of {
        Some(extract) => format!("{}; of these: {text}", extract.query),
        None => text,
    }
}

/// Waits for what is asynchronous, on a thread that may block.
fn wait<T>(future: impl Future<Output = T>) -> T {
    Handle::current().block_on(future)
}

/// Form that the ending of a path names; `None` if it names none.
pub fn form_of(path: &Path) -> Option<Form> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "csv" => Some(Form::Csv { byte_order_mark: false }),
        "xlsx" => Some(Form::Xlsx),
        "ndjson" | "jsonl" => Some(Form::Ndjson),
        "parquet" => Some(Form::Parquet),
        _ => None,
    }
}
