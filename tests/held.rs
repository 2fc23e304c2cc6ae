//! Opening a journal with a clock and random bytes that a test holds.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use journal::{Clock, Random};
use query::{CancellationToken, Engine, Totals};
use reader::Decoder;
use session::{Access, Home, JournalSession, Options};
use sql::SqlProcess;

pub async fn open(bucket: &Path, home: &Home) -> JournalSession {
    JournalSession::open(&bucket.to_string_lossy(), home, Access::Write, options()).await.unwrap()
}

/// How much a journal holds.
pub async fn totals(engine: &dyn Engine) -> Totals {
    engine.totals(&CancellationToken::new()).await.unwrap().value
}

/// A clock that moves a millisecond at each look and on which nothing is ever waited for, so that
/// nothing is flushed by itself; and a source of bytes that only counts.
pub fn options() -> Options {
    let start = event::parse_time("2026-09-01T08:00:00Z").unwrap().timestamp_millis();
    let clock = Arc::new(Ticking(AtomicI64::new(start)));
    let random = Arc::new(Counting::default());
    let journal =
        journal::Options { flush_threshold: 1_000_000, clock, random, ..Default::default() };
    Options { journal, decoder: decoder(), sql: Some(sql()), ..Options::default() }
}

/// The program's own decoder: a test is none.
pub fn decoder() -> Decoder {
    Decoder::Program(env!("CARGO_BIN_EXE_daybook-desktop").into())
}

/// What answers questions in SQL: it lies beside the program.
fn sql() -> SqlProcess {
    SqlProcess::at(Path::new(env!("CARGO_BIN_EXE_daybook-desktop")).with_file_name("daybook-sql"))
}

struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.fetch_add(1, Ordering::Relaxed)).unwrap()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::pending())
    }
}

#[derive(Default)]
struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(size_of::<u64>()) {
            let n = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            part.copy_from_slice(&n[n.len() - part.len()..]);
        }
    }
}
