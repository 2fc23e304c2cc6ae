//! Messages for wrong use: one sentence that names the wrong input.

use std::env;
use std::error::Error as _;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::args::Cli;
use crate::print::write_message;

/// Prints help or version, if clap was asked for them; else what is wrong with the arguments.
/// Returns the exit status.
pub fn explain(error: &Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // If standard output is closed, nobody wants to read it.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => {
            write_message(&format!("daybook: {}; see {}", sentence(error), help()));
            ExitCode::from(2)
        }
    }
}

/// The sentence for an error of clap.
fn sentence(error: &Error) -> String {
    let context = |kind| error.get(kind).map(joined).unwrap_or_default();
    let wrong = context(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "there is no verb".to_owned()
        }
        ErrorKind::InvalidSubcommand => {
            let near = near(&context(ContextKind::SuggestedSubcommand));
            format!("there is no verb “{}”{near}", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("{wrong} {}", are_missing(error)),
        ErrorKind::UnknownArgument => {
            format!("“{wrong}” is not understood here{}", near(&context(ContextKind::SuggestedArg)))
        }
        ErrorKind::ArgumentConflict => {
            format!("{wrong} does not go together with {}", context(ContextKind::PriorArg))
        }
        ErrorKind::ValueValidation => match error.source() {
            Some(why) => format!("{wrong}: {why}"),
            None => first_lines(error),
        },
        ErrorKind::InvalidValue => invalid_value(&wrong, &context),
        _ => first_lines(error),
    }
}

/// The words that are nearly what was typed, as the end of a sentence.
fn near(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(", did you mean {words}?") }
}

fn invalid_value(wrong: &str, context: &dyn Fn(ContextKind) -> String) -> String {
    match context(ContextKind::InvalidValue).as_str() {
        "" => format!("{wrong} has no value"),
        value => {
            format!("{wrong}: “{value}” is not one of {}", context(ContextKind::ValidValue))
        }
    }
}

fn are_missing(error: &Error) -> &'static str {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) if names.len() > 1 => "are missing",
        _ => "is missing",
    }
}

/// The text or the texts of a value, with commas between them.
fn joined(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}

/// Clap's own message, without its advice.
fn first_lines(error: &Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    first.trim_start_matches("error: ").trim_end().to_owned()
}

/// The command that shows help: for the verb that was typed, if it is one.
fn help() -> String {
    let mut typed = env::args_os().skip(1).filter_map(|word| word.into_string().ok());
    let verb = typed.find(|word| Cli::command().find_subcommand(word).is_some());
    verb.map_or_else(|| "daybook --help".to_owned(), |verb| format!("daybook {verb} --help"))
}
