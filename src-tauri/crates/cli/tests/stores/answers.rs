//! What lies in a store is answered as the folder is that was put there.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::place::{Place, Ran};
use crate::store::Store;

/// Every verb that reads, in the forms that people ask.
const VERBS: [&[&str]; 36] = [
    &["recent", "BUCKET", "--limit", "2000"],
    &["recent", "BUCKET", "--limit", "20", "--format", "table"],
    &["recent", "BUCKET", "--limit", "20", "--format", "csv"],
    &["recent", "BUCKET", "--limit", "20", "--format", "ndjson"],
    &["recent", "BUCKET", "--type", "legislator", "--action", "insert"],
    &["recent", "BUCKET", "--field", "!bio.gender", "--source", "api"],
    &["recent", "BUCKET", "--entity", "M001224"],
    &["recent", "BUCKET", "--actor", "me", "--hide-no-ops"],
    &["recent", "BUCKET", "--workspace", "ws-north"],
    &["recent", "BUCKET", "--since", "2015", "--until", "2019-02"],
    &["recent", "BUCKET", "--contains", "HOUSE.gov"],
    &["recent", "BUCKET", "--mark", "corrected"],
    &["recent", "BUCKET", "--mark", "!voided", "--mark", "noted"],
    &["recent", "BUCKET", "--query", "type=legislator since=2020 -actor=me"],
    &["recent", "BUCKET", "--query", "voided=yes"],
    &["search", "BUCKET", "washington"],
    &["search", "BUCKET", "nowhere at all"],
    &["facets", "BUCKET"],
    &["facets", "BUCKET", "--query", "since=2019"],
    &["records", "BUCKET", "--limit", "1000"],
    &["records", "BUCKET", "--deleted"],
    &["records", "BUCKET", "--type", "candidate"],
    &["chains", "BUCKET"],
    &["history", "BUCKET", "O000175"],
    &["history", "BUCKET", "CAND-1"],
    &["history", "BUCKET", "nobody"],
    &["state", "BUCKET", "CAND-1"],
    &["state", "BUCKET", "CAND-1", "--as", "recorded"],
    &["state", "BUCKET", "CAND-1", "--at", "2026-03-01"],
    &["blame", "BUCKET", "CAND-1"],
    &["blame", "BUCKET", "CAND-1", "--as", "recorded"],
    &["stats", "BUCKET"],
    &["files", "BUCKET"],
    &["files", "BUCKET", "--verify"],
    &["index", "BUCKET", "--rebuild"],
    &["recent", "BUCKET", "--limit", "5"],
];

#[test]
fn every_verb_answers_of_a_store_as_of_the_folder() {
    let place = journal();
    let near = Asked::new(&place.bucket().to_string_lossy());
    let archive = Asked::new(&place.pack("zip"));
    let stores = Store::all();
    let far = stores.iter().map(|store| {
        let prefix = Store::new_prefix();
        store.upload(&prefix, &place.bucket());
        (store.name, Asked::new(&store.url(&prefix)))
    });
    let others: Vec<_> = far.chain([("the archive", archive)]).collect();
    for verb in VERBS {
        let expected = near.answer(verb);
        for (name, asked) in &others {
            let answer = asked.answer(verb);
            assert_eq!(answer.err, expected.err, "{name}: {verb:?}");
            assert_eq!(parsed(&answer.out), parsed(&expected.out), "{name}: {verb:?}");
            assert_eq!(answer.status, expected.status, "{name}: {verb:?}");
        }
    }
    for verb in ["recent", "records", "chains"] {
        let expected = near.pages(verb);
        assert!(expected.len() > 1 || verb == "chains", "{verb} has one page");
        for (name, asked) in &others {
            assert_eq!(asked.pages(verb), expected, "{name}: {verb}");
        }
    }
}

/// A journal with something of everything: public records, what Daybook recorded in each of its
/// formats, amendments, partitions, and files that cannot be read or only look like one.
fn journal() -> Place {
    let (place, ids) = Place::with_candidate();
    let amend = |verb: &[&str]| assert_eq!(place.run(verb).status, 0, "{verb:?}");
    amend(&["correct", "BUCKET", &ids[0], "--field", "rate", "--to", "5", "--reason", "typo"]);
    amend(&["void", "BUCKET", &ids[1], "--reason", "mistake"]);
    amend(&["note", "BUCKET", &ids[0], "--text", "seen"]);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures");
    let journal = place.bucket().join("journal");
    for name in ["legislators", "formats/0", "formats/1", "formats/2"] {
        for file in fs::read_dir(fixtures.join(name).join("journal")).unwrap() {
            let file = file.unwrap();
            if file.file_name() != ".daybook" {
                fs::copy(file.path(), journal.join(file.file_name())).unwrap();
            }
        }
    }
    let row = |id| {
        let time = "2024-03-03T09:00:00+00:00";
        [id, time, "candidate", "CAND-7", "phone", "update", "7", "8", "Sarah", "api", ""]
    };
    place.write_legacy("2024/03/old, of March (1).parquet", &[row("evt-1"), row("evt-2")]);
    place.write_legacy("again.parquet", &[row("evt-2")]);
    place.write_legacy("_temporary/0/part.parquet", &[row("evt-9")]);
    place.write_legacy(".hidden.parquet", &[row("evt-9")]);
    place.write_legacy("upper.PARQUET", &[row("evt-9")]);
    place.write_legacy("copy.parquet.bak", &[row("evt-9")]);
    place.write_texts(
        "workspace_id=ws-north/part.parquet",
        &event::LEGACY_COLUMNS.map(event::Column::name)[..10],
        &[row("evt-3")[..10].to_vec()],
    );
    let good = fs::read(journal.join("again.parquet")).unwrap();
    fs::write(journal.join("cut.parquet"), &good[..good.len() / 2]).unwrap();
    fs::write(journal.join("none.parquet"), "no Parquet").unwrap();
    fs::write(journal.join("empty.parquet"), "").unwrap();
    fs::write(journal.join("_SUCCESS"), "").unwrap();
    fs::write(place.bucket().join("beside.parquet"), good).unwrap();
    place
}

/// A bucket, and an application's data that knows nothing yet.
struct Asked {
    place: Place,
    bucket: String,
}

impl Asked {
    fn new(bucket: &str) -> Self {
        Self { place: Place::at(bucket), bucket: bucket.to_owned() }
    }

    /// What is answered, but for the name of the bucket.
    fn answer(&self, verb: &[&str]) -> Ran {
        let mut ran = self.place.run(verb);
        for text in [&mut ran.out, &mut ran.err] {
            *text = text.replace(&self.bucket, "BUCKET");
        }
        ran
    }

    /// Every page of a list.
    fn pages(&self, verb: &str) -> Vec<Value> {
        let mut pages = Vec::new();
        let mut after = Value::Null;
        loop {
            let mut arguments = vec![verb, "BUCKET", "--limit", "300"];
            arguments.extend(after.as_str().map(|_| "--after"));
            arguments.extend(after.as_str());
            let page = parsed(&self.answer(&arguments).out);
            after = page["next"].clone();
            pages.push(page);
            if after.is_null() {
                return pages;
            }
        }
    }
}

/// An answer without what tells one reading from another. What is no JSON stays as it is.
fn parsed(out: &str) -> Value {
    let Ok(mut answer) = serde_json::from_str::<Value>(out) else { return out.into() };
    for file in answer["files"].as_array_mut().into_iter().flatten() {
        file.as_object_mut().unwrap().retain(|name, _| name != "read_at" && name != "looked_at");
    }
    if let Some(answer) = answer.as_object_mut() {
        answer.retain(|name, _| !name.starts_with("catalog_"));
    }
    answer
}
