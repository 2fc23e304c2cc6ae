//! Arrays of numbers in pages, each of which has a checksum.

use std::io;
use std::marker::PhantomData;
use std::ops::Range;

use bytemuck::Pod;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::damaged;
use super::source::Source;

/// Array of numbers in a segment, one checksum a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Paged<T> {
    /// Offset of the first number in the segment, in bytes.
    pub at: u64,
    /// How many numbers there are.
    pub len: usize,
    /// How many numbers are in a page; the last page may have fewer.
    pub page: usize,
    /// Index of the first page's checksum among those of the segment.
    pub first_sum: usize,
    #[serde(skip)]
    of: PhantomData<T>,
}

impl<T: Pod> Paged<T> {
    /// An array that was written at the offset `at`.
    pub fn new(at: u64, len: usize, page: usize, first_sum: usize) -> Self {
        Self { at, len, page, first_sum, of: PhantomData }
    }

    /// Reads the numbers in a range, in whole pages whose checksums are verified.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if the range exceeds the array or a checksum is wrong.
    pub fn read(&self, range: Range<usize>, from: &PageSource<'_>) -> io::Result<Vec<T>> {
        let mut read = Vec::new();
        self.append(range, from, &mut read)?;
        Ok(read)
    }

    /// Appends the numbers in a range to others, as [`Paged::read`] reads them. After an error what was
    /// appended is not to be used.
    ///
    /// # Errors
    /// As [`Paged::read`].
    pub fn append(
        &self,
        range: Range<usize>,
        from: &PageSource<'_>,
        to: &mut Vec<T>,
    ) -> io::Result<()> {
        if range.start >= range.end {
            return Ok(());
        }
        if range.end > self.len {
            return Err(damaged("a page that is not there"));
        }
        let pages = range.start / self.page..range.end.div_ceil(self.page);
        let items = pages.start * self.page..(pages.end * self.page).min(self.len);
        let start = to.len();
        if to.capacity() == 0 {
            // Zeroed memory of the system costs no pass over it.
            *to = bytemuck::zeroed_vec(items.len());
        } else {
            to.resize(start + items.len(), T::zeroed());
        }
        let read = &mut to[start..];
        let at = self.at + (items.start * size_of::<T>()) as u64;
        from.source.read(at, bytemuck::cast_slice_mut(read))?;
        for (page, items) in pages.zip(read.chunks(self.page)) {
            let sum = from.sums.get(self.first_sum + page);
            if sum != Some(&xxh3_64(bytemuck::cast_slice(items))) {
                return Err(damaged("a page of numbers"));
            }
        }
        to.truncate(start + range.end - items.start);
        to.drain(start..start + range.start - items.start);
        Ok(())
    }

    /// Reads all numbers.
    pub fn all(&self, from: &PageSource<'_>) -> io::Result<Vec<T>> {
        self.read(0..self.len, from)
    }

    /// Reads the number at `index`.
    pub fn get(&self, index: usize, from: &PageSource<'_>) -> io::Result<T> {
        let read = self.read(index..index + 1, from)?;
        read.first().copied().ok_or_else(|| damaged("a number that is not there"))
    }
}

/// Bytes of a segment, and the checksums of its pages.
pub(super) struct PageSource<'a> {
    /// The whole segment.
    pub source: &'a Source,
    /// XXH3-64 of each page, in the order in which pages were written.
    pub sums: &'a [u64],
}

/// Appends the checksum of each page of `items` to `sums`.
pub(super) fn sum_pages<T: Pod>(items: &[T], page: usize, sums: &mut Vec<u64>) {
    sums.extend(items.chunks(page).map(|items| xxh3_64(bytemuck::cast_slice(items))));
}
