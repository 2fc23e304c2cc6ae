//! What can be typed.

use chrono::{DateTime, Utc};
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use event::{Position, Reading, RecordId};
use query::{Column, Filters, Term};

use crate::stop::Stop;

const NOTES: &str = "\
BUCKET is the folder that holds the journal. Times are RFC 3339, such as 2024-03-03T09:00:00Z; on
output they are UTC.

Data goes to standard output, words to standard error. Exit status: 0 done; 1 done, with findings
(broken chains, files that could not be read); 2 wrong use; 3 refused or not possible.

In CSV a null is an empty cell and an empty text is a quoted one (\"\"). A cell that a spreadsheet
would run (it begins with = + - @, a tab or a carriage return) gets a leading apostrophe, and how many
did is said on standard error; JSON is always exact.

DAYBOOK_HOME moves the application's own data; DAYBOOK_ACTOR is the default for --actor.";

#[derive(Parser)]
#[command(name = "daybook", version, about = "Reads and writes append-only journals.")]
#[command(after_help = NOTES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
    /// The form of the answer; a table on a terminal, JSON otherwise.
    #[arg(long, global = true, value_enum)]
    pub format: Option<Format>,
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
    /// Records events from standard input, one JSON object a line.
    Record(Record),
    /// Records what an event should have recorded.
    Correct(Correct),
    /// Records that an event should not have been recorded.
    Void(Void),
    /// Records a remark on an event or a record.
    Note(Note),
    /// Puts what waits on this device into the bucket.
    Flush(Bucket),
    /// Counts what the journal holds, and what waits on this device.
    Stats(Bucket),
    /// Reads the bucket ahead, so that every other verb finds it read.
    Index(Index),
    /// Opens the window.
    Open(Open),
}

#[derive(Args)]
pub struct Bucket {
    /// The folder that holds the journal.
    pub bucket: String,
}

#[derive(Args)]
pub struct Index {
    /// The folder that holds the journal.
    pub bucket: String,
    /// Forget what was read before.
    #[arg(long)]
    pub rebuild: bool,
}

#[derive(Args)]
pub struct Recent {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Only events with this text in their old or new value, in any case.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub contains: Option<String>,
    #[command(flatten)]
    pub page: Page,
}

#[derive(Args)]
pub struct History {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
}

#[derive(Args)]
pub struct State {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
    /// The instant to look at; now if none is named.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: Option<DateTime<Utc>>,
    /// What the events said then, or what they are taken to say given every correction since.
    #[arg(long = "as", value_name = "READING", value_enum, default_value_t)]
    pub reading: As,
}

#[derive(Args)]
pub struct Blame {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub record: RecordArgs,
    /// What the events said, or what they are taken to say given every correction.
    #[arg(long = "as", value_name = "READING", value_enum, default_value_t)]
    pub reading: As,
}

#[derive(Args)]
pub struct Search {
    /// The folder that holds the journal.
    pub bucket: String,
    /// The text to find.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub text: String,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub page: Page,
}

#[derive(Args)]
pub struct Facets {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Only events with this text in their old or new value, in any case.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub contains: Option<String>,
}

#[derive(Args)]
pub struct Records {
    /// The folder that holds the journal.
    pub bucket: String,
    /// Only records of this type; `!TYPE` for all but these. May be given again.
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<Term>,
    /// Only records that are deleted.
    #[arg(long)]
    pub deleted: bool,
    #[command(flatten)]
    pub page: Page,
}

#[derive(Args)]
pub struct Chains {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub page: Page,
}

#[derive(Args)]
pub struct Record {
    /// The folder that holds the journal.
    pub bucket: String,
    /// Who is recorded where an event names no actor.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Make all of standard input one batch: it is recorded whole, or not at all.
    #[arg(long)]
    pub atomic: bool,
}

#[derive(Args)]
pub struct Correct {
    /// The folder that holds the journal.
    pub bucket: String,
    /// The event, by its id or address.
    pub event_id: String,
    #[command(flatten)]
    pub to: CorrectTo,
    /// The field to correct, in an event about the whole record.
    #[arg(long, value_name = "NAME")]
    pub field: Option<String>,
    #[command(flatten)]
    pub said: Said,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct CorrectTo {
    /// What it should have recorded. A value that begins with a dash is typed as --to=VALUE.
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
    pub to: Option<String>,
    /// It should have recorded no value, which is not the same as an empty one.
    #[arg(long)]
    pub to_null: bool,
}

#[derive(Args)]
pub struct Void {
    /// The folder that holds the journal.
    pub bucket: String,
    /// The event, by its id or address.
    pub event_id: String,
    #[command(flatten)]
    pub said: Said,
}

// What a correction and a void have in common.
#[derive(Args)]
pub struct Said {
    /// Why; it is kept with the event.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who is recorded as the actor.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Print the event that would be recorded, and record nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args)]
pub struct Note {
    /// The folder that holds the journal.
    pub bucket: String,
    #[command(flatten)]
    pub about: NoteAbout,
    /// The remark.
    #[arg(long, value_name = "TEXT")]
    pub text: String,
    /// Who is recorded as the actor.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct NoteAbout {
    /// The event, by its id or address.
    pub event_id: Option<String>,
    /// The record, as TYPE/ID.
    #[arg(long, value_name = "TYPE/ID", value_parser = record_id)]
    pub record: Option<RecordId>,
}

#[derive(Args)]
pub struct Open {
    /// The folder that holds the journal; the one of last time if none is named.
    pub bucket: Option<String>,
}

#[derive(Args)]
pub struct RecordArgs {
    /// The id of the record.
    pub entity_id: String,
    /// The type of the record, where several have this id.
    #[arg(long = "type", value_name = "TYPE")]
    pub entity_type: Option<String>,
}

#[derive(Args)]
#[command(next_help_heading = "Page")]
pub struct Page {
    /// At most this many.
    #[arg(long, value_name = "N", default_value = "100", value_parser = limit)]
    pub limit: usize,
    /// Go on after an earlier page: its “next”.
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<Position>,
}

// A doc comment here would become the help of every verb that has filters.
#[derive(Args)]
#[command(next_help_heading = "Filters (those with a name may be given again; !x excludes x)")]
pub struct FilterArgs {
    /// Only events about records of this type.
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<Term>,
    /// Only events about this record.
    #[arg(long, value_name = "ENTITY_ID")]
    entity: Vec<Term>,
    /// Only events about this field; * is the whole record.
    #[arg(long, value_name = "FIELD")]
    field: Vec<Term>,
    /// Only insert, update, delete, ingest, correct, void, note, or what others wrote.
    #[arg(long, value_name = "ACTION")]
    action: Vec<Term>,
    /// Only what this actor did.
    #[arg(long, value_name = "NAME")]
    actor: Vec<Term>,
    /// Only what came through this source.
    #[arg(long, value_name = "SOURCE")]
    source: Vec<Term>,
    /// Only events of this workspace; an empty text for those of none.
    #[arg(long, value_name = "WORKSPACE_ID")]
    workspace: Vec<Term>,
    /// From this time on.
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<DateTime<Utc>>,
    /// Before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<DateTime<Utc>>,
    /// Leave out updates that changed nothing.
    #[arg(long)]
    hide_no_ops: bool,
}

impl FilterArgs {
    pub fn into_filters(self, contains: Option<String>) -> Result<Filters, Stop> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && since >= until
        {
            return Err(Stop::Wrong(format!(
                "no event is at or after --since {} and before --until {}: exchange them",
                event::format_time(since),
                event::format_time(until)
            )));
        }
        let columns = [
            (Column::EntityType, self.types),
            (Column::EntityId, self.entity),
            (Column::Field, self.field),
            (Column::Action, self.action),
            (Column::Actor, self.actor),
            (Column::Source, self.source),
            (Column::WorkspaceId, self.workspace),
        ];
        Ok(Filters {
            terms: columns.into_iter().filter(|(_, terms)| !terms.is_empty()).collect(),
            since: self.since,
            until: self.until,
            contains,
            hide_no_ops: self.hide_no_ops,
        })
    }
}

/// The two ways to read a record's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum As {
    Recorded,
    #[default]
    Corrected,
}

impl From<As> for Reading {
    fn from(reading: As) -> Self {
        match reading {
            As::Recorded => Self::Recorded,
            As::Corrected => Self::Corrected,
        }
    }
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    event::parse_time(text).map_err(|why| format!("{why}, such as 2024-03-03T09:00:00Z"))
}

fn limit(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("“{text}” is not a whole number from 1 on"))
}

fn record_id(text: &str) -> Result<RecordId, String> {
    match text.split_once('/') {
        Some((entity_type, entity_id)) if !entity_type.is_empty() && !entity_id.is_empty() => {
            Ok(RecordId { entity_type: entity_type.to_owned(), entity_id: entity_id.to_owned() })
        }
        _ => Err(format!("“{text}” is not a type and an id with a slash between them")),
    }
}
