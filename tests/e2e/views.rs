//! Every view of the sample journal, in light and dark: without barriers by axe-core's rules, and
//! as pictures where a folder for them is named.

use std::path::PathBuf;

use serde_json::{Value, json};
use session::Theme;

use crate::buckets::Place;
use crate::window::Window;

/// What is looked at: a name, the query that leads there, and a text to wait for.
const VIEWS: [(&str, &str, &str); 14] = [
    ("events", "events", "events"),
    ("events-selected", "events?actor=Sarah&hide-no-ops=yes", "Sarah"),
    ("events-nothing", "events?contains=nobody+ever+wrote+this", "Nothing found"),
    ("events-predicates", PREDICATES, "22:00–6:00"),
    ("records", "records", "records"),
    ("deleted", "deleted", "records"),
    ("corrections", "corrections", "Corrections"),
    ("chains", "chains", "Chains"),
    ("sql", "sql", "Tables"),
    ("record", "record/candidate/CAND-00342", "CAND-00342"),
    ("record-fields", "record/candidate/CAND-00342?pane=fields", "CAND-00342"),
    ("record-compare", "record/candidate/CAND-00342?pane=compare", "CAND-00342"),
    ("record-clock", "record/candidate/CAND-00342?at=2025-06-01T00:00:00Z", "CAND-00342"),
    ("record-missing", "record/candidate/CAND-0", "CAND-0"),
];

/// Events at night, in another zone than the one on screen, but for those with a new value.
const PREDICATES: &str = "events?zone=Europe/Berlin&where=%7B%22kind%22:%22hours%22,%22from%22:22,%22until%22:6%7D\
     &where=%7B%22kind%22:%22text%22,%22of%22:%7B%22column%22:%22new_value%22%7D,\
     %22patterns%22:[%7B%22kind%22:%22equals%22,%22text%22:%22placed%22%7D],%22exclude%22:true%7D";

/// Widths in pixels beside the usual one.
const WIDTHS: [u32; 2] = [900, 2560];

#[test]
fn every_view_is_without_barriers_in_light_and_dark() {
    let sample = PathBuf::from(std::env::var_os("DAYBOOK_SAMPLE").expect("a sample journal"));
    let axe = axe();
    let mut all = Vec::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let place = Place::new();
        let window = Window::on(&place, Some(&sample), theme);
        window.see("Look for new events");
        window.run(&axe, &json!([]));
        for (view, query, text) in VIEWS {
            window.go(query);
            window.see(text);
            window.shot(&format!("{view}-{name}"));
            all.extend(barriers(&window).into_iter().map(|one| format!("{view} {name}: {one}")));
        }
        for width in WIDTHS {
            window.resize(width, 900);
            for (view, query, text) in VIEWS {
                window.go(query);
                window.see(text);
                window.shot(&format!("{view}-{name}-{width}"));
            }
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// The script by whose rules barriers are found: it has to be run in a window once.
pub fn axe() -> String {
    let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(axe).unwrap()
}

/// What keeps people out, each with where it is.
pub fn barriers(window: &Window) -> Vec<String> {
    let script = "const done = arguments[0];
        axe.run(document, { resultTypes: ['violations'] }).then(
            (found) => done(found.violations.flatMap((rule) => rule.nodes.map(
                (node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))),
            (error) => done([String(error)]));";
    let found = window.run_later(script, &json!([]));
    let texts = found.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
