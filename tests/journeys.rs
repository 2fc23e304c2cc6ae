//! From recording to answers, through files.

use std::fs;

use arrow::array::{Array, StringArray};
use event::{Action, Amendment, Draft, RecordId, Request, View};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use query::CancellationToken;
use session::{Access, JournalSession};

use crate::buckets::{LegacyRow, Place, row};
use crate::held::{self, totals};

fn correct(to: &str) -> Amendment {
    Amendment::Correct { field: None, to: Some(to.to_owned()), reason: "typed wrongly".to_owned() }
}

async fn open(place: &Place) -> JournalSession {
    held::open(&place.bucket(), &place.home()).await
}

fn place() -> Place {
    let place = Place::new();
    let phone = |id, time, values| row(id, time, "CAND-00342", "phone", "update", values);
    place.write(
        "20240301_090000_000.parquet",
        &[
            phone("evt-1709283600000-0", "2024-03-01T09:00:00+00:00", ["", "020 7946 0001"]),
            phone(
                "evt-1709283600000-1",
                "2024-03-01T10:00:00+00:00",
                ["020 7946 0001", "020 7946 0002"],
            ),
        ],
    );
    place
}

/// What the first readers do: eleven columns by position, text each of them, null read as empty.
fn by_position(bytes: Vec<u8>) -> Vec<Vec<String>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
    let mut rows = Vec::new();
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let text = |i: usize| batch.columns()[i].as_any().downcast_ref::<StringArray>().unwrap();
        for row in 0..batch.num_rows() {
            let value = |i| {
                if text(i).is_null(row) { String::new() } else { text(i).value(row).to_owned() }
            };
            rows.push((0..11).map(value).collect());
        }
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_correction_becomes_one_new_file_and_touches_no_other() {
    let place = place();
    let before = place.hashes();
    let session = open(&place).await;
    let corrected =
        session.amend(&["evt-1709283600000-1"], &correct("020 7946 0009"), "Sarah").await.unwrap();
    let corrected = &corrected[0];
    assert_eq!(place.hashes(), before, "what is recorded waits on this device");
    assert_eq!(value(&session, "CAND-00342").await, "020 7946 0009");
    assert_eq!(session.flush().await.unwrap().events, 1);

    let mut after = place.hashes();
    after.retain(|name, _| !before.contains_key(name));
    let added: Vec<String> = after.into_keys().collect();
    assert_eq!(added.len(), 1, "{added:?}");
    assert!(before.iter().all(|(name, hash)| place.hashes().get(name) == Some(hash)));

    let bytes = fs::read(place.bucket().join("journal").join(&added[0])).unwrap();
    let time = event::format_time(corrected.timestamp);
    let expected = [
        corrected.event_id.as_str(),
        &time,
        "candidate",
        "CAND-00342",
        "phone",
        "correct",
        "020 7946 0002",
        "020 7946 0009",
        "Sarah",
        "daybook",
        "ws-london",
    ];
    assert_eq!(by_position(bytes), [expected]);

    drop(session);
    let reopened = open(&place).await;
    assert_eq!(value(&reopened, "CAND-00342").await, "020 7946 0009");
    assert_eq!(reopened.stats().await.buffer_events, Some(0));
}

async fn value(session: &JournalSession, id: &str) -> String {
    let (engine, token) = (session.refresh().await.unwrap(), CancellationToken::new());
    let record = engine.record(id, None, &token).await.unwrap().value;
    let timeline = engine.timeline(&record, &token).await.unwrap().value;
    timeline.state(View::NOW).fields["phone"].value.clone().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_one_process_records_the_other_sees() {
    let place = place();
    let (window, terminal) = (open(&place).await, open(&place).await);
    let line =
        r#"{"entity_type":"candidate","entity_id":"CAND-7","action":"insert","actor":"Tom"}"#;
    let request = Request::parse(line, None).unwrap();
    terminal.recording().submit(request).await.unwrap().acknowledged().await.unwrap();
    for flushed in [false, true] {
        for session in [&window, &terminal] {
            let totals = totals(&*session.refresh().await.unwrap()).await;
            assert_eq!(totals.events, 3, "flushed: {flushed}");
        }
        window.flush().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_damaged_file_is_named_and_the_rest_is_read() {
    let place = place();
    let good = row("evt-9", "2024-03-02T09:00:00+00:00", "CAND-2", "rate", "update", ["", "12"]);
    let mut no_time = good.clone();
    no_time[1] = Some("yesterday".into());
    let mut no_id = good.clone();
    no_id[10] = None;
    place.write("20240302_090000_000.parquet", &[good.clone(), no_time, no_id]);
    let journal = place.bucket().join("journal");
    let whole = fs::read(journal.join("20240302_090000_000.parquet")).unwrap();
    fs::write(journal.join("20240303_090000_000.parquet"), &whole[..whole.len() / 2]).unwrap();
    fs::write(journal.join("20240304_090000_000.parquet"), "").unwrap();
    fs::write(journal.join("notes.txt"), "not a journal file").unwrap();
    fs::write(journal.join(".hidden.parquet"), "neither").unwrap();

    let engine = open(&place).await.refresh().await.unwrap();
    let coverage = engine.coverage();
    assert_eq!((coverage.files, coverage.read, coverage.rows), (4, 2, 5));
    assert!(!coverage.complete);
    let expected = [
        ("20240302_090000_000.parquet", Some(1), "timestamp “yesterday” is not an RFC 3339 time"),
        ("20240303_090000_000.parquet", None, "not a readable Parquet file"),
        ("20240304_090000_000.parquet", None, "the file is empty"),
    ];
    assert_eq!(coverage.unreadable_total, expected.len(), "{coverage:?}");
    for (found, (file, row, problem)) in coverage.unreadable.iter().zip(expected) {
        assert_eq!((&*found.file, found.row), (file, row));
        assert!(found.problem.starts_with(problem), "{found:?}");
    }
    assert_eq!(totals(&*engine).await.events, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_a_folder_with_a_journal_is_opened() {
    let place = place();
    let home = place.home();
    let named = async |location: &str| {
        let opened =
            JournalSession::open(location, &home, Access::Read, crate::held::options()).await;
        opened.map(|session| session.name()).map_err(|error| error.to_string())
    };
    let bucket = place.bucket().to_string_lossy().into_owned();
    assert_eq!(named(&bucket).await, Ok("firm".to_owned()));
    assert_eq!(named(&format!("file://{bucket}")).await, Ok("firm".to_owned()));
    assert_eq!(named(&format!("{bucket}/journal")).await, Ok("firm".to_owned()));
    fs::create_dir(place.bucket().join("reports")).unwrap();
    let table = [
        (format!("{bucket}/reports"), "holds no journal, but "),
        (format!("{bucket}/nowhere"), "there is no folder"),
        ("s3://key:secret@host/firm?token=secret".to_owned(), "s3://host/firm cannot be opened"),
    ];
    for (location, expected) in table {
        let error = named(&location).await.unwrap_err();
        assert!(error.contains(expected) && !error.contains("secret"), "{error}");
    }
}

/// Two events of a record with one id, as the first journals have them.
fn repeated() -> [LegacyRow; 2] {
    let phone = |id, time, values| row(id, time, "CAND-00342", "phone", "update", values);
    [
        phone("evt-1709283600000-0", "2024-03-01T09:00:00+00:00", ["", "1"]),
        phone("evt-1709283600000-0", "2024-03-01T10:00:00+00:00", ["1", "2"]),
    ]
}

/// Whichever way a correction names its event: by the place, as before, or by what it says.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_correction_by_digest_finds_its_event_after_files_were_split_and_renamed() {
    for is_by_place in [false, true] {
        let place = Place::new();
        place.write("20240301_110000_000.parquet", &repeated());
        let session = open(&place).await;
        let by_place = "evt-1709283600000-0@20240301_110000_000.parquet#1";
        if is_by_place {
            let record =
                RecordId { entity_type: "candidate".into(), entity_id: "CAND-00342".into() };
            let draft = Draft {
                new_value: Some("9".into()),
                corrects: Some(by_place.into()),
                reason: Some("typed wrongly".into()),
                ..Draft::new(record, Action::Correct, "phone", "Sarah", "daybook")
            };
            session.record(draft).await.unwrap();
        } else {
            let written = &session.amend(&[by_place], &correct("9"), "Sarah").await.unwrap()[0];
            let corrects = written.corrects.as_deref().unwrap();
            let digest = corrects.strip_prefix("evt-1709283600000-0@sha256:");
            assert_eq!(digest.map(str::len), Some(64), "{corrects}");
        }
        assert_eq!(value(&session, "CAND-00342").await, "9");
        session.flush().await.unwrap();
        fs::remove_file(place.bucket().join("journal/20240301_110000_000.parquet")).unwrap();
        let [first, second] = repeated();
        place.write("20240301_120000_000.parquet", &[second]);
        place.write("20240301_120001_000.parquet", &[first]);
        let left = if is_by_place { "2" } else { "9" };
        assert_eq!(value(&session, "CAND-00342").await, left);
    }
}
