//! Refresh: brings a catalog and a ledger up to date with the bucket.

use std::io;
use std::sync::Arc;

use bucket::{JOURNAL_FOLDER, Listing};
use query::{CancellationToken, Unreadable};
use tokio::sync::mpsc::UnboundedSender;

use super::batch::Batch;
use super::extract::extract_of;
use super::file_ledger::FileLedger;
use super::plan::IndexPlan;
use super::pool::{self, Outcome};
use super::progress::{Amount, Progress, Reporter};
use super::state::{IndexerState, Pending};
use super::{Indexer, digests, large_file};
use crate::Error;
use crate::catalog::compaction::compact_small;
use crate::catalog::{Catalog, Change, Contents, Identity, Lock, is_damaged};
use crate::database::{has_room, is_full};
use crate::engine::LocalEngine;

/// How often a bucket is listed whose files come and go meanwhile.
const MOST_LOOKS: usize = 4;

/// Refresh in progress.
pub(super) struct Refresh<'a> {
    pub indexer: &'a Indexer,
    pub progress: &'a UnboundedSender<Progress>,
    pub stopped: &'a CancellationToken,
}

impl Refresh<'_> {
    /// Refreshes, and makes an engine of what is there now.
    #[tracing::instrument(name = "refresh", level = "info", skip_all)]
    pub fn run(
        &self,
        state: &mut IndexerState,
        pending: Pending,
    ) -> Result<Arc<LocalEngine>, Error> {
        self.run_once(state, pending).map_err(|error| error.at(&self.indexer.catalog))
    }

    fn run_once(
        &self,
        state: &mut IndexerState,
        pending: Pending,
    ) -> Result<Arc<LocalEngine>, Error> {
        if is_damaged(&self.indexer.catalog) {
            self.rebuild(state)?;
        }
        state.set_pending(pending)?;
        state.why_no_ledger = None;
        match self.index_with_ledger(state) {
            // A damaged catalog is rebuilt, once.
            Err(Error::Catalog(error)) if error.kind() == io::ErrorKind::InvalidData => {
                self.rebuild(state)?;
                self.index_with_ledger(state)
            }
            other => other,
        }
    }

    /// [`Refresh::index`]; without the ledger, which the coverage then says, if that cannot be used.
    fn index_with_ledger(&self, state: &mut IndexerState) -> Result<Arc<LocalEngine>, Error> {
        match self.index(state) {
            // Without a network what is known answers.
            Err(Error::List(why)) if why.is_unreachable() && !state.contents.files.is_empty() => {
                self.engine_of_catalog(state, Some(&why))
            }
            Err(Error::Ledger(why)) => {
                (state.ledger, state.why_no_ledger) = (None, Some(why.to_string()));
                state.changed.clear();
                self.index(state)
            }
            other => other,
        }
    }

    /// Makes the catalog anew, which is damaged: all files are read again.
    #[tracing::instrument(name = "rebuild", level = "info", skip_all)]
    fn rebuild(&self, state: &mut IndexerState) -> io::Result<()> {
        state.catalog = None;
        state.catalog = Some(Catalog::make_anew(&self.indexer.catalog)?);
        state.contents = Contents::default();
        state.latest = None;
        Ok(())
    }

    /// Brings the catalog up to date with the bucket, and makes an engine of it. Where a file comes while
    /// that is done, it is done again.
    fn index(&self, state: &mut IndexerState) -> Result<Arc<LocalEngine>, Error> {
        for _ in 1..MOST_LOOKS {
            if let Some(engine) = self.index_once(state, false)? {
                return Ok(engine);
            }
        }
        let last = self.index_once(state, true)?;
        last.ok_or_else(|| io::Error::from(io::ErrorKind::Interrupted).into())
    }

    /// [`Refresh::index`] by one listing of the bucket, which is made after catalog and ledger were read:
    /// what is in them and not in the listing is gone, and did not come meanwhile. `None` if the listing
    /// is out of date, unless this is the last look.
    fn index_once(
        &self,
        state: &mut IndexerState,
        is_last: bool,
    ) -> Result<Option<Arc<LocalEngine>>, Error> {
        let bucket = &self.indexer.bucket;
        let catalog = match state.catalog.take() {
            Some(catalog) if !catalog.is_read_only() => catalog,
            _ => Catalog::open(&self.indexer.catalog)?,
        };
        if let Some(options) = &self.indexer.ledger
            && state.why_no_ledger.is_none()
        {
            let open = state.ledger.take();
            state.ledger = FileLedger::open(open, options, bucket)?;
        }
        state.contents = catalog.load(&state.contents)?;
        if let Some(ledger) = &mut state.ledger {
            ledger.note_missing(&state.contents)?;
        }
        if bucket.is_far() && state.listed.is_none() && !state.contents.files.is_empty() {
            let engine = self.engine_of_catalog(state, None)?;
            Reporter::of_known(self, &state.contents).report(Amount::default(), &engine);
        }
        let mut listing = self.list(state)?;
        if self.settle_id()? {
            state.ledger = None;
            return Ok(None);
        }
        state.older = None;
        if !bucket.is_far() || state.extract.is_none() {
            state.extract = Some(extract_of(bucket));
        }
        let failures = self.update_catalog(state, &catalog, &mut listing);
        state.catalog = Some(catalog);
        let failures = failures?;
        if let Some(ledger) = &mut state.ledger {
            ledger.note_bucket();
            let changed = ledger.changes(&listing, &state.contents, bucket, is_last)?;
            let Some(changed) = changed else { return Ok(None) };
            state.changed = changed;
        }
        if let (Some(catalog), Some(now)) = (&state.catalog, self.indexer.now())
            && bucket.is_far()
        {
            catalog.note_listed(now);
        }
        let lookalikes = listing.lookalikes.iter();
        let lookalikes = lookalikes.map(|one| Unreadable::file(&one.name, one.reason.clone()));
        state.unread = failures.iter().cloned().chain(lookalikes).collect();
        Ok(Some(state.engine(&listing, &failures)?))
    }

    /// Brings the catalog up to date with a listing, under the lock for changes if there is
    /// anything to do. Returns the files that could not be read this time.
    fn update_catalog(
        &self,
        state: &mut IndexerState,
        catalog: &Catalog,
        listing: &mut Arc<Listing>,
    ) -> Result<Vec<Unreadable>, Error> {
        if listing.files.is_empty() {
            // A catalog that was emptied on purpose stays empty.
            let was_emptied = state.contents.changes > 0;
            let in_ledger = state.ledger.as_ref().filter(|_| !was_emptied);
            let in_ledger = in_ledger.map_or(Ok(0), |ledger| ledger.ledger.len())?;
            let known = state.contents.files.len().max(in_ledger);
            *listing = self.list_whole(state)?;
            if known > 0 && listing.files.is_empty() {
                let mut lookalikes = listing.lookalikes.iter();
                let in_its_place = lookalikes.find(|one| one.name == JOURNAL_FOLDER);
                let no_folder = in_its_place.map(|one| Error::NoFolder(one.reason.to_string()));
                return Err(no_folder.unwrap_or(Error::Emptied(known)));
            }
        }
        if IndexPlan::of(listing, &state.contents).is_empty() {
            return Ok(Vec::new());
        }
        match self.read_in(state, catalog, listing) {
            Err(Error::Catalog(error)) => self.unread_for_now(state, catalog, listing, error),
            other => other,
        }
    }

    /// Reads in what a listing has beyond the catalog, under the lock for changes.
    fn read_in(
        &self,
        state: &mut IndexerState,
        catalog: &Catalog,
        listing: &mut Arc<Listing>,
    ) -> Result<Vec<Unreadable>, Error> {
        let lock = match catalog.lock()? {
            Some(lock) => lock,
            // Another process is indexing the bucket: what it reads need not be read again.
            None => catalog.wait_for_lock()?,
        };
        let before = state.contents.changes;
        state.contents = catalog.load(&state.contents)?;
        if state.contents.changes != before {
            *listing = self.list_whole(state)?;
        }
        let failures = self.apply_plan(state, catalog, &lock, listing)?;
        compact_small(catalog, &lock, &mut state.contents)?;
        Ok(failures)
    }

    /// The files that are not read yet, if the catalog cannot take in what is in them now. What was read
    /// before and is still there answers.
    fn unread_for_now(
        &self,
        state: &mut IndexerState,
        catalog: &Catalog,
        listing: &Listing,
        error: io::Error,
    ) -> Result<Vec<Unreadable>, Error> {
        let folder = self.indexer.catalog.display();
        let why = match error.kind() {
            io::ErrorKind::WouldBlock => error.to_string(),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                format!("{folder} cannot be written ({error})")
            }
            // What did not fit was removed, so that there may be some room again.
            _ if is_full(&error) || !has_room(&self.indexer.catalog) => {
                format!("there is no room for what is in it in {folder}; make room there")
            }
            _ => return Err(error.into()),
        };
        let gone = IndexPlan::of(listing, &state.contents);
        if !gone.gone.is_empty() && !gone.hide_gone(&mut state.contents, catalog)? {
            return Err(error.into());
        }
        let plan = IndexPlan::of(listing, &state.contents);
        let unread = |name: &str| Unreadable::file(name, format!("is not read yet: {why}"));
        Ok(plan.new.iter().map(|file| unread(&file.name)).collect())
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
        if self.keep_same(state, catalog, lock, listing, &plan)? {
            plan = IndexPlan::of(listing, &state.contents);
        }
        if !plan.gone.is_empty() {
            plan.drop_gone(&mut state.contents, catalog, lock)?;
            plan = IndexPlan::of(listing, &state.contents);
        }
        let mut batch = Batch::first();
        let (mut failures, mut large) = (Vec::new(), Vec::new());
        let mut engine = state.engine(listing, &failures)?;
        let reporter = Reporter::start(self, listing, &plan);
        let (mut done, all) = (Amount::default(), plan.new.len());
        let Indexer { bucket, decoder, .. } = self.indexer;
        pool::read(bucket, decoder, &plan.new, self.stopped, |size, outcome| {
            if !matches!(outcome, Outcome::Large(_)) {
                done.add(size);
            }
            match outcome {
                Outcome::Rows(name, read, rows, numbers) => batch.add(name, read, *rows, numbers),
                Outcome::Unreadable(name, read) => batch.add_unreadable(name, read),
                Outcome::Large(file) => large.push(file),
                Outcome::Failed(failure) => failures.push(failure),
            }
            if batch.is_full() || done.files + large.len() == all {
                batch.commit(&mut state.contents, catalog, lock, state.ledger.as_mut())?;
                engine = state.engine(listing, &failures)?;
            }
            reporter.report(done, &engine);
            Ok(())
        })?;
        for file in large {
            match large_file::read((bucket, decoder), &file, (catalog, lock), self.stopped)? {
                Ok(new) => {
                    new.commit(&mut state.contents, catalog, lock, state.ledger.as_mut())?;
                }
                Err(failure) => failures.push(failure),
            }
            done.add(file.size);
            reporter.report(done, &state.engine(listing, &failures)?);
        }
        Ok(failures)
    }

    /// Notes the identity of files whose bytes are the same as before; returns whether there are any.
    fn keep_same(
        &self,
        state: &mut IndexerState,
        catalog: &Catalog,
        lock: &Lock,
        listing: &Listing,
        plan: &IndexPlan,
    ) -> io::Result<bool> {
        let files = plan.may_be_same(&state.contents);
        if files.is_empty() {
            return Ok(false);
        }
        let engine = state.engine(listing, &[])?;
        let reporter = Reporter::start(self, listing, plan);
        let report = |done| reporter.report(done, &engine);
        let digests = digests::sha256(&self.indexer.bucket, &files, self.stopped, report)?;
        let mut same = Vec::new();
        for (file, digest) in files.into_iter().zip(digests) {
            let before = state.contents.files.get_key_value(file.name.as_str());
            // Whether one cannot be read is told when it is read.
            if let Some((name, read)) = before
                && digest.is_ok_and(|digest| digest == read.sha256)
            {
                same.push((Arc::clone(name), Identity::of(file), read.known()));
            }
        }
        if let Some(ledger) = &mut state.ledger {
            ledger.look(same.iter().map(|(name, _, known)| (&**name, known.clone())))?;
        }
        let same: Vec<_> = same.into_iter().map(|(name, identity, _)| (name, identity)).collect();
        let change = Change { same: &same, ..Change::default() };
        catalog.change_with(lock, &change, None, &mut state.contents)?;
        Ok(!same.is_empty())
    }
}
