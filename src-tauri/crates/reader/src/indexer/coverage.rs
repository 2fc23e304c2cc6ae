//! Coverage of answers: which files were read, which could not be, and which are no longer what they
//! were.

use std::borrow::Cow;
use std::sync::Arc;

use bucket::Listing;
use event::Event;
use query::{ChangedFile, Coverage, DoubledNumber, LISTED, SequenceGap, Unreadable};

use super::extract::{self, IsExtract};
use super::state::{Older, Recorded};
use crate::catalog::{Contents, FileRead};

/// Name of the pending events in a coverage, in place of the name of a file.
const OUTBOX: &str = "the pending events of this device";

/// Name of the ledger of files in a coverage.
const LEDGER: &str = "the ledger of files of this device";

/// Name of the bucket in a coverage.
const BUCKET: &str = "this bucket";

/// What is wrong with a bucket that is away.
const AWAY: &str =
    "has no file of the journal that was recorded into here: its disk may not be mounted";

/// What the coverage of an answer is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basis<'a> {
    /// The listing of the bucket.
    pub listing: &'a Listing,
    /// Set if it is an older one.
    pub older: Option<&'a Older>,
    /// What the catalog holds of it.
    pub contents: &'a Contents,
    /// Files that could not be read this time.
    pub failures: &'a [Unreadable],
    /// The pending events, or why they could not be read.
    pub pending: Result<&'a [Event], &'a str>,
    /// What this device has recorded.
    pub recorded: &'a Recorded,
    /// Why the ledger of files cannot be used, if that is so.
    pub ledger: Option<&'a str>,
    /// Files that are gone or altered.
    pub changed: &'a [ChangedFile],
    /// Whether the bucket is an extract.
    pub extract: &'a IsExtract,
}

impl Basis<'_> {
    /// The coverage.
    pub fn coverage(self) -> Coverage {
        let Self { listing, older, contents, failures, changed, .. } = self;
        let of_device = self.of_device().count();
        let (mut bad_rows, mut files_with_problems) = (0, 0);
        for file in contents.files.values() {
            bad_rows += file.bad.len();
            files_with_problems += usize::from(file.problem.is_some());
        }
        let read = contents.files.len() - files_with_problems;
        let files = listing.files.len() + listing.lookalikes.len();
        let others = failures.len() + listing.lookalikes.len();
        let unreadable_total = others + files_with_problems + bad_rows + of_device;
        let rows = usize::try_from(contents.rows()).unwrap_or(usize::MAX);
        let extract = self.extract.clone().unwrap_or_default();
        // An extract has gaps by nature.
        let gaps = if extract.is_some() { Vec::new() } else { self.gaps() };
        let doubled = contents.doubled.iter().take(LISTED);
        let doubled = doubled
            .map(|(writer, seq)| DoubledNumber { writer: writer.clone(), seq: seq.to_string() });
        let has_findings = !gaps.is_empty() || !contents.doubled.is_empty() || !changed.is_empty();
        Coverage {
            files,
            read,
            rows,
            repeated: rows.saturating_sub(bad_rows + contents.events()),
            unreadable: self.first_unreadable(),
            unreadable_total,
            changed: changed.iter().take(LISTED).cloned().collect(),
            changed_total: changed.len(),
            gaps: gaps.iter().take(LISTED).cloned().collect(),
            gaps_total: gaps.len(),
            extract,
            doubled: doubled.collect(),
            doubled_total: contents.doubled.len(),
            listing: older.and_then(|older| older.why.clone()),
            as_of: older.and_then(|older| older.as_of),
            complete: unreadable_total == 0 && read == files && !has_findings && older.is_none(),
            ..Coverage::default()
        }
    }

    /// Missing numbers of the writers' logs: of those that neither a file nor the pending events
    /// have. Empty while files are still to be read.
    fn gaps(&self) -> Vec<SequenceGap> {
        if self.contents.files.len() + self.failures.len() < self.listing.files.len() {
            return Vec::new();
        }
        let mut logs = Cow::Borrowed(&*self.contents.logs);
        // Events that cannot be read may be the ones that are missing.
        let Ok(pending) = self.pending else { return logs.gaps() };
        if !pending.is_empty() {
            logs.to_mut().add_events(pending);
        }
        match &self.recorded.log {
            Some((writer, next)) if !logs.reaches(writer, *next) => {
                logs.to_mut().gaps_up_to(writer, *next)
            }
            _ => logs.gaps(),
        }
    }

    /// The first [`LISTED`] files and rows that could not be read, by name and row; the pending
    /// events and the ledger before all of them.
    fn first_unreadable(&self) -> Vec<Unreadable> {
        let lookalikes = self.listing.lookalikes.iter();
        let mut unreadable: Vec<Unreadable> =
            lookalikes.map(|one| Unreadable::file(&one.name, one.reason.clone())).collect();
        unreadable.extend(self.failures.iter().cloned());
        let with_findings = self.contents.files.iter();
        let with_findings = with_findings.filter(|(_, f)| f.problem.is_some() || !f.bad.is_empty());
        let mut with_findings: Vec<(&Arc<str>, &FileRead)> = with_findings.collect();
        with_findings.sort_by_key(|(name, _)| *name);
        // Not more than can be listed: there may be a million.
        let of_files = with_findings.into_iter().flat_map(|(name, file)| {
            let whole = file.problem.iter().map(move |problem| Unreadable::file(&**name, problem));
            let rows = file.bad.iter();
            whole.chain(rows.map(move |(row, why)| Unreadable::row(&**name, *row, why)))
        });
        unreadable.extend(of_files.take(LISTED));
        unreadable.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
        // Nothing is worse than that recorded events are missing.
        unreadable.splice(..0, self.of_device());
        unreadable.truncate(LISTED);
        unreadable
    }

    /// What is wrong beside the files.
    fn of_device(&self) -> impl Iterator<Item = Unreadable> {
        let away = self.recorded.is_away.then_some(AWAY);
        let extract = self.extract.as_ref().err().map(String::as_str);
        let all = [
            (BUCKET, away),
            (OUTBOX, self.pending.err()),
            (LEDGER, self.ledger),
            (extract::NAME, extract),
        ];
        let all = all.map(|(what, problem)| problem.map(|it| Unreadable::file(what, it)));
        all.into_iter().flatten()
    }
}
