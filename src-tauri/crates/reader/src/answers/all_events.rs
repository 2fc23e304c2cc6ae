//! All events that filters let through, oldest first, in bounded memory.
//!
//! Events lie by record, in compressed blocks, and are wanted by time: each block has events of nearly
//! all times. They are therefore read in windows: of the next rows by time, as many as fit into memory
//! encoded, each block that has any is read once, and its rows are kept until their turn comes.

#[cfg(test)]
mod tests;
mod window;

use std::io;
use std::sync::Arc;

use event::Entry;
use query::{AllEventsQuery, CancellationToken, EventsChunk};
use rayon::prelude::*;

use self::window::Window;
use super::select::Selected;
use crate::Error;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::EncodedRow;
use crate::error::check;
use crate::k_way_merge;
use crate::snapshot::Snapshot;

/// Bytes of encoded rows in the windows of all parts together.
const WINDOW_BYTES: usize = 128 << 20;
/// Events of a chunk, and bytes of their encoded rows, from which on a chunk takes no further one.
const CHUNK_EVENTS: usize = 1 << 12;
const CHUNK_BYTES: usize = 4 << 20;
/// Events that one thread decodes in a task.
const EVENTS_PER_TASK: usize = 1 << 8;

impl Snapshot {
    /// Answers an [`AllEventsQuery`]: calls `put` with one chunk after the other, until it returns false.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be read.
    #[tracing::instrument(skip_all)]
    pub fn all_events(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
        put: impl FnMut(EventsChunk) -> bool,
    ) -> Result<(), Error> {
        let selected = self.select_all_of(query, token)?;
        self.put_selected(&selected, WINDOW_BYTES, token, put)
    }

    /// Selects the rows of the events of an [`AllEventsQuery`].
    pub(super) fn select_all_of(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<Vec<Selected>, Error> {
        let mut selected = Arc::unwrap_or_clone(self.select(&query.filters, token)?);
        if query.with_amendments {
            self.add_amendments(&mut selected, token)?;
        }
        Ok(selected)
    }

    /// Calls `put` with the selected events, which take so many bytes of memory, about.
    fn put_selected(
        &self,
        selected: &[Selected],
        window_bytes: usize,
        token: &CancellationToken,
        mut put: impl FnMut(EventsChunk) -> bool,
    ) -> Result<(), Error> {
        let segments = self.segments();
        let total = selected.iter().map(Selected::count).sum();
        let rows: usize = segments.iter().map(|part| part.segment.len()).sum();
        let share = |part: &VisibleSegment| window_bytes / rows.max(1) * part.segment.len();
        let window = |(part, selected)| Window::new(part, selected, share(part), token);
        let mut windows: Vec<Window<'_>> =
            segments.iter().copied().zip(selected).map(window).collect();
        loop {
            check(token)?;
            let chunk = next_chunk(&mut windows);
            // What was cancelled meanwhile ends with an error of its own.
            check(token)?;
            let mut entries = decode(&segments, &chunk?)?;
            if entries.is_empty() {
                return Ok(());
            }
            self.mark_repeated_ids(entries.iter_mut())?;
            self.mark_amended(entries.iter_mut())?;
            if !put(EventsChunk { entries, total }) {
                return Ok(());
            }
        }
    }
}

/// Row of a part.
type PartRow = (usize, EncodedRow);

/// The next rows of all windows in the total order; none at the end.
fn next_chunk(windows: &mut [Window<'_>]) -> io::Result<Vec<PartRow>> {
    let (mut chunk, mut bytes) = (Vec::new(), 0);
    while chunk.len() < CHUNK_EVENTS
        && bytes < CHUNK_BYTES
        && let Some(part) = k_way_merge::first(windows)?
    {
        if let Some(row) = windows[part].pop() {
            bytes += row.size();
            chunk.push((part, row));
        }
    }
    Ok(chunk)
}

/// The events of rows, in their order.
fn decode(segments: &[&VisibleSegment], rows: &[PartRow]) -> io::Result<Vec<Arc<Entry>>> {
    let decode = |rows: &[PartRow]| -> io::Result<Vec<Arc<Entry>>> {
        let mut id = String::new();
        let entry = |(part, row): &PartRow| segments[*part].segment.decode_row(row, &mut id);
        rows.iter().map(entry).map(|entry| entry.map(Arc::new)).collect()
    };
    let decoded: Vec<_> =
        rows.par_chunks(EVENTS_PER_TASK).map(decode).collect::<io::Result<_>>()?;
    Ok(decoded.into_iter().flatten().collect())
}
