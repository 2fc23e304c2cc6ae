//! From a draft to an acknowledged event.

use super::*;
use crate::encode::MAX_EVENT_TEXT;
use crate::{Error, Kind, Rejection, SystemRandom};

#[tokio::test]
async fn an_event_gets_what_only_the_journal_gives() {
    let desk = Desk::new();
    let journal = desk.journal().await;
    let now = desk.clock.now().trunc_subsecs(6);
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
    assert_eq!(journal.pending().await.unwrap(), [first, second]);
}

#[tokio::test]
async fn acceptance_never_goes_back_in_time() {
    let desk = Desk::new();
    let journal = desk.journal().await;
    let before = journal.record(phone()).await.unwrap();
    desk.clock.advance(-86_400_000_000);
    let after = journal.record(phone()).await.unwrap();
    drop(journal);
    let reopened = desk.journal().await.record(phone()).await.unwrap();

    assert_eq!(after.recorded_at, before.recorded_at);
    assert_eq!(reopened.recorded_at, before.recorded_at);
    assert_eq!(reopened.seq, Some(2));
}

#[tokio::test]
async fn what_journals_have_always_recorded() {
    let desk = Desk::new();
    let journal = desk.journal().await;
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
    let desk = Desk::new();
    let journal = desk.journal().await;
    assert_eq!(journal.record_batch(Vec::new()).await.unwrap(), []);
    let one = journal.record_batch(vec![phone()]).await.unwrap();
    let three = journal.record_batch(vec![phone(), phone(), phone()]).await.unwrap();

    assert_eq!(one[0].batch, None);
    assert!(three[0].batch.is_some());
    assert!(three.iter().all(|event| event.batch == three[0].batch));
    assert_eq!(three.iter().map(|event| event.seq.unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(journal.pending().await.unwrap(), [one, three].concat());
}

#[tokio::test]
async fn d22_a_bad_event_is_named_and_nothing_of_its_batch_recorded() {
    let desk = Desk::new();
    let journal = desk.journal().await;
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

    assert_eq!(journal.pending().await.unwrap(), []);
    assert_eq!(journal.record(phone()).await.unwrap().seq, Some(0));
}

#[tokio::test]
async fn two_handles_on_one_outbox_number_without_a_gap() {
    let desk = Desk::new();
    let (a, b) = (desk.journal().await, desk.journal().await);
    let both = (0..40).map(|i| {
        let journal = if i % 2 == 0 { a.clone() } else { b.clone() };
        tokio::spawn(async move { journal.record(phone()).await.unwrap() })
    });
    let recorded = futures::future::try_join_all(both.collect::<Vec<_>>()).await.unwrap();

    let mut seqs = recorded.iter().map(|event| event.seq.unwrap()).collect::<Vec<_>>();
    seqs.sort_unstable();
    assert_eq!(seqs, (0..40).collect::<Vec<_>>());
    assert!(recorded.iter().all(|event| event.writer == recorded[0].writer));
    assert_eq!(a.pending().await.unwrap(), b.pending().await.unwrap());
    assert_eq!(a.stats().await.unwrap().total_events_created, 40);
}

#[tokio::test]
async fn an_outbox_is_opened_only_where_it_belongs() {
    let desk = Desk::new();
    let folder = |path: PathBuf| Bucket::folder(&path);
    assert!(matches!(folder(desk.root().join("none")), Err(Error::Folder { .. })));
    std::fs::write(desk.folder.path().join("a file"), "").unwrap();
    assert!(matches!(folder(desk.folder.path().join("a file")), Err(Error::NotAFolder { .. })));

    let inside = desk.root().join("new/home");
    let bucket = folder(desk.root()).unwrap();
    let refused = Journal::open(bucket, &inside, desk.options(1)).await.unwrap_err();
    assert!(matches!(refused, Error::HomeInBucket { .. }), "{refused}");
    assert_eq!(refused.kind(), Kind::Refused);
    assert_eq!(std::fs::read_dir(desk.root()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_bucket_is_the_same_by_whatever_path() {
    let desk = Desk::new();
    let link = desk.folder.path().join("link");
    std::os::unix::fs::symlink(desk.root(), &link).unwrap();
    let identities = [desk.root(), link, desk.root().join("../bucket/")]
        .map(|path| Bucket::folder(&path).unwrap().identity().to_owned());
    assert!(identities.iter().all(|identity| *identity == identities[0]), "{identities:?}");
}

#[tokio::test]
async fn an_outbox_of_a_newer_daybook_is_left_alone() {
    let desk = Desk::new();
    desk.journal().await.record(phone()).await.unwrap();
    let outbox = desk.outbox_file();
    let connection = rusqlite::Connection::open(outbox).unwrap();
    connection.pragma_update(None, "user_version", 2).unwrap();

    let bucket = Bucket::new(desk.store.clone(), "a store with faults".to_owned());
    let refused = Journal::open(bucket, &desk.home(), desk.options(1)).await.unwrap_err();
    assert!(matches!(refused, Error::OutboxFormat { found: 2, .. }), "{refused}");
}

#[tokio::test]
async fn each_bucket_has_its_own_outbox_and_writer() {
    let desk = Desk::new();
    let options = Options { random: Arc::new(SystemRandom), ..desk.options(u64::MAX) };
    let mut writers = Vec::new();
    for name in ["one", "two", "one"] {
        let bucket = Bucket::new(desk.store.clone(), name.to_owned());
        let journal = Journal::open(bucket, &desk.home(), options.clone()).await.unwrap();
        writers.push(journal.record(phone()).await.unwrap().writer.unwrap());
    }
    assert_eq!(writers[0], writers[2]);
    assert_ne!(writers[0], writers[1]);
    assert!(writers[0].len() == 12 && writers[0].bytes().all(|b| b.is_ascii_hexdigit()));
}
