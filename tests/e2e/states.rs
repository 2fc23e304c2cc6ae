//! What a window shows that is not only a view of a journal that is whole and at rest, in words
//! and as pictures where a folder for them is named.

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use session::Theme;

use crate::buckets::Place;
use crate::waiting::wait_until;
use crate::window::Window;
use crate::{FILE, firm};

fn sample() -> PathBuf {
    PathBuf::from(std::env::var_os("DAYBOOK_SAMPLE").expect("a sample journal"))
}

#[test]
fn states_are_told_in_words() {
    let place = firm();
    let window = Window::on(&place, Some(&place.bucket().with_extension("gone")), Theme::Light);
    window.see("The journal was not opened");
    window.shot("state-error");
    drop(window);

    // What waits has no folder to wait in.
    fs::create_dir_all(place.home().path()).unwrap();
    fs::write(place.home().path().join("outbox"), "").unwrap();
    let window = Window::open(&place, true);
    window.see("Read-only:");
    window.click_row("CAND-00342");
    window.see("All columns");
    window.shot("state-read-only");
    drop(window);
    fs::remove_file(place.home().path().join("outbox")).unwrap();

    let journal = place.bucket().join("journal");
    let whole = fs::read(journal.join(FILE)).unwrap();
    let damaged = journal.join("20240308_090000_000.parquet");
    fs::write(&damaged, &whole[..whole.len() / 2]).unwrap();
    let window = Window::open(&place, true);
    window.see("6 events");
    window.shot("state-partial");
    window.go("events?contains=nobody+ever+wrote+this");
    window.see("Nothing found in the files that were read");
    window.shot("state-partial-nothing");
    drop(window);
    fs::remove_file(damaged).unwrap();
}

/// The settings cannot be saved: the journal is open, and it is said what will not be remembered.
#[test]
fn s5_a_journal_opens_although_the_settings_cannot_be_saved() {
    let place = firm();
    let window = Window::open(&place, false);
    let settings = place.home().path().join("settings.json");
    fs::remove_file(&settings).unwrap();
    // In the place of the file is a folder.
    fs::create_dir_all(settings.join("taken")).unwrap();
    window.press("Open the sample");
    window.hear("will not be remembered");
    window.see("Events");
    window.shot("state-unsaved");
}

/// The bucket disappears while it is open, and comes back.
#[test]
fn u7_a_bucket_that_is_gone_leaves_the_view_and_comes_back() {
    let place = firm();
    let window = Window::open(&place, true);
    window.see("6 events");
    let away = place.bucket().with_extension("away");
    fs::rename(place.bucket(), &away).unwrap();
    window.press("Look for new events");
    window.see("The bucket cannot be reached.");
    window.see("6 events");
    window.shot("state-lost");
    fs::rename(&away, place.bucket()).unwrap();
    window.hear("The bucket is back");
}

/// Twice as large, a window of the usual size has the room of half of it.
#[test]
fn at_200_per_cent_lists_keep_their_place_and_everything_is_within_reach() {
    const PAGE_DOWN: &str = "\u{e00f}";
    const VIEWS: [(&str, &str, &str); 6] = [
        ("events", "events", "events"),
        ("records", "records", "records"),
        ("chains", "chains", "Chains"),
        ("record", "record/candidate/CAND-00342", "CAND-00342"),
        ("fields", "record/candidate/CAND-00342?pane=fields", "CAND-00342"),
        ("compare", "record/candidate/CAND-00342?pane=compare", "CAND-00342"),
    ];
    let sample = sample();
    let place = Place::new();
    let window = Window::on(&place, Some(&sample), Theme::Light);
    window.see("Look for new events");
    let row_at = |part: f64| {
        let at = "const list = document.querySelector('[role=grid] [role=rowgroup]');
            const { left, top, width, height } = list.getBoundingClientRect();
            const y = top + 3 + (height - 6) * arguments[0];
            const at = document.elementFromPoint(left + width / 2, y);
            return at.closest('[role=row]')?.dataset.index";
        window.run(at, &json!([part]))
    };
    let top = || row_at(0.0);
    wait_until("rows down to the end of the list", || row_at(1.0).is_string());
    window.keys(&["j", PAGE_DOWN, PAGE_DOWN, PAGE_DOWN]);
    // The rows of a new place are drawn a frame after it is reached.
    wait_until("a row at the top, scrolled to", || top().is_string() && top() != "0");
    let before = top();
    for (key, times) in [("+", 5), ("-", 1), ("+", 1)] {
        for _ in 0..times {
            let press = "dispatchEvent(new KeyboardEvent('keydown', \
                         { key: arguments[0], ctrlKey: true }))";
            window.rest();
            window.run(press, &json!([key]));
        }
    }
    window.rest();
    wait_until("half the width in the window", || {
        window.run("return innerWidth", &json!([])) == 720
    });
    wait_until("the row that was at the top before", || top() == before);
    for (view, query, text) in VIEWS {
        window.go(query);
        window.see(text);
        window.shot(&format!("zoom-{view}"));
        let wide = "const all = document.querySelectorAll(
                '.frame :is(button, input, select, [role=columnheader], [role=gridcell])');
            const out = [...all].filter((one) => one.checkVisibility()
                && one.getBoundingClientRect().right > innerWidth + 1);
            return out.map((one) => one.outerHTML)";
        assert_eq!(window.run(wide, &json!([])), json!([]), "{view}: out of the window");
    }
}

/// What is found, and what is saved, of the sample.
#[test]
fn search_and_saved_views_have_their_pictures() {
    const ENTER: &str = "\u{e007}";
    let sample = sample();
    let place = Place::new();
    let window = Window::on(&place, Some(&sample), Theme::Light);
    window.see("Look for new events");
    window.fill("Search", "Imogen");
    window.see("In old and new values");
    window.shot("search-hits");
    window.fill("Search", "type=candidate actor=Sarah since=2025");
    window.see("Open as a view");
    window.shot("search-query");
    window.fill("Search", "type=candidate colour=red");
    window.see("Not a query");
    window.shot("search-no-query");
    window.go("events?actor=Sarah&hide-no-ops=yes");
    window.press("Save this view…");
    window.see("time zone and columns are saved with it");
    window.keys(&["S", "a", "r", "a", "h", ENTER]);
    window.see("Sarah");
    window.shot("saved-views");
    window.press("More about Sarah");
    window.see("Save as file…");
    window.shot("saved-view-menu");
    window.press("Save picture…");
    window.see("As SVG");
    window.shot("picture-menu");
    window.press("Columns");
    window.shot("columns");
}
