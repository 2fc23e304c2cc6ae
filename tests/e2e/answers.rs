//! What the window says is so: each of these was once said otherwise.

use crate::firm;
use crate::scenarios::{correct_rate, import};
use crate::window::{ENTER, ESCAPE, Window};

/// Keys that have no letter, as the driver takes them.

#[test]
fn a_corrected_event_says_so_where_it_is_listed_and_is_found_by_that() {
    let place = firm();
    let window = Window::open(&place, true);
    correct_rate(&window);
    window.go("events?");
    window.see("7 events");
    window.see("corrected");
    window.shot("marked");
    window.go("events?corrected=yes");
    window.see("1 event");
    window.see("455.50");
    window.go("events?corrected=no");
    window.see("6 events");
}

#[test]
fn a_question_in_sql_is_answered_and_one_that_is_wrong_is_marked() {
    let place = firm();
    let window = Window::open(&place, true);
    let ask = |text: &str| {
        window.ctrl("a");
        let keys: Vec<String> = text.chars().map(String::from).collect();
        window.keys(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        window.ctrl(ENTER);
    };
    window.go("sql");
    window.see("Tables");
    ask("SELECT entity_id, count(*) AS changes FROM events GROUP BY 1 ORDER BY 2 DESC");
    window.see("CAND-00342");
    window.shot("sql-answered");
    ask("SELECT nope FROM events");
    window.see("There is no column nope");
    window.shot("sql-wrong");
    ask("DROP TABLE events");
    window.see("DROP is refused");
}

#[test]
fn times_are_those_of_the_zone_that_was_picked() {
    let place = firm();
    let window = Window::open(&place, true);
    window.go("record/candidate/CAND-00342?pane=fields");
    window.see("2024-03-04 10:15:00");
    window.press("Times: UTC");
    window.fill("Find a time zone", "kathmandu");
    window.keys(&[ENTER]);
    window.see("2024-03-04 16:00:00");
    window.shot("zone");
    window.go("events?");
    window.see("16:00:00");
}

#[test]
fn all_that_was_found_is_selected_and_copied_not_only_what_is_loaded() {
    let place = firm();
    import(&place, 3000);
    let window = Window::open(&place, true);
    window.go("events?groups=off");
    window.see("3,006 events");
    window.keys(&["j", " "]);
    window.see("1 event selected");
    window.press("Select all 3,006");
    window.see("3,006 events selected");
    window.press("Copy as");
    window.press("JSON");
    window.hear("3,006 events as JSON can be copied now");
    window.press("Copy");
    window.hear("Copied 3,006 events as JSON");
}

#[test]
fn what_leaves_nothing_is_named_and_switched_off_where_it_stands() {
    let place = firm();
    let window = Window::open(&place, true);
    window.go("events?actor=Sarah&contains=nobody+ever+wrote+this");
    window.see("Nothing found");
    window.press("Switch off");
    window.see("6 events");
    window.see("nobody ever wrote this");
    window.shot("switched-off");
}

#[test]
fn everything_is_reached_and_corrected_by_keyboard_alone() {
    let place = firm();
    let window = Window::open(&place, true);
    window.ctrl("k");
    window.fill("Find an action or a view", "deleted");
    window.shot("palette");
    window.keys(&[ENTER]);
    window.see("CAND-7");
    window.go("record/candidate/CAND-00342?pane=fields");
    window.see("455.50");
    // The first field, then the one below it, down to the rate.
    window.keys(&["j", "j", "j", ENTER]);
    window.fill("Reason", "Half of it");
    window.shot("draft");
    window.keys(&[ESCAPE]);
    window.keys(&[ENTER]);
    window.see("What you entered here before is restored");
}
