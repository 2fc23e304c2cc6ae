//! Saying something about an event: correct, void, note.

use event::{Amendment, Event};
use session::{Home, JournalSession};

use super::{close, missing, writable};
use crate::Done;
use crate::answers::{Appended, EventRow};
use crate::args::{Correct, Note, Void};
use crate::error::CliError;
use crate::print::{Printer, say};

pub async fn correct(args: Correct, printer: Printer) -> Result<Done, CliError> {
    // Without a value, --to-null was typed: one of the two is required.
    let (field, to, reason) = (args.field, args.to.to, args.common.reason);
    let amendment = Amendment::Correct { field, to, reason };
    let order = Order { bucket: &args.bucket, event: &args.event_id, amendment };
    order.carry_out(args.common.actor, args.common.dry_run, printer).await
}

pub async fn void(args: Void, printer: Printer) -> Result<Done, CliError> {
    let amendment = Amendment::Void { reason: args.common.reason };
    let order = Order { bucket: &args.bucket, event: &args.event_id, amendment };
    order.carry_out(args.common.actor, args.common.dry_run, printer).await
}

pub async fn note(args: Note, printer: Printer) -> Result<Done, CliError> {
    if let Some(event) = &args.about.event_id {
        let amendment = Amendment::Note { text: args.text };
        let order = Order { bucket: &args.bucket, event, amendment };
        return order.carry_out(args.actor, false, printer).await;
    }
    let Some(record) = args.about.record else {
        return Err(CliError::Wrong("there is nothing to put the note on".to_owned()));
    };
    let (session, home) = writable(&args.bucket).await?;
    let actor = actor(args.actor, &home)?;
    let name = record.to_string();
    match session.note_record(record, &args.text, &actor).await {
        Ok(event) => recorded(&session, &args.bucket, &[event], printer).await,
        Err(error) => Err(refused(error, &name, &session).await),
    }
}

/// What is to be said about which event of which bucket.
struct Order<'a> {
    bucket: &'a str,
    event: &'a str,
    amendment: Amendment,
}

impl Order<'_> {
    async fn carry_out(
        self,
        named: Option<String>,
        dry_run: bool,
        printer: Printer,
    ) -> Result<Done, CliError> {
        let (session, home) = writable(self.bucket).await?;
        let actor = actor(named, &home)?;
        if dry_run {
            return match session.preview(&[self.event], &self.amendment, &actor).await {
                Ok(drafts) => {
                    for draft in drafts {
                        printer.print(&Appended(EventRow::of_draft(&draft)))?;
                    }
                    say("Nothing is recorded: this is the event that would be.");
                    Ok(Done::Clean)
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

async fn recorded(
    session: &JournalSession,
    bucket: &str,
    events: &[Event],
    printer: Printer,
) -> Result<Done, CliError> {
    let print = |event| printer.print(&Appended(EventRow::of_event(event)));
    let done = events.iter().try_fold(Done::Clean, |_, event| print(event));
    close(session, bucket).await;
    done
}

/// Names what the refusal is about, and what could not be read where something was not found.
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

fn actor(named: Option<String>, home: &Home) -> Result<String, CliError> {
    let nobody = "this device names nobody as the actor: name one with --actor or DAYBOOK_ACTOR";
    super::actor(named, home)?.ok_or_else(|| CliError::Wrong(nobody.to_owned()))
}
