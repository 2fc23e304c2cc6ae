//! Every answer is the answer of the reference engine.

use std::path::Path;

use crate::buckets::Place as Folder;
use crate::place::check;

/// Part of a public journal: real names, real mistakes.
const LEGISLATORS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/legislators");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_journal_is_answered_as_by_brute_force() {
    let home = Folder::new();
    check(Path::new(LEGISLATORS), &home.home(), None).await;
}
