//! The coverage of answers: what was read, and what could not be.

use bucket::Listing;
use query::{Coverage, LISTED, Unreadable};

use crate::catalog::Contents;

/// What a coverage calls the events that are pending on this device.
const OUTBOX: &str = "what waits on this device";

/// The coverage of what a catalog holds of a bucket. `failures` could not be read this time;
/// `unread` says why the pending events are not among the answers.
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

/// The first of what could not be read, by file and row.
fn first_unreadable(
    listing: &Listing,
    contents: &Contents,
    failures: &[Unreadable],
    unread: Option<&String>,
) -> Vec<Unreadable> {
    let lookalikes = listing.lookalikes.iter();
    let mut unreadable: Vec<Unreadable> =
        lookalikes.map(|one| Unreadable::file(&one.name, one.reason)).collect();
    unreadable.extend(failures.iter().cloned());
    for (name, file) in contents.files.iter() {
        unreadable.extend(file.problem.iter().map(|problem| Unreadable::file(&**name, problem)));
        let first = file.bad.iter().take(LISTED);
        unreadable.extend(first.map(|(row, why)| Unreadable::row(&**name, *row, why)));
    }
    unreadable.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
    // That recorded events are missing comes first of all.
    unreadable.splice(..0, unread.map(|problem| Unreadable::file(OUTBOX, problem)));
    unreadable.truncate(LISTED);
    unreadable
}
