//! Errors of a cluster, each one sentence; the rest of what a cluster says on request.

use std::fmt;

use spark_connect_core::SparkError;

/// Longest sentence that is taken from what a cluster says, in characters.
const LONGEST: usize = 300;

/// Error of a cluster: a clause without a full stop that says what, where, and what to do.
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    sentence: String,
    /// All that the cluster said.
    details: String,
}

/// Kind of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was asked for is not possible: a wrong address, an archive.
    Wrong,
    /// The cluster is not there, or went away.
    Lost,
    /// The cluster refused who asks.
    Refused,
    /// The cluster does not see the files.
    NoFiles,
    /// The limit of time is over.
    TimedOut,
    /// The cluster failed at the statement, maybe for a file.
    Failed,
    /// More would have to be decided here than can be.
    TooMuch,
    /// The question was cancelled.
    Cancelled,
    /// The bucket cannot be listed.
    Bucket,
}

impl Error {
    /// Error of a kind, with a clause.
    pub(crate) fn new(kind: ErrorKind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into(), details: String::new() }
    }

    pub(crate) fn address() -> Self {
        let form = "the address of a cluster is sc://HOST:PORT, with /;use_ssl=true behind it where it is \
                    encrypted";
        Self::new(ErrorKind::Wrong, form)
    }

    pub(crate) fn archive() -> Self {
        Self::new(
            ErrorKind::Wrong,
            "a cluster cannot read a journal within an archive; ask without --engine",
        )
    }

    pub(crate) fn no_root() -> Self {
        Self::new(
            ErrorKind::Wrong,
            "clusters name this bucket otherwise; say how with --engine-root URL",
        )
    }

    pub(crate) fn exposed(cluster: &str) -> Self {
        let why = format!(
            "a token is not sent to {cluster} unencrypted; put ;use_ssl=true behind its address"
        );
        Self::new(ErrorKind::Wrong, why)
    }

    pub(crate) fn timed_out(cluster: &str, seconds: u64) -> Self {
        let why = format!(
            "{cluster} has not answered within {seconds} seconds; narrow the question, or ask again"
        );
        Self::new(ErrorKind::TimedOut, why)
    }

    /// Error that an answer ended before it was complete.
    pub(crate) fn cut(cluster: &str) -> Self {
        Self::new(ErrorKind::Lost, format!("{cluster} ended its answer in the middle; ask again"))
    }

    /// Error that a client of a cluster met.
    pub(crate) fn of(cluster: &str, error: &SparkError) -> Self {
        const UNAVAILABLE: i32 = 14;
        const UNAUTHENTICATED: i32 = 16;
        const PERMISSION_DENIED: i32 = 7;
        let message = error.message();
        let mut details = message.clone();
        if let Some(trace) = error.get_stacktrace() {
            details = format!("{details}\n{trace}");
        }
        let first = first_sentence(&message);
        let (kind, sentence) = match error.grpc_code() {
            Some(UNAUTHENTICATED | PERMISSION_DENIED) => {
                let why = format!(
                    "{cluster} refuses this token; set DAYBOOK_ENGINE_TOKEN to one that it accepts"
                );
                (ErrorKind::Refused, why)
            }
            Some(UNAVAILABLE) => {
                let why = format!("{cluster} cannot be reached; see that it runs, and ask again");
                (ErrorKind::Lost, why)
            }
            _ if is_lost(&message) => {
                (ErrorKind::Lost, format!("{cluster} has lost the question; ask again"))
            }
            _ => (ErrorKind::Failed, format!("{cluster} cannot answer: {first}")),
        };
        Self { kind, sentence, details }
    }

    /// Kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// All that the cluster said about it, which may be a thousand lines; empty if it said nothing.
    pub fn details(&self) -> &str {
        &self.details
    }
}

/// Whether a cluster that was started anew says that it does not know what it was told before.
fn is_lost(message: &str) -> bool {
    let known = [
        "INVALID_HANDLE",
        "INVALID_CURSOR",
        "SESSION_NOT_FOUND",
        "SESSION_CLOSED",
        "SESSION_CHANGED",
        "transport error",
        "h2 protocol error",
        "error reading a body from connection",
        "broken pipe",
    ];
    let of_views = message.contains(crate::snapshot::PREFIX)
        && ["TABLE_OR_VIEW_NOT_FOUND", "not found", "does not exist"]
            .iter()
            .any(|said| message.contains(said));
    of_views || known.iter().any(|said| message.contains(said))
}

/// What of a cluster's words one sentence has: the first line, cut where it is long.
fn first_sentence(message: &str) -> String {
    let line =
        message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.trim_end_matches('.').to_owned(),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind)
            .field("sentence", &self.sentence)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}

impl From<Error> for query::Error {
    fn from(error: Error) -> Self {
        match error.kind {
            ErrorKind::Cancelled => Self::Cancelled,
            _ => Self::Engine(Box::new(error)),
        }
    }
}
