//! What is answered: functions, pages, counts, kinds of columns, and errors at their place.

use query::CancellationToken;
use serde_json::json;
use sql::{SqlError, SqlKind};

use crate::journal::{Journal, START, event, read};

#[tokio::test(flavor = "multi_thread")]
async fn functions_mean_what_they_do_in_duckdb() {
    let journal = Journal::with(14).await;
    let table = [
        ("strftime(TIMESTAMP '2024-03-03 09:05:00', '%Y-%m-%d %H:%M')", json!("2024-03-03 09:05")),
        ("strftime('%d.%m.%Y', DATE '2024-03-03')", json!("03.03.2024")),
        (
            "date_diff('day', TIMESTAMP '2024-03-03 23:59:00', TIMESTAMP '2024-03-04 00:01:00')",
            json!(1),
        ),
        ("datediff('month', DATE '2024-01-31', DATE '2024-03-01')", json!(2)),
        ("regexp_extract('CAND-00342', '[0-9]+')", json!("00342")),
        ("regexp_extract('a@b.example', '@(.+)$', 1)", json!("b.example")),
        ("regexp_extract('none', '[0-9]+')", json!("")),
        (r#"json_extract_string('{"a": {"b": [1, "x"]}}', '$.a.b[1]')"#, json!("x")),
        ("json_extract_string('no JSON', '$.a')", json!(null)),
        ("strftime(NULL::TIMESTAMP, '%Y')", json!(null)),
        ("1 / 2.0", json!(0.5)),
        ("'' IS NULL", json!(false)),
    ];
    for (expression, expected) in table {
        let rows = journal.rows(&format!("SELECT {expression}"));
        assert_eq!(rows.unwrap(), json!([[expected]]), "{expression}");
    }
    let by = "SELECT actor, max_by(entity_id, timestamp), min_by(entity_id, timestamp), \
              count(DISTINCT field), count(DISTINCT new_value) FROM events WHERE actor < 'actor 2' \
              GROUP BY actor ORDER BY actor";
    assert_eq!(
        journal.rows(by).unwrap(),
        json!([
            ["actor 0", "CAND-00007", "CAND-00000", 1, 2],
            ["actor 1", "CAND-00008", "CAND-00001", 1, 2]
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_hold_events_with_their_marks_records_and_states() {
    let at = |seconds: i64| START + seconds * 1_000_000_000;
    let rate = |id: &str, time: i64, action: &str, more: serde_json::Value| {
        let mut json = json!({
            "event_id": id, "timestamp": time, "entity_type": "placement", "entity_id": "PLC-1",
            "field": "rate", "action": action, "actor": "Sarah", "source": "api",
        });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event(json)
    };
    let journal = Journal::of(vec![
        rate("evt-1", at(0), "update", json!({"old_value": "", "new_value": "54.50"})),
        rate(
            "evt-2",
            at(1),
            "correct",
            json!({"new_value": "45.50", "corrects": "evt-1", "reason": "typo"}),
        ),
        rate("evt-3", at(2), "update", json!({"old_value": "45.50", "new_value": null})),
        rate("evt-4", at(3), "void", json!({"corrects": "evt-3", "reason": "by mistake"})),
    ])
    .await;
    let events = "SELECT event_id, old_value, new_value, corrected, voided, file, row, timestamp \
                  FROM events ORDER BY timestamp";
    assert_eq!(
        journal.rows(events).unwrap(),
        json!([
            ["evt-1", "", "54.50", true, false, null, null, "2024-03-03T08:00:00+00:00"],
            ["evt-2", null, "45.50", false, false, null, null, "2024-03-03T08:00:01+00:00"],
            ["evt-3", "45.50", null, false, true, null, null, "2024-03-03T08:00:02+00:00"],
            ["evt-4", null, null, false, false, null, null, "2024-03-03T08:00:03+00:00"],
        ])
    );
    let state = "SELECT entity_id, field, value, recorded_value, event_id, actor, since, correction, deleted \
                 FROM state";
    let expected = json!([[
        "PLC-1",
        "rate",
        "45.50",
        "54.50",
        "evt-1",
        "Sarah",
        "2024-03-03T08:00:00+00:00",
        "evt-2",
        false
    ]]);
    assert_eq!(journal.rows(state).unwrap(), expected);
    assert_eq!(journal.rows(&format!("{state} WHERE entity_id = 'PLC-1'")).unwrap(), expected);
    assert_eq!(journal.rows(&format!("{state} WHERE entity_id = 'PLC-2'")).unwrap(), json!([]));
    let records =
        "SELECT entity_type, entity_id, name, events, first, last_actor, deleted FROM records";
    assert_eq!(
        journal.rows(records).unwrap(),
        json!([["placement", "PLC-1", null, 4, "2024-03-03T08:00:00+00:00", "Sarah", false]])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_pauses_after_a_page_goes_on_and_is_counted() {
    let journal = Journal::with(25).await;
    let text = "SELECT entity_id FROM events ORDER BY timestamp";
    let token = CancellationToken::new();
    let mut answer = journal.ask_with(text, Some(10), &token).unwrap();
    assert_eq!(answer.columns()[0].kind, SqlKind::Text);
    let page = read(&mut answer).unwrap();
    assert_eq!((page.as_array().unwrap().len(), answer.is_whole()), (10, false));
    assert_eq!(answer.count().unwrap(), 25);
    answer.go_on(10);
    let page = read(&mut answer).unwrap();
    assert_eq!((&page[0][0], answer.is_whole()), (&json!("CAND-00010"), false));
    answer.go_on(5);
    let page = read(&mut answer).unwrap();
    assert_eq!((&page[4][0], answer.is_whole()), (&json!("CAND-00024"), true));
    assert_eq!(answer.count().unwrap(), 25);
    answer.go_on(5);
    assert_eq!(read(&mut answer).unwrap(), json!([]));

    // A page that ends with the answer is its end, and a page of nothing has columns.
    let mut whole = journal.ask_with(text, Some(25), &token).unwrap();
    assert_eq!((read(&mut whole).unwrap().as_array().unwrap().len(), whole.is_whole()), (25, true));
    let none = "SELECT entity_id, 1 AS one FROM events WHERE actor = 'nobody'";
    let mut none = journal.ask_with(none, Some(10), &token).unwrap();
    assert_eq!((none.columns().len(), read(&mut none).unwrap()), (2, json!([])));
    assert!(none.is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_that_are_handed_down_select_what_sql_means() {
    let journal = Journal::of(vec![
        event(json!({
            "event_id": "evt-1", "timestamp": START, "entity_type": "candidate", "entity_id": "CAND-1",
            "field": "notes", "action": "update", "old_value": "", "new_value": "Ring 100% of x_y",
            "actor": "Sarah", "source": "api",
        })),
        event(json!({
            "event_id": "evt-2", "timestamp": START + 1, "entity_type": "candidate", "entity_id": "CAND-2",
            "field": "notes", "action": "update", "old_value": null, "new_value": "ring",
            "actor": "O'Neil", "source": "api", "workspace_id": "ws-1",
        })),
        event(json!({
            "event_id": "evt-3", "timestamp": START + 2, "entity_type": "client", "entity_id": "CAND-2",
            "field": "notes", "action": "delete", "old_value": "", "new_value": null,
            "actor": "Tom", "source": "", "workspace_id": "",
        })),
    ])
    .await;
    let table: [(&str, &[&str]); 20] = [
        ("actor = 'O''Neil'", &["evt-2"]),
        ("actor <> 'Sarah'", &["evt-2", "evt-3"]),
        ("actor IN ('Sarah', 'Tom')", &["evt-1", "evt-3"]),
        ("actor NOT IN ('Sarah', 'Tom')", &["evt-2"]),
        ("actor = 'sarah'", &[]),
        ("workspace_id = 'ws-1'", &["evt-2"]),
        ("workspace_id = ''", &["evt-3"]),
        ("workspace_id <> ''", &["evt-2"]),
        ("workspace_id IS NULL", &["evt-1"]),
        ("new_value = 'ring'", &["evt-2"]),
        ("new_value LIKE 'Ring%'", &["evt-1"]),
        ("new_value LIKE '%ING%'", &[]),
        (r"new_value LIKE '%100\%%'", &["evt-1"]),
        ("new_value ILIKE '%RING%'", &["evt-1", "evt-2"]),
        ("timestamp = TIMESTAMP '2024-03-03 08:00:00'", &["evt-1"]),
        ("timestamp > TIMESTAMP '2024-03-03 08:00:00'", &["evt-2", "evt-3"]),
        (
            "timestamp BETWEEN '2024-03-03T08:00:00.000000001Z' AND '2024-03-03T08:00:00.000000001Z'",
            &["evt-2"],
        ),
        ("entity_id = 'CAND-2' AND entity_type = 'client'", &["evt-3"]),
        ("actor = 'Sarah' AND actor = 'Tom'", &[]),
        ("actor = 'Sarah' OR new_value IS NULL", &["evt-1", "evt-3"]),
    ];
    for (condition, expected) in table {
        let text = format!("SELECT event_id FROM events WHERE {condition} ORDER BY event_id");
        let found = journal.rows(&text).unwrap();
        let expected: Vec<_> = expected.iter().map(|id| json!([id])).collect();
        assert_eq!(found, json!(expected), "{condition}");
        // Columns by time alone are read in another way.
        let text = format!("SELECT count(*) FROM events WHERE {condition}");
        assert_eq!(journal.rows(&text).unwrap(), json!([[expected.len()]]), "{condition}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_one_sentence_at_its_place() {
    let journal = Journal::with(3).await;
    let table = [
        ("SELECT nope FROM events", "there is no column nope", Some((1, 8))),
        ("SELECT\n  e.nope FROM events e", "there is no column e.nope", Some((2, 3))),
        ("SELEC 1", "this is no SQL", Some((1, 1))),
        ("SELECT\n (1", "the end of the question", Some((2, 4))),
        ("SELECT nope(1)", "Invalid function 'nope'", None),
        ("SELECT 'a' + 1 FROM events", "", None),
        ("SELECT sum(actor) FROM events", "", None),
    ];
    for (text, message, place) in table {
        match journal.rows(text) {
            Err(SqlError::Wrong { message: found, place: at }) => {
                assert!(found.contains(message), "{text}: {found}");
                assert!(!found.contains('\n'), "{text}: {found}");
                let at = at.map(|at| (at.line, at.column));
                assert!(place.is_none() || at == place, "{text}: {at:?}");
            }
            Err(SqlError::Failed(found)) if message.is_empty() => {
                assert!(!found.contains('\n'), "{text}: {found}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let zero = journal.rows("SELECT 1 / (row - row) FROM (SELECT 1 AS row)");
    assert!(matches!(zero, Err(SqlError::Failed(_))), "{zero:?}");
}
