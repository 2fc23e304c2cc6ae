//! All events that filters let through, oldest first, in bounded memory.
//!
//! Events lie by record, in compressed blocks, and are wanted by time: each block has events of nearly
//! all times. They are therefore read in windows: of the next rows by time, as many as fit into memory
//! encoded, each block that has any is read once, and its rows are kept until their turn comes.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use event::Entry;
use query::{AllEventsQuery, CancellationToken, EventsChunk};
use rayon::prelude::*;

use super::select::Selected;
use crate::Error;
use crate::catalog::VisibleSegment;
use crate::catalog::segment::{EncodedRow, Row, row};
use crate::error::check;
use crate::k_way_merge::{self, MergeCursor};
use crate::snapshot::Snapshot;

/// Bytes of encoded rows in the windows of all parts together.
const WINDOW_BYTES: usize = 128 << 20;
/// Most rows of a window: their places alone take memory too.
const WINDOW_ROWS: usize = 1 << 20;
/// How many times as many bytes a row takes in a window as in its segment, until one was read.
const UNPACKED: usize = 4;
/// Rows by time whose rows by record are read at once.
const ROWS_AT_ONCE: usize = 1 << 16;
/// Blocks that are read at once, and how many bytes they take in the segment.
const BLOCKS_AT_ONCE: usize = 64;
const BLOCK_BYTES_AT_ONCE: u64 = 16 << 20;
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
        let mut selected = self.select(&query.filters, token)?;
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

/// Selected rows of one part, in the total order: those that come next are kept encoded.
struct Window<'a> {
    part: &'a VisibleSegment,
    selected: &'a Selected,
    token: &'a CancellationToken,
    /// Bytes that the kept rows may take.
    bytes: usize,
    /// Bytes that a row takes, as far as is known.
    bytes_per_row: usize,
    /// The first row by time that is not read yet.
    next: usize,
    kept: VecDeque<Option<EncodedRow>>,
    /// The event of the first kept row, once it had to be decoded because its time alone does not order
    /// it.
    first: Option<Entry>,
}

impl<'a> Window<'a> {
    fn new(
        part: &'a VisibleSegment,
        selected: &'a Selected,
        bytes: usize,
        token: &'a CancellationToken,
    ) -> Self {
        let segment = &part.segment;
        let packed: u64 = (0..segment.block_count()).map(|block| segment.block_span(block).1).sum();
        let packed = usize::try_from(packed).unwrap_or(usize::MAX) / segment.len().max(1);
        let bytes_per_row = packed.saturating_mul(UNPACKED) + size_of::<EncodedRow>();
        let (next, kept) = (selected.rows.start, VecDeque::new());
        Self { part, selected, token, bytes, bytes_per_row, next, kept, first: None }
    }

    /// Returns the first row, and goes on.
    fn pop(&mut self) -> Option<EncodedRow> {
        self.first = None;
        self.kept.pop_front().flatten()
    }

    fn front(&self) -> Option<&EncodedRow> {
        self.kept.front().and_then(Option::as_ref)
    }

    /// The event of the first row.
    fn entry(&mut self) -> io::Result<&Entry> {
        let entry = match (self.first.take(), self.front()) {
            (Some(entry), _) => entry,
            (None, Some(row)) => self.part.segment.decode_row(row, &mut String::new())?,
            (None, None) => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
        Ok(self.first.insert(entry))
    }

    /// Reads the next rows.
    fn fill(&mut self) -> io::Result<()> {
        let rows = self.next_rows()?;
        let mut by_record: Vec<(Row, Row)> =
            (0..).zip(&rows).map(|(at, (by_record, _))| (*by_record, at)).collect();
        // Each row by record is there once.
        by_record.par_sort_unstable();
        let mut found = Found { rows: Vec::new(), bytes: 0, most: self.bytes };
        found.rows.resize_with(rows.len(), || None);
        let tasks = self.tasks(&by_record)?;
        let mut tasks = tasks.as_slice();
        while !tasks.is_empty() {
            if self.token.is_cancelled() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let now;
            (now, tasks) = tasks.split_at(at_once(tasks));
            let end = row(found.rows.len());
            let read: Vec<_> = now
                .par_iter()
                .map(|task| self.read(task, &by_record[task.rows.clone()], end))
                .collect::<io::Result<_>>()?;
            read.into_iter().flatten().for_each(|(at, row)| found.add(at, row));
            found.keep_within_limit();
        }
        let last = found.rows.len().checked_sub(1).and_then(|last| rows.get(last));
        self.next = last.map_or(self.selected.rows.end, |(_, by_time)| *by_time as usize + 1);
        self.bytes_per_row = (found.bytes / found.rows.len().max(1)).max(size_of::<EncodedRow>());
        self.kept = found.rows.into();
        Ok(())
    }

    /// The next selected rows, each by record and by time: as many as the window has room for, by what
    /// is known of their size.
    fn next_rows(&self) -> io::Result<Vec<(Row, Row)>> {
        let most = (self.bytes / self.bytes_per_row).clamp(1, WINDOW_ROWS);
        let (mut rows, mut start) = (Vec::new(), self.next);
        while rows.len() < most && start < self.selected.rows.end {
            let range = start..self.selected.rows.end.min(start + ROWS_AT_ONCE);
            start = range.end;
            if self.selected.count_in(range.clone()) == 0 {
                continue;
            }
            let by_record = self.part.segment.rows_by_record(range.clone())?;
            self.selected.for_each_in(range.clone(), |by_time| {
                rows.extend(by_record.get(by_time - range.start).map(|it| (*it, row(by_time))));
            });
        }
        rows.truncate(most);
        Ok(rows)
    }

    /// The blocks that hold ascending rows by record, and which of the rows each.
    fn tasks(&self, rows: &[(Row, Row)]) -> io::Result<Vec<Task>> {
        let (mut tasks, mut start) = (Vec::new(), 0);
        while start < rows.len() {
            let block = self.part.segment.block_of(rows[start].0)?;
            let (of_block, bytes) = self.part.segment.block_span(block);
            let end = start + rows[start..].partition_point(|(row, _)| *row < of_block.end);
            tasks.push(Task { block, bytes, rows: start..end });
            start = end;
        }
        Ok(tasks)
    }

    /// Reads those rows of a task whose place in the window is before `end`.
    fn read(
        &self,
        task: &Task,
        rows: &[(Row, Row)],
        end: Row,
    ) -> io::Result<Vec<(Row, EncodedRow)>> {
        let wanted = rows.iter().filter(|(_, at)| *at < end);
        let (rows, places): (Vec<Row>, Vec<Row>) = wanted.copied().unzip();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let read = self.part.segment.encoded_rows(task.block, &rows)?;
        Ok(places.into_iter().zip(read).collect())
    }
}

impl MergeCursor for Window<'_> {
    fn has_item(&mut self) -> io::Result<bool> {
        while self.kept.is_empty() && self.selected.first_from(self.next).is_some() {
            self.fill()?;
        }
        Ok(!self.kept.is_empty())
    }

    fn is_before(&mut self, other: &mut Self) -> io::Result<bool> {
        let time = |window: &Self| window.front().map(EncodedRow::time);
        match time(self).cmp(&time(other)) {
            Ordering::Equal => Ok(self.entry()?.cmp_position(other.entry()?).is_lt()),
            order => Ok(order.is_lt()),
        }
    }
}

/// Block to be read: how many bytes it takes in its segment, and which of the rows of a window it has.
struct Task {
    block: usize,
    bytes: u64,
    rows: Range<usize>,
}

/// How many of the next tasks are done at once: at least one.
fn at_once(tasks: &[Task]) -> usize {
    let mut bytes = 0;
    let fits = |task: &&Task| {
        bytes += task.bytes;
        bytes <= BLOCK_BYTES_AT_ONCE
    };
    tasks.iter().take(BLOCKS_AT_ONCE).take_while(fits).count().max(1)
}

/// Rows of a window that were read so far, by their places in it.
struct Found {
    rows: Vec<Option<EncodedRow>>,
    bytes: usize,
    /// Bytes that they may take.
    most: usize,
}

impl Found {
    fn add(&mut self, at: Row, row: EncodedRow) {
        if let Some(place) = self.rows.get_mut(at as usize) {
            self.bytes += row.size();
            *place = Some(row);
        }
    }

    /// Gives up the last places if the rows take too many bytes: they are left to the next window.
    fn keep_within_limit(&mut self) {
        if self.bytes <= self.most {
            return;
        }
        // The rest of the blocks may bring as much again.
        let mut bytes = 0;
        let size = |row: &Option<EncodedRow>| row.as_ref().map_or(0, EncodedRow::size);
        let kept = self.rows.iter().take_while(|row| {
            bytes += size(row);
            bytes <= self.most / 2
        });
        let kept = kept.count().max(1);
        self.rows.truncate(kept);
        self.bytes = self.rows.iter().map(size).sum();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use chrono::DateTime;
    use decode::DecodedRows;
    use event::{Action, Event, Place, parse_time};
    use query::{Coverage, Filters};

    use super::*;
    use crate::catalog::Contents;
    use crate::catalog::segment::{FileRows, Segment, Source, build};

    const EVENTS: u32 = 3000;
    const RECORDS: u32 = 40;
    const FILES: u32 = 3;

    /// An event of a journal in which many share a time and most are long before or after their
    /// neighbours by record.
    fn event(number: u32) -> Event {
        let start = parse_time("2024-03-01T09:00:00Z").unwrap_or(DateTime::UNIX_EPOCH);
        Event {
            event_id: format!("evt-{number}"),
            timestamp: start + chrono::TimeDelta::seconds((number / 7).into()),
            entity_type: "candidate".to_owned(),
            entity_id: format!("CAND-{}", number * 31 % RECORDS),
            field: "note".to_owned(),
            action: Action::Update,
            old_value: None,
            // Some are a hundred times as long as others.
            new_value: Some("x".repeat(if number % 97 == 0 { 9000 } else { 90 })),
            actor: "Sarah".to_owned(),
            source: "api".to_owned(),
            workspace_id: None,
            recorded_at: None,
            writer: None,
            seq: None,
            corrects: None,
            reason: None,
            batch: None,
        }
    }

    /// A snapshot of several segments, whose events are mixed in time.
    fn snapshot() -> Snapshot {
        let segment = |number: u32| {
            let events: Vec<Event> =
                (0..EVENTS).filter(|at| at % FILES == number).map(event).collect();
            let rows = DecodedRows::of(&events);
            let mut bytes = Vec::new();
            build(vec![FileRows { file: format!("{number}.parquet"), rows }], &mut bytes).unwrap();
            let segment = Arc::new(Segment::open(Source::Memory(bytes), false).unwrap());
            let deleted_rows = [Vec::new(), Vec::new()];
            Arc::new(VisibleSegment { id: number.into(), segment, deleted_rows })
        };
        let contents =
            Contents { segments: (0..FILES).map(segment).collect(), ..Contents::default() };
        let (caches, coverage) = (Arc::default(), Coverage::default());
        let folder: Arc<Path> = Path::new("").into();
        let summaries = Arc::new(crate::summaries::SummaryCache::at("".into()));
        Snapshot::new(folder, &contents, None, coverage, summaries, caches, Arc::default()).unwrap()
    }

    fn all(snapshot: &Snapshot, selected: &[Selected], window_bytes: usize) -> Vec<Arc<Entry>> {
        let (mut found, mut totals) = (Vec::new(), BTreeSet::new());
        let put = |chunk: EventsChunk| {
            totals.insert(chunk.total);
            found.extend(chunk.entries);
            true
        };
        snapshot.put_selected(selected, window_bytes, &CancellationToken::new(), put).unwrap();
        assert_eq!(totals, [found.len()].into());
        found
    }

    #[test]
    fn windows_of_any_size_put_out_the_same_events_in_the_total_order() {
        let snapshot = snapshot();
        let token = CancellationToken::new();
        let selected = snapshot.select(&Filters::default(), &token).unwrap();
        for window_bytes in [0, 20_000, 200_000, WINDOW_BYTES] {
            let found = all(&snapshot, &selected, window_bytes);
            let ids: BTreeSet<&str> = found.iter().map(|entry| &*entry.event.event_id).collect();
            assert_eq!((found.len(), ids.len()), (EVENTS as usize, EVENTS as usize));
            assert!(found.is_sorted_by(|a, b| a.cmp_position(b).is_lt()), "{window_bytes}");
            let at = |entry: &Entry| match &entry.place {
                Place::File { file, row } => (file.to_string(), *row),
                Place::Pending => (String::new(), 0),
            };
            assert_eq!(at(&found[1]), ("0.parquet".to_owned(), 1), "{window_bytes}");
        }
    }

    #[test]
    fn a_stream_that_is_cancelled_or_not_read_any_more_ends() {
        let snapshot = snapshot();
        let token = CancellationToken::new();
        let query = AllEventsQuery::default();
        let mut chunks = 0;
        let first_only = |_| {
            chunks += 1;
            false
        };
        snapshot.all_events(&query, &token, first_only).unwrap();
        assert_eq!(chunks, 1);
        token.cancel();
        let ended = snapshot.all_events(&query, &token, |_| true);
        assert!(matches!(ended, Err(Error::Question(query::Error::Cancelled))), "{ended:?}");
    }

    #[test]
    fn a_window_gives_up_its_last_rows_when_they_take_too_much_and_never_its_first() {
        let found = |most| {
            let snapshot = snapshot();
            let part = &snapshot.parts()[0];
            let rows: Vec<Row> = (0..4).collect();
            let rows = part.segment.encoded_rows(0, &rows).unwrap();
            let mut found = Found { rows: Vec::new(), bytes: 0, most };
            found.rows.resize_with(4, || None);
            (0..).zip(rows).for_each(|(at, row)| found.add(at, row));
            found.keep_within_limit();
            found.rows.len()
        };
        assert_eq!(found(usize::MAX), 4);
        assert_eq!(found(700), 1);
        assert_eq!(found(0), 1);
    }
}
