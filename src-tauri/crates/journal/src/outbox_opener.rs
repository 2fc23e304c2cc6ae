//! Opens the outbox of a bucket: finds it, gives the bucket an id, and binds the two.

use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bucket::{Bucket, BucketId, Location};
use tokio::runtime::Handle;

use crate::error::Error;
use crate::options::Options;
use crate::outbox::find::{Found, KnownOutbox, find};
use crate::outbox::{Outbox, check_home, outbox_path};
use crate::random::{Random, random_bytes};

/// What opens the outbox of a bucket, the first time and after an error. Its methods block.
pub(crate) struct OutboxOpener {
    bucket: Bucket,
    home: PathBuf,
    random: Arc<dyn Random>,
    moved: bool,
    identified: Arc<dyn Fn() + Send + Sync>,
    runtime: Handle,
    /// Outbox that was found; `None` if there was none yet.
    found: Option<Found>,
    /// Path of the outbox that was opened, and what it may name its bucket.
    opened: Option<(PathBuf, Vec<String>)>,
}

impl OutboxOpener {
    /// For the outbox of `bucket` under `home`. Must be called within a Tokio runtime.
    pub(crate) fn new(bucket: Bucket, home: &Path, options: &Options) -> Self {
        let (home, random) = (home.to_owned(), Arc::clone(&options.random));
        let (moved, identified) = (options.moved, Arc::clone(&options.identified));
        let runtime = Handle::current();
        Self { bucket, home, random, moved, identified, runtime, found: None, opened: None }
    }

    /// Finds the outbox, if there is one.
    ///
    /// # Errors
    /// [`Error::BucketAway`] if its bucket is not there, and the errors of [`find`].
    pub(crate) fn find(mut self) -> Result<Self, Error> {
        self.found = self.look()?;
        Ok(self)
    }

    /// Whether there is one: this device has recorded into the bucket.
    pub(crate) fn is_found(&self) -> bool {
        self.found.as_ref().is_some_and(|found| found.path.exists())
    }

    /// Opens the outbox, if one was found. If not, checks that one can be made.
    ///
    /// # Errors
    /// As [`OutboxOpener::open`], and [`Error::OutboxFolder`] if none can be made.
    pub(crate) fn open_begun(&mut self) -> Result<Option<Outbox>, Error> {
        match self.found {
            Some(_) => self.open().map(Some),
            None => check_home(&self.home).map(|()| None),
        }
    }

    /// Opens the outbox, or makes it. The first time binds it to the bucket's id, which is made if
    /// there is none; afterwards the bucket is not needed.
    ///
    /// # Errors
    /// [`Error::Moved`] if its bucket was last at another place, [`Error::OtherFolder`] if another
    /// folder lies in its place that may be an older copy, [`Error::Identity`] if the bucket takes no id, and the
    /// errors of [`Outbox::open`] and of [`OutboxOpener::find`].
    pub(crate) fn open(&mut self) -> Result<Outbox, Error> {
        let random = self.random.as_ref();
        if let Some((path, names)) = &self.opened {
            return Outbox::open(path, names, random);
        }
        // Another process may have made one since.
        let found = self.found.take().map_or_else(|| self.look(), |found| Ok(Some(found)))?;
        let (path, names, id) = match found {
            Some(Found { path, names, id, .. }) => (Some(path), names, id),
            None => (None, Vec::new(), None),
        };
        if let Some(path) = &path
            && !self.moved
        {
            self.check_folder(path)?;
        }
        let new = id.unwrap_or_else(|| BucketId::from_random(random_bytes(random)));
        let is_first = self.bucket.stored_id()?.is_none();
        let id = self.runtime.block_on(self.bucket.make_id(&new))?;
        if is_first {
            (self.identified)();
        }
        let path = path.unwrap_or_else(|| outbox_path(&self.home, &id));
        let names: Vec<String> = iter::once(id.as_str().to_owned()).chain(names).collect();
        let mut outbox = Outbox::open(&path, &names, random)?;
        let now = self.bucket.place();
        if let Some(was) = outbox.bind(&id, &now, self.moved)? {
            let _runtime = self.runtime.enter();
            let still_there = is_at(&was.path, &id);
            return Err(Error::Moved { was: was.path, now: now.path, still_there });
        }
        self.opened = Some((path, names));
        Ok(outbox)
    }

    /// Checks that another folder at the path of the outbox's bucket is no older copy of that: it has the
    /// id, and what was stored last.
    fn check_folder(&self, path: &Path) -> Result<(), Error> {
        let now = self.bucket.place();
        let known = KnownOutbox::read(path.to_owned()).filter(KnownOutbox::has_events);
        let Some(known) = known else { return Ok(()) };
        let was = known.place.as_ref().and_then(|place| place.folder);
        let is_other = was.zip(now.folder).is_some_and(|(was, folder)| was != folder);
        if !is_other {
            return Ok(());
        }
        let lacks = if self.bucket.stored_id()?.is_none() {
            "its id (the file journal/.daybook)"
        } else if !known.is_all_stored_in(&self.bucket.blocking_list_all().map_err(Error::List)?) {
            "what was recorded into that last"
        } else {
            return Ok(());
        };
        Err(Error::OtherFolder { at: now.path, lacks })
    }

    fn look(&self) -> Result<Option<Found>, Error> {
        match find(&self.bucket, &self.home)? {
            Some(found) if found.away => {
                let (bucket, outbox) = (self.bucket.place().path, found.path);
                let waiting = KnownOutbox::read(outbox.clone()).map_or(0, |known| known.pending);
                Err(Error::BucketAway { bucket, outbox, waiting })
            }
            found => Ok(found),
        }
    }
}

/// Whether the bucket with this id is at a place.
fn is_at(place: &str, id: &BucketId) -> bool {
    let there = place.parse().and_then(|place: Location| Bucket::open(&place));
    there.is_ok_and(|there| there.id().is_ok_and(|found| found.as_ref() == Some(id)))
}
