//! What answers questions.

use std::fmt::Debug;

use async_trait::async_trait;
use event::{Entry, RecordId, State, Timeline, View};
use futures::stream::BoxStream;

use crate::{
    CancellationToken, ChainsPage, ChainsQuery, Coverage, Covered, Error, EventsPage, EventsQuery,
    Facets, Filters, RecordsPage, RecordsQuery, SearchResults, Totals,
};

/// Results so far, again and again; the last one is whole.
pub type SearchStream = BoxStream<'static, Result<Covered<SearchResults>, Error>>;

/// A journal as it was at one moment, ready for questions. It never changes, so all its answers
/// agree with each other; what has happened since is in the engine of a later moment.
///
/// A question whose token is cancelled ends soon, with [`Error::Cancelled`]. An answer that could
/// not be computed is [`Error::Engine`].
#[async_trait]
pub trait Engine: Debug + Send + Sync {
    /// Which files every answer rests on.
    fn coverage(&self) -> Coverage;

    /// How much the journal holds.
    async fn totals(&self, token: &CancellationToken) -> Result<Covered<Totals>, Error>;

    /// A page of the list of events.
    async fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<EventsPage>, Error>;

    /// How many events filters let through.
    async fn count(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Covered<usize>, Error>;

    /// How often each value occurs among the events that filters let through, and when those
    /// happened.
    async fn facets(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Covered<Facets>, Error>;

    /// The event that an address names. [`Error::NoSuchEvent`] if none has it,
    /// [`Error::AmbiguousEvent`] if several do.
    async fn event(
        &self,
        address: &str,
        token: &CancellationToken,
    ) -> Result<Covered<Entry>, Error>;

    /// The record with this id; `entity_type` tells two of one id apart.
    /// [`Error::NoSuchRecord`] if there is none, [`Error::AmbiguousRecord`] if there are several.
    async fn record(
        &self,
        entity_id: &str,
        entity_type: Option<&str>,
        token: &CancellationToken,
    ) -> Result<Covered<RecordId>, Error>;

    /// All events of one record, in the total order. [`Error::NoSuchRecord`] if there are none.
    async fn timeline(
        &self,
        record: &RecordId,
        token: &CancellationToken,
    ) -> Result<Covered<Timeline>, Error>;

    /// What a record is in a view: a fold of its timeline, unless an engine can fold where the
    /// events lie.
    async fn state(
        &self,
        record: &RecordId,
        view: View,
        token: &CancellationToken,
    ) -> Result<Covered<State>, Error> {
        Ok(self.timeline(record, token).await?.map(|timeline| timeline.state(view)))
    }

    /// A page of the list of records.
    async fn records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<RecordsPage>, Error>;

    /// A page of the broken value chains.
    async fn chains(
        &self,
        query: &ChainsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<ChainsPage>, Error>;

    /// Everything that a text can mean, streamed as it is found.
    fn search(&self, text: &str, token: &CancellationToken) -> SearchStream;
}
