//! K-way merge over sorted cursors, by a linear search for the one whose item is first: there are
//! few segments, and most comparisons are of two integers.

use std::io;

/// Cursor over a sorted sequence. It stands at one item, or after the last.
pub(crate) trait MergeCursor {
    /// Whether the cursor stands at an item; reads one if that is needed.
    fn has_item(&mut self) -> io::Result<bool>;

    /// Whether the cursor's item comes before the other's. Both must stand at one.
    fn is_before(&mut self, other: &mut Self) -> io::Result<bool>;
}

/// The index of the cursor whose item comes first of all; of equal items, the lowest index. `None`
/// once every cursor is after its last item. The caller advances that cursor.
pub(crate) fn first<C: MergeCursor>(cursors: &mut [C]) -> io::Result<Option<usize>> {
    let mut first: Option<usize> = None;
    for at in 0..cursors.len() {
        let (low, high) = cursors.split_at_mut(at);
        let comes_first = high[0].has_item()?
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
