//! Questions about the whole journal: recent, search, facets, records, chains.

use reader::{Filters, Order, Query, RecordsQuery};

use super::Reading;
use crate::Done;
use crate::answers;
use crate::args::{Chains, Facets, Page, Recent, Records, Search};
use crate::print::Printer;
use crate::stop::Stop;

pub async fn recent(args: Recent, printer: Printer) -> Result<Done, Stop> {
    events(&args.bucket, args.filters.into_filters(args.contains)?, args.page, printer).await
}

pub async fn search(args: Search, printer: Printer) -> Result<Done, Stop> {
    events(&args.bucket, args.filters.into_filters(Some(args.text))?, args.page, printer).await
}

async fn events(
    bucket: &str,
    filters: Filters,
    page: Page,
    printer: Printer,
) -> Result<Done, Stop> {
    let query = Query { filters, order: Order::NewestFirst, after: page.after, limit: page.limit };
    let reading = Reading::start(bucket).await?;
    let found = reading.snapshot.events(&query)?;
    printer.print(&answers::Events::page(found, &reading.snapshot))
}

pub async fn facets(args: Facets, printer: Printer) -> Result<Done, Stop> {
    let filters = args.filters.into_filters(args.contains)?;
    let reading = Reading::start(&args.bucket).await?;
    printer.print(&answers::FacetCounts::new(
        reading.snapshot.facets(&filters, &reader::Stop::default())?,
    ))
}

pub async fn records(args: Records, printer: Printer) -> Result<Done, Stop> {
    let query = RecordsQuery {
        types: args.types,
        contains: None,
        deleted: args.deleted,
        after: args.page.after,
        limit: args.page.limit,
    };
    let reading = Reading::start(&args.bucket).await?;
    printer.print(&answers::RecordList::page(reading.snapshot.records(&query)?))
}

pub async fn chains(args: Chains, printer: Printer) -> Result<Done, Stop> {
    let reading = Reading::start(&args.bucket).await?;
    let found = reading.snapshot.chains(args.page.after.as_ref(), args.page.limit)?;
    printer.print(&answers::Chains::page(found, &reading.snapshot))
}
