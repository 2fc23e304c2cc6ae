//! Amendments: corrections, voids and notes, checked against the journal before they are recorded.

use event::{Amendment, Draft, Event, RecordId};
use query::{CancellationToken, Engine};

use crate::{Error, JournalSession};

impl JournalSession {
    /// Previews an amendment: returns the drafts that [`JournalSession::amend`] would record, one
    /// for each address. Nothing is recorded, and of a bucket that is far, what is known is taken.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] in a read-only session; for an event that cannot be amended, the reason,
    /// within [`Error::About`] if there are several addresses; and the errors of
    /// [`JournalSession::refresh`].
    #[tracing::instrument(skip_all)]
    pub async fn preview(
        &self,
        addresses: &[&str],
        amendment: &Amendment,
        actor: &str,
    ) -> Result<Vec<Draft>, Error> {
        self.journal()?;
        draft_amendments(&*self.refresh_pending().await?, addresses, amendment, actor).await
    }

    /// Amends the events at `addresses` as one batch: all of them or none. Returns the recorded
    /// amendments.
    ///
    /// # Errors
    /// As [`JournalSession::preview`], and [`Error::Journal`] if the batch is rejected or the
    /// journal fails.
    #[tracing::instrument(skip_all)]
    pub async fn amend(
        &self,
        addresses: &[&str],
        amendment: &Amendment,
        actor: &str,
    ) -> Result<Vec<Event>, Error> {
        let journal = self.journal()?;
        let engine = self.refresh_to_record().await?;
        let drafts = draft_amendments(&*engine, addresses, amendment, actor).await?;
        Ok(journal.record_batch(drafts).await?)
    }

    /// Finds the record that `TYPE/ID` names. Types and ids may hold slashes themselves: the journal
    /// decides which slash separates them, unless the type is given.
    ///
    /// # Errors
    /// [`Error::Question`] if no record of the journal has this name, or several have.
    pub async fn find_record(
        &self,
        text: &str,
        entity_type: Option<&str>,
    ) -> Result<RecordId, Error> {
        let (engine, token) = (self.refresh().await?, CancellationToken::new());
        let mut found = Vec::new();
        for (at, slash) in text.match_indices('/') {
            let (before, entity_id) = (&text[..at], &text[at + slash.len()..]);
            if entity_type.is_some_and(|entity_type| entity_type != before) {
                continue;
            }
            match engine.record(entity_id, Some(before), &token).await {
                Ok(record) => found.push(record.value),
                Err(query::Error::NoSuchRecord(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        match found.len() {
            0 => Err(query::Error::NoSuchRecord(text.to_owned()).into()),
            1 => Ok(found.remove(0)),
            _ => Err(query::Error::AmbiguousRecord { id: text.to_owned(), records: found }.into()),
        }
    }

    /// Records a note on a record, which must have events in the journal.
    ///
    /// # Errors
    /// [`Error::Question`] if there is no such record, [`Error::Refusal`] if the text is blank,
    /// [`Error::ReadOnly`] in a read-only session, and the errors of [`JournalSession::refresh`]
    /// and of the journal.
    #[tracing::instrument(skip_all)]
    pub async fn note_record(
        &self,
        record: RecordId,
        text: &str,
        actor: &str,
    ) -> Result<Event, Error> {
        let draft = draft_note(&*self.refresh_to_record().await?, &record, text, actor).await?;
        self.record(draft).await
    }
}

/// The drafts that amend the events at `addresses`.
async fn draft_amendments(
    engine: &dyn Engine,
    addresses: &[&str],
    amendment: &Amendment,
    actor: &str,
) -> Result<Vec<Draft>, Error> {
    let mut drafts = Vec::with_capacity(addresses.len());
    for &address in addresses {
        let draft = draft_amendment(engine, address, amendment, actor).await;
        drafts.push(draft.map_err(|error| match addresses.len() {
            1 => error,
            _ => Error::About { address: address.to_owned(), source: Box::new(error) },
        })?);
    }
    Ok(drafts)
}

/// The draft that amends the event at `address`, checked against the timeline of its record.
pub(crate) async fn draft_amendment(
    engine: &dyn Engine,
    address: &str,
    amendment: &Amendment,
    actor: &str,
) -> Result<Draft, Error> {
    let token = CancellationToken::new();
    let entry = engine.event(address, &token).await?.value;
    let timeline = engine.timeline(&entry.event.record(), &token).await?.value;
    let index = timeline.entries().iter().position(|other| *other == entry);
    let index = index.ok_or_else(|| query::Error::NoSuchEvent(address.to_owned()))?;
    let address = entry.address().to_string();
    let draft = event::amend(&timeline, index, &address, amendment, actor)?;
    draft.check()?;
    Ok(draft)
}

/// The draft of a note on a record, which must have events.
pub(crate) async fn draft_note(
    engine: &dyn Engine,
    record: &RecordId,
    text: &str,
    actor: &str,
) -> Result<Draft, Error> {
    engine.timeline(record, &CancellationToken::new()).await?;
    Ok(event::note_on_record(record.clone(), text, actor)?)
}
