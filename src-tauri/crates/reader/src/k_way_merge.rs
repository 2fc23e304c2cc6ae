//! Going through several sorted lists as if they were one.

use std::io;

/// A sorted list, at one of its items.
pub(crate) trait MergeCursor {
    /// Whether it has an item left.
    fn is_left(&mut self) -> io::Result<bool>;

    /// Whether its item comes before the other's. Both have one.
    fn is_before(&mut self, other: &mut Self) -> io::Result<bool>;
}

/// The list whose item comes first of all; `None` once none has any left.
pub(crate) fn first<H: MergeCursor>(cursors: &mut [H]) -> io::Result<Option<usize>> {
    let mut first: Option<usize> = None;
    for at in 0..cursors.len() {
        let (low, high) = cursors.split_at_mut(at);
        let comes_first = high[0].is_left()?
            && match first {
                None => true,
                Some(other) => high[0].is_before(&mut low[other])?,
            };
        if comes_first {
            first = Some(at);
        }
    }
    Ok(first)
}
