//! The ledger of files (F9, F10): what changed since it was read first is told until it is
//! acknowledged or the same bytes are back, and what is missing is told too.

use std::fs;
use std::path::PathBuf;

use event::LEGACY_COLUMNS;
use serde_json::{Value, json};

use crate::place::Place;

const ROW: [&str; 11] = [
    "evt-1",
    "2024-03-03T09:00:00+00:00",
    "candidate",
    "CAND-1",
    "phone",
    "update",
    "",
    "555-0100",
    "Sarah",
    "api",
    "",
];

pub(crate) fn row<'a>(id: &'a str, value: &'a str) -> [&'a str; 11] {
    let mut row = ROW;
    (row[0], row[7]) = (id, value);
    row
}

/// A bucket of two legacy files, read once.
pub(crate) fn two_files() -> Place {
    let place = Place::new();
    place.write_legacy("a.parquet", &[row("evt-1", "one")]);
    place.write_legacy("b.parquet", &[row("evt-2", "two"), row("evt-3", "three")]);
    assert_eq!(place.run(&["recent", "BUCKET"]).status, 0);
    place
}

pub(crate) fn journal(place: &Place, name: &str) -> PathBuf {
    place.bucket().join("journal").join(name)
}

/// The changed files that a list is said not to rest on, each with its change.
pub(crate) fn changes(place: &Place) -> Vec<(String, String)> {
    let ran = place.run(&["recent", "BUCKET"]);
    let coverage = ran.json()["coverage"].clone();
    let changed = coverage["changed"].as_array().unwrap();
    assert_eq!(coverage["changed_total"], changed.len());
    assert_eq!(
        (ran.status == 0, &coverage["complete"]),
        (changed.is_empty(), &json!(changed.is_empty()))
    );
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    changed.iter().map(|one| (text(&one["file"]), text(&one["change"]))).collect()
}

#[test]
fn f9_a_file_that_is_not_what_it_was_is_told_until_it_is_back() {
    for (name, told, events) in
        [("gone", "gone", 1), ("altered", "altered", 2), ("cut", "altered", 1)]
    {
        let place = two_files();
        let path = journal(&place, "b.parquet");
        let before = fs::read(&path).unwrap();
        match name {
            "gone" => fs::remove_file(&path).unwrap(),
            "altered" => place.write_legacy("b.parquet", &[row("evt-2", "forged")]),
            _ => fs::write(&path, &before[..before.len() / 2]).unwrap(),
        }
        for _ in 0..2 {
            assert_eq!(changes(&place), [("b.parquet".to_owned(), told.to_owned())], "{name}");
        }
        let ran = place.run(&["recent", "BUCKET"]);
        assert_eq!(ran.json()["total"], events, "{name}: answers rest on what is there now");
        let was = &ran.json()["coverage"]["changed"][0]["was"];
        assert_eq!(was["rows"], 2, "{name}");
        assert_eq!(was["first"], "2024-03-03T09:00:00+00:00", "{name}");
        assert_eq!(was["sha256"].as_str().unwrap().len(), 64, "{name}");
        assert!(
            ran.err.contains("b.parquet is ") && ran.err.contains("it had 2 rows"),
            "{}",
            ran.err
        );
        // It is not the catalog that knows: that can be made anew.
        let _ = place.run(&["index", "BUCKET", "--rebuild"]);
        assert_eq!(changes(&place).len(), 1, "{name}");

        fs::write(journal(&place, "b.parquet"), before).unwrap();
        assert_eq!(changes(&place), [], "{name}: the same bytes are back");
    }
}

#[test]
fn f9_a_file_that_was_seen_while_it_was_copied_is_not_altered_when_it_is_whole() {
    let place = two_files();
    let whole = fs::read(journal(&place, "b.parquet")).unwrap();
    fs::write(journal(&place, "c.parquet"), &whole[..whole.len() / 2]).unwrap();
    let coverage = place.run(&["recent", "BUCKET"]).json()["coverage"].clone();
    assert_eq!((&coverage["unreadable_total"], &coverage["changed_total"]), (&json!(1), &json!(0)));
    fs::write(journal(&place, "c.parquet"), whole).unwrap();
    assert_eq!(changes(&place), []);
}

#[test]
fn f9_a_file_under_another_name_is_told_with_that_name() {
    let place = two_files();
    fs::rename(journal(&place, "b.parquet"), journal(&place, "c.parquet")).unwrap();
    let ran = place.run(&["recent", "BUCKET"]);
    let changed = &ran.json()["coverage"]["changed"][0];
    assert_eq!((&changed["file"], &changed["now_at"]), (&json!("b.parquet"), &json!("c.parquet")));
    assert_eq!(ran.json()["total"], 3);
    assert!(ran.err.contains("; the same bytes are now c.parquet"), "{}", ran.err);
}

#[test]
fn f9_other_times_alone_are_no_change() {
    let place = two_files();
    let bytes = fs::read(journal(&place, "b.parquet")).unwrap();
    fs::remove_file(journal(&place, "b.parquet")).unwrap();
    fs::write(journal(&place, "b.parquet"), bytes).unwrap();
    assert_eq!(changes(&place), []);
}

#[test]
fn f9_what_was_read_before_the_bucket_had_an_id_is_told_after() {
    for lost in [false, true] {
        let place = two_files();
        let ledgers = place.folder().join("home/ledger");
        if lost {
            // The catalog knows more files than the ledger that is made anew.
            fs::remove_dir_all(&ledgers).unwrap();
            assert_eq!(changes(&place), []);
        }
        place.record(r#"{"entity_type":"candidate","entity_id":"CAND-2","action":"insert"}"#);
        assert_eq!(place.run(&["flush", "BUCKET"]).status, 0);
        assert_eq!(changes(&place), [], "{lost}");
        place.write_legacy("b.parquet", &[row("evt-2", "forged")]);
        let altered = ("b.parquet".to_owned(), "altered".to_owned());
        assert_eq!(changes(&place), [altered], "{lost}");
        let databases = fs::read_dir(&ledgers).unwrap().map(|file| file.unwrap().path());
        let of = databases.filter(|path| path.extension().is_some_and(|end| end == "sqlite"));
        assert_eq!(of.count(), 2, "{lost}: by the place, and by the id");
    }
}

/// Whoever may enter everything cannot be kept out of a folder.
#[cfg(unix)]
#[test]
fn f9_what_lies_in_a_folder_that_cannot_be_entered_is_not_told_as_gone() {
    use std::os::unix::fs::PermissionsExt;
    let place = two_files();
    let folder = place.bucket().join("journal/sub");
    fs::create_dir(&folder).unwrap();
    fs::rename(journal(&place, "b.parquet"), folder.join("b.parquet")).unwrap();
    fs::remove_dir_all(place.folder().join("home")).unwrap();
    assert_eq!(changes(&place), []);
    let rights = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    rights(0);
    let is_closed = fs::read_dir(&folder).is_err();
    let coverage = place.run(&["recent", "BUCKET"]).json()["coverage"].clone();
    rights(0o755);
    if is_closed {
        assert_eq!(
            (&coverage["changed_total"], &coverage["unreadable_total"]),
            (&json!(0), &json!(1))
        );
    }
    assert_eq!(changes(&place), []);
}

#[test]
fn f9_an_acknowledgement_is_listed_and_hides_no_further_change() {
    let place = two_files();
    place.write_legacy("b.parquet", &[row("evt-2", "other")]);
    fs::remove_file(journal(&place, "a.parquet")).unwrap();
    let acknowledge = |files: &[&str], reason: &str| {
        let arguments = [&["files", "BUCKET", "--reason", reason, "--acknowledge"], files].concat();
        place.run(&arguments)
    };
    for (files, reason, said) in [
        (&["b.parquet"][..], " ", "needs a reason"),
        (&["b.parquet", "c.parquet"], "x", "c.parquet has no change to acknowledge"),
    ] {
        let refused = acknowledge(files, reason);
        assert_eq!(refused.status, 2, "{refused:?}");
        assert!(refused.err.contains(said), "{}", refused.err);
        assert_eq!(changes(&place).len(), 2);
    }
    let done = acknowledge(&["a.parquet", "b.parquet"], "Restored from tape");
    assert_eq!(done.status, 0, "{done:?}");
    let acknowledged = done.json()["acknowledged"].clone();
    assert_eq!(acknowledged[0]["file"], "a.parquet");
    assert_eq!(acknowledged[1]["change"], "altered");
    assert_eq!(acknowledged[1]["reason"], "Restored from tape");
    assert_eq!(changes(&place), []);
    let _ = place.run(&["index", "BUCKET", "--rebuild"]);
    assert_eq!(changes(&place), []);
    place.write_legacy("b.parquet", &[row("evt-2", "again")]);
    assert_eq!(changes(&place), [("b.parquet".to_owned(), "altered".to_owned())]);
}

#[test]
fn f9_a_bucket_without_any_file_is_not_there() {
    let place = two_files();
    for name in ["a.parquet", "b.parquet"] {
        fs::remove_file(journal(&place, name)).unwrap();
    }
    let ran = place.run(&["recent", "BUCKET"]);
    assert_eq!(ran.status, 3);
    assert!(ran.err.contains("none of the 2 files"), "{}", ran.err);
}

#[test]
fn files_are_listed_with_what_is_known_of_each() {
    let place = two_files();
    fs::write(journal(&place, "c.parquet"), "PAR1").unwrap();
    let ran = place.run(&["files", "BUCKET"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    let list = ran.json();
    let files = list["files"].as_array().unwrap();
    let names: Vec<&str> = files.iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["a.parquet", "b.parquet", "c.parquet"]);
    assert_eq!(
        (&files[1]["rows"], &files[1]["change"], &files[1]["problem"]),
        (&json!(2), &json!(null), &json!(null))
    );
    assert_eq!(files[2]["change"], "new");
    assert!(files[2]["problem"].is_string());
    let read_at: Vec<bool> = files.iter().map(|file| file["read_at"].is_string()).collect();
    assert_eq!(read_at, [true, true, false], "nothing of a file without a row can be missed");
}

/// Files of one writer, each with two events that were recorded together.
fn three_flushes() -> (Place, Vec<PathBuf>) {
    let place = Place::new();
    for id in ["CAND-1", "CAND-2", "CAND-3"] {
        let event = |field: &str| {
            let value = json!({"entity_type": "candidate", "entity_id": id, "field": field,
                               "action": "update", "new_value": "x"});
            value.to_string()
        };
        place.record(&format!("{}\n{}\n", event("a"), event("b")));
        assert_eq!(place.run(&["flush", "BUCKET"]).status, 0);
    }
    let mut files: Vec<PathBuf> =
        place.hashes().into_keys().map(|name| journal(&place, &name)).collect();
    files.sort();
    assert_eq!(files.len(), 3);
    assert_eq!(place.run(&["recent", "BUCKET"]).status, 0);
    (place, files)
}

#[test]
fn f10_a_missing_file_of_a_writer_is_a_gap_for_who_never_saw_it() {
    let (place, files) = three_flushes();
    fs::remove_file(&files[1]).unwrap();
    // Another device, which never read the file.
    fs::remove_dir_all(place.folder().join("home")).unwrap();
    let ran = place.run(&["recent", "BUCKET"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    let coverage = &ran.json()["coverage"];
    assert_eq!((&coverage["gaps_total"], &coverage["complete"]), (&json!(1), &json!(false)));
    assert_eq!(
        (&coverage["gaps"][0]["first"], &coverage["gaps"][0]["last"]),
        (&json!("2"), &json!("3"))
    );
    assert!(ran.err.contains(": 2 to 3"), "{}", ran.err);
}

#[test]
fn f10_a_file_twice_is_counted_once_and_is_no_finding() {
    let (place, files) = three_flushes();
    fs::copy(&files[1], journal(&place, "copy.parquet")).unwrap();
    for _ in 0..2 {
        let ran = place.run(&["recent", "BUCKET"]);
        assert_eq!(ran.status, 0, "{ran:?}");
        let coverage = &ran.json()["coverage"];
        assert_eq!((&coverage["rows"], &coverage["repeated"]), (&json!(8), &json!(2)));
        assert_eq!((&coverage["doubled_total"], &ran.json()["total"]), (&json!(0), &json!(6)));
        let _ = place.run(&["index", "BUCKET", "--rebuild"]);
    }
}

#[test]
fn f10_different_events_under_one_number_are_told() {
    let (place, _) = three_flushes();
    // The same installation, restored from a copy, records into another bucket under its name.
    let (other, other_files) = three_flushes();
    let writer = |place: &Place| {
        place.json(&["recent", "BUCKET"])["events"][0]["writer"].as_str().unwrap().to_owned()
    };
    let ours = writer(&place);
    let renamed = place.folder().join("renamed.parquet");
    rewrite(&other_files[0], &renamed, &writer(&other), &ours);
    fs::rename(renamed, journal(&place, "other.parquet")).unwrap();
    for _ in 0..2 {
        let ran = place.run(&["recent", "BUCKET"]);
        assert_eq!(ran.status, 1, "{ran:?}");
        let coverage = &ran.json()["coverage"];
        assert_eq!((&coverage["doubled_total"], &coverage["repeated"]), (&json!(2), &json!(0)));
        assert_eq!(
            coverage["doubled"],
            json!([{"writer": ours, "seq": "0"}, {"writer": ours, "seq": "1"}])
        );
        assert!(ran.err.contains("two different events"), "{}", ran.err);
        let _ = place.run(&["index", "BUCKET", "--rebuild"]);
    }
    fs::remove_file(journal(&place, "other.parquet")).unwrap();
    let ran = place.run(&["recent", "BUCKET"]);
    assert_eq!(ran.json()["coverage"]["doubled_total"], 0);
}

#[test]
fn f10_numbers_without_a_time_of_acceptance_count_too() {
    let place = Place::new();
    let columns: Vec<&str> = LEGACY_COLUMNS.iter().map(|column| column.name()).collect();
    let columns = [&columns[..], &["writer", "seq"]].concat();
    let rows = |numbered: &[(&'static str, &'static str)]| -> Vec<Vec<&str>> {
        let of = |(id, seq): &(&'static str, &'static str)| {
            row(id, "x").iter().chain(&["w", seq]).copied().collect()
        };
        numbered.iter().map(of).collect()
    };
    place.write_texts("a.parquet", &columns, &rows(&[("evt-1", "0"), ("evt-2", "3")]));
    place.write_texts("b.parquet", &columns, &rows(&[("evt-3", "3")]));
    let coverage = place.run(&["recent", "BUCKET"]).json()["coverage"].clone();
    assert_eq!(coverage["gaps"], json!([{ "writer": "w", "first": "1", "last": "2" }]));
    assert_eq!(coverage["doubled"], json!([{ "writer": "w", "seq": "3" }]));
}

/// Writes a Parquet file again, with another writer's name in place of one.
fn rewrite(from: &std::path::Path, to: &std::path::Path, writer: &str, with: &str) {
    use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(from).unwrap()).unwrap();
    let batch = reader.build().unwrap().next().unwrap().unwrap();
    let index = batch.schema().index_of("writer").unwrap();
    let names = batch.column_by_name("writer").unwrap().as_string::<i32>();
    assert!(names.iter().all(|name| name == Some(writer)));
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    columns[index] = std::sync::Arc::new(StringArray::from(vec![with; names.len()]));
    let batch = RecordBatch::try_new(batch.schema(), columns).unwrap();
    let mut file =
        ArrowWriter::try_new(fs::File::create(to).unwrap(), batch.schema(), None).unwrap();
    file.write(&batch).unwrap();
    file.close().unwrap();
}

#[test]
fn f9_a_file_that_comes_back_after_it_was_let_go_is_compared_with_what_it_was() {
    for (name, value, told) in [("the same", "two", &[][..]), ("another", "forged", &["altered"])] {
        let place = two_files();
        place.write_legacy("c.parquet", &[row("evt-4", "two")]);
        assert_eq!(changes(&place), []);
        fs::remove_file(journal(&place, "c.parquet")).unwrap();
        let acknowledge = ["files", "BUCKET", "--acknowledge", "c.parquet", "--reason", "x"];
        assert_eq!(place.run(&acknowledge).status, 0, "{name}");
        assert_eq!(changes(&place), [], "{name}");
        place.write_legacy("c.parquet", &[row("evt-4", value)]);
        for _ in 0..2 {
            let changes: Vec<String> = changes(&place).into_iter().map(|one| one.1).collect();
            assert_eq!(changes, told, "{name}");
        }
    }
}

#[test]
fn f10_the_same_events_with_other_further_columns_count_once_and_are_corrected_by_their_id() {
    let place = Place::new();
    for region in ["eu", "us"] {
        place.write_legacy(&format!("region={region}/a.parquet"), &[row("evt-1", "one")]);
    }
    let columns: Vec<&str> = LEGACY_COLUMNS.iter().map(|column| column.name()).collect();
    let rows = [row("evt-1", "one").iter().chain(&["7"]).copied().collect()];
    place.write_texts("z.parquet", &[&columns[..], &["version"]].concat(), &rows);
    let recent = place.json(&["recent", "BUCKET"]);
    assert_eq!((&recent["total"], &recent["coverage"]["repeated"]), (&json!(1), &json!(2)));
    assert_eq!(recent["events"][0]["extra"], json!({ "version": "7" }), "the most is kept");
    let correct = ["correct", "BUCKET", "evt-1", "--to", "two", "--reason", "typo"];
    assert_eq!(place.run(&correct).status, 0);
}

#[test]
fn f10_a_copy_with_a_further_column_shows_it_and_moves_no_event() {
    let columns: Vec<&str> = LEGACY_COLUMNS.iter().map(|column| column.name()).collect();
    for at_once in [false, true] {
        let place = Place::new();
        place.write_legacy("a.parquet", &[row("evt-1", "first"), row("evt-2", "second")]);
        if !at_once {
            assert_eq!(place.json(&["recent", "BUCKET"])["total"], 2);
        }
        let copy = [row("evt-1", "first").iter().chain(&["7"]).copied().collect()];
        place.write_texts("b.parquet", &[&columns[..], &["cost"]].concat(), &copy);
        place.write_legacy("export=feb/c.parquet", &[row("evt-1", "first")]);
        let history = place.json(&["history", "BUCKET", "CAND-1"]);
        let ids =
            history["events"].as_array().unwrap().iter().map(|event| event["event_id"].clone());
        assert_eq!(ids.collect::<Vec<_>>(), ["evt-1", "evt-2"], "{at_once}");
        assert_eq!(history["coverage"]["repeated"], 2);
        let state = place.json(&["state", "BUCKET", "CAND-1"]);
        assert_eq!(state["fields"]["phone"], "second", "{at_once}");
        if at_once {
            assert_eq!(history["events"][0]["extra"], json!({ "cost": "7" }));
        }
    }
}

#[test]
fn f10_an_amendment_holds_where_other_files_bring_its_event_in_other_words() {
    let place = Place::new();
    place.write_legacy("a.parquet", &[row("evt-1", "wrong"), row("evt-2", "void")]);
    let correct = ["correct", "BUCKET", "evt-1", "--to", "right", "--reason", "typo"];
    assert_eq!(place.run(&correct).status, 0);
    assert_eq!(place.run(&["void", "BUCKET", "evt-2", "--reason", "not he"]).status, 0);
    let phone = || {
        let state = place.json(&["state", "BUCKET", "CAND-1"]);
        state["fields"]["phone"].as_str().unwrap().to_owned()
    };
    assert_eq!(phone(), "right");
    // The same change, of a workspace; and another change under the id of the corrected one.
    let mut others = [row("evt-1", "wrong"), row("evt-2", "void"), row("evt-1", "street")];
    (others[0][10], others[1][10], others[2][4]) = ("ws-1", "ws-1", "address");
    place.write_legacy("b.parquet", &others);
    assert_eq!(phone(), "right");
    for (mark, events) in [("corrected", 2), ("voided", 2)] {
        assert_eq!(place.json(&["recent", "BUCKET", "--mark", mark])["total"], events, "{mark}");
    }
    // What cannot be told from another change of the field is amended by neither.
    place.write_legacy("c.parquet", &[row("evt-1", "wrong again")]);
    assert_eq!(place.json(&["recent", "BUCKET", "--mark", "corrected"])["total"], 2);
}

#[test]
fn f11_an_event_is_addressed_by_a_file_with_an_at_sign_in_its_name() {
    let place = Place::new();
    place.write_legacy("c.parquet", &[row("dup", "A")]);
    place.write_legacy("to=s@x.org/d@x.parquet", &[row("dup", "B")]);
    let address = "dup@to=s@x.org/d@x.parquet#0";
    let columns = LEGACY_COLUMNS.map(event::Column::name);
    let mut amendment = row("evt-9", "mended").to_vec();
    (amendment[5], amendment[6]) = ("correct", "B");
    amendment.extend([address, "typo"]);
    place.write_texts("e.parquet", &[&columns[..], &["corrects", "reason"]].concat(), &[amendment]);
    assert_eq!(place.json(&["state", "BUCKET", "CAND-1"])["fields"]["phone"], "mended");
    assert_eq!(place.json(&["recent", "BUCKET", "--mark", "corrected"])["total"], 1);
    let voided = place.run(&["void", "BUCKET", address, "--reason", "x"]);
    assert_eq!(voided.status, 0, "{voided:?}");
    assert_eq!(place.json(&["state", "BUCKET", "CAND-1"])["fields"]["phone"], "A");
}
