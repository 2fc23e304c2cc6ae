//! Rows by time: codes, times and places, and where an instant or a position is among them.

use std::io;
use std::ops::Range;

use bytemuck::Pod;
use event::{DIMENSIONS, Entry, Position};

use super::Segment;
use crate::catalog::segment::format::{Codes, GROUP, Group, PAGE};
use crate::catalog::segment::paged::Paged;
use crate::catalog::segment::write::TimeRow;
use crate::catalog::segment::{Row, damaged};

impl Segment {
    /// The codes of a column for some rows by time.
    pub fn codes(&self, column: usize, rows: Range<usize>) -> io::Result<Vec<u32>> {
        self.grouped(rows, |group, part, all| {
            let from = self.bytes();
            match &group.terms[column] {
                Codes::One(codes) => {
                    all.extend(codes.read(part, &from)?.into_iter().map(u32::from));
                }
                Codes::Two(codes) => {
                    all.extend(codes.read(part, &from)?.into_iter().map(u32::from));
                }
                Codes::Four(codes) => all.extend(codes.read(part, &from)?),
            }
            Ok(())
        })
    }

    pub fn entities(&self, rows: Range<usize>) -> io::Result<Vec<u32>> {
        self.column(rows, |group| &group.entity)
    }

    pub fn no_op(&self, rows: Range<usize>) -> io::Result<Vec<u8>> {
        self.column(rows, |group| &group.no_op)
    }

    /// For rows by time, the rows by record.
    pub fn places(&self, rows: Range<usize>) -> io::Result<Vec<Row>> {
        self.column(rows, |group| &group.place)
    }

    /// In nanoseconds since 1970.
    pub fn times(&self, rows: Range<usize>) -> io::Result<Vec<i64>> {
        self.column(rows, |group| &group.time)
    }

    /// All columns of some rows by time.
    pub(in crate::catalog::segment) fn time_rows(
        &self,
        rows: Range<usize>,
    ) -> io::Result<Vec<TimeRow>> {
        let mut terms = Vec::new();
        for column in 0..DIMENSIONS.len() {
            terms.push(self.codes(column, rows.clone())?);
        }
        let (entities, no_op) = (self.entities(rows.clone())?, self.no_op(rows.clone())?);
        let (times, places) = (self.times(rows.clone())?, self.places(rows)?);
        let row = |(at, time)| TimeRow {
            time,
            terms: std::array::from_fn(|column| terms[column][at]),
            entity: entities[at],
            no_op: no_op[at],
            place: places[at],
        };
        Ok(times.into_iter().enumerate().map(row).collect())
    }

    fn column<T: Pod>(
        &self,
        rows: Range<usize>,
        of: impl Fn(&Group) -> &Paged<T>,
    ) -> io::Result<Vec<T>> {
        self.grouped(rows, |group, part, all| {
            all.extend(of(group).read(part, &self.bytes())?);
            Ok(())
        })
    }

    fn grouped<T>(
        &self,
        rows: Range<usize>,
        read: impl Fn(&Group, Range<usize>, &mut Vec<T>) -> io::Result<()>,
    ) -> io::Result<Vec<T>> {
        let rows = rows.start..rows.end.min(self.len());
        let mut all = Vec::with_capacity(rows.len());
        let mut at = rows.start;
        while at < rows.end {
            let (group, start) = (at / GROUP, at / GROUP * GROUP);
            let end = rows.end.min(start + GROUP);
            read(&self.footer.groups[group], at - start..end - start, &mut all)?;
            at = end;
        }
        Ok(all)
    }

    /// How many rows are before `time`, in nanoseconds since 1970.
    pub fn rank_of_time(&self, time: i64) -> io::Result<usize> {
        let page = self.times.partition_point(|&first| first < time);
        let Some(page) = page.checked_sub(1) else { return Ok(0) };
        let start = page * PAGE;
        let times = self.times(start..start + PAGE)?;
        Ok(start + times.partition_point(|&t| t < time))
    }

    /// How many rows are before a position of the total order.
    pub fn rank(&self, position: &Position) -> io::Result<usize> {
        let time = position.timestamp.timestamp_nanos_opt().unwrap_or(i64::MAX);
        let (mut low, mut high) = (self.rank_of_time(time)?, self.len());
        if let Some(after) = time.checked_add(1) {
            high = self.rank_of_time(after)?;
        }
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.at_time(middle)?.position() < *position {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// How many rows are before a position or at it.
    pub fn rank_after(&self, position: &Position) -> io::Result<usize> {
        let rank = self.rank(position)?;
        let at = rank < self.len() && self.at_time(rank)?.position() == *position;
        Ok(rank + usize::from(at))
    }

    /// The time of a row, in nanoseconds since 1970.
    pub fn time_of(&self, row: usize) -> io::Result<i64> {
        self.times(row..row + 1)?.first().copied().ok_or_else(|| damaged("a row"))
    }

    /// The event of a row by time.
    pub fn at_time(&self, row: usize) -> io::Result<Entry> {
        let place = self.places(row..row + 1)?;
        let mut found = self.entries(&place)?;
        found.pop().ok_or_else(|| damaged("a row that is not there"))
    }
}
