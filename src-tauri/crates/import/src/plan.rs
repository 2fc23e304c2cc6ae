//! The plan of an import: the events that it would record, and what is told about them.

use event::{Draft, RecordId};
use query::{CancellationToken, Coverage, Engine};
use serde::Serialize;

use crate::mapping::Kind;
use crate::rows::{BadRow, RowReader};
use crate::{Error, Found, Mapping, Table, changes, snapshot};

/// Most bad rows, and most records that a file lacks, that a summary lists.
pub(crate) const LISTED: usize = 100;

/// What an import would record.
#[derive(Debug)]
pub struct Plan {
    /// Events, in their order.
    pub drafts: Vec<Draft>,
    /// What is told about them.
    pub summary: Summary,
}

/// What is told about an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export, rename = "ImportSummary"))]
pub struct Summary {
    /// Name of the file.
    pub file: String,
    /// What a row is.
    pub kind: Kind,
    /// What was found of the file.
    pub found: Found,
    /// Number of its rows below the header.
    pub rows: usize,
    /// Rows that cannot be understood.
    pub bad: BadRows,
    /// Number of events that insert a record.
    pub inserts: usize,
    /// Number of events that update a field.
    pub updates: usize,
    /// Number of events that delete a record.
    pub deletes: usize,
    /// Number of rows that give no event: records that are as the file has them, or changes that the
    /// journal has already.
    pub unchanged: usize,
    /// Number of times of changes that clocks show twice, because they were put back: the first is taken.
    pub twice: usize,
    /// Number of the inserts whose record was deleted: it begins with the fields of the file alone.
    pub inserted_again: usize,
    /// Number of the updates that take back what a correction or a void says in the journal.
    pub taken_back: usize,
    /// Records of the journal that a snapshot lacks. They are left alone.
    pub missing: Missing,
    /// What the source is known to leave out, as the mapping says.
    pub cuts: Vec<String>,
    /// What the comparison rests on.
    pub coverage: Coverage,
}

/// Rows that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export, rename = "ImportBadRows"))]
pub struct BadRows {
    /// Number of all.
    pub total: usize,
    /// The first hundred.
    pub first: Vec<BadRow>,
}

/// Records of the types of a snapshot that it lacks, but for deleted ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export, rename = "ImportMissing"))]
pub struct Missing {
    /// Number of all.
    pub total: usize,
    /// The first hundred.
    pub first: Vec<RecordId>,
}

impl BadRows {
    pub(crate) fn push(&mut self, row: BadRow) {
        self.total += 1;
        if self.first.len() < LISTED {
            self.first.push(row);
        }
    }
}

impl Plan {
    /// Compares a table with the journal of an engine. `file` is its name, which the source of each event
    /// ends with; `actor` is who makes the changes of rows that name nobody.
    ///
    /// # Errors
    ///
    /// [`Error::Mapping`] if nobody makes the changes, and [`Error::Query`] if the journal cannot be asked or
    /// the token is cancelled. A bad row is no error: the summary lists it, and the events are without it.
    #[tracing::instrument(name = "import_plan", level = "info", skip_all)]
    pub async fn make(
        table: &Table,
        mapping: &Mapping,
        file: &str,
        actor: Option<&str>,
        engine: &dyn Engine,
        token: &CancellationToken,
    ) -> Result<Self, Error> {
        let reader = RowReader::new(table, mapping, file, actor)?;
        let mut plan = Self {
            drafts: Vec::new(),
            summary: Summary {
                file: file.to_owned(),
                kind: mapping.kind,
                found: table.found.clone(),
                rows: table.rows.len(),
                bad: BadRows::default(),
                inserts: 0,
                updates: 0,
                deletes: 0,
                unchanged: 0,
                twice: 0,
                inserted_again: 0,
                taken_back: 0,
                missing: Missing::default(),
                cuts: mapping.cuts.clone(),
                coverage: engine.coverage(),
            },
        };
        match mapping.kind {
            Kind::Snapshot => snapshot::compare(&reader, &mut plan, engine, token).await?,
            Kind::Changes => changes::compare(&reader, &mut plan, engine, token).await?,
        }
        plan.summary.count(&plan.drafts);
        Ok(plan)
    }
}

impl Summary {
    fn count(&mut self, drafts: &[Draft]) {
        use event::Action;
        let of = |action: Action| drafts.iter().filter(|draft| draft.action == action).count();
        self.inserts = of(Action::Insert);
        self.updates = of(Action::Update);
        self.deletes = of(Action::Delete);
    }
}
