//! Limits that hold: of memory, and of time by cancelling.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use query::CancellationToken;
use sql::messages::{Request, send, send_json};
use sql::{SqlError, SqlQuestion};

use crate::journal::{Journal, program, read};

/// How often it is looked whether something has ended, and the time between: two minutes in all.
const LOOKS: usize = 12_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// A question that takes longer than anybody waits.
const ENDLESS: &str = "SELECT count(*) FROM events a, events b, events c, events d \
                       WHERE a.new_value || b.new_value <> c.new_value || d.new_value";

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_needs_too_much_memory_is_told_which_part_does() {
    let journal = Journal::with(4_000).await;
    let long = "a.entity_id || b.entity_id || a.actor || b.actor";
    let table = [
        (format!("SELECT {long} AS x FROM events a, events b ORDER BY x"), "the sorting"),
        (format!("SELECT {long}, count(*) FROM events a, events b GROUP BY 1"), "the grouping"),
        (format!("SELECT DISTINCT {long} FROM events a, events b"), "the grouping"),
        ("SELECT max(length(repeat(entity_id, 20000))) FROM events".to_owned(), ""),
        (format!("SELECT length(string_agg({long}, ',')) FROM events a, events b"), ""),
    ];
    for (text, part) in table {
        let question = SqlQuestion { text: text.clone(), ..SqlQuestion::default() };
        let process = program().with_memory(64 << 20);
        let asked = process.ask(&question, &journal.handed_over, None, &CancellationToken::new());
        match asked.and_then(|mut answer| read(&mut answer)) {
            Err(SqlError::Memory(message)) => {
                assert!(message.starts_with(part), "{text}: {message}");
                assert!(message.contains("memory"), "{text}: {message}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_the_process_in_the_middle_of_a_cross_join() {
    let journal = Journal::with(4_000).await;
    let token = CancellationToken::new();
    let mut answer = journal.ask_with(ENDLESS, None, &token).unwrap();
    token.cancel();
    let cancelled = answer.rows();
    assert!(matches!(cancelled, Err(SqlError::Cancelled)), "{cancelled:?}");

    // Cancelled before it has begun, and while it counts.
    let before = journal.ask_with("SELECT 1", None, &token).and_then(|mut a| read(&mut a));
    assert!(matches!(before, Err(SqlError::Cancelled)), "{before:?}");
    let token = CancellationToken::new();
    let endless = "SELECT a.event_id FROM events a, events b, events c \
                   WHERE a.new_value || b.new_value <> c.new_value OFFSET 1";
    let mut answer = journal.ask_with(endless, Some(1), &token).unwrap();
    read(&mut answer).unwrap();
    let cancels = token.clone();
    let counting = tokio::task::spawn_blocking(move || answer.count());
    cancels.cancel();
    let counted = counting.await.unwrap();
    assert!(matches!(counted, Err(SqlError::Cancelled)), "{counted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_ends_with_whoever_asked() {
    let journal = Journal::with(4_000).await;
    let mut child = Command::new(env!("CARGO_BIN_EXE_daybook-sql"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    let question = SqlQuestion { text: ENDLESS.to_owned(), ..SqlQuestion::default() };
    send_json(&mut to, &Request { question, page: None, memory: 64 << 20 }).unwrap();
    send(&mut to, &journal.handed_over).unwrap();
    // The columns: it has begun.
    child.stdout.as_mut().unwrap().read_exact(&mut [0; 8]).unwrap();
    drop(to);
    let has_ended = (0..LOOKS).any(|_| {
        std::thread::sleep(BETWEEN_LOOKS);
        child.try_wait().unwrap().is_some()
    });
    assert!(has_ended, "it computes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_snapshot_and_no_program_is_told() {
    let question = SqlQuestion { text: "SELECT 1".to_owned(), ..SqlQuestion::default() };
    let token = CancellationToken::new();
    let asked = program().ask(&question, b"none", None, &token);
    assert!(matches!(asked, Err(SqlError::Failed(_))), "{asked:?}");
    let none = sql::SqlProcess::at("/no/such/program".into());
    let asked = none.ask(&question, b"none", None, &token);
    let message = asked.unwrap_err().to_string();
    assert!(message.starts_with("daybook-sql, which answers SQL, cannot be started"), "{message}");
    let other = sql::SqlProcess::at("/bin/true".into());
    let asked = other.ask(&question, b"none", None, &token);
    assert!(matches!(asked, Err(SqlError::Ended(_))), "{asked:?}");
}
