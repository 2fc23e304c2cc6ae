//! Texts that want more than to ask: each is refused, and no file is opened for any.

use std::process::{Command, Stdio};
use std::sync::Arc;

use sql::messages::{Answer, Failure, Request, send, send_json};
use sql::{MEMORY, SqlQuestion};

use crate::journal::Journal;

/// Texts, with a part of the sentence by which each is refused.
const HOSTILE: [(&str, &str); 62] = [
    // Files and functions as tables, in every position.
    ("SELECT * FROM 'a.csv'", "there is no table 'a.csv'"),
    ("SELECT * FROM \"/etc/passwd\"", "there is no table \"/etc/passwd\""),
    ("SELECT * FROM '/etc/passwd' e JOIN events ON true", "there is no table '/etc/passwd'"),
    (
        "SELECT * FROM events, 's3://acme/hr/a.parquet'",
        "there is no table 's3://acme/hr/a.parquet'",
    ),
    ("SELECT * FROM read_csv('/etc/passwd')", "read_csv is refused"),
    ("SELECT * FROM READ_PARQUET('a.parquet')", "READ_PARQUET is refused"),
    ("SELECT * FROM \"read_csv\"('/etc/passwd')", "\"read_csv\" is refused"),
    ("SELECT * FROM/**/read_json('a')", "read_json is refused"),
    ("SELECT * FROM (SELECT * FROM read_text('/etc/passwd'))", "read_text is refused"),
    ("SELECT (SELECT count(*) FROM read_csv('a'))", "read_csv is refused"),
    ("SELECT 1 WHERE EXISTS (SELECT 1 FROM glob('/*'))", "glob is refused"),
    ("SELECT 1 FROM events WHERE actor IN (SELECT a FROM read_csv('a'))", "read_csv is refused"),
    ("SELECT 1 FROM events ORDER BY (SELECT a FROM read_csv('a'))", "read_csv is refused"),
    ("SELECT 1 FROM events GROUP BY (SELECT a FROM read_csv('a'))", "read_csv is refused"),
    ("SELECT count(*) FROM events HAVING (SELECT true FROM read_csv('a'))", "read_csv is refused"),
    ("SELECT 1 FROM events LIMIT (SELECT 1 FROM read_csv('a'))", "read_csv is refused"),
    ("WITH x AS (SELECT * FROM read_csv('a')) SELECT * FROM x", "read_csv is refused"),
    (
        "WITH RECURSIVE x AS (SELECT 1 UNION ALL SELECT * FROM read_csv('a')) SELECT * FROM x",
        "read_csv is refused",
    ),
    ("SELECT 1 UNION SELECT * FROM read_csv('a')", "read_csv is refused"),
    ("SELECT * FROM events a LEFT JOIN read_csv('a') b ON true", "read_csv is refused"),
    ("SELECT * FROM events, LATERAL read_csv(actor)", "read_csv is refused"),
    ("SELECT * FROM TABLE(read_csv('a'))", "read_csv is refused"),
    (
        "SELECT sum(1) OVER (ORDER BY (SELECT 1 FROM read_csv('a'))) FROM events",
        "read_csv is refused",
    ),
    ("SELECT * FROM generate_series(1, 1000000000)", "generate_series is refused"),
    ("SELECT * FROM unnest([1])", "unnest is refused"),
    ("VALUES ((SELECT 1 FROM read_csv('a')))", "read_csv is refused"),
    ("FROM read_csv('a')", "read_csv is refused"),
    // Other tables than those of the journal.
    ("SELECT * FROM information_schema.tables", "there is no table information_schema.tables"),
    ("SELECT * FROM datafusion.public.events", "there is no table datafusion.public.events"),
    ("SELECT * FROM public.events", "there is no table public.events"),
    ("SELECT * FROM \"EVENTS\"", "there is no table \"EVENTS\""),
    ("SELECT * FROM event", "there is no table event"),
    ("TABLE events", "TABLE"),
    // What defines, changes or copies.
    ("CREATE TABLE x AS SELECT * FROM events", "CREATE is refused"),
    ("CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'", "CREATE is refused"),
    ("CREATE VIEW x AS SELECT 1", "CREATE is refused"),
    ("CREATE SCHEMA x", "CREATE is refused"),
    ("DROP TABLE events", "DROP is refused"),
    ("ALTER TABLE events ADD COLUMN x INT", "ALTER is refused"),
    ("TRUNCATE TABLE events", "TRUNCATE is refused"),
    ("INSERT INTO events VALUES (1)", "INSERT is refused"),
    ("UPDATE events SET actor = 'x'", "UPDATE is refused"),
    ("DELETE FROM events", "DELETE is refused"),
    ("MERGE INTO events USING records ON true WHEN MATCHED THEN DELETE", "MERGE is refused"),
    ("WITH x AS (SELECT 1) INSERT INTO events SELECT * FROM x", "INSERT is refused"),
    ("WITH x AS (DELETE FROM events RETURNING *) SELECT * FROM x", "DELETE"),
    ("SELECT * INTO copied FROM events", "SELECT … INTO is refused"),
    ("SELECT * FROM events FOR UPDATE", "FOR UPDATE is refused"),
    ("COPY events TO '/tmp/daybook-hostile.csv'", "COPY is refused"),
    ("COPY (SELECT * FROM events) TO '/tmp/daybook-hostile.csv'", "COPY is refused"),
    ("COPY events FROM '/etc/passwd'", "this is no SQL"),
    // What sets, explains, loads or calls.
    ("SET datafusion.execution.batch_size = 1", "SET is refused"),
    ("RESET datafusion.execution.batch_size", "RESET is refused"),
    ("SHOW TABLES", "SHOW is refused"),
    ("EXPLAIN ANALYZE SELECT * FROM events", "EXPLAIN is refused"),
    ("DESCRIBE events", "is refused"),
    ("PREPARE x AS SELECT 1", "PREPARE is refused"),
    ("EXECUTE x", "EXECUTE is refused"),
    ("BEGIN", "is refused"),
    ("INSTALL httpfs", ""),
    ("ATTACH 'a.db' AS a", "ATTACH"),
    // Several at once, and comments around them.
    ("SELECT 1; /* */ DROP TABLE events -- ;", "one question at a time"),
];

/// Names of the calls by which a file is opened, made or reached.
const CALLS: &str = "trace=open,openat,openat2,creat,stat,statx,newfstatat,access,faccessat2,unlink,\
                     unlinkat,rename,renameat2,mkdir,mkdirat,connect,execve";

#[tokio::test(flavor = "multi_thread")]
async fn each_is_refused_and_opens_no_file() {
    let journal = Arc::new(Journal::with(3).await);
    let harmless = traced(&journal, "SELECT count(*) FROM events");
    assert!(harmless.0.is_none(), "{harmless:?}");
    let mut running = tokio::task::JoinSet::new();
    for (text, expected) in HOSTILE {
        let (journal, harmless) = (Arc::clone(&journal), harmless.1.clone());
        running.spawn_blocking(move || {
            let (failure, files) = traced(&journal, text);
            match failure {
                Some(Failure::Wrong(message, _)) => {
                    assert!(message.contains(expected), "{text}: {message}");
                }
                other => panic!("{text}: {other:?}"),
            }
            let more: Vec<&String> = files.iter().filter(|file| !harmless.contains(file)).collect();
            assert!(more.is_empty(), "{text}: {more:?}");
        });
    }
    running.join_all().await;
}

/// Why a question was not answered, and the paths that its process named to the system.
fn traced(journal: &Journal, text: &str) -> (Option<Failure>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls");
    let mut child = Command::new("strace")
        .args(["-f", "-qq", "-e", CALLS, "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_daybook-sql"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("strace is installed by cargo xtask test");
    let mut to = child.stdin.take().unwrap();
    let question = SqlQuestion { text: text.to_owned(), ..SqlQuestion::default() };
    let request = Request { question, page: Some(1), memory: MEMORY };
    send_json(&mut to, &request).unwrap();
    send(&mut to, &journal.handed_over).unwrap();
    let mut from = child.stdout.take().unwrap();
    let mut failure = None;
    loop {
        match Answer::receive(&mut from).unwrap() {
            Some(Answer::Failure(why)) => failure = Some(why),
            Some(Answer::End | Answer::Paused) | None => break,
            Some(_) => {}
        }
    }
    drop(to);
    child.wait().unwrap();
    let calls = std::fs::read_to_string(log).unwrap();
    let paths = calls.lines().filter_map(|call| call.split('"').nth(1)).map(str::to_owned);
    // Its own process has a number of its own.
    (failure, paths.filter(|path| !path.starts_with("/proc/")).collect())
}
