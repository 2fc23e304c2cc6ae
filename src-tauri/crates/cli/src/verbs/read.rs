//! Questions about the whole journal: recent, search, facets, records, chains.

use journal::{Clock, SystemClock};
use query::{CancellationToken, ChainsQuery, EventsQuery, Filters, PageStart, RecordsQuery};

use super::read;
use crate::Done;
use crate::answers;
use crate::args::{Chains, Facets, Page, Recent, Records, Search};
use crate::error::CliError;
use crate::print::Printer;

pub async fn recent(args: Recent, printer: Printer) -> Result<Done, CliError> {
    let filters = args.filters.into_filters(args.contains, SystemClock.now())?;
    events(&args.bucket, filters, args.page, printer).await
}

pub async fn search(args: Search, printer: Printer) -> Result<Done, CliError> {
    let filters = args.filters.into_filters(Some(args.text), SystemClock.now())?;
    events(&args.bucket, filters, args.page, printer).await
}

async fn events(
    bucket: &str,
    filters: Filters,
    page: Page,
    printer: Printer,
) -> Result<Done, CliError> {
    let start = page.after.map_or(PageStart::Newest, PageStart::After);
    let query = EventsQuery { filters, start, limit: page.limit, group: false };
    let engine = read(bucket).await?;
    let found = engine.events(&query, &CancellationToken::new()).await?;
    printer.print(&answers::Events::page(found))
}

pub async fn facets(args: Facets, printer: Printer) -> Result<Done, CliError> {
    let filters = args.filters.into_filters(args.contains, SystemClock.now())?;
    let engine = read(&args.bucket).await?;
    let found = engine.facets(&filters, &CancellationToken::new()).await?;
    printer.print(&answers::FacetCounts(found))
}

pub async fn records(args: Records, printer: Printer) -> Result<Done, CliError> {
    let query = RecordsQuery {
        types: args.types,
        contains: None,
        deleted: args.deleted,
        after: args.page.after,
        limit: args.page.limit,
    };
    let engine = read(&args.bucket).await?;
    let found = engine.records(&query, &CancellationToken::new()).await?;
    printer.print(&answers::RecordList::page(found))
}

pub async fn chains(args: Chains, printer: Printer) -> Result<Done, CliError> {
    let query = ChainsQuery { after: args.page.after, limit: args.page.limit };
    let engine = read(&args.bucket).await?;
    let found = engine.chains(&query, &CancellationToken::new()).await?;
    printer.print(&answers::Chains::page(found))
}
