//! What assistive technology is told: roles, names, their order, and what is said aside.

use serde_json::json;

use crate::assistive::Assistive;
use crate::firm;
use crate::scenarios::correct_rate;
use crate::waiting::wait_for;
use crate::window::Window;

/// Waits until the outline of the page has these lines, in this order and with any others between.
fn hears(assistive: &Assistive, window: &Window, lines: &[&str]) {
    window.rest();
    let heard = wait_for("the page to be told so", || {
        let outline = assistive.outline(&assistive.page())?;
        let mut rest = outline.lines().map(str::trim);
        match lines.iter().find(|line| !rest.any(|told| told.starts_with(**line))) {
            None => Ok(()),
            Some(missing) => Err(format!("“{missing}” is not where it is expected in\n{outline}")),
        }
    });
    heard.unwrap_or_else(|waited| panic!("{waited}"));
}

/// What each view is told as.
const VIEWS: [(&str, &[&str]); 4] = [
    (
        "events?",
        &[
            "landmark Views",
            "push button Events",
            "push button Records",
            "push button Deleted",
            "push button Corrections",
            "push button Chains",
            "push button Help",
            "landmark Journal status",
            "combo box Search",
            "push button Clock: Now",
            "push button Times: UTC",
            "heading Events",
            "section 7 events",
            "check box Hide events that changed nothing",
            "check box Group imports",
            "list box Events over time",
            "landmark Facets",
            "heading Type",
            "toggle button candidate 7",
            "push button Exclude type candidate",
            "table Events",
            "column header Action",
            "column header Time",
            "column header Record",
            "column header Change",
            "table row Sarah corrected rate of candidate CAND-00342 (Jordan Sample) from 455.50",
            "table cell correct",
            "table cell CAND-00342 Jordan Sample",
            "table row Sarah deleted candidate CAND-7, on 7 March 2024 at 08:00 UTC",
            "table row Sarah changed rate of candidate CAND-00342 (Jordan Sample) from 410.00",
        ],
    ),
    ("records", &["heading Records", "table Records", "column header", "table row"]),
    (
        "record/candidate/CAND-00342?pane=fields",
        &[
            "heading Jordan Sample CAND-00342",
            "toggle button Fields 4",
            "table Fields",
            "column header Value",
            "table cell rate",
            "table cell 445.50",
            "push button Recorded as 455.50 by Sarah",
            "push button Corrected by Sarah",
            "push button Correct the value",
        ],
    ),
    ("chains", &["heading Chains"]),
];

#[test]
fn every_view_is_told_by_roles_and_names_in_the_order_of_the_page() {
    let place = firm();
    let window = Window::open(&place, true);
    correct_rate(&window);
    let assistive = Assistive::connect();
    for (query, lines) in VIEWS {
        window.go(query);
        hears(&assistive, &window, lines);
    }
}

#[test]
fn what_changes_is_told_where_it_is_announced() {
    let place = firm();
    let window = Window::open(&place, true);
    let assistive = Assistive::connect();
    window.go("events?");
    hears(&assistive, &window, &["heading Events", "section 6 events"]);
    window.go("events?field=rate");
    hears(&assistive, &window, &["heading Events", "section 1 event"]);
    window.go("record/candidate/CAND-00342?event=evt-1709283600002-2");
    window.press("Correct…");
    hears(&assistive, &window, &["dialog", "entry New value", "entry Reason"]);
    let focused = "return document.activeElement.closest('[role=dialog], dialog') !== null";
    assert_eq!(window.run(focused, &json!([])), true, "the focus is in the dialog");
}
