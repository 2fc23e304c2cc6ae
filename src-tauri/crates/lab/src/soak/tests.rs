#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
//! Tests that the checks find what they are there to find.

use serde_json::{Value, json};

use super::check::{ReadEvent, check};
use super::files::{check_unchanged, hashes};
use super::ledger::{Ledger, SentLine, Submission};
use super::plan;
use crate::error::LabError;
use crate::prng::Rng;

fn sent(value: &str) -> Value {
    json!({"field": "phone", "old_value": null, "new_value": value})
}

/// The event that is read where `value` was sent.
fn read(value: &str, seq: u64, batch: Option<&str>) -> Value {
    json!({
        "event_id": format!("evt-{value}"), "field": "phone", "old_value": null, "new_value": value,
        "writer": "5f0c", "seq": seq.to_string(), "batch": batch,
    })
}

/// Three single events, of which two are acknowledged, and a batch of two that is.
fn ledger() -> Ledger {
    let line = |value: &str| SentLine { value: value.to_owned(), event: sent(value) };
    let singles = Submission::new(0, false, ["a", "b", "c"].map(line).into());
    let batch = Submission::new(0, true, ["d", "e"].map(line).into());
    for id in ["evt-a", "evt-b"] {
        singles.acknowledge(&json!({ "ids": [id] }).to_string()).unwrap();
    }
    batch.acknowledge(r#"{"ids": ["evt-d", "evt-e"]}"#).unwrap();
    Ledger { submissions: vec![singles, batch], stored: 0 }
}

fn all() -> Vec<Value> {
    vec![
        read("a", 0, None),
        read("b", 1, None),
        read("d", 2, Some("batch-1")),
        read("e", 3, Some("batch-1")),
        read("c", 4, None),
    ]
}

fn found(events: &[Value]) -> Result<u64, String> {
    let seen: Vec<ReadEvent> =
        events.iter().map(|e| ReadEvent::parse(&e.to_string()).unwrap()).collect();
    let ledger = ledger();
    check(&seen, &ledger.submissions, &ledger.expected_in(0)).map_err(|error| error.to_string())
}

#[test]
fn a_whole_journal_passes_with_and_without_unacknowledged_events() {
    assert_eq!(found(&all()), Ok(1));
    assert_eq!(found(&all()[..4]), Ok(0));
}

#[test]
fn whatever_must_not_be_is_found() {
    let finds = |change: &dyn Fn(&mut Vec<Value>), words: &str| {
        let mut events = all();
        change(&mut events);
        let problem = found(&events).unwrap_err();
        assert!(problem.contains(words), "{words}: {problem}");
    };
    finds(&|events| drop(events.remove(1)), "acknowledged event evt-b is gone");
    finds(&|events| events.push(read("a", 5, None)), "is there twice");
    finds(
        &|events| {
            events[4] = {
                let mut e = read("a", 4, None);
                e["event_id"] = json!("evt-z");
                e
            }
        },
        "is there as",
    );
    finds(&|events| events[0]["old_value"] = json!(""), "is not what was sent");
    finds(&|events| events[4]["field"] = json!("email"), "but sent was");
    finds(&|events| events[4] = read("nobody's", 4, None), "that nobody sent");
    finds(&|events| events[4]["seq"] = json!("5"), "has 5 where 4 should be");
    finds(&|events| events[4]["seq"] = json!("3"), "has 3 where 4 should be");
    finds(&|events| events[3]["batch"] = json!("batch-2"), "not one");
}

#[test]
fn a_part_of_an_unacknowledged_batch_is_found() {
    let line = |value: &str| SentLine { value: value.to_owned(), event: sent(value) };
    let submissions = [Submission::new(0, true, ["a", "b"].map(line).into())];
    let seen = [ReadEvent::parse(&read("a", 0, Some("batch-1")).to_string()).unwrap()];
    assert!(check(&seen, &submissions, &[]).unwrap_err().to_string().contains("1 of the 2 events"));
    assert_eq!(check(&[], &submissions, &[]).unwrap(), 0);
}

#[test]
fn an_acknowledgement_of_something_else_is_found() {
    let ledger = ledger();
    for line in ["{}", "evt-c", r#"{"ids": ["evt-c", "evt-d"]}"#, r#"{"ids": [1]}"#] {
        assert!(
            matches!(ledger.submissions[0].acknowledge(line), Err(LabError::Unsound(_))),
            "{line}"
        );
    }
    assert!(ledger.submissions[1].acknowledge(r#"{"ids": ["evt-d", "evt-e"]}"#).is_err());
}

#[test]
fn another_home_is_owed_what_is_in_the_bucket() {
    let mut ledger = ledger();
    assert_eq!(ledger.expected_in(1).len(), 0);
    ledger.stored = 1;
    assert_eq!(ledger.expected_in(1).len(), 2);
    assert_eq!(ledger.expected_in(0).len(), 4);
}

#[test]
fn a_changed_and_a_vanished_file_are_found_and_a_new_one_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal/a.parquet");
    std::fs::create_dir(folder.path().join("journal")).unwrap();
    std::fs::write(&path, "one").unwrap();
    let before = hashes(folder.path()).unwrap();
    std::fs::write(folder.path().join("b"), "new").unwrap();
    check_unchanged(&before, &hashes(folder.path()).unwrap()).unwrap();
    std::fs::write(&path, "two").unwrap();
    let changed = check_unchanged(&before, &hashes(folder.path()).unwrap()).unwrap_err();
    assert!(changed.to_string().contains("has changed"));
    std::fs::remove_file(&path).unwrap();
    let vanished = check_unchanged(&before, &hashes(folder.path()).unwrap()).unwrap_err();
    assert!(vanished.to_string().contains("has vanished"));
}

#[test]
fn the_same_seed_plans_the_same_round_and_no_value_comes_twice() {
    let plan = || plan::round(&mut Rng::new(5), 2, 10).1;
    let values = |submissions: &[Submission]| -> Vec<String> {
        submissions.iter().flat_map(|s| &s.lines).map(|line| line.event.to_string()).collect()
    };
    assert_eq!(values(&plan()), values(&plan()));
    let submissions = plan();
    let mut values: Vec<&str> =
        submissions.iter().flat_map(|s| &s.lines).map(|line| line.value.as_str()).collect();
    let count = values.len();
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), count);
}
