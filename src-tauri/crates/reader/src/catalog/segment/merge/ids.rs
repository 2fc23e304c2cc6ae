//! Going through several segments by id.

use std::io;
use std::sync::Arc;

use super::STRETCH;
use crate::catalog::segment::{Row, Segment, index, place_of};
use crate::k_way_merge::{self, MergeCursor};

/// The ids of all segments, ascending: hash, and where the row went.
pub(super) struct Ids<'a>(Vec<IdWalk<'a>>);

impl<'a> Ids<'a> {
    pub fn new(segments: &'a [Arc<Segment>], moved: &'a [Vec<Row>]) -> Self {
        let walk = |(segment, moved): (&'a Arc<Segment>, &'a Vec<Row>)| IdWalk {
            segment,
            moved,
            start: 0,
            ids: Vec::new().into_iter(),
            next: None,
        };
        Self(segments.iter().zip(moved).map(walk).collect())
    }
}

impl Iterator for Ids<'_> {
    type Item = io::Result<u64>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = k_way_merge::first(&mut self.0).transpose()?;
        first.map(|first| self.0[first].next.take()).transpose()
    }
}

/// A segment that is gone through by id. Merging keeps the order of its rows, so that of its ids.
struct IdWalk<'a> {
    segment: &'a Segment,
    moved: &'a [Row],
    start: usize,
    ids: std::vec::IntoIter<u64>,
    next: Option<u64>,
}

impl MergeCursor for IdWalk<'_> {
    fn is_left(&mut self) -> io::Result<bool> {
        while self.next.is_none() {
            let Some(id) = self.ids.next() else {
                let end = (self.start + STRETCH).min(self.segment.len());
                if self.start == end {
                    return Ok(false);
                }
                self.ids = self.segment.ids(self.start..end)?.into_iter();
                self.start = end;
                continue;
            };
            let place = self.moved[index(place_of(id))];
            let with_place = id & !u64::from(Row::MAX) | u64::from(place);
            self.next = Some(with_place).filter(|_| place != Row::MAX);
        }
        Ok(true)
    }

    fn is_before(&mut self, other: &mut Self) -> io::Result<bool> {
        Ok(self.next < other.next)
    }
}
