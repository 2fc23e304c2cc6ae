//! A real window: what it shows is found by its words, its names and its roles. Every step waits
//! until the page listens and is at rest, by the marks that it sets for that, takes place, and
//! waits for what it leads to.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use session::{Settings, Theme};

use crate::buckets::Place;
use crate::driver::{Driver, argument};
use crate::page;
use crate::waiting::{Waited, wait_for};

pub struct Window {
    driver: Driver,
    /// When its program was started, in milliseconds since 1970.
    started: f64,
    /// Whether every step is taken by keys.
    by_keyboard: bool,
}

/// The program, built with these tests.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_daybook-desktop");

/// Keys as the driver has them.
pub const ENTER: &str = "\u{e007}";
pub const ESCAPE: &str = "\u{e00c}";
pub const TAB: &str = "\u{e004}";
const ARROW_UP: &str = "\u{e013}";
const ARROW_DOWN: &str = "\u{e015}";

/// Most keys that lead to anything on a page.
const MOST_KEYS: usize = 200;

impl Window {
    /// Starts the program, on the bucket of `place` if it is `named`.
    pub fn open(place: &Place, named: bool) -> Self {
        let bucket = place.bucket();
        Self::on(place, named.then_some(bucket.as_path()), Theme::Light)
    }

    /// The same window, where every step is taken by keys from now on: what acts is reached by Tab and
    /// arrows, and pressed by Enter.
    pub fn by_keyboard(self) -> Self {
        Self { by_keyboard: true, ..self }
    }

    /// Starts the program on a bucket, with `place` to keep its own data in.
    pub fn on(place: &Place, bucket: Option<&Path>, theme: Theme) -> Self {
        let actor = Some("Sarah".into());
        let settings = Settings { actor, theme, utc: true, ..Settings::default() };
        let home = place.home();
        settings.save(&home).unwrap();
        let bucket: Vec<&str> = bucket.iter().filter_map(|bucket| bucket.to_str()).collect();
        let window = Self::start(place, Path::new(PROGRAM), &bucket);
        window.resize(1440, 900);
        window
    }

    /// Starts a program as it is, with `place` to keep its own data in.
    pub fn start(place: &Place, program: &Path, arguments: &[&str]) -> Self {
        let home = place.home();
        let home = home.path().as_os_str();
        let driver = Driver::start(&[
            ("TAURI_WEBVIEW_AUTOMATION", OsStr::new("true")),
            ("DAYBOOK_HOME", home),
            ("XDG_DATA_HOME", home),
            ("XDG_CONFIG_HOME", home),
        ]);
        let mut window = Self { driver, started: now(), by_keyboard: false };
        let opened = window.driver.open(program, arguments);
        opened.unwrap_or_else(|problem| panic!("the program did not start: {problem}"));
        window.wait("the page to be loaded", || window.is(page::IS_LOADED, &json!([])));
        window
    }

    /// Makes the window so many pixels wide and high.
    pub fn resize(&self, width: u32, height: u32) {
        let whole = json!({ "x": 0, "y": 0, "width": width, "height": height });
        self.wait(&format!("the window to be {width} by {height}"), || {
            self.driver.post("/window/rect", &whole)?;
            self.is(
                "return innerWidth === arguments[0] && innerHeight === arguments[1]",
                &json!([width, height]),
            )
        });
    }

    /// Waits until the page listens and is at rest.
    pub fn rest(&self) {
        self.wait("the page to listen and to be at rest", || {
            let at_rest = self.driver.run(page::IS_AT_REST, &json!([]), true)?;
            if at_rest == true { Ok(()) } else { Err("it was not".to_owned()) }
        });
    }

    /// Goes where a query leads, as the window writes it.
    pub fn go(&self, query: &str) {
        self.rest();
        self.run_later(page::GO, &json!([query]));
        self.rest();
    }

    /// What a script returns.
    pub fn run(&self, script: &str, arguments: &Value) -> Value {
        let ran = self.driver.run(script, arguments, false);
        ran.unwrap_or_else(|problem| self.fail(&format!("{script}: {problem}")))
    }

    /// What a script calls its last argument with.
    pub fn run_later(&self, script: &str, arguments: &Value) -> Value {
        let ran = self.driver.run(script, arguments, true);
        ran.unwrap_or_else(|problem| self.fail(&format!("{script}: {problem}")))
    }

    /// Presses keys wherever the focus is, each once the one before has done what it does.
    pub fn keys(&self, keys: &[&str]) {
        for key in keys {
            self.rest();
            let press = [
                json!({ "type": "keyDown", "value": key }),
                json!({ "type": "keyUp", "value": key }),
            ];
            let press = json!([{ "type": "key", "id": "keys", "actions": press }]);
            let pressed = self.driver.post("/actions", &json!({ "actions": press }));
            pressed.unwrap_or_else(|problem| self.fail(&format!("the key {key:?}: {problem}")));
        }
        self.rest();
    }

    /// Holds Ctrl, and presses a key.
    pub fn ctrl(&self, key: &str) {
        const CONTROL: &str = "\u{e009}";
        self.rest();
        let press = [("keyDown", CONTROL), ("keyDown", key), ("keyUp", key), ("keyUp", CONTROL)];
        let press = press.map(|(kind, value)| json!({ "type": kind, "value": value }));
        let press = json!([{ "type": "key", "id": "keys", "actions": press }]);
        let pressed = self.driver.post("/actions", &json!({ "actions": press }));
        pressed.unwrap_or_else(|problem| self.fail(&format!("Ctrl and {key:?}: {problem}")));
        self.rest();
    }

    pub fn started(&self) -> f64 {
        self.started
    }

    /// Bytes of memory that the page takes, in a process of its own.
    pub fn memory(&self) -> u64 {
        let all = self.driver.descendants();
        let pages = all.iter().filter(|id| {
            fs::read_to_string(format!("/proc/{id}/comm"))
                .is_ok_and(|name| name.starts_with("WebKitWeb"))
        });
        let resident = |id: &String| -> Option<u64> {
            let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
            Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
        };
        pages.filter_map(resident).sum()
    }

    /// Hundredths of a second for which the program and its page have used a processor.
    pub fn used(&self) -> u64 {
        let of = |id: &String| -> Option<u64> {
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
            let mut next = || fields.next()?.parse::<u64>().ok();
            Some(next()? + next()?)
        };
        self.driver.descendants().iter().filter_map(of).sum()
    }

    /// Waits until the text is to be seen.
    pub fn see(&self, text: &str) {
        let path = format!("//*[text()[contains(normalize-space(.), {})]]", quoted(text));
        self.rest();
        self.find(&format!("the text “{text}”"), &path);
    }

    /// Waits until the window has said something aside, which goes by itself after some seconds:
    /// it counts where it has gone meanwhile, and each thing that was said once.
    pub fn hear(&self, text: &str) {
        self.rest();
        self.wait(&format!("“{text}” to be said"), || self.is(page::WAS_SAID, &json!([text])));
    }

    /// Presses the button, or what acts as one, of this name.
    pub fn press(&self, name: &str) {
        self.press_unless(name, || false);
    }

    /// Presses a button that is there as long as something is not so by itself.
    pub fn press_unless(&self, name: &str, so: impl Fn() -> bool) {
        let path = format!(
            "//*[self::button or self::a][@aria-label={name} or normalize-space(.)={name}]\
             [not(@disabled)]",
            name = quoted(name)
        );
        self.click(&format!("the button “{name}”"), &path, so);
    }

    /// Presses a value among the facets.
    pub fn narrow(&self, value: &str) {
        let path = format!(
            "//section[@aria-label='Facets']\
             //button[@aria-pressed and .//*[normalize-space(.)={}]]",
            quoted(value)
        );
        self.click(&format!("the value “{value}” among the facets"), &path, || false);
    }

    /// Puts `text` in place of what the field of this label holds.
    pub fn fill(&self, label: &str, text: &str) {
        let path = format!(
            "//*[(self::input or self::textarea) and \
             (@aria-label={label} or @id=//label[normalize-space(.)={label}]/@for)]",
            label = quoted(label)
        );
        if self.by_keyboard {
            self.reach(&format!("the field “{label}”"), &path);
        }
        self.rest();
        self.wait(&format!("“{text}” in the field “{label}”"), || {
            let field = self.driver.find(&path)?;
            self.driver.post(&format!("/element/{field}/clear"), &json!({}))?;
            self.driver.post(&format!("/element/{field}/value"), &json!({ "text": text }))?;
            self.is("return arguments[0].value === arguments[1]", &json!([argument(&field), text]))
        });
        self.rest();
    }

    /// Clicks the first row of the list that shows `text`.
    pub fn click_row(&self, text: &str) {
        self.click(&format!("a row with “{text}”"), &row_with(text), || false);
    }

    /// Leads the focus by keys to the first row of the list that shows `text`.
    pub fn reach_row(&self, text: &str) {
        self.reach(&format!("a row with “{text}”"), &row_with(text));
    }

    /// Follows a link inside the timeline's entry whose name begins so.
    pub fn follow(&self, entry: &str, link: &str) {
        let path = format!(
            "//article[starts-with(@aria-label, {})]//button[contains(normalize-space(.), {})]",
            quoted(entry),
            quoted(link)
        );
        self.click(&format!("the link “{link}” in the entry “{entry}…”"), &path, || {
            false
        });
    }

    /// Waits until the timeline's entry whose name begins so is the selected one.
    pub fn see_selected(&self, entry: &str) {
        let path = format!(
            "//article[@aria-current='true' and starts-with(@aria-label, {})]",
            quoted(entry)
        );
        self.rest();
        self.find(&format!("the entry “{entry}…” to be selected"), &path);
    }

    /// Keeps a picture of the window at rest, for people to look at.
    pub fn shot(&self, name: &str) {
        if std::env::var_os("DAYBOOK_SHOTS").is_some() {
            self.rest();
            self.picture(name).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        }
    }

    /// Keeps a picture of the display as it is now. The driver's own screenshots never come back
    /// where there is no compositing.
    fn picture(&self, name: &str) -> Result<(), String> {
        let Some(folder) = std::env::var_os("DAYBOOK_SHOTS").map(PathBuf::from) else {
            return Ok(());
        };
        fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        let size = self.driver.run(page::SIZE, &json!([]), false)?;
        let crop = format!("{}x{}+0+0", size[0], size[1]);
        let mut import = Command::new("import");
        import.args(["-window", "root", "-crop", &crop, "+repage"]);
        let taken = import.arg(folder.join(format!("{name}.png"))).status();
        match taken.map_err(|e| e.to_string())? {
            status if status.success() => Ok(()),
            status => Err(format!("import has failed, {status}")),
        }
    }

    /// Clicks what a path finds, until it was clicked or something is `so` by itself. A click that
    /// something else took, because the page changed after it was aimed, is tried again.
    fn click(&self, what: &str, path: &str, so: impl Fn() -> bool) {
        self.rest();
        if self.by_keyboard {
            if !so() {
                self.reach(what, path);
                self.keys(&[ENTER]);
            }
            return;
        }
        self.wait(&format!("{what} to be clicked"), || {
            if so() {
                return Ok(());
            }
            let element = self.driver.find(path)?;
            self.driver.run(page::AWAIT_CLICK, &json!([argument(&element)]), false)?;
            let clicked = self.driver.post(&format!("/element/{element}/click"), &json!({}));
            self.is(page::WAS_CLICKED, &json!([])).map_err(|missed| match clicked {
                Ok(_) => missed,
                Err(problem) => problem,
            })
        });
        self.rest();
    }

    /// Leads the focus by keys to what a path finds.
    fn reach(&self, what: &str, path: &str) {
        self.rest();
        for _ in 0..MOST_KEYS {
            let element = self.find(what, path);
            let next = self.run(page::NEXT_KEY, &json!([argument(&element)]));
            match next.as_str().unwrap_or_default() {
                "" => return,
                "ArrowDown" => self.keys(&[ARROW_DOWN]),
                "ArrowUp" => self.keys(&[ARROW_UP]),
                _ => self.keys(&[TAB]),
            }
        }
        self.fail(&format!("no key leads to {what}"));
    }

    /// Waits for the first element that a path finds.
    fn find(&self, what: &str, path: &str) -> String {
        self.wait(what, || self.driver.find(path))
    }

    /// Whether a script returns true.
    fn is(&self, script: &str, arguments: &Value) -> Result<(), String> {
        let so = self.driver.run(script, arguments, false)?;
        if so == true { Ok(()) } else { Err("it never came to be so".to_owned()) }
    }

    fn wait<T>(&self, what: &str, look: impl FnMut() -> Result<T, String>) -> T {
        wait_for(what, look).unwrap_or_else(|waited: Waited| self.fail(&waited.to_string()))
    }

    /// Ends the test, with a picture of the window and what the page says of itself.
    fn fail(&self, problem: &str) -> ! {
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let picture = match self.picture(&format!("failed-{test}")) {
            Ok(()) => format!("the picture is failed-{test}.png"),
            Err(problem) => format!("there is no picture: {problem}"),
        };
        let page = self.driver.run(page::TELL, &json!([]), false);
        let page = page.map_or_else(|problem| problem, |page| page.to_string());
        panic!("{problem}\n{picture}\nthe page: {page}");
    }
}

/// Milliseconds since 1970, as the page counts them.
#[expect(clippy::disallowed_methods, reason = "it times what people would wait for")]
fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs_f64() * 1000.0
}

/// The path of the rows that show a text.
fn row_with(text: &str) -> String {
    format!("//*[@role='row' and @data-index and contains(., {})]", quoted(text))
}

/// A text as a path has it.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "no text with quotes is looked for");
    format!("\"{text}\"")
}
