//! Flushing by itself.

use super::store::Fault;
use super::*;

const AFTER: Duration = Duration::from_secs(7);

impl Device {
    async fn journal_flushing_after(&self, flush_threshold: u64) -> Journal {
        let options = Options { flush_after: AFTER, ..self.options(flush_threshold) };
        self.open(&self.home(), options).await
    }
}

/// Waits until so many events wait.
async fn until_waiting(journal: &Journal, events: u64) {
    journal.watch().wait_for(|waiting| *waiting == events).await.unwrap();
}

#[tokio::test]
async fn enough_events_are_flushed_at_once() {
    let device = Device::new();
    let journal = device.journal_flushing_after(3).await;
    let mut recorded = Vec::new();
    for round in 1..=3 {
        recorded.push(journal.record(phone()).await.unwrap());
        recorded.push(journal.record(phone()).await.unwrap());
        // It has looked at them, and waits for more, or for time to pass.
        assert_eq!(device.clock.asked(round).await, vec![AFTER; round]);
        assert_eq!(device.keys().await.len(), round - 1);
        until_waiting(&journal, 2).await;
        recorded.push(journal.record(phone()).await.unwrap());
        until_waiting(&journal, 0).await;
        assert_eq!(device.keys().await.len(), round);
    }
    assert_eq!(device.stored().await, recorded);
    let stats = journal.stats().await;
    assert_eq!((stats.buffer_events, stats.total_events_created), (Some(0), Some(9)));
    assert_eq!((stats.persisted_files, stats.flush_threshold), (Some(3), 3));
}

#[tokio::test]
async fn few_events_are_flushed_after_a_while() {
    let device = Device::new();
    let journal = device.journal_flushing_after(100).await;
    let recorded = journal.record_batch(vec![phone(); 2]).await.unwrap();
    device.clock.asked(1).await;
    device.clock.advance(AFTER.checked_sub(Duration::from_nanos(1)).unwrap());
    tokio::task::yield_now().await;
    assert_eq!(events(&device.pending()).await, recorded);
    assert_eq!(device.store.attempted(), Vec::<String>::new());
    device.clock.advance(Duration::from_nanos(1));
    until_waiting(&journal, 0).await;
    assert_eq!(device.stored().await, recorded);
}

#[tokio::test]
async fn what_an_earlier_process_has_left_is_flushed_too() {
    let device = Device::new();
    let earlier = device.journal_flushing_after(100).await;
    let recorded = earlier.record(phone()).await.unwrap();
    device.clock.asked(1).await;
    drop(earlier);
    let journal = device.journal_flushing_after(100).await;
    until_waiting(&journal, 1).await;
    device.clock.asked(2).await;
    device.clock.advance(AFTER);
    until_waiting(&journal, 0).await;
    assert_eq!(device.stored().await, [recorded]);
}

#[tokio::test]
async fn while_nothing_waits_nothing_is_done() {
    let device = Device::new();
    let journal = device.journal_flushing_after(1).await;
    for _ in 0..3 {
        device.clock.advance(AFTER);
        journal.settled().await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(device.clock.asked_so_far(), 0);
    assert_eq!(device.store.attempted(), Vec::<String>::new());
}

#[tokio::test]
async fn after_failures_it_tries_again_less_and_less_often() {
    let device = Device::new();
    let journal = device.journal_flushing_after(1).await;
    let pauses = [1, 2, 4, 8, 16, 32, 60, 60, 60];
    for _ in pauses {
        device.store.next_put(Fault::Denied);
    }
    let recorded = journal.record(phone()).await.unwrap();
    for (failures, pause) in (1..).zip(pauses) {
        let asked = device.clock.asked(failures + 1).await[failures];
        let pause = Duration::from_secs(pause);
        assert!(asked >= pause && asked <= pause.mul_f64(1.25), "{failures}: {asked:?}");
        assert_eq!(device.store.attempted().len(), failures);
        assert!(device.pending().status().await.unwrap().failure.is_some());
        device.clock.advance(asked);
    }
    until_waiting(&journal, 0).await;
    journal.settled().await.unwrap();
    assert_eq!(device.stored().await, [recorded]);
    assert_eq!(device.store.attempted().len(), pauses.len() + 1);

    // And begins with short ones again.
    device.store.next_put(Fault::Refused);
    journal.record(phone()).await.unwrap();
    let asked = device.clock.asked(pauses.len() + 3).await;
    assert_eq!(asked[pauses.len() + 1], AFTER);
    assert!(asked[pauses.len() + 2] < Duration::from_secs(2), "{asked:?}");
}

/// Those who failed together do not all come back together.
#[tokio::test]
async fn no_two_pauses_are_the_same() {
    let device = Device::new();
    let journal = device.journal_flushing_after(1).await;
    for _ in 0..9 {
        device.store.next_put(Fault::Refused);
    }
    journal.record(phone()).await.unwrap();
    for failures in 1..=9 {
        let asked = device.clock.asked(failures + 1).await[failures];
        device.clock.advance(asked);
    }
    let asked = device.clock.asked(10).await;
    assert!(asked[7] != asked[8] && asked[8] != asked[9], "{asked:?}");
}

#[tokio::test]
async fn many_that_fill_the_buffer_at_once_make_no_small_files() {
    let device = Device::new();
    let journal = device.journal_flushing_at(10).await;
    let many = (0..60).map(|_| {
        let journal = journal.clone();
        tokio::spawn(async move { journal.record(phone()).await.unwrap() })
    });
    futures::future::try_join_all(many.collect::<Vec<_>>()).await.unwrap();
    journal.settled().await.unwrap();
    journal.watch().wait_for(|waiting| *waiting < 10).await.unwrap();

    let pending = events(journal.pending()).await.len();
    let files = device.objects().await.into_iter().map(|(_, bytes)| read(bytes).len());
    let files = files.collect::<Vec<_>>();
    assert!(!files.is_empty() && files.iter().all(|events| *events >= 10), "{files:?}");
    assert_eq!(files.iter().sum::<usize>() + pending, 60);
}

/// A recorder is told the truth even while every flush fails.
#[tokio::test]
async fn a_flush_that_fails_never_fails_the_record() {
    let device = Device::new();
    let journal = device.journal_flushing_after(2).await;
    for _ in 0..5 {
        device.store.next_put(Fault::Refused);
    }
    let mut recorded = Vec::new();
    for _ in 0..6 {
        recorded.push(journal.record(phone()).await.unwrap());
    }
    device.clock.asked(2).await;
    assert_eq!(events(journal.pending()).await, recorded);
    device.store.forget_faults();
    journal.flush().await.unwrap();
    assert_eq!(device.stored().await, recorded);
}

#[tokio::test]
async fn a_journal_that_nobody_holds_any_more_does_not_flush() {
    let device = Device::new();
    let journal = device.journal_flushing_after(100).await;
    let recorded = journal.record(phone()).await.unwrap();
    device.clock.asked(1).await;
    drop(journal);
    device.clock.advance(AFTER);
    tokio::task::yield_now().await;
    assert_eq!(device.store.attempted(), Vec::<String>::new());
    assert_eq!(events(&device.pending()).await, [recorded]);
}
