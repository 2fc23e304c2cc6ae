//! The table of columns, and the cells of an event in its order.

use arrow::array::{Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::{about, event};
use crate::Action::{Correct, Update};
use crate::{
    COLUMNS, Cell, Column, DIMENSIONS, Draft, EVENT_COLUMNS, Event, FILTER_COLUMNS, LEGACY_COLUMNS,
    Role, Storage, schema, to_batch,
};

/// An event with another text in each column.
fn full() -> Event {
    let mut event = about(7, Correct, 3, "phone", Some("9"));
    event.old_value = Some(String::new());
    event.workspace_id = Some("ws-north".into());
    event.batch = Some("batch-1".into());
    event
}

#[test]
fn the_first_columns_are_those_of_the_first_journals_and_what_came_later_follows() {
    assert_eq!(LEGACY_COLUMNS.len(), 11);
    assert!(COLUMNS.map(Column::since).is_sorted());
    assert!(LEGACY_COLUMNS.iter().all(|column| column.since() == 0));
    assert!(COLUMNS[LEGACY_COLUMNS.len()..].iter().all(|c| c.since() > 0 && c.is_nullable()));
    assert_eq!(EVENT_COLUMNS, COLUMNS[..EVENT_COLUMNS.len()]);
    for (index, column) in COLUMNS.into_iter().enumerate() {
        assert_eq!((column.index(), Column::named(column.name())), (index, Some(column)));
    }
    assert_eq!(Column::named("Actor"), None);
}

#[test]
fn dimensions_are_in_the_order_of_the_table() {
    let names = ["entity_type", "field", "action", "actor", "source", "workspace_id"];
    assert_eq!(DIMENSIONS.map(Column::name), names);
    for (index, column) in DIMENSIONS.into_iter().enumerate() {
        assert_eq!((column.dimension(), column.as_dimension()), (Some(index), index));
    }
    let others = FILTER_COLUMNS.iter().filter(|column| column.dimension().is_none());
    assert!(others.eq(&[Column::EntityId]));
    assert_eq!(Column::EntityId.role(), Role::Record);
}

/// JSON is the other form of an event that has every column by its name.
#[test]
fn every_cell_is_that_of_its_column_and_makes_the_event_again() {
    for event in [full(), event(1, Update, "phone", None, Some(""))] {
        let cells = event.cells();
        let json = serde_json::to_value(&event).unwrap();
        for (column, cell) in EVENT_COLUMNS.into_iter().zip(cells) {
            let found = match cell {
                Cell::Null => serde_json::Value::Null,
                Cell::Text(text) => text.into(),
                Cell::Instant(nanos) => nanos.into(),
                Cell::Number(number) => number.into(),
            };
            assert_eq!(found, json[column.name()], "{}", column.name());
        }
        assert_eq!(Event::from_cells(&cells), Some(event.clone()));
        for column in EVENT_COLUMNS {
            let mut changed = cells;
            changed[column.index()] = Cell::Null;
            assert_eq!(Event::from_cells(&changed).is_some(), column.is_nullable());
            changed[column.index()] = if let Cell::Number(_) = cells[column.index()] {
                Cell::Text("1")
            } else {
                Cell::Number(1)
            };
            let is_number = column == Column::Seq && cells[column.index()] == Cell::Null;
            assert_eq!(Event::from_cells(&changed).is_some(), is_number, "{}", column.name());
        }
    }
}

#[test]
fn a_draft_has_the_cells_of_the_event_to_be() {
    let event = full();
    let draft = Draft {
        timestamp: Some(event.timestamp),
        old_value: event.old_value.clone(),
        new_value: event.new_value.clone(),
        workspace_id: event.workspace_id.clone(),
        corrects: event.corrects.clone(),
        reason: event.reason.clone(),
        ..Draft::new(
            event.record(),
            event.action.clone(),
            &event.field,
            &event.actor,
            &event.source,
        )
    };
    let given = [Column::EventId, Column::RecordedAt, Column::Writer, Column::Seq];
    for ((column, cell), of_event) in EVENT_COLUMNS.iter().zip(draft.cells()).zip(event.cells()) {
        match cell {
            None => assert!(given.contains(column), "{}", column.name()),
            Some(cell) if *column == Column::Batch => assert_eq!(cell, Cell::Null),
            Some(cell) => assert_eq!(cell, of_event, "{}", column.name()),
        }
    }
    assert_eq!(Draft { timestamp: None, ..draft }.cells()[Column::Timestamp.index()], None);
}

#[test]
fn a_batch_has_the_cells_as_its_columns() {
    let events = [full(), event(1, Update, "phone", None, Some(""))];
    let batch = to_batch(&events).unwrap();
    assert_eq!(batch.schema(), schema());
    for column in EVENT_COLUMNS {
        let is_micros = column.storage() == Storage::Micros;
        let array = &batch.columns()[column.index()];
        let plain = is_micros.then(|| cast(array, &DataType::Int64).unwrap());
        let texts = cast(plain.as_ref().unwrap_or(array), &DataType::Utf8).unwrap();
        let texts = texts.as_any().downcast_ref::<StringArray>().unwrap();
        for (row, event) in events.iter().enumerate() {
            let cell = event.cells()[column.index()];
            let expected = match cell {
                Cell::Instant(nanos) if is_micros => Some((nanos / 1000).to_string()),
                _ => cell.to_text().map(Into::into),
            };
            let found = texts.is_valid(row).then(|| texts.value(row).to_owned());
            assert_eq!(found, expected, "{}", column.name());
        }
    }
    for column in &COLUMNS[EVENT_COLUMNS.len()..] {
        assert_eq!(batch.columns()[column.index()].null_count(), events.len());
    }
}
