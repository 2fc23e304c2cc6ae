//! Daybook, called as the window calls it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reader::{Facets, Filters, RecordsQuery, Snapshot, Stop};
use session::{Access, Home, JournalSession, Options};
use tokio::runtime::{Builder, Runtime};

use crate::Failure;
use crate::question::{Found, Question};
use crate::timing::now;

/// How many events the window shows at first.
pub const FIRST_PAGE: usize = 100;

pub struct Daybook {
    runtime: Runtime,
    location: String,
    home: Home,
}

/// A journal that was opened, and how long that took.
pub struct Opened {
    pub snapshot: Arc<Snapshot>,
    /// Until the newest events were there.
    pub first_page: Duration,
    /// Until everything in the bucket was taken in.
    pub whole: Duration,
    session: JournalSession,
}

impl Daybook {
    pub fn new(bucket: &Path, home: &Path) -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let location = bucket.to_str().ok_or("the bucket's path is not text")?.to_owned();
        Ok(Self { runtime, location, home: Home::at(home) })
    }

    pub fn open(&self) -> Result<Opened, Failure> {
        self.runtime.block_on(async {
            let start = now();
            let session =
                JournalSession::open(&self.location, &self.home, Access::Read, Options::default())
                    .await?;
            let mut first_page = None;
            let show = |snapshot: &Snapshot| Question::recent(FIRST_PAGE).ask(snapshot);
            let snapshot = session
                .refresh_and_tell(|progress| {
                    if first_page.is_none() && progress.snapshot.has_events() {
                        first_page = Some(show(&progress.snapshot).map(|_| start.elapsed()));
                    }
                })
                .await?;
            let whole = start.elapsed();
            if let Some(file) = snapshot.coverage().unreadable.first() {
                return Err(format!("{} cannot be read: {}", file.file, file.problem).into());
            }
            let first_page = match first_page {
                Some(shown) => shown?,
                None => show(&snapshot).map(|_| start.elapsed())?,
            };
            Ok(Opened { snapshot, first_page, whole, session })
        })
    }

    /// Lets what is kept of the bucket come to rest, and how long that takes.
    pub fn settle(&self, opened: &mut Opened) -> Result<Duration, Failure> {
        self.runtime.block_on(async {
            let start = now();
            opened.session.tidy().await?;
            let settled = start.elapsed();
            opened.snapshot = opened.session.refresh().await?;
            Ok(settled)
        })
    }

    /// What the filters let through, counted.
    pub fn facets(&self, opened: &Opened, filters: &Filters) -> Result<Facets, Failure> {
        let (snapshot, filters) = (Arc::clone(&opened.snapshot), filters.clone());
        let counting =
            self.runtime.spawn_blocking(move || snapshot.facets(&filters, &Stop::default()));
        Ok(self.runtime.block_on(counting)??.value)
    }

    /// How long the list of records takes, of which nothing is known but the events.
    pub fn records(&self, opened: &Opened) -> Result<Duration, Failure> {
        let snapshot = Arc::clone(&opened.snapshot);
        let start = now();
        let query = RecordsQuery { limit: FIRST_PAGE, ..RecordsQuery::default() };
        self.runtime.block_on(self.runtime.spawn_blocking(move || snapshot.records(&query)))??;
        Ok(start.elapsed())
    }

    /// An answer, and how long it took.
    pub fn ask(&self, opened: &Opened, question: &Question) -> Result<(Duration, Found), Failure> {
        self.runtime.block_on(async {
            let start = now();
            let found = ask(&opened.snapshot, question).await?;
            Ok((start.elapsed(), found))
        })
    }
}

async fn ask(snapshot: &Arc<Snapshot>, question: &Question) -> Result<Found, Failure> {
    let (snapshot, question) = (Arc::clone(snapshot), question.clone());
    Ok(tokio::task::spawn_blocking(move || question.ask(&snapshot)).await??)
}
