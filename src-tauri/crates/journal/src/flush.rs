//! From the outbox into the bucket.
//!
//! A file is made and spooled, then stored, then read back, and only then are its events dropped
//! from the outbox. Each step can be the last one of a process: the next flush, of whichever
//! process, goes on from there with the same file. Two that flush at once store the same object.
//!
//! Not done here: deciding when to flush, and waiting before the next attempt.

use bucket::{Bucket, CreateError, FileMeta, SyncError};
use fail::fail_point;

use crate::encode::encode;
use crate::error::Error;
use crate::file::{File, seqs_in_name};
use crate::options::Options;
use crate::outbox::OutboxReader;
use crate::pending::Pending;
use crate::queue::Queue;

/// What a flush has brought into the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flushed {
    pub events: u64,
    pub files: u64,
    /// A file of the bucket that shows that another installation writes under this one's name. From
    /// now on this one writes under a new name; nothing of either is lost.
    pub fork: Option<String>,
}

/// The first and the last seq that a name says its file holds, and the name.
type Named = ((u64, u64), String);

/// What a flush works with.
pub(crate) struct Flush<'a> {
    pub bucket: &'a Bucket,
    pub queue: &'a Queue,
    pub pending: &'a Pending,
    pub options: &'a Options,
}

impl Flush<'_> {
    /// Stores every event that was recorded before the call, by any process; what an earlier flush
    /// has left comes first.
    #[tracing::instrument(name = "flush", level = "info", skip_all)]
    pub(crate) async fn run(&self) -> Result<Flushed, Error> {
        let end = self.pending.status().await?.created;
        let mut flushed = Flushed::default();
        loop {
            while let Some(file) = self.pending.look(OutboxReader::oldest_spooled).await? {
                let (key, events) = (file.key.clone(), file.events);
                if !self.store(&file).await? {
                    self.switch_writer(&mut flushed, &file.writer, key).await?;
                    continue;
                }
                fail_point!("stored");
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

    /// Makes one file of the oldest events below `end` that are in none; whether there were any.
    #[tracing::instrument(name = "spool", level = "debug", skip_all)]
    async fn spool_next(&self, end: u64) -> Result<bool, Error> {
        let now = self.options.clock.now();
        let blocks =
            self.pending.look(move |outbox| Ok((outbox.unspooled(end)?, outbox.path().to_owned())));
        let (blocks, outbox) = blocks.await?;
        if blocks.is_empty() {
            return Ok(false);
        }
        // Outside the outbox, because it takes a while, and others record meanwhile.
        let encoded = tokio::task::spawn_blocking(move || encode(&blocks, &outbox, now));
        let file = encoded.await.map_err(|_| Error::Stopped)??;
        fail_point!("encoded");
        self.queue.change(move |outbox| outbox.spool(&file)).await?;
        Ok(true)
    }

    /// Returns true after the file is in the bucket and on disk, and false after it was given
    /// another name because its own is taken. What counts is what is read back, not what the store
    /// answered: a file can be there in spite of an error, and be another one.
    #[tracing::instrument(level = "debug", skip_all, fields(file = file.key))]
    async fn store(&self, file: &File) -> Result<bool, Error> {
        let answer = self.bucket.create(&file.key, file.bytes.clone()).await;
        fail_point!("put");
        let answer = match answer {
            Err(CreateError::Sync(error)) => return self.keep(file, error).await,
            answer => answer,
        };
        let key = || file.key.clone();
        match (self.bucket.sha256(&file.key).await, answer) {
            (Ok(Some(found)), answer) if found == file.sha256 => {
                fail_point!("read_back");
                // Whoever created it may have come no further.
                let synced =
                    if answer.is_err() { self.bucket.sync(&file.key).await } else { Ok(()) };
                match synced {
                    Ok(()) => Ok(true),
                    Err(error) => self.keep(file, error).await,
                }
            }
            (Ok(Some(_)), _) => self.rename(file).await.map(|()| false),
            (Ok(None) | Err(_), Err(source)) => Err(Error::Store { key: key(), source }),
            (Ok(None), Ok(())) => Err(Error::Absent { key: key() }),
            (Err(source), Ok(())) => Err(Error::ReadBack { key: key(), source }),
        }
    }

    /// Keeps a file to be stored again, because nobody knows whether the bucket's disk has it.
    async fn keep<T>(&self, file: &File, error: SyncError) -> Result<T, Error> {
        if matches!(error, SyncError::Folder { .. }) {
            return Err(Error::SyncFolder(error));
        }
        // What could be read back is the system's memory. Another attempt to force it to disk would
        // succeed without having written what the first one failed to write.
        self.rename(file).await?;
        Err(Error::SyncFile(error))
    }

    async fn rename(&self, file: &File) -> Result<(), Error> {
        let (file, key) = (file.clone(), file.later_key(self.options.clock.now()));
        self.queue.change(move |outbox| outbox.rename(&file, &key)).await
    }

    /// Two installations with one name (a copied data folder, a device put back from a copy) write
    /// files of the same numbers under different names. Whichever stores last sees both.
    async fn detect_fork(&self, flushed: &mut Flushed) -> Result<(), Error> {
        let Ok(listing) = self.bucket.list_all().await else {
            // Everything is stored; the next flush looks again.
            return Ok(());
        };
        // Only now: another process of this installation may have stored some of these files.
        let Some((writer, next_seq)) = self.pending.look(OutboxReader::writer).await? else {
            return Ok(());
        };
        let keys = listing.files.iter().map(FileMeta::key);
        let ours = keys.filter_map(|key| Some((seqs_in_name(&key, &writer)?, key)));
        let mut ours: Vec<Named> = ours.collect();
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

    /// Whether two files are one that was stored again under another name. If they cannot be read
    /// now, the next flush looks again.
    async fn are_one_file(&self, (seqs, key): &Named, (others, other): &Named) -> bool {
        if seqs != others {
            return false;
        }
        match (self.bucket.sha256(key).await, self.bucket.sha256(other).await) {
            (Ok(one), Ok(other)) => one == other,
            _ => true,
        }
    }

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
