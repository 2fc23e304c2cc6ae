//! Where events wait on this device until they are known to be in the bucket.
//!
//! One `SQLite` file per bucket and installation, in the application's data folder and never in the
//! bucket. Several processes share it: each change is one `IMMEDIATE` transaction, which also makes
//! it the order of a log's numbers. A method that changes something returns after it is on disk.
//!
//! Invariants:
//! 1. `pending` holds exactly the events from some seq up to, not including, `meta.next_seq`.
//! 2. The files in `spool` hold, without a gap, the first of them.
//!
//! Not async, and without knowledge of the bucket.

mod open;
mod row;
mod shared;
mod spool;

use std::path::{Path, PathBuf};

use chrono::{DateTime, SubsecRound, Utc};
use event::{COLUMNS, Draft, Event};
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(crate) use shared::SharedOutbox;

use crate::accept::{Slot, stamp};
use crate::{Clock, Error, Random};

pub(crate) struct Outbox {
    connection: Connection,
    path: PathBuf,
}

/// What an append has done.
pub(crate) struct Appended {
    pub events: Vec<Event>,
    /// All events that wait, these included.
    pub pending: u64,
}

pub(crate) struct Counts {
    pub pending: u64,
    /// All events ever recorded here: the next seq.
    pub created: u64,
}

impl Outbox {
    /// Opens the outbox of the bucket named `identity` under `home`, and makes it if there is none.
    pub(crate) fn open(home: &Path, identity: &str, random: &dyn Random) -> Result<Self, Error> {
        open::open(home, identity, random)
    }

    /// Makes events of checked drafts and keeps them: all or none.
    pub(crate) fn append(
        &mut self,
        drafts: Vec<Draft>,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<Appended, Error> {
        let now = clock.now().trunc_subsecs(6);
        if now.timestamp_nanos_opt().is_none() {
            return Err(Error::Clock { now });
        }
        self.run(|connection| {
            let transaction = immediate(connection)?;
            let slot = next_slot(&transaction, now)?;
            let events = stamp(drafts, &slot, random);
            for event in &events {
                row::insert(&transaction, event)?;
            }
            let next = slot.seq + events.len() as u64;
            transaction.execute(
                "UPDATE meta SET next_seq = ?1, last_recorded_at = ?2",
                (next.cast_signed(), slot.recorded_at.timestamp_micros()),
            )?;
            let pending = count(&transaction)?.pending;
            transaction.commit()?;
            Ok(Appended { events, pending })
        })
    }

    /// Every event that waits, in the order of the log.
    pub(crate) fn pending(&mut self) -> Result<Vec<Event>, Error> {
        self.run(|connection| {
            let columns = COLUMNS.join(", ");
            let mut select =
                connection.prepare(&format!("SELECT {columns} FROM pending ORDER BY seq"))?;
            select.query_map([], row::read)?.collect()
        })
    }

    pub(crate) fn counts(&mut self) -> Result<Counts, Error> {
        self.run(|connection| count(connection))
    }

    /// The one way to the database: whatever fails there is said to be of this outbox.
    fn run<T>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        work(&mut self.connection)
            .map_err(|source| Error::Outbox { path: self.path.clone(), source })
    }
}

fn immediate(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Where the next event goes. Its acceptance is never before that of the one before it, whatever
/// the clock says.
fn next_slot(connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<Slot> {
    connection.query_row("SELECT writer, next_seq, last_recorded_at FROM meta", [], |meta| {
        let last: Option<i64> = meta.get(2)?;
        let last = last.map(|last| row::instant(2, last)).transpose()?;
        Ok(Slot {
            writer: meta.get(0)?,
            seq: meta.get::<_, i64>(1)?.cast_unsigned(),
            recorded_at: last.map_or(now, |last| now.max(last)),
        })
    })
}

/// Counts by the numbers' being without a gap, so that it takes no longer with more events.
fn count(connection: &Connection) -> rusqlite::Result<Counts> {
    let sql = "SELECT next_seq, ifnull((SELECT min(seq) FROM pending), next_seq) FROM meta";
    connection.query_row(sql, [], |meta| {
        let (next, first): (i64, i64) = (meta.get(0)?, meta.get(1)?);
        Ok(Counts { pending: (next - first).cast_unsigned(), created: next.cast_unsigned() })
    })
}
