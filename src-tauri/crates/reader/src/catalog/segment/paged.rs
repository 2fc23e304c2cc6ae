//! Numbers in pages, each of which has a checksum.

use std::io;
use std::marker::PhantomData;
use std::ops::Range;

use bytemuck::Pod;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::damaged;
use super::source::Source;

/// Numbers that lie one after the other from `at` on, `page` to a checksum.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Paged<T> {
    pub at: u64,
    pub len: usize,
    pub page: usize,
    /// Which of the segment's checksums is the first page's.
    pub first_sum: usize,
    #[serde(skip)]
    of: PhantomData<T>,
}

impl<T: Pod> Paged<T> {
    pub fn new(at: u64, len: usize, page: usize, first_sum: usize) -> Self {
        Self { at, len, page, first_sum, of: PhantomData }
    }

    pub fn read(&self, range: Range<usize>, from: &Bytes<'_>) -> io::Result<Vec<T>> {
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        if range.end > self.len {
            return Err(damaged("a page that is not there"));
        }
        let pages = range.start / self.page..range.end.div_ceil(self.page);
        let items = pages.start * self.page..(pages.end * self.page).min(self.len);
        let mut read: Vec<T> = bytemuck::zeroed_vec(items.len());
        let at = self.at + (items.start * size_of::<T>()) as u64;
        from.source.read(at, bytemuck::cast_slice_mut(&mut read))?;
        for (page, items) in pages.zip(read.chunks(self.page)) {
            let sum = from.sums.get(self.first_sum + page);
            if sum != Some(&xxh3_64(bytemuck::cast_slice(items))) {
                return Err(damaged("a page of numbers"));
            }
        }
        read.truncate(range.end - items.start);
        read.drain(..range.start - items.start);
        Ok(read)
    }

    pub fn all(&self, from: &Bytes<'_>) -> io::Result<Vec<T>> {
        self.read(0..self.len, from)
    }

    pub fn get(&self, index: usize, from: &Bytes<'_>) -> io::Result<T> {
        let read = self.read(index..index + 1, from)?;
        read.first().copied().ok_or_else(|| damaged("a number that is not there"))
    }
}

/// A segment's bytes and their checksums.
pub(super) struct Bytes<'a> {
    pub source: &'a Source,
    pub sums: &'a [u64],
}

/// Adds a checksum for each page.
pub(super) fn sum_pages<T: Pod>(items: &[T], page: usize, sums: &mut Vec<u64>) {
    sums.extend(items.chunks(page).map(|items| xxh3_64(bytemuck::cast_slice(items))));
}
