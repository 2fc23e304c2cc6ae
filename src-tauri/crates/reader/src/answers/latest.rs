//! Order of records by their latest events, latest first: by the columns as far as these tell, and by the
//! events themselves where several parts have one of the same time.

use std::cmp::{Ordering, Reverse};
use std::io;

use event::{Entry, Position};
use rayon::prelude::*;

use crate::catalog::segment::Row;
use crate::snapshot::Snapshot;

/// Row by time of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowAt {
    pub part: u32,
    pub row: Row,
}

/// What has a latest event.
pub(super) trait HasLatest: Copy + Send + Sync {
    /// Its time, in nanoseconds since 1970, and its row.
    fn latest(&self) -> (i64, RowAt);
}

impl<T: HasLatest> HasLatest for &T {
    fn latest(&self) -> (i64, RowAt) {
        (*self).latest()
    }
}

impl Snapshot {
    /// Sorts by the latest event, latest first.
    pub(super) fn sort_latest_first<T: HasLatest>(&self, all: &mut [T]) -> io::Result<()> {
        all.par_sort_unstable_by_key(|one| Reverse(one.latest()));
        for together in all.chunk_by_mut(|a, b| a.latest().0 == b.latest().0) {
            let part = |one: &T| one.latest().1.part;
            if together.iter().any(|one| part(one) != part(&together[0])) {
                self.sort_by_position(together)?;
            }
        }
        Ok(())
    }

    fn sort_by_position<T: HasLatest>(&self, all: &mut [T]) -> io::Result<()> {
        let position = |one: &T| Ok((self.position_at(one.latest().1)?, *one));
        let mut sorted = all.par_iter().map(position).collect::<io::Result<Vec<_>>>()?;
        sorted.sort_by(|(a, _), (b, _)| b.cmp(a));
        for (place, (_, one)) in all.iter_mut().zip(sorted) {
            *place = one;
        }
        Ok(())
    }

    /// The index of the first whose latest event is before `after`, of those sorted so.
    pub(super) fn first_after<T: HasLatest>(
        &self,
        sorted: &[T],
        after: &Position,
    ) -> io::Result<usize> {
        let time = after.timestamp.timestamp_nanos_opt().unwrap_or(i64::MAX);
        let mut low = sorted.partition_point(|one| one.latest().0 > time);
        let mut high = sorted.partition_point(|one| one.latest().0 >= time);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.position_at(sorted[middle].latest().1)? >= *after {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// Whether a row comes later in the total order.
    pub(super) fn is_later(&self, one: RowAt, other: RowAt) -> io::Result<bool> {
        if one.part == other.part {
            return Ok(one.row > other.row);
        }
        let time = |at: RowAt| self.parts()[at.part as usize].segment.time_at(at.row as usize);
        Ok(match time(one)?.cmp(&time(other)?) {
            Ordering::Equal => self.position_at(one)? > self.position_at(other)?,
            other => other.is_gt(),
        })
    }

    pub(super) fn entry_at(&self, at: RowAt) -> io::Result<Entry> {
        self.parts()[at.part as usize].segment.entry_at(at.row as usize)
    }

    fn position_at(&self, at: RowAt) -> io::Result<Position> {
        Ok(self.entry_at(at)?.position())
    }
}
