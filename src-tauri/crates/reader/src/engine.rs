//! The engine of this machine: [`query::Engine`] over one snapshot, whose answers are computed on
//! threads that may block.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use event::{Entry, RecordId, State, Timeline, View};
use futures::channel::mpsc::unbounded;
use futures::{StreamExt, stream};
use query::{
    AllEventsQuery, CancellationToken, ChainsPage, ChainsQuery, Coverage, Covered, Engine,
    EventStream, EventsPage, EventsQuery, ExcerptQuery, Facets, Filters, RecordsPage, RecordsQuery,
    SearchStream, TimelineExcerpt, Totals, Zone,
};
use tokio::sync::mpsc;

use crate::Error;
use crate::snapshot::Snapshot;

/// Engine over one snapshot: all its answers agree with each other.
#[derive(Debug)]
pub(crate) struct LocalEngine {
    pub snapshot: Arc<Snapshot>,
}

impl LocalEngine {
    /// Computes an answer on a thread that may block, and adds the coverage to it.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] as soon as `token` is cancelled. A computation that does not
    /// check the token itself runs on to its end; what it caches by then serves the next question.
    async fn answer<T: Send + 'static>(
        &self,
        token: &CancellationToken,
        question: impl FnOnce(&Snapshot) -> Result<T, Error> + Send + 'static,
    ) -> Result<Covered<T>, query::Error> {
        if token.is_cancelled() {
            return Err(query::Error::Cancelled);
        }
        let snapshot = Arc::clone(&self.snapshot);
        let answering = tokio::task::spawn_blocking(move || {
            let value = snapshot.note_if_damaged(question(&snapshot))?;
            Ok(snapshot.covered(value))
        });
        tokio::select! {
            answer = answering => {
                answer.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
            }
            () = token.cancelled() => Err(query::Error::Cancelled),
        }
    }

    /// Selects the events of filters in the background, if that takes long and nobody does already: an
    /// answer with what is found so far is asked for again.
    fn select_in_background(&self, filters: &Filters) {
        let (snapshot, filters) = (Arc::clone(&self.snapshot), filters.clone());
        tokio::task::spawn_blocking(move || {
            // An error is met again, and reported, by whoever asks next.
            drop(snapshot.note_if_damaged(snapshot.select_unless_under_way(&filters)));
        });
    }

    /// Folds the records in the background, if that is `wanted` and nobody does already: an answer
    /// with what is found so far is asked for again.
    fn fold_if(&self, wanted: bool) {
        if wanted {
            let snapshot = Arc::clone(&self.snapshot);
            tokio::task::spawn_blocking(move || {
                let made = snapshot.make_summaries_unless_under_way().map_err(Error::from);
                // An error is met again, and reported, by whoever asks next.
                drop(snapshot.note_if_damaged(made));
            });
        }
    }
}

#[async_trait]
impl Engine for LocalEngine {
    fn coverage(&self) -> Coverage {
        self.snapshot.coverage().clone()
    }

    async fn totals(&self, token: &CancellationToken) -> Result<Covered<Totals>, query::Error> {
        self.answer(token, Snapshot::totals).await
    }

    async fn events(
        &self,
        query: &EventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<EventsPage>, query::Error> {
        let (query, token_there) = (query.clone(), token.clone());
        if query.so_far {
            self.select_in_background(&query.filters);
        }
        self.answer(token, move |snapshot| snapshot.events(&query, &token_there)).await
    }

    async fn count(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Covered<usize>, query::Error> {
        let (filters, token_there) = (filters.clone(), token.clone());
        self.answer(token, move |snapshot| snapshot.count(&filters, &token_there)).await
    }

    async fn facets(
        &self,
        filters: &Filters,
        zone: Zone,
        token: &CancellationToken,
    ) -> Result<Covered<Facets>, query::Error> {
        let (filters, token_there) = (filters.clone(), token.clone());
        self.answer(token, move |snapshot| snapshot.facets(&filters, zone, &token_there)).await
    }

    async fn event(
        &self,
        address: &str,
        token: &CancellationToken,
    ) -> Result<Covered<Entry>, query::Error> {
        let address = address.to_owned();
        self.answer(token, move |snapshot| snapshot.event(&address)).await
    }

    async fn record(
        &self,
        entity_id: &str,
        entity_type: Option<&str>,
        token: &CancellationToken,
    ) -> Result<Covered<RecordId>, query::Error> {
        let (entity_id, entity_type) = (entity_id.to_owned(), entity_type.map(str::to_owned));
        self.answer(token, move |snapshot| snapshot.record(&entity_id, entity_type.as_deref()))
            .await
    }

    async fn timeline(
        &self,
        record: &RecordId,
        token: &CancellationToken,
    ) -> Result<Covered<Timeline>, query::Error> {
        let record = record.clone();
        self.answer(token, move |snapshot| snapshot.timeline(&record)).await
    }

    async fn state(
        &self,
        record: &RecordId,
        view: View,
        token: &CancellationToken,
    ) -> Result<Covered<State>, query::Error> {
        let record = record.clone();
        self.answer(token, move |snapshot| snapshot.state(&record, view)).await
    }

    async fn excerpt(
        &self,
        record: &RecordId,
        query: &ExcerptQuery,
        token: &CancellationToken,
    ) -> Result<Covered<TimelineExcerpt>, query::Error> {
        let (record, query) = (record.clone(), query.clone());
        self.answer(token, move |snapshot| snapshot.excerpt(&record, &query)).await
    }

    async fn records(
        &self,
        query: &RecordsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<RecordsPage>, query::Error> {
        let (query, token_there) = (query.clone(), token.clone());
        let page =
            self.answer(token, move |snapshot| snapshot.records(&query, &token_there)).await?;
        self.fold_if(page.value.folding.is_some());
        Ok(page)
    }

    async fn chains(
        &self,
        query: &ChainsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<ChainsPage>, query::Error> {
        let query = query.clone();
        let page = self.answer(token, move |snapshot| snapshot.chains(&query)).await?;
        self.fold_if(page.value.folding.is_some());
        Ok(page)
    }

    fn search(&self, text: &str, token: &CancellationToken) -> SearchStream {
        let (snapshot, text, token) = (Arc::clone(&self.snapshot), text.to_owned(), token.clone());
        let (sender, results) = unbounded();
        tokio::task::spawn_blocking(move || {
            // Nobody may be reading the stream any more: then the search ends at the next segment.
            let report = |results| {
                if sender.unbounded_send(Ok(snapshot.covered(results))).is_err() {
                    token.cancel();
                }
            };
            let complete = snapshot.note_if_damaged(snapshot.search(&text, &token, report));
            drop(sender.unbounded_send(match complete {
                Ok(results) => Ok(snapshot.covered(results)),
                Err(error) => Err(error.into()),
            }));
        });
        results.boxed()
    }
    fn all_events(&self, query: &AllEventsQuery, token: &CancellationToken) -> EventStream {
        let (snapshot, query, token) = (Arc::clone(&self.snapshot), query.clone(), token.clone());
        // One chunk waits for its reader while the next one is made.
        let (sender, receiver) = mpsc::channel(1);
        tokio::task::spawn_blocking(move || {
            let put = |chunk| sender.blocking_send(Ok(chunk)).is_ok();
            let ended = snapshot.note_if_damaged(snapshot.all_events(&query, &token, put));
            if let Err(error) = ended {
                drop(sender.blocking_send(Err(error.into())));
            }
        });
        let next = |mut receiver: mpsc::Receiver<_>| async {
            receiver.recv().await.map(|chunk| (chunk, receiver))
        };
        stream::unfold(receiver, next).boxed()
    }

    async fn hand_over(
        &self,
        with_records: bool,
        token: &CancellationToken,
    ) -> Result<Option<Vec<u8>>, query::Error> {
        let handed_over =
            self.answer(token, move |snapshot| snapshot.hand_over(with_records)).await?;
        Ok(Some(handed_over.value))
    }

    async fn further_columns(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<Covered<BTreeSet<String>>, query::Error> {
        let (query, token_there) = (query.clone(), token.clone());
        self.answer(token, move |snapshot| snapshot.further_columns(&query, &token_there)).await
    }
}
