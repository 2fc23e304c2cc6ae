//! Verbs that ask about the whole journal: recent, search, facets, records, chains.

use event::fold_case;
use journal::{Clock, SystemClock};
use query::{
    CancellationToken, ChainsQuery, Engine, EventsQuery, Filters, PageStart, RecordsQuery, Zone,
};

use super::read;
use crate::Outcome;
use crate::answers;
use crate::args::{Chains, Facets, Page, Recent, Records, Search};
use crate::error::CliError;
use crate::print::{Printer, visible_value, write_message};

/// Lists events, newest first.
pub async fn recent(args: Recent, printer: Printer) -> Result<Outcome, CliError> {
    let filters = args.filters.into_filters(args.contains, SystemClock.now())?;
    events(&args.bucket, filters, args.page, printer).await
}

/// Lists events with a text in a value.
pub async fn search(args: Search, printer: Printer) -> Result<Outcome, CliError> {
    let filters = args.filters.into_filters(Some(args.text), SystemClock.now())?;
    events(&args.bucket, filters, args.page, printer).await
}

/// Prints a page of the events that filters let through.
async fn events(
    bucket: &str,
    filters: Filters,
    page: Page,
    printer: Printer,
) -> Result<Outcome, CliError> {
    let start = page.after.map_or(PageStart::Newest, PageStart::After);
    let query = EventsQuery { filters, start, limit: page.limit, group: false };
    let (_session, engine) = read(bucket).await?;
    let found = engine.events(&query, &CancellationToken::new()).await?;
    let is_empty = found.value.total == 0;
    let outcome = printer.print(&answers::Events::page(found))?;
    if is_empty {
        explain_empty(&*engine, &query.filters).await?;
    }
    Ok(outcome)
}

/// Names each value of the filters that no event has, with those that are nearly it.
async fn explain_empty(engine: &dyn Engine, filters: &Filters) -> Result<(), CliError> {
    let token = CancellationToken::new();
    for (column, terms) in &filters.terms {
        for term in terms.iter().filter(|term| !term.exclude) {
            let alone = Filters::default().with(*column, term.clone());
            if engine.count(&alone, &token).await?.value > 0 {
                continue;
            }
            let facets =
                engine.facets(&Filters::default(), Zone::default(), &token).await?.value.facets;
            let known = facets.into_iter().filter(|facet| facet.column == *column);
            let values = known.flat_map(|facet| facet.values).map(|count| count.value);
            let near: Vec<String> = values
                .filter(|value| is_near(value, &term.value))
                .take(MOST_NEAR)
                .map(|value| visible_value(Some(&value)))
                .collect();
            let near = if near.is_empty() {
                String::new()
            } else {
                format!("; near: {}", near.join(", "))
            };
            let value = visible_value(Some(&term.value));
            write_message(&format!("No event has the {} {value}{near}.", column.name()));
        }
    }
    Ok(())
}

/// Values that are named as near to an unknown one, at most.
const MOST_NEAR: usize = 5;

/// Whether one text is the other but for case and blanks at its edges, or nearly so.
fn is_near(value: &str, typed: &str) -> bool {
    let (value, typed) = (fold_case(value.trim()), fold_case(typed.trim()));
    !value.is_empty() && strsim::jaro_winkler(&value, &typed) > 0.85
}

/// Counts events by column and over time.
pub async fn facets(args: Facets, printer: Printer) -> Result<Outcome, CliError> {
    let filters = args.filters.into_filters(args.contains, SystemClock.now())?;
    let (_session, engine) = read(&args.bucket).await?;
    let found = engine.facets(&filters, Zone::default(), &CancellationToken::new()).await?;
    printer.print(&answers::FacetCounts(found))
}

/// Lists records.
pub async fn records(args: Records, printer: Printer) -> Result<Outcome, CliError> {
    let query = RecordsQuery {
        types: args.types,
        contains: None,
        loosely: false,
        deleted: args.deleted,
        after: args.page.after,
        limit: args.page.limit,
        so_far: false,
    };
    let (_session, engine) = read(&args.bucket).await?;
    let found = engine.records(&query, &CancellationToken::new()).await?;
    printer.print(&answers::RecordList::page(found))
}

/// Lists broken value chains.
pub async fn chains(args: Chains, printer: Printer) -> Result<Outcome, CliError> {
    let query = ChainsQuery { after: args.page.after, limit: args.page.limit, so_far: false };
    let (_session, engine) = read(&args.bucket).await?;
    let found = engine.chains(&query, &CancellationToken::new()).await?;
    printer.print(&answers::Chains::page(found))
}
