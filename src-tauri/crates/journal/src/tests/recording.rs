//! From a draft to an acknowledged event.

use super::*;
use crate::limits::{MAX_EVENT_TEXT, MAX_FILE_EVENTS};
use crate::{Batch, Error, Kind, Rejection};

#[tokio::test]
async fn an_event_gets_what_only_the_journal_gives() {
    let device = Device::new();
    let journal = device.journal().await;
    let now = device.clock.now().trunc_subsecs(6);
    let given = parse_time("2020-02-29T12:00:00.000000001Z").unwrap();

    let first = journal.record(phone()).await.unwrap();
    let second = journal.record(Draft { timestamp: Some(given), ..phone() }).await.unwrap();

    assert_eq!((first.timestamp, second.timestamp), (now, given));
    assert_eq!((first.recorded_at, second.recorded_at), (Some(now), Some(now)));
    assert_eq!((first.seq, second.seq), (Some(0), Some(1)));
    assert_eq!(first.batch, None);
    assert_eq!(first.writer, second.writer);
    assert_ne!(first.event_id, second.event_id);
    let uuid: uuid::Uuid = first.event_id.strip_prefix("evt-").unwrap().parse().unwrap();
    assert_eq!(uuid.get_version_num(), 7);
    let (seconds, nanos) = uuid.get_timestamp().unwrap().to_unix();
    assert_eq!((seconds, nanos), (1_772_529_300, 123_000_000));
    assert_eq!(events(journal.pending()).await, [first, second]);
}

#[tokio::test]
async fn what_journals_have_always_recorded() {
    let device = Device::new();
    let journal = device.journal().await;
    let made = [
        journal.record_insert("candidate", "CAND-1", "Sarah", "api", "").await.unwrap(),
        journal
            .record_update("candidate", "CAND-1", "phone", "", "555", "Sarah", "workspace", "ws-1")
            .await
            .unwrap(),
        journal.record_ingest("placement", 500, "ingest_pipeline", "may.csv").await.unwrap(),
    ];
    let texts = made.map(|e| {
        let values = [e.old_value, e.new_value, e.workspace_id].map(Option::unwrap).join("|");
        let action = e.action.as_str();
        [&e.entity_type, &e.entity_id, &e.field, action, &values, &e.actor, &e.source].join(" ")
    });
    let expected = [
        "candidate CAND-1 * insert || Sarah api",
        "candidate CAND-1 phone update |555|ws-1 Sarah workspace",
        "placement batch:500 * ingest |500 rows from may.csv| ingest_pipeline ingest",
    ];
    assert_eq!(texts, expected);
}

#[tokio::test]
async fn a_batch_is_recorded_whole_and_shares_its_id() {
    let device = Device::new();
    let journal = device.journal().await;
    assert_eq!(journal.record_batch(Vec::new()).await.unwrap(), []);
    let one = journal.record_batch(vec![phone()]).await.unwrap();
    let three = journal.record_batch(vec![phone(), phone(), phone()]).await.unwrap();

    assert_eq!(one[0].batch, None);
    assert!(three[0].batch.is_some());
    assert!(three.iter().all(|event| event.batch == three[0].batch));
    assert_eq!(three.iter().map(|event| event.seq.unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(events(journal.pending()).await, [one, three].concat());
}

#[tokio::test]
async fn d22_a_bad_event_is_named_and_nothing_of_its_batch_recorded() {
    let device = Device::new();
    let journal = device.journal().await;
    let year_9999 = DateTime::from_timestamp(253_402_300_799, 0);
    let bad = [
        Draft { actor: String::new(), ..phone() },
        Draft { entity_id: " ".to_owned(), ..phone() },
        Draft { action: Action::Other("merge".to_owned()), ..phone() },
        Draft { timestamp: year_9999, ..phone() },
        Draft { new_value: Some("x".repeat(MAX_EVENT_TEXT)), ..phone() },
    ];
    for bad in bad {
        let alone = journal.record(bad.clone()).await.unwrap_err();
        assert_eq!(alone.kind(), Kind::Invalid, "{alone}");
        let batch = journal.record_batch(vec![phone(), phone(), bad]).await.unwrap_err();
        assert!(matches!(batch, Error::BatchEvent { index: 2, .. }), "{batch}");
    }
    let large = Draft { new_value: Some("x".repeat(MAX_EVENT_TEXT)), ..phone() };
    let large = journal.record(large).await.unwrap_err();
    assert!(matches!(large, Error::Event { rejection: Rejection::TooLarge { .. } }), "{large}");

    assert_eq!(events(journal.pending()).await, []);
    assert_eq!(journal.record(phone()).await.unwrap().seq, Some(0));
}

#[tokio::test]
async fn what_belongs_together_shares_a_batch_however_many_files_it_needs() {
    let device = Device::new();
    let journal = device.journal().await;
    let large = Draft { new_value: Some("x".repeat(MAX_EVENT_TEXT / 2 + 1024)), ..phone() };
    let mut reports = Vec::new();
    let drafts = vec![phone(), large.clone(), large.clone(), large, phone()];
    let recorded =
        journal.record_together(drafts, |so_far| reports.push(so_far.events)).await.unwrap();
    assert_eq!((recorded.events, recorded.batches, &*reports), (5, 3, &[2, 3, 5][..]));
    let recorded_events = events(journal.pending()).await;
    assert!(recorded.batch.is_some());
    assert!(recorded_events.iter().all(|event| event.batch == recorded.batch));

    // One that is refused keeps all from being recorded, wherever it stands.
    let nameless = Draft { actor: String::new(), ..phone() };
    let refused = journal.record_together(vec![phone(), nameless], |_| {}).await.unwrap_err();
    assert!(matches!(refused, Error::BatchEvent { index: 1, .. }), "{refused}");
    assert_eq!(events(journal.pending()).await.len(), 5);
    let nothing = journal.record_together(Vec::new(), |_| {}).await.unwrap();
    assert_eq!((nothing.events, nothing.batch), (0, None));
}

#[tokio::test]
async fn a_batch_is_never_more_than_a_file() {
    let device = Device::new();
    let journal = device.journal().await;
    let many = vec![phone(); usize::try_from(MAX_FILE_EVENTS).unwrap() + 1];
    let large = Draft { new_value: Some("x".repeat(MAX_EVENT_TEXT / 2)), ..phone() };
    for batch in [many, vec![large; 3]] {
        let refused = journal.record_batch(batch).await.unwrap_err();
        assert!(matches!(refused, Error::BatchTooLarge), "{refused}");
        assert_eq!(refused.kind(), Kind::Invalid);
    }
    assert_eq!(events(journal.pending()).await, []);
    assert!(journal.record_whole(Batch::default()).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_handed_over_is_recorded_in_that_order() {
    let device = Device::new();
    let journal = device.journal().await;
    let mut receipts = Vec::new();
    for _ in 0..20 {
        receipts.push(journal.submit(phone()).await.unwrap());
    }
    let refused = journal.submit(Draft { actor: String::new(), ..phone() }).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Invalid);
    // Nobody waits for the tenth, and it is recorded all the same.
    drop(receipts.remove(10));
    journal.settled().await.unwrap();

    let mut acknowledged = Vec::new();
    for receipt in receipts {
        acknowledged.extend(receipt.acknowledged().await.unwrap());
    }
    let mut recorded = events(journal.pending()).await;
    assert_eq!(
        recorded.iter().map(|e| e.seq.unwrap()).collect::<Vec<_>>(),
        (0..20).collect::<Vec<_>>()
    );
    recorded.remove(10);
    assert_eq!(acknowledged, recorded);
    assert!(recorded.iter().all(|event| event.batch.is_none()));
}

#[tokio::test]
async fn two_handles_on_one_outbox_number_without_a_gap() {
    let device = Device::new();
    let (a, b) = (device.journal().await, device.journal().await);
    let both = (0..40).map(|i| {
        let journal = if i % 2 == 0 { a.clone() } else { b.clone() };
        tokio::spawn(async move { journal.record(phone()).await.unwrap() })
    });
    let recorded = futures::future::try_join_all(both.collect::<Vec<_>>()).await.unwrap();

    let mut seqs = recorded.iter().map(|event| event.seq.unwrap()).collect::<Vec<_>>();
    seqs.sort_unstable();
    assert_eq!(seqs, (0..40).collect::<Vec<_>>());
    assert!(recorded.iter().all(|event| event.writer == recorded[0].writer));
    assert_eq!(events(a.pending()).await, events(b.pending()).await);
    assert_eq!(events(&device.pending()).await.len(), 40);
    assert_eq!(a.stats().await.total_events_created, Some(40));
}
