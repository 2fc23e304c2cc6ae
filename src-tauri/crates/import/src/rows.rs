//! Rows read as the mapping says, and those that cannot be understood.

use event::{Action, Draft, RecordId};
use serde::Serialize;

use crate::mapping::{CellSource, ValueForm};
use crate::table::Row;
use crate::value::Cell;
use crate::{Error, Mapping, Table};

/// Row that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export))]
pub struct BadRow {
    /// Number of its line, or of its row in a sheet, from 1; the header counts.
    pub line: usize,
    /// Header of the column at fault; `None` if it is the row.
    pub column: Option<String>,
    /// Value at fault; `None` if it is the row.
    pub value: Option<String>,
    /// What is wrong, to be read behind the column, or behind "the row".
    pub problem: String,
}

impl Row {
    /// Its cells.
    pub fn read(&self) -> Result<&[Cell], BadRow> {
        self.cells.as_deref().map_err(|problem| BadRow::whole(self.line, problem))
    }
}

/// What all rows of one import have in common.
pub struct RowReader<'a> {
    pub table: &'a Table,
    pub mapping: &'a Mapping,
    /// Actor of rows that name none.
    actor: &'a str,
    /// Source of all events.
    pub source: String,
}

/// Who changed which record.
pub struct Heading {
    pub record: RecordId,
    pub actor: String,
    pub workspace_id: Option<String>,
}

impl<'a> RowReader<'a> {
    /// # Errors
    ///
    /// [`Error::Mapping`] if nobody is named as the actor.
    pub fn new(
        table: &'a Table,
        mapping: &'a Mapping,
        file: &str,
        actor: Option<&'a str>,
    ) -> Result<Self, Error> {
        let actor = match (&mapping.actor, actor) {
            (_, Some(actor)) => actor,
            (Some(_), None) => "",
            (None, None) => {
                let why = "names no actor, and this device names nobody either: write actor = \"…\" into it, or name one with --actor";
                return Err(Error::Mapping(why.to_owned()));
            }
        };
        let file: String =
            file.chars().map(|one| if one.is_control() { '\u{fffd}' } else { one }).collect();
        let source = mapping.source.as_deref().unwrap_or("import");
        Ok(Self { table, mapping, actor, source: format!("{source}:{}", file.trim()) })
    }

    /// The value of a source in a row; `None` for an empty cell.
    pub fn value(
        &self,
        row: &Row,
        cells: &[Cell],
        source: &CellSource,
    ) -> Result<Option<String>, BadRow> {
        match source {
            CellSource::Text(text) => Ok(Some(text.clone())),
            CellSource::Column { column, form } => {
                let cell = self.cell(cells, column);
                let value = self.table.reading.value(cell, form);
                value.map_err(|problem| BadRow::of_cell(row.line, column, cell, problem))
            }
        }
    }

    /// The cell of a column.
    pub fn cell<'r>(&self, cells: &'r [Cell], column: &str) -> &'r Cell {
        self.table.column(column).and_then(|at| cells.get(at)).unwrap_or(&Cell::Empty)
    }

    /// Who changed which record in a row.
    pub fn heading(&self, row: &Row, cells: &[Cell]) -> Result<Heading, BadRow> {
        let mapping = self.mapping;
        let needed = |source: &CellSource| {
            let value = self.value(row, cells, source)?;
            value.ok_or_else(|| BadRow::empty(row.line, source))
        };
        let entity_type = needed(&mapping.entity_type)?;
        let record = RecordId { entity_type, entity_id: needed(&mapping.id)? };
        let actor = match &mapping.actor {
            Some(source) => needed(source)?,
            None => self.actor.to_owned(),
        };
        let workspace = mapping.workspace.as_ref();
        let workspace_id =
            workspace.map(|source| self.value(row, cells, source)).transpose()?.flatten();
        Ok(Heading { record, actor, workspace_id })
    }

    /// Draft of an event of a row, checked.
    pub fn draft(
        &self,
        line: usize,
        heading: &Heading,
        action: Action,
        field: &str,
        values: (Option<String>, Option<String>),
    ) -> Result<Draft, BadRow> {
        let record = heading.record.clone();
        let draft = Draft {
            old_value: values.0,
            new_value: values.1,
            workspace_id: heading.workspace_id.clone(),
            ..Draft::new(record, action, field, &heading.actor, &self.source)
        };
        match draft.check() {
            Ok(()) => Ok(draft),
            Err(why) => Err(BadRow::whole(line, &format!("gives no event: {why}"))),
        }
    }
}

impl BadRow {
    /// A row that is wrong as a whole.
    pub fn whole(line: usize, problem: &str) -> Self {
        Self { line, column: None, value: None, problem: problem.to_owned() }
    }

    /// A row with a cell that is wrong.
    pub fn of_cell(line: usize, column: &str, cell: &Cell, problem: String) -> Self {
        Self { line, column: Some(column.to_owned()), value: Some(cell.shown()), problem }
    }

    /// A row without what a source has to name.
    pub fn empty(line: usize, source: &CellSource) -> Self {
        let column = source.column().map(str::to_owned);
        Self { line, column, value: Some(String::new()), problem: "is empty".to_owned() }
    }
}

/// How the values of a source are read.
pub fn form(source: &CellSource) -> &ValueForm {
    match source {
        CellSource::Text(_) => &ValueForm::Text,
        CellSource::Column { form, .. } => form,
    }
}
