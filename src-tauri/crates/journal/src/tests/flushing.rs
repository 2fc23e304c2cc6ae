//! From the outbox into the bucket, with everything that can go wrong on the way.

use std::slice;

use object_store::path::Path as Key;
use object_store::{PutMode, PutOptions};

use super::files::Bare;
use super::store::Fault;
use super::*;
use crate::file::{File, is_name_of, seqs_in_name};
use crate::limits::MAX_FILE_EVENTS;
use crate::outbox::Block;
use crate::{Error, Flushed};
use sha2::{Digest, Sha256};

/// One file of so many events.
fn one(events: u64) -> Flushed {
    Flushed { events, files: 1, fork: None }
}

#[tokio::test]
async fn d14_a_frozen_clock_makes_distinct_names() {
    let device = Device::new();
    let journal = device.journal().await;
    for _ in 0..2 {
        journal.record(phone()).await.unwrap();
        assert_eq!(journal.flush().await.unwrap(), one(1));
    }
    let keys = device.keys().await;
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0][..27], keys[1][..27], "the same stamp");
    assert_eq!(device.stored().await.iter().map(|e| e.seq.unwrap()).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(journal.flush().await.unwrap(), Flushed::default());
}

#[tokio::test]
async fn what_is_in_a_bucket_keeps_every_byte() {
    let device = Device::new();
    for name in ["journal/20240101_000000_000.parquet", "notes.txt", "journal/damaged.parquet"] {
        let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let bytes = name.as_bytes().to_vec();
        device.store.put_opts(&Key::from(name), bytes.into(), create).await.unwrap();
    }
    let journal = device.folder_journal().await;
    journal.record(phone()).await.unwrap();
    journal.flush().await.unwrap();
    let before = device.objects().await;
    assert_eq!(before.len(), 4);

    journal.record_batch(vec![phone(), phone()]).await.unwrap();
    assert_eq!(journal.flush().await.unwrap(), one(2));
    let after = device.objects().await;
    assert_eq!(after.len(), 5);
    assert!(before.iter().all(|object| after.contains(object)));
    assert_eq!(journal.stats().await.persisted_files, Some(4));
}

#[tokio::test]
async fn a_flush_that_ends_in_mid_put_is_completed_after_reopening() {
    let device = Device::new();
    let journal = device.journal().await;
    let recorded = journal.record(phone()).await.unwrap();
    device.store.next_put(Fault::Hangs);
    tokio::select! {
        flushed = journal.flush() => panic!("the put hangs, but the flush ended: {flushed:?}"),
        () = device.store.hanging.notified() => {}
    }
    assert_eq!(events(journal.pending()).await, slice::from_ref(&recorded));
    drop(journal);

    device.clock.advance(Duration::from_mins(1));
    let journal = device.journal().await;
    assert_eq!(events(journal.pending()).await, slice::from_ref(&recorded));
    assert_eq!(journal.flush().await.unwrap(), one(1));
    assert_eq!(device.stored().await, [recorded]);
    let attempts = device.store.attempts.lock().unwrap().clone();
    assert_eq!(attempts[0], attempts[1]);
}

#[tokio::test]
async fn handles_that_flush_at_once_store_each_event_once() {
    let device = Device::new();
    let (a, b) = (device.journal().await, device.journal().await);
    let recorded = a.record_batch(vec![phone(); 20]).await.unwrap();
    let (x, y) = tokio::join!(a.flush(), b.flush());
    assert_eq!(x.unwrap().events + y.unwrap().events, 20);
    assert_eq!(device.stored().await, recorded);
    assert_eq!(events(b.pending()).await, []);
}

#[tokio::test]
async fn damaged_bytes_do_not_leave_the_outbox() {
    let device = Device::new();
    let journal = device.journal().await;
    let recorded = journal.record(phone()).await.unwrap();
    device.store.next_put(Fault::Refused);
    journal.flush().await.unwrap_err();
    let connection = rusqlite::Connection::open(device.outbox_file()).unwrap();
    connection.execute("UPDATE spool SET bytes = zeroblob(100)", []).unwrap();

    let error = journal.flush().await.unwrap_err();
    assert!(matches!(error, Error::OutboxDamaged { .. }), "{error}");
    assert_eq!(events(journal.pending()).await, [recorded]);
    assert_eq!(device.keys().await, Vec::<String>::new());
}

#[tokio::test]
async fn damaged_events_do_not_leave_the_outbox() {
    let device = Device::new();
    let journal = device.journal().await;
    journal.record(phone()).await.unwrap();
    let connection = rusqlite::Connection::open(device.outbox_file()).unwrap();
    let sql =
        "UPDATE pending SET bytes = CAST(replace(CAST(bytes AS TEXT), '0199', '0198') AS BLOB)";
    assert_eq!(connection.execute(sql, []).unwrap(), 1);

    for error in [journal.flush().await.unwrap_err(), device.pending().events().await.unwrap_err()]
    {
        assert!(matches!(error, Error::OutboxDamaged { .. }), "{error}");
    }
    assert_eq!(device.keys().await, Vec::<String>::new());
}

const MIB: usize = 1 << 20;

/// Files are cut between blocks, by how much text and by how many events go into one.
#[test]
fn a_large_buffer_is_cut_into_consecutive_files() {
    let text = |mib: usize| vec![update("note", None, Some(&"x".repeat(mib * MIB)))];
    // A block larger than a file is a file by itself, never stuck.
    let by_size = [25, 25, 25, 61, 1, 1].map(text);
    let most = usize::try_from(MAX_FILE_EVENTS).unwrap();
    let by_number = [most / 2, most / 2, 1, 1].map(|events| vec![phone(); events]);
    for (blocks, expected) in
        [(by_size.to_vec(), vec![2, 1, 1, 2]), (by_number.to_vec(), vec![2, 2])]
    {
        let mut bare = Bare::new();
        let events = blocks.iter().map(Vec::len).sum::<usize>() as u64;
        for drafts in blocks {
            drop(bare.append(drafts));
        }
        assert_eq!(cut(&mut bare), expected);

        let first = bare.reader.oldest_spooled().unwrap().unwrap();
        assert_eq!(first.first_seq, 0);
        assert!(bare.outbox.prune(&first).unwrap());
        assert!(!bare.outbox.prune(&first).unwrap());
        assert_eq!(bare.reader.status().unwrap().events, events - first.events);
    }
}

/// Spools everything; how many blocks have gone into each file.
fn cut(bare: &mut Bare) -> Vec<usize> {
    let mut lengths = Vec::new();
    loop {
        let blocks = bare.reader.unspooled(u64::MAX).unwrap();
        if blocks.is_empty() {
            return lengths;
        }
        bare.outbox.spool(&file_of(&blocks)).unwrap();
        lengths.push(blocks.len());
    }
}

/// A file of these blocks by its name only.
fn file_of(blocks: &[Block]) -> File {
    let (first, bytes) = (&blocks[0], Bytes::from_static(b"bytes"));
    let events = blocks.iter().map(|block| block.events).sum::<u64>();
    let (writer, first_seq) = (first.writer.clone(), first.first_seq);
    let range = format!("{first_seq:020}-{:020}", first_seq + events - 1);
    File {
        position: first.position,
        events,
        first_seq,
        key: format!("journal/20260303_091500_123-{writer}-{range}.parquet"),
        writer,
        sha256: Sha256::digest(&bytes).into(),
        bytes,
    }
}

#[test]
fn a_name_says_which_events_it_holds() {
    let name = "journal/20260303_091500_123-a1-00000000000000000007-00000000000000000009.parquet";
    assert_eq!(seqs_in_name(name, "a1"), Some((7, 9)));
    assert!(is_name_of(name, "a1", 7, 9));
    for (writer, first, last) in [("1", 7, 9), ("a", 7, 9), ("a1", 6, 9), ("a1", 7, 10)] {
        assert!(!is_name_of(name, writer, first, last), "{writer} {first} {last}");
    }
    let others = [
        "journal/20240101_000000_000.parquet",
        "journal/20260303_091500_123-a1-7.parquet",
        "journal/20260303_091500_123-a1-x-00000000000000000009.parquet",
        "journal/20260303_091500_123-b1-00000000000000000007-00000000000000000009.parquet",
    ];
    assert!(others.iter().all(|name| seqs_in_name(name, "a1").is_none()));
}
