//! Logs on standard error, where the variable `RUST_LOG` enables them.
//!
//! Spans and events carry counts, durations and names of journal files: never a value, a record, an
//! actor or a field of an event, and never the path or the address of a bucket. Other crates make
//! no such promise, so their spans and events are filtered out.

use std::env;
use std::io;

use tracing::Metadata;
use tracing_subscriber::filter::{FilterExt, FilterFn, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

/// Variable that enables logs: a level, or crates with their levels, as in
/// `reader=debug,journal=trace`.
const VARIABLE: &str = "RUST_LOG";

/// Names of the crates whose logs are written.
const CRATES: [&str; 10] = [
    "event",
    "bucket",
    "query",
    "journal",
    "decode",
    "reader",
    "spark",
    "session",
    "daybook",
    "daybook_desktop",
];

/// Starts the logs that `RUST_LOG` enables, on standard error; a span is written when it ends, with
/// its duration. Does nothing if the variable is not set or blank. If it cannot be parsed, a
/// sentence on standard error says so, and nothing is logged. Called once, by `main`.
pub fn start_logs() {
    let Some(wanted) = env::var(VARIABLE).ok().filter(|wanted| !wanted.trim().is_empty()) else {
        return;
    };
    match wanted.parse::<Targets>() {
        Ok(wanted) => {
            let layer = fmt::layer()
                .with_writer(io::stderr)
                .with_ansi(false)
                .with_span_events(FmtSpan::CLOSE)
                .with_filter(wanted.and(FilterFn::new(is_ours)));
            // A subscriber that is already set stays.
            drop(registry().with(layer).try_init());
        }
        Err(error) => eprintln!(
            "{VARIABLE}={wanted} is not understood ({error}), so nothing is logged: name a level, \
             such as debug, or crates with theirs, such as reader=debug,journal=trace"
        ),
    }
}

fn is_ours(from: &Metadata<'_>) -> bool {
    let name = from.target().split("::").next().unwrap_or_default();
    CRATES.contains(&name)
}
