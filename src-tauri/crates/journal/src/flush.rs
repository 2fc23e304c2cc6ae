//! From the outbox into the bucket.
//!
//! A file is made and spooled, then stored, then read back, and only then are its events dropped
//! from the outbox. Each step can be the last one of a process: the next flush, of whichever
//! process, goes on from there with the same file. Two that flush at once store the same object.
//!
//! Not done here: deciding when to flush, and waiting before the next attempt.

use chrono::{DateTime, Utc};

use crate::bucket::Bucket;
use crate::encode::{File, MAX_UNENCODED_BYTES, encode};
use crate::outbox::{Outbox, SharedOutbox};
use crate::{Clock, Error};

/// What a flush has brought into the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flushed {
    pub events: u64,
    pub files: u64,
}

/// Stores every event that was recorded before the call, by any process; what an earlier flush has
/// left comes first.
pub(crate) async fn flush(
    bucket: &Bucket,
    outbox: &SharedOutbox,
    clock: &dyn Clock,
) -> Result<Flushed, Error> {
    let end = outbox.with(Outbox::counts).await?.created;
    let mut flushed = Flushed::default();
    loop {
        while let Some(file) = outbox.with(Outbox::oldest_spooled).await? {
            store(bucket, &file).await?;
            let events = file.events();
            if outbox.with(move |outbox| outbox.prune(&file)).await? {
                flushed.events += events;
                flushed.files += 1;
            }
        }
        if !spool_next(outbox, end, clock.now()).await? {
            return Ok(flushed);
        }
    }
}

/// Makes one file of the oldest events below `end` that are in none; whether there were any.
async fn spool_next(outbox: &SharedOutbox, end: u64, now: DateTime<Utc>) -> Result<bool, Error> {
    let events = outbox.with(move |outbox| outbox.unspooled(end, MAX_UNENCODED_BYTES)).await?;
    // Outside the outbox, because it takes a while, and others record meanwhile.
    let encoded = tokio::task::spawn_blocking(move || encode(&events, now));
    let encoded = encoded.await.map_err(|_| Error::Stopped)?;
    let Some(file) = encoded.map_err(|source| Error::Encode { source })? else {
        return Ok(false);
    };
    outbox.with(move |outbox| outbox.spool(&file)).await?;
    Ok(true)
}

/// Returns after the file is in the bucket and on disk. What counts is what is read back, not what
/// the store answered: a file can be there in spite of an error, and be another one.
async fn store(bucket: &Bucket, file: &File) -> Result<(), Error> {
    let answer = bucket.put_new(&file.key, file.bytes.clone()).await;
    let key = || file.key.clone();
    match (bucket.sha256(&file.key).await, answer) {
        (Ok(Some(found)), _) if found == file.sha256 => bucket.force_to_disk(&file.key).await,
        (Ok(Some(_)), _) => Err(Error::Fork { key: key() }),
        (Ok(None) | Err(_), Err(source)) => Err(Error::Store { key: key(), source }),
        (Ok(None), Ok(())) => Err(Error::Absent { key: key() }),
        (Err(error), Ok(())) => Err(error),
    }
}
