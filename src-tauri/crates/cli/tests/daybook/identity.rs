//! A bucket is itself and not its path (D24): what is pending goes into the bucket that it was
//! recorded for, wherever that is, and into no other.

use std::fs;
use std::path::Path;

use crate::place::Place;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("journal")).unwrap();
    for entry in fs::read_dir(from.join("journal")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join("journal").join(entry.file_name())).unwrap();
    }
}

#[test]
fn d24_a_copy_is_recorded_into_only_when_it_is_said_to_be_the_journal() {
    let (place, _) = Place::with_candidate();
    let elsewhere = place.folder().join("elsewhere");
    copy(&place.bucket(), &elsewhere);
    let elsewhere = elsewhere.to_str().unwrap();
    let note = ["note", elsewhere, "--record", "candidate/CAND-1", "--text", "y"];
    let refused = place.run(&note);
    assert_eq!(refused.status, 3);
    for part in ["was last at", "is still there too", "--moved"] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
    assert_eq!(place.json(&["recent", elsewhere])["total"], 2);
    let moved = place.run(&[&note[..], &["--moved"]].concat());
    assert_eq!(moved.status, 0, "{}", moved.err);
    assert_eq!(place.run(&note).status, 0, "it is asked once");
    assert_eq!(place.json(&["recent", elsewhere])["total"], 4);
}
