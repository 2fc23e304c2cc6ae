//! Side of Daybook, called as the window calls it.

use std::time::Duration;

use event::RecordId;
use query::{CancellationToken, Engine};
use session::Home;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::Failure;
use crate::opened::{OpenedJournal, newest, open};
use crate::peer::Question;
use crate::timing::now;

/// Daybook with its own data, which go when this is dropped, and a runtime to call it from.
pub struct Daybook {
    runtime: Runtime,
    home: TempDir,
}

impl Daybook {
    /// Daybook that knows no bucket.
    pub fn new() -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { runtime, home: tempfile::tempdir()? })
    }

    /// Opens the journal at a location.
    pub fn open(&self, location: &str) -> Result<OpenedJournal, Failure> {
        self.runtime.block_on(open(location, &Home::at(self.home.path())))
    }

    /// Looks for news of an open journal. Returns how long that took.
    pub fn look(&self, opened: &OpenedJournal) -> Result<Duration, Failure> {
        self.runtime.block_on(async {
            let start = now();
            opened.session.refresh().await?;
            Ok(start.elapsed())
        })
    }

    /// Asks a question. Returns how long the answer took, and the number in it.
    pub fn ask(
        &self,
        opened: &OpenedJournal,
        question: &Question,
    ) -> Result<(Duration, usize), Failure> {
        self.runtime.block_on(async {
            let start = now();
            let found = ask(&*opened.engine, question).await?;
            Ok((start.elapsed(), found))
        })
    }

    /// The record that was changed last.
    pub fn last_record(&self, opened: &OpenedJournal) -> Result<RecordId, Failure> {
        self.runtime.block_on(async {
            let page = opened.engine.events(&newest(), &CancellationToken::new()).await?.value;
            let newest = page.items.first().ok_or("there are no events")?;
            Ok(newest.entry.event.record().clone())
        })
    }
}

/// The answer as a number: of events on a page, of a record, or of all.
async fn ask(engine: &dyn Engine, question: &Question) -> Result<usize, query::Error> {
    let token = CancellationToken::new();
    Ok(match question {
        Question::Recent => engine.events(&newest(), &token).await?.value.items.len(),
        Question::Record(record) => engine.timeline(record, &token).await?.value.entries().len(),
        Question::Count => engine.totals(&token).await?.value.events,
    })
}
