//! The commands, through Tauri's own dispatch and in the form in which the window sends them.

use std::fs;
use std::path::{Path, PathBuf};

use daybook_desktop::{AppState, OpenFile, SaveAs, assemble};
use serde_json::{Value, json};
use session::Options;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{
    INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets,
};
use tauri::webview::InvokeRequest;
use tauri::{Manager, WebviewWindow};

use crate::buckets::{Place, row};
use crate::held::options;

pub struct Window {
    pub window: WebviewWindow<MockRuntime>,
    pub app: tauri::App<MockRuntime>,
}

impl Window {
    pub fn open(place: &Place, location: Option<String>) -> Self {
        Self::with(place, options(), location)
    }

    pub fn with(place: &Place, options: Options, location: Option<String>) -> Self {
        Self::of(AppState::new(place.home(), options, location, None))
    }

    pub fn of(state: AppState) -> Self {
        let app = assemble(mock_builder(), state).build(mock_context(noop_assets())).unwrap();
        let window = tauri::WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default());
        Self { window: window.build().unwrap(), app }
    }

    pub fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        call(&self.window, command, arguments)
    }

    /// Opens the journal named at the start, with someone to record.
    pub fn start(&self) -> Value {
        let settings = json!({
            "actor": "Sarah", "theme": "system", "utc": true, "views": [], "columns": {}
        });
        self.ok("settings", json!({"settings": settings}));
        self.ok("start", json!({}))
    }

    /// Looks at the journal again and again, until it is so, or five minutes long.
    pub fn status_when(&self, is_so: impl Fn(&Value) -> bool) -> Value {
        self.answer_when("status", &json!({}), is_so)
    }

    /// Calls a command again and again, until its answer is so, or five minutes long.
    pub fn answer_when(
        &self,
        command: &str,
        arguments: &Value,
        is_so: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut answer = Value::Null;
        for _ in 0..15_000 {
            answer = self.ok(command, arguments.clone());
            if is_so(&answer) {
                return answer;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("waited five minutes, and it is still {answer}");
    }

    pub fn ok(&self, command: &str, arguments: Value) -> Value {
        self.call(command, arguments).unwrap()
    }
}

/// Calls a command as the window does; from any thread.
pub fn call(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

pub fn firm() -> Place {
    let place = Place::new();
    let update = |id, time, field, values| row(id, time, "CAND-00342", field, "update", values);
    place.write(
        "20240301_090000_000.parquet",
        &[
            row(
                "evt-1",
                "2024-03-01T09:00:00+00:00",
                "CAND-00342",
                "*",
                "insert",
                ["", r#"{"name":"A. Sample","phone":"1"}"#],
            ),
            update("evt-2", "2024-03-02T09:00:00+00:00", "phone", ["1", "2"]),
            update("evt-2", "2024-03-03T09:00:00+00:00", "phone", ["2", "3"]),
            update("evt-4", "2024-03-04T09:00:00+00:00", "phone", ["x", "x"]),
            row("evt-5", "2024-03-05T09:00:00+00:00", "CAND-7", "*", "delete", ["{}", ""]),
        ],
    );
    place
}

pub fn location(place: &Place) -> String {
    place.bucket().to_string_lossy().into_owned()
}

const FIRM: &str = "20240301_090000_000.parquet";

#[test]
fn the_window_opens_reads_corrects_and_flushes() {
    let place = firm();
    let window = Window::open(&place, Some(location(&place)));
    let start = window.start();
    assert_eq!(
        (&start["journal"]["name"], &start["journal"]["events"]),
        (&json!("firm"), &json!(5))
    );
    assert_eq!(start["recent"][0]["name"], "firm");

    let ask = |filters: Value, from: Value, limit: usize| {
        window
            .ok("events", json!({"filters": filters, "from": from, "limit": limit, "group": true}))
    };
    let page = ask(json!({}), json!({"kind": "newest"}), 2);
    assert_eq!((&page["total"], &page["rank"]), (&json!(5), &json!(0)));
    assert_eq!(page["items"][0]["event"]["event_id"], "evt-5");
    let after = json!({"kind": "after", "cursor": page["next"]});
    let rest = ask(json!({"hide_no_ops": true}), after, 9);
    assert_eq!((&rest["hidden_no_ops"], &rest["next"]), (&json!(1), &Value::Null));
    let addresses: Vec<&Value> =
        rest["items"].as_array().unwrap().iter().map(|line| &line["event"]["address"]).collect();
    let placed = [addresses[0].clone(), addresses[1].clone()];
    assert_ne!(placed[0], placed[1]);
    for (address, row) in placed.iter().zip([2, 1]) {
        assert!(address.as_str().unwrap().starts_with("evt-2@sha256:"), "{address}");
        // As events were addressed before.
        let by_place = window.ok("event", json!({"address": format!("evt-2@{FIRM}#{row}")}));
        assert_eq!(by_place["event"]["address"], *address);
    }
    assert_eq!(*addresses[2], json!("evt-1"));
    let last = ask(json!({}), json!({"kind": "rank", "rank": 4}), 9);
    assert_eq!(last["items"][0]["event"]["address"], "evt-1");
    let before = ask(json!({}), json!({"kind": "before", "cursor": last["previous"]}), 9);
    assert_eq!((&before["items"].as_array().unwrap().len(), &before["rank"]), (&4, &json!(0)));
    assert_eq!(window.ok("count", json!({"filters": {"hide_no_ops": true}})), 4);

    let id = json!({"entity_type": "candidate", "entity_id": "CAND-00342"});
    let then = json!({"at": "2024-03-02T12:00:00Z"});
    let record = window.ok("record", json!({"id": id, "view": then}));
    assert_eq!((&record["name"], &record["later"]), (&json!("A. Sample"), &json!(2)));
    assert_eq!((&record["events"], &record["last"]["address"]), (&json!(2), &placed[1]));
    assert_eq!(record["fields"][1]["value"]["text"], "2");
    let part = |only: Value, from: Value| {
        window.ok("timeline", json!({"id": id, "at": null, "only": only, "from": from, "limit": 2}))
    };
    let newest = part(Value::Null, json!({"kind": "skip", "skip": 0}));
    assert_eq!(
        (&newest["total"], &newest["items"][1]["event"]["address"]),
        (&json!(4), &placed[0])
    );
    let around = part(json!("phone"), json!({"kind": "event", "address": "evt-1"}));
    assert_eq!(
        (&around["skip"], &around["items"][1]["event"]["address"]),
        (&json!(2), &json!("evt-1"))
    );
    let compared = window.ok("compare", json!({"id": id, "from": then, "to": {}}));
    assert_eq!((&compared["same"], &compared["between"]), (&json!(1), &json!(2)));
    assert_eq!(compared["fields"][0]["because"]["address"], "evt-4");
    assert_eq!(window.ok("records", json!({"filters": {"deleted": true}, "limit": 9}))["total"], 1);
    let is_whole = |page: &Value| page["folding"].is_null();
    let breaks = window.answer_when("chains", &json!({"limit": 9}), is_whole);
    assert_eq!(
        (&breaks["total"], &breaks["breaks"][0]["expected"]["text"]),
        (&json!(1), &json!("3"))
    );
    assert_eq!(
        window.ok("facets", json!({"filters": {}, "zone": "UTC"}))["facets"]["action"][0],
        json!({"value": "update", "count": 3})
    );
    let find = |text: &str| window.ok("search", json!({"text": text, "found": "__CHANNEL__:1"}));
    let found = find("cand-0");
    assert_eq!(found["records"][0]["entity_id"], "CAND-00342");
    let by_name = find("a. SAM");
    assert_eq!((&by_name["records"], &by_name["searched"]), (&found["records"], &Value::Null));
    assert_eq!(
        (&by_name["in_values"], &by_name["hits"][0]["address"]),
        (&json!(1), &json!("evt-1"))
    );

    let what = json!({"kind": "correct", "field": null, "to": "9", "reason": "typed wrongly"});
    let amend = json!({"amend": {"addresses": [placed[0]], "what": what}});
    let preview = &window.ok("preview", amend.clone())[0];
    assert_eq!(
        preview["columns"][14],
        json!({"column": "corrects", "value": placed[0], "given_when_recorded": false})
    );
    let shown = preview["columns"].as_array().unwrap().iter().map(|column| &column["column"]);
    let columns = event::EVENT_COLUMNS.map(event::Column::name);
    assert!(shown.eq(columns.iter()), "every column of the event to be");
    let recorded = window.ok("amend", amend.clone());
    assert_eq!(recorded["not_shown"], Value::Null);
    let correction = &recorded["events"][0];
    assert_eq!((&correction["action"], &correction["place"]), (&json!("correct"), &Value::Null));
    let detail = window.ok("event", json!({"address": placed[0]}));
    assert_eq!(detail["about"][0]["address"], correction["address"]);
    assert_eq!(detail["effect"]["values"][0]["value"]["text"], "9");
    assert_eq!(window.call("amend", amend).unwrap_err()["kind"], "refused");

    let noted = window.ok("note_record", json!({"id": id, "text": "call back"}));
    assert_eq!(noted["events"][0]["action"], "note");
    let what = json!({"kind": "void", "reason": "entered twice"});
    let both = json!({"amend": {"addresses": [placed[1], "evt-4"], "what": what}});
    // Events that are recorded together get a batch when they are; one alone has none.
    let batch = |preview: &Value| {
        let columns = preview["columns"].as_array().unwrap();
        columns.iter().find(|one| one["column"] == "batch").unwrap()["given_when_recorded"].clone()
    };
    let previews = window.ok("preview", both.clone());
    assert_eq!(
        (batch(preview), batch(&previews[0]), batch(&previews[1])),
        (json!(false), json!(true), json!(true))
    );
    let voids = &window.ok("amend", both.clone())["events"];
    assert_eq!(
        (voids[0]["action"].as_str(), &voids[0]["batch"]),
        (Some("void"), &voids[1]["batch"])
    );
    let refused = window.call("amend", both).unwrap_err()["message"].to_string();
    assert!(refused.contains(placed[1].as_str().unwrap()), "{refused}");
    assert_eq!(window.ok("status", json!({}))["pending"]["events"], 4);
    assert_eq!(window.ok("flush", json!({}))["pending"]["events"], 0);
    assert_eq!(place.hashes().len(), 2);
    let stored = window.ok("event", json!({"address": correction["address"]}));
    assert!(stored["event"]["place"]["file"].is_string());
}

#[test]
fn u7_what_is_on_screen_stays_while_the_bucket_is_gone_and_comes_back_with_it() {
    let place = firm();
    let window = Window::open(&place, Some(location(&place)));
    window.start();
    window.status_when(|status| status["reading"].is_null());
    // The whole bucket, and what is left of one whose disk is not mounted.
    for taken in [place.bucket(), place.bucket().join("journal")] {
        let elsewhere = taken.with_extension("elsewhere");
        fs::rename(&taken, &elsewhere).unwrap();
        let gone = window.ok("status", json!({}));
        assert_eq!((&gone["lost"]["kind"], &gone["events"]), (&json!("failed"), &json!(5)));
        let why = gone["lost"]["message"].as_str().unwrap();
        assert!(!why.contains("this device keeps"), "{why}");
        assert_eq!(window.ok("count", json!({"filters": {}})), 5);
        fs::rename(elsewhere, &taken).unwrap();
        let back = window.ok("status", json!({}));
        assert_eq!((&back["lost"], &back["events"]), (&Value::Null, &json!(5)));
    }
}

/// The newest events come with the start where they are asked for, as a list would get them.
#[test]
fn the_start_brings_the_newest_events() {
    let place = firm();
    let newest = json!({"filters": {"hide_no_ops": true}, "limit": 2, "group": false});
    let window = Window::open(&place, Some(location(&place)));
    let start = window.ok("start", json!({"events": newest}));
    let (mut asked, newest) = (newest, json!({"kind": "newest"}));
    asked["from"] = newest;
    let listed = window.ok("events", asked.clone());
    assert_eq!((&start["events"], listed["items"].as_array().unwrap().len()), (&listed, 2));
    assert_eq!(window.ok("start", json!({}))["events"], Value::Null);
    let nothing = Window::open(&place, None);
    asked.as_object_mut().unwrap().remove("from");
    assert_eq!(nothing.ok("start", json!({"events": asked}))["events"], Value::Null);
}

#[test]
fn settings_and_recent_journals_outlive_the_window() {
    let place = firm();
    let first = Window::open(&place, Some(location(&place)));
    first.ok("start", json!({}));
    let views = json!([
        {"name": "Phones", "query": "field=phone zone=UTC", "columns": null},
        {"name": "Rates", "query": "field=rate zone=UTC", "columns": ["time", "actor"]},
    ]);
    let columns = json!({"events": [{"column": "time", "width": 170, "shown": true}]});
    let settings = json!({
        "actor": " Sarah ", "theme": "dark", "utc": true, "views": views, "columns": columns
    });
    assert_eq!(first.ok("settings", json!({"settings": settings}))["actor"], "Sarah");
    drop(first);
    let second = Window::open(&place, None);
    let start = second.ok("start", json!({}));
    assert_eq!((&start["journal"], &start["settings"]["theme"]), (&Value::Null, &json!("dark")));
    assert_eq!((&start["settings"]["views"], &start["settings"]["columns"]), (&views, &columns));
    let status = second.ok("open_recent", json!({"handle": start["recent"][0]["handle"]}));
    assert_eq!(status["name"], "firm");
}

/// What is on screen is written as text, and read by whoever gets it, in either form.
#[test]
fn what_the_window_shows_crosses_as_text() {
    let place = firm();
    let window = Window::open(&place, None);
    let read = |text: &str| window.ok("read_query", json!({"text": text, "zone": "UTC"}));
    let write =
        |query: &Value, zone: &str| window.ok("write_query", json!({"query": query, "zone": zone}));
    let query = read("events?actor=Sarah&since=2024-03-01T00:00:00Z&fold=no");
    assert_eq!((&query["view"], &query["group"]), (&json!("events"), &json!(false)));
    let table = [
        ("UTC", "actor=Sarah since=2024-03-01 groups=off zone=UTC"),
        ("Nowhere/Here", "actor=Sarah since=2024-03-01 groups=off zone=UTC"),
        (
            "Europe/Berlin",
            "actor=Sarah since=2024-03-01T00:00:00+00:00 groups=off zone=Europe/Berlin",
        ),
    ];
    for (zone, text) in table {
        assert_eq!(write(&query, zone), text);
        assert_eq!(read(text), query, "{text}");
    }
    for words in ["", "events", "record", "Sarah", r#""two words""#] {
        assert_eq!(read(words), Value::Null, "{words}");
    }
}

/// A filter and a span that people type are in the zone on screen, and written again as they read.
#[test]
fn filters_and_spans_that_are_typed_cross_in_the_zone_on_screen() {
    let place = firm();
    let window = Window::open(&place, None);
    let berlin = "Europe/Berlin";
    let read = |text: &str| window.ok("read_filters", json!({"text": text, "zone": berlin}));
    for (text, zone) in [("new>=50000", "UTC"), ("hour=22..6", berlin), ("actor=Sarah", "UTC")] {
        let filters = read(text);
        assert_eq!(filters["zone"], zone, "{text}");
        let written = window.ok("write_filters", json!({"filters": filters, "zone": berlin}));
        assert_eq!(written, text);
    }
    assert_eq!(read("since=2024-07")["since"], "2024-06-30T22:00:00+00:00");
    let span = window.ok("read_span", json!({"text": "2024-07", "zone": berlin}));
    let expected =
        json!({"since": "2024-06-30T22:00:00+00:00", "until": "2024-07-31T22:00:00+00:00"});
    assert_eq!(span, expected);
}

/// What people type for a time is one instant in the zone on screen.
#[test]
fn a_time_that_is_typed_crosses_as_the_instant_it_means() {
    let place = firm();
    let window = Window::open(&place, None);
    for (text, zone, instant) in [
        ("2024-03-03 14:05", "UTC", json!("2024-03-03T14:05:00+00:00")),
        ("2024-03-03 14:05:25.5", "Europe/Berlin", json!("2024-03-03T13:05:25.500+00:00")),
        ("3 March 2024", "Europe/Berlin", json!("2024-03-03T22:59:59.999999999+00:00")),
        ("2024-03", "UTC", json!("2024-03-31T23:59:59.999999999+00:00")),
        ("soon", "UTC", Value::Null),
    ] {
        let read = window.ok("read_time", json!({"text": text, "zone": zone}));
        assert_eq!(read, instant, "{text} in {zone}");
    }
}

/// Wrong input to every command gets one sentence that names it, and records nothing.
#[test]
fn wrong_input_is_named_and_nothing_is_recorded() {
    let place = firm();
    let window = Window::open(&place, Some(location(&place)));
    window.start();
    let amend =
        |address: &str, what: Value| json!({"amend": {"addresses": [address], "what": what}});
    let correct = |to: &str, reason: &str| json!({"kind": "correct", "field": null, "to": to, "reason": reason});
    let nobody = json!({"entity_type": "candidate", "entity_id": "CAND-0"});
    let (newest, after_x) = (json!({"kind": "newest"}), json!({"kind": "after", "cursor": "x"}));
    let events = |filters: Value, from: Value| json!({"filters": filters, "from": from, "limit": 1, "group": false});
    let timeline = |id: &Value, at: Value| json!({"id": id, "at": at, "only": null, "from": {"kind": "skip", "skip": 0}, "limit": 1});
    let table = [
        ("open_recent", json!({"handle": "/etc"}), "missing", "no such recent journal"),
        ("open_sample", json!({}), "missing", "no sample journal"),
        ("events", events(json!({}), after_x.clone()), "invalid", "“x” is not a cursor"),
        ("timeline", timeline(&nobody, Value::Null), "missing", "candidate/CAND-0"),
        ("timeline", timeline(&nobody, json!("now")), "invalid", "at “now”"),
        ("compare", json!({"id": nobody, "from": {}, "to": {}}), "missing", "candidate/CAND-0"),
        ("compare", json!({"id": nobody, "from": {"at": "x"}, "to": {}}), "invalid", "at “x”"),
        ("event", json!({"address": "evt-0"}), "missing", "no event “evt-0”"),
        ("event", json!({"address": "evt-2"}), "invalid", "“evt-2” names 2 events"),
        ("record", json!({"id": nobody, "view": {}}), "missing", "candidate/CAND-0"),
        ("record", json!({"id": nobody, "view": {"at": "now"}}), "invalid", "at “now”"),
        ("records", json!({"filters": {}, "after": "x", "limit": 1}), "invalid", "“x”"),
        ("chains", json!({"after": "x", "limit": 1}), "invalid", "“x”"),
        (
            "read_query",
            json!({"text": "actor=Sarah colour=red", "zone": "UTC"}),
            "invalid",
            "at 12, “colour”",
        ),
        ("read_time", json!({"text": "2024", "zone": "Nowhere"}), "invalid", "zone Nowhere"),
        (
            "read_query",
            json!({"text": "view=chains since=2024", "zone": "UTC"}),
            "invalid",
            "list of chains",
        ),
        ("read_filters", json!({"text": "new>many", "zone": "UTC"}), "invalid", "at 4, “many”"),
        (
            "read_filters",
            json!({"text": "groups=off", "zone": "UTC"}),
            "invalid",
            "groups is a setting",
        ),
        ("read_span", json!({"text": "soon", "zone": "UTC"}), "invalid", "expected a span"),
        ("preview", amend("evt-0", correct("9", "why")), "missing", "evt-0"),
        ("preview", amend("evt-4", correct("9", " ")), "refused", "a reason is required"),
        ("amend", amend("evt-4", correct("x", "why")), "refused", "no change"),
        ("amend", amend("evt-2", correct("9", "why")), "invalid", "names 2 events"),
        ("amend", amend("evt-5", correct("9", "why")), "refused", "a delete has no value"),
        ("amend", amend("evt-4", json!({"kind": "void", "reason": ""})), "refused", "a reason"),
        ("amend", amend("evt-4", json!({"kind": "note", "text": ""})), "refused", "a text"),
        ("note_record", json!({"id": nobody, "text": "x"}), "missing", "CAND-0"),
    ];
    for (command, arguments, kind, message) in table {
        let problem = window.call(command, arguments.clone()).expect_err(command);
        assert_eq!(problem["kind"], kind, "{command} {arguments}: {problem}");
        let said = problem["message"].as_str().unwrap();
        assert!(said.contains(message), "{command} {arguments}: {said}");
    }
    for (command, arguments, message) in [
        ("events", events(json!({"entity": []}), newest.clone()), "unknown variant `entity`"),
        ("events", events(json!({"since": "soon"}), newest), "“soon” is not an RFC 3339 time"),
        ("count", json!({"filters": {"since": "soon"}}), "“soon” is not an RFC 3339 time"),
        (
            "facets",
            json!({"filters": {"until": "2024"}, "zone": "UTC"}),
            "“2024” is not an RFC 3339 time",
        ),
        ("events", events(json!({}), json!({"kind": "oldest"})), "unknown variant `oldest`"),
        ("settings", json!({"settings": {"colour": "x"}}), "unknown field `colour`"),
        ("read_file", json!({"path": "/etc/passwd"}), "not found"),
    ] {
        let said = window.call(command, arguments).expect_err(command).to_string();
        assert!(said.contains(message), "{command}: {said}");
    }
    assert_eq!(window.ok("status", json!({}))["pending"]["events"], 0);
    assert_eq!(place.hashes().len(), 1);
}

#[test]
fn without_a_journal_every_question_says_so() {
    let place = Place::new();
    let window = Window::open(&place, Some("/nowhere/at/all".to_owned()));
    let start = window.ok("start", json!({}));
    assert_eq!(start["problem"]["kind"], "missing");
    for command in ["status", "flush"] {
        assert_eq!(window.call(command, json!({})).unwrap_err()["message"], "no journal is open");
    }
    assert!(fs::read_dir(place.bucket().join("journal")).unwrap().next().is_none());
}

/// A window over the firm's journal that saves where the closure says, once all is read.
fn saving(
    place: &Place,
    save_as: impl Fn(&str) -> Option<PathBuf> + Send + Sync + 'static,
) -> Window {
    let window = Window::open(place, Some(location(place)));
    window.app.manage(SaveAs(Box::new(save_as)));
    window.start();
    window.status_when(|status| status["reading"].is_null());
    window
}

fn export(form: &str, with_about: bool) -> Value {
    let filters = json!({"entity_id": [{"value": "CAND-00342", "exclude": false}]});
    let export = json!({"filters": filters, "zone": "UTC", "form": form, "with_about": with_about});
    json!({"export": export, "progress": "__CHANNEL__:1"})
}

/// Names of what is in a folder, hidden or not, in their order.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn events_are_exported_in_each_form_to_where_a_person_says() {
    let (place, out) = (firm(), tempfile::tempdir().unwrap());
    let folder = out.path().to_owned();
    let window = saving(&place, move |name| Some(folder.join(name)));
    let table = [
        ("csv", "firm-events-2026-09-01.csv", b"event_id".as_slice()),
        // It takes the place of the one before, as the dialog asked.
        ("csv_with_mark", "firm-events-2026-09-01.csv", b"\xef\xbb\xbfevent_id"),
        ("xlsx", "firm-events-2026-09-01.xlsx", b"PK"),
        ("ndjson", "firm-events-2026-09-01.ndjson", b"{"),
        ("parquet", "firm-events-2026-09-01.parquet", b"PAR1"),
    ];
    for (form, name, begins) in table {
        let exported = window.ok("export_events", export(form, false));
        let expected = json!({
            "name": name, "about": null, "events": 4, "amendments": 0, "apostrophes": 0,
            "too_long": 0, "complete": true
        });
        assert_eq!(exported, expected, "{form}");
        assert!(fs::read(out.path().join(name)).unwrap().starts_with(begins), "{form}");
    }
    let exported = window.ok("export_events", export("extract", true));
    assert_eq!(exported["name"], "firm-events-2026-09-01");
    assert_eq!(exported["about"], "firm-events-2026-09-01.about.json");
    let extract = out.path().join("firm-events-2026-09-01");
    let about = fs::read(extract.with_extension("about.json")).unwrap();
    let about: Value = serde_json::from_slice(&about).unwrap();
    assert_eq!(about["question"], "id=CAND-00342 zone=UTC");
    assert!(about["exported_at"].as_str().unwrap().starts_with("2026-09-01T08:00:00"));
    assert_eq!(names_in(out.path()).len(), 6);
    let opened = Window::open(&place, Some(extract.to_string_lossy().into_owned()));
    assert_eq!(opened.start()["journal"]["events"], 4);
}

#[test]
fn an_export_that_is_not_saved_or_cancelled_leaves_nothing() {
    let (place, out) = (firm(), tempfile::tempdir().unwrap());
    let nowhere = saving(&place, |_| None);
    assert_eq!(nowhere.ok("export_events", export("csv", true)), Value::Null);
    assert_eq!(nowhere.ok("cancel_export", json!({})), Value::Null);
    let folder = out.path().to_owned();
    let (asked, is_asked) = std::sync::mpsc::sync_channel(0);
    let (answer, answered) = std::sync::mpsc::sync_channel(0);
    let answered = std::sync::Mutex::new(answered);
    let window = saving(&place, move |name| {
        asked.send(()).unwrap();
        answered.lock().unwrap().recv().unwrap();
        Some(folder.join(name))
    });
    for form in ["csv", "extract"] {
        let exporting = std::thread::scope(|scope| {
            let exporting =
                scope.spawn(|| call(&window.window, "export_events", export(form, true)));
            is_asked.recv().unwrap();
            window.ok("cancel_export", json!({}));
            answer.send(()).unwrap();
            exporting.join().unwrap()
        });
        assert_eq!(exporting.unwrap_err()["kind"], "cancelled", "{form}");
    }
    assert_eq!(names_in(out.path()), Vec::<String>::new());
}

#[test]
fn why_an_export_failed_is_told_and_what_is_there_stays() {
    let (place, out) = (firm(), tempfile::tempdir().unwrap());
    let taken = out.path().join("taken.about.json");
    fs::write(&taken, "mine").unwrap();
    fs::write(out.path().join("named.csv"), "mine").unwrap();
    let missing = out.path().join("missing/events.csv");
    let in_journal = place.bucket().join("journal/events.csv");
    let before = names_in(out.path());
    let table = [
        (missing, "invalid", "there is no folder"),
        (in_journal, "invalid", "where only a journal's own files lie"),
        (out.path().to_owned(), "invalid", "is a folder that is there already"),
        // The person was asked about neither.
        (out.path().join("taken.ndjson"), "invalid", "taken.about.json is there already"),
        (out.path().join("named"), "invalid", "named.csv is there already"),
    ];
    for (path, kind, message) in table {
        let form = match path.extension() {
            Some(ending) if ending == "ndjson" => "ndjson",
            None if path.is_dir() => "extract",
            _ => "csv",
        };
        let window = saving(&place, move |_| Some(path.clone()));
        let problem = window.call("export_events", export(form, true)).unwrap_err();
        assert_eq!(problem["kind"], kind, "{problem}");
        let said = problem["message"].as_str().unwrap();
        assert!(said.contains(message), "{said}");
    }
    assert_eq!((names_in(out.path()), fs::read(taken).unwrap()), (before, b"mine".to_vec()));
    assert_eq!(place.hashes().len(), 1);
    let mut nowhere = export("csv", false);
    nowhere["export"]["zone"] = json!("Nowhere");
    let window = saving(&place, |_| None);
    assert_eq!(
        window.call("export_events", nowhere).unwrap_err()["message"],
        "the time zone Nowhere is not known"
    );
}

/// A window over the firm's journal that picks and saves this one file, once all is read.
fn picking(place: &Place, path: PathBuf) -> Window {
    let saved = path.with_extension("toml");
    let window = saving(place, move |_| Some(saved.clone()));
    window.app.manage(OpenFile(Box::new(move || Some(path.clone()))));
    window
}

fn mapping() -> Value {
    json!({
        "kind": "snapshot", "type": "candidate", "id": {"column": "No"},
        "fields": {"phone": {"column": "Telefon"}, "rate": {"column": "Satz", "number": "1.234,5"}}
    })
}

#[test]
fn a_table_is_brought_in_as_it_was_told() {
    let (place, folder) = (firm(), tempfile::tempdir().unwrap());
    let table = folder.path().join("people.csv");
    fs::write(&table, "No;Telefon;Satz\nCAND-00342;0170;1.000,50\nCAND-9;0171;x\n").unwrap();
    let window = picking(&place, table.clone());
    let before = window.ok("status", json!({}))["events"].as_u64().unwrap();

    let none = window.call("plan_import", json!({"mapping": mapping()})).unwrap_err();
    assert_eq!(none["kind"], "missing");
    let file = window.ok("choose_import", json!({}));
    assert_eq!(file["name"], "people.csv");
    assert_eq!(file["headers"], json!(["No", "Telefon", "Satz"]));
    assert_eq!(file["rows"][0], json!(["CAND-00342", "0170", "1.000,50"]));
    assert_eq!(file["mapping"], Value::Null);
    assert_eq!(window.ok("save_mapping", json!({"mapping": mapping()})), "people.toml");
    let plan = window.ok("plan_import", json!({"mapping": mapping()}));
    assert_eq!(
        (&plan["summary"]["updates"], &plan["summary"]["bad"]["total"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(plan["first"][1]["new_value"], "1000.50");
    assert_eq!(window.ok("status", json!({}))["events"], before);

    let recorded = window.ok("record_import", json!({}));
    assert_eq!((&recorded["events"], &recorded["stopped"]), (&json!(2), &Value::Null));
    assert!(recorded["batch"].as_str().unwrap().starts_with("batch-"));
    assert_eq!(window.ok("status", json!({}))["events"], before + 2);
    // What was told is recorded once; the mapping is kept for the next table with these headers.
    assert_eq!(window.call("record_import", json!({})).unwrap_err()["kind"], "missing");
    let again = window.ok("choose_import", json!({}));
    assert_eq!(again["mapping"]["fields"], mapping()["fields"]);
    let plan = window.ok("plan_import", json!({"mapping": again["mapping"]}));
    assert_eq!(plan["summary"]["updates"], 0);
    window.ok("end_import", json!({}));
    assert_eq!(window.call("record_import", json!({})).unwrap_err()["kind"], "missing");
}

#[test]
fn a_mapping_is_read_and_a_wrong_one_said() {
    let (place, folder) = (firm(), tempfile::tempdir().unwrap());
    let path = folder.path().join("people.toml");
    let window = picking(&place, path.clone());
    for (text, expected) in [
        (
            "kind = \"snapshot\"\ntype = \"a\"\nid = { column = \"No\" }\n[fields]\nb = { column = \"B\" }",
            "",
        ),
        ("", "people.toml: the mapping is empty"),
        ("kind = \"changes\"", "people.toml: the mapping is not understood"),
    ] {
        fs::write(&path, text).unwrap();
        match window.call("open_mapping", json!({})) {
            Ok(mapping) => assert_eq!((mapping["type"].as_str(), expected), (Some("a"), "")),
            Err(error) => {
                assert_eq!(error["kind"], "invalid");
                assert!(error["message"].as_str().unwrap().contains(expected), "{error}");
                assert!(!expected.is_empty(), "{error}");
            }
        }
    }
    let chosen = window.call("choose_import", json!({})).unwrap();
    assert_eq!(chosen["headers"], json!(["kind = \"changes\""]));
    let empty = json!({"mapping": {"kind": "snapshot", "type": "a", "id": "b", "fields": {}}});
    assert_eq!(window.call("plan_import", empty.clone()).unwrap_err()["kind"], "invalid");
    assert_eq!(window.call("save_mapping", empty).unwrap_err()["kind"], "invalid");
    assert_eq!(fs::read_to_string(&path).unwrap(), "kind = \"changes\"");
}

#[test]
fn a_view_is_saved_as_a_file_and_opened_from_it() {
    let (place, out) = (firm(), tempfile::tempdir().unwrap());
    let folder = out.path().to_owned();
    let window = saving(&place, move |name| Some(folder.join(name)));
    let view = json!({
        "name": "Nights/\u{202e}", "query": "hour=22..6 -actor=Tom zone=Europe/Berlin",
        "columns": ["time", "actor"]
    });
    let saved = window.ok("save_view", json!({"view": view, "zone": "UTC"}));
    assert_eq!(saved, "Nights-\u{202e}.daybook-view.toml");
    let path = out.path().join(saved.as_str().unwrap());
    let text = fs::read_to_string(&path).unwrap();
    for line in [
        "query = \"hour=22..6 -actor=Tom\"",
        "zone = \"Europe/Berlin\"",
        "columns = [\"time\", \"actor\"]",
    ] {
        assert!(text.contains(line), "{text}");
    }
    window.app.manage(OpenFile(Box::new(move || Some(path.clone()))));
    let opened = window.ok("open_view", json!({}));
    assert_eq!(
        (&opened["name"], &opened["query"], &opened["columns"]),
        (&view["name"], &view["query"], &view["columns"])
    );
    assert_eq!(window.ok("query_zone", json!({"text": opened["query"]})), "Europe/Berlin");
    assert_eq!(window.ok("query_zone", json!({"text": "actor=Sarah"})), Value::Null);
    // One without a zone is saved with that on screen.
    let bare = json!({"name": "a", "query": "", "columns": null});
    window.ok("save_view", json!({"view": bare, "zone": "Asia/Tokyo"}));
    let text = fs::read_to_string(out.path().join("a.daybook-view.toml")).unwrap();
    assert_eq!(text, "name = \"a\"\nquery = \"\"\nzone = \"Asia/Tokyo\"\n");
    let wrong = json!({"name": "a", "query": "colour=red", "columns": null});
    let why = window.call("save_view", json!({"view": wrong, "zone": "UTC"})).unwrap_err();
    assert_eq!(why["kind"], "invalid");
}

#[test]
fn what_is_no_view_or_is_not_chosen_is_not_opened() {
    let (place, out) = (firm(), tempfile::tempdir().unwrap());
    let table: [(&str, &[u8], &str, &str); 4] = [
        ("none.toml", b"", "missing", "cannot be read"),
        ("a.toml", b"name = 'a'\nquery = 'colour=red'", "invalid", "query: at 0, “colour”"),
        (
            "b.toml",
            b"name = 'a'\nquery = ''\ncolour = 1",
            "invalid",
            "line 3: unknown field `colour`",
        ),
        ("c.toml", b"\xff", "invalid", "is not text in UTF-8"),
    ];
    for (name, bytes, kind, message) in table {
        let path = out.path().join(name);
        if !bytes.is_empty() {
            fs::write(&path, bytes).unwrap();
        }
        let window = saving(&place, |_| None);
        window.app.manage(OpenFile(Box::new(move || Some(path.clone()))));
        let why = window.call("open_view", json!({})).unwrap_err();
        assert_eq!(why["kind"], kind, "{why}");
        let said = why["message"].as_str().unwrap();
        assert!(said.contains(message) && said.contains(name), "{said}");
        let view = json!({"name": "a", "query": "", "columns": null});
        assert_eq!(window.ok("save_view", json!({"view": view, "zone": "UTC"})), Value::Null);
    }
}

#[test]
fn a_picture_is_saved_where_a_person_says() {
    let (place, out) = (firm(), tempfile::tempdir().unwrap());
    let picture = |form: &str| {
        let filters = json!({"entity_id": [{"value": "CAND-00342", "exclude": false}]});
        json!({"picture": {"filters": filters, "zone": "Europe/Berlin", "form": form}})
    };
    let folder = out.path().to_owned();
    let window = saving(&place, move |name| Some(folder.join(name)));
    for (form, name, begins) in [
        ("svg", "firm-histogram-2026-09-01.svg", b"<svg ".as_slice()),
        ("png", "firm-histogram-2026-09-01.png", b"\x89PNG"),
        // The dialog asked whether it is replaced.
        ("png", "firm-histogram-2026-09-01.png", b"\x89PNG"),
    ] {
        assert_eq!(window.ok("save_picture", picture(form)), name);
        assert!(fs::read(out.path().join(name)).unwrap().starts_with(begins), "{name}");
    }
    let svg = fs::read_to_string(out.path().join("firm-histogram-2026-09-01.svg")).unwrap();
    for text in [">4 events<", ">id=CAND-00342 zone=Europe/Berlin<", "As of 2026-09-01 10:00:00"] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    assert_eq!(saving(&place, |_| None).ok("save_picture", picture("svg")), Value::Null);
    // Nobody was asked about the name with an ending.
    let named = out.path().join("firm-histogram-2026-09-01");
    let window = saving(&place, move |_| Some(named.clone()));
    let why = window.call("save_picture", picture("svg")).unwrap_err();
    assert!(why["message"].as_str().unwrap().contains("is there already"), "{why}");
}
