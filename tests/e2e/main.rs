//! The real window, driven as a person would: by what it shows and what it calls things.
//! `cargo xtask test` runs this under a display of its own.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod accessibility;
mod answers;
mod assistive;
#[path = "../buckets.rs"]
mod buckets;
mod driver;
mod far;
mod page;
mod picture;
mod scenarios;
mod speed;
mod states;
#[expect(dead_code, reason = "the tests of the commands need more of it")]
#[path = "../store.rs"]
mod store;
mod views;
mod waiting;
mod window;

use buckets::{LegacyRow, Place, row};
use waiting::wait_until;
use window::Window;

/// The journal's only file.
const FILE: &str = "20240307_090000_000.parquet";

/// A few weeks of one candidate, and another record beside it.
fn firm() -> Place {
    let place = Place::new();
    let update = |n: u8, time, field, values| {
        row(&format!("evt-170928360000{n}-{n}"), time, "CAND-00342", field, "update", values)
    };
    let insert =
        r#"{"name":"Jordan Sample","phone":"020 7946 0001","status":"new","rate":"410.00"}"#;
    let rows: [LegacyRow; 6] = [
        row(
            "evt-1709283600000-0",
            "2024-03-01T09:00:00+00:00",
            "CAND-00342",
            "*",
            "insert",
            ["", insert],
        ),
        update(1, "2024-03-04T10:15:00+00:00", "phone", ["020 7946 0001", "020 7946 0010"]),
        update(2, "2024-03-05T16:40:00+00:00", "rate", ["410.00", "455.50"]),
        update(3, "2024-03-05T16:41:00+00:00", "status", ["new", "screening"]),
        row(
            "evt-1709283600000-4",
            "2024-03-06T08:00:00+00:00",
            "CAND-7",
            "*",
            "insert",
            ["", "{}"],
        ),
        row(
            "evt-1709283600000-5",
            "2024-03-07T08:00:00+00:00",
            "CAND-7",
            "*",
            "delete",
            ["{}", ""],
        ),
    ];
    place.write(FILE, &rows);
    place
}

/// Open, filter, open the record, correct, see both events linked, flush, start again.
#[test]
fn a_wrong_rate_is_found_and_corrected_and_stays_corrected() {
    let place = firm();
    let before = place.hashes();
    let window = Window::open(&place, true);
    window.see("6 events");
    window.shot("events");

    window.narrow("rate");
    window.see("1 event");
    window.shot("events-filtered");
    window.click_row("CAND-00342");
    window.see("455.50");
    window.shot("event-details");
    window.press("Open record");
    window.see("Jordan Sample");
    window.shot("record");

    window.press("Correct…");
    window.fill("New value", "445.50");
    window.shot("correct-without-reason");
    window.press("Record correction");
    window.see("Required");
    assert_eq!(place.hashes(), before, "an empty reason blocks it");
    window.fill("Reason", "Two digits were swapped");
    window.press("Record correction");
    window.hear("Saved on this device");
    window.shot("record-corrected");
    linked_both_ways(&window);

    // It is flushed by itself, a little after it was recorded.
    wait_until("the correction to be flushed", || place.hashes().len() > before.len());
    let after = place.hashes();
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|(name, hash)| after.get(name) == Some(hash)));
    drop(window);

    let window = Window::open(&place, true);
    window.see("7 events");
    window.press("Corrections");
    window.see("1 event");
    window.shot("corrections-some");
    window.click_row("CAND-00342");
    window.press("Open record");
    window.see("445.50");
    linked_both_ways(&window);
    window.shot("record-reopened");
}

/// The correction names the event and the event names the correction; each leads to the other.
fn linked_both_ways(window: &Window) {
    let (update, correct) =
        ("Sarah changed rate of candidate", "Sarah corrected rate of candidate");
    window.follow(update, "orrected by Sarah");
    window.see_selected(correct);
    window.follow(correct, "About the update");
    window.see_selected(update);
}

#[test]
fn without_a_journal_the_window_says_what_it_is_for() {
    let place = firm();
    let window = Window::open(&place, false);
    window.see("Open folder…");
    window.shot("start");
}
