//! What people name in place of a bucket: the folder that was meant is opened, or named.

use std::fs;

use crate::place::{Place, Ran};

const GOOD: &str =
    r#"{"entity_type":"candidate","entity_id":"CAND-2","action":"insert","new_value":"{}"}"#;

/// A path below the test's folder.
fn at(place: &Place, name: &str) -> String {
    place.folder().canonicalize().unwrap().join(name).to_str().unwrap().to_owned()
}

fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = entries.map(|name| name.into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != ".daybook").collect();
    names.sort();
    names
}

#[test]
fn the_journals_own_folder_opens_the_bucket_above_it() {
    let (place, _) = Place::with_candidate();
    let (firm, journal) = (at(&place, "firm"), at(&place, "firm/journal"));
    let said = format!(
        "{journal} is the folder of a journal's files: {firm}, which holds it, is opened.\n"
    );
    let ran = place.run(&["recent", &journal]);
    assert_eq!((ran.status, &ran.err), (0, &said), "{ran:?}");
    assert_eq!(ran.json()["total"], 2);
    let ran = place.feed(&["record", &journal], GOOD.as_bytes());
    assert_eq!((ran.status, &ran.err), (0, &said), "{ran:?}");
    assert_eq!(names(&firm), ["journal"]);
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 3);
}

#[test]
fn a_bag_opens_the_bucket_in_it() {
    let (place, _) = Place::with_candidate();
    let bag = at(&place, "bag");
    fs::create_dir(&bag).unwrap();
    fs::write(format!("{bag}/bagit.txt"), "BagIt-Version: 1.0\n").unwrap();
    fs::rename(place.bucket(), format!("{bag}/data")).unwrap();
    let ran = place.run(&["recent", &bag]);
    let said = format!("{bag} is a bag with a journal: {bag}/data, which holds it, is opened.\n");
    assert_eq!((ran.status, &ran.err), (0, &said), "{ran:?}");
    assert_eq!(ran.json()["total"], 2);
}

#[test]
fn a_folder_of_parquet_files_is_read_and_never_written() {
    let (place, ids) = Place::with_candidate();
    let export = at(&place, "export");
    fs::rename(place.bucket().join("journal"), &export).unwrap();
    let before = names(&export);
    let ran = place.run(&["recent", &export]);
    assert_eq!((ran.status, &ran.json()["total"]), (0, &2.into()));
    assert!(ran.err.ends_with("no folder named journal, so it can only be read.\n"), "{}", ran.err);
    assert_eq!(place.json(&["stats", &export])["persisted_files"], 1);
    for verb in [
        &["record", &export][..],
        &["flush", &export],
        &["void", &export, &ids[0], "--reason", "x"],
    ] {
        let ran = place.feed(verb, GOOD.as_bytes());
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{verb:?}: {ran:?}");
        let why = format!(
            "daybook: nothing can be recorded here: {export} can be read, but holds Parquet \
             files and no folder named journal"
        );
        assert!(ran.err.starts_with(&why), "{verb:?}: {}", ran.err);
    }
    assert_eq!(names(&export), before, "nothing is made there");
    let year = at(&place, "other/journal/2024");
    fs::create_dir_all(&year).unwrap();
    fs::copy(format!("{export}/{}", before[0]), format!("{year}/a.parquet")).unwrap();
    let ran = place.run(&["recent", &year]);
    let whole = at(&place, "other");
    let said = format!("{year} holds only a part of a journal: open {whole} to see all of it.\n");
    assert_eq!((ran.status, &ran.err), (0, &said));
}

#[test]
fn what_holds_no_journal_is_refused_by_what_reads_and_names_what_was_meant() {
    let (place, _) = Place::with_candidate();
    let file = names(&at(&place, "firm/journal")).remove(0);
    let (folder, file) = (at(&place, ""), at(&place, &format!("firm/journal/{file}")));
    let folder = folder.trim_end_matches('/');
    let (empty, firm) = (at(&place, "lonely/empty"), at(&place, "firm"));
    fs::create_dir_all(&empty).unwrap();
    // A stray file makes no journal of a folder of several.
    fs::copy(&file, format!("{folder}/stray.parquet")).unwrap();
    let nearby = format!("{folder} holds no journal, but {firm} does; open that one");
    let nowhere = format!("{empty} holds no journal; open the folder that holds the folder named");
    let one_file = format!("{file} is one file; open the folder with the journal, {firm}");
    let ask = |verb: &'static str, bucket: &str| {
        let argument = if verb == "search" { vec!["x"] } else { vec![] };
        place.run(&[vec![verb, bucket], argument].concat())
    };
    for verb in ["recent", "search", "facets", "records", "chains", "stats", "index"] {
        for (bucket, status, said) in
            [(folder, 3, &nearby), (empty.as_str(), 3, &nowhere), (file.as_str(), 2, &one_file)]
        {
            let Ran { status: ended, out, err } = ask(verb, bucket);
            assert_eq!((ended, out.as_str()), (status, ""), "{verb} {bucket}: {err}");
            assert!(err.starts_with(&format!("daybook: {said}")), "{verb} {bucket}: {err}");
            assert_eq!(err.lines().count(), 1, "{err}");
        }
    }
    assert!(names(&empty).is_empty());
}

#[test]
fn the_folder_of_a_journal_is_that_whatever_folders_it_holds() {
    let (place, _) = Place::with_candidate();
    let own = at(&place, "firm/journal");
    fs::create_dir_all(format!("{own}/journal")).unwrap();
    assert_eq!(place.json(&["recent", &own])["total"], 2);
}

#[test]
fn recording_begins_a_journal_and_says_so() {
    let place = Place::new();
    let new = at(&place, "new");
    fs::create_dir(&new).unwrap();
    fs::write(format!("{new}/notes.txt"), "").unwrap();
    let ran = place.feed(&["record", &new], GOOD.as_bytes());
    let firm = at(&place, "firm");
    let said = format!(
        "{new} holds no journal yet, and the first event that is recorded here begins one.\n"
    );
    assert_eq!((ran.status, &ran.err), (0, &said), "{ran:?}, beside {firm}");
    assert_eq!(names(&new), ["journal", "notes.txt"]);
    assert_eq!(place.json(&["recent", &new])["total"], 1);
}

#[test]
fn a_folder_with_pending_events_is_read_without_a_journal() {
    let place = Place::new();
    let bucket = at(&place, "firm");
    fs::remove_dir(format!("{bucket}/journal")).unwrap();
    let blocks = format!("{bucket}/journal");
    // What takes the journal's name after the opening lets no flush succeed.
    let mut command = place.command(&["record", "BUCKET"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut acknowledged = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::Write::write_all(&mut input, format!("{GOOD}\n").as_bytes()).unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut acknowledged, &mut line).unwrap();
    fs::remove_dir_all(&blocks).unwrap();
    fs::write(&blocks, "").unwrap();
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{line}");
    fs::remove_file(&blocks).unwrap();
    for (verb, count) in [("recent", "total"), ("stats", "buffer_events")] {
        let ran = place.run(&[verb, "BUCKET"]);
        assert_eq!((ran.status, &ran.json()[count]), (1, &1.into()), "{ran:?}");
        assert!(ran.err.contains("its disk may not be mounted"), "{}", ran.err);
    }
    assert!(names(&bucket).is_empty());
}
