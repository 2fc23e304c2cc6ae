//! An event as a row of the table `pending`, its columns in the order of [`COLUMNS`].

use chrono::{DateTime, Utc};
use event::{Action, COLUMNS, Event, format_time, parse_time};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Error, Result, Row, params};

pub(super) fn insert(connection: &Connection, event: &Event) -> Result<()> {
    let columns = COLUMNS.join(", ");
    let values = "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17";
    let sql = format!("INSERT INTO pending ({columns}) VALUES ({values})");
    connection.prepare_cached(&sql)?.execute(params![
        event.event_id,
        format_time(event.timestamp),
        event.entity_type,
        event.entity_id,
        event.field,
        event.action.as_str(),
        event.old_value,
        event.new_value,
        event.actor,
        event.source,
        event.workspace_id,
        event.recorded_at.map(|at| at.timestamp_micros()),
        event.writer,
        event.seq.map(u64::cast_signed),
        event.corrects,
        event.reason,
        event.batch,
    ])?;
    Ok(())
}

pub(super) fn read(row: &Row) -> Result<Event> {
    let timestamp: String = row.get(1)?;
    let timestamp = parse_time(&timestamp)
        .map_err(|error| Error::FromSqlConversionFailure(1, Type::Text, Box::new(error)))?;
    Ok(Event {
        event_id: row.get(0)?,
        timestamp,
        entity_type: row.get(2)?,
        entity_id: row.get(3)?,
        field: row.get(4)?,
        action: Action::from(row.get::<_, String>(5)?),
        old_value: row.get(6)?,
        new_value: row.get(7)?,
        actor: row.get(8)?,
        source: row.get(9)?,
        workspace_id: row.get(10)?,
        recorded_at: Some(instant(11, row.get(11)?)?),
        writer: Some(row.get(12)?),
        seq: Some(row.get::<_, i64>(13)?.cast_unsigned()),
        corrects: row.get(14)?,
        reason: row.get(15)?,
        batch: row.get(16)?,
    })
}

/// The text of an event in bytes, over all columns.
pub(super) fn text_bytes(row: &Row) -> Result<usize> {
    let column = |index| match row.get_ref(index)? {
        ValueRef::Text(text) => Ok(text.len()),
        _ => Ok(0),
    };
    (0..COLUMNS.len()).map(column).sum()
}

/// An instant from its microseconds since 1970, as they stand in the column `index`.
pub(super) fn instant(index: usize, micros: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).ok_or(Error::IntegralValueOutOfRange(index, micros))
}
