//! `record --as-new`: what was exported from a journal is recorded as new events. An amendment is about
//! the new event in the place of the one that it named, if that was on a line before it; else about the
//! event of this journal that it names.

use std::collections::{HashMap, HashSet, VecDeque};

use event::{AmendRequest, AmendTarget, ExportedEvent, Request};
use journal::{Batch, Receipt};
use session::Recording;

use super::lines::{Line, LineNumber};
use super::record::{Input, MOST_SUBMITTED, acknowledgement, output_failed, stopped_at};
use crate::args::Format;
use crate::error::CliError;
use crate::print::{counted, write_message, write_out};

/// Events that are recorded as new ones.
#[derive(Default)]
struct Copies {
    /// Ids of the new events, by the addresses that they had.
    new_ids: HashMap<String, String>,
    /// Receipts of what is submitted and not acknowledged.
    submitted: VecDeque<(LineNumber, Option<String>, Receipt)>,
    /// Events that are on disk.
    recorded: usize,
    /// Events of which further columns are left out.
    without_columns: usize,
}

/// Reason why no more is recorded: a sentence that names a line, or standard output.
enum StopReason {
    Refused(String),
    OutputFailed(CliError),
}

/// Records each line as it comes, up to the first that cannot be recorded. Returns how many events were
/// recorded.
pub async fn record_each(
    mut input: Input,
    mut recording: Recording<'_>,
    format: Format,
) -> (usize, Result<(), CliError>) {
    let mut copies = Copies::default();
    let mut ended = copies.submit_all(&mut input, &mut recording, format).await;
    // What was submitted before it stopped is recorded too, and counts.
    while let Err(error) = copies.acknowledge_all(format).await {
        ended = ended.and(Err(error));
    }
    tell_left_out(copies.without_columns);
    let recorded = copies.recorded;
    let ended = ended.map_err(|why| match why {
        StopReason::Refused(why) => stopped_at(&why, recorded),
        StopReason::OutputFailed(error) => output_failed(&error, recorded),
    });
    (recorded, ended)
}

/// Adds a line to a batch; the error names it. `addresses` are those of the lines before it. Returns
/// whether further columns are left out.
pub async fn add(
    input: &Input,
    line: &Line,
    addresses: &mut HashSet<String>,
    recording: &mut Recording<'_>,
    batch: &mut Batch,
) -> Result<bool, String> {
    let exported = input.exported(line)?;
    if let Some(target) = target(&exported.request)
        && addresses.contains(target)
    {
        let why =
            "it is about an event of the same batch, which is not recorded yet; leave --atomic out";
        return Err(line.number.failed(&why));
    }
    addresses.extend(exported.address);
    let added = recording.add(exported.request, batch).await;
    added.map(|()| exported.has_further_columns).map_err(|error| line.number.failed(&error))
}

/// Says that further columns were left out.
pub fn tell_left_out(events: usize) {
    if events > 0 {
        let have = if events == 1 { "has" } else { "have" };
        write_message(&format!(
            "{} {have} further columns, which are not recorded: a journal records its own only.",
            counted(events, "event")
        ));
    }
}

/// What an amendment names as the event that it is about.
fn target(request: &Request) -> Option<&str> {
    match request {
        Request::Amend(AmendRequest { what: AmendTarget::About { address, .. }, .. }) => {
            Some(address)
        }
        _ => None,
    }
}

impl Copies {
    /// Submits all lines, in their order.
    async fn submit_all(
        &mut self,
        input: &mut Input,
        recording: &mut Recording<'_>,
        format: Format,
    ) -> Result<(), StopReason> {
        while let Some(chunk) = input.chunks.recv().await {
            for line in chunk.map_err(StopReason::Refused)? {
                let exported = input.exported(&line).map_err(StopReason::Refused)?;
                let ExportedEvent { mut request, address, has_further_columns } = exported;
                self.without_columns += usize::from(has_further_columns);
                if target(&request).is_some() {
                    // The new id of the event that it is about is known once that is recorded.
                    self.acknowledge_all(format).await?;
                    self.rename_target(&mut request);
                }
                let receipt = recording.submit(request).await;
                let receipt =
                    receipt.map_err(|why| StopReason::Refused(line.number.failed(&why)))?;
                self.submitted.push_back((line.number, address, receipt));
                if self.submitted.len() >= MOST_SUBMITTED {
                    self.acknowledge_all(format).await?;
                }
            }
        }
        Ok(())
    }

    /// Waits until all that was submitted is on disk, and prints its ids.
    async fn acknowledge_all(&mut self, format: Format) -> Result<(), StopReason> {
        let mut printed = String::new();
        let mut refused = Ok(());
        while refused.is_ok()
            && let Some((line, address, receipt)) = self.submitted.pop_front()
        {
            match receipt.acknowledged().await {
                Ok(events) => {
                    self.recorded += events.len();
                    let new_id = events.first().map(|event| event.event_id.clone());
                    self.new_ids.extend(address.zip(new_id));
                    printed += &acknowledgement(&events, format);
                }
                Err(why) => refused = Err(StopReason::Refused(line.failed(&why))),
            }
        }
        if !printed.is_empty() {
            write_out(&printed).map_err(StopReason::OutputFailed)?;
        }
        refused
    }

    /// Has an amendment name the new event in the place of the one that it named.
    fn rename_target(&self, request: &mut Request) {
        if let Request::Amend(AmendRequest { what: AmendTarget::About { address, .. }, .. }) =
            request
            && let Some(new_id) = self.new_ids.get(address)
        {
            address.clone_from(new_id);
        }
    }
}
