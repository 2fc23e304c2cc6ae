//! The web driver: a process that starts the program and answers over plain HTTP.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::waiting::{LIMIT, wait_for};

/// The name of the only member of an element in the driver's answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long a script may take, and a page to load: longer than anything is waited for.
const SCRIPT: Duration = LIMIT.saturating_mul(2);

/// No answer of the driver takes longer: it gives up before.
const ANSWER: Duration = LIMIT.saturating_mul(3);

pub struct Driver {
    process: Child,
    client: ureq::Agent,
    /// Where the session of this driver is addressed.
    session: String,
}

impl Driver {
    /// Starts the driver, which passes the variables on to the program, and waits until it answers.
    pub fn start(variables: &[(&str, &OsStr)]) -> Self {
        let client = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(ANSWER))
            .build()
            .into();
        let mut driver = Self::spawn(variables, client);
        // Between being found free and being taken, a port can be taken by somebody else: the
        // driver then ends, and is given another one.
        let listening = wait_for("the driver to answer", || {
            if let Ok(Some(status)) = driver.process.try_wait() {
                driver = Self::spawn(variables, driver.client.clone());
                return Err(format!("the driver has ended, {status}"));
            }
            let status = driver.session.replace("/session", "/status");
            value(driver.client.get(status).call())
        });
        if let Err(waited) = listening {
            panic!("{waited}");
        }
        driver
    }

    fn spawn(variables: &[(&str, &OsStr)], client: ureq::Agent) -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let process = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is installed; cargo xtask test sees to it");
        Self { process, client, session: format!("http://127.0.0.1:{port}/session") }
    }

    /// Starts the program.
    pub fn open(&mut self, binary: &Path, arguments: &[&str]) -> Result<(), String> {
        let options = json!({ "binary": binary, "args": arguments });
        let wanted = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        let opened = self.post("", &json!({ "capabilities": wanted }))?;
        let id = opened["sessionId"].as_str().ok_or("the driver names no session")?;
        self.session = format!("{}/{id}", self.session);
        let limit = u64::try_from(SCRIPT.as_millis()).unwrap_or(u64::MAX);
        self.post("/timeouts", &json!({ "script": limit, "pageLoad": limit, "implicit": 0 }))?;
        Ok(())
    }

    /// The first element that a path finds now.
    pub fn find(&self, path: &str) -> Result<String, String> {
        let element = self.post("/element", &json!({ "using": "xpath", "value": path }))?;
        element[ELEMENT].as_str().map(str::to_owned).ok_or_else(|| "it has no name".to_owned())
    }

    /// What a script returns, or gives to its last argument where that is `later`.
    pub fn run(&self, script: &str, arguments: &Value, later: bool) -> Result<Value, String> {
        let path = if later { "/execute/async" } else { "/execute/sync" };
        self.post(path, &json!({ "script": script, "args": arguments }))
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        value(self.client.post(format!("{}{path}", self.session)).send_json(body))
    }

    /// Every process that it started, and that those started.
    pub fn descendants(&self) -> Vec<String> {
        let mut all = children(self.process.id());
        let mut at = 0;
        while let Some(id) = all.get(at).and_then(|id| id.parse().ok()) {
            all.extend(children(id));
            at += 1;
        }
        all
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let programs = self.descendants();
        drop(self.client.delete(&self.session).call());
        // The program ends with its session, a moment after the driver said so. While it runs, the
        // next one would only hand its bucket over and end.
        for program in programs {
            let gone = || if is_running(&program) { Err("it runs on".into()) } else { Ok(()) };
            if wait_for("the program to end", gone).is_err() {
                drop(Command::new("kill").args(["-KILL", &program]).status());
                drop(wait_for("the program to be ended", gone));
            }
        }
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// An element, as an argument of a script.
pub fn argument(element: &str) -> Value {
    json!({ ELEMENT: element })
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

/// What the driver answers, or what it says is wrong.
fn value(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let mut answer = answer.map_err(|e| e.to_string())?;
    let mut body: Value = answer.body_mut().read_json().map_err(|e| e.to_string())?;
    let value = body["value"].take();
    if answer.status().is_success() { Ok(value) } else { Err(value.to_string()) }
}
