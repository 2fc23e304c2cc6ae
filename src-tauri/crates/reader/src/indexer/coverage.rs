//! Coverage of answers: which files were read, and which could not be.

use std::sync::Arc;

use bucket::Listing;
use query::{Coverage, LISTED, Unreadable};

use crate::catalog::{Contents, FileRead};

/// Name of the pending events in a coverage, in place of the name of a file.
const OUTBOX: &str = "the pending events of this device";

/// Coverage of answers from what a catalog holds of a listed bucket. `failures` are the files that
/// could not be read this time; `unread` says why the pending events could not be read, if so.
pub(super) fn of(
    listing: &Listing,
    contents: &Contents,
    failures: &[Unreadable],
    unread: Option<&String>,
) -> Coverage {
    let (mut bad_rows, mut files_with_problems) = (0, 0);
    for file in contents.files.values() {
        bad_rows += file.bad.len();
        files_with_problems += usize::from(file.problem.is_some());
    }
    let read = contents.files.len() - files_with_problems;
    let files = listing.files.len() + listing.lookalikes.len();
    let others = failures.len() + listing.lookalikes.len();
    let unreadable_total = others + files_with_problems + bad_rows + usize::from(unread.is_some());
    let rows = usize::try_from(contents.rows()).unwrap_or(usize::MAX);
    Coverage {
        files,
        read,
        rows,
        repeated: rows - bad_rows - contents.events(),
        unreadable: first_unreadable(listing, contents, failures, unread),
        unreadable_total,
        complete: unreadable_total == 0 && read == files,
        ..Coverage::default()
    }
}

/// The first [`LISTED`] files and rows that could not be read, by name and row; the pending events
/// before all of them.
fn first_unreadable(
    listing: &Listing,
    contents: &Contents,
    failures: &[Unreadable],
    unread: Option<&String>,
) -> Vec<Unreadable> {
    let lookalikes = listing.lookalikes.iter();
    let mut unreadable: Vec<Unreadable> =
        lookalikes.map(|one| Unreadable::file(&one.name, one.reason.clone())).collect();
    unreadable.extend(failures.iter().cloned());
    let with_findings = contents.files.iter();
    let with_findings = with_findings.filter(|(_, f)| f.problem.is_some() || !f.bad.is_empty());
    let mut with_findings: Vec<(&Arc<str>, &FileRead)> = with_findings.collect();
    with_findings.sort_by_key(|(name, _)| *name);
    // Not more than can be listed: there may be a million.
    let of_files = with_findings.into_iter().flat_map(|(name, file)| {
        let whole = file.problem.iter().map(move |problem| Unreadable::file(&**name, problem));
        whole.chain(file.bad.iter().map(move |(row, why)| Unreadable::row(&**name, *row, why)))
    });
    unreadable.extend(of_files.take(LISTED));
    unreadable.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
    // Nothing is worse than that recorded events are missing.
    unreadable.splice(..0, unread.map(|problem| Unreadable::file(OUTBOX, problem)));
    unreadable.truncate(LISTED);
    unreadable
}
