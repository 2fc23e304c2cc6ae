//! The trait of every engine that answers queries.

use std::collections::BTreeSet;
use std::fmt::Debug;

use async_trait::async_trait;
use event::{Entry, RecordId, State, Timeline, View};
use futures::stream::BoxStream;

use crate::{
    AllEventsQuery, CancellationToken, ChainsPage, ChainsQuery, Coverage, Covered, Error,
    EventStream, EventsPage, EventsQuery, ExcerptQuery, Facets, Filters, RecordsPage, RecordsQuery,
    SearchResults, TimelineExcerpt, Totals, Zone,
};

/// Stream of search results. Each item holds all results so far and replaces the one before; the
/// last one is whole.
pub type SearchStream = BoxStream<'static, Result<Covered<SearchResults>, Error>>;

/// Engine that answers queries to one snapshot of a journal. The snapshot never changes, so all
/// answers agree with each other; later events need a later engine.
///
/// # Errors
///
/// Every query may fail with [`Error::Cancelled`], soon after its token is cancelled, and with
/// [`Error::Engine`], if the answer cannot be computed. An unreadable file is no error: the
/// coverage of the answer names it.
#[async_trait]
pub trait Engine: Debug + Send + Sync {
    /// Coverage of every answer.
    fn coverage(&self) -> Coverage;

    /// Totals of the journal: its events, its records and its span of time.
    async fn totals(&self, token: &CancellationToken) -> Result<Covered<Totals>, Error>;

    /// Page of the list of events, newest first.
    async fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<EventsPage>, Error>;

    /// Count of the events that match filters.
    async fn count(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Covered<usize>, Error>;

    /// Facets and histogram of the events that match filters. The bins of the histogram are units of
    /// the calendar in `zone`.
    async fn facets(
        &self,
        filters: &Filters,
        zone: Zone,
        token: &CancellationToken,
    ) -> Result<Covered<Facets>, Error>;

    /// Event that an address names. A text that is exactly the id of an event is that id; any other
    /// is parsed as an [`Address`](event::Address).
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchEvent`] if the address names no event, [`Error::AmbiguousEvent`] if it names
    /// several.
    async fn event(
        &self,
        address: &str,
        token: &CancellationToken,
    ) -> Result<Covered<Entry>, Error>;

    /// Record with this id, and with this type unless it is `None`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchRecord`] if there is none, [`Error::AmbiguousRecord`] if there are several.
    async fn record(
        &self,
        entity_id: &str,
        entity_type: Option<&str>,
        token: &CancellationToken,
    ) -> Result<Covered<RecordId>, Error>;

    /// Timeline of one record: all its events in the total order.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchRecord`] if there are none.
    async fn timeline(
        &self,
        record: &RecordId,
        token: &CancellationToken,
    ) -> Result<Covered<Timeline>, Error>;

    /// State of a record in a view. The default folds the timeline; an engine that can fold where
    /// the events lie does that instead.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchRecord`] if the record has no events.
    async fn state(
        &self,
        record: &RecordId,
        view: View,
        token: &CancellationToken,
    ) -> Result<Covered<State>, Error> {
        Ok(self.timeline(record, token).await?.map(|timeline| timeline.state(view)))
    }

    /// Excerpt of a record's timeline: its state in a view, and a page of its events. The default takes
    /// it from the timeline; an engine that need not build that does not.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchRecord`] if the record has no events.
    async fn excerpt(
        &self,
        record: &RecordId,
        query: &ExcerptQuery,
        token: &CancellationToken,
    ) -> Result<Covered<TimelineExcerpt>, Error> {
        let timeline = self.timeline(record, token).await?;
        Ok(timeline.map(|timeline| TimelineExcerpt::whole(timeline, query)))
    }

    /// Page of the list of records, latest change first. Names are known from folding each record;
    /// with `so_far` a query by name does not wait for that.
    async fn records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<RecordsPage>, Error>;

    /// Page of the broken value chains, newest first. They are found by folding each record, which is
    /// kept and renewed for records with new events; with `so_far` the query does not wait for that.
    async fn chains(
        &self,
        query: &ChainsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<ChainsPage>, Error>;

    /// Searches for everything that a text can mean: ids, records, actors, fields and values.
    /// Blanks at the edges of the text do not count. The stream ends with whole results or an
    /// error.
    fn search(&self, text: &str, token: &CancellationToken) -> SearchStream;

    /// All events that match filters, oldest first, in bounded memory: for whoever needs each of them,
    /// as an export does. A stream that nobody reads any more costs nothing.
    fn all_events(&self, query: &AllEventsQuery, token: &CancellationToken) -> EventStream;

    /// Names of the further columns that the events of [`Engine::all_events`] have: those of
    /// [`Entry::other_columns`].
    async fn further_columns(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<BTreeSet<String>>, Error>;

    /// Hands the snapshot over to another process of this device, which answers questions in SQL from it:
    /// as bytes, whose meaning is the engine's own, with the list of records if it is needed. `None` if the
    /// events do not lie on this device, as by default.
    async fn hand_over(
        &self,
        _with_records: bool,
        _token: &CancellationToken,
    ) -> Result<Option<Vec<u8>>, Error> {
        Ok(None)
    }
}
