//! Blocks as Arrow arrays: the rows of several blocks, column by column, for whoever reads a table.

use std::io;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, StringViewArray, StringViewBuilder, TimestampNanosecondArray,
    TimestampNanosecondBuilder, UInt32Array, UInt64Array, UInt64Builder,
};
use arrow::buffer::Buffer;
use arrow::compute::take;
use arrow::error::ArrowError;
use decode::{HEAD_COLUMNS, RowHead, decode_head, decode_values};
use event::{Cell, Column, DIMENSIONS, Kind};

use super::block::{BlockColumns, BlockValues};
use super::read::Segment;
use super::{Row, damaged, row};
use crate::bitmap::Bitmap;

/// From one selected row of so many on, the values of a block are not copied but kept with the whole block.
const SHARED: usize = 4;

/// What of a block is wanted.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part of a block, and any may be wanted"
)]
pub(crate) struct WantedColumns {
    pub time: bool,
    pub dimensions: [bool; DIMENSIONS.len()],
    pub file: bool,
    pub file_row: bool,
    pub entity_id: bool,
    /// Id of the event and rare columns.
    pub head: bool,
    /// Old and new value.
    pub values: [bool; 2],
}

impl WantedColumns {
    /// Whether any of it lies in the first part of a block.
    fn is_in_columns(&self) -> bool {
        let Self { time, dimensions, file, file_row, entity_id, head, .. } = self;
        *time || dimensions.contains(&true) || *file || *file_row || *entity_id || *head
    }
}

/// Rows of several blocks of one segment, column by column. A column that is not wanted is empty. Each
/// column is taken once.
pub(crate) struct BlockArrays {
    wanted: WantedColumns,
    /// Rows by record.
    rows: Vec<Row>,
    times: Vec<i64>,
    dimensions: [Vec<u32>; DIMENSIONS.len()],
    files: Vec<u32>,
    file_rows: Vec<u64>,
    entity_ids: StringViewBuilder,
    event_ids: StringViewBuilder,
    /// One for each of [`HEAD_COLUMNS`].
    heads: Vec<HeadColumn>,
    extra: StringViewBuilder,
    values: [StringViewBuilder; 2],
}

enum HeadColumn {
    Text(StringViewBuilder),
    Instant(TimestampNanosecondBuilder),
    Number(UInt64Builder),
}

impl BlockArrays {
    /// No rows yet.
    pub fn new(wanted: WantedColumns) -> Self {
        let head = |column: Column| match column.kind() {
            Kind::Text => HeadColumn::Text(StringViewBuilder::new()),
            Kind::Instant => HeadColumn::Instant(TimestampNanosecondBuilder::new()),
            Kind::Number => HeadColumn::Number(UInt64Builder::new()),
        };
        Self {
            wanted,
            rows: Vec::new(),
            times: Vec::new(),
            dimensions: Default::default(),
            files: Vec::new(),
            file_rows: Vec::new(),
            entity_ids: StringViewBuilder::new(),
            event_ids: StringViewBuilder::new(),
            heads: HEAD_COLUMNS.map(head).into(),
            extra: StringViewBuilder::new(),
            values: Default::default(),
        }
    }

    /// Appends the rows of a block that are selected; all if no selection is given.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if the block is damaged.
    pub fn append(
        &mut self,
        segment: &Segment,
        block: usize,
        selected: Option<&Bitmap>,
    ) -> io::Result<()> {
        let of_block = segment.rows_of(block);
        let is_selected =
            |at: &usize| selected.is_none_or(|bits| bits.get(of_block.start as usize + at));
        let rows: Vec<usize> = (0..of_block.len()).filter(is_selected).collect();
        self.rows.extend(rows.iter().map(|at| of_block.start + row(*at)));
        if self.wanted.is_in_columns() {
            self.append_columns(&segment.block_columns(block)?.1, &rows)?;
        }
        if self.wanted.values.contains(&true) {
            self.append_values(segment.block_values(block)?.1, &rows, of_block.len())?;
        }
        Ok(())
    }

    fn append_columns(&mut self, columns: &BlockColumns, rows: &[usize]) -> io::Result<()> {
        let mut id = String::new();
        for &at in rows {
            if self.wanted.time {
                self.times.push(columns.time(at)?);
            }
            for dimension in (0..DIMENSIONS.len()).filter(|at| self.wanted.dimensions[*at]) {
                self.dimensions[dimension].push(columns.dimension(dimension, at)?);
            }
            if self.wanted.file {
                self.files.push(columns.file(at)?);
            }
            if self.wanted.file_row {
                self.file_rows.push(columns.file_row(at)?.into());
            }
            if self.wanted.entity_id {
                self.entity_ids.append_value(columns.entity_id(at)?);
            }
            if self.wanted.head {
                let head = decode_head(columns.head(at)?, &mut id);
                self.append_head(&head.ok_or_else(|| damaged("an event"))?);
            }
        }
        Ok(())
    }

    fn append_head(&mut self, head: &RowHead<'_>) {
        self.event_ids.append_value(head.id);
        self.extra.append_option(head.extra);
        for (column, cell) in self.heads.iter_mut().zip(head.cells) {
            match (column, cell) {
                (HeadColumn::Text(texts), cell) => texts.append_option(cell.text()),
                (HeadColumn::Instant(times), Cell::Instant(nanos)) => times.append_value(nanos),
                (HeadColumn::Instant(times), _) => times.append_null(),
                (HeadColumn::Number(numbers), Cell::Number(number)) => numbers.append_value(number),
                (HeadColumn::Number(numbers), _) => numbers.append_null(),
            }
        }
    }

    /// Appends the values of some rows of a block that has so many.
    fn append_values(
        &mut self,
        values: BlockValues,
        rows: &[usize],
        of_block: usize,
    ) -> io::Result<()> {
        let is_copied = rows.len() < of_block.div_ceil(SHARED);
        let start = values.bytes().as_ptr().addr();
        let place = |text: &str| (row(text.as_ptr().addr() - start), row(text.len()));
        let mut places = Vec::with_capacity(rows.len());
        for &at in rows {
            let both = decode_values(values.get(at)?).ok_or_else(|| damaged("an event"))?;
            if !is_copied {
                places.push([both.old.map(place), both.new.map(place)]);
                continue;
            }
            for (side, value) in [both.old, both.new].into_iter().enumerate() {
                if self.wanted.values[side] {
                    self.values[side].append_option(value);
                }
            }
        }
        let buffer = Buffer::from_vec(values.into_bytes());
        for side in [0, 1] {
            if self.wanted.values[side] && !is_copied {
                append_shared(&mut self.values[side], &buffer, places.iter().map(|of| of[side]))?;
            }
        }
        Ok(())
    }

    /// The rows by record.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Column of an event; `texts` are those of its codes, if it is a dimension.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if a code has no text.
    pub fn event_column(
        &mut self,
        column: Column,
        texts: Option<&StringViewArray>,
    ) -> io::Result<ArrayRef> {
        if let Some(dimension) = column.dimension() {
            return texts_of(texts, std::mem::take(&mut self.dimensions[dimension]));
        }
        Ok(match column {
            Column::EventId => Arc::new(self.event_ids.finish()),
            Column::Timestamp => {
                let times = TimestampNanosecondArray::from(std::mem::take(&mut self.times));
                Arc::new(times.with_timezone("UTC"))
            }
            Column::EntityId => Arc::new(self.entity_ids.finish()),
            Column::OldValue => Arc::new(self.values[0].finish()),
            Column::NewValue => Arc::new(self.values[1].finish()),
            _ => {
                let at = HEAD_COLUMNS.iter().position(|of| *of == column);
                match at.map(|at| &mut self.heads[at]) {
                    Some(HeadColumn::Text(texts)) => Arc::new(texts.finish()),
                    Some(HeadColumn::Instant(times)) => {
                        Arc::new(times.finish().with_timezone("UTC"))
                    }
                    Some(HeadColumn::Number(numbers)) => Arc::new(numbers.finish()),
                    None => return Err(damaged("a column that no event has")),
                }
            }
        })
    }

    /// Names of the files; `texts` are those of all files of the segment.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if a file is not there.
    pub fn files(&mut self, texts: Option<&StringViewArray>) -> io::Result<ArrayRef> {
        texts_of(texts, std::mem::take(&mut self.files))
    }

    /// Rows in the files, from 0; null if the events are pending.
    pub fn file_rows(&mut self, pending: bool) -> ArrayRef {
        let rows = std::mem::take(&mut self.file_rows);
        Arc::new(if pending { UInt64Array::new_null(rows.len()) } else { rows.into() })
    }

    /// Further columns, as JSON.
    pub fn extra(&mut self) -> ArrayRef {
        Arc::new(self.extra.finish())
    }
}

/// The texts of codes.
fn texts_of(texts: Option<&StringViewArray>, codes: Vec<u32>) -> io::Result<ArrayRef> {
    let texts = texts.ok_or_else(|| damaged("a dictionary"))?;
    if codes.iter().any(|code| *code as usize >= texts.len()) {
        return Err(damaged("a value that is not there"));
    }
    take(texts, &UInt32Array::from(codes), None).map_err(|error| of_arrow(&error))
}

/// Appends texts that lie in a buffer at these places, each an offset and a length.
fn append_shared(
    to: &mut StringViewBuilder,
    buffer: &Buffer,
    places: impl Iterator<Item = Option<(u32, u32)>>,
) -> io::Result<()> {
    let block = to.append_block(buffer.clone());
    for place in places {
        match place {
            Some((at, length)) => {
                to.try_append_view(block, at, length).map_err(|error| of_arrow(&error))?;
            }
            None => to.append_null(),
        }
    }
    Ok(())
}

fn of_arrow(_: &ArrowError) -> io::Error {
    damaged("an event")
}
