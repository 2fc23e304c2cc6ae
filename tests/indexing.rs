//! What happens to a bucket that is not as it should be, and to a catalog that is damaged.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use query::{
    CancellationToken, ChainsQuery, Covered, Engine, Error, EventsPage, EventsQuery, Filters,
    PageStart, RecordsPage, RecordsQuery,
};
use reader::Decoder;
use session::{Access, JournalSession, Options};

use crate::buckets::{LegacyRow, Place, row};
use crate::held::{open, options, totals};

/// Where a file of the journal is.
fn file(place: &Place, name: &str) -> PathBuf {
    place.bucket().join("journal").join(name)
}

const TIME: &str = "2024-03-01T09:00:00Z";

fn event(n: usize) -> LegacyRow {
    let (id, new) = (format!("evt-{n}"), format!("value {n}"));
    row(&id, TIME, &format!("CAND-{}", n % 7), "phone", "update", ["", &new])
}

async fn all_events(engine: &dyn Engine) -> Result<Covered<EventsPage>, Error> {
    let (filters, start) = (Filters::default(), PageStart::Newest);
    let query = EventsQuery { filters, start, limit: usize::MAX, ..EventsQuery::default() };
    engine.events(&query, &CancellationToken::new()).await
}

/// The ids and places of all events, and what could not be read.
async fn summary(engine: &dyn Engine) -> (Vec<String>, Vec<String>) {
    let page = all_events(engine).await.unwrap();
    let events = page.value.items.iter().map(|item| &item.entry);
    let events = events.map(|e| format!("{} {:?}", e.event.event_id, e.place)).collect();
    let unreadable = page.coverage.unreadable.iter();
    (events, unreadable.map(|u| format!("{}: {}", u.file, u.problem)).collect())
}

/// A file of some rows whose new value is one long text, kept once: small, and yet enormous.
fn bomb(rows: i32, length: usize) -> Vec<u8> {
    let long = "x".repeat(length);
    let values = Arc::new(StringArray::from(vec![long.as_str()]));
    let keys = Int32Array::from(vec![0; usize::try_from(rows).unwrap()]);
    let new: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::new(keys, values));
    let columns = event::LEGACY_COLUMNS.map(event::Column::name).into_iter().map(|name| {
        let text = if name == "timestamp" { TIME } else { name };
        let column: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|_| text)));
        (name, if name == "new_value" { Arc::clone(&new) } else { column })
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn b3_a_file_that_unfolds_beyond_the_limits_is_named_and_the_others_are_read() {
    let place = Place::new();
    place.write("20240301_090000_000.parquet", &[event(0)]);
    // More than a file may hold, and more than the decoder can even begin with.
    fs::write(file(&place, "20240301_090001_000.parquet"), bomb(4000, 256 << 10)).unwrap();
    fs::write(file(&place, "20240301_090002_000.parquet"), bomb(1024, 1900 << 10)).unwrap();
    place.write("20240301_090003_000.parquet", &[event(1)]);
    let session = open(&place.bucket(), &place.home()).await;
    let (events, unreadable) = summary(&*session.refresh().await.unwrap()).await;
    assert_eq!(events.len(), 2);
    assert_eq!(unreadable.len(), 2);
    assert!(unreadable[0].contains("unfolds to more than 512 MiB"), "{unreadable:?}");
    assert!(unreadable[1].contains("ended the decoder"), "{unreadable:?}");
}

/// A file of 3,000 rows that is decoded in three parts, of 1,024 rows and the rest: row 1,500 has no
/// time, and row 2,500 says again what row 10 says.
fn several_parts() -> Vec<u8> {
    let long = "x".repeat(50 << 10);
    let values = Arc::new(StringArray::from(vec![long.as_str()]));
    let new: ArrayRef =
        Arc::new(DictionaryArray::<Int32Type>::new(Int32Array::from(vec![0; 3000]), values));
    let text = |name: &str, row: usize| match (name, row) {
        ("event_id", 2500) => "evt-10".to_owned(),
        ("event_id", row) => format!("evt-{row}"),
        ("timestamp", 1500) => "noon".to_owned(),
        ("timestamp", _) => TIME.to_owned(),
        _ => name.to_owned(),
    };
    let columns = event::LEGACY_COLUMNS.map(event::Column::name).into_iter().map(|name| {
        let column: ArrayRef =
            Arc::new(StringArray::from_iter_values((0..3000).map(|row| text(name, row))));
        (name, if name == "new_value" { Arc::clone(&new) } else { column })
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let groups = WriterProperties::builder().set_max_row_group_row_count(Some(500)).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(groups)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn f7_a_file_of_several_parts_is_read_as_any_other_or_named_as_a_whole() {
    let place = Place::new();
    place.write("20240301_090000_000.parquet", &[event(9000)]);
    let bytes = several_parts();
    let name = "20240301_090001_000.parquet";
    fs::write(file(&place, name), &bytes).unwrap();
    let session = open(&place.bucket(), &place.home()).await;
    let engine = session.refresh().await.unwrap();
    let coverage = engine.coverage();
    assert_eq!((coverage.rows, coverage.repeated, coverage.unreadable_total), (3001, 1, 1));
    assert_eq!((&*coverage.unreadable[0].file, coverage.unreadable[0].row), (name, Some(1500)));
    assert_eq!(totals(&*engine).await.events, 2999);
    let token = CancellationToken::new();
    for row in [10, 1499, 2999] {
        let found = engine.event(&format!("evt-{row}"), &token).await.unwrap().value;
        let place = event::Place::File { file: name.into(), row };
        assert_eq!((found.place, found.event.new_value.unwrap().len()), (place, 50 << 10));
    }
    let segments = |place: &Place| {
        let catalogs = fs::read_dir(place.home().path().join("catalogs")).unwrap();
        let files = catalogs.flat_map(|one| fs::read_dir(one.unwrap().path()).unwrap());
        files
            .filter(|file| {
                file.as_ref().unwrap().path().extension().is_some_and(|end| end == "segment")
            })
            .count()
    };
    assert_eq!(segments(&place), 2, "nothing is left of the parts");

    // Damaged in its last group, and in a folder that is no journal: nothing of it is in an answer.
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
    let group = reader.metadata().row_group(5).column(0).byte_range();
    let start = usize::try_from(group.0).unwrap();
    let mut damaged = bytes;
    damaged[start..start + 60].fill(0xff);
    let folder = Place::new();
    let small = "20240301_090000_000.parquet";
    fs::copy(file(&place, small), folder.bucket().join(small)).unwrap();
    fs::write(folder.bucket().join(name), damaged).unwrap();
    fs::remove_dir(folder.bucket().join("journal")).unwrap();
    let session = open(&folder.bucket(), &folder.home()).await;
    let engine = session.refresh().await.unwrap();
    assert_eq!(totals(&*engine).await.events, 1);
    let coverage = engine.coverage();
    assert_eq!((coverage.unreadable_total, coverage.unreadable[0].row), (1, None));
    assert!(coverage.unreadable[0].problem.contains("damaged"), "{:?}", coverage.unreadable);
    assert_eq!(segments(&folder), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn f8_of_many_bad_rows_all_are_counted_and_the_first_hundred_listed() {
    let place = Place::new();
    let rows: Vec<LegacyRow> = (0..3000)
        .map(|n| {
            let time = if n == 1234 { TIME } else { "noon" };
            row(&format!("evt-{n}"), time, "CAND-1", "phone", "update", ["", "x"])
        })
        .collect();
    place.write("20240301_090000_000.parquet", &rows);
    for _ in ["read", "known"] {
        let engine = open(&place.bucket(), &place.home()).await.refresh().await.unwrap();
        let coverage = engine.coverage();
        assert_eq!((coverage.rows, coverage.unreadable_total), (3000, 2999));
        let listed: Vec<_> = coverage.unreadable.iter().map(|one| one.row).collect();
        assert_eq!(listed, (0..100).map(Some).collect::<Vec<_>>());
        assert_eq!(totals(&*engine).await.events, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn b2_a_damaged_page_index_is_never_read() {
    let place = Place::new();
    let name = "20240301_090000_000.parquet";
    place.write(name, &[event(0), event(1)]);
    let mut bytes = fs::read(file(&place, name)).unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
    let mut damaged = 0;
    for column in reader.metadata().row_group(0).columns() {
        let index = (column.column_index_offset(), column.column_index_length());
        if let (Some(at), Some(length)) = index {
            let at = usize::try_from(at).unwrap();
            bytes[at..at + usize::try_from(length).unwrap()].fill(0xff);
            damaged += 1;
        }
    }
    assert!(damaged > 0);
    fs::write(file(&place, name), bytes).unwrap();
    let session = open(&place.bucket(), &place.home()).await;
    let (events, unreadable) = summary(&*session.refresh().await.unwrap()).await;
    assert_eq!((events.len(), unreadable), (2, Vec::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn b11_of_many_tiny_files_the_newest_are_shown_while_the_others_are_read() {
    const FILES: usize = 1200;
    let place = Place::new();
    for n in 0..FILES {
        place.write(&format!("20240301_090000_{n:06}.parquet"), &[event(n)]);
    }
    let session = open(&place.bucket(), &place.home()).await;
    let (mut done, mut engines) = (Vec::new(), Vec::new());
    let engine = session
        .refresh_with_progress(|progress| {
            done.push((progress.done, progress.files));
            engines.push(progress.engine);
        })
        .await
        .unwrap();
    assert!(done.into_iter().eq((1..=FILES).map(|done| (done, FILES))), "each file is told");
    let mut shown = Vec::new();
    for engine in engines {
        shown.push(totals(&*engine).await.events);
    }
    assert_eq!(shown.iter().position(|events| *events > 0), Some(255), "the first few soon");
    assert!(shown.is_sorted() && shown.last() == Some(&FILES));
    assert!(engine.coverage().complete);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn b7_a_value_of_100_mib_is_read_whole() {
    let place = Place::new();
    fs::write(file(&place, "20240301_090000_000.parquet"), bomb(1, 100 << 20)).unwrap();
    let session = open(&place.bucket(), &place.home()).await;
    let engine = session.refresh().await.unwrap();
    let entry = engine.event("event_id", &CancellationToken::new()).await.unwrap().value;
    assert_eq!(entry.event.new_value.unwrap().len(), 100 << 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn b8_the_same_event_twice_is_one_and_two_events_of_one_id_are_a_conflict() {
    let place = Place::new();
    let other = row("evt-1", TIME, "CAND-9", "phone", "update", ["", "another"]);
    place.write("20240301_090000_000.parquet", &[event(1), event(2)]);
    place.write("20240301_090001_000.parquet", &[event(2), other]);
    let session = open(&place.bucket(), &place.home()).await;
    let engine = session.refresh().await.unwrap();
    assert_eq!(totals(&*engine).await.events, 3);
    assert_eq!(engine.coverage().rows, 4);
    assert_eq!(engine.coverage().repeated, 1);
    let token = CancellationToken::new();
    assert!(engine.event("evt-2", &token).await.is_ok());
    let conflict = engine.event("evt-1", &token).await.unwrap_err().to_string();
    for named in ["evt-1@20240301_090000_000.parquet#0", "evt-1@20240301_090001_000.parquet#1"] {
        let entry = engine.event(named, &token).await.unwrap().value;
        let address = entry.address().to_string();
        assert_eq!(address, format!("evt-1@sha256:{}", entry.event.digest()));
        assert!(conflict.contains(&address), "{conflict}");
        assert_eq!(engine.event(&address, &token).await.unwrap().value, entry);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_ends_the_decoder_is_a_finding_about_the_file() {
    let place = Place::new();
    place.write("20240301_090000_000.parquet", &[event(0)]);
    let decoder = Decoder::Program("/bin/false".into());
    let options = Options { decoder, ..options() };
    let location = place.bucket().to_string_lossy().into_owned();
    let session =
        JournalSession::open(&location, &place.home(), Access::Read, options).await.unwrap();
    let (events, unreadable) = summary(&*session.refresh().await.unwrap()).await;
    assert!(events.is_empty());
    assert!(unreadable[0].contains("ended the decoder"), "{unreadable:?}");
}

fn segments(place: &Place) -> Vec<PathBuf> {
    let folders = fs::read_dir(place.home().path().join("catalogs")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let paths = files.map(|file| file.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "segment")).collect()
}

/// What is done to the bytes of a segment, and at which of them.
type Damage = fn(&mut Vec<u8>, usize);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_damaged_catalog_is_noticed_and_made_anew() {
    let place = Place::new();
    for n in 0..3 {
        place.write(&format!("20240301_09000{n}_000.parquet"), &[event(n), event(n + 10)]);
    }
    let session = open(&place.bucket(), &place.home()).await;
    let sound = summary(&*session.refresh().await.unwrap()).await;
    let length = fs::metadata(&segments(&place)[0]).unwrap().len();
    let table: [(&str, Damage); 3] = [
        ("cut", |bytes, at| bytes.truncate(at)),
        ("flipped", |bytes, at| bytes[at] ^= 0x10),
        ("gone", |bytes, _| bytes.clear()),
    ];
    for (how, damage) in table {
        for at in (0..usize::try_from(length).unwrap()).step_by(997) {
            let path = segments(&place).pop().unwrap();
            let mut bytes = fs::read(&path).unwrap();
            let at = at.min(bytes.len() - 1);
            damage(&mut bytes, at);
            fs::write(&path, bytes).unwrap();
            // Damage that opening does not meet is met by a question, and mended by the next look,
            // be it of this process or of another.
            let session = open(&place.bucket(), &place.home()).await;
            let engine = session.refresh().await.unwrap();
            let asked = all_events(&*engine).await;
            let another = at.is_multiple_of(2);
            let session =
                if another { open(&place.bucket(), &place.home()).await } else { session };
            let now = if asked.is_ok() { engine } else { session.refresh().await.unwrap() };
            assert_eq!(summary(&*now).await, sound, "{how} at {at}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn s11_a_damaged_database_of_the_catalog_is_mended_by_the_same_look() {
    let place = Place::new();
    place.write("20240301_090000_000.parquet", &(0..7).map(event).collect::<Vec<_>>());
    let first = open(&place.bucket(), &place.home()).await.refresh().await.unwrap();
    let sound = summary(&*first).await;
    let catalogs = place.home().path().join("catalogs");
    let catalog = fs::read_dir(catalogs).unwrap().next().unwrap().unwrap().path();
    let database = catalog.join("catalog.sqlite");
    for at in (0..fs::metadata(&database).unwrap().len()).step_by(1021) {
        let mut bytes = fs::read(&database).unwrap();
        let at = usize::try_from(at).unwrap().min(bytes.len() - 1);
        let end = bytes.len().min(at + 120);
        bytes[at..end].fill(0);
        fs::write(&database, bytes).unwrap();
        for _ in 0..2 {
            let session = open(&place.bucket(), &place.home()).await;
            let engine = session.refresh().await.unwrap_or_else(|e| panic!("zeros at {at}: {e}"));
            assert_eq!(summary(&*engine).await, sound, "zeros at {at}");
        }
        let session = open(&place.bucket(), &place.home()).await;
        session.forget().await.unwrap_or_else(|e| panic!("zeros at {at}: {e}"));
        let engine = session.refresh().await.unwrap_or_else(|e| panic!("zeros at {at}: {e}"));
        assert_eq!(summary(&*engine).await, sound, "zeros at {at}");
    }
}

async fn records(engine: &dyn Engine) -> (RecordsPage, usize) {
    let (limit, token) = (usize::MAX, CancellationToken::new());
    let query = RecordsQuery { limit, ..RecordsQuery::default() };
    let breaks = engine.chains(&ChainsQuery { limit, ..ChainsQuery::default() }, &token).await;
    let records = engine.records(&query, &token).await.unwrap().value;
    (records, breaks.unwrap().value.breaks.len())
}

/// A change of the journal between two openings.
type Growth = fn(&Place);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_records_come_to_is_kept_and_is_what_a_new_reading_says() {
    let place = Place::new();
    let write = |name: &str, events: &[LegacyRow]| place.write(name, events);
    write("20240301_090000_000.parquet", &(0..14).map(event).collect::<Vec<_>>());
    write("20240301_090001_000.parquet", &(14..40).map(event).collect::<Vec<_>>());
    let table: [(&str, Growth); 5] = [
        ("nothing new", |_| {}),
        ("a file more", |place| place.write("20240301_090002_000.parquet", &[event(40)])),
        ("a file that says the same again", |place| {
            place.write("20240301_090003_000.parquet", &[event(40), event(3)]);
        }),
        ("a file less", |place| {
            fs::remove_file(file(place, "20240301_090001_000.parquet")).unwrap();
        }),
        ("another file of the same name", |place| {
            place.write("20240301_090002_000.parquet", &[event(41), event(42)]);
        }),
    ];
    for (what, grow) in table {
        grow(&place);
        let known = open(&place.bucket(), &place.home()).await.refresh().await.unwrap();
        let elsewhere = Place::new();
        let new = open(&place.bucket(), &elsewhere.home()).await.refresh().await.unwrap();
        assert_eq!(records(&*known).await, records(&*new).await, "{what}");
    }
    let folders = fs::read_dir(place.home().path().join("catalogs")).unwrap();
    let kept = folders.map(|folder| folder.unwrap().path().join("records"));
    assert!(kept.into_iter().all(|path| path.is_file()), "it was kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_records_are_folded_what_is_found_so_far_is_answered() {
    let place = Place::new();
    // Each record has a name, and an update whose old value is not the value before it.
    let events = |n: usize| {
        let id = format!("CAND-{n}");
        let name = format!("Ada {n}");
        [
            row(&format!("evt-{n}-a"), TIME, &id, "name", "update", ["", &name]),
            row(&format!("evt-{n}-b"), TIME, &id, "phone", "update", ["", "555-0100"]),
            row(&format!("evt-{n}-c"), TIME, &id, "phone", "update", ["555-0199", "555-0101"]),
        ]
    };
    let all: Vec<_> = (0..2000).flat_map(events).collect();
    place.write("20240301_090000_000.parquet", &all);
    let engine = open(&place.bucket(), &place.home()).await.refresh().await.unwrap();
    let (token, limit) = (CancellationToken::new(), usize::MAX);
    let chains = ChainsQuery { limit, so_far: true, ..ChainsQuery::default() };
    let contains = Some("ada".to_owned());
    let named = RecordsQuery { contains, limit, so_far: true, ..RecordsQuery::default() };

    let mut waited = 0;
    loop {
        let found = engine.chains(&chains, &token).await.unwrap().value;
        let records = engine.records(&named, &token).await.unwrap().value;
        assert!(waited > 0 || found.folding.is_some(), "nothing is folded at first");
        for progress in [found.folding, records.folding].into_iter().flatten() {
            assert!(progress.done <= progress.of && [0, 2000].contains(&progress.of));
        }
        assert!(found.breaks.len() == found.total && records.records.len() == records.total);
        if (found.folding, records.folding) == (None, None) {
            assert_eq!((found.total, records.total), (2000, 2000), "all is found in the end");
            break;
        }
        assert!(found.total <= 2000 && records.total <= 2000);
        waited += 1;
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(waited < 12_000, "asking so far folds the records");
    }
    let whole = engine.chains(&ChainsQuery { so_far: false, ..chains.clone() }, &token).await;
    assert_eq!(whole.unwrap().value, engine.chains(&chains, &token).await.unwrap().value);
}

/// What takes long is asked for again until the whole is there: it must not be waited for in vain.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn damage_that_a_search_in_the_background_meets_is_told() {
    let place = Place::new();
    place.write("20240301_090000_000.parquet", &[event(1), event(2)]);
    let session = open(&place.bucket(), &place.home()).await;
    let engine = session.refresh().await.unwrap();
    let path = segments(&place).pop().unwrap();
    let damaged: Vec<u8> = fs::read(&path).unwrap().iter().map(|byte| !byte).collect();
    fs::write(&path, damaged).unwrap();
    let filters = query::QueryText::parse("new~/^[a-z]/").unwrap();
    let filters = filters.filters(chrono::DateTime::UNIX_EPOCH);
    let query = EventsQuery { filters, limit: 9, so_far: true, ..EventsQuery::default() };
    for _ in 0..500 {
        match engine.events(&query, &CancellationToken::new()).await {
            Err(error) => return assert!(error.to_string().contains("damaged"), "{error}"),
            Ok(page) => assert!(page.value.scanning.is_some(), "{page:?}"),
        }
    }
    panic!("nobody is told of the damage");
}
