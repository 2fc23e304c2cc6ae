//! A cluster to ask, and what is asked beside it.

use std::env;
use std::path::Path;

use bucket::Bucket;
use event::{Entry, Place};
use query::{Coverage, Engine};
use reader::Decoder;
use reference::{Questions, ReferenceEngine, compare};
use session::{Access, ClusterOptions, Home, JournalSession, Options};
use spark::{ClusterAddress, ClusterEngine, EngineRoot, Limits};

use crate::oracle;

/// Address of the cluster.
pub fn cluster() -> String {
    let variable = "DAYBOOK_TEST_CLUSTER";
    env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run `cargo xtask stores`, and export what it prints")
    })
}

/// The program's own decoder: a test is none.
pub fn decoder() -> Decoder {
    Decoder::Program(env!("CARGO_BIN_EXE_daybook").into())
}

/// An engine of the cluster over a folder.
pub async fn open(folder: &Path) -> Result<ClusterEngine, spark::Error> {
    open_at(folder, &cluster(), Limits::default()).await
}

/// An engine of a cluster over a folder.
pub async fn open_at(
    folder: &Path,
    cluster: &str,
    limits: Limits,
) -> Result<ClusterEngine, spark::Error> {
    let folder = folder.canonicalize().unwrap();
    let location = folder.to_string_lossy().parse().unwrap();
    let root = EngineRoot::of(&location)?;
    let bucket = Bucket::open(&location).unwrap();
    let address: ClusterAddress = cluster.parse()?;
    let names = event::NameFields::default();
    ClusterEngine::open_with(bucket, root, address, limits, decoder(), names).await
}

/// The coverage of the engine of this machine.
pub async fn coverage(folder: &Path, home: &Home) -> Coverage {
    let options = Options { decoder: decoder(), ..Options::default() };
    let location = folder.to_string_lossy();
    let session = JournalSession::open(&location, home, Access::Read, options).await.unwrap();
    session.refresh().await.unwrap().coverage()
}

/// Entries as a cluster has them, which does not know their rows.
pub fn on_cluster(mut entries: Vec<Entry>) -> Vec<Entry> {
    for entry in &mut entries {
        let digest = entry.event.digest().to_string().into();
        entry.place = Place::SomeFile { digest };
    }
    entries
}

/// Holds an engine of the cluster against the reference engine, and its coverage against that of this
/// machine; a part of the questions, if one is named.
pub async fn check(folder: &Path, home: &Home, part: Option<(usize, usize)>) {
    let engine = open(folder).await.unwrap();
    let coverage = coverage(folder, home).await;
    assert_eq!(engine.coverage(), coverage);
    let reference = ReferenceEngine::new(on_cluster(oracle::read(folder)), coverage);
    let mut questions = Questions::about(reference.entries());
    if let Some((part, of)) = part {
        questions = questions.part(part, of);
    }
    compare(&engine, &reference, &questions).await;
}

/// Part of the questions to ask, which the environment can name; the first by default.
pub fn part() -> usize {
    env::var("DAYBOOK_TEST_PART").ok().and_then(|part| part.parse().ok()).unwrap_or_default()
}

/// A session that records, and flushes nothing by itself.
pub async fn session(folder: &Path, home: &Home) -> JournalSession {
    let journal = journal::Options { flush_threshold: 1_000_000, ..journal::Options::default() };
    let options = Options { journal, decoder: decoder(), ..Options::default() };
    JournalSession::open(&folder.to_string_lossy(), home, Access::Write, options).await.unwrap()
}

/// Holds the cluster's engine of a session, with what is pending, against the reference engine, and its
/// coverage against that of the indexer.
pub async fn check_session(
    session: &JournalSession,
    folder: &Path,
    pending: &[Entry],
    (part, of): (usize, usize),
) {
    let options = ClusterOptions::parse(&cluster(), None).unwrap();
    let engine = session.ask_cluster(&options).await.unwrap();
    let coverage = session.refresh().await.unwrap().coverage();
    assert_eq!(engine.coverage(), coverage);
    let rows = [on_cluster(oracle::read(folder)), pending.to_vec()].concat();
    let reference = ReferenceEngine::new(rows, coverage);
    let questions = Questions::about(reference.entries()).part(part, of);
    compare(&*engine, &reference, &questions).await;
}
