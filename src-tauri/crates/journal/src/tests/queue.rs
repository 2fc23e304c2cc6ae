//! An outbox that cannot be used for a while: everyone who waits is told, and when it can be used
//! again nobody has to open anything.

use rusqlite::Connection;

use super::*;
use crate::{Error, Kind};

fn change_outbox(device: &Device, sql: &str) {
    let connection = Connection::open(device.outbox_file()).unwrap();
    connection.busy_timeout(Duration::from_secs(30)).unwrap();
    connection.execute_batch(sql).unwrap();
}

#[tokio::test]
async fn all_who_wait_are_told_of_an_error_and_recording_goes_on_without_the_cause() {
    let device = Device::new();
    let journal = device.journal().await;
    let mut recorded = journal.record_batch(vec![phone(); 2]).await.unwrap();
    change_outbox(&device, "ALTER TABLE pending RENAME TO gone");

    // The second time, it cannot even be opened.
    for round in 0..2 {
        let mut receipts = Vec::new();
        for _ in 0..5 {
            receipts.push(journal.submit(phone()).await.unwrap());
        }
        for receipt in receipts {
            let refused = receipt.acknowledged().await.unwrap_err();
            assert!(matches!(refused, Error::Outbox { .. }), "{round}: {refused}");
            assert_eq!(refused.kind(), Kind::Failed);
        }
        journal.record_batch(vec![phone(); 2]).await.unwrap_err();
        journal.flush().await.unwrap_err();
        journal.settled().await.unwrap_err();
        device.pending().events().await.unwrap_err();
    }
    change_outbox(&device, "ALTER TABLE gone RENAME TO pending");

    let late = journal.record_batch(vec![phone(); 3]).await.unwrap();
    assert_eq!(late[0].seq, Some(2));
    recorded.extend(late);
    assert_eq!(events(journal.pending()).await, recorded);
    journal.watch().wait_for(|waiting| *waiting == 5).await.unwrap();
    assert_eq!(journal.flush().await.unwrap().events, 5);
    assert_eq!(device.stored().await, recorded);
}

/// What was half done is taken back: nothing of it is there afterwards, or counted.
#[tokio::test]
async fn an_error_in_the_middle_leaves_nothing_behind() {
    let device = Device::new();
    let journal = device.journal().await;
    let trigger = "CREATE TRIGGER fails BEFORE UPDATE OF next_seq ON meta
                   BEGIN SELECT RAISE(ABORT, 'told to'); END";
    change_outbox(&device, trigger);
    let refused = journal.record(phone()).await.unwrap_err();
    assert!(refused.to_string().contains("told to"), "{refused}");
    assert_eq!(events(&device.pending()).await, []);
    change_outbox(&device, "DROP TRIGGER fails");
    let recorded = journal.record(phone()).await.unwrap();
    assert_eq!(recorded.seq, Some(0));
    assert_eq!(events(&device.pending()).await, [recorded]);
}

/// Many that record at once share the wait for the disk, and each gets its own events back.
#[tokio::test]
async fn everyone_gets_the_events_of_their_own() {
    let device = Device::new();
    let journal = device.journal().await;
    let many = (0..100_usize).map(|number| {
        let journal = journal.clone();
        tokio::spawn(async move {
            let value = number.to_string();
            let draft = update("note", None, Some(&value));
            let recorded = journal.record_batch(vec![draft; 1 + number % 3]).await.unwrap();
            assert_eq!(recorded.len(), 1 + number % 3);
            let is_own = |event: &Event| event.new_value.as_ref() == Some(&value);
            assert!(recorded.iter().all(is_own));
            assert!(recorded.windows(2).all(|two| two[0].seq.unwrap() + 1 == two[1].seq.unwrap()));
            recorded
        })
    });
    let many = futures::future::try_join_all(many.collect::<Vec<_>>()).await.unwrap();
    let mut recorded = many.concat();
    recorded.sort_by_key(|event| event.seq);
    assert_eq!(events(journal.pending()).await, recorded);
    let connection = Connection::open(device.outbox_file()).unwrap();
    let blocks =
        connection.query_row("SELECT count(*) FROM pending", [], |row| row.get::<_, i64>(0));
    assert!(blocks.unwrap() < 100, "some have shared a commit");
}
