//! A real window under a web driver: what it shows is found by its words, its names and its roles.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use session::{Settings, Theme};

use crate::buckets::Place;

/// How often is looked again for what a step leads to, and the pause between two looks.
const LOOKS: usize = 300;
const PAUSE: Duration = Duration::from_millis(100);

/// How long a view takes to stand still for its picture.
const SETTLED: Duration = Duration::from_millis(400);

/// No answer of the driver takes longer than this.
const PATIENCE: Duration = Duration::from_mins(1);

/// The name of the only member of an element in the driver's answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Window {
    driver: Child,
    client: ureq::Agent,
    /// Where the session of this window is addressed.
    session: String,
    /// When its program was started, in milliseconds since 1970.
    started: f64,
}

impl Window {
    /// Starts the program, on the bucket of `place` if it is `named`.
    pub fn open(place: &Place, named: bool) -> Self {
        let bucket = place.bucket();
        Self::on(place, named.then_some(bucket.as_path()), Theme::Light)
    }

    /// Starts the program on a bucket, with `place` to keep its own data in.
    pub fn on(place: &Place, bucket: Option<&Path>, theme: Theme) -> Self {
        let actor = Some("Sarah".into());
        let settings = Settings { actor, theme, utc: true, ..Settings::default() };
        settings.save(&place.home()).unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("DAYBOOK_HOME", place.home().path())
            .env("XDG_DATA_HOME", place.home().path())
            .env("XDG_CONFIG_HOME", place.home().path())
            .stdout(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is installed; cargo xtask test sees to it");
        let client = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build();
        let session = format!("http://127.0.0.1:{port}/session");
        let mut window = Self { driver, client: client.into(), session, started: 0.0 };
        let options = json!({
            "binary": env!("CARGO_BIN_EXE_daybook-desktop"),
            "args": bucket.iter().map(|bucket| bucket.to_string_lossy()).collect::<Vec<_>>(),
        });
        let wanted = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        // The driver listens a moment after it was started.
        again(|| TcpStream::connect(("127.0.0.1", port))).unwrap();
        window.started = now();
        let opened = window.post("", &json!({ "capabilities": wanted })).unwrap();
        let id = opened["sessionId"].as_str().unwrap().to_owned();
        window.session = format!("{}/{id}", window.session);
        window.resize(1440, 900);
        window
    }

    /// Makes the window so many pixels wide and high.
    pub fn resize(&self, width: u32, height: u32) {
        let whole = json!({ "x": 0, "y": 0, "width": width, "height": height });
        self.post("/window/rect", &whole).unwrap();
    }

    /// Goes where a query leads, as the window writes it.
    pub fn go(&self, query: &str) {
        self.run("location.hash = arguments[0]", &json!([query]));
    }

    /// What a script returns, or calls its last argument with where it is `later`.
    pub fn run(&self, script: &str, arguments: &Value) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.post("/execute/sync", &body).unwrap_or_else(|problem| self.fail(script, &problem))
    }

    pub fn run_later(&self, script: &str, arguments: &Value) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.post("/execute/async", &body).unwrap_or_else(|problem| self.fail(script, &problem))
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub fn keys(&self, keys: &[&str]) {
        let press = |key: &&str| {
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        };
        let actions: Vec<Value> = keys.iter().flat_map(press).collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] });
        self.post("/actions", &actions).unwrap();
    }

    pub fn started(&self) -> f64 {
        self.started
    }

    /// Bytes of memory that the page takes, in a process of its own.
    pub fn memory(&self) -> u64 {
        let mut all = children(self.driver.id());
        let mut at = 0;
        while let Some(id) = all.get(at).and_then(|id| id.parse().ok()) {
            all.extend(children(id));
            at += 1;
        }
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

    /// Waits until the text is to be seen.
    pub fn see(&self, text: &str) {
        let text = quoted(text);
        self.find(&format!("//*[text()[contains(normalize-space(.), {text})]]"));
    }

    /// Presses the button, or what acts as one, of this name.
    pub fn press(&self, name: &str) {
        self.click(&format!("{}[not(@disabled)]", button(name)));
    }

    /// Presses a value among the facets.
    pub fn narrow(&self, value: &str) {
        let value = quoted(value);
        self.click(&format!("//button[@aria-pressed and .//*[normalize-space(.)={value}]]"));
    }

    /// Puts `text` in place of what the field of this label holds.
    pub fn fill(&self, label: &str, text: &str) {
        let label = quoted(label);
        let field = self.find(&format!(
            "//*[(self::input or self::textarea) and \
             (@aria-label={label} or @id=//label[normalize-space(.)={label}]/@for)]"
        ));
        self.post(&format!("/element/{field}/clear"), &json!({})).unwrap();
        self.post(&format!("/element/{field}/value"), &json!({ "text": text })).unwrap();
    }

    /// Clicks the first row of the list that shows `text`.
    pub fn click_row(&self, text: &str) {
        let text = quoted(text);
        self.click(&format!("//*[@role='row' and @data-index and contains(., {text})]"));
    }

    /// Follows a link inside the timeline's entry whose name begins so.
    pub fn follow(&self, entry: &str, link: &str) {
        let (entry, link) = (quoted(entry), quoted(link));
        self.click(&format!(
            "//article[starts-with(@aria-label, {entry})]//button[contains(normalize-space(.), {link})]"
        ));
    }

    /// The name of the timeline's entry that is selected.
    pub fn current(&self) -> String {
        let entry = self.find("//article[@aria-current='true']");
        let name = self.get(&format!("/element/{entry}/attribute/aria-label")).unwrap();
        name.as_str().unwrap_or_default().to_owned()
    }

    /// Keeps a picture of the display, for people to look at. The driver's own screenshots never
    /// come back where there is no compositing.
    pub fn shot(&self, name: &str) {
        let Some(folder) = std::env::var_os("DAYBOOK_SHOTS").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).unwrap();
        let busy = json!({ "using": "css selector", "value": "[aria-busy='true']" });
        let still = || self.post("/elements", &busy).unwrap_or_default();
        let idle =
            || if still().as_array().is_some_and(|e| !e.is_empty()) { Err(()) } else { Ok(()) };
        let _ = again(idle);
        sleep(SETTLED);
        let picture = folder.join(format!("{name}.png"));
        let size = "const zoom = Number(localStorage.getItem('zoom') ?? 1);
            return [innerWidth, innerHeight].map((side) => Math.round(side * zoom))";
        let size = self.run(size, &json!([]));
        let crop = format!("{}x{}+0+0", size[0], size[1]);
        let mut import = Command::new("import");
        let taken =
            import.args(["-window", "root", "-crop", &crop, "+repage"]).arg(picture).status();
        assert!(taken.unwrap().success());
    }

    /// Clicks what `path` finds; a click that comes while the window still moves is tried again.
    fn click(&self, path: &str) {
        again(|| {
            let element = self.post("/element", &json!({ "using": "xpath", "value": path }))?;
            let element = element[ELEMENT].as_str().unwrap_or_default();
            self.post(&format!("/element/{element}/click"), &json!({}))
        })
        .unwrap_or_else(|problem: String| self.fail(path, &problem));
    }

    /// The element that `path` finds first, as soon as there is one.
    fn find(&self, path: &str) -> String {
        let wanted = json!({ "using": "xpath", "value": path });
        match again(|| self.post("/element", &wanted)) {
            Ok(element) => element[ELEMENT].as_str().unwrap().to_owned(),
            Err(problem) => self.fail(path, &problem),
        }
    }

    fn fail(&self, path: &str, problem: &str) -> ! {
        self.shot("failed");
        panic!("{path}: {problem}");
    }

    fn get(&self, path: &str) -> Result<Value, String> {
        value(self.client.get(format!("{}{path}", self.session)).call())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        value(self.client.post(format!("{}{path}", self.session)).send_json(body))
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let programs = children(self.driver.id());
        drop(self.client.delete(&self.session).call());
        // The program ends with its session, a moment after the driver said so. While it runs, the
        // next one would only hand its bucket over and end.
        for program in programs {
            let gone = || if is_running(&program) { Err(()) } else { Ok(()) };
            if again(gone).is_err() {
                drop(Command::new("kill").args(["-KILL", &program]).status());
            }
        }
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

/// Milliseconds since 1970, as the page counts them.
#[expect(clippy::disallowed_methods, reason = "it times what people would wait for")]
fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs_f64() * 1000.0
}

/// Waits for something that happens outside the window.
pub fn wait_until(so: impl Fn() -> bool) {
    again(|| if so() { Ok(()) } else { Err("it never came to be so") }).unwrap();
}

/// The processes that a process has started.
fn children(parent: u32) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let of_task = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    of_task.flat_map(|ids| ids.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Whether a process still does something: one that has ended and was not asked for has no name.
fn is_running(process: &str) -> bool {
    fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|name| !name.is_empty())
}

/// Tries until it is done, for as long as a person would.
fn again<T, E>(mut act: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    for _ in 0..LOOKS {
        if let Ok(done) = act() {
            return Ok(done);
        }
        sleep(PAUSE);
    }
    act()
}

/// What the driver answers, or what it says is wrong.
fn value(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let mut answer = answer.map_err(|e| e.to_string())?;
    let mut body: Value = answer.body_mut().read_json().map_err(|e| e.to_string())?;
    let value = body["value"].take();
    if answer.status().is_success() { Ok(value) } else { Err(value.to_string()) }
}

fn button(name: &str) -> String {
    let name = quoted(name);
    format!("//*[self::button or self::a][@aria-label={name} or normalize-space(.)={name}]")
}

/// A text as a path has it.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "no text with quotes is looked for");
    format!("\"{text}\"")
}
