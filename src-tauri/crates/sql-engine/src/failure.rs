//! Errors of the engine, in one sentence each.

use datafusion::common::{Column, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use sql::Place;
use sql::messages::Failure;

/// What uses memory in a plan, by the beginning of its name, and what it is in the text.
const PARTS: [(&str, &str); 10] = [
    ("while SpillPool", "the grouping or the join (GROUP BY, DISTINCT, JOIN)"),
    ("while Sorting", "the sorting (ORDER BY, or OVER with it)"),
    ("GroupedHashAggregate", "the grouping (GROUP BY or DISTINCT)"),
    ("GroupedTopK", "the grouping (GROUP BY or DISTINCT)"),
    ("ExternalSort", "the sorting (ORDER BY, or OVER with it)"),
    ("TopK", "the sorting (ORDER BY with LIMIT)"),
    ("HashJoin", "the join"),
    ("CrossJoin", "the join of each row with each"),
    ("NestedLoopJoin", "the join by a condition without ="),
    ("SortMergeJoin", "the join"),
];

/// What the engine writes before its messages.
const PREFIXES: [&str; 3] = ["External error: ", "Execution error: ", "Arrow error: "];

/// The failure that an error is.
pub fn of(error: &DataFusionError) -> Failure {
    let place = error
        .diagnostic()
        .and_then(|diagnostic| diagnostic.span)
        .map(|span| Place { line: span.start.line, column: span.start.column });
    of_root(innermost(error), place)
}

/// The error within errors that only say where it was met.
fn innermost(error: &DataFusionError) -> &DataFusionError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            innermost(inner)
        }
        DataFusionError::Shared(inner) => innermost(inner),
        DataFusionError::Collection(errors) => errors.first().map_or(error, innermost),
        DataFusionError::External(inner) => match inner.downcast_ref::<DataFusionError>() {
            Some(inner) => innermost(inner),
            None => error,
        },
        _ => error,
    }
}

fn of_root(error: &DataFusionError, place: Option<Place>) -> Failure {
    match error {
        DataFusionError::SQL(error, _) => of_syntax(error),
        DataFusionError::SchemaError(error, _) => Failure::Wrong(of_schema(error), place),
        DataFusionError::ResourcesExhausted(message) => Failure::Memory(of_memory(message)),
        DataFusionError::Plan(message) | DataFusionError::Configuration(message) => {
            Failure::Wrong(one_sentence(message), place)
        }
        DataFusionError::NotImplemented(message) => {
            Failure::Wrong(format!("this is not supported: {}", one_sentence(message)), place)
        }
        DataFusionError::ArrowError(error, _) => Failure::Failed(format!(
            "a value could not be computed: {}",
            one_sentence(&error.to_string())
        )),
        other => Failure::Failed(one_sentence(&other.strip_backtrace())),
    }
}

/// The failure of a text that is no SQL. The parser puts the place into its message.
fn of_syntax(error: &ParserError) -> Failure {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => {
            return Failure::Wrong("the question is nested too deeply".to_owned(), None);
        }
    };
    let (message, place) = match message.rsplit_once(" at Line: ") {
        Some((message, place)) => (message, of_place(place)),
        None => (message.as_str(), None),
    };
    Failure::Wrong(format!("this is no SQL: {}", one_sentence(message)), place)
}

/// A place as the parser writes it: `1, Column: 8`.
fn of_place(text: &str) -> Option<Place> {
    let (line, column) = text.split_once(", Column: ")?;
    Some(Place { line: line.trim().parse().ok()?, column: column.trim().parse().ok()? })
}

fn of_schema(error: &SchemaError) -> String {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let mut names: Vec<&str> = valid_fields.iter().map(Column::name).collect();
            names.dedup();
            let known = if names.is_empty() {
                String::new()
            } else {
                format!(": there is {}", names.join(", "))
            };
            format!("there is no column {}{known}", field.flat_name())
        }
        SchemaError::AmbiguousReference { field } => {
            format!("several tables have a column {}: say which, as in events.{0}", field.name())
        }
        SchemaError::DuplicateQualifiedField { name, .. }
        | SchemaError::DuplicateUnqualifiedField { name } => {
            format!("two columns are called {name}: give one another name with AS")
        }
    }
}

/// Says which part of the question needs too much memory: the engine names what it was computing.
fn of_memory(message: &str) -> String {
    let found = PARTS.iter().filter_map(|(name, part)| Some((message.find(name)?, part)));
    let part = found.min().map_or("the question", |(_, part)| part);
    format!(
        "{part} needs more memory than a question may use: narrow it with WHERE, or ask for less"
    )
}

/// The first sentence of a message, in one line, without what the engine adds for its developers.
fn one_sentence(message: &str) -> String {
    let first = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let first = PREFIXES.iter().fold(first, |text, prefix| text.trim_start_matches(prefix));
    first.trim_end_matches('.').to_owned()
}
