//! Verbs that amend: correct and void an event, note on an event or a record.

use event::{Amendment, Event};
use session::{Home, JournalSession};

use super::{close, missing, writable};
use crate::Outcome;
use crate::answers::{Appended, EventRow};
use crate::args::{Correct, Note, PlaceArgs, Void};
use crate::error::CliError;
use crate::print::{Printer, write_message};

/// Records a correction of an event.
pub async fn correct(args: Correct, printer: Printer) -> Result<Outcome, CliError> {
    // Without --to, --to-null is given: clap requires one of the two.
    let (field, to, reason) = (args.field, args.to.to, args.common.reason);
    let amendment = Amendment::Correct { field, to, reason };
    let request = EventAmendment {
        bucket: &args.bucket,
        place: args.common.place,
        event: &args.event_id,
        amendment,
    };
    request.run(args.common.actor, args.common.dry_run, printer).await
}

/// Records that an event is void.
pub async fn void(args: Void, printer: Printer) -> Result<Outcome, CliError> {
    let amendment = Amendment::Void { reason: args.common.reason };
    let request = EventAmendment {
        bucket: &args.bucket,
        place: args.common.place,
        event: &args.event_id,
        amendment,
    };
    request.run(args.common.actor, args.common.dry_run, printer).await
}

/// Records a note on an event or a record.
pub async fn note(args: Note, printer: Printer) -> Result<Outcome, CliError> {
    if let Some(event) = &args.about.event_id {
        let amendment = Amendment::Note { text: args.text };
        let request = EventAmendment { bucket: &args.bucket, place: args.place, event, amendment };
        return request.run(args.actor, false, printer).await;
    }
    let Some(record) = args.about.record else {
        return Err(CliError::Wrong("there is nothing to put the note on".to_owned()));
    };
    let (session, home) = writable(&args.bucket, args.place).await?;
    let actor = actor(args.actor, &home)?;
    let noted = async {
        let record = session.find_record(&record, args.entity_type.as_deref()).await?;
        session.note_record(record, &args.text, &actor).await
    };
    match noted.await {
        Ok(event) => recorded(&session, &args.bucket, &[event], printer).await,
        Err(error) => Err(refused(error, &record, &session).await),
    }
}

/// Amendment of one event of a bucket.
struct EventAmendment<'a> {
    bucket: &'a str,
    place: PlaceArgs,
    /// Id or address.
    event: &'a str,
    amendment: Amendment,
}

impl EventAmendment<'_> {
    /// Records the amendment, or with `dry_run` prints what it would record.
    async fn run(
        self,
        named_actor: Option<String>,
        dry_run: bool,
        printer: Printer,
    ) -> Result<Outcome, CliError> {
        let (session, home) = writable(self.bucket, self.place).await?;
        let actor = actor(named_actor, &home)?;
        if dry_run {
            return match session.preview(&[self.event], &self.amendment, &actor).await {
                Ok(drafts) => {
                    for draft in drafts {
                        printer.print(&Appended(EventRow::of_draft(&draft)))?;
                    }
                    write_message("Nothing is recorded: this is the event that would be.");
                    Ok(Outcome::Clean)
                }
                Err(error) => Err(refused(error, self.event, &session).await),
            };
        }
        match session.amend(&[self.event], &self.amendment, &actor).await {
            Ok(events) => recorded(&session, self.bucket, &events, printer).await,
            Err(error) => Err(refused(error, self.event, &session).await),
        }
    }
}

/// Prints events that were recorded, and flushes them.
async fn recorded(
    session: &JournalSession,
    bucket: &str,
    events: &[Event],
    printer: Printer,
) -> Result<Outcome, CliError> {
    let print = |event| printer.print(&Appended(EventRow::of_event(event)));
    let done = events.iter().try_fold(Outcome::Clean, |_, event| print(event));
    let closed = close(session, bucket).await;
    let done = done.map_err(|error| {
        let ids: Vec<&str> = events.iter().map(|event| event.event_id.as_str()).collect();
        CliError::Recorded(format!("{} is recorded: {error}", ids.join(", ")))
    });
    closed.and(done)
}

/// The error of an amendment of `target`. Where something was not found, first reports what could
/// not be read: it may lie there.
async fn refused(error: session::Error, target: &str, session: &JournalSession) -> CliError {
    match error {
        session::Error::Refusal(why) => {
            CliError::NotDone(format!("nothing is recorded about {target}: {why}"))
        }
        error => match session.refresh().await {
            Ok(engine) => missing(error, &*engine),
            Err(_) => error.into(),
        },
    }
}

/// The actor to record: see [`super::actor`].
///
/// # Errors
/// [`CliError::Wrong`] if there is none.
fn actor(named: Option<String>, home: &Home) -> Result<String, CliError> {
    let nobody = "this device names nobody as the actor: name one with --actor or DAYBOOK_ACTOR";
    super::actor(named, home)?.ok_or_else(|| CliError::Wrong(nobody.to_owned()))
}
