//! Processes that record into a store and are killed in the middle of it.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::place::Place;
use crate::store::Store;

/// How many processes are killed, unless the environment names another number.
const KILLS: usize = 500;

/// Variable that names it.
const VARIABLE: &str = "DAYBOOK_TEST_KILLS";

/// How many buckets are recorded into at once.
const BUCKETS: usize = 4;

#[test]
fn d1_every_acknowledged_event_is_in_the_store_once_after_500_kills() {
    let kills = env::var(VARIABLE).map_or(KILLS, |text| text.parse().unwrap());
    let stores = [Store::moto(), Store::lab()];
    let counts: Vec<Count> = thread::scope(|scope| {
        let threads: Vec<_> = (0..BUCKETS)
            .map(|seed| {
                let store = &stores[seed % stores.len()];
                scope.spawn(move || kill_again_and_again(store, seed, kills / BUCKETS))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for count in counts {
        println!("{count:?}");
    }
}

/// What happened to one bucket.
#[derive(Debug)]
#[expect(dead_code, reason = "it is printed")]
struct Count {
    store: &'static str,
    started: usize,
    /// Those that had not ended by themselves.
    killed: usize,
    acknowledged: usize,
    /// Events that are there and were not acknowledged.
    more: usize,
    files: usize,
}

/// Records into a new bucket by processes that are killed, and checks what is there afterwards.
fn kill_again_and_again(store: &Store, seed: usize, kills: usize) -> Count {
    let prefix = Store::new_prefix();
    let place = Place::at(&store.url(&prefix));
    let mut choices = Choices { seed, drawn: 0 };
    let mut sent = Sent::default();
    let (mut started, mut killed) = (0, 0);
    while killed < kills {
        started += 1;
        killed += usize::from(sent.run_and_kill(&place, &mut choices));
    }
    let ran = place.run(&["flush", "BUCKET"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}: {ran:?}", store.name);
    // Whoever reads only what is in the store.
    let reader = Place::at(&store.url(&prefix));
    let mut there = BTreeMap::new();
    let recent = reader.run(&["recent", "BUCKET", "--limit", "100000"]).json();
    for event in recent["events"].as_array().unwrap() {
        let value = event["new_value"].as_str().unwrap().to_owned();
        let again = there.insert(value, event["event_id"].as_str().unwrap().to_owned());
        assert_eq!(again, None, "{}: {event} is there twice", store.name);
    }
    let ids: BTreeSet<&String> = there.values().collect();
    let lost: Vec<&String> = sent.acknowledged.iter().filter(|id| !ids.contains(id)).collect();
    assert!(lost.is_empty(), "{}: {} are lost: {lost:?}", store.name, lost.len());
    assert_eq!(there.keys().filter(|value| !sent.values.contains(*value)).count(), 0);
    // No number is missing, and nothing is unreadable.
    let coverage = &recent["coverage"];
    assert_eq!(coverage["complete"], true, "{}: {coverage}", store.name);
    assert_eq!(place.json(&["stats", "BUCKET"])["forks"], 0, "{}", store.name);
    Count {
        store: store.name,
        started,
        killed,
        acknowledged: sent.acknowledged.len(),
        more: there.len() - sent.acknowledged.len(),
        files: store.download(&prefix).len(),
    }
}

/// What processes were given, and what they said.
#[derive(Default)]
struct Sent {
    values: BTreeSet<String>,
    acknowledged: Vec<String>,
}

impl Sent {
    /// Gives some events to a process, and kills it after it has acknowledged some of them, at once
    /// or within the flush that begins when it is given no more. Returns whether it had not ended by
    /// itself.
    fn run_and_kill(&mut self, place: &Place, choices: &mut Choices) -> bool {
        let mut command = place.command(&["record", "BUCKET", "--format", "ndjson"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let events = choices.below(8);
        for _ in 0..events {
            let value = self.values.len().to_string();
            let event = json!({
                "entity_type": "candidate", "entity_id": format!("CAND-{}", value.len()),
                "field": "phone", "action": "update", "old_value": "", "new_value": value,
            });
            // It may be over already.
            let _ = writeln!(input, "{event}");
            self.values.insert(value);
        }
        let input = (choices.below(4) == 0).then_some(input);
        let heard = choices.below(events + 1);
        for _ in 0..heard {
            self.acknowledge(&mut output);
        }
        // From before the outbox is open to after the last file is in the store.
        thread::sleep(Duration::from_millis(choices.below(250) as u64));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        drop(input);
        // What it said before it was killed counts.
        while self.acknowledge(&mut output) {}
        // On Unix it has no code; on Windows it has the code 1, as one with findings has.
        let was_killed = ended.code().is_none() || (cfg!(windows) && ended.code() == Some(1));
        assert!(was_killed || ended.success(), "it ended with {ended}");
        was_killed
    }

    /// Notes an acknowledgement; false if there is none. A part of a line acknowledges nothing.
    fn acknowledge(&mut self, output: &mut impl BufRead) -> bool {
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        if !line.ends_with('\n') {
            return false;
        }
        let line: Value = serde_json::from_str(&line).unwrap();
        let ids = line["ids"].as_array().unwrap();
        self.acknowledged.extend(ids.iter().map(|id| id.as_str().unwrap().to_owned()));
        true
    }
}

/// Random numbers, the same ones for a seed.
struct Choices {
    seed: usize,
    drawn: usize,
}

impl Choices {
    /// A number from 0 to less than `end`.
    fn below(&mut self, end: usize) -> usize {
        self.drawn += 1;
        let bytes = Sha256::digest(format!("{} {}", self.seed, self.drawn));
        usize::from(u16::from_be_bytes([bytes[0], bytes[1]])) % end
    }
}
