//! Snapshots: one row a record as it is now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use event::{Action, Draft, RecordId, State, View, WHOLE_RECORD};
use futures::future::try_join_all;
use query::{CancellationToken, Covered, Engine, RecordsQuery, Term};
use serde_json::{Map, Value};

use crate::Error;
use crate::mapping::ValueForm;
use crate::plan::{LISTED, Missing, Plan, Summary};
use crate::rows::{BadRow, Heading, RowReader, form};
use crate::table::Row;
use crate::value::is_same;

/// Records of a page that is asked for. Each page costs a look at all records.
const PAGE: usize = 20_000;

/// Records that are asked for at once.
const AT_ONCE: usize = 64;

/// Record as the file has it.
struct RecordRow {
    line: usize,
    heading: Heading,
    values: BTreeMap<String, Option<String>>,
}

/// Adds to a plan what differs from the state of the records now, as corrected.
pub async fn compare(
    reader: &RowReader<'_>,
    plan: &mut Plan,
    engine: &dyn Engine,
    token: &CancellationToken,
) -> Result<(), Error> {
    let mut lines: HashMap<RecordId, usize> = HashMap::new();
    let read = |row| {
        let row = RecordRow::read(reader, row)?;
        match lines.insert(row.heading.record.clone(), row.line) {
            None => Ok(row),
            Some(before) => Err(reader.doubled(row.line, &row.heading, before)),
        }
    };
    let rows: Vec<Result<RecordRow, BadRow>> = reader.table.rows.iter().map(read).collect();
    for rows in rows.chunks(AT_ONCE) {
        let states = rows.iter().map(|row| States::of_row(engine, row, token));
        for (row, states) in rows.iter().zip(try_join_all(states).await?) {
            let drafts = match row {
                Ok(row) => row.drafts(reader, states.as_ref()),
                Err(bad) => Err(bad.clone()),
            };
            match drafts {
                Ok(drafts) if drafts.is_empty() => plan.summary.unchanged += 1,
                Ok(drafts) => {
                    plan.summary.note(&drafts, states.as_ref());
                    plan.drafts.extend(drafts);
                }
                Err(bad) => plan.summary.bad.push(bad),
            }
        }
    }
    plan.summary.missing = missing(&lines, reader, engine, token).await?;
    Ok(())
}

/// State of a record now in both readings.
struct States {
    corrected: State,
    recorded: State,
}

impl States {
    /// Those of the record of a row that is understood.
    async fn of_row(
        engine: &dyn Engine,
        row: &Result<RecordRow, BadRow>,
        token: &CancellationToken,
    ) -> Result<Option<Self>, Error> {
        match row {
            Ok(row) => Self::of(engine, &row.heading.record, token).await,
            Err(_) => Ok(None),
        }
    }

    /// Those of a record; `None` if the journal has none of this name.
    async fn of(
        engine: &dyn Engine,
        record: &RecordId,
        token: &CancellationToken,
    ) -> Result<Option<Self>, Error> {
        match engine.timeline(record, token).await {
            Ok(Covered { value: timeline, .. }) => Ok(Some(Self {
                corrected: timeline.state(View::NOW),
                recorded: timeline.state(View::RECORDED),
            })),
            Err(query::Error::NoSuchRecord(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The old value of an update: the one recorded before, so that no chain breaks. Where that is the new
    /// one, the update takes back a correction, and its old value is the corrected one.
    fn old_value(&self, field: &str, new: Option<&str>, form: &ValueForm) -> Option<String> {
        let recorded = value(&self.recorded, field);
        let old =
            if is_same(recorded, new, form) { value(&self.corrected, field) } else { recorded };
        old.map(str::to_owned)
    }
}

/// Value of a field in a state; `None` for null, and if it has none.
fn value<'s>(state: &'s State, field: &str) -> Option<&'s str> {
    state.fields.get(field).and_then(|field| field.value.as_deref())
}

impl Summary {
    /// Counts what is told of the events of one record.
    fn note(&mut self, drafts: &[Draft], states: Option<&States>) {
        let Some(States { corrected, recorded }) = states else { return };
        if corrected.deleted && drafts.iter().any(|draft| draft.action == Action::Insert) {
            self.inserted_again += 1;
        }
        // Only such an update has another old value than the recorded one.
        let is_back = |draft: &&Draft| {
            draft.action == Action::Update
                && draft.old_value.as_deref() != value(recorded, &draft.field)
        };
        self.taken_back += drafts.iter().filter(is_back).count();
    }
}

impl RecordRow {
    fn read(reader: &RowReader<'_>, row: &Row) -> Result<Self, BadRow> {
        let cells = row.read()?;
        let heading = reader.heading(row, cells)?;
        let fields = reader.mapping.fields.iter();
        let values =
            fields.map(|(name, source)| Ok((name.clone(), reader.value(row, cells, source)?)));
        Ok(Self { line: row.line, heading, values: values.collect::<Result<_, BadRow>>()? })
    }

    /// What makes the record as the row has it.
    fn drafts(
        &self,
        reader: &RowReader<'_>,
        states: Option<&States>,
    ) -> Result<Vec<Draft>, BadRow> {
        let Some(states) = states.filter(|states| states.corrected.exists) else {
            return Ok(vec![self.insert(reader)?]);
        };
        let update = |(field, new): (&String, &Option<String>)| {
            let form = form(&reader.mapping.fields[field]);
            if is_same(value(&states.corrected, field), new.as_deref(), form) {
                return None;
            }
            let values = (states.old_value(field, new.as_deref(), form), new.clone());
            Some(reader.draft(self.line, &self.heading, Action::Update, field, values))
        };
        self.values.iter().filter_map(update).collect()
    }

    fn insert(&self, reader: &RowReader<'_>) -> Result<Draft, BadRow> {
        let value = |(name, value): (&String, &Option<String>)| {
            value.clone().map(|value| (name.clone(), Value::String(value)))
        };
        let fields: Map<String, Value> = self.values.iter().filter_map(value).collect();
        let fields = Some(fields).filter(|fields| !fields.is_empty());
        let values = (None, fields.map(|fields| Value::Object(fields).to_string()));
        reader.draft(self.line, &self.heading, Action::Insert, WHOLE_RECORD, values)
    }
}

impl RowReader<'_> {
    /// A row about a record that one before it is about.
    fn doubled(&self, line: usize, heading: &Heading, before: usize) -> BadRow {
        BadRow {
            line,
            column: self.mapping.id.column().map(str::to_owned),
            value: Some(heading.record.entity_id.clone()),
            problem: format!("is the record of line {before} again"),
        }
    }
}

/// Records of the types that the file has, which it lacks.
async fn missing(
    lines: &HashMap<RecordId, usize>,
    reader: &RowReader<'_>,
    engine: &dyn Engine,
    token: &CancellationToken,
) -> Result<Missing, Error> {
    let mut types: BTreeSet<&str> =
        lines.keys().map(|record| record.entity_type.as_str()).collect();
    if let crate::CellSource::Text(name) = &reader.mapping.entity_type {
        types.insert(name);
    }
    let mut missing = Missing::default();
    if types.is_empty() {
        return Ok(missing);
    }
    let types: Vec<Term> = types.into_iter().map(Term::including).collect();
    let mut query = RecordsQuery { types, limit: PAGE, ..RecordsQuery::default() };
    loop {
        let page = engine.records(&query, token).await?.value;
        let lacks = page.records.into_iter().filter(|other| !other.deleted);
        for record in lacks.map(|other| other.record).filter(|record| !lines.contains_key(record)) {
            missing.total += 1;
            if missing.first.len() < LISTED {
                missing.first.push(record);
            }
        }
        if page.next.is_none() {
            return Ok(missing);
        }
        query.after = page.next;
    }
}
