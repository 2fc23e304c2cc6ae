//! Reader of rows by time: their columns, and the rank of an instant or a position among them.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::{MutexGuard, PoisonError};

use bytemuck::Pod;
use event::{DIMENSIONS, Entry, Position};

use super::Segment;
use crate::catalog::segment::format::{CODED, Codes, DICTIONARY_OF, GROUP, Group, PAGE, UNKNOWN};
use crate::catalog::segment::paged::{PageSource, Paged};
use crate::catalog::segment::value_codes::MISSING;
use crate::catalog::segment::write::TimeRow;
use crate::catalog::segment::{Row, damaged, index};

/// Ranks that are remembered, at most: those of the bins of some histograms.
const MOST_RANKS: usize = 1 << 12;

impl Segment {
    /// Dictionary codes of one of [`DIMENSIONS`] for rows by time.
    ///
    /// # Errors
    /// This and the other columns: [`io::ErrorKind::InvalidData`] if a page is damaged. Rows behind
    /// the last are no error, and have no item.
    pub fn dimension_codes(&self, dimension: usize, rows: Range<usize>) -> io::Result<Vec<u32>> {
        let from = self.page_source();
        self.grouped(rows, |group, part, all| {
            append_codes(&group.dimensions[dimension], part, &from, all)
        })
    }

    /// Ordinals of the records: see [`Segment::record_at`].
    pub fn record_ordinals(&self, rows: Range<usize>) -> io::Result<Vec<u32>> {
        self.column(rows, |group| &group.record)
    }

    /// 1 for each update that changed nothing, else 0.
    pub fn no_op_flags(&self, rows: Range<usize>) -> io::Result<Vec<u8>> {
        self.column(rows, |group| &group.no_op)
    }

    /// Rows by record of the same events.
    pub fn rows_by_record(&self, rows: Range<usize>) -> io::Result<Vec<Row>> {
        self.column(rows, |group| &group.row_by_record)
    }

    /// Codes of one of [`CODED`], see [`value_codes`](crate::catalog::segment::value_codes); `None` if all
    /// are missing.
    pub fn text_codes(&self, column: usize, rows: Range<usize>) -> io::Result<Option<Vec<u32>>> {
        let groups = rows.start / GROUP..rows.end.min(self.len()).div_ceil(GROUP);
        let groups = self.footer.groups.get(groups).unwrap_or_default();
        if groups.iter().all(|group| group.coded[column].is_none()) {
            return Ok(None);
        }
        let from = self.page_source();
        let codes = self.grouped(rows, |group, part, all| {
            if let Some(codes) = &group.coded[column] {
                return append_codes(codes, part, &from, all);
            }
            all.resize(all.len() + part.len(), MISSING);
            Ok(())
        });
        codes.map(Some)
    }

    /// Order keys of the old value (0) or of the new (1): see
    /// [`order_key`](crate::catalog::segment::order_key).
    pub fn order_keys(&self, side: usize, rows: Range<usize>) -> io::Result<Vec<u32>> {
        self.column(rows, |group| &group.order_keys[side])
    }

    /// When the events were recorded, in nanoseconds since 1970, or [`UNKNOWN`]; `None` if that is not
    /// known of any.
    pub fn recorded_at(&self, rows: Range<usize>) -> io::Result<Option<Vec<i64>>> {
        let groups = rows.start / GROUP..rows.end.min(self.len()).div_ceil(GROUP);
        let groups = self.footer.groups.get(groups).unwrap_or_default();
        if groups.iter().all(|group| group.recorded_at.is_none()) {
            return Ok(None);
        }
        let from = self.page_source();
        let times = self.grouped(rows, |group, part, all| {
            match &group.recorded_at {
                Some(times) => times.append(part, &from, all)?,
                None => all.resize(all.len() + part.len(), UNKNOWN),
            }
            Ok(())
        });
        times.map(Some)
    }

    /// The frequent texts of a dictionary: the first has the code 1. Read when they are first needed.
    pub(in crate::catalog::segment) fn frequent_texts(
        &self,
        dictionary: usize,
    ) -> io::Result<&[Box<str>]> {
        let known = &self.frequent[dictionary];
        if let Some(texts) = known.get() {
            return Ok(texts);
        }
        let (stored, from) = (&self.footer.frequent[dictionary], self.page_source());
        let (bytes, ends) = (stored.texts.all(&from)?, stored.ends.all(&from)?);
        let mut texts: Vec<Box<str>> = Vec::with_capacity(ends.len());
        let mut start = 0;
        for end in ends {
            let text = bytes.get(start..index(end)).and_then(|text| std::str::from_utf8(text).ok());
            texts.push(text.ok_or_else(|| damaged("a dictionary"))?.into());
            start = index(end);
        }
        Ok(known.get_or_init(|| texts))
    }

    /// The frequent texts of one of [`CODED`]: the first has the code 1.
    pub fn frequent_texts_of(&self, column: usize) -> io::Result<&[Box<str>]> {
        self.frequent_texts(DICTIONARY_OF[column])
    }

    /// Times, in nanoseconds since 1970.
    pub fn times(&self, rows: Range<usize>) -> io::Result<Vec<i64>> {
        self.column(rows, |group| &group.time)
    }

    /// All columns of rows by time.
    pub(in crate::catalog::segment) fn time_rows(
        &self,
        rows: Range<usize>,
    ) -> io::Result<Vec<TimeRow>> {
        let mut dimensions = Vec::new();
        for dimension in 0..DIMENSIONS.len() {
            dimensions.push(self.dimension_codes(dimension, rows.clone())?);
        }
        let (records, no_op) =
            (self.record_ordinals(rows.clone())?, self.no_op_flags(rows.clone())?);
        let mut coded = Vec::new();
        for column in 0..CODED.len() {
            coded.push(self.text_codes(column, rows.clone())?);
        }
        let order_keys = [self.order_keys(0, rows.clone())?, self.order_keys(1, rows.clone())?];
        let recorded_at = self.recorded_at(rows.clone())?;
        let (times, rows_by_record) = (self.times(rows.clone())?, self.rows_by_record(rows)?);
        let row = |(at, time)| TimeRow {
            time,
            dimensions: std::array::from_fn(|dimension| dimensions[dimension][at]),
            record: records[at],
            no_op: no_op[at],
            row_by_record: rows_by_record[at],
            coded: std::array::from_fn(|column| coded[column].as_ref().map_or(MISSING, |c| c[at])),
            order_keys: [0, 1].map(|side: usize| order_keys[side][at]),
            recorded_at: recorded_at.as_ref().map_or(UNKNOWN, |times| times[at]),
        };
        Ok(times.into_iter().enumerate().map(row).collect())
    }

    /// Reads one column of rows by time.
    fn column<T: Pod>(
        &self,
        rows: Range<usize>,
        of: impl Fn(&Group) -> &Paged<T>,
    ) -> io::Result<Vec<T>> {
        self.grouped(rows, |group, part, all| of(group).append(part, &self.page_source(), all))
    }

    /// Reads items of rows by time group by group: `read` appends those of a range of rows of one
    /// group.
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

    /// Rank of an instant in nanoseconds since 1970: how many rows are before it.
    pub fn rank_of_time(&self, time: i64) -> io::Result<usize> {
        let page = self.times.partition_point(|&first| first < time);
        let Some(page) = page.checked_sub(1) else { return Ok(0) };
        if let Some(known) = self.ranks().get(&time) {
            return Ok(*known);
        }
        let start = page * PAGE;
        let times = self.times(start..start + PAGE)?;
        let rank = start + times.partition_point(|&t| t < time);
        let mut ranks = self.ranks();
        if ranks.len() >= MOST_RANKS {
            ranks.clear();
        }
        ranks.insert(time, rank);
        Ok(rank)
    }

    fn ranks(&self) -> MutexGuard<'_, HashMap<i64, usize>> {
        self.ranks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rank of a position in the total order: how many rows are before it.
    pub fn rank(&self, position: &Position) -> io::Result<usize> {
        let time = position.timestamp.timestamp_nanos_opt().unwrap_or(i64::MAX);
        let (mut low, mut high) = (self.rank_of_time(time)?, self.len());
        if let Some(after) = time.checked_add(1) {
            high = self.rank_of_time(after)?;
        }
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.entry_at(middle)?.position() < *position {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// How many rows are before a position, or at it.
    pub fn rank_after(&self, position: &Position) -> io::Result<usize> {
        let rank = self.rank(position)?;
        let at = rank < self.len() && self.entry_at(rank)?.position() == *position;
        Ok(rank + usize::from(at))
    }

    /// Time of a row by time, in nanoseconds since 1970.
    pub fn time_at(&self, row: usize) -> io::Result<i64> {
        self.times(row..row + 1)?.first().copied().ok_or_else(|| damaged("a row"))
    }

    /// Event of a row by time.
    pub fn entry_at(&self, row: usize) -> io::Result<Entry> {
        let row_by_record = self.rows_by_record(row..row + 1)?;
        let mut found = self.entries(&row_by_record)?;
        found.pop().ok_or_else(|| damaged("a row that is not there"))
    }
}

/// Appends some dictionary codes, whatever their width.
fn append_codes(
    codes: &Codes,
    part: Range<usize>,
    from: &PageSource<'_>,
    to: &mut Vec<u32>,
) -> io::Result<()> {
    match codes {
        Codes::One(codes) => to.extend(codes.read(part, from)?.into_iter().map(u32::from)),
        Codes::Two(codes) => to.extend(codes.read(part, from)?.into_iter().map(u32::from)),
        Codes::Four(codes) => codes.append(part, from, to)?,
    }
    Ok(())
}
