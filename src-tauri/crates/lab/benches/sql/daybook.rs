//! Our side: an opened journal, and the process that answers.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use query::{CancellationToken, Engine};
use session::{Access, Home, JournalSession, Options};
use sql::{SqlProcess, SqlQuestion};
use tokio::runtime::Runtime;

use crate::Failure;

/// Opened journal.
pub struct Daybook {
    runtime: Runtime,
    session: JournalSession,
    engine: Arc<dyn Engine>,
}

/// Question that was answered.
pub struct Asked {
    pub millis: f64,
    pub rows: usize,
    /// Largest resident memory of the process, in KiB; 0 where the system does not tell.
    pub peak: u64,
}

impl Daybook {
    /// Reads a bucket, and compacts its catalog. The program that answers is taken from beside this one's
    /// folder.
    pub fn open(bucket: &Path, home: &Path) -> Result<Self, Failure> {
        let runtime = Runtime::new()?;
        let program = std::env::current_exe()?;
        let program =
            program.parent().and_then(Path::parent).ok_or("no folder")?.join("daybook-sql");
        let options = Options { sql: Some(SqlProcess::at(program)), ..Options::default() };
        let location = bucket.to_string_lossy();
        let (session, engine) = runtime.block_on(async {
            let home = Home::at(home);
            let session = JournalSession::open(&location, &home, Access::Read, options).await?;
            session.refresh().await?;
            session.compact().await?;
            let engine = session.refresh().await?;
            Ok::<_, session::Error>((session, engine))
        })?;
        Ok(Self { runtime, session, engine })
    }

    /// Asks a question, and reads all of its rows.
    pub fn ask(&self, text: &str) -> Result<Asked, Failure> {
        let question = SqlQuestion { text: text.to_owned(), ..SqlQuestion::default() };
        let (engine, token) = (Arc::clone(&self.engine), CancellationToken::new());
        let start = now();
        let asked = self.session.ask_sql(engine, &question, None, &token);
        let (_, mut answer) = self.runtime.block_on(asked)?;
        let mut rows = 0;
        while let Some(batch) = answer.rows()? {
            rows += batch.num_rows();
        }
        let millis = start.elapsed().as_secs_f64() * 1e3;
        Ok(Asked { millis, rows, peak: peak(answer.process_id()) })
    }
}

#[expect(clippy::disallowed_methods, reason = "it takes the time of a question, nothing else")]
fn now() -> Instant {
    Instant::now()
}

/// Largest resident memory of a process, in KiB; 0 where the system does not tell.
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
    number.unwrap_or_default()
}
