//! Filters as SQL: what surely passes, what surely does not, and what is to be decided here.

mod hours;
mod predicates;
mod resolve;
mod texts;
mod verdict;

use event::{FILTER_COLUMNS, Mark};
use query::{Column, Filters, Missing, Term};

pub(crate) use resolve::{Resolved, newest_first, oldest_first};
use verdict::Verdict;

use crate::answers::Marks;
use crate::snapshot::{EVENTS, Snapshot};
use crate::sql::{Statement, TIME, column};

/// Outcome of the filters for a row, as [`Compiled::source`] names it.
pub(crate) const OUTCOME: &str = "`outcome`";

/// Whether a row is an update that changed nothing.
pub(crate) const NO_OP: &str = "`is_no_op`";

/// Outcomes: passes, is to be decided here, and what is missing to decide it.
pub(crate) const PASSES: &str = "y";
pub(crate) const UNSURE: &str = "u";
pub(crate) const MISSING: [(&str, Missing); 3] =
    [("number", Missing::Number), ("date", Missing::Date), ("recorded", Missing::RecordedAt)];

/// Filters, compiled to SQL.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// Text that selects every event that may pass, with its outcome.
    pub source: String,
    /// Whether there may be events that are to be decided here.
    pub may_be_unsure: bool,
}

/// Compiles filters. Values are bound in `statement`.
pub(crate) fn compile(
    filters: &Filters,
    snapshot: &Snapshot,
    marks: Option<&Marks>,
    statement: &mut Statement,
) -> Compiled {
    let mut base = Vec::new();
    for of in FILTER_COLUMNS {
        base.extend(terms(of, filters.of(of), statement));
    }
    if let Some(since) = filters.since {
        base.push(format!("{TIME} >= {}", statement.number(nanos(since))));
    }
    if let Some(until) = filters.until {
        base.push(format!("{TIME} < {}", statement.number(nanos(until))));
    }
    let mut verdicts = Vec::new();
    if let Some(text) = &filters.contains {
        verdicts.push(texts::in_values(text, filters.loosely, statement));
    }
    for (mark, has) in &filters.marks {
        verdicts.push(of_mark(*mark, *has, marks));
    }
    for predicate in &filters.predicates {
        verdicts.push(predicates::verdict(predicate, filters.zone, snapshot.span, statement));
    }
    let may_be_unsure = verdicts.iter().any(Verdict::may_be_unsure);
    let no_op = format!(
        "coalesce({} = 'update' and {} <=> {}, false)",
        column(Column::Action),
        column(Column::OldValue),
        column(Column::NewValue)
    );
    let marked = marks.and_then(|marks| marks.view.as_ref()).filter(|_| !filters.marks.is_empty());
    let from = match marked {
        None => EVENTS.to_owned(),
        Some(view) => format!(
            "(select {EVENTS}.*, marked.* from {EVENTS} left join {view} marked on \
             {EVENTS}.`event_id` = marked.`marked_id`)"
        ),
    };
    let condition =
        if base.is_empty() { String::new() } else { format!(" where {}", base.join(" and ")) };
    let outcome = verdict::outcome(&verdicts);
    let source =
        format!("select *, {outcome} as {OUTCOME}, {no_op} as {NO_OP} from {from}{condition}");
    Compiled { source, may_be_unsure }
}

/// Conditions of the terms of a column.
fn terms(of: Column, terms: &[Term], statement: &mut Statement) -> Vec<String> {
    let name = match of {
        // No workspace and the empty workspace are the same.
        Column::WorkspaceId => format!("coalesce({}, '')", column(of)),
        _ => column(of),
    };
    let mut conditions = Vec::new();
    let values = |exclude: bool| {
        terms.iter().filter(move |term| term.exclude == exclude).map(|term| term.value.as_str())
    };
    if values(false).next().is_some() {
        conditions.push(statement.is_one_of(&name, values(false)));
    }
    if values(true).next().is_some() {
        conditions.push(format!("not {}", statement.is_one_of(&name, values(true))));
    }
    conditions
}

/// Verdict of a mark: ids tell which events may have it, and not whether it is this one of several.
fn of_mark(mark: Mark, has: bool, marks: Option<&Marks>) -> Verdict {
    let has_any = marks.is_some_and(|marks| marks.view.is_some());
    if !has_any {
        return if has { Verdict::never() } else { Verdict::always() };
    }
    let may_have = format!("coalesce(`{}` = 'true', false)", mark.name());
    let yes = if has { "false".to_owned() } else { format!("not {may_have}") };
    Verdict { yes, unsure: may_have, missing: None }
}

/// Condition that a text may be in a value, in any case.
pub(crate) fn text_in(value: &str, text: &str, statement: &mut Statement) -> String {
    let verdict = texts::is_in(value, text, statement);
    format!("({} or {})", verdict.yes, verdict.unsure)
}

/// Nanoseconds since 1970; the first or the last for an instant that they do not express.
pub(crate) fn nanos(at: chrono::DateTime<chrono::Utc>) -> i64 {
    at.timestamp_nanos_opt().unwrap_or(if at.timestamp() < 0 { i64::MIN } else { i64::MAX })
}
