//! Archives: what they hold is answered as the folder is that was packed, and they are only read.

use std::fs;

use serde_json::json;

use crate::files::row;
use crate::place::Place;

const GOOD: &str =
    r#"{"entity_type":"a","entity_id":"b","field":"c","action":"update","new_value":"1"}"#;

#[test]
fn every_verb_answers_of_an_archive_as_of_the_folder() {
    let (place, ids) = Place::with_candidate();
    place.write_legacy("2024/old.parquet", &[row("evt-1", "one"), row("evt-2", "two")]);
    for ending in ["zip", "tar"] {
        let archive = place.pack(ending);
        let table: [&[&str]; 9] = [
            &["recent", "BUCKET"],
            &["facets", "BUCKET"],
            &["records", "BUCKET"],
            &["chains", "BUCKET"],
            &["search", "BUCKET", "one"],
            &["history", "BUCKET", "CAND-1"],
            &["state", "BUCKET", "CAND-1"],
            &["blame", "BUCKET", "CAND-1"],
            &["files", "BUCKET", "--verify"],
        ];
        for arguments in table {
            let folder = place.run(arguments);
            let of_archive: Vec<&str> = arguments
                .iter()
                .map(|one| if *one == "BUCKET" { &archive } else { *one })
                .collect();
            let packed = place.run(&of_archive);
            assert_eq!(packed.status, folder.status, "{packed:?}");
            let (mut folder, mut packed) = (folder.json(), packed.json());
            for answer in [&mut folder, &mut packed] {
                for file in answer["files"].as_array_mut().into_iter().flatten() {
                    file.as_object_mut().unwrap().remove("read_at");
                }
            }
            assert_eq!(packed, folder, "{ending}: {arguments:?}");
        }
        for verb in [&["record", &archive][..], &["void", &archive, &ids[0], "--reason", "x"]] {
            let ran = place.feed(verb, GOOD.as_bytes());
            assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{ran:?}");
            assert!(ran.err.contains("is an archive, which is only read"), "{}", ran.err);
        }
    }
}

#[test]
fn f9_an_archive_that_is_replaced_by_another_is_told() {
    let place = Place::new();
    place.write_legacy("a.parquet", &[row("evt-1", "one")]);
    place.write_legacy("b.parquet", &[row("evt-2", "two")]);
    let archive = place.pack("tar");
    assert_eq!(place.json(&["recent", &archive])["total"], 2);
    // The same files again, in another archive: no more than another hash.
    place.pack("tar");
    assert_eq!(place.json(&["recent", &archive])["coverage"]["changed"], json!([]));
    place.write_legacy("a.parquet", &[row("evt-1", "forged")]);
    fs::remove_file(place.bucket().join("journal/b.parquet")).unwrap();
    place.pack("tar");
    let ran = place.run(&["recent", &archive]);
    let changed = ran.json()["coverage"]["changed"].clone();
    let changed: Vec<(&str, &str)> = changed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["file"].as_str().unwrap(), one["change"].as_str().unwrap()))
        .collect();
    assert_eq!((ran.status, changed), (1, vec![("a.parquet", "altered"), ("b.parquet", "gone")]));
}
