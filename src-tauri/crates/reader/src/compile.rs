//! The one compiler from filters to Polars expressions.

use polars::prelude::{Expr, col, lit};

use crate::{Column, Filters, Term};

/// The expression that holds for the events asked for; no-ops are left to the caller, who counts
/// those it hides.
pub(crate) fn compile(filters: &Filters) -> Expr {
    let terms = Column::ALL.into_iter().filter_map(|column| terms(filters, column));
    let since = filters.since.and_then(|t| t.timestamp_nanos_opt());
    let since = since.map(|t| col("timestamp").gt_eq(lit(t)));
    let until = filters.until.and_then(|t| t.timestamp_nanos_opt());
    let until = until.map(|t| col("timestamp").lt(lit(t)));
    let text = filters.contains.as_deref().map(contains);
    let all = terms.chain(since).chain(until).chain(text);
    all.reduce(Expr::and).unwrap_or_else(|| lit(true))
}

/// Included values of a column are alternatives; excluded ones are all excluded.
fn terms(filters: &Filters, column: Column) -> Option<Expr> {
    let of_column = || filters.terms.iter().filter(|(c, _)| *c == column).map(|(_, term)| term);
    let is = |term: &Term| col(column.name()).eq(lit(term.value.as_str()));
    let included = of_column().filter(|t| !t.exclude).map(is).reduce(Expr::or);
    let excluded = of_column().filter(|t| t.exclude).map(is).map(Expr::not);
    included.into_iter().chain(excluded).reduce(Expr::and)
}

fn contains(text: &str) -> Expr {
    let text = text.to_lowercase();
    let within = |column: &str| {
        let found = col(column).str().to_lowercase().str().contains_literal(lit(text.as_str()));
        found.fill_null(lit(false))
    };
    within("old_value").or(within("new_value"))
}
