//! Questions in SQL of whole journals: the tables hold what the engine answers, and the window's commands.

use std::sync::Arc;

use event::{EVENT_COLUMNS, Entry, Mark, Place as EventPlace};
use query::{AllEventsQuery, CancellationToken, Engine};
use serde_json::{Value, json};
use session::JournalSession;
use sql::{SqlQuestion, json_cell};

use crate::buckets::{Place, row};
use crate::exports;
use crate::ipc::{Window, firm, location};

fn question(text: &str) -> SqlQuestion {
    SqlQuestion { text: text.to_owned(), ..SqlQuestion::default() }
}

/// All rows of a question.
async fn rows(session: &JournalSession, engine: Arc<dyn Engine>, text: &str) -> Vec<Value> {
    let token = CancellationToken::new();
    let (_, mut answer) = session.ask_sql(engine, &question(text), None, &token).await.unwrap();
    let mut rows = Vec::new();
    while let Some(batch) = answer.rows().unwrap() {
        for row in 0..batch.num_rows() {
            rows.push(batch.columns().iter().map(|column| json_cell(column, row)).collect());
        }
    }
    rows
}

/// The row of an event in the table of events.
fn row_of(entry: &Entry) -> Value {
    let text = |cell: event::Cell<'_>| match cell {
        event::Cell::Null => Value::Null,
        event::Cell::Text(text) => json!(text),
        event::Cell::Number(number) => json!(number),
        event::Cell::Instant(nanos) => {
            json!(event::format_time(chrono::DateTime::from_timestamp_nanos(nanos)))
        }
    };
    let cells = entry.event.cells();
    let mut row: Vec<Value> =
        EVENT_COLUMNS.iter().map(|column| text(cells[column.index()])).collect();
    let (file, in_file) = match &entry.place {
        EventPlace::File { file, row } => (json!(file), json!(row)),
        EventPlace::SomeFile { .. } | EventPlace::Pending => (Value::Null, Value::Null),
    };
    let has = |mark| json!(entry.marks.contains(&mark));
    let extra = (!entry.extra.is_empty()).then(|| serde_json::to_string(&entry.extra).unwrap());
    row.extend([file, in_file, has(Mark::Corrected), has(Mark::Voided), json!(extra)]);
    Value::Array(row)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_events_holds_what_the_engine_lists() {
    let place = Place::new();
    let session = exports::journal(&place).await;
    let engine = session.refresh().await.unwrap();
    let all = exports::all(&*engine, &AllEventsQuery::default()).await;
    let expected: Vec<Value> = all.iter().map(|entry| row_of(entry)).collect();
    let sorted = |mut rows: Vec<Value>| {
        rows.sort_by_key(Value::to_string);
        rows
    };
    let found = rows(&session, Arc::clone(&engine), "SELECT * FROM events").await;
    assert_eq!(sorted(found), sorted(expected));
    let count = rows(&session, Arc::clone(&engine), "SELECT count(*) FROM events").await;
    assert_eq!(count, [json!([all.len()])]);
    // Columns by time alone are read in another way.
    let by_time = "SELECT timestamp, recorded_at, entity_type, field, action, actor, source, workspace_id \
                   FROM events ORDER BY ALL";
    let with_id = "SELECT timestamp, recorded_at, entity_type, field, action, actor, source, workspace_id \
                   FROM (SELECT *, event_id AS id FROM events WHERE event_id <> '') ORDER BY 1, 2, 3, 4, 5, 6, 7, 8";
    let by_time = by_time.replace("ORDER BY ALL", "ORDER BY 1, 2, 3, 4, 5, 6, 7, 8");
    let (one, other) = (
        rows(&session, Arc::clone(&engine), &by_time).await,
        rows(&session, Arc::clone(&engine), with_id).await,
    );
    assert_eq!(one, other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalog_that_is_compacted_meanwhile_is_asked_anew() {
    let place = Place::new();
    let session = exports::journal(&place).await;
    let at = "2024-05-01T09:00:00Z";
    for file in 0..20 {
        let id = format!("evt-9-{file}");
        let row = row(&id, at, "CAND-9", "phone", "update", ["", "9"]);
        place.write(&format!("20240501_0900{file:02}_000.parquet"), &[row]);
        session.refresh().await.unwrap();
    }
    let before = session.refresh().await.unwrap();
    let events = before.totals(&CancellationToken::new()).await.unwrap().value.events;
    session.compact().await.unwrap();
    session.refresh().await.unwrap();
    let count = rows(&session, before, "SELECT count(*) FROM events").await;
    assert_eq!(count, [json!([events])]);
}

#[test]
fn the_window_asks_page_by_page_and_is_told_what_is_wrong() {
    let place = firm();
    let window = Window::open(&place, Some(location(&place)));
    window.start();
    let ask = |text: &str| {
        window.call(
            "ask_sql",
            json!({ "question": { "text": text, "at": null, "reading": "corrected" } }),
        )
    };
    let none = window.call("more_sql_rows", json!({})).unwrap_err();
    assert_eq!(none["kind"], "missing");

    let reply =
        ask("SELECT action, count(*) AS n FROM events GROUP BY action ORDER BY action").unwrap();
    assert_eq!(reply["kind"], "answer", "{reply}");
    assert_eq!(
        reply["columns"],
        json!([{ "name": "action", "kind": "text" }, { "name": "n", "kind": "number" }])
    );
    assert_eq!((&reply["is_whole"], &reply["coverage"]["complete"]), (&json!(true), &json!(true)));
    let total: u64 = reply["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row[1].as_str().unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(json!(total), window.ok("status", json!({}))["events"]);

    let many = "SELECT a.event_id FROM events a, events b, events c, events d, events e";
    let reply = ask(many).unwrap();
    let page = reply["rows"].as_array().unwrap().len();
    assert_eq!((page, &reply["is_whole"]), (1000, &json!(false)));
    assert_eq!(window.ok("count_sql_rows", json!({})), json!(total.pow(5)));
    let more = window.ok("more_sql_rows", json!({}));
    assert_eq!(more["rows"].as_array().unwrap().len(), 1000);

    let wrong = ask("SELECT\n  nope FROM events").unwrap();
    assert_eq!(
        (&wrong["kind"], &wrong["line"], &wrong["column"]),
        (&json!("wrong"), &json!(2), &json!(3))
    );
    let refused = ask("DROP TABLE events").unwrap();
    assert!(refused["message"].as_str().unwrap().starts_with("DROP is refused"), "{refused}");
    let failed = ask("SELECT 1 / 0").unwrap_err();
    assert_eq!(failed["kind"], "failed", "{failed}");
}
