//! Reading ahead, and being killed meanwhile.

use std::fs;
use std::process::Stdio;
use std::thread;

use crate::place::Place;

/// Files of a few events each: more than one process reads at once.
fn many_files() -> Place {
    let place = Place::new();
    for file in 0..120 {
        let record = format!("CAND-{}", file % 9);
        let time = format!("2026-03-01T09:{:02}:{:02}Z", file / 60, file % 60);
        let ids = [format!("evt-{file}-a"), format!("evt-{file}-b")];
        let [first, second] = ids.each_ref().map(|id| {
            [id, &time, "candidate", &record, "phone", "update", "", "1", "Tom", "api", ""]
        });
        place.write_legacy(&format!("20260301_0900{file:02}_{file:03}.parquet"), &[first, second]);
    }
    place
}

#[test]
fn a_bucket_is_read_ahead_and_anew() {
    let place = many_files();
    let first = place.json(&["index", "BUCKET"]);
    assert_eq!((&first["events"], &first["records"]), (&240.into(), &9.into()));
    assert!(first["catalog_bytes"].as_u64() > Some(0));
    let again = place.json(&["index", "BUCKET", "--rebuild"]);
    assert_eq!(again["events"], 240);
    assert_eq!(place.json(&["stats", "BUCKET"])["events"], 240);
}

#[test]
fn killed_at_any_moment_of_reading_it_answers_as_if_it_was_not() {
    let place = many_files();
    let sound = place.json(&["recent", "BUCKET", "--limit", "1000"]);
    let catalogs = place.folder().join("home/catalogs");
    for round in 0..24 {
        // On what the last one left, or on nothing.
        if round % 2 == 0 {
            fs::remove_dir_all(&catalogs).unwrap();
        }
        let mut index = place.command(&["index", "BUCKET", "--rebuild"]);
        let mut index = index.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..round * 4000 {
            thread::yield_now();
        }
        index.kill().unwrap();
        index.wait().unwrap();
        assert_eq!(place.json(&["recent", "BUCKET", "--limit", "1000"]), sound, "{round}");
    }
}
