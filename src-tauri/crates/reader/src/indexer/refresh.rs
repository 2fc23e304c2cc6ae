//! Refresh: brings a catalog and a ledger up to date with the bucket.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bucket::Listing;
use query::{Engine, Unreadable};
use tokio::sync::mpsc::UnboundedSender;

use super::batch::Batch;
use super::file_ledger::FileLedger;
use super::plan::IndexPlan;
use super::pool::{self, Outcome};
use super::state::{IndexerState, Pending};
use super::{Indexer, Progress, large_file};
use crate::Error;
use crate::catalog::compaction::compact_small;
use crate::catalog::{Catalog, Contents, Lock, is_damaged};
use crate::engine::LocalEngine;

/// Refresh in progress.
pub(super) struct Refresh<'a> {
    pub indexer: &'a Indexer,
    pub progress: &'a UnboundedSender<Progress>,
    pub stopped: &'a AtomicBool,
}

impl Refresh<'_> {
    /// Refreshes, and makes an engine of what is there now.
    #[tracing::instrument(name = "refresh", level = "info", skip_all)]
    pub fn run(
        &self,
        state: &mut IndexerState,
        pending: Pending,
    ) -> Result<Arc<LocalEngine>, Error> {
        let listing = self.indexer.bucket.blocking_list_all()?;
        if is_damaged(&self.indexer.catalog) {
            self.rebuild(state)?;
        }
        state.set_pending(pending)?;
        match self.index(state, &listing) {
            // A damaged catalog is rebuilt, once.
            Err(Error::Catalog(error)) if error.kind() == io::ErrorKind::InvalidData => {
                self.rebuild(state)?;
                self.index(state, &listing)
            }
            other => other,
        }
    }

    /// Empties the catalog, so that all files are read again.
    #[tracing::instrument(name = "rebuild", level = "info", skip_all)]
    fn rebuild(&self, state: &mut IndexerState) -> io::Result<()> {
        state.catalog = None;
        state.catalog = Some(Catalog::open_emptied(&self.indexer.catalog)?);
        state.contents = Contents::default();
        state.latest = None;
        Ok(())
    }

    /// Brings the catalog up to date with a listing, and makes an engine of it.
    fn index(
        &self,
        state: &mut IndexerState,
        listing: &Listing,
    ) -> Result<Arc<LocalEngine>, Error> {
        let catalog = match state.catalog.take() {
            Some(catalog) if !catalog.is_read_only() => catalog,
            _ => Catalog::open(&self.indexer.catalog)?,
        };
        if let Some(options) = &self.indexer.ledger {
            let open = state.ledger.take();
            state.ledger = FileLedger::open(open, options, &self.indexer.bucket, listing)?;
        }
        let failures = self.update_catalog(state, &catalog, listing);
        state.catalog = Some(catalog);
        let failures = failures?;
        if let Some(ledger) = &mut state.ledger {
            state.changed = ledger.changes(listing, &state.contents)?;
        }
        let lookalikes = listing.lookalikes.iter();
        let lookalikes = lookalikes.map(|one| Unreadable::file(&one.name, one.reason.clone()));
        state.unread = failures.iter().cloned().chain(lookalikes).collect();
        Ok(state.engine(listing, &failures)?)
    }

    /// Brings the catalog up to date with a listing, under the lock for changes if there is
    /// anything to do. Returns the files that could not be read this time.
    fn update_catalog(
        &self,
        state: &mut IndexerState,
        catalog: &Catalog,
        listing: &Listing,
    ) -> Result<Vec<Unreadable>, Error> {
        state.contents = catalog.load(&state.contents)?;
        if listing.files.is_empty() {
            // A catalog that was emptied on purpose stays empty.
            let was_emptied = state.contents.changes > 0;
            let in_ledger = state.ledger.as_ref().filter(|_| !was_emptied);
            let in_ledger = in_ledger.map_or(Ok(0), |ledger| ledger.ledger.len())?;
            let known = state.contents.files.len().max(in_ledger);
            if known > 0 {
                return Err(Error::Emptied(known));
            }
        }
        if IndexPlan::of(listing, &state.contents).is_empty() {
            return Ok(Vec::new());
        }
        let lock = match catalog.lock()? {
            Some(lock) => lock,
            // Another process is indexing the bucket: what it reads need not be read again.
            None => catalog.wait_for_lock()?,
        };
        state.contents = catalog.load(&state.contents)?;
        let failures = self.apply_plan(state, catalog, &lock, listing)?;
        compact_small(catalog, &lock, &mut state.contents)?;
        Ok(failures)
    }

    /// Reads new files, and drops those that are gone. Returns the files that could not be read
    /// this time.
    fn apply_plan(
        &self,
        state: &mut IndexerState,
        catalog: &Catalog,
        lock: &Lock,
        listing: &Listing,
    ) -> io::Result<Vec<Unreadable>> {
        let mut plan = IndexPlan::of(listing, &state.contents);
        if !plan.gone.is_empty() {
            plan.drop_gone(&mut state.contents, catalog, lock)?;
            plan = IndexPlan::of(listing, &state.contents);
        }
        let mut batch = Batch::first();
        let (mut failures, mut large) = (Vec::new(), Vec::new());
        let (files, known) = (listing.files.len(), listing.files.len() - plan.new.len());
        let mut engine = state.engine(listing, &failures)?;
        let Indexer { bucket, decoder, .. } = self.indexer;
        pool::read(bucket, decoder, &plan.new, self.stopped, |done, outcome| {
            match outcome {
                Outcome::Rows(name, read, rows, numbers) => batch.add(name, read, *rows, numbers),
                Outcome::Unreadable(name, read) => batch.add_unreadable(name, read),
                Outcome::Large(file) => large.push(file),
                Outcome::Failed(failure) => failures.push(failure),
            }
            if batch.is_full() || known + done == files {
                batch.commit(&mut state.contents, catalog, lock, state.ledger.as_mut())?;
                engine = state.engine(listing, &failures)?;
            }
            self.report(files, known + done - large.len(), &engine);
            Ok(())
        })?;
        for (left, file) in (0..large.len()).rev().zip(large) {
            match large_file::read((bucket, decoder), &file, (catalog, lock), self.stopped)? {
                Ok(new) => {
                    new.commit(&mut state.contents, catalog, lock, state.ledger.as_mut())?;
                }
                Err(failure) => failures.push(failure),
            }
            let engine = state.engine(listing, &failures)?;
            self.report(files, files - left, &engine);
        }
        Ok(failures)
    }

    /// Reports that so many of all files are done.
    fn report(&self, files: usize, done: usize, engine: &Arc<LocalEngine>) {
        let has_events = engine.snapshot.has_events();
        let engine = Arc::clone(engine) as Arc<dyn Engine>;
        // The future may have been dropped: then nobody receives it.
        drop(self.progress.send(Progress { files, done, engine, has_events }));
    }
}
