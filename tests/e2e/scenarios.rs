//! What people come to do, each from beginning to end in the real window, and by the keyboard alone.
//! The numbers are those of the product's acceptance scenarios.

use std::fs;

use crate::buckets::{LegacyRow, Place, row};
use crate::waiting::wait_until;
use crate::window::{ENTER, TAB, Window};
use crate::{FILE, firm};

const RECORD: &str = "CAND-00342";

/// Lands on a record or an event by its id, in the search box.
fn land_on(window: &Window, id: &str) {
    window.keys(&["/"]);
    window.fill("Search", id);
    // The hit: what the field holds is no text of the page.
    window.see(id);
    window.keys(&[ENTER]);
    window.see("Jordan Sample");
}

/// Records that the rate of CAND-00342 should have been 445.50.
pub fn correct_rate(window: &Window) {
    land_on(window, "evt-1709283600002-2");
    window.press("Correct…");
    window.fill("New value", "445.50");
    window.fill("Reason", "Two digits were swapped");
    window.press("Record correction");
    window.hear("Saved on this device");
}

#[test]
fn a_filter_of_the_change_is_typed_edited_and_switched_off() {
    const F2: &str = "\u{e032}";
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    window.see("6 events");
    window.keys(&["f"]);
    window.fill("Filter as text", "new>=400");
    window.shot("add-filter");
    window.keys(&[ENTER]);
    window.see("1 event");
    window.see("are no numbers");
    // From the button, which has the focus again, to the chip.
    window.keys(&[TAB, F2]);
    window.fill("Filter as text", "change=new->screening|410.00->455.50");
    window.keys(&[ENTER]);
    window.see("2 events");
    window.shot("chips");
    window.keys(&[ENTER]);
    window.see("6 events");
    window.keys(&["t"]);
    window.fill("Or type a span", "from 6 March 2024");
    window.see("from 6 Mar 2024 00:00 on, UTC");
    window.keys(&[ENTER]);
    window.see("from 6 Mar 2024");
    window.see("2 events");
}

/// Adds an import of so many rows, all of one instant.
pub fn import(place: &Place, rows: usize) {
    let ids: Vec<String> = (0..rows).map(|n| format!("evt-1709900000000-{n}")).collect();
    let rows: Vec<LegacyRow> = ids
        .iter()
        .map(|id| row(id, "2024-03-08T12:00:00+00:00", id, "phone", "update", ["", id]))
        .collect();
    place.write("20240308_120000_000.parquet", &rows);
}

#[test]
fn s01_a_recruiter_asks_who_changed_the_phone_number() {
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    land_on(&window, RECORD);
    window.keys(&["2"]);
    window.see("020 7946 0010");
    window.see("2024-03-04 10:15:00");
    window.reach_row("020 7946 0010");
    window.keys(&["f"]);
    window.see("1 to 2 of 2, newest first");
}

#[test]
fn s02_a_recruiter_sees_a_rate_as_it_was_under_a_banner() {
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    land_on(&window, RECORD);
    window.keys(&["2"]);
    window.press("Clock: Now");
    window.fill("Show everything as it was at", "2024-03-04 12:00");
    window.press("Set the clock");
    window.see("As it was at");
    window.see("2024-03-04 12:00:00 UTC");
    window.see("410.00");
    window.press("Clock: 2024-03-04 12:00:00 UTC");
    window.fill("Show everything as it was at", "5 March 2024");
    window.see("That is 2024-03-05 23:59:59.999999999 UTC");
    window.shot("clock");
    window.press("Set the clock");
    window.see("455.50");
    land_on(&window, "evt-1709283600002-2");
    window.press("Note…");
    window.see("The clock is set, but this is recorded now");
}

#[test]
fn s03_a_recruiter_corrects_a_wrong_rate_and_no_file_changes() {
    let place = firm();
    let before = place.hashes();
    let window = Window::open(&place, true).by_keyboard();
    land_on(&window, "evt-1709283600002-2");
    window.press("Correct…");
    window.press("Record correction");
    window.see("Required, and kept with the event");
    window.fill("Reason", "Two digits were swapped");
    window.see("o change");
    assert_eq!(place.hashes(), before, "nothing is recorded without a reason or a change");
    window.fill("New value", "445.50");
    window.shot("correct");
    window.press("Record correction");
    window.hear("Saved on this device");
    // On a slow machine it is flushed by itself before one comes to press it.
    let is_flushed = || place.hashes().len() > before.len();
    window.press_unless("Flush now", is_flushed);
    wait_until("the correction to be flushed", is_flushed);
    assert!(before.iter().all(|(name, hash)| place.hashes().get(name) == Some(hash)));
}

#[test]
fn s04_a_compliance_officer_switches_between_recorded_and_corrected() {
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    correct_rate(&window);
    land_on(&window, RECORD);
    window.keys(&["2"]);
    window.see("Differs in 1 field");
    window.see("Recorded as");
    window.see("Corrected by");
    window.press("As recorded");
    window.see("455.50");
    window.see("Because");
}

#[test]
fn s05_a_compliance_officer_finds_a_deleted_record_without_its_id() {
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    window.press("Deleted");
    window.click_row("CAND-7");
    window.see("deleted");
    window.see("2024-03-07 08:00:00 UTC");
}

#[test]
fn s06_a_compliance_officer_searches_a_value_that_was_overwritten() {
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    window.see("6 events");
    window.fill("Search", "020 7946 0001");
    window.see("In old and new values");
    window.shot("search");
    window.fill("Search", "nobody ever wrote this");
    window.see("Nothing found in 1 file");
}

#[test]
fn s07_an_import_of_twelve_thousand_rows_is_one_line() {
    let place = firm();
    import(&place, 12_000);
    let window = Window::open(&place, true).by_keyboard();
    window.see("12,006 events");
    window.see("12,000 events");
    window.shot("folded");
    window.click_row("12,000 events");
    window.see("2024-03-08 12:00:00.000000001 UTC");
    window.see("Guessed group");
    window.see("the journal does not say that they belong together");
    window.see("12,000 records");
    window.shot("guessed-group");
}

#[test]
fn s08_a_copy_under_another_name_gives_the_same_answers() {
    let place = firm();
    let copy = place.bucket().with_extension("copied to a laptop");
    fs::rename(place.bucket(), &copy).unwrap();
    let window = Window::on(&place, Some(&copy), session::Theme::Light).by_keyboard();
    window.see("6 events");
    land_on(&window, RECORD);
    window.see("455.50");
}

#[test]
fn s09_a_damaged_file_is_named_and_everything_else_is_readable() {
    let place = firm();
    let journal = place.bucket().join("journal");
    let whole = fs::read(journal.join(FILE)).unwrap();
    fs::write(journal.join("20240308_090000_000.parquet"), &whole[..whole.len() / 2]).unwrap();
    let window = Window::open(&place, true).by_keyboard();
    window.see("6 events");
    window.press("Incomplete: 1 of 2 files read");
    window.see("20240308_090000_000.parquet");
    window.shot("unreadable");
}

#[test]
fn s10_events_that_arrive_wait_to_be_shown() {
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    window.see("6 events");
    let new = row("evt-9", "2024-03-09T08:00:00+00:00", "CAND-9", "city", "update", ["", "Hull"]);
    place.write("20240309_080000_000.parquet", &[new]);
    window.see("1 new event");
    window.see("6 events");
    window.shot("arrived");
    window.press("1 new event");
    window.see("7 events");
    window.see("Hull");
}

#[test]
fn s11_a_record_is_found_and_compared() {
    const F1: &str = "\u{e031}";
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    window.see("6 events");
    window.keys(&["j", "j", "j", ENTER]);
    window.see("All columns");
    window.keys(&["o"]);
    window.see("Jordan Sample");
    window.keys(&["3"]);
    window.press("Since a month ago");
    window.see("No field differs");
    window.keys(&[F1]);
    window.see("Reading a timeline");
    window.shot("help");
}

#[test]
fn s12_what_is_pasted_into_the_search_box_is_landed_on() {
    let place = firm();
    let window = Window::open(&place, true).by_keyboard();
    window.see("6 events");
    land_on(&window, "evt-1709283600001-1");
    window.see("All columns");
}
