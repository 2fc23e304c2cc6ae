//! The flush: from the outbox into the bucket.
//!
//! A file is encoded and spooled, then stored, then read back, and only then are its events removed
//! from the outbox. A process can end after any of these steps: the next flush, of whichever
//! process, continues with the same file. Two processes that flush at once store the same object.
//!
//! When to flush, and the pause before the next attempt, are decided in `autoflush`.

use bucket::{Bucket, CreateError, Failure, FileMeta, JOURNAL_FOLDER, SyncError};
use fail::fail_point;

use crate::encode::encode;
use crate::error::Error;
use crate::file::{File, seqs_in_name};
use crate::options::{Options, StoredFile};
use crate::outbox::OutboxReader;
use crate::pending::Pending;
use crate::queue::Queue;

/// Result of a flush. Files that another process brought into the bucket at the same time are not
/// counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flushed {
    /// Events that are no longer pending, because this flush stored their files.
    pub events: u64,
    /// Files that this flush stored.
    pub files: u64,
    /// Key of a file which shows that another installation writes under this one's name; `None` if
    /// there is none. This installation has switched to a new name; no event of either is lost.
    pub fork: Option<String>,
}

/// The first and the last number in a file's name, and the name.
type NamedRange = ((u64, u64), String);

/// A flush, and what it works on.
pub(crate) struct Flush<'a> {
    pub bucket: &'a Bucket,
    pub queue: &'a Queue,
    pub pending: &'a Pending,
    pub options: &'a Options,
}

impl Flush<'_> {
    /// Stores every event that was recorded before the call, by any process of this installation.
    /// Files left in the spool by an earlier flush come first.
    ///
    /// # Errors
    /// The first error ends the flush. What was stored before it stays stored, and the rest
    /// pending.
    #[tracing::instrument(name = "flush", level = "info", skip_all)]
    pub(crate) async fn run(&self) -> Result<Flushed, Error> {
        // What is read below would otherwise be another outbox, or none.
        self.queue.change_if_begun(|outbox| outbox.check_in_place()).await?;
        let end = self.pending.status().await?.created;
        let mut flushed = Flushed::default();
        let mut renamed = None;
        loop {
            while let Some(file) = self.pending.read(OutboxReader::oldest_spooled).await? {
                let (key, events) = (file.key.clone(), file.events);
                if !self.store(&file).await? {
                    // Who finds each name taken is not told the truth, and would never end.
                    if renamed.replace(file.position) == Some(file.position) {
                        return Err(Error::OtherBytes { key });
                    }
                    self.switch_writer(&mut flushed, &file.writer, key).await?;
                    continue;
                }
                fail_point!("stored");
                self.tell_stored(&file).await?;
                if self.queue.change(move |outbox| outbox.prune(&file)).await? {
                    flushed.events += events;
                    flushed.files += 1;
                }
                fail_point!("pruned");
            }
            if !self.spool_next(end).await? {
                break;
            }
            fail_point!("spooled");
        }
        if flushed.files > 0 {
            self.detect_fork(&mut flushed).await?;
        }
        Ok(flushed)
    }

    /// Tells that a file is stored.
    async fn tell_stored(&self, file: &File) -> Result<(), Error> {
        let tell = self.options.stored.clone();
        let name = file.key.strip_prefix(JOURNAL_FOLDER).unwrap_or(&file.key);
        let name = name.trim_start_matches('/').to_owned();
        let (events, sha256) = (file.events, file.sha256);
        let told = tokio::task::spawn_blocking(move || tell(StoredFile { name, events, sha256 }));
        told.await.map_err(|_| Error::Stopped)
    }

    /// Spools one file of the oldest events before position `end` that are in no file yet. Returns
    /// whether there were any.
    #[tracing::instrument(name = "spool", level = "debug", skip_all)]
    async fn spool_next(&self, end: u64) -> Result<bool, Error> {
        let now = self.options.clock.now();
        let blocks =
            self.pending.read(move |outbox| Ok((outbox.unspooled(end)?, outbox.path().to_owned())));
        let (blocks, outbox) = blocks.await?;
        if blocks.is_empty() {
            return Ok(false);
        }
        // Not on the outbox's thread: encoding takes a while, and recording must go on.
        let encoded = tokio::task::spawn_blocking(move || encode(&blocks, &outbox, now));
        let file = encoded.await.map_err(|_| Error::Stopped)??;
        fail_point!("encoded");
        self.queue.change(move |outbox| outbox.spool(&file)).await?;
        Ok(true)
    }

    /// Stores a file. Returns true once it is in the bucket and on disk, and false if its name is said to
    /// be taken, and is, by another file: then it was given a later name. What counts is what is read
    /// back, not what the store answered: a file can be there in spite of an error, and be another one.
    #[tracing::instrument(level = "debug", skip_all, fields(file = file.key))]
    async fn store(&self, file: &File) -> Result<bool, Error> {
        let answer = self.bucket.create(&file.key, file.bytes.clone()).await;
        fail_point!("put");
        let answer = match answer {
            Err(CreateError::Sync(error)) => return self.sync_failed(file, error).await,
            answer => answer,
        };
        let key = || file.key.clone();
        match (self.read_back(file).await?, answer) {
            (Ok(Some(found)), answer) if found == file.sha256 => {
                fail_point!("read_back");
                // The process that created it may have ended before it forced it to disk.
                let synced =
                    if answer.is_err() { self.bucket.sync(&file.key).await } else { Ok(()) };
                match synced {
                    Ok(()) => Ok(true),
                    Err(error) => self.sync_failed(file, error).await,
                }
            }
            (Ok(Some(_)), Err(CreateError::AlreadyExists(_))) => {
                self.rename(file).await.map(|()| false)
            }
            // Nobody had the name: it is not another one's file.
            (Ok(Some(_)), Ok(())) => Err(Error::OtherBytes { key: key() }),
            // What is read after any other error may be no answer of the bucket.
            (_, Err(source)) => Err(Error::Store { key: key(), source }),
            (Ok(None), Ok(())) => Err(Error::Absent { key: key() }),
            (Err(source), Ok(())) => Err(Error::ReadBack { key: key(), source }),
        }
    }

    /// Hash of what is under the name of a file. What is not the file is read twice: something between
    /// the bucket and this device may have altered it.
    async fn read_back(&self, file: &File) -> Result<Result<Option<[u8; 32]>, Failure>, Error> {
        let found = self.bucket.sha256(&file.key).await;
        let first = match found {
            Ok(Some(first)) if first != file.sha256 => first,
            found => return Ok(found),
        };
        match self.bucket.sha256(&file.key).await {
            Ok(Some(again)) if again != first && again != file.sha256 => {
                Err(Error::OtherBytes { key: file.key.clone() })
            }
            again => Ok(again),
        }
    }

    /// Fails with `error`, and leaves the file in the spool to be stored again, because it is
    /// unknown whether the bucket's disk has it. A file that could not be synced gets a later name.
    async fn sync_failed<T>(&self, file: &File, error: SyncError) -> Result<T, Error> {
        if matches!(error, SyncError::Folder { .. }) {
            return Err(Error::SyncFolder(error));
        }
        // What can be read back is the page cache. After a failed fsync the system drops the dirty
        // pages, so a second fsync would succeed without having written them.
        self.rename(file).await?;
        Err(Error::SyncFile(error))
    }

    /// Gives a spooled file a later name.
    async fn rename(&self, file: &File) -> Result<(), Error> {
        let (file, key) = (file.clone(), file.later_key(self.options.clock.now()));
        self.queue.change(move |outbox| outbox.rename(&file, &key)).await
    }

    /// Detects a fork: two installations that write under one name, after a data folder was copied
    /// or a device restored from a backup. Their files have overlapping numbers, and whichever
    /// stores last sees both. Then this one switches to a new name.
    async fn detect_fork(&self, flushed: &mut Flushed) -> Result<(), Error> {
        let Ok(listing) = self.bucket.list_all().await else {
            // Everything is stored; the next flush checks again.
            return Ok(());
        };
        // Read after the listing: another process of this installation may have stored some of
        // these files, and its numbers must be below `next_seq`.
        let Some((writer, next_seq)) = self.pending.read(OutboxReader::writer).await? else {
            return Ok(());
        };
        let keys = listing.files.iter().map(FileMeta::key);
        let ours = keys.filter_map(|key| Some((seqs_in_name(&key, &writer)?, key)));
        let mut ours: Vec<NamedRange> = ours.collect();
        ours.sort_unstable();
        let mut found = ours.last().filter(|((_, last), _)| *last >= next_seq);
        for two in ours.windows(2) {
            let overlap = two[1].0.0 <= two[0].0.1;
            if found.is_none() && overlap && !self.are_one_file(&two[0], &two[1]).await {
                found = Some(&two[1]);
            }
        }
        match found {
            Some((_, key)) => self.switch_writer(flushed, &writer, key.clone()).await,
            None => Ok(()),
        }
    }

    /// Whether two files have the same bytes: one was stored again under another name. True if they
    /// cannot be read now; the next flush checks again.
    async fn are_one_file(&self, (seqs, key): &NamedRange, (others, other): &NamedRange) -> bool {
        if seqs != others {
            return false;
        }
        match (self.bucket.sha256(key).await, self.bucket.sha256(other).await) {
            (Ok(one), Ok(other)) => one == other,
            _ => true,
        }
    }

    /// Switches from `writer` to a new name, and notes the file at `key` as the reason.
    async fn switch_writer(
        &self,
        flushed: &mut Flushed,
        writer: &str,
        key: String,
    ) -> Result<(), Error> {
        let (writer, random) = (writer.to_owned(), self.options.random.clone());
        self.queue.change(move |outbox| outbox.fork(&writer, random.as_ref())).await?;
        flushed.fork = Some(key);
        Ok(())
    }
}
