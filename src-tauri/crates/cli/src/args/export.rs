//! Arguments of the verb `export`.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use super::{EngineArgs, FilterArgs};

#[derive(Args)]
pub struct Export {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Only events with this text in their old or new value, in any case.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub contains: Option<String>,
    /// The file to write: its ending says in which form, such as events.csv.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The form, where the ending names none. As parquet, FILE is a folder then: an extract, which is a
    /// bucket with these events and the amendments of them.
    #[arg(long = "as", value_name = "FORM", value_enum)]
    pub form: Option<ExportForm>,
    /// Write beside it, as JSON: the question, when it was asked, what the answer rests on, and each cell
    /// that was altered for spreadsheets.
    #[arg(long, value_name = "FILE")]
    pub about: Option<PathBuf>,
    /// Replace files that are there already.
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportForm {
    /// For spreadsheets and others.
    Csv,
    /// For spreadsheets, up to 1,048,575 events.
    Xlsx,
    /// One JSON object a line; exact.
    Ndjson,
    /// For tools of data; exact.
    Parquet,
}
