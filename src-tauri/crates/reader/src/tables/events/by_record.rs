//! Scan of events by record: whole blocks, decompressed once, of which those columns are decoded that are
//! wanted.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringViewArray};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use event::Column;
use query::CancellationToken;

use super::{EventColumn, by_time};
use crate::Error;
use crate::answers::{Selected, chunks};
use crate::bitmap::Bitmap;
use crate::catalog::segment::{BlockArrays, Row, WantedColumns};
use crate::snapshot::Snapshot;
use crate::tables::{Scan, batch};

/// Blocks of a task: a batch.
const TASK_BLOCKS: usize = 1 << 5;

pub(super) struct ByRecord {
    snapshot: Arc<Snapshot>,
    columns: Vec<EventColumn>,
    schema: SchemaRef,
    wanted: WantedColumns,
    /// Rows by record of each part that are selected; `None` for all.
    selected: Vec<Option<Bitmap>>,
    /// A part, and some of its blocks that have selected rows.
    tasks: Vec<(usize, Vec<usize>)>,
    /// Of each part the texts of columns that have codes.
    dictionaries: Vec<HashMap<Dictionary, StringViewArray>>,
}

/// Dictionary of a column: of one of [`event::DIMENSIONS`], or of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Dictionary {
    Dimension(usize),
    Files,
}

impl ByRecord {
    pub fn new(
        snapshot: &Arc<Snapshot>,
        selected: &[Selected],
        columns: Vec<EventColumn>,
        schema: SchemaRef,
    ) -> Result<Self, Error> {
        let (mut by_record, mut tasks, mut dictionaries) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (part, selected)) in snapshot.parts().iter().zip(selected).enumerate() {
            let segment = &part.segment;
            let is_all = selected.count() == segment.len();
            let rows = if is_all { None } else { Some(rows_by_record(snapshot, at, selected)?) };
            let has_any = |block: &usize| match &rows {
                Some(rows) => rows.count_in(range(segment.rows_of(*block))) > 0,
                None => true,
            };
            let blocks: Vec<usize> = (0..segment.block_count()).filter(has_any).collect();
            tasks.extend(blocks.chunks(TASK_BLOCKS).map(|some| (at, some.to_vec())));
            by_record.push(rows);
            let texts = columns.iter().filter_map(|column| Dictionary::of(*column));
            dictionaries.push(texts.map(|of| (of, of.texts(snapshot, at))).collect());
        }
        let wanted = wanted_columns(&columns);
        let snapshot = Arc::clone(snapshot);
        Ok(Self { snapshot, columns, schema, wanted, selected: by_record, tasks, dictionaries })
    }

    /// Column of the rows of a task.
    fn column(
        &self,
        column: EventColumn,
        part: usize,
        arrays: &mut BlockArrays,
    ) -> Result<ArrayRef, Error> {
        let texts = Dictionary::of(column).and_then(|of| self.dictionaries[part].get(&of));
        let is_pending = self.snapshot.parts()[part].segment.is_pending();
        Ok(match column {
            EventColumn::Of(column) => arrays.event_column(column, texts)?,
            EventColumn::File if is_pending => {
                Arc::new(StringViewArray::new_null(arrays.rows().len()))
            }
            EventColumn::File => arrays.files(texts)?,
            EventColumn::Row => arrays.file_rows(is_pending),
            EventColumn::Has(mark) => {
                // They were found before the scan began.
                let marked = self.snapshot.marked(&CancellationToken::new())?;
                let has = |row: &Row| Some(marked.has(part, *row, mark));
                Arc::new(arrays.rows().iter().map(has).collect::<BooleanArray>())
            }
            EventColumn::Extra => arrays.extra(),
        })
    }
}

impl Scan for ByRecord {
    fn tasks(&self) -> usize {
        self.tasks.len()
    }

    fn read(&self, task: usize) -> Result<Vec<RecordBatch>, Error> {
        let (part, blocks) = &self.tasks[task];
        let segment = &self.snapshot.parts()[*part].segment;
        let mut arrays = BlockArrays::new(self.wanted);
        for block in blocks {
            arrays.append(segment, *block, self.selected[*part].as_ref())?;
        }
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            columns.push(self.column(*column, *part, &mut arrays)?);
        }
        Ok(vec![batch(&self.schema, columns, arrays.rows().len())?])
    }
}

impl Dictionary {
    /// Dictionary of a column that has one.
    fn of(column: EventColumn) -> Option<Self> {
        match column {
            EventColumn::File => Some(Self::Files),
            _ => column.dimension().map(Self::Dimension),
        }
    }

    /// Its texts in a part.
    fn texts(self, snapshot: &Snapshot, part: usize) -> StringViewArray {
        let segment = &snapshot.parts()[part].segment;
        match self {
            Self::Dimension(dimension) => by_time::dictionary(segment, dimension),
            Self::Files => segment.files().iter().map(|name| Some(&**name)).collect(),
        }
    }
}

/// What of a block has to be decoded for these columns.
fn wanted_columns(columns: &[EventColumn]) -> WantedColumns {
    let mut wanted = WantedColumns::default();
    for column in columns {
        match *column {
            EventColumn::Of(Column::OldValue) => wanted.values[0] = true,
            EventColumn::Of(Column::NewValue) => wanted.values[1] = true,
            EventColumn::Of(Column::EntityId) => wanted.entity_id = true,
            EventColumn::Of(Column::Timestamp) => wanted.time = true,
            EventColumn::Of(column) => match column.dimension() {
                Some(dimension) => wanted.dimensions[dimension] = true,
                None => wanted.head = true,
            },
            EventColumn::File => wanted.file = true,
            EventColumn::Row => wanted.file_row = true,
            EventColumn::Has(_) => {}
            EventColumn::Extra => wanted.head = true,
        }
    }
    wanted
}

/// The rows by record of a selection.
fn rows_by_record(snapshot: &Snapshot, part: usize, selected: &Selected) -> Result<Bitmap, Error> {
    let segment = &snapshot.parts()[part].segment;
    let mut found = Bitmap::none(segment.len());
    for chunk in chunks(&selected.rows) {
        let of_chunk = segment.rows_by_record(chunk.clone())?;
        selected.for_each_in(chunk.clone(), |row| {
            found.set(of_chunk[row - chunk.start] as usize, true);
        });
    }
    Ok(found)
}

/// Rows as indices.
fn range(rows: Range<Row>) -> Range<usize> {
    rows.start as usize..rows.end as usize
}
