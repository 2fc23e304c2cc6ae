//! A journal that lies in memory: what is written there is read as from a folder.

use std::sync::Arc;

use bucket::Bucket;
use event::{Action, Draft, RecordId};
use journal::Journal;
use object_store::memory::InMemory;
use query::CancellationToken;
use reader::Indexer;

use crate::buckets::Place;
use crate::held::{decoder, options, totals};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_flushed_into_memory_is_read_from_it() {
    let place = Place::new();
    let home = place.home().path().to_owned();
    let bucket = Bucket::with_store(Arc::new(InMemory::new()), "in memory");
    let journal = Journal::open(bucket.clone(), &home, options().journal).await.unwrap();
    let draft = |number: u32| {
        let (entity_type, entity_id) = ("candidate".to_owned(), format!("CAND-{number}"));
        Draft::new(RecordId { entity_type, entity_id }, Action::Insert, "*", "Sarah", "api")
    };
    let indexer = Indexer::new(bucket.clone(), &home.join("catalogs"), decoder());
    let mut recorded = Vec::new();
    for file in 1..=3 {
        recorded.extend(journal.record_batch((0..file).map(draft).collect()).await.unwrap());
        journal.flush().await.unwrap();
        let pending = journal.pending().events().await.map_err(|error| error.to_string());
        let engine = indexer.refresh(pending, |_| ()).await.unwrap();
        for event in &recorded {
            let found = engine.event(&event.event_id, &CancellationToken::new()).await;
            assert_eq!(found.unwrap().value.event, *event);
        }
        assert_eq!(totals(&*engine).await.events, recorded.len());
        let coverage = engine.coverage();
        assert_eq!((coverage.files, coverage.complete), (file as usize, true));
    }
    assert_eq!(journal.stats().await.persisted_files, Some(3));

    bucket.create("journal/bad.parquet", "no Parquet".into()).await.unwrap();
    bucket.create("journal/folder.parquet/a.csv", "no file".into()).await.unwrap();
    let coverage = indexer.refresh(Ok(Vec::new()), |_| ()).await.unwrap().coverage();
    let named: Vec<&str> = coverage.unreadable.iter().map(|one| one.file.as_str()).collect();
    assert_eq!(named, ["bad.parquet", "folder.parquet"]);
    assert_eq!((coverage.files, coverage.read), (5, 3));
}
