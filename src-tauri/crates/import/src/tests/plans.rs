//! What is recorded of a table, held against the state that the journal has then.

use chrono::{DateTime, TimeDelta, Utc};
use event::{Action, Draft, Entry, Event, Place, RecordId, View, parse_time};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use query::{CancellationToken, Coverage, Engine};
use reference::ReferenceEngine;
use tokio::runtime::Runtime;

use super::{read, snapshot};
use crate::{BadRow, Error, Mapping, Plan};

fn now() -> DateTime<Utc> {
    parse_time("2026-03-01T09:00:00Z").unwrap()
}

/// A journal of events that drafts became, one a minute.
#[derive(Default)]
struct Firm(Vec<Entry>);

impl Firm {
    fn add(&mut self, draft: Draft) {
        let row = self.0.len() as u64;
        let at = now() + TimeDelta::minutes(i64::try_from(row).unwrap());
        let event = Event {
            event_id: format!("evt-{row}"),
            timestamp: draft.timestamp.unwrap_or(at),
            entity_type: draft.entity_type,
            entity_id: draft.entity_id,
            field: draft.field,
            action: draft.action,
            old_value: draft.old_value,
            new_value: draft.new_value,
            actor: draft.actor,
            source: draft.source,
            workspace_id: draft.workspace_id,
            recorded_at: Some(at),
            writer: Some("w1".to_owned()),
            seq: Some(row + 1),
            corrects: draft.corrects,
            reason: draft.reason,
            batch: None,
        };
        self.0.push(Entry::new(event, Place::File { file: "own.parquet".into(), row }));
    }

    /// With a candidate for each of these: its id and the fields of its insert.
    fn with(candidates: &[(&str, &str)]) -> Self {
        let mut firm = Self::default();
        for (id, fields) in candidates {
            let insert = Draft::new(candidate(id), Action::Insert, "*", "Sarah", "api");
            firm.add(Draft { new_value: Some((*fields).to_owned()), ..insert });
        }
        firm
    }

    fn engine(&self) -> ReferenceEngine {
        ReferenceEngine::new(self.0.clone(), Coverage::default())
    }

    fn plan(&self, text: &str, mapping: &Mapping) -> Plan {
        let table = read(text.as_bytes(), mapping).unwrap();
        let (engine, token) = (self.engine(), CancellationToken::new());
        let plan = Plan::make(&table, mapping, "people.csv", Some("Importer"), &engine, &token);
        wait(plan).unwrap()
    }

    /// Brings a table in.
    fn import(&mut self, text: &str, mapping: &Mapping) -> Plan {
        let plan = self.plan(text, mapping);
        plan.drafts.iter().cloned().for_each(|draft| self.add(draft));
        plan
    }

    fn value(&self, id: &str, field: &str) -> Option<String> {
        let (engine, token) = (self.engine(), CancellationToken::new());
        let state = wait(engine.state(&candidate(id), View::NOW, &token)).unwrap().value;
        state.fields.get(field).and_then(|field| field.value.clone())
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(future)
}

fn candidate(id: &str) -> RecordId {
    RecordId { entity_type: "candidate".to_owned(), entity_id: id.to_owned() }
}

/// A draft in short: record, field, action, values.
fn short(draft: &Draft) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let Draft { entity_id, field, action, old_value, new_value, .. } = draft;
    format!("{entity_id} {field} {} {} → {}", action.as_str(), value(old_value), value(new_value))
}

fn people() -> Mapping {
    snapshot(
        "",
        "phone = { column = \"Telefon\" }\nrate = { column = \"Satz\", number = \"1.234,5\" }",
    )
}

#[test]
fn only_what_differs_from_the_state_is_recorded() {
    let mut firm = Firm::with(&[
        ("1", r#"{"phone":"0170","rate":"450.00","note":"kept"}"#),
        ("2", r#"{"phone":"0171"}"#),
        ("3", r#"{"phone":"0172"}"#),
        ("4", r#"{"phone":"0173"}"#),
        ("5", r#"{"phone":"","rate":null}"#),
        ("8", r#"{"phone":"0178"}"#),
    ]);
    for deleted in ["4", "8"] {
        firm.add(Draft::new(candidate(deleted), Action::Delete, "*", "Sarah", "api"));
    }
    let correct = Draft::new(candidate("2"), Action::Correct, "phone", "Tom", "api");
    firm.add(Draft {
        old_value: Some("0171".to_owned()),
        new_value: Some("0199".to_owned()),
        corrects: Some("evt-1".to_owned()),
        reason: Some("typo".to_owned()),
        ..correct
    });
    let text = "No;Telefon;Satz\n1;0170;450\n2;0198;1.000,50\n4;0173;\n5;;\n6;0175;7,5\n";
    let plan = firm.import(text, &people());
    assert_eq!(
        plan.drafts.iter().map(short).collect::<Vec<_>>(),
        [
            "2 phone update 0171 → 0198",
            "2 rate update – → 1000.50",
            r#"4 * insert – → {"phone":"0173"}"#,
            r#"6 * insert – → {"phone":"0175","rate":"7.5"}"#,
        ]
    );
    let told = plan.summary;
    assert_eq!((told.rows, told.unchanged, told.inserts, told.updates), (5, 2, 2, 2));
    assert_eq!((told.inserted_again, told.taken_back), (1, 0));
    assert_eq!((told.missing.total, &*told.missing.first), (1, &[candidate("3")][..]));
    let first = &plan.drafts[0];
    assert_eq!((first.actor.as_str(), first.source.as_str()), ("Importer", "import:people.csv"));
    assert_eq!(first.timestamp, None);
    assert_eq!(firm.value("1", "note").as_deref(), Some("kept"));
    // A second time nothing differs, and no chain is broken.
    assert!(firm.plan(text, &people()).drafts.is_empty());
    let (engine, record, token) = (firm.engine(), candidate("2"), CancellationToken::new());
    let timeline = engine.timeline(&record, &token);
    assert_eq!(wait(timeline).unwrap().value.breaks(), []);
}

#[test]
fn a_correction_that_the_file_takes_back_is_an_update_from_the_corrected_value() {
    let mut firm = Firm::with(&[("1", r#"{"phone":"0171"}"#)]);
    firm.add(Draft {
        old_value: Some("0171".to_owned()),
        new_value: Some("0199".to_owned()),
        corrects: Some("evt-0".to_owned()),
        reason: Some("typo".to_owned()),
        ..Draft::new(candidate("1"), Action::Correct, "phone", "Tom", "api")
    });
    let plan = firm.import("No,Telefon,Satz\n1,0171,\n", &people());
    assert_eq!(plan.drafts.iter().map(short).collect::<Vec<_>>(), ["1 phone update 0199 → 0171"]);
    assert_eq!(plan.summary.taken_back, 1);
}

#[test]
fn a_value_that_goes_is_an_update_to_none() {
    let mut firm = Firm::with(&[("1", r#"{"phone":"0170"}"#)]);
    let plan = firm.import("No,Telefon,Satz\n1,,\n", &people());
    assert_eq!(plan.drafts.iter().map(short).collect::<Vec<_>>(), ["1 phone update 0170 → –"]);
    assert_eq!(firm.value("1", "phone"), None);
}

#[test]
fn rows_that_cannot_be_understood_are_named_and_left_out() {
    let text =
        "No;Telefon;Satz\n1;0170;4.5\n;0171;1\n2;0172;1\n2;0173;2\n3;0174\n 4;0175;5\n5;0176;6\n";
    let plan = Firm::default().plan(text, &people());
    let bad = |line, column: Option<&str>, value: Option<&str>, problem: &str| BadRow {
        line,
        column: column.map(str::to_owned),
        value: value.map(str::to_owned),
        problem: problem.to_owned(),
    };
    assert_eq!(plan.summary.bad.total, 5);
    assert_eq!(
        plan.summary.bad.first,
        [
            bad(2, Some("Satz"), Some("4.5"), "is no number as the mapping has them"),
            bad(3, Some("No"), Some(""), "is empty"),
            bad(5, Some("No"), Some("2"), "is the record of line 4 again"),
            bad(6, None, None, "has 2 cells, and the headers are 3"),
            bad(
                7,
                None,
                None,
                "gives no event: entity_id “ 4” has a control character or a blank at its edge"
            ),
        ]
    );
    let ids: Vec<&str> = plan.drafts.iter().map(|draft| draft.entity_id.as_str()).collect();
    assert_eq!(ids, ["2", "5"]);
}

/// A table of changes.
fn log() -> Mapping {
    Mapping::parse(
        r#"
        kind = "changes"
        type = "candidate"
        id = { column = "Row" }
        actor = { column = "User" }
        source = "old system"
        cuts = ["keeps 20 fields"]
        at = { column = "At", format = "%d.%m.%Y %H:%M", zone = "Europe/Berlin" }
        action = { column = "Op", insert = ["I"], update = ["U"], delete = ["D"] }
        [fields]
        field = { column = "Field" }
        old = { column = "Old" }
        new = { column = "New" }
        "#,
    )
    .unwrap()
}

const LOG: &str = "At,Op,Row,User,Field,Old,New\n\
     03.01.2026 09:00,D,1,Tom,,,\n\
     02.01.2026 09:00,U,1,Tom,phone,0170,0171\n\
     02.01.2026 09:00,U,1,Tom,phone,,0170\n\
     01.01.2026 09:00,I,1,Sarah,name,,Ada\n";

#[test]
fn changes_have_their_own_times_and_the_order_of_the_file_runs_either_way() {
    let mut firm = Firm::default();
    let plan = firm.import(LOG, &log());
    let lines = |plan: &Plan| plan.drafts.iter().map(short).collect::<Vec<_>>();
    assert_eq!(
        lines(&plan),
        [
            r#"1 * insert – → {"name":"Ada"}"#,
            "1 phone update – → 0170",
            "1 phone update 0170 → 0171",
            "1 * delete – → –",
        ]
    );
    let first = &plan.drafts[0];
    assert_eq!(first.timestamp, Some(parse_time("2026-01-01T08:00:00Z").unwrap()));
    assert_eq!((first.actor.as_str(), first.source.as_str()), ("Sarah", "old system:people.csv"));
    assert_eq!(
        (plan.summary.cuts.as_slice(), plan.summary.twice),
        (&["keeps 20 fields".to_owned()][..], 0)
    );
    let put_back = LOG.replace("03.01.2026 09:00", "25.10.2026 02:30");
    assert_eq!(Firm::default().plan(&put_back, &log()).summary.twice, 1);
    // Where all have one time, the old values say which was first.
    let at_once = LOG
        .replace("03.01.", "01.01.")
        .replace("02.01.", "01.01.")
        .replace(",,,\n", ",phone,0171,\n");
    let mut with_updates: Vec<&str> = at_once.lines().collect();
    with_updates.pop();
    let at_once = with_updates.join("\n").replace(",D,", ",U,");
    let backward = Firm::default().plan(&at_once, &log());
    assert_eq!(
        lines(&backward),
        ["1 phone update – → 0170", "1 phone update 0170 → 0171", "1 phone update 0171 → –"]
    );
    let mut oldest_first: Vec<&str> = LOG.lines().collect();
    oldest_first[1..].reverse();
    assert_eq!(lines(&Firm::default().plan(&oldest_first.join("\n"), &log())), lines(&plan));
    // What the journal has is not recorded again; what the file has twice and it once is, once.
    let again = firm.plan(LOG, &log());
    assert_eq!((again.drafts.len(), again.summary.unchanged), (0, 4));
    let doubled = format!("{LOG}02.01.2026 09:00,U,1,Tom,phone,,0170\n");
    let again = firm.plan(&doubled, &log());
    assert_eq!(
        (lines(&again), again.summary.unchanged),
        (vec!["1 phone update – → 0170".to_owned()], 4)
    );
}

#[test]
fn changes_that_cannot_be_understood_are_named() {
    let head = LOG.lines().next().unwrap();
    let cases = [
        ("soon,U,1,Tom,phone,,1", Some("At"), "is no date of the form %d.%m.%Y %H:%M"),
        (",U,1,Tom,phone,,1", Some("At"), "is empty"),
        ("02.01.2026 09:00,X,1,Tom,phone,,1", Some("Op"), "is no action that the mapping names"),
        ("02.01.2026 09:00,U,1,,phone,,1", Some("User"), "is empty"),
        ("02.01.2026 09:00,U,1,Tom,,,1", Some("Field"), "is empty"),
        (
            "02.01.2026 09:00,U,1,Tom,*,,1",
            None,
            "updates the field *, which stands for whole records",
        ),
        (
            "29.03.2026 02:30,U,1,Tom,phone,,1",
            Some("At"),
            "is no time in Europe/Berlin: clocks were put forward",
        ),
        ("02.01.2026 09:00,I,1,Tom,,,words", None, "gives no event: new_value is no JSON object"),
    ];
    for (row, column, problem) in cases {
        let plan = Firm::default().plan(&format!("{head}\n{row}\n"), &log());
        let bad = &plan.summary.bad.first[0];
        assert_eq!(bad.column.as_deref(), column, "{row}");
        assert!(bad.problem.starts_with(problem), "{row}: {}", bad.problem);
        assert!(plan.drafts.is_empty());
    }
}

#[test]
fn nobody_as_the_actor_is_refused() {
    let table = read(b"No,Telefon,Satz\n1,2,3\n", &people()).unwrap();
    let (engine, token) = (Firm::default().engine(), CancellationToken::new());
    let plan = wait(Plan::make(&table, &people(), "a.csv", None, &engine, &token));
    assert!(matches!(plan, Err(Error::Mapping(why)) if why.starts_with("names no actor")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    /// After an import each record of the file is as the file has it, and a second one records nothing.
    #[test]
    fn the_state_is_as_the_file_has_it(
        before in proptest::collection::vec(("[1-5]", "[a-c]{0,2}", "[0-9]{0,2}"), 0..6),
        after in proptest::collection::btree_map("[1-9]", ("[a-c\"\n,;]{0,3}", "[0-9]{0,2}"), 1..6),
    ) {
        let mut firm = Firm::default();
        for (id, phone, rate) in before {
            let fields = serde_json::json!({ "phone": phone, "rate": rate }).to_string();
            let insert = Draft::new(candidate(&id), Action::Insert, "*", "Sarah", "api");
            firm.add(Draft { new_value: Some(fields), ..insert });
        }
        let rows = after.iter().map(|(id, (phone, rate))| {
            format!("{id};\"{}\";{rate}\n", phone.replace('"', "\"\""))
        });
        let text = format!("No;Telefon;Satz\n{}", rows.collect::<String>());
        firm.import(&text, &people());
        for (id, (phone, rate)) in &after {
            let shown = |field: &str| firm.value(id, field).unwrap_or_default();
            prop_assert_eq!(&shown("phone"), phone);
            let zeros = |text: &str| text.trim_start_matches('0').to_owned();
            prop_assert_eq!(zeros(&shown("rate")), zeros(rate));
        }
        prop_assert_eq!(firm.plan(&text, &people()).drafts.len(), 0);
    }
}
