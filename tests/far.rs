//! The commands on a bucket in a store: opened by its URL, out of reach, refused, and back.

use serde_json::{Value, json};
use session::{Access, Home, JournalSession};

use crate::buckets::{Place, row};
use crate::held::options;
use crate::ipc::{Window, call, firm};
use crate::store::Store;

const NOTHING: fn() -> Value = || json!({});

fn open(window: &Window, store: &Store) -> Value {
    let opened = window.ok("open_location", json!({"text": store.url()}));
    window.answer_when("status", &NOTHING(), |status| status["reading"].is_null());
    opened
}

/// What a text names is said while it is typed; what is none is refused without a secret.
#[test]
fn r12_a_typed_location_is_understood_or_refused_without_its_secret() {
    let place = Place::new();
    let window = Window::open(&place, None);
    let read = |text: &str| window.call("read_location", json!({"text": text}));
    let table = [
        ("", Value::Null),
        ("s3:", Value::Null),
        ("firm", Value::Null),
        ("../firm", Value::Null),
        (
            "s3://acme/hr/a%20b?region=eu-west-1&profile=audit",
            json!(["s3", "acme", "hr/a b", null, "eu-west-1", "as profile audit"]),
        ),
        (
            "s3://acme?anonymous&endpoint=http://127.0.0.1:1",
            json!(["s3", "acme", "", null, null, "anonymously, at http://127.0.0.1:1"]),
        ),
        ("abfss://box@firm.dfs.core.windows.net/a", json!(["azure", "box", "a", "firm", null, ""])),
        ("gs://acme/hr", json!(["gcs", "acme", "hr", null, null, ""])),
    ];
    for (text, expected) in table {
        let named = read(text).unwrap();
        let parts = ["kind", "name", "prefix", "account", "region", "opened_as"];
        let found = match &named {
            Value::Null => Value::Null,
            named => parts.map(|part| named[part].clone()).to_vec().into(),
        };
        assert_eq!(found, expected, "{text}");
    }
    let refused = [
        ("s3://key:s3cret@acme/hr", "a user name or a password"),
        ("https://firm.blob.core.windows.net/box?sig=s3cret", "a signature or a token"),
        ("s3://acme?s3cret", "a parameter that is not known"),
        ("ftp://acme", "name a folder, an archive, or a bucket"),
        (" /srv/firm ", "never opened by a path"),
        ("file:///srv/firm.zip", "never opened by a path"),
    ];
    for (text, expected) in refused {
        for command in ["read_location", "open_location"] {
            let refused = window.call(command, json!({"text": text})).unwrap_err();
            let said = refused["message"].as_str().unwrap();
            assert_eq!(refused["kind"], "invalid", "{command} {text}");
            assert!(said.contains(expected) && !said.contains("s3cret"), "{command}: {said}");
        }
    }
    // U4: no path that comes from the page is opened.
    let path = place.bucket().join("hr").display().to_string();
    for text in ["", "firm", "../firm", &path, &format!("file://{path}")] {
        let refused = window.call("open_location", json!({"text": text})).unwrap_err();
        assert_eq!(refused["kind"], "invalid", "{text}: {refused}");
    }
    let settings = std::fs::read_to_string(place.home().path().join("settings.json"));
    assert!(!settings.unwrap_or_default().contains("s3cret"));
}

#[test]
fn a_bucket_in_a_store_is_opened_by_its_url_and_again_from_the_recent_ones() {
    let place = firm();
    let store = Store::of(&place.bucket());
    let window = Window::open(&place, None);
    let opened = open(&window, &store);
    assert_eq!((&opened["name"], &opened["kind"]), (&json!("hr"), &json!("s3")));
    let how = opened["opened_as"].as_str().unwrap();
    assert!(how.starts_with("anonymously, at http://127.0.0.1:"), "{how}");
    assert_eq!(window.ok("status", NOTHING())["events"], 5);
    drop(window);

    let window = Window::open(&place, None);
    let recent = &window.ok("start", NOTHING())["recent"][0];
    assert_eq!((&recent["name"], &recent["kind"]), (&json!("hr"), &json!("s3")));
    let handle = json!({"handle": recent["handle"]});
    assert_eq!(window.ok("recent_changes", handle.clone())["new_events"], 0);
    assert_eq!(window.ok("open_recent", handle)["events"], 5);
}

/// What was known answers, is said to be older, and is whole again once the store is back.
#[test]
fn r10_without_a_network_what_is_known_answers_and_says_as_of_when() {
    let place = firm();
    let store = Store::of(&place.bucket());
    let window = Window::open(&place, None);
    open(&window, &store);
    store.refuse(true);
    let offline = window.ok("look", NOTHING());
    let coverage = &offline["coverage"];
    assert_eq!((&offline["lost"], &offline["events"]), (&Value::Null, &json!(5)));
    let why = coverage["listing"].as_str().unwrap();
    assert!(why.contains("cannot be reached") || why.contains("was cut"), "{why}");
    assert!(coverage["as_of"].is_string() && coverage["complete"] == false, "{coverage}");
    assert_eq!(window.ok("count", json!({"filters": {}})), 5);
    let recent = &window.ok("start", NOTHING())["recent"][0];
    let changes = window.ok("recent_changes", json!({"handle": recent["handle"]}));
    assert!(changes["problem"].is_string(), "nothing new is not known: {changes}");
    drop(window);

    // One that is opened again without a network.
    let window = Window::open(&place, Some(store.url()));
    let journal = &window.ok("start", NOTHING())["journal"];
    assert_eq!(journal["events"], 5, "{journal}");
    window.status_when(|status| status["coverage"]["listing"].is_string());
    store.refuse(false);
    let back = window.ok("look", NOTHING());
    assert_eq!(
        (&back["coverage"]["listing"], &back["coverage"]["as_of"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(back["coverage"]["complete"], true);
}

/// What a store says is told in one sentence, and the same opening works once that is mended.
#[test]
fn r6_what_hinders_an_opening_is_named_and_it_works_afterwards() {
    let place = firm();
    let store = Store::of(&place.bucket());
    let window = Window::open(&place, None);
    let table = [
        (403, "AccessDenied", "whoever asks anonymously has no right to"),
        (403, "InvalidAccessKeyId", "not accepted by the store"),
        (403, "RequestTimeTooSkewed", "the clock of this device is too far from the store's"),
        (400, "ExpiredToken", "the credentials have expired"),
        (404, "NoSuchBucket", "there is no bucket acme"),
        (301, "PermanentRedirect", "the bucket is in another region"),
    ];
    for (status, code, expected) in table {
        store.answer(Some((status, code)));
        let refused = window.call("open_location", json!({"text": store.url()})).unwrap_err();
        let said = refused["message"].as_str().unwrap();
        assert!(said.contains(expected), "{code}: {said}");
        assert!(said.starts_with("s3://acme/hr"), "{code}: {said}");
    }
    assert_eq!(window.ok("start", NOTHING())["recent"], json!([]), "none of them is remembered");
    store.answer(None);
    assert_eq!(open(&window, &store)["name"], "hr");

    // In the middle, what is on screen stays.
    store.answer(Some((403, "AccessDenied")));
    let lost = window.ok("look", NOTHING());
    assert_eq!((&lost["lost"]["kind"], &lost["events"]), (&json!("failed"), &json!(5)));
    let said = lost["lost"]["message"].as_str().unwrap();
    assert!(said.contains("no right to list objects (s3:ListBucket)"), "{said}");
    store.answer(None);
    assert_eq!(window.ok("look", NOTHING())["lost"], Value::Null);
}

/// Nobody waits for a store that does not answer: the opening ends when it is given up.
#[test]
fn s4_an_opening_that_is_given_up_ends_at_once_and_the_open_journal_stays() {
    let (place, other) = (firm(), Place::new());
    other.write(
        "20240401_090000_000.parquet",
        &[row("evt-9", "2024-04-01T09:00:00+00:00", "CLI-1", "*", "insert", ["", "{}"])],
    );
    let store = Store::of(&place.bucket());
    let window = Window::open(&other, Some(crate::ipc::location(&other)));
    window.ok("start", NOTHING());
    store.hang(true);
    std::thread::scope(|all| {
        let (handle, url) = (window.window.clone(), store.url());
        let opening = all.spawn(move || call(&handle, "open_location", json!({"text": url})));
        while store.take_requests().is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        window.ok("cancel_opening", NOTHING());
        assert_eq!(opening.join().unwrap().unwrap_err()["kind"], "cancelled");
    });
    assert_eq!(window.ok("status", NOTHING())["events"], 1);
    assert_eq!(window.ok("start", NOTHING())["recent"].as_array().unwrap().len(), 1);
}

/// Looks that nobody asks for list what is new; whoever asks by hand has the whole bucket listed. Who
/// only wants to know how it stands waits for no store.
#[test]
fn a_look_by_hand_lists_the_whole_bucket_and_any_other_what_is_new() {
    let place = firm();
    let store = Store::of(&place.bucket());
    let window = Window::open(&place, None);
    open(&window, &store);
    // Records that are named by other fields have the journal looked at, as the watcher does.
    let look = json!({"settings": {"names": {"client": ["title"]}}});
    let table = [
        ("settings", look, vec![Some("hr%2Fjournal%2F20240229_090000".to_owned())]),
        ("look", NOTHING(), vec![None]),
        ("status", NOTHING(), vec![]),
    ];
    for (command, arguments, expected) in table {
        store.take_requests();
        window.ok(command, arguments);
        let requests = store.take_requests();
        let lists = requests.iter().filter(|request| request.is_list());
        let from = lists.map(|list| list.parameter("start-after").map(str::to_owned));
        assert_eq!(from.collect::<Vec<_>>(), expected, "{command}");
    }
}

/// What is recorded while the store hangs is shown at once, says why it waits, and is put into the store
/// once that answers.
#[test]
fn r10_what_is_recorded_without_a_network_is_shown_at_once_and_flushed_later() {
    let place = firm();
    let store = Store::of(&place.bucket());
    let window = Window::open(&place, Some(store.url()));
    window.start();
    window.status_when(|status| status["reading"].is_null());
    let correct = |to: &str| {
        let what = json!({"kind": "correct", "field": null, "to": to, "reason": "typed wrongly"});
        json!({"amend": {"addresses": ["evt-4"], "what": what}})
    };
    window.ok("amend", correct("a"));
    assert_eq!(window.ok("flush", NOTHING())["pending"]["events"], 0);

    store.refuse(true);
    assert!(window.ok("look", NOTHING())["coverage"]["listing"].is_string());
    store.refuse(false);
    store.hang(true);
    store.take_requests();
    std::thread::scope(|all| {
        let handle = window.window.clone();
        let looking = all.spawn(move || call(&handle, "look", NOTHING()));
        while store.take_requests().is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let recorded = window.ok("amend", correct("b"));
        assert_eq!(recorded["not_shown"], Value::Null);
        let status = window.ok("status", NOTHING());
        assert_eq!((&status["events"], &status["pending"]["events"]), (&json!(7), &json!(1)));
        assert!(status["coverage"]["listing"].is_string(), "it is still offline: {status}");
        // The look gave way, and asks again.
        store.hang(false);
        store.take_nothing(true);
        store.refuse(true);
        store.refuse(false);
        assert_eq!(looking.join().unwrap().unwrap()["coverage"]["listing"], Value::Null);
    });
    let refused = window.call("flush", NOTHING()).unwrap_err();
    let said = refused["message"].as_str().unwrap();
    assert!(said.contains("no right to put objects (s3:PutObject)"), "{said}");
    let pending = &window.ok("status", NOTHING())["pending"];
    assert_eq!(pending["events"], 1);
    assert!(pending["problem"].as_str().unwrap().contains("s3:PutObject"), "{pending}");
    store.take_nothing(false);
    assert_eq!(window.ok("flush", NOTHING())["pending"]["events"], 0);
    assert_eq!(
        std::fs::read_dir(store.journal()).unwrap().count(),
        4,
        "two files more, and the id"
    );
}

/// Whoever may not put is told when the bucket is opened.
#[test]
fn r6_without_the_right_to_put_a_bucket_that_has_an_id_is_only_read() {
    let place = firm();
    let store = Store::of(&place.bucket());
    std::fs::write(
        store.journal().join(".daybook"),
        format!("{{\"bucket\":\"{}\"}}\n", "a".repeat(32)),
    )
    .unwrap();
    store.take_nothing(true);
    let window = Window::open(&place, None);
    let opened = open(&window, &store);
    let reason = opened["read_only"].as_str().unwrap();
    assert!(reason.contains("no right to put objects (s3:PutObject)"), "{reason}");
}

/// Who waits for a store is told that it asked for that, and that it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r5_the_progress_says_that_a_store_asks_to_wait() {
    let place = firm();
    let later = row("evt-6", "2024-03-06T09:00:00Z", "CAND-7", "phone", "update", ["1", "2"]);
    place.write("20240306_090000_000.parquet", &[later]);
    let store = Store::of(&place.bucket());
    store.put_off();
    let home = Home::at(place.home().path());
    let session = JournalSession::open(&store.url(), &home, Access::Read, options()).await.unwrap();
    let mut held_back = Vec::new();
    let engine = session.refresh_with_progress(|progress| held_back.push(progress.held_back));
    assert!(engine.await.unwrap().coverage().complete);
    held_back.dedup();
    assert_eq!(held_back.iter().rev().take(2).collect::<Vec<_>>(), [&false, &true]);
}

/// A bucket that was just listed is not listed again for its statistics.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_rest_on_the_listing_that_there_is() {
    let place = firm();
    let store = Store::of(&place.bucket());
    let home = Home::at(place.home().path());
    let session = JournalSession::open(&store.url(), &home, Access::Read, options()).await.unwrap();
    session.refresh().await.unwrap();
    store.take_requests();
    assert_eq!(session.stats().await.persisted_files, Some(1));
    assert!(store.take_requests().is_empty());
    store.refuse(true);
    session.refresh().await.unwrap();
    store.take_requests();
    assert_eq!(session.stats().await.persisted_files, None, "it cannot be listed");
    assert!(store.take_requests().is_empty());
}
