//! Changes to an outbox: each is one transaction, on disk when the method returns.

use std::path::PathBuf;

use bucket::platform::number_at;
use bucket::{BucketId, Place};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use event::{Draft, Event};
use rusqlite::{Connection, Row};

use super::high_water_mark::HighWaterMark;
use super::schema::{PLACE_TABLE, new_writer};
use super::sqlite_error::map_sqlite_error;
use super::{block, find, read};
use crate::accept::{Slot, stamp};
use crate::clock::Clock;
use crate::error::Error;
use crate::random::Random;

/// Maximum time by which the last event may be ahead of the clock and still count: the next event
/// then gets the same time, so that what was recorded later is not sorted earlier. If the last
/// event is further ahead, its clock was wrong, and the present one is followed.
const MAX_LEAD: TimeDelta = TimeDelta::hours(48);

/// An outbox opened for writing.
pub(crate) struct Outbox {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    pub(super) mark: HighWaterMark,
    /// Number of the database's file.
    pub(super) number: Option<(u64, u64)>,
}

/// Result of an append.
pub(crate) struct Appended {
    /// Events of each request, in the order of the requests.
    pub events: Vec<Vec<Event>>,
    /// Number of pending events, these included.
    pub pending: u64,
}

impl Outbox {
    /// Makes events of each request's checked drafts, and commits those of all requests or none.
    ///
    /// # Errors
    /// [`Error::Clock`] if the clock is outside the years 1677 to 2262, and the errors of the
    /// database.
    pub(crate) fn append(
        &mut self,
        requests: Vec<Vec<Draft>>,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<Appended, Error> {
        let now = clock.now().trunc_subsecs(6);
        if now.timestamp_nanos_opt().is_none() {
            return Err(Error::Clock { now });
        }
        self.check_in_place()?;
        let (appended, end) = self.change(|connection| {
            let (mut slot, position) = next_slot(connection, now)?;
            let first_seq = slot.seq;
            let events: Vec<Vec<Event>> =
                requests.into_iter().map(|drafts| stamp(drafts, &mut slot, random)).collect();
            let start = block::BlockStart { position, writer: &slot.writer, seq: first_seq };
            block::insert(connection, &start, slot.recorded_at, &events)?;
            let end = position + (slot.seq - first_seq);
            connection
                .prepare_cached(
                    "UPDATE meta SET next_seq = ?1, next_position = ?2, last_recorded_at = ?3",
                )?
                .execute((
                    slot.seq.cast_signed(),
                    end.cast_signed(),
                    slot.recorded_at.timestamp_micros(),
                ))?;
            let first = read::first_position(connection)?;
            Ok((Appended { events, pending: end - first }, end))
        })?;
        self.check_in_place()?;
        self.mark.advance(end);
        Ok(appended)
    }

    /// Checks that the file that is open is still the one at its path: what is written into one that was
    /// removed or replaced is lost.
    pub(crate) fn check_in_place(&self) -> Result<(), Error> {
        if number_at(&self.path) == self.number {
            Ok(())
        } else {
            Err(Error::OutboxReplaced { path: self.path.clone() })
        }
    }

    /// Binds the outbox to the bucket with this `id`, which is at `place` now. Returns the place
    /// where it was when that is another one and events were recorded there; then nothing is changed
    /// unless it was `moved`.
    pub(crate) fn bind(
        &mut self,
        id: &BucketId,
        place: &Place,
        moved: bool,
    ) -> Result<Option<Place>, Error> {
        self.change(|connection| {
            let before = find::place(connection)?;
            let sql = "SELECT next_position > 0, bucket FROM meta";
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?));
            let (recorded, bound_to) = connection.query_row(sql, [], read)?;
            let elsewhere = before.clone().filter(|before| recorded && !before.is(place));
            if elsewhere.is_some() && !moved {
                return Ok(elsewhere);
            }
            if before.as_ref() != Some(place) {
                connection.execute_batch(PLACE_TABLE)?;
                let number = place
                    .folder
                    .map(|(device, folder)| (device.cast_signed(), folder.cast_signed()));
                let (device, folder) = number.unzip();
                let sql = "INSERT OR REPLACE INTO place VALUES (0, ?1, ?2, ?3)";
                connection.execute(sql, (&place.path, device, folder))?;
            }
            if bound_to != id.as_str() {
                connection.execute("UPDATE meta SET bucket = ?1", [id.as_str()])?;
            }
            Ok(None)
        })
    }

    /// Switches to a new writer's name, because another installation writes under `writer` too.
    /// Pending events keep the name and the numbers with which they were acknowledged.
    pub(crate) fn fork(&mut self, writer: &str, random: &dyn Random) -> Result<(), Error> {
        let new = new_writer(random);
        self.change(|connection| {
            // If another process has switched in the meantime, no row matches.
            let sql = "UPDATE meta SET writer = ?2, next_seq = 0, forks = forks + 1
                       WHERE writer = ?1";
            connection.execute(sql, (writer, new)).map(|_| ())
        })
    }

    /// Stores the outcome of the last flush, for every process to read: `None` if it succeeded.
    pub(crate) fn attempted(
        &mut self,
        failure: Option<(DateTime<Utc>, String)>,
    ) -> Result<(), Error> {
        let (at, why) = failure.map(|(at, why)| (at.timestamp_micros(), why)).unzip();
        self.change(|connection| {
            let sql = "UPDATE meta SET failed_at = ?1, failure = ?2
                       WHERE failure IS NOT ?2 OR failed_at IS NOT ?1";
            connection.execute(sql, (at, why)).map(|_| ())
        })
    }

    /// The number of pending events.
    pub(crate) fn pending(&mut self) -> Result<u64, Error> {
        let sql = "SELECT next_position FROM meta";
        let next = self.connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        next.and_then(|next| Ok(next.cast_unsigned() - read::first_position(&self.connection)?))
            .map_err(|source| map_sqlite_error(&self.path, source))
    }

    /// Runs `work` in one transaction: all of it or nothing, on disk when this returns. Every
    /// change of the file goes through here.
    pub(super) fn change<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let run = || {
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            let done = work(&self.connection)?;
            self.connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(done)
        };
        run().map_err(|source| {
            // The rollback fails if no transaction was begun, which is no error.
            drop(self.connection.execute_batch("ROLLBACK"));
            map_sqlite_error(&self.path, source)
        })
    }
}

/// The slot of the next event in its log, and its position in the outbox.
fn next_slot(connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<(Slot, u64)> {
    let sql = "SELECT writer, next_seq, last_recorded_at, next_position FROM meta";
    connection.prepare_cached(sql)?.query_row([], |meta| {
        let last = meta.get::<_, Option<i64>>(2)?.and_then(DateTime::from_timestamp_micros);
        let last = last.filter(|last| *last - now <= MAX_LEAD);
        let slot = Slot {
            writer: meta.get(0)?,
            seq: meta.get::<_, i64>(1)?.cast_unsigned(),
            recorded_at: last.map_or(now, |last| now.max(last)),
        };
        Ok((slot, meta.get::<_, i64>(3)?.cast_unsigned()))
    })
}
