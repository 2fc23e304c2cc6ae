//! Arguments of the verbs about the whole journal: recent, search, facets, records, chains.

use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use event::Position;

use super::{EngineArgs, FilterArgs};

#[derive(Args)]
pub struct Recent {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Only events with this text in their old or new value, in any case.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub contains: Option<String>,
    #[command(flatten)]
    pub page: Page,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args)]
pub struct Search {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    /// The text to find.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub text: String,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub page: Page,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args)]
pub struct Facets {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Only events with this text in their old or new value, in any case.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub contains: Option<String>,
    /// Write the histogram as a picture too, in the time zone of --query or --view: an .svg or a .png.
    #[arg(long, value_name = "FILE")]
    pub picture: Option<PathBuf>,
    /// Replace a picture that is there already.
    #[arg(long, requires = "picture")]
    pub overwrite: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args)]
pub struct Records {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Only events with this text in their old or new value, in any case.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub contains: Option<String>,
    /// Only records that are deleted.
    #[arg(long)]
    pub deleted: bool,
    #[command(flatten)]
    pub page: Page,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args)]
pub struct Chains {
    /// Where the journal lies: a folder, an archive, or the URL of a store.
    pub bucket: String,
    #[command(flatten)]
    pub page: Page,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args)]
#[command(next_help_heading = "Page")]
pub struct Page {
    /// At most this many.
    #[arg(long, value_name = "N", default_value = "100", value_parser = limit)]
    pub limit: usize,
    /// Continue after an earlier page: the value of its “next”.
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<Position>,
}

/// Parses a limit: a whole number from 1 on.
fn limit(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("“{text}” is not a whole number from 1 on"))
}
