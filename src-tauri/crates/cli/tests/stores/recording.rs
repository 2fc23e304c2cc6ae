//! Recording into a store: what is acknowledged is there, for other devices too.

use std::ops::Range;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::place::Place;
use crate::store::Store;

#[test]
fn every_verb_that_records_reaches_the_store_and_another_device() {
    for store in Store::all() {
        let name = store.name;
        let prefix = Store::new_prefix();
        let url = store.url(&prefix);
        let (here, there) = (Place::at(&url), Place::at(&url));
        let ids = here.record(&lines(0..3));
        assert_eq!(ids.len(), 3, "{name}");
        let batch = here.feed(&["record", "BUCKET", "--atomic"], lines(3..6).as_bytes());
        assert_eq!((batch.status, batch.out.lines().count()), (0, 1), "{name}: {batch:?}");
        let event = ids[0].as_str();
        for verb in [
            &["correct", "BUCKET", event, "--to", "7", "--reason", "typo"][..],
            &["void", "BUCKET", &ids[1], "--reason", "mistake"],
            &["note", "BUCKET", event, "--text", "seen"],
        ] {
            assert_eq!(here.run(verb).status, 0, "{name}: {verb:?}");
        }
        // What a process that was killed has left goes there with the next flush.
        here.pend(&lines(6..7));
        assert_eq!(there.json(&["recent", "BUCKET"])["total"], 9, "{name}");
        assert_eq!(here.json(&["stats", "BUCKET"])["buffer_events"], 1, "{name}");
        assert_eq!(here.json(&["flush", "BUCKET"]), json!({"events": 1, "files": 1, "fork": null}));
        assert_eq!(here.json(&["flush", "BUCKET"])["events"], 0, "{name}");

        // The other device records too, and both have the same journal.
        assert_eq!(there.record(&lines(7..8)).len(), 1, "{name}");
        let answers = [&here, &there].map(|device| {
            let verbs = ["recent", "records", "chains", "facets"];
            verbs.map(|verb| device.json(&[verb, "BUCKET"]))
        });
        assert_eq!(answers[0], answers[1], "{name}");
        assert_eq!(answers[0][0]["total"], 11, "{name}");
        let marks: Vec<&Value> = answers[0][0]["events"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|event| event.get("marks"))
            .collect();
        assert_eq!(marks, [&json!(["voided"]), &json!(["corrected", "noted"])], "{name}");

        let objects = store.download(&prefix);
        let id: Value = serde_json::from_slice(&objects["journal/.daybook"]).unwrap();
        assert!(id.is_object(), "{name}: {id}");
        let files = here.json(&["files", "BUCKET", "--verify"])["files"].clone();
        let files = files.as_array().unwrap();
        assert_eq!(files.len() + 1, objects.len(), "{name}: nothing else lies there");
        for file in files {
            let bytes = &objects[&format!("journal/{}", file["file"].as_str().unwrap())];
            let sha256 = file["sha256"].as_str().unwrap();
            assert_eq!(format!("{:x}", Sha256::digest(bytes)), sha256, "{name}: {file}");
        }
    }
}

/// Updates with these numbers as their values, one a line.
fn lines(numbers: Range<usize>) -> String {
    let line = |number: usize| {
        let event = json!({
            "entity_type": "candidate", "entity_id": format!("CAND-{number}"),
            "field": "phone", "action": "update", "old_value": "", "new_value": number.to_string(),
        });
        event.to_string() + "\n"
    };
    numbers.map(line).collect()
}
