//! Two installations that write under one name: found by whoever flushes last, and survived.

use std::collections::{BTreeMap, BTreeSet};

use super::store::{Fault, ListFault};
use super::*;
use crate::Flushed;

/// Every event of the bucket; one that lies in several files is the same in all of them.
async fn distinct(device: &Device) -> BTreeMap<String, Event> {
    let mut distinct = BTreeMap::new();
    for event in device.stored().await {
        let twin = distinct.insert(event.event_id.clone(), event.clone());
        assert!(twin.is_none() || twin.as_ref() == Some(&event), "{twin:?}, {event:?}");
    }
    distinct
}

async fn assert_all_are_there(device: &Device, acknowledged: &[&[Event]]) {
    let acknowledged = acknowledged.iter().copied().flatten().cloned();
    let acknowledged = acknowledged.map(|event| (event.event_id.clone(), event));
    assert_eq!(distinct(device).await, acknowledged.collect());
}

#[tokio::test]
async fn d7_other_bytes_under_our_name_are_a_fork_and_nothing_is_lost() {
    let device = Device::new();
    let journal = device.journal().await;
    let before = journal.record_batch(vec![phone(); 2]).await.unwrap();
    device.store.next_put(Fault::OtherBytes);
    let flushed = journal.flush().await.unwrap();

    let attempted = device.store.attempted();
    assert_eq!((flushed.events, flushed.files), (2, 1));
    assert_eq!(flushed.fork.as_ref(), Some(&attempted[0]));
    let stamp = |key: &str| key[..27].to_owned();
    assert!(stamp(&attempted[0]) < stamp(&attempted[1]), "a later stamp: {attempted:?}");
    assert_eq!(attempted[0][27..], attempted[1][27..], "the writer and the numbers stay");
    let objects = device.objects().await;
    assert_eq!(objects[0], (attempted[0].clone(), Bytes::from_static(b"another's")));
    assert_eq!(objects[1].0, attempted[1]);
    assert_eq!(read(objects[1].1.clone()), before);

    let after = journal.record(phone()).await.unwrap();
    assert_ne!(after.writer, before[0].writer);
    assert_eq!(after.seq, Some(0));
    assert_eq!(device.pending().status().await.unwrap().forks, 1);
    assert_eq!(journal.stats().await.forks, Some(1));
    assert_eq!(journal.flush().await.unwrap(), Flushed { events: 1, files: 1, fork: None });
}

/// What was recorded before is kept under the name and the numbers it was acknowledged with.
#[tokio::test]
async fn d7_what_waits_when_a_fork_is_found_keeps_its_name() {
    let device = Device::new();
    let journal = device.journal().await;
    let first = journal.record(phone()).await.unwrap();
    device.store.next_put(Fault::Hangs);
    let flush = tokio::spawn({
        let journal = journal.clone();
        async move { journal.flush().await.unwrap() }
    });
    device.store.hanging.notified().await;
    let second = journal.record(phone()).await.unwrap();
    let taken = &device.store.attempted()[0];
    std::fs::create_dir_all(device.root().join("journal")).unwrap();
    std::fs::write(device.root().join(taken), "another's").unwrap();
    device.store.go_on.notify_one();
    assert_eq!(flush.await.unwrap().fork.as_ref(), Some(taken));

    let third = journal.record(phone()).await.unwrap();
    drop(journal);
    let journal = device.journal().await;
    let fourth = journal.record(phone()).await.unwrap();
    let log = [&second, &third, &fourth].map(|event| (event.writer.clone(), event.seq.unwrap()));
    assert_eq!((&log[0].0, log[0].1), (&first.writer, 1));
    assert_ne!(log[1].0, first.writer);
    assert_eq!((&log[1], &log[2]), (&(log[2].0.clone(), 0), &(log[1].0.clone(), 1)));
    assert_eq!(events(journal.pending()).await, [second, third, fourth]);
    assert_eq!(journal.flush().await.unwrap(), Flushed { events: 3, files: 2, fork: None });
}

/// What the copied outbox held at the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copied {
    Nothing,
    Pending,
    Spooled,
}

#[tokio::test]
async fn d16_a_copied_application_folder_is_found_and_both_are_kept() {
    for copied in [Copied::Nothing, Copied::Pending, Copied::Spooled] {
        for time_stands_still in [false, true] {
            copy_and_record(copied, time_stands_still).await;
        }
    }
}

async fn copy_and_record(copied: Copied, time_stands_still: bool) {
    let case = format!("{copied:?}, time stands still: {time_stands_still}");
    let device = Device::new();
    let pass = |seconds| {
        if !time_stands_still {
            device.clock.advance(Duration::from_secs(seconds));
        }
    };
    let ours = device.journal().await;
    let mut common = ours.record_batch(vec![phone(); 2]).await.unwrap();
    ours.flush().await.unwrap();
    if copied != Copied::Nothing {
        common.extend(ours.record_batch(vec![phone(); 2]).await.unwrap());
    }
    if copied == Copied::Spooled {
        device.store.next_put(Fault::Refused);
        ours.flush().await.unwrap_err();
    }
    copy_folder(&device.home(), &device.folder.path().join("copy"));
    let theirs = device.journal_of("copy").await;
    assert_eq!(events(theirs.pending()).await, events(ours.pending()).await);

    pass(1);
    let our_own = ours.record_batch(vec![phone(); 3]).await.unwrap();
    let their_own = theirs.record_batch(vec![phone(); 2]).await.unwrap();
    assert_eq!((&our_own[0].writer, our_own[0].seq), (&their_own[0].writer, their_own[0].seq));
    assert_ne!(our_own[0].event_id, their_own[0].event_id);
    assert_eq!(ours.flush().await.unwrap().fork, None, "{case}");
    pass(1);
    let found = theirs.flush().await.unwrap().fork;
    assert!(found.is_some_and(|key| key.contains(our_own[0].writer.as_ref().unwrap())), "{case}");
    assert_all_are_there(&device, &[&common, &our_own, &their_own]).await;

    pass(1);
    let theirs_later = theirs.record_batch(vec![phone(); 2]).await.unwrap();
    let ours_later = ours.record(phone()).await.unwrap();
    assert_eq!(theirs.flush().await.unwrap().fork, None, "{case}");
    assert!(ours.flush().await.unwrap().fork.is_some(), "{case}: the other one finds it too");
    let ours_last = ours.record(phone()).await.unwrap();
    assert_eq!(ours.flush().await.unwrap().fork, None, "{case}");

    let all = [
        &common[..],
        &our_own,
        &their_own,
        &theirs_later,
        &[ours_later],
        std::slice::from_ref(&ours_last),
    ];
    assert_all_are_there(&device, &all).await;
    let writers = [&our_own[0], &theirs_later[0], &ours_last].map(|e| e.writer.clone().unwrap());
    assert_eq!(BTreeSet::from(writers).len(), 3, "{case}: each goes on under its own name");
    assert_eq!(ours.stats().await.forks, Some(1));
    assert_eq!(theirs.stats().await.forks, Some(1));
}

/// One that has nothing of its own to tell from the original, but sees numbers it never gave.
#[tokio::test]
async fn d16_a_copy_sees_the_originals_later_files() {
    let device = Device::new();
    let ours = device.journal().await;
    ours.record(phone()).await.unwrap();
    copy_folder(&device.home(), &device.folder.path().join("copy"));
    let theirs = device.journal_of("copy").await;
    ours.flush().await.unwrap();
    ours.record(phone()).await.unwrap();
    ours.flush().await.unwrap();
    assert!(
        theirs
            .flush()
            .await
            .unwrap()
            .fork
            .is_some_and(|key| key.contains("-00000000000000000001-"))
    );
    assert_eq!(theirs.record(phone()).await.unwrap().seq, Some(0));
}

#[tokio::test]
async fn a_fork_that_could_not_be_looked_for_is_found_by_the_next_flush() {
    let device = Device::new();
    let ours = device.journal().await;
    ours.record(phone()).await.unwrap();
    ours.flush().await.unwrap();
    copy_folder(&device.home(), &device.folder.path().join("copy"));
    let theirs = device.journal_of("copy").await;
    ours.record(phone()).await.unwrap();
    ours.flush().await.unwrap();

    device.clock.advance(Duration::from_secs(1));
    theirs.record(phone()).await.unwrap();
    device.store.next_list(ListFault::SecondPage);
    assert_eq!(theirs.flush().await.unwrap(), Flushed { events: 1, files: 1, fork: None });
    theirs.record(phone()).await.unwrap();
    assert!(theirs.flush().await.unwrap().fork.is_some());
}

/// A process that records and flushes while another one of the same installation looks for forks.
#[tokio::test]
async fn another_process_of_one_installation_is_no_fork() {
    let device = Device::new();
    let (a, b) = (device.journal().await, device.journal().await);
    a.record(phone()).await.unwrap();
    device.store.next_list(ListFault::Hangs);
    let flush = tokio::spawn(async move { a.flush().await.unwrap() });
    device.store.hanging.notified().await;
    b.record(phone()).await.unwrap();
    assert_eq!(b.flush().await.unwrap().fork, None);
    device.store.go_on.notify_one();
    assert_eq!(flush.await.unwrap().fork, None);
}
