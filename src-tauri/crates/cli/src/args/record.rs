//! Arguments of the verbs that write into a bucket: record, import, correct, void, note, flush.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct Record {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    /// Who is recorded where an event names no actor.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Make all of standard input one batch: it is recorded whole, or not at all.
    #[arg(long)]
    pub atomic: bool,
    /// Record what an export in NDJSON holds as new events: with new ids, and with their timestamps,
    /// values, reasons and batches. An amendment is about the new event in the place of the one it named.
    #[arg(long)]
    pub as_new: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Args)]
pub struct Import {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    /// The table to bring in: a CSV or XLSX file.
    pub file: PathBuf,
    /// What its columns mean: a file of TOML.
    #[arg(long, value_name = "FILE")]
    pub mapping: PathBuf,
    /// Who is recorded where the mapping names no actor.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Tell what would be recorded, with the first hundred events, and record nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Record the rows that can be understood where others cannot; else nothing is recorded then.
    #[arg(long)]
    pub leave_out_bad: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
}

// What all verbs have in common that write into a bucket.
#[derive(Args, Clone, Copy)]
pub struct PlaceArgs {
    /// The bucket was moved to where it is now: it is the journal itself, and no copy.
    #[arg(long)]
    pub moved: bool,
}

#[derive(Args)]
pub struct Flush {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Args)]
pub struct Correct {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    /// The event, by its id or address.
    pub event_id: String,
    #[command(flatten)]
    pub to: CorrectTo,
    /// The field to correct, in an event about the whole record.
    #[arg(long, value_name = "NAME")]
    pub field: Option<String>,
    #[command(flatten)]
    pub common: AmendArgs,
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
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    /// The event, by its id or address.
    pub event_id: String,
    #[command(flatten)]
    pub common: AmendArgs,
}

// What a correction and a void have in common.
#[derive(Args)]
pub struct AmendArgs {
    /// Why; it is recorded with the event.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who is recorded as the actor.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Print the event that would be recorded, and record nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Args)]
pub struct Note {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub about: NoteAbout,
    /// The type in TYPE/ID, where it or the id has a slash and both can be meant.
    #[arg(long = "type", value_name = "TYPE", requires = "record")]
    pub entity_type: Option<String>,
    /// The remark.
    #[arg(long, value_name = "TEXT")]
    pub text: String,
    /// Who is recorded as the actor.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct NoteAbout {
    /// The event, by its id or address.
    pub event_id: Option<String>,
    /// The record, as TYPE/ID.
    #[arg(long, value_name = "TYPE/ID", value_parser = with_slash)]
    pub record: Option<String>,
}

/// Checks that a slash can separate a type and an id: the journal knows which one does.
fn with_slash(text: &str) -> Result<String, String> {
    if text.contains('/') {
        Ok(text.to_owned())
    } else {
        Err(format!("“{text}” is not a type and an id with a slash between them"))
    }
}
