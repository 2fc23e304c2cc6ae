//! A cluster that is killed in the middle of a question, and another that takes its place and knows nothing
//! of what the first was told.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures::TryStreamExt;
use query::{AllEventsQuery, CancellationToken, Engine, Filters};
use spark::Limits;

use crate::buckets::{Place as Folder, row};
use crate::place::open_at;
use crate::wire::Wire;

/// Script that starts Sail on a free port, and prints that.
const START: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../xtask/src/stores/start_sail.py");

/// Sail in a process of its own, which ends with this.
struct Sail {
    process: Child,
    url: String,
}

impl Sail {
    fn start() -> Self {
        let python = std::env::var("DAYBOOK_TEST_SAIL").unwrap_or_else(|_| {
            panic!(
                "DAYBOOK_TEST_SAIL is not set: run `cargo xtask stores`, and export what it prints"
            )
        });
        let mut command = Command::new(python);
        command.args([START, "0"]).stdin(Stdio::null()).stderr(Stdio::null());
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { process, url: format!("sc://127.0.0.1:{}", port.trim()) }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Sail {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_asked_again_of_a_cluster_that_was_killed_and_is_back() {
    let place = Folder::new();
    let rows: Vec<_> = (0..500)
        .map(|n| {
            let (id, time) = (format!("evt-{n}"), format!("2024-03-01T09:00:{:02}Z", n % 60));
            row(&id, &time, "CAND-1", "phone", "update", ["a", &"x".repeat(300)])
        })
        .collect();
    place.write("20240301_090000_000.parquet", &rows);
    let mut sail = Sail::start();
    let wire = Wire::to(&sail.url);
    let limits = Limits { answer: Duration::from_mins(3), reconnect: Duration::from_mins(2) };
    let engine = open_at(&place.bucket(), &wire.url(), limits).await.unwrap();
    let token = CancellationToken::new();
    for bytes in [1, 30_000] {
        wire.cut_after(bytes);
        let asked = async {
            let chunks = engine.all_events(&AllEventsQuery::default(), &token);
            chunks.try_collect::<Vec<_>>().await
        };
        let replaced = async {
            while !wire.is_cut() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            sail.kill();
            sail = Sail::start();
            wire.lead_to(&sail.url);
            wire.mend();
        };
        let (asked, ()) = tokio::join!(asked, replaced);
        // Every event, or an error; never a part of them.
        if let Ok(chunks) = asked {
            assert_eq!(chunks.iter().map(|chunk| chunk.entries.len()).sum::<usize>(), 500);
        }
        let counted = engine.count(&Filters::default(), &token).await.unwrap();
        assert_eq!(counted.value, 500, "killed after {bytes} bytes");
        assert!(counted.coverage.complete);
    }
}
