//! A bucket that does not do as it is told: each event stays visible, and is stored once.

use std::slice;

use super::store::{Fault, ListFault};
use super::*;
use crate::{Flushed, Kind, Stats};

/// What a flush makes of a fault.
struct Row {
    id: &'static str,
    fault: Fault,
    /// Whether the flush says that it succeeded.
    settled: bool,
    /// Whether the file is in the bucket then.
    there: bool,
}

const ROWS: [Row; 7] = [
    row("d3", Fault::Refused, false, false),
    row("d4", Fault::AnswerLost, true, true),
    row("d5", Fault::AlreadyThere, true, true),
    row("d6", Fault::FalselyThere, false, false),
    row("the store says it is stored, and it is not", Fault::FalselyStored, false, false),
    row("stored, and cannot be read back", Fault::Unreadable, false, true),
    row("d19", Fault::Denied, false, false),
];

const fn row(id: &'static str, fault: Fault, settled: bool, there: bool) -> Row {
    Row { id, fault, settled, there }
}

#[tokio::test]
async fn d3_to_d6_a_failed_put_is_settled_by_reading_back() {
    for Row { id, fault, settled, there } in ROWS {
        let device = Device::new();
        let journal = device.journal().await;
        let recorded = journal.record_batch(vec![phone(), phone()]).await.unwrap();
        device.store.next_put(fault);
        let flushed = journal.flush().await;

        assert_eq!(flushed.is_ok(), settled, "{id}");
        assert_eq!(device.objects().await.len(), usize::from(there), "{id}");
        assert_eq!(seen(&device).await, recorded, "{id}");
        if let Err(error) = flushed {
            assert_eq!(error.kind(), Kind::Failed, "{id}: {error}");
            assert_eq!(events(journal.pending()).await, recorded, "{id}");
        }
        // What is recorded meanwhile gets a file of its own.
        device.clock.advance(Duration::from_secs(5));
        let late = journal.record(phone()).await.unwrap();
        let files = if settled { 1 } else { 2 };
        let flushed = journal.flush().await.unwrap();
        assert_eq!((flushed.files, flushed.fork), (files, None), "{id}");

        assert_eq!(events(journal.pending()).await, [], "{id}");
        assert_eq!(device.stored().await, [recorded, vec![late]].concat(), "{id}");
        let attempts = device.store.attempts.lock().unwrap().clone();
        assert_eq!(attempts.len(), if settled { 2 } else { 3 }, "{id}");
        assert!(settled || attempts[0] == attempts[1], "{id}: the same bytes, the same key");
    }
}

/// Each event once, for one who asks what waits before listing the bucket.
async fn seen(device: &Device) -> Vec<Event> {
    let mut events = events(&device.pending()).await;
    let stored = device.stored().await;
    let not_stored = |event: &Event| stored.iter().all(|twin| twin.seq != event.seq);
    assert!(events.iter().all(|event| not_stored(event) || stored.contains(event)));
    events.retain(not_stored);
    let mut all = [stored, events].concat();
    all.sort_by_key(|event| event.seq);
    all
}

#[tokio::test]
async fn d13_whoever_reads_while_a_put_takes_long_sees_each_event_once() {
    for fault in [Fault::Hangs, Fault::AnswerHangs] {
        let device = Device::new();
        let journal = device.journal().await;
        let mut recorded = journal.record_batch(vec![phone(); 3]).await.unwrap();
        device.store.next_put(fault);
        let flush = tokio::spawn({
            let journal = journal.clone();
            async move { journal.flush().await }
        });
        device.store.hanging.notified().await;
        assert_eq!(device.objects().await.len(), usize::from(fault == Fault::AnswerHangs));
        assert_eq!(seen(&device).await, recorded, "{fault:?}: before the answer");
        // Nobody who records waits for the bucket.
        recorded.push(journal.record(phone()).await.unwrap());
        assert_eq!(seen(&device).await, recorded, "{fault:?}: and with one more");

        device.store.go_on.notify_one();
        let flushed = flush.await.unwrap().unwrap();
        assert_eq!(flushed, Flushed { events: 3, files: 1, fork: None });
        assert_eq!(seen(&device).await, recorded, "{fault:?}: after the answer");
        assert_eq!(events(journal.pending()).await, recorded[3..]);
    }
}

#[tokio::test]
async fn d18_a_listing_that_fails_on_its_second_page_gives_no_smaller_number() {
    let device = Device::new();
    let journal = device.journal().await;
    assert_eq!(journal.stats().await.persisted_files, Some(0));
    for _ in 0..3 {
        journal.record(phone()).await.unwrap();
        journal.flush().await.unwrap();
    }
    device.store.next_list(ListFault::SecondPage);
    let stats = journal.stats().await;
    assert_eq!((stats.persisted_files, stats.total_events_created), (None, Some(3)));
    assert_eq!(journal.stats().await.persisted_files, Some(3));

    // What is stored is stored, whether another writer could be looked for or not.
    journal.record(phone()).await.unwrap();
    device.store.next_list(ListFault::SecondPage);
    assert_eq!(journal.flush().await.unwrap().events, 1);
    assert_eq!(events(journal.pending()).await, []);
}

#[tokio::test]
async fn d19_lost_permission_keeps_what_waits_and_is_shown_to_everyone() {
    let device = Device::new();
    let journal = device.journal().await;
    let recorded = journal.record(phone()).await.unwrap();
    let nothing = device.pending().status().await.unwrap();
    assert_eq!((nothing.events, nothing.failure), (1, None));
    assert_eq!(nothing.since, recorded.recorded_at);
    for _ in 0..2 {
        device.store.next_put(Fault::Denied);
        device.clock.advance(Duration::from_mins(1));
        let error = journal.flush().await.unwrap_err();

        let waiting = device.pending().status().await.unwrap();
        assert_eq!((waiting.events, waiting.created), (1, 1));
        let (at, why) = waiting.failure.clone().unwrap();
        assert_eq!((at, &why), (device.clock.now().trunc_subsecs(6), &error.to_string()));
        assert!(why.contains("not any more"), "{why}");
        assert_eq!(events(&device.pending()).await, slice::from_ref(&recorded));
        assert_eq!(stats(&device).await.failure, waiting.failure);
    }
    journal.flush().await.unwrap();
    let waiting = device.pending().status().await.unwrap();
    assert_eq!((waiting.events, waiting.failure, waiting.since), (0, None, None));
    assert_eq!(device.stored().await, [recorded]);
}

/// As a program gathers them that has not opened the journal for writing.
async fn stats(device: &Device) -> Stats {
    Stats::gather(&device.bucket(), &device.pending(), &device.options(1)).await
}

#[tokio::test]
async fn d21_what_interrupted_puts_have_left_is_ignored_and_counted() {
    let device = Device::new();
    let journal = device.folder_journal().await;
    assert_eq!(journal.stats().await.leftovers, 0, "no folder yet");
    journal.record(phone()).await.unwrap();
    journal.flush().await.unwrap();
    let folder = device.root().join("journal");
    let key = device.keys().await.remove(0);
    let name = key.strip_prefix("journal/").unwrap();
    let left = [format!("{name}#1"), format!("{name}#22"), "daybook-probe-0#1".to_owned()];
    let not_left = ["c#.parquet", "c#x", "c#1x", "#"].map(str::to_owned);
    for name in left.iter().chain(&not_left) {
        std::fs::write(folder.join(name), "half a file").unwrap();
    }

    let stats = journal.stats().await;
    assert_eq!((stats.leftovers, stats.buffer_events), (3, Some(0)));
    let recorded = journal.record(phone()).await.unwrap();
    assert_eq!(journal.flush().await.unwrap().fork, None);
    assert!(left.iter().all(|name| folder.join(name).exists()), "nothing is ever removed");
    let last = device.keys().await.into_iter().rfind(|key| key.contains("-0000")).unwrap();
    let bytes = std::fs::read(device.root().join(last)).unwrap();
    assert_eq!(read(bytes.into()), [recorded]);
}
