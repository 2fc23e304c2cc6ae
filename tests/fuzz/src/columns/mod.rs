//! Any batch as a file: written by the library, decoded, and held against a naive reading of it.

mod batch;
mod naive;
mod write;

use arbitrary::Unstructured;
use bytes::Bytes;
use decode::{DecodedRows, Partitions, decode, decode_head, decode_values};
use event::{Cell, Column, EVENT_COLUMNS};

use super::rows::as_decoded;
use batch::Batch;
use naive::Row;

/// What is decoded of a file is what was put into it, and what may not be read is refused.
pub fn check(bytes: &[u8]) {
    let mut choices = Unstructured::new(bytes);
    // Choices that are used up are all the first.
    let Ok(batch) = Batch::any(&mut choices) else { return };
    let Ok(Some(file)) = write::file(&batch, &mut choices) else { return };
    let expected = naive::read(&batch);
    match (decode(&Bytes::from(file), &Partitions::default()), expected) {
        (Err(problem), expected) => assert_eq!(expected, None, "{problem}"),
        (Ok(rows), expected) => {
            as_decoded(&rows);
            assert_eq!(Some(found(&rows)), expected);
        }
    }
}

/// The rows as they were decoded, in the order of the file; `None` for a bad one.
fn found(rows: &DecodedRows) -> Vec<Option<Row>> {
    let mut all: Vec<Option<Row>> = Vec::new();
    for (index, &number) in rows.number.iter().enumerate() {
        all.resize_with(number as usize, || None);
        all.push(Some(row(rows, index)));
    }
    all.resize_with(usize::try_from(rows.in_file).unwrap_or(usize::MAX), || None);
    all
}

fn row(rows: &DecodedRows, index: usize) -> Row {
    let mut id = String::new();
    let word =
        |column: &decode::DictionaryColumn| column.values[column.codes[index] as usize].clone();
    let head = decode_head(rows.head.get(index), &mut id).expect("a head");
    let values = decode_values(rows.values.get(index)).expect("values");
    let extra = head.extra.map(|json| serde_json::from_str(json).expect("JSON"));
    let (terms, entity_id) = (rows.terms.each_ref().map(word), word(&rows.entity_id));
    let terms = terms.each_ref().map(Option::as_deref);
    let entity_id = entity_id.as_deref().expect("an id");
    let cells = decode::cells(rows.time[index], terms, entity_id, &head, values);
    let update = cells[Column::Action.index()] == Cell::Text("update");
    assert_eq!(rows.no_op[index] == 1, update && values.old == values.new);
    Row {
        time: rows.time[index],
        recorded_at: cells[Column::RecordedAt.index()].nanos(),
        seq: cells[Column::Seq.index()].number(),
        extra: extra.unwrap_or_default(),
        texts: EVENT_COLUMNS
            .into_iter()
            .filter_map(|column| {
                Some((column.name().to_owned(), cells[column.index()].text()?.to_owned()))
            })
            .collect(),
    }
}
