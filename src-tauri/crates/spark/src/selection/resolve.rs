//! Resolves filters: decides here what SQL does not, and gives what passes to the cluster.

use std::sync::Arc;

use arrow::array::RecordBatch;
use futures::TryStreamExt;
use query::{CancellationToken, Decision, EventFilter, Filters, Undecided};

use super::{MISSING, NO_OP, OUTCOME, PASSES, UNSURE, compile};
use crate::answers::Marks;
use crate::rows::{Table, count, entries, entry_columns, kept, text};
use crate::snapshot::{DIGEST, OWN, Snapshot, TIE};
use crate::sql::{Statement, TIME};
use crate::{Error, ErrorKind};

/// Most bytes of events that pass by a decision of this machine.
const MOST_BYTES: usize = 64 << 20;

/// Filters of which everything is decided.
#[derive(Debug)]
pub(crate) struct Resolved {
    filters: Filters,
    /// View of the events that pass by a decision of this machine; `None` if there are none.
    decided: Option<String>,
    /// Numbers of the events that were decided here.
    numbers: Numbers,
}

/// Numbers of events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Those that pass.
    pub total: usize,
    /// Those that would if no-ops were not hidden.
    pub hidden_no_ops: usize,
    /// Those that are not decided.
    pub undecided: Undecided,
}

impl Snapshot {
    /// Resolves filters, once for several questions.
    pub async fn resolve(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Arc<Resolved>, Error> {
        if let Some(resolved) = self.remembered(filters) {
            return Ok(resolved);
        }
        let marks = self.marks_for(filters, token).await?;
        let mut statement = Statement::default();
        let compiled = compile(filters, self, marks.as_deref(), &mut statement);
        let mut resolved =
            Resolved { filters: filters.clone(), decided: None, numbers: Numbers::default() };
        if compiled.may_be_unsure {
            let from = format!("select * from ({}) where {OUTCOME} = '{UNSURE}'", compiled.source);
            let batches = self.decide(&mut resolved, statement, &from, token).await?;
            if !batches.is_empty() {
                resolved.decided = Some(self.view_of_rows("decided", &batches, token).await?);
            }
        }
        let resolved = Arc::new(resolved);
        self.remember(filters, &resolved);
        Ok(resolved)
    }

    /// The marks, if filters ask for them.
    async fn marks_for(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Option<Arc<Marks>>, Error> {
        if filters.marks.is_empty() {
            return Ok(None);
        }
        self.marks(token).await.map(Some)
    }

    /// Decides the rows of a statement, and returns those that pass.
    async fn decide(
        &self,
        resolved: &mut Resolved,
        statement: Statement,
        from: &str,
        token: &CancellationToken,
    ) -> Result<Vec<RecordBatch>, Error> {
        let filter = EventFilter::new(&resolved.filters);
        let text = format!("select {} from ({from})", columns(&entry_columns(&self.others)));
        let marks = self.marks_for(&resolved.filters, token).await?;
        let mut batches = self.stream(statement, text, token);
        let (mut passing, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = batches.try_next().await? {
            let mut keep = Vec::with_capacity(batch.num_rows());
            for mut entry in entries(&batch, &self.others)? {
                if let Some(marks) = &marks {
                    marks.set(&mut entry);
                }
                let decision = filter.decide(&entry);
                let numbers = &mut resolved.numbers;
                match decision {
                    Decision::Passes => numbers.total += 1,
                    Decision::IsHiddenNoOp => numbers.hidden_no_ops += 1,
                    Decision::Undecided(missing) => *numbers.undecided.of(missing) += 1,
                    Decision::Fails => {}
                }
                keep.push(decision == Decision::Passes);
            }
            let kept = kept(&batch, keep)?;
            if kept.num_rows() == 0 {
                continue;
            }
            bytes += kept.get_array_memory_size();
            if bytes > MOST_BYTES {
                return Err(Error::new(
                    ErrorKind::TooMuch,
                    "too many events would have to be decided on this machine, because SQL does not \
                     decide this question exactly; narrow it, for example by a time or an actor",
                ));
            }
            passing.push(kept);
        }
        Ok(passing)
    }

    /// Text that selects the events that pass.
    pub async fn passing(
        &self,
        resolved: &Resolved,
        statement: &mut Statement,
        token: &CancellationToken,
    ) -> Result<String, Error> {
        let columns = columns(&entry_columns(&self.others));
        let marks = self.marks_for(&resolved.filters, token).await?;
        let source = compile(&resolved.filters, self, marks.as_deref(), statement).source;
        let hidden =
            if resolved.filters.hide_no_ops { format!(" and not {NO_OP}") } else { String::new() };
        let sure = format!("select {columns} from ({source}) where {OUTCOME} = '{PASSES}'{hidden}");
        Ok(match &resolved.decided {
            None => sure,
            Some(view) => format!("{sure} union all select {columns} from {view}"),
        })
    }

    /// Numbers of the events that pass, and of those that do not for two reasons.
    pub async fn numbers(
        &self,
        resolved: &Resolved,
        token: &CancellationToken,
    ) -> Result<Numbers, Error> {
        let mut statement = Statement::default();
        let marks = self.marks_for(&resolved.filters, token).await?;
        let source = compile(&resolved.filters, self, marks.as_deref(), &mut statement).source;
        let query = format!(
            "select {OUTCOME} as outcome_of, cast({NO_OP} as int) as no_op_of, count(*) as events from \
             ({source}) where {OUTCOME} <> 'n' and {OUTCOME} <> '{UNSURE}' group by {OUTCOME}, {NO_OP}"
        );
        let mut numbers = resolved.numbers;
        for batch in self.rows(statement, query, token).await? {
            let table = Table(&batch);
            let (outcomes, no_ops) = (table.texts("outcome_of")?, table.numbers("no_op_of")?);
            let counts = table.numbers("events")?;
            for row in 0..batch.num_rows() {
                let (outcome, events) =
                    (text(&outcomes, row).unwrap_or_default(), count(&counts, row));
                let is_hidden = resolved.filters.hide_no_ops && count(&no_ops, row) == 1;
                let missing = MISSING.iter().find(|(name, _)| *name == outcome);
                match missing {
                    Some(_) if is_hidden => {}
                    Some((_, missing)) => *numbers.undecided.of(*missing) += events,
                    None if is_hidden => numbers.hidden_no_ops += events,
                    None => numbers.total += events,
                }
            }
        }
        Ok(numbers)
    }
}

/// Columns of an entry, and those that order it.
fn columns(of_entry: &str) -> String {
    format!("{of_entry}, {OWN}, {}, {DIGEST}", TIE.join(", "))
}

/// Time and what orders events at one, newest first.
pub(crate) fn newest_first() -> String {
    let [recorded, writer, seq] = TIE;
    format!("{TIME} desc, {OWN} desc, {recorded} desc, {writer} desc, {seq} desc, {DIGEST} desc")
}

/// Time and what orders events at one, oldest first.
pub(crate) fn oldest_first() -> String {
    let [recorded, writer, seq] = TIE;
    format!("{TIME}, {OWN}, {recorded}, {writer}, {seq}, {DIGEST}")
}
