//! Arguments of the command line. Their doc comments are the text of `--help`.
//!
//! [`export`] has the verb of that name, [`lists`] has the verbs about the whole journal, [`record_views`] those about one record,
//! [`record`] those that record, [`filters`] the filters that several of them take.

mod engine;
mod export;
mod filters;
mod lists;
mod record;
mod record_views;
mod sql;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use query::{TimeText, Zone};

use crate::print::write_message;

pub use engine::EngineArgs;
pub use export::{Export, ExportForm};
pub use filters::{FilterArgs, Question};
pub use lists::{Chains, Facets, Page, Recent, Records, Search};
pub use record::{Correct, Flush, Import, Note, PlaceArgs, Record, Void};
pub use record_views::{Blame, History, RecordArgs, State};
pub use sql::Sql;

/// The end of `daybook --help`.
const NOTES: &str = "\
BUCKET is the folder that holds the folder journal, which may be named in its place; one of Parquet
files without it is only read; one with neither holds no journal until an event is recorded there. A
.zip or .tar file with a journal in it is read in place, and never written. In an object store it is
s3://BUCKET/PATH (?profile= ?region= ?endpoint= ?anonymous ?requester_pays), az://CONTAINER/PATH or
gs://BUCKET/PATH; credentials come from the environment or the store's own tools, never from a URL.

A time is RFC 3339, such as 2024-03-03T09:00:00Z, or in UTC '2024-03-03 09:00', a date such as
2024-03-03 or '3 March 2024', a month, a year, today, yesterday or -7d; on output times are UTC.

Data goes to standard output, messages to standard error. Exit status: 0 done; 1 done, with findings
(broken chains, files unreadable or changed, missing numbers); 2 wrong use; 3 refused or not possible.

In CSV a null is an empty cell and an empty text is a quoted one (\"\"). A cell that a spreadsheet
would run (it begins with = + - @, in full width too or behind blanks, or with a tab or a line end)
gets a leading apostrophe; how many did, and how many cells are too long for a sheet, is said on
standard error. Columns of the files that are not in the table of columns are under extra, nested
ones as JSON text, others that hold no text as it would be shown. All else in JSON is exact.

DAYBOOK_HOME moves the application's own data; DAYBOOK_ACTOR is the default for --actor.";

/// The end of `daybook stats --help`.
const FILES: &str = "\
persisted_files are the journal files in the bucket, null where it cannot be listed now; the files of the
coverage are these and whatever only looks like one (links, folders and pipes named so, other endings),
each of which it names.";

/// The end of `daybook export --help`.
const EXPORTS: &str = "\
All events that the filters let through, oldest first, with all columns, the further ones of their files,
file and row, and the marks that they have now. NDJSON and Parquet are exact. In CSV and XLSX a cell that
a spreadsheet would run gets a leading apostrophe; XLSX has a sheet that lists them, --about does so too.
A file appears when it is whole; Ctrl-C leaves nothing behind.";

/// The end of `daybook sql --help`.
const SQL: &str = "\
One query (SELECT or WITH) over three tables:

  events    the columns of an event, with file and row (from 0; null while it is pending), corrected and
            voided (whether it is now), and extra (further columns, as JSON)
  records   entity_type, entity_id, name, events, first, last, last_actor, deleted
  state     of each record and field: entity_type, entity_id, field, value, recorded_value, event_id, actor,
            since, correction (the id of the one that states the value), deleted; as --at and --as say

The dialect is DataFusion's; strftime, date_diff, max_by, min_by, regexp_extract and json_extract_string are
DuckDB's. Times are in UTC. Nothing is ever written: every other statement, and every table that is none of
these, is refused. A question may use 512 MiB of memory, or what --memory says.

  daybook sql BUCKET \"SELECT actor, count(*) AS changes FROM events GROUP BY actor ORDER BY changes DESC\"";

/// The end of `daybook import --help`.
const IMPORTS: &str = "\
A mapping of a snapshot, one row a record now; only what differs from the state of the journal is recorded:

  kind = \"snapshot\"
  type = \"candidate\"                # or { column = \"…\" }, as for all below
  id = { column = \"No\" }
  actor = \"hr export\"               # else --actor
  [fields]                            # field = column; every cell is text unless it says number or date
  phone = { column = \"Telefon\" }
  rate = { column = \"Satz\", number = \"1.234,5\" }
  start = { column = \"Beginn\", date = \"%d.%m.%Y\" }

One of changes, one row a change; those that the journal has already are left out:

  kind = \"changes\"
  type = { column = \"Table\" }
  id = { column = \"Row\" }
  actor = { column = \"User\" }
  at = { column = \"Changed\", format = \"%d.%m.%Y %H:%M\", zone = \"Europe/Berlin\" }
  action = { column = \"Op\", insert = [\"I\"], update = [\"U\"], delete = [\"D\"] }    # if not all are updates
  [fields]
  field = { column = \"Column\" }
  old = { column = \"Before\" }
  new = { column = \"After\" }

format, sheet, delimiter, decimal (\",\" or \".\") and encoding are found by looking if not given, and told.
workspace, source (before the file's name in the events' source) and cuts (a list of what the table is
known to leave out, which is told) may be given. An empty cell is no value.";

#[derive(Parser)]
#[command(name = "daybook", version, about = "Reads and writes append-only journals.")]
#[command(after_help = NOTES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
    /// The form of the answer; a table on a terminal, JSON otherwise. A table that goes elsewhere is
    /// as wide as COLUMNS says, else 120.
    #[arg(long, global = true, value_enum)]
    pub format: Option<Format>,
    /// Begin CSV with a byte order mark, by which Excel knows that it is UTF-8.
    #[arg(long, global = true)]
    pub bom: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// To be read by people.
    Table,
    /// One object.
    Json,
    /// One JSON object a line for each thing in the answer.
    Ndjson,
    /// For spreadsheets.
    Csv,
}

#[derive(Subcommand)]
pub enum Verb {
    /// Lists events, newest first.
    Recent(Recent),
    /// Lists all events of one record, oldest first.
    History(History),
    /// Shows what a record is, or was.
    State(State),
    /// Shows for each field of a record which event its value rests on.
    Blame(Blame),
    /// Lists events with a text in their old or new value, in any case.
    Search(Search),
    /// Counts events by column and over time.
    Facets(Facets),
    /// Lists records, latest change first.
    Records(Records),
    /// Lists updates whose old value is not the value before it.
    Chains(Chains),
    /// Asks in SQL of the tables events, records and state.
    #[command(after_help = SQL)]
    Sql(Sql),
    /// Writes events into a file: CSV, XLSX, NDJSON, Parquet.
    #[command(after_help = EXPORTS)]
    Export(Export),
    /// Records events from standard input, one JSON object a line.
    Record(Record),
    /// Records what a table of another system brings: CSV or XLSX.
    #[command(after_help = IMPORTS)]
    Import(Import),
    /// Records what an event should have recorded.
    Correct(Correct),
    /// Records that an event should not have been recorded.
    Void(Void),
    /// Records a remark on an event or a record.
    Note(Note),
    /// Flushes the pending events of this device into the bucket.
    Flush(Flush),
    /// Counts what the journal holds, and what is pending on this device.
    #[command(after_help = FILES)]
    Stats(Stats),
    /// Brings the catalog of the bucket up to date, so that the other verbs answer at once.
    Index(Index),
    /// Lists the files of the bucket, and what changed about them since they were read first.
    Files(Files),
    /// Opens the window.
    Open(Open),
}

impl Verb {
    /// Whether all is to be printed that a cluster says where it fails.
    pub fn wants_engine_details(&self) -> bool {
        let engine = match self {
            Self::Recent(args) => &args.engine,
            Self::History(args) => &args.engine,
            Self::State(args) => &args.engine,
            Self::Blame(args) => &args.engine,
            Self::Search(args) => &args.engine,
            Self::Facets(args) => &args.engine,
            Self::Records(args) => &args.engine,
            Self::Chains(args) => &args.engine,
            Self::Export(args) => &args.engine,
            Self::Stats(args) => &args.engine,
            _ => return false,
        };
        engine.engine_details
    }

    /// Whether the verb records, flushes and opens nothing, so that it can be performed again.
    pub fn only_reads(&self) -> bool {
        !matches!(
            self,
            Self::Record(_)
                | Self::Import(_)
                | Self::Correct(_)
                | Self::Void(_)
                | Self::Note(_)
                | Self::Flush(_)
                | Self::Open(_)
        )
    }
}

#[derive(Args)]
pub struct Stats {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args)]
pub struct Index {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    /// Empty the catalog first, and read every file again.
    #[arg(long)]
    pub rebuild: bool,
}

#[derive(Args)]
pub struct Files {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    /// Read every byte of every file again.
    #[arg(long)]
    pub verify: bool,
    /// A file that is gone or altered: note on this device that this is known, with --reason.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "reason")]
    pub acknowledge: Vec<String>,
    /// Why; it is listed with the acknowledgement.
    #[arg(long, value_name = "TEXT", requires = "acknowledge")]
    pub reason: Option<String>,
}

#[derive(Args)]
pub struct Open {
    /// Where the journal lies, as above; the one opened last if none is named.
    pub bucket: Option<String>,
}

/// Parses a time as people type it; the error names what is accepted.
fn time(text: &str) -> Result<TimeText, String> {
    text.parse().map_err(|_| {
        format!(
            "“{text}” is not a time: RFC 3339 such as 2024-03-03T09:00:00Z, or in UTC a date with or \
             without a time of day, a month, a year, today, yesterday or -7d, in the years 1678 to 2261"
        )
    })
}

/// The last instant of the time of `--at`. Relative times start from `now`.
fn last_instant(time: TimeText, now: DateTime<Utc>) -> DateTime<Utc> {
    let instant = time.last(Zone::default(), now);
    understood("--at", time, instant);
    instant
}

/// Says which instant a flag was understood to mean, if it is not written as one.
fn understood(flag: &str, time: TimeText, instant: DateTime<Utc>) {
    let (typed, instant) = (time.to_string(), event::format_time(instant));
    if typed != instant && event::parse_time(&typed).is_err() {
        write_message(&format!("{flag} {typed} is {instant}."));
    }
}
