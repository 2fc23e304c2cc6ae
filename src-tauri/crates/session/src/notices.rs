//! Notices of an opening: sentences for people about what was opened in place of what they named.

use std::path::Path;

use bucket::{Bucket, OpenError};
use query::Extract;

use crate::Access;

/// Notices about a bucket that was opened by the canonical path `named`. Whoever opened it to record is
/// told why nothing can be.
pub(crate) fn of(bucket: &Bucket, named: &Path, access: Access) -> Vec<String> {
    let other = bucket.root().filter(|root| *root != named).map(|root| {
        let what = if root.starts_with(named) {
            "a bag with a journal"
        } else {
            "the folder of a journal's files"
        };
        let (named, root) = (named.display(), root.display());
        format!("{named} is {what}: {root}, which holds it, is opened.")
    });
    let part = bucket.is_part_of().map(|whole| {
        format!(
            "{} holds only a part of a journal: open {} to see all of it.",
            named.display(),
            whole.display()
        )
    });
    let is_read = access == Access::Read && part.is_none() && bucket.is_only_files();
    let only_files = is_read.then(|| {
        format!(
            "{} holds journal files and no folder named journal, so it can only be read.",
            named.display()
        )
    });
    other.into_iter().chain(part).chain(only_files).collect()
}

/// Why nothing can be recorded into an extract.
pub(crate) const IS_EXTRACT: &str =
    "this is an extract of a journal, which is only read; record into the journal itself";

/// Notice of what the bucket is an extract, if it is one.
pub(crate) fn extract(extract: &Result<Option<Extract>, String>) -> Option<String> {
    let Ok(Some(Extract { bucket, query, at })) = extract else { return None };
    let of = bucket.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    let at = event::format_time(*at);
    Some(format!(
        "This is an extract of the journal{of}, taken at {at}: {query}. What it says of records rests on \
         these events alone."
    ))
}

/// Notice that the first event begins a journal, where there is none.
pub(crate) fn begins(no_journal: &OpenError) -> Option<String> {
    let (place, instead) = match no_journal {
        OpenError::NoJournal { folder, nearest } => {
            let instead = nearest.as_ref().map(|it| format!("; {} holds one", it.display()));
            (folder.display().to_string(), instead.unwrap_or_default())
        }
        OpenError::NoJournalInStore(url) => (url.clone(), String::new()),
        _ => return None,
    };
    Some(format!(
        "{place} holds no journal yet, and the first event that is recorded here begins one{instead}."
    ))
}
