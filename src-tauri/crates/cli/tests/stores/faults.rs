//! What goes wrong on the way to a store: what is said, the exit status, and that it goes on by itself.

use std::thread;

use lab::fault_proxy::{Fault, FaultProxy, Request};
use serde_json::Value;

use crate::place::{Place, Ran};
use crate::store::Store;

const GOOD: &str =
    r#"{"entity_type":"candidate","entity_id":"CAND-1","action":"insert","new_value":"{}"}"#;

/// What is asked of a store, and what the right to it is called by each of them.
struct Right {
    is_asked: fn(&Request) -> bool,
    names: [(&'static str, &'static str); 3],
}

const LIST: Right = Right {
    is_asked: Request::is_list,
    names: [
        ("moto", "no right to list objects (s3:ListBucket)"),
        ("Azurite", "no right to list objects (Blob list)"),
        ("fake-gcs-server", "no right to list objects (storage.objects.list)"),
    ],
};

const GET: Right = Right {
    is_asked: |request| request.method == "GET" && !request.is_list(),
    names: [
        ("moto", "no right to get objects (s3:GetObject)"),
        ("Azurite", "no right to get objects (Blob read)"),
        ("fake-gcs-server", "no right to get objects (storage.objects.get)"),
    ],
};

const PUT: Right = Right {
    is_asked: |request| request.method == "PUT",
    names: [
        ("moto", "no right to put objects (s3:PutObject)"),
        ("Azurite", "no right to put objects (Blob create)"),
        ("fake-gcs-server", "no right to put objects (storage.objects.create)"),
    ],
};

impl Right {
    fn name(&self, store: &Store) -> &'static str {
        self.names.iter().find(|(name, _)| *name == store.name).unwrap().1
    }

    /// Takes the right away.
    fn refuse(&self, proxy: &FaultProxy) {
        let is_asked = self.is_asked;
        proxy.on(move |request| is_asked(request).then(|| refusal(403, "AccessDenied")));
    }
}

/// A bucket with one event in it, behind a proxy; this device has read it.
fn known(store: &Store) -> (FaultProxy, Place) {
    let (proxy, url) = store.behind_proxy();
    let place = Place::at(&url);
    place.record(GOOD);
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 1, "{}", store.name);
    (proxy, place)
}

/// Runs a test on several stores at once: most of its time it waits.
fn at_once(stores: &[Store], test: impl Fn(&Store) + Sync) {
    thread::scope(|scope| {
        for store in stores {
            scope.spawn(|| test(store));
        }
    });
}

/// An answer of a store that refuses.
fn refusal(status: u16, code: &str) -> Fault {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>").into_bytes();
    Fault::Answer { status, headers: Vec::new(), body }
}

fn record(place: &Place) -> Ran {
    place.feed(&["record", "BUCKET"], GOOD.as_bytes())
}

/// Checks that it was refused in one sentence, and nothing done.
fn is_refused(ran: &Ran, why: &str, case: &str) {
    assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{case}: {ran:?}");
    let sentence = ran.err.lines().last().unwrap_or_default();
    assert!(sentence.starts_with("daybook: ") && sentence.contains(why), "{case}: {}", ran.err);
}

/// Checks that an event was recorded and is pending, which is said with the reason.
fn is_pending(place: &Place, ran: &Ran, why: &str, case: &str) {
    assert_eq!((ran.status, ran.out.lines().count()), (0, 1), "{case}: {ran:?}");
    let said = ran.err.starts_with("1 event is pending on this device, because ");
    assert!(said && ran.err.contains(why), "{case}: {}", ran.err);
    assert!(ran.err.contains("`daybook flush '"), "{case}: {}", ran.err);
    let stats = place.run(&["stats", "BUCKET"]).json();
    assert_eq!(stats["buffer_events"], 1, "{case}: {stats}");
    let noted = stats["flush_failure"]["why"].as_str().unwrap();
    assert!(noted.contains(why), "{case}: {stats}");
}

/// Checks that all goes on by itself: the next event takes what is pending along.
fn goes_on(place: &Place, events: u64, case: &str) {
    let ran = record(place);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{case}: {ran:?}");
    let stats = place.json(&["stats", "BUCKET"]);
    assert_eq!(stats["buffer_events"], 0, "{case}: {stats}");
    assert_eq!(stats["flush_failure"], Value::Null, "{case}: {stats}");
    let recent = place.json(&["recent", "BUCKET"]);
    assert_eq!(recent["total"], events, "{case}");
    assert_eq!(recent["coverage"]["as_of"], Value::Null, "{case}");
}

#[test]
fn r6_a_right_that_is_missing_is_named_and_what_is_recorded_is_kept() {
    at_once(&[Store::moto(), Store::azurite(), Store::gcs()], |store| {
        let of =
            |right: &Right| (right.name(store), format!("{}: {}", store.name, right.name(store)));
        // To list.
        let ((proxy, place), (why, case)) = (known(store), of(&LIST));
        LIST.refuse(&proxy);
        is_refused(&place.run(&["recent", "BUCKET"]), why, &case);
        assert_eq!(record(&place).status, 0, "{case}: nothing is listed for it");
        proxy.clear();
        goes_on(&place, 3, &case);
        // To get, for a device that has read nothing yet.
        let ((proxy, place), (why, case)) = (known(store), of(&GET));
        GET.refuse(&proxy);
        let ran = record(&place);
        is_pending(&place, &ran, why, &case);
        proxy.clear();
        goes_on(&place, 3, &case);
        // To put.
        let ((proxy, place), (why, case)) = (known(store), of(&PUT));
        PUT.refuse(&proxy);
        assert_eq!(place.json(&["recent", "BUCKET"])["total"], 1, "{case}: reading needs it not");
        let ran = record(&place);
        is_pending(&place, &ran, why, &case);
        proxy.clear();
        goes_on(&place, 3, &case);
        // All of them: what is pending is told although nothing can be read.
        let (proxy, place) = known(store);
        proxy.on(|_| Some(refusal(403, "AccessDenied")));
        assert_eq!(record(&place).status, 0, "{}", store.name);
        let ran = place.run(&["stats", "BUCKET"]);
        is_refused(&ran, LIST.name(store), store.name);
        assert!(ran.err.starts_with("1 event is pending on this device.\n"), "{}", ran.err);
        proxy.clear();
        goes_on(&place, 3, store.name);
        // Any of them, of a bucket that is not known here.
        for right in [&LIST, &GET, &PUT] {
            let (proxy, url) = store.behind_proxy();
            let (place, (why, case)) = (Place::at(&url), of(right));
            right.refuse(&proxy);
            is_refused(&record(&place), why, &format!("new: {case}"));
            proxy.clear();
            assert_eq!(place.record(GOOD).len(), 1, "new: {case}");
        }
    });
}

#[test]
fn r6_d19_what_cannot_be_stored_any_more_while_recording_waits_and_goes_on_after_renewal() {
    for (status, code, why) in [
        (403, "AccessDenied", "the credentials have no right to put objects (s3:PutObject)"),
        (400, "ExpiredToken", "the credentials have expired; renew them, and it goes on by itself"),
        (403, "RequestTimeTooSkewed", "the clock of this device is too far from the store's"),
        (403, "InvalidAccessKeyId", "the credentials are not accepted by the store"),
    ] {
        let store = Store::lab();
        let (proxy, place) = known(&store);
        let mut recorder = place.recorder();
        proxy.on(move |request| (request.method == "PUT").then(|| refusal(status, code)));
        recorder.record(GOOD);
        let ran = recorder.end();
        is_pending(&place, &Ran { out: "{}".to_owned(), ..ran }, why, code);
        proxy.clear();
        goes_on(&place, 3, code);
    }
}

#[test]
fn r5_a_store_that_asks_to_wait_is_waited_for() {
    let store = Store::lab();
    let (proxy, place) = known(&store);
    let mut refused = 0;
    proxy.on(move |_| {
        refused += 1;
        let headers = vec![("Retry-After".to_owned(), "0".to_owned())];
        let body = b"<Error><Code>SlowDown</Code></Error>".to_vec();
        (refused % 2 == 1).then_some(Fault::Answer { status: 503, headers, body })
    });
    goes_on(&place, 2, "every second request is refused");
}

#[test]
fn r9_a_store_that_overwrites_is_only_read() {
    let why = "this store overwrites what exists (it does not keep to If-None-Match)";
    let overwrites = |request: &Request| {
        (request.method == "PUT").then_some(Fault::StripHeader("if-none-match"))
    };
    for store in [Store::moto(), Store::lab()] {
        let (proxy, url) = store.behind_proxy();
        proxy.on(overwrites);
        let place = Place::at(&url);
        is_refused(&record(&place), why, store.name);
        // Its id is there by now, and is found again.
        is_refused(&record(&place), why, store.name);
        assert_eq!(place.json(&["stats", "BUCKET"])["events"], 0, "{}", store.name);

        let (proxy, place) = known(&store);
        proxy.on(overwrites);
        assert_eq!(place.json(&["recent", "BUCKET"])["total"], 1, "{}", store.name);
        let ran = record(&place);
        is_pending(&place, &ran, why, store.name);
        let is_file =
            |request: &Request| request.method == "PUT" && request.path().ends_with(".parquet");
        assert_eq!(proxy.requests().iter().filter(|it| is_file(it)).count(), 1, "{}", store.name);
        proxy.clear();
        goes_on(&place, 3, store.name);
    }
}

#[test]
fn r10_without_a_network_what_is_known_answers_and_what_is_recorded_waits() {
    at_once(&[Store::moto(), Store::azurite(), Store::gcs()], |store| {
        let (proxy, url) = store.behind_proxy();
        let unknown = Place::at(&url);
        proxy.refuse(true);
        let why = "the connection to the store was cut";
        for verb in [&["recent", "BUCKET"][..], &["stats", "BUCKET"], &["flush", "BUCKET"]] {
            is_refused(&unknown.run(verb), why, &format!("{}: {verb:?}", store.name));
        }
        is_refused(&record(&unknown), why, store.name);
        proxy.refuse(false);
        assert_eq!(unknown.record(GOOD).len(), 1, "{}", store.name);

        let (proxy, place) = known(store);
        let before = place.json(&["recent", "BUCKET"]);
        proxy.refuse(true);
        for verb in ["recent", "records", "facets", "chains", "stats", "files"] {
            let ran = place.run(&[verb, "BUCKET"]);
            assert_eq!(ran.status, 1, "{}: {verb}: {ran:?}", store.name);
            assert!(ran.err.starts_with("Offline, as of "), "{verb}: {}", ran.err);
            let coverage = &ran.json()["coverage"];
            assert_eq!(
                (&coverage["listing"], &coverage["read"]),
                (&why.into(), &1.into()),
                "{verb}"
            );
            assert!(coverage["as_of"].is_string() && coverage["complete"] == false, "{verb}");
        }
        let offline = place.run(&["recent", "BUCKET"]).json();
        assert_eq!(offline["events"], before["events"], "{}", store.name);
        let ran = record(&place);
        is_pending(&place, &ran, why, store.name);
        assert_eq!(place.run(&["recent", "BUCKET"]).json()["total"], 2, "{}", store.name);
        proxy.refuse(false);
        assert_eq!(place.json(&["recent", "BUCKET"])["total"], 2, "{}", store.name);
        goes_on(&place, 3, store.name);
        // What was flushed after the last reading answers too.
        assert_eq!(place.record(GOOD).len(), 1, "{}", store.name);
        proxy.refuse(true);
        let offline = place.run(&["recent", "BUCKET"]).json();
        assert_eq!((&offline["total"], &offline["coverage"]["gaps_total"]), (&4.into(), &0.into()));
    });
}

/// The network is gone while the program records, and back before it ends.
#[test]
fn r10_what_is_recorded_in_the_middle_of_it_is_stored_when_the_network_is_back() {
    let store = Store::lab();
    let (proxy, place) = known(&store);
    let mut recorder = place.recorder();
    proxy.refuse(true);
    recorder.record(GOOD);
    proxy.refuse(false);
    recorder.record(GOOD);
    let ran = recorder.end();
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{ran:?}");
    goes_on(&place, 4, "the network is back");
}
