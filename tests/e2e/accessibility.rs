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

#[test]
fn every_view_is_told_by_roles_and_names_in_the_order_of_the_page() {
    let place = firm();
    let window = Window::open(&place, true);
    correct_rate(&window);
    let assistive = Assistive::connect();
    let table: [(&str, &[&str]); 4] = [
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
                "status bar 7 events",
                "check box Hide events that changed nothing",
                "check box Group imports",
                "list box Events over time",
                "landmark Facets",
                "heading Type",
                "toggle button candidate 7",
                "push button Exclude type candidate",
                "table Events",
                "column header",
                "table row Sarah corrected",
                "table row Sarah changed rate of candidate",
            ],
        ),
        ("records", &["heading Records", "table Records", "column header", "table row"]),
        (
            "record/candidate/CAND-00342?pane=fields",
            &["heading Jordan Sample", "push button Fields", "table", "table row"],
        ),
        ("chains", &["heading Chains"]),
    ];
    for (query, lines) in table {
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
    hears(&assistive, &window, &["heading Events", "status bar 6 events"]);
    window.go("events?field=rate");
    hears(&assistive, &window, &["heading Events", "status bar 1 event"]);
    window.keys(&["j", "c"]);
    hears(&assistive, &window, &["dialog Correct", "entry Reason"]);
    let focused = "return document.activeElement.closest('[role=dialog], dialog') !== null";
    assert_eq!(window.run(focused, &json!([])), true, "the focus is in the dialog");
}
