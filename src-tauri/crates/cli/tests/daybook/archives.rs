//! Archives: what they hold is answered as the folder is that was packed, and they are only read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::files::row;
use crate::place::Place;

const GOOD: &str =
    r#"{"entity_type":"a","entity_id":"b","field":"c","action":"update","new_value":"1"}"#;

/// Packs the bucket of a place, below a folder of its own, and returns where the archive is.
fn pack(place: &Place, ending: &str) -> String {
    let path = place.folder().join(format!("copy.{ending}"));
    let file = fs::File::create(&path).unwrap();
    if ending == "tar" {
        let mut archive = tar::Builder::new(file);
        archive.append_dir_all("firm", place.bucket()).unwrap();
        archive.finish().unwrap();
    } else {
        let mut archive = rawzip::ZipArchiveWriter::new(file);
        for file in files(&place.bucket().join("journal")) {
            let name = file.strip_prefix(place.folder()).unwrap().to_str().unwrap();
            let (mut entry, config) = archive.new_file(name).start().unwrap();
            let mut writer = config.wrap(&mut entry);
            writer.write_all(&fs::read(&file).unwrap()).unwrap();
            let (_, descriptor) = writer.finish().unwrap();
            entry.finish(descriptor).unwrap();
        }
        archive.finish().unwrap();
    }
    path.to_str().unwrap().to_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_verb_answers_of_an_archive_as_of_the_folder() {
    let (place, ids) = Place::with_candidate();
    place.write_legacy("2024/old.parquet", &[row("evt-1", "one"), row("evt-2", "two")]);
    for ending in ["zip", "tar"] {
        let archive = pack(&place, ending);
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
                    file.as_object_mut().unwrap().remove("looked_at");
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
    let archive = pack(&place, "tar");
    assert_eq!(place.json(&["recent", &archive])["total"], 2);
    // The same files again, in another archive: no more than another hash.
    pack(&place, "tar");
    assert_eq!(place.json(&["recent", &archive])["coverage"]["changed"], json!([]));
    place.write_legacy("a.parquet", &[row("evt-1", "forged")]);
    fs::remove_file(place.bucket().join("journal/b.parquet")).unwrap();
    pack(&place, "tar");
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
