//! How quick the real window feels: `cargo xtask bench window` measures it on a journal of any
//! size, with the program as it is shipped. It prints; nothing is a failure.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use session::Theme;

use crate::buckets::Place;
use crate::window::Window;

/// How often each step is taken.
const ROUNDS: usize = 15;

/// Milliseconds from a step (`ACT`) until the next frame after what it leads to (`DONE`) is in the
/// document. The window evaluates no text, so both are written into it.
const TIMED: &str = r"
    const later = arguments[0];
    const start = performance.now();
    const isDone = () => DONE;
    ACT;
    const look = () => isDone()
        ? requestAnimationFrame(() => later(performance.now() - start))
        : setTimeout(look, 1);
    look();";

/// Drags the rail to and fro for two seconds: how many frames there were, and how many of them
/// showed no row.
const DRAGGED: &str = r"
    const later = arguments[0];
    const rail = document.querySelector('[role=scrollbar]');
    const box = rail.getBoundingClientRect();
    const at = (part) => ({ pointerId: 1, bubbles: true, clientX: box.left + 4,
        clientY: box.top + box.height * part });
    rail.setPointerCapture = () => {};
    rail.dispatchEvent(new PointerEvent('pointerdown', at(0.5)));
    const start = performance.now();
    let [frames, blank] = [0, 0];
    const frame = () => {
        frames += 1;
        if (document.querySelector('[role=row][data-index]') === null) blank += 1;
        const passed = performance.now() - start;
        const part = 0.5 + 0.45 * Math.sin(passed / 90);
        rail.dispatchEvent(new PointerEvent('pointermove', at(part)));
        if (passed < 2000) return requestAnimationFrame(frame);
        rail.dispatchEvent(new PointerEvent('pointerup', at(part)));
        later([frames, blank]);
    };
    requestAnimationFrame(frame);";

const ROW: &str = "document.querySelector('[role=row][data-index]') !== null";
const FIELD: &str = "document.querySelector('[aria-label=Fields] [role=row][data-index]') !== null";
const IDLE: &str = "document.querySelector('[aria-busy=true]') === null";

/// A step: its name, what is done, and what it leads to.
fn steps(meta: &Value) -> Vec<(&'static str, String, String)> {
    let text = |name: &str| meta[name].as_str().unwrap().to_owned();
    let (hot, rare, then) = (&meta["hot_entity"], text("needle_rare"), text("t_50"));
    let rare = rare.replace('#', "%23");
    let go = |query: &str| format!("location.hash = '{query}' + '&n=' + performance.now()");
    let (kind, id) = (hot["entity_type"].as_str().unwrap(), hot["entity_id"].as_str().unwrap());
    let rows = format!("{ROW} && {IDLE}");
    let on = |heading: &str| {
        format!("document.querySelector('h1')?.textContent.includes('{heading}') && {rows}")
    };
    let article = format!("document.querySelector('article[data-address]') !== null && {IDLE}");
    vec![
        ("events", go("events?groups=on"), on("Events")),
        ("filtered by actor and field", go("events?action=update&hide-no-ops=yes"), on("Events")),
        ("a rare text in the values", go(&format!("events?contains={rare}")), on("Events")),
        ("records", go("records?"), on("Records")),
        ("the hot record", go(&format!("record/{kind}/{id}?")), article),
        ("its fields at an instant", go(&format!("record/{kind}/{id}?pane=fields&at={}", then.replace('+', "%2B"))), format!("{FIELD} && {IDLE}")),
        ("key j", "document.querySelector('[role=row][tabindex=\"0\"]')?.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}))".to_owned(), rows),
    ]
}

#[test]
#[ignore = "measures, and needs a journal: cargo xtask bench window"]
fn speed() {
    let folder = PathBuf::from(std::env::var_os("DAYBOOK_BENCH_FOLDER").expect("a journal"));
    let meta: Value =
        serde_json::from_slice(&fs::read(folder.join("bucket/meta.json")).unwrap()).unwrap();
    let (place, folder) = (Place::new(), folder.join("bucket"));
    // The first time everything is read.
    drop(opened(&place, &folder));
    let (window, took) = opened(&place, &folder);
    println!("{:<34} {took:>8.0} ms", "start to the first row, known");
    for (name, act, done) in steps(&meta) {
        let mut times: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                window.go("corrections");
                window.see("Corrections");
                let timed = TIMED.replace("ACT", &act).replace("DONE", &done);
                window.run_later(&timed, &json!([])).as_f64().unwrap()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let (median, p95) = (times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
        println!("{name:<34} {median:>8.0} ms  p95 {p95:>5.0} ms");
    }
    window.go("events");
    window.see("events");
    let dragged = window.run_later(DRAGGED, &json!([]));
    let (frames, blank) = (&dragged[0], &dragged[1]);
    println!(
        "{:<34} {frames:>8} frames, {blank} of them without a row",
        "dragged through all events"
    );
    println!("{:<34} {:>8} MiB", "memory of the window", window.memory() >> 20);
}

/// The window on the journal, all of it read, and the milliseconds until it showed a row.
fn opened(place: &Place, folder: &Path) -> (Window, f64) {
    let window = Window::on(place, Some(folder), Theme::Light);
    let shown = format!(
        "const later = arguments[0]; const look = () => {ROW} \
        ? requestAnimationFrame(() => later(Date.now())) : setTimeout(look, 1); look();"
    );
    let shown = window.run_later(&shown, &json!([])).as_f64().unwrap();
    let took = shown - window.started();
    let read = "const later = arguments[0]; const look = () => \
        document.querySelector('progress') === null ? later(true) : setTimeout(look, 50); look();";
    window.run_later(read, &json!([]));
    (window, took)
}
