//! What the crates tell of their work on standard error, where `RUST_LOG` asks for it.
//!
//! Spans and events carry counts, durations and names of journal files: never a value, a record, an
//! actor or a field of an event, and never the path or the address of a bucket. Other people's
//! crates promise nothing of the kind, so that whatever they tell is left out.

use std::env;
use std::io;

use tracing::Metadata;
use tracing_subscriber::filter::{FilterExt, FilterFn, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

/// Asks for logs: a level, or crates with theirs, as in `reader=debug,journal=trace`.
const VARIABLE: &str = "RUST_LOG";

/// The crates that may be heard.
const CRATES: [&str; 9] = [
    "event",
    "bucket",
    "query",
    "journal",
    "decode",
    "reader",
    "session",
    "daybook",
    "daybook_desktop",
];

/// Begins to tell on standard error what `RUST_LOG` asks for, each span with how long it took when
/// it ends. Does nothing where the variable is not set. Called once, by `main`.
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
            // Whoever has begun before goes on.
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
