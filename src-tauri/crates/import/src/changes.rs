//! Tables of changes: one row a change, with its own time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use event::{Action, Draft, Event, RecordId, WHOLE_RECORD, members};
use query::{CancellationToken, Engine};
use serde_json::json;

use crate::Error;
use crate::plan::Plan;
use crate::rows::{BadRow, RowReader};
use crate::table::Row;
use crate::value::Reading;

/// What makes two changes of one record the same.
type Change = (DateTime<Utc>, Action, String, Option<String>, Option<String>, String);

/// Adds the changes to a plan, oldest first, but for those that the journal has.
pub async fn compare(
    reader: &RowReader<'_>,
    plan: &mut Plan,
    engine: &dyn Engine,
    token: &CancellationToken,
) -> Result<(), Error> {
    let mut drafts: Vec<(DateTime<Utc>, Draft)> = Vec::new();
    for row in &reader.table.rows {
        match draft(reader, row) {
            Ok((at, is_twice, draft)) => {
                plan.summary.twice += usize::from(is_twice);
                drafts.push((at, draft));
            }
            Err(bad) => plan.summary.bad.push(bad),
        }
    }
    // A file may run from the newest to the oldest. Of changes at one time the file's order counts.
    if is_backward(&drafts) {
        drafts.reverse();
    }
    drafts.sort_by_key(|(at, _)| *at);
    let mut known: HashMap<RecordId, HashMap<Change, usize>> = HashMap::new();
    for (at, draft) in drafts {
        let record = draft.record();
        if !known.contains_key(&record) {
            known.insert(record.clone(), recorded(engine, &record, token).await?);
        }
        let change = (
            at,
            draft.action.clone(),
            draft.field.clone(),
            draft.old_value.clone(),
            draft.new_value.clone(),
            draft.actor.clone(),
        );
        match known.get_mut(&record).and_then(|changes| changes.get_mut(&change)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                plan.summary.unchanged += 1;
            }
            _ => plan.drafts.push(draft),
        }
    }
    Ok(())
}

/// Whether changes run from the newest to the oldest: by their times, or where all have one, by which order
/// more old values are the new ones before them.
fn is_backward(drafts: &[(DateTime<Utc>, Draft)]) -> bool {
    let (first, last) = (drafts.first().map(|(at, _)| at), drafts.last().map(|(at, _)| at));
    if first != last {
        return first > last && drafts.is_sorted_by(|(one, _), (next, _)| one >= next);
    }
    let mut before: HashMap<(RecordId, &str), &Draft> = HashMap::new();
    let (mut forward, mut backward) = (0, 0);
    for (_, draft) in drafts {
        if let Some(before) = before.insert((draft.record(), &draft.field), draft) {
            forward += usize::from(draft.old_value == before.new_value);
            backward += usize::from(before.old_value == draft.new_value);
        }
    }
    backward > forward
}

/// How often the journal has each change of a record.
async fn recorded(
    engine: &dyn Engine,
    record: &RecordId,
    token: &CancellationToken,
) -> Result<HashMap<Change, usize>, Error> {
    let timeline = match engine.timeline(record, token).await {
        Ok(timeline) => timeline.value,
        Err(query::Error::NoSuchRecord(_)) => return Ok(HashMap::new()),
        Err(error) => return Err(error.into()),
    };
    let mut changes = HashMap::new();
    for entry in timeline.entries() {
        let Event { timestamp, action, field, old_value, new_value, actor, .. } =
            entry.event.clone();
        *changes.entry((timestamp, action, field, old_value, new_value, actor)).or_insert(0) += 1;
    }
    Ok(changes)
}

/// The event of a row, its time, and whether clocks show that twice.
fn draft(reader: &RowReader<'_>, row: &Row) -> Result<(DateTime<Utc>, bool, Draft), BadRow> {
    let cells = row.read()?;
    let heading = reader.heading(row, cells)?;
    let mapping = reader.mapping;
    // The mapping is checked: a table of changes has a time.
    let at = mapping.at.as_ref().ok_or_else(|| BadRow::whole(row.line, "has no time"))?;
    let cell = reader.cell(cells, &at.column);
    let timestamp = Reading::instant(cell, at);
    let (timestamp, is_twice) =
        timestamp.map_err(|problem| BadRow::of_cell(row.line, &at.column, cell, problem))?;
    let action = match &mapping.action {
        None => Action::Update,
        Some(actions) => {
            let cell = reader.cell(cells, &actions.column);
            let unknown = || {
                let problem = "is no action that the mapping names".to_owned();
                BadRow::of_cell(row.line, &actions.column, cell, problem)
            };
            actions.action(&cell.shown()).ok_or_else(unknown)?
        }
    };
    let (field, old, new) = mapping.change_cells();
    let value = |source: Option<&_>| match source {
        Some(source) => reader.value(row, cells, source),
        None => Ok(None),
    };
    let name = value(field)?;
    if name.as_deref() == Some(WHOLE_RECORD) && action == Action::Update {
        return Err(BadRow::whole(row.line, "updates the field *, which stands for whole records"));
    }
    let name = name.filter(|name| name != WHOLE_RECORD);
    let (old, new) = (value(old)?, value(new)?);
    let draft = match (action, name) {
        (Action::Update, None) => {
            return Err(field.map_or_else(
                || BadRow::whole(row.line, "names no field"),
                |source| BadRow::empty(row.line, source),
            ));
        }
        (Action::Update, Some(name)) => {
            reader.draft(row.line, &heading, Action::Update, &name, (old, new))
        }
        (Action::Insert, Some(name)) if new.as_deref().and_then(members).is_none() => {
            let new = new.map(|new| json!({ name: new }).to_string());
            reader.draft(row.line, &heading, Action::Insert, WHOLE_RECORD, (None, new))
        }
        (action, _) => reader.draft(row.line, &heading, action, WHOLE_RECORD, (old, new)),
    }?;
    Ok((timestamp, is_twice, Draft { timestamp: Some(timestamp), ..draft }))
}
