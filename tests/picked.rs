//! What people pick in the window in place of a bucket, and what the window says of it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::ipc::{Window, firm};

/// Opens what was picked at the start: its status, or why it was not opened.
fn pick(place: &crate::buckets::Place, picked: &Path) -> Result<Value, Value> {
    let window = Window::open(place, Some(picked.to_str().unwrap().to_owned()));
    let start = window.start();
    if start["problem"].is_null() {
        Ok(start["journal"].clone())
    } else {
        Err(start["problem"].clone())
    }
}

#[test]
fn the_window_opens_what_was_meant_and_says_so() {
    let place = firm();
    let root = place.bucket().canonicalize().unwrap();
    let at = |name: &str| root.with_file_name(name);
    let (new, export) = (at("new"), at("export"));
    fs::create_dir(&new).unwrap();
    fs::create_dir(&export).unwrap();
    let mut files = fs::read_dir(root.join("journal")).unwrap().map(Result::unwrap);
    let file = files.find(|file| file.path().extension().is_some()).unwrap();
    fs::copy(file.path(), export.join("a.parquet")).unwrap();
    let (root_text, new_text) = (root.to_str().unwrap(), new.to_str().unwrap());

    let journal = pick(&place, &root.join("journal")).unwrap();
    assert_eq!((&journal["location"], &journal["events"]), (&json!(root_text), &json!(5)));
    assert_eq!(
        journal["notices"],
        json!([format!(
            "{root_text}/journal is the folder of a journal's files: {root_text}, which holds it, is opened."
        )])
    );
    let only_files = pick(&place, &export).unwrap();
    assert_eq!((&only_files["events"], &only_files["notices"]), (&json!(5), &json!([])));
    let why = only_files["read_only"].as_str().unwrap();
    assert!(why.contains("holds Parquet files and no folder named journal"), "{why}");
    let empty = pick(&place, &new).unwrap();
    let begins = format!(
        "{new_text} holds no journal yet, and the first event that is recorded here begins one."
    );
    assert_eq!((&empty["events"], &empty["notices"]), (&json!(0), &json!([begins])));
    assert_eq!(fs::read_dir(&new).unwrap().count(), 0);
    let refused = pick(&place, &file.path()).unwrap_err();
    assert_eq!(refused["kind"], "missing");
    let meant = format!("is one file; open the folder with the journal, {root_text}");
    assert!(refused["message"].as_str().unwrap().ends_with(&meant), "{refused}");
    assert_eq!(pick(&place, &root).unwrap()["notices"], json!([]));
    let archive = at("copy.tar");
    let mut packed = tar::Builder::new(fs::File::create(&archive).unwrap());
    packed.append_dir_all("firm", &root).unwrap();
    packed.finish().unwrap();
    let copy = pick(&place, &archive).unwrap();
    assert_eq!(
        (&copy["name"], &copy["events"], &copy["notices"]),
        (&json!("copy.tar"), &json!(5), &json!([]))
    );
    let why = copy["read_only"].as_str().unwrap();
    assert!(why.ends_with("is an archive, which is only read"), "{why}");
}
