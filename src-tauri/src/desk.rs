//! What is open in the window.

use std::sync::{Arc, PoisonError};

use book::{Access, Book, Home, RecentBucket, Settings};
use event::Event;
use journal::Options;
use reader::Snapshot;
use tokio::sync::{Mutex, Notify, RwLock};

use crate::wire::{EventRow, Problem, Recent, Status};

/// The state behind the window: the open journal, as it was last looked at, and the settings.
#[derive(Debug)]
pub struct Desk {
    home: Home,
    options: Options,
    settings: std::sync::Mutex<Settings>,
    open: RwLock<Option<Open>>,
    /// The bucket named when the program was started, until it is opened.
    named: Mutex<Option<String>>,
    /// Another journal was opened.
    pub(crate) opened: Notify,
}

#[derive(Debug, Clone)]
struct Open {
    book: Arc<Book>,
    /// What every answer rests on until the next look, so that pages agree with each other.
    snapshot: Arc<Snapshot>,
}

impl Desk {
    pub fn new(home: Home, options: Options, named: Option<String>) -> Result<Self, book::Error> {
        Ok(Self {
            settings: std::sync::Mutex::new(Settings::load(&home)?),
            home,
            options,
            open: RwLock::default(),
            named: Mutex::new(named),
            opened: Notify::new(),
        })
    }

    /// Opens a bucket in place of the one that is open.
    pub(crate) async fn open(&self, location: &str) -> Result<Status, Problem> {
        let book = Book::open(location, &self.home, Access::Write, self.options.clone()).await?;
        let book = Arc::new(book);
        let snapshot = book.refresh().await?;
        let recent = RecentBucket { name: book.name(), location: book.location() };
        *self.open.write().await = Some(Open { book, snapshot });
        self.change_settings(|settings| settings.remember(recent))?;
        self.opened.notify_one();
        self.status().await
    }

    /// Opens the bucket that was named at the start, once.
    pub(crate) async fn open_named(&self) -> Result<Option<Status>, Problem> {
        let mut named = self.named.lock().await;
        match named.take() {
            Some(location) => self.open(&location).await.map(Some),
            None if self.open.read().await.is_some() => self.status().await.map(Some),
            None => Ok(None),
        }
    }

    /// Looks at the bucket again.
    pub(crate) async fn refresh(&self) -> Result<(), Problem> {
        let book = self.book().await?;
        let snapshot = book.refresh().await?;
        let mut open = self.open.write().await;
        if let Some(open) = open.as_mut().filter(|open| Arc::ptr_eq(&open.book, &book)) {
            open.snapshot = snapshot;
        }
        Ok(())
    }

    pub(crate) async fn status(&self) -> Result<Status, Problem> {
        let Open { book, snapshot } = self.opened().await?;
        let waiting = book.waiting().await.unwrap_or_default();
        Ok(Status::of(&book, &snapshot, waiting, self.options.clock.now()))
    }

    pub(crate) async fn book(&self) -> Result<Arc<Book>, Problem> {
        Ok(self.opened().await?.book)
    }

    /// Answers a question from what the bucket held when it was last looked at.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Snapshot) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let snapshot = self.opened().await?.snapshot;
        let answer = tokio::task::spawn_blocking(move || question(&snapshot)).await;
        answer.unwrap_or_else(|_| Err(Problem::failed("the question could not be answered")))
    }

    /// Shows what was just recorded.
    pub(crate) async fn recorded(&self, event: Event) -> Result<EventRow, Problem> {
        self.refresh().await?;
        let id = event.event_id;
        self.ask(move |journal| Ok(EventRow::of(journal, journal.event(&id)?.value))).await
    }

    /// Flushes what waits, and looks at the bucket again.
    pub(crate) async fn flush(&self) -> Result<Status, Problem> {
        self.book().await?.flush().await?;
        self.refresh().await?;
        self.status().await
    }

    /// Flushes what waits before the program ends. What cannot be flushed stays on this device.
    pub async fn close(&self) {
        if let Ok(book) = self.book().await {
            drop(book.flush().await);
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<(), Problem> {
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut settings);
        Ok(settings.save(&self.home)?)
    }

    /// The bucket that a handle of [`Recent`] stands for.
    pub(crate) fn recent(&self, handle: &str) -> Result<String, Problem> {
        let recent = self.settings().recent;
        let found = recent.into_iter().find(|bucket| Recent::handle(bucket) == handle);
        found
            .map(|bucket| bucket.location)
            .ok_or_else(|| Problem::missing("there is no such recent journal"))
    }

    async fn opened(&self) -> Result<Open, Problem> {
        let open = self.open.read().await.clone();
        open.ok_or_else(|| Problem::missing("no journal is open"))
    }
}
