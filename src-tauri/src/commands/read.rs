//! Questions to the journal.

use tauri::State;

use crate::Desk;
use crate::wire::{
    ChainsPage, EventDetail, EventsPage, Facets, Filters, Found, Problem, RecordFilters, RecordKey,
    RecordView, RecordsPage, View,
};

#[tauri::command]
pub(crate) async fn events(
    filters: Filters,
    after: Option<String>,
    limit: usize,
    desk: State<'_, Desk>,
) -> Result<EventsPage, Problem> {
    let query = filters.query(after.as_deref(), limit)?;
    desk.ask(move |journal| Ok(EventsPage::of(journal, journal.events(&query)?))).await
}

#[tauri::command]
pub(crate) async fn facets(filters: Filters, desk: State<'_, Desk>) -> Result<Facets, Problem> {
    let filters = filters.parse()?;
    desk.ask_latest("facets", move |journal, stop| {
        Ok(Facets::from(journal.facets(&filters, stop)?))
    })
    .await
}

#[tauri::command]
pub(crate) async fn event(address: String, desk: State<'_, Desk>) -> Result<EventDetail, Problem> {
    desk.ask(move |journal| EventDetail::of(journal, &journal.event(&address)?.value)).await
}

#[tauri::command]
pub(crate) async fn record(
    id: RecordKey,
    view: View,
    desk: State<'_, Desk>,
) -> Result<RecordView, Problem> {
    let view = view.parse()?;
    desk.ask(move |journal| Ok(RecordView::of(journal, journal.timeline(&id.into())?, view))).await
}

#[tauri::command]
pub(crate) async fn records(
    filters: RecordFilters,
    after: Option<String>,
    limit: usize,
    desk: State<'_, Desk>,
) -> Result<RecordsPage, Problem> {
    let query = filters.query(after.as_deref(), limit)?;
    desk.ask(move |journal| Ok(RecordsPage::from(journal.records(&query)?))).await
}

#[tauri::command]
pub(crate) async fn chains(
    after: Option<String>,
    limit: usize,
    desk: State<'_, Desk>,
) -> Result<ChainsPage, Problem> {
    let after = crate::wire::cursor(after.as_deref())?;
    let limit = limit.min(crate::wire::LONGEST_PAGE);
    desk.ask(move |journal| Ok(ChainsPage::of(journal, journal.chains(after.as_ref(), limit)?)))
        .await
}

#[tauri::command]
pub(crate) async fn find(text: String, desk: State<'_, Desk>) -> Result<Found, Problem> {
    desk.ask_latest("find", move |journal, stop| {
        Ok(Found::of(journal, journal.find(text.trim(), stop, |_| {})?))
    })
    .await
}
