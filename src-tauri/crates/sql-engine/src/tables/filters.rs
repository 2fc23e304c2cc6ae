//! Filters of a query as filters of the journal, as far as there are such. What is selected by these holds
//! every event that passes the query's, and may hold more: the engine applies its own again.

use chrono::{DateTime, TimeDelta, Utc};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::logical_expr::expr::{InList, Like};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use datafusion::scalar::ScalarValue;
use event::{Column, FILTER_COLUMNS};
use query::{Filters, Pattern, Predicate, Subject, Term};

/// The filters that hold if all of some expressions do.
pub fn all(of_query: &[Expr]) -> Filters {
    // Two that one filter cannot hold together: the first is enough.
    of_query
        .iter()
        .filter_map(of)
        .fold(Filters::default(), |all, one| all.clone().and(one).unwrap_or(all))
}

/// The filters that hold if an expression does; `None` if there are none.
pub fn of(expression: &Expr) -> Option<Filters> {
    match expression {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
            match (of(left), of(right)) {
                (Some(left), Some(right)) => Some(left.clone().and(right).unwrap_or(left)),
                (left, right) => left.or(right),
            }
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match (&**left, &**right) {
            (Expr::Column(column), Expr::Literal(value, _)) => compared(&column.name, *op, value),
            (Expr::Literal(value, _), Expr::Column(column)) => {
                compared(&column.name, op.swap()?, value)
            }
            _ => None,
        },
        Expr::Between(between) if !between.negated => {
            match (&*between.expr, &*between.low, &*between.high) {
                (Expr::Column(column), Expr::Literal(low, _), Expr::Literal(high, _)) => {
                    let low = compared(&column.name, Operator::GtEq, low)?;
                    low.and(compared(&column.name, Operator::LtEq, high)?).ok()
                }
                _ => None,
            }
        }
        Expr::InList(InList { expr, list, negated }) => {
            let Expr::Column(column) = &**expr else { return None };
            let value = |value: &Expr| match value {
                Expr::Literal(value, _) => text(value),
                _ => None,
            };
            let values: Vec<String> = list.iter().map(value).collect::<Option<_>>()?;
            (!values.is_empty()).then(|| one_of(&column.name, values, *negated))?
        }
        Expr::Like(Like {
            negated: false,
            expr,
            pattern,
            escape_char: None,
            case_insensitive: false,
        }) => match (&**expr, &**pattern) {
            (Expr::Column(column), Expr::Literal(pattern, _)) => {
                containing(&column.name, &text(pattern)?)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Filters of a column that is compared with a value.
fn compared(name: &str, operator: Operator, value: &ScalarValue) -> Option<Filters> {
    if name == Column::Timestamp.name() {
        return at_time(operator, instant(value)?);
    }
    match operator {
        Operator::Eq => one_of(name, vec![text(value)?], false),
        Operator::NotEq => one_of(name, vec![text(value)?], true),
        _ => None,
    }
}

/// Filters of the timestamp, compared with an instant.
fn at_time(operator: Operator, time: DateTime<Utc>) -> Option<Filters> {
    let after = time.checked_add_signed(TimeDelta::nanoseconds(1))?;
    let (since, until) = match operator {
        Operator::Eq => (Some(time), Some(after)),
        Operator::Gt => (Some(after), None),
        Operator::GtEq => (Some(time), None),
        Operator::Lt => (None, Some(time)),
        Operator::LtEq => (None, Some(after)),
        _ => return None,
    };
    Some(Filters { since, until, ..Filters::default() })
}

/// Filters of a column that has one of some values, or none.
fn one_of(name: &str, values: Vec<String>, exclude: bool) -> Option<Filters> {
    let column = Column::named(name)?;
    if FILTER_COLUMNS.contains(&column) {
        let term = |all: Filters, value| all.with(column, Term { value, exclude });
        return Some(values.into_iter().fold(Filters::default(), term));
    }
    let has_codes = matches!(column, Column::EventId | Column::OldValue | Column::NewValue);
    let patterns = values.into_iter().map(Pattern::Equals).collect();
    (has_codes && !exclude).then(|| of_text(column, patterns))
}

/// Filters of a value that contains what a pattern has between its wildcards.
fn containing(name: &str, pattern: &str) -> Option<Filters> {
    let column = Column::named(name)
        .filter(|column| matches!(column, Column::OldValue | Column::NewValue))?;
    // Case is not folded in other alphabets as LIKE compares it, and a backslash is an escape there.
    let is_plain = |part: &&str| part.is_ascii() && !part.contains('\\');
    let parts = pattern.split(['%', '_']);
    let longest =
        parts.filter(|part| !part.is_empty()).filter(is_plain).max_by_key(|part| part.len())?;
    Some(of_text(column, vec![Pattern::Contains(longest.to_owned())]))
}

fn of_text(column: Column, patterns: Vec<Pattern>) -> Filters {
    let of = Subject { column, member: None };
    let predicates = vec![Predicate::Text { of, patterns, exclude: false }];
    Filters { predicates, ..Filters::default() }
}

fn text(value: &ScalarValue) -> Option<String> {
    value.try_as_str().flatten().map(str::to_owned)
}

fn instant(value: &ScalarValue) -> Option<DateTime<Utc>> {
    let nanos = DataType::Timestamp(TimeUnit::Nanosecond, None);
    match value.cast_to(&nanos).ok()? {
        ScalarValue::TimestampNanosecond(Some(nanos), _) => {
            Some(DateTime::from_timestamp_nanos(nanos))
        }
        _ => None,
    }
}
