//! From the outbox into the bucket, with everything that can go wrong on the way.

use std::slice;

use object_store::path::Path as Key;
use object_store::{PutMode, PutOptions};

use super::store::Fault;
use super::*;
use crate::outbox::Outbox;
use crate::{Error, Flushed, Kind};

#[tokio::test]
async fn d14_a_frozen_clock_makes_distinct_names() {
    let desk = Desk::new();
    let journal = desk.journal().await;
    for _ in 0..2 {
        journal.record(phone()).await.unwrap();
        assert_eq!(journal.flush().await.unwrap(), Flushed { events: 1, files: 1 });
    }
    let keys = desk.keys().await;
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0][..27], keys[1][..27], "the same stamp");
    assert_eq!(desk.stored().await.iter().map(|e| e.seq.unwrap()).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(journal.flush().await.unwrap(), Flushed::default());
}

#[tokio::test]
async fn what_is_in_a_bucket_keeps_every_byte() {
    let desk = Desk::new();
    for name in ["journal/20240101_000000_000.parquet", "notes.txt", "journal/damaged.parquet"] {
        let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let bytes = name.as_bytes().to_vec();
        desk.store.put_opts(&Key::from(name), bytes.into(), create).await.unwrap();
    }
    let journal = desk.folder_journal().await;
    journal.record(phone()).await.unwrap();
    journal.flush().await.unwrap();
    let before = desk.objects().await;
    assert_eq!(before.len(), 4);

    journal.record_batch(vec![phone(), phone()]).await.unwrap();
    assert_eq!(journal.flush().await.unwrap(), Flushed { events: 2, files: 1 });
    let after = desk.objects().await;
    assert_eq!(after.len(), 5);
    assert!(before.iter().all(|object| after.contains(object)));
    assert_eq!(journal.stats().await.unwrap().persisted_files, 4);
}

/// Each way a put can fail, and what a flush makes of it: whether it says that it succeeded, and
/// whether the file is there.
#[tokio::test]
async fn d3_to_d7_a_failed_put_is_settled_by_reading_back() {
    for (fault, settled, there) in [
        (Fault::Refused, false, false),
        (Fault::FalselyThere, false, false),
        (Fault::FalselyStored, false, false),
        (Fault::Unreadable, false, true),
        (Fault::AnswerLost, true, true),
        (Fault::AlreadyThere, true, true),
    ] {
        let desk = Desk::new();
        let journal = desk.journal().await;
        let recorded = journal.record_batch(vec![phone(), phone()]).await.unwrap();
        desk.store.next_put(fault);
        let flushed = journal.flush().await;

        assert_eq!(flushed.is_ok(), settled, "{fault:?}");
        assert_eq!(desk.objects().await.len(), usize::from(there), "{fault:?}");
        if let Err(error) = flushed {
            assert_eq!(error.kind(), Kind::Failed, "{error}");
            assert_eq!(journal.pending().await.unwrap(), recorded, "{fault:?}");
        }
        // What is recorded meanwhile gets a file of its own.
        desk.clock.advance(5_000_000);
        let late = journal.record(phone()).await.unwrap();
        let files = if settled { 1 } else { 2 };
        assert_eq!(journal.flush().await.unwrap().files, files, "{fault:?}");

        assert_eq!(journal.pending().await.unwrap(), []);
        assert_eq!(desk.stored().await, [recorded, vec![late]].concat());
        let attempts = desk.store.attempts.lock().unwrap().clone();
        assert_eq!(attempts.len(), if settled { 2 } else { 3 });
        assert!(settled || attempts[0] == attempts[1], "{fault:?}: the same bytes, the same key");
    }
}

#[tokio::test]
async fn d7_other_bytes_under_our_name_are_a_fork_and_nothing_is_lost() {
    let desk = Desk::new();
    let journal = desk.journal().await;
    let recorded = journal.record(phone()).await.unwrap();
    desk.store.next_put(Fault::OtherBytes);
    for _ in 0..2 {
        let fork = journal.flush().await.unwrap_err();
        assert_eq!(fork.kind(), Kind::Forked, "{fork}");
        assert_eq!(journal.pending().await.unwrap(), slice::from_ref(&recorded));
    }
    let objects = desk.objects().await;
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0].1, "another's");
}

#[tokio::test]
async fn a_flush_that_ends_in_mid_put_is_completed_after_reopening() {
    let desk = Desk::new();
    let journal = desk.journal().await;
    let recorded = journal.record(phone()).await.unwrap();
    desk.store.next_put(Fault::Hangs);
    tokio::select! {
        flushed = journal.flush() => panic!("the put hangs, but the flush ended: {flushed:?}"),
        () = desk.store.hanging.notified() => {}
    }
    assert_eq!(journal.pending().await.unwrap(), slice::from_ref(&recorded));
    drop(journal);

    desk.clock.advance(60_000_000);
    let journal = desk.journal().await;
    assert_eq!(journal.pending().await.unwrap(), slice::from_ref(&recorded));
    assert_eq!(journal.flush().await.unwrap(), Flushed { events: 1, files: 1 });
    assert_eq!(desk.stored().await, [recorded]);
    let attempts = desk.store.attempts.lock().unwrap().clone();
    assert_eq!(attempts[0], attempts[1]);
}

#[tokio::test]
async fn a_full_buffer_flushes_by_itself_and_never_fails_the_record() {
    let desk = Desk::new();
    let journal = desk.journal_flushing_at(3).await;
    desk.store.next_put(Fault::Refused);
    let mut files = Vec::new();
    for _ in 0..7 {
        journal.record(phone()).await.unwrap();
        files.push(desk.objects().await.len());
    }
    // The third record tries and fails; the fourth stores its file, and one of its own.
    assert_eq!(files, [0, 0, 0, 2, 2, 2, 3]);
    let stats = journal.stats().await.unwrap();
    assert_eq!((stats.buffer_events, stats.total_events_created), (0, 7));
    assert_eq!((stats.persisted_files, stats.flush_threshold), (3, 3));
}

#[tokio::test]
async fn many_that_fill_the_buffer_at_once_make_no_small_files() {
    let desk = Desk::new();
    let journal = desk.journal_flushing_at(10).await;
    let many = (0..60).map(|_| {
        let journal = journal.clone();
        tokio::spawn(async move { journal.record(phone()).await.unwrap() })
    });
    futures::future::try_join_all(many.collect::<Vec<_>>()).await.unwrap();

    let files = desk.objects().await.into_iter().map(|(_, bytes)| read(bytes).len());
    let files = files.collect::<Vec<_>>();
    assert!(!files.is_empty() && files.iter().all(|events| *events >= 10), "{files:?}");
    let pending = journal.pending().await.unwrap().len();
    assert_eq!(files.iter().sum::<usize>() + pending, 60);
}

#[tokio::test]
async fn d18_a_listing_that_fails_is_an_error_and_no_number() {
    let desk = Desk::new();
    let journal = desk.journal().await;
    assert_eq!(journal.stats().await.unwrap().persisted_files, 0);
    desk.store.fail_next_list();
    let error = journal.stats().await.unwrap_err();
    assert!(matches!(error, Error::List { .. }), "{error}");
}

#[tokio::test]
async fn handles_that_flush_at_once_store_each_event_once() {
    let desk = Desk::new();
    let (a, b) = (desk.journal().await, desk.journal().await);
    let recorded = a.record_batch(vec![phone(); 20]).await.unwrap();
    let (x, y) = tokio::join!(a.flush(), b.flush());
    assert_eq!(x.unwrap().events + y.unwrap().events, 20);
    assert_eq!(desk.stored().await, recorded);
    assert_eq!(b.pending().await.unwrap(), []);
}

#[tokio::test]
async fn a_large_buffer_is_cut_into_consecutive_files() {
    let desk = Desk::new();
    let random = Counting::default();
    let mut outbox = Outbox::open(&desk.home(), "cut", &random).unwrap();
    let drafts = vec![update("note", None, Some(&"x".repeat(1000))); 10];
    outbox.append(drafts, desk.clock.as_ref(), &random).unwrap();

    let mut lengths = Vec::new();
    loop {
        let events = outbox.unspooled(10, 4000).unwrap();
        let Some(file) = crate::encode::encode(&events, desk.clock.now()).unwrap() else { break };
        outbox.spool(&file).unwrap();
        lengths.push(events.len());
    }
    assert_eq!(lengths, [3, 3, 3, 1]);
    assert_eq!(outbox.unspooled(10, 4000).unwrap(), []);
    let first = outbox.oldest_spooled().unwrap().unwrap();
    assert_eq!((first.first_seq, first.last_seq), (0, 2));
    assert!(outbox.prune(&first).unwrap());
    assert!(!outbox.prune(&first).unwrap());
    assert_eq!(outbox.counts().unwrap().pending, 7);
    // An event larger than a file is allowed to be is a file by itself, never stuck.
    outbox.append(vec![phone()], desk.clock.as_ref(), &random).unwrap();
    assert_eq!(outbox.unspooled(11, 1).unwrap().len(), 1);
}

#[tokio::test]
async fn damaged_bytes_do_not_leave_the_outbox() {
    let desk = Desk::new();
    let journal = desk.journal().await;
    let recorded = journal.record(phone()).await.unwrap();
    desk.store.next_put(Fault::Refused);
    journal.flush().await.unwrap_err();
    let connection = rusqlite::Connection::open(desk.outbox_file()).unwrap();
    connection.execute("UPDATE spool SET bytes = zeroblob(100)", []).unwrap();

    let error = journal.flush().await.unwrap_err();
    assert!(matches!(error, Error::OutboxFile { .. }), "{error}");
    assert_eq!(journal.pending().await.unwrap(), [recorded]);
    assert_eq!(desk.keys().await, Vec::<String>::new());
}
