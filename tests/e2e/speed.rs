//! How quick the real window feels: `cargo xtask bench window` measures it on a journal of any
//! size, with the program as it is shipped, and its start beside that of an empty window. It prints;
//! nothing is a failure.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use session::Theme;

use crate::buckets::Place;
use crate::window::{PROGRAM, Window};

/// How often each program is started, in turns.
const STARTS: usize = 7;

/// How often each step is taken: the second longest is then the 95th percentile.
const ROUNDS: usize = 21;

/// Milliseconds from a step (`ACT`) until the next frame after what it leads to (`DONE`) is in the
/// document. The window evaluates no text, so both are written into it.
const TIMED: &str = r"
    const [round, later] = arguments;
    const rowCount = () => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount');
    const before = rowCount();
    const start = performance.now();
    const isDone = () => DONE;
    ACT;
    const look = () => isDone()
        ? requestAnimationFrame(() => later(performance.now() - start))
        : setTimeout(look, 1);
    look();";

/// Puts a text into the search box, as somebody types it.
const TYPE: &str = "{
        const box = document.querySelector('[role=combobox]');
        box.focus();
        box.value = TEXT;
        box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }";

/// Drags the scroll bar from one end to the other in ten seconds, and back: how many frames there were,
/// the longest time in milliseconds that no row was where rows are, and the most nodes there were.
const DRAGGED: &str = r"
    const later = arguments[0];
    const bar = document.querySelector('[role=scrollbar]');
    const box = bar.getBoundingClientRect();
    const list = document.querySelector('[role=grid] [role=rowgroup]').getBoundingClientRect();
    const at = (part) => ({ pointerId: 1, bubbles: true, clientX: box.left + 4,
        clientY: box.top + box.height * part });
    const isRow = (part) => document
        .elementFromPoint(list.left + list.width / 2, list.top + list.height * part)
        ?.closest('[role=row][data-index]') != null;
    bar.setPointerCapture = () => {};
    bar.dispatchEvent(new PointerEvent('pointerdown', at(0)));
    const start = performance.now();
    let [frames, blank, nodes, shown] = [0, 0, 0, start];
    const frame = () => {
        frames += 1;
        const now = performance.now();
        if ([0.2, 0.5, 0.8].every(isRow)) shown = now;
        blank = Math.max(blank, now - shown);
        nodes = Math.max(nodes, document.querySelectorAll('*').length);
        const passed = (now - start) / 10000;
        bar.dispatchEvent(new PointerEvent('pointermove', at(passed < 1 ? passed : 2 - passed)));
        if (passed < 2) return requestAnimationFrame(frame);
        bar.dispatchEvent(new PointerEvent('pointerup', at(0)));
        later([frames, blank, nodes]);
    };
    requestAnimationFrame(frame);";

const ROW: &str = "document.querySelector('[role=row][data-index]') !== null";
const FIELD: &str = "document.querySelector('[aria-label=Fields] [role=row][data-index]') !== null";
const IDLE: &str = "document.querySelector('[aria-busy=true]') === null";
const FACET: &str = "section[aria-label=Facets] button[aria-pressed";

/// A step that is timed.
struct Step {
    name: &'static str,
    /// Query of the view that it begins in.
    from: &'static str,
    /// What is done, and the condition that it leads to, as scripts.
    act: String,
    done: String,
}

fn steps(meta: &Value) -> Vec<Step> {
    let text = |name: &str| meta[name].as_str().unwrap().to_owned();
    let (hot, rare, then) = (&meta["hot_entity"], text("needle_rare"), text("t_50"));
    let (kind, id) = (hot["entity_type"].as_str().unwrap(), hot["entity_id"].as_str().unwrap());
    let go = |query: &str| format!("location.hash = `{query}`");
    let days_before = format!(
        "${{encodeURIComponent(new Date(Date.parse('{then}') - round * 86400000).toISOString())}}"
    );
    let rows = format!("{ROW} && {IDLE}");
    let headed =
        |heading: &str| format!("document.querySelector('h1')?.textContent.includes('{heading}')");
    let other = format!("rowCount() !== before && {rows}");
    let on = |heading: &str| format!("{} && {rows}", headed(heading));
    let article = format!("document.querySelector('article[data-address]') !== null && {IDLE}");
    let pressed = format!("document.querySelector('{FACET}=true]') !== null && {rows}");
    // Of the first ones, which have events: of the last, the marks, there may be none.
    let facet = format!(
        "{{ const all = document.querySelectorAll('{FACET}=false]'); all[round % 6].click(); }}"
    );
    let key = "document.querySelector('[role=row][tabindex=\"0\"]').dispatchEvent(\
        new KeyboardEvent('keydown', { key: 'j', bubbles: true }))";
    let step = |name, from, act: String, done: String| Step { name, from, act, done };
    let lists = "corrections";
    let typed = TYPE.replace("TEXT", &format!("'{rare}'.slice(0, 8 - round % 3)"));
    vec![
        step("events", lists, go("events?groups=on"), on("Events")),
        step("filter", "events", go("events?action=update&hide-no-ops=yes"), other.clone()),
        step(
            "text in the values",
            "events",
            go(&format!("events?contains={}", rare.replace('#', "%23"))),
            other.clone(),
        ),
        step("facet", "events", facet, pressed),
        step("clock", "events", go(&format!("events?at={days_before}")), other),
        step(
            "search",
            "events",
            typed,
            "document.querySelector('#hits [role=option]') !== null".to_owned(),
        ),
        step("records", lists, go("records?"), on("Records")),
        step("deleted", lists, go("deleted?"), format!("{} && {IDLE}", headed("Deleted"))),
        step("hot record", lists, go(&format!("record/{kind}/{id}?")), article),
        step(
            "its fields at an instant",
            lists,
            go(&format!("record/{kind}/{id}?pane=fields&at={days_before}")),
            format!("{FIELD} && {IDLE}"),
        ),
        step("key j", "events", key.to_owned(), rows),
    ]
}

#[test]
#[ignore = "measures, and needs a journal: cargo xtask bench window"]
fn speed() {
    let folder = PathBuf::from(std::env::var_os("DAYBOOK_BENCH_FOLDER").expect("a journal"));
    let meta: Value =
        serde_json::from_slice(&fs::read(folder.join("bucket/meta.json")).unwrap()).unwrap();
    let (place, folder) = (Place::new(), folder.join("bucket"));
    // The first time everything is read and folded.
    let window = Window::on(&place, Some(&folder), Theme::Light);
    wait_until_quiet(&window);
    drop(window);
    measure_starts(&place, &folder);
    let window = Window::on(&place, Some(&folder), Theme::Light);
    wait_until_quiet(&window);
    let steps = steps(&meta);
    for step in &steps {
        let mut times: Vec<f64> = (0..ROUNDS).map(|round| take(&window, step, round)).collect();
        times.sort_by(f64::total_cmp);
        let (median, p95) = (times[ROUNDS / 2], times[ROUNDS - 2]);
        println!("{:<34} {median:>8.0} ms  p95 {p95:>5.0} ms", step.name);
    }
    window.go("events");
    let dragged = window.run_later(DRAGGED, &json!([]));
    let [frames, blank, nodes] = [0, 1, 2].map(|at| dragged[at].as_f64().unwrap());
    println!("{:<34} {blank:>8.0} ms  at most without a row", "dragged from end to end and back");
    println!("{:<34} {:>8.0} ms", "its frames, on average", 20_000.0 / frames);
    println!("{:<34} {nodes:>8.0}", "most nodes meanwhile");
    measure_memory(&window, &steps);
}

/// The start of the program until the first row of a known journal is drawn, beside that of an empty
/// window until it draws.
fn measure_starts(place: &Place, folder: &Path) {
    let program = Path::new(PROGRAM);
    let empty = program.with_file_name("examples").join("empty-window");
    let mut took = [vec![], vec![]];
    for _ in 0..STARTS {
        took[0].push(drawn(&Window::start(place, &empty, &[]), "true"));
        took[1].push(drawn(&Window::start(place, program, &[folder.to_str().unwrap()]), ROW));
    }
    let [floor, start] = took.map(|mut all| {
        all.sort_by(f64::total_cmp);
        all[STARTS / 2]
    });
    println!("{:<34} {floor:>8.0} ms", "start of an empty window");
    println!("{:<34} {start:>8.0} ms  {:>+9.0} ms", "start to the first row", start - floor);
}

/// Waits until the whole journal is read, its records are folded and its catalog is compacted: until the
/// program does nothing any more.
fn wait_until_quiet(window: &Window) {
    drawn(window, ROW);
    loop {
        let before = window.used();
        window.run_later("setTimeout(arguments[0], 2000)", &json!([]));
        // A tenth of one processor.
        if window.used() - before < 20 {
            return;
        }
    }
}

/// The milliseconds from the start of the program until the first frame after a condition holds.
fn drawn(window: &Window, condition: &str) -> f64 {
    let look = format!(
        "const later = arguments[0]; const look = () => {condition} \
        ? requestAnimationFrame(() => later(Date.now())) : setTimeout(look, 1); look();"
    );
    window.run_later(&look, &json!([])).as_f64().unwrap() - window.started()
}

/// Takes a step in the view that it begins in; returns how long it took, in milliseconds.
fn take(window: &Window, step: &Step, round: usize) -> f64 {
    window.run(&format!("{}; return null", TYPE.replace("TEXT", "''")), &json!([]));
    window.go(step.from);
    let timed = TIMED.replace("ACT", &step.act).replace("DONE", &step.done);
    window.run_later(&timed, &json!([round])).as_f64().unwrap()
}

/// Takes all steps again and again, and prints each minute how much memory the page takes.
fn measure_memory(window: &Window, steps: &[Step]) {
    const MINUTES: usize = 15;
    let minutes = || window.run("return performance.now() / 60000", &json!([])).as_f64().unwrap();
    let (start, mut round, mut memory) = (minutes(), 0, Vec::new());
    while memory.len() <= MINUTES {
        #[expect(clippy::cast_precision_loss, reason = "there are fifteen")]
        if minutes() - start >= memory.len() as f64 {
            memory.push(window.memory() >> 20);
        }
        // Later rounds lead to before the journal began.
        take(window, &steps[round % steps.len()], round % ROUNDS);
        round += 1;
    }
    println!("{round} steps in {MINUTES} minutes; MiB of the page after each: {memory:?}");
}
