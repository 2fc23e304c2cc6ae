//! What is said where nothing was found: values that nothing has, each with those that are nearly it.

use event::{Column, RecordId, fold_case};
use query::{CancellationToken, Engine, Filters, RecordsQuery, Term, Zone};

use crate::error::CliError;
use crate::print::{visible_value, write_message};

/// Values that are named as near to an unknown one, at most.
const MOST_NEAR: usize = 5;

/// Most events of a journal whose records are all folded to find an id that is nearly one.
const MOST_FOLDED: usize = 1_000_000;

/// Names each value of the filters that no event has, with those that are nearly it.
pub async fn name_unknown(engine: &dyn Engine, filters: &Filters) -> Result<(), CliError> {
    for (column, terms) in &filters.terms {
        name_unknown_terms(engine, *column, terms).await?;
    }
    Ok(())
}

/// Names each of the terms of a column that no event has.
async fn name_unknown_terms(
    engine: &dyn Engine,
    column: Column,
    terms: &[Term],
) -> Result<(), CliError> {
    let token = CancellationToken::new();
    for term in terms.iter().filter(|term| !term.exclude) {
        let alone = Filters::default().with(column, term.clone());
        if engine.count(&alone, &token).await?.value > 0 {
            continue;
        }
        let near = if column == Column::EntityId {
            let near = near_records(engine, &term.value).await?;
            near.iter().map(|record| visible_value(Some(&record.entity_id))).collect()
        } else {
            near_values(engine, column, &term.value).await?
        };
        let value = visible_value(Some(&term.value));
        write_message(&format!("No event has the {} {value}{}.", column.name(), named(&near)));
    }
    Ok(())
}

/// Near values as a clause; empty if there are none.
fn named(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; near: {}", near.join(", ")) }
}

/// Records whose id or name holds a text, whatever its case, blanks, punctuation and leading zeros.
pub async fn near_records(engine: &dyn Engine, entity_id: &str) -> Result<Vec<RecordId>, CliError> {
    let token = CancellationToken::new();
    let events = engine.totals(&token).await?.value.events;
    let query = RecordsQuery {
        contains: Some(entity_id.to_owned()),
        loosely: true,
        limit: MOST_NEAR,
        so_far: events > MOST_FOLDED,
        ..RecordsQuery::default()
    };
    let found = engine.records(&query, &token).await?.value.records;
    Ok(found.into_iter().map(|found| found.record).collect())
}

/// The values of a column that are nearly a text, nearest first.
async fn near_values(
    engine: &dyn Engine,
    column: Column,
    typed: &str,
) -> Result<Vec<String>, CliError> {
    let token = CancellationToken::new();
    let facets = engine.facets(&Filters::default(), Zone::default(), &token).await?.value.facets;
    let known = facets.into_iter().filter(|facet| facet.column == column);
    let values = known.flat_map(|facet| facet.values).map(|count| count.value);
    let mut near: Vec<(usize, String)> = values
        .filter_map(|value| distance(&value, typed).map(|distance| (distance, value)))
        .collect();
    near.sort();
    Ok(near.into_iter().take(MOST_NEAR).map(|(_, value)| visible_value(Some(&value))).collect())
}

/// How many letters differ between two texts but for case and blanks at their edges; `None` if they
/// are not nearly the same.
fn distance(value: &str, typed: &str) -> Option<usize> {
    let (value, typed) = (fold_case(value.trim()), fold_case(typed.trim()));
    let is_near = !value.is_empty() && strsim::jaro_winkler(&value, &typed) > 0.85;
    is_near.then(|| strsim::damerau_levenshtein(&value, &typed))
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn what_is_near_differs_in_few_letters() {
        let table = [
            ("user-041", "USER-041 ", Some(0)),
            ("user-041", "usr-041", Some(1)),
            ("user-041", "user_041", Some(1)),
            ("user-014", "user-041", Some(1)),
            ("user-000", "user-041", Some(2)),
            ("Sarah", "Tom", None),
            ("", "Tom", None),
        ];
        for (value, typed, expected) in table {
            assert_eq!(distance(value, typed), expected, "{value} {typed}");
        }
    }
}
