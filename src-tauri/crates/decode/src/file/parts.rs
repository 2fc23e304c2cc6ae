//! What takes the decoded rows of a file: as a whole up to a limit, or part by part.

use crate::rows::DecodedRows;

/// Most decoded bytes of a file that is taken as a whole, as [`DecodedRows::size`] counts them. Files
/// that Daybook wrote mostly stay below.
pub(crate) const MAX_WHOLE_BYTES: usize = 96 << 20;

/// Decoded bytes from which on a part is handed over.
const PART_BYTES: usize = 48 << 20;

/// A file may unfold to so many times its size, and to [`ALWAYS_BYTES`] in any case.
const MAX_UNFOLDING: u64 = 256;
const ALWAYS_BYTES: u64 = 512 << 20;

/// Why a file was not decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is to be decoded part by part.
    TooLarge,
    /// A clause about the file.
    Problem(String),
}

impl From<String> for Refusal {
    fn from(problem: String) -> Self {
        Self::Problem(problem)
    }
}

/// What takes the rows of a file. The rows of a part are numbered within the file, and its `in_file`
/// counts all rows up to its end.
pub(crate) trait RowSink {
    /// Begins: forgets what an attempt before has handed over.
    fn begin(&mut self);

    /// Decoded bytes from which on the rows so far are handed over.
    fn part_bytes(&self) -> usize;

    /// Takes rows that more rows follow.
    fn take(&mut self, rows: DecodedRows) -> Result<(), Refusal>;

    /// Takes the last rows, of which there may be none.
    fn finish(&mut self, rows: DecodedRows) -> Result<(), Refusal>;
}

/// Takes a file as a whole.
#[derive(Default)]
pub(crate) struct Whole {
    pub rows: DecodedRows,
}

impl RowSink for Whole {
    fn begin(&mut self) {
        self.rows = DecodedRows::default();
    }

    fn part_bytes(&self) -> usize {
        MAX_WHOLE_BYTES
    }

    fn take(&mut self, _: DecodedRows) -> Result<(), Refusal> {
        Err(Refusal::TooLarge)
    }

    fn finish(&mut self, rows: DecodedRows) -> Result<(), Refusal> {
        self.rows = rows;
        Ok(())
    }
}

/// Hands a file over part by part, up to a limit that what unfolds out of measure exceeds.
pub(crate) struct Parts<F> {
    emit: F,
    /// Most bytes that the file may unfold to.
    limit: u64,
    /// Bytes that it has unfolded to.
    unfolded: u64,
}

impl<F: FnMut(Option<DecodedRows>)> Parts<F> {
    /// `emit` is called with each part; with `None` where those so far are to be forgotten.
    pub(crate) fn new(file_bytes: u64, emit: F) -> Self {
        let limit = file_bytes.saturating_mul(MAX_UNFOLDING).max(ALWAYS_BYTES);
        Self { emit, limit, unfolded: 0 }
    }

    fn hand_over(&mut self, rows: DecodedRows) -> Result<(), Refusal> {
        self.unfolded += rows.size() as u64;
        if self.unfolded > self.limit {
            return Err(Refusal::Problem(format!(
                "unfolds to more than {} MiB and {MAX_UNFOLDING} times its size, so it was not read",
                ALWAYS_BYTES >> 20
            )));
        }
        (self.emit)(Some(rows));
        Ok(())
    }
}

impl<F: FnMut(Option<DecodedRows>)> RowSink for Parts<F> {
    fn begin(&mut self) {
        self.unfolded = 0;
        (self.emit)(None);
    }

    fn part_bytes(&self) -> usize {
        PART_BYTES
    }

    fn take(&mut self, rows: DecodedRows) -> Result<(), Refusal> {
        self.hand_over(rows)
    }

    fn finish(&mut self, rows: DecodedRows) -> Result<(), Refusal> {
        self.hand_over(rows)
    }
}
