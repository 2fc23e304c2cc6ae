//! Coverage of the answers from a snapshot, as the engine of this machine has it.

use query::{Coverage, DoubledNumber, Extract, LISTED, SequenceGap, Unreadable};

use crate::files::{DecodedFile, Files};

/// Numbers of the writers' logs.
#[derive(Debug, Default)]
pub(super) struct LogNumbers {
    pub gaps: Vec<SequenceGap>,
    pub doubled: Vec<DoubledNumber>,
}

/// Name of the object that makes a bucket an extract, in a coverage.
const EXTRACT: &str = ".extract";

/// The coverage of answers that rest on these files, with so many events.
pub(super) fn coverage(
    files: &Files,
    events: usize,
    numbers: LogNumbers,
    extract: &Result<Option<Extract>, String>,
) -> Coverage {
    let on_cluster = files.groups.values().flatten();
    let (cluster_files, cluster_rows) =
        on_cluster.fold((0, 0), |(files, rows), file| (files + 1, rows + file.rows));
    let here = &files.here;
    let with_problems = here.iter().filter(|file| file.problem.is_some()).count();
    let bad: usize = here.iter().map(|file| file.bad.len()).sum();
    let here_rows: u64 = here.iter().map(|file| file.in_file).sum();
    let rows = usize::try_from(cluster_rows + here_rows).unwrap_or(usize::MAX);
    let lookalikes = files.listing.lookalikes.len();
    let of_bucket = usize::from(extract.is_err());
    let unreadable_total = with_problems + bad + files.failures.len() + lookalikes + of_bucket;
    let all = files.listing.files.len() + lookalikes;
    let read = cluster_files + here.len() - with_problems;
    let extract = extract.clone();
    let mut unreadable = unreadable(files);
    if let Err(why) = &extract {
        unreadable.insert(0, Unreadable::file(EXTRACT, why));
        unreadable.truncate(LISTED);
    }
    let extract = extract.unwrap_or_default();
    // An extract has gaps by nature.
    let gaps = if extract.is_some() { Vec::new() } else { numbers.gaps };
    let has_findings = !gaps.is_empty() || !numbers.doubled.is_empty();
    Coverage {
        files: all,
        read,
        rows,
        repeated: rows.saturating_sub(bad + events),
        unreadable,
        unreadable_total,
        gaps_total: gaps.len(),
        gaps: gaps.into_iter().take(LISTED).collect(),
        extract,
        doubled_total: numbers.doubled.len(),
        doubled: numbers.doubled.into_iter().take(LISTED).collect(),
        complete: unreadable_total == 0 && read == all && !has_findings,
        ..Coverage::default()
    }
}

/// The first files and rows that could not be read, by name and row.
fn unreadable(files: &Files) -> Vec<Unreadable> {
    let lookalikes = files.listing.lookalikes.iter();
    let mut all: Vec<Unreadable> =
        lookalikes.map(|one| Unreadable::file(&one.name, one.reason.clone())).collect();
    all.extend(files.failures.iter().cloned());
    let of_file = |file: &DecodedFile| {
        let whole = file.problem.iter().map(|problem| Unreadable::file(&file.name, problem));
        let rows = file.bad.iter().map(|(row, why)| Unreadable::row(&file.name, *row, why));
        whole.chain(rows).collect::<Vec<_>>()
    };
    all.extend(files.here.iter().flat_map(of_file).take(LISTED));
    all.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
    all.truncate(LISTED);
    all
}
