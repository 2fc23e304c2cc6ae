//! The test program once more, as a process of its own that can be killed, traced, or given a disk
//! that is full. It says what was acknowledged, an event a line, when it has been acknowledged.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::SystemClock;

/// What the process is to do, as one of the names in [`child`].
const ROLE: &str = "DAYBOOK_TEST_ROLE";
/// Where its bucket and its home are.
const FOLDER: &str = "DAYBOOK_TEST_FOLDER";
/// At which step of a flush it kills itself, and the how many-th time it gets there.
const STEP: &str = "DAYBOOK_TEST_STEP";

/// The steps of a flush, in their order.
pub(super) const STEPS: [&str; 6] = ["encoded", "spooled", "put", "read_back", "stored", "pruned"];

/// Longer than any child takes, on any machine.
const PATIENCE: Duration = Duration::from_mins(5);

#[test]
#[ignore = "a process that other tests start"]
fn child() {
    let Ok(role) = env::var(ROLE) else { return };
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    if let Ok(step) = env::var(STEP) {
        let (step, time) = step.split_once(' ').unwrap();
        die_at(step, time.parse().unwrap());
    }
    // What the test program itself has begun to say ends here.
    println!();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    // One thread that blocks, so that whoever counts what each thread does can count.
    let runtime = runtime.enable_time().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        match role.as_str() {
            "record" => record_for_ever(&folder).await,
            "flush" => record_and_flush(&folder).await,
            "finish" => say(&open(&folder).await.flush().await),
            "share" => share(&folder).await,
            "one by one" => one_by_one(&folder).await,
            "held" => strace::record_with_a_held_clock(&folder).await,
            "full home" => room::fill_the_home(&folder).await,
            "full bucket" => room::fill_the_bucket(&folder).await,
            "read only" => room::open_read_only(&folder).await,
            other => panic!("{other} is no role"),
        }
    });
}

/// Kills this very process the `time`th time that a flush has done `step`.
fn die_at(step: &str, time: u64) {
    let before = AtomicU64::new(1);
    let die = move || {
        if before.fetch_add(1, Ordering::SeqCst) == time {
            let id = std::process::id().to_string();
            Command::new("kill").args(["-KILL", &id]).status().unwrap();
            loop {
                thread::park();
            }
        }
    };
    fail::cfg_callback(step, die).unwrap();
}

/// Opens the folder's journal by this device's clock; it flushes only when told to.
pub(super) async fn open(folder: &Path) -> Journal {
    let options = Options { flush_threshold: u64::MAX, flush_after: NEVER, ..Options::default() };
    open_with(folder, options).await.unwrap()
}

pub(super) async fn open_with(folder: &Path, options: Options) -> Result<Journal, Error> {
    let bucket = folder_bucket(&folder.join("bucket"));
    Journal::open(bucket, &folder.join("home"), options).await
}

pub(super) fn acknowledge(events: &[Event]) {
    println!("acknowledged {}", serde_json::to_string(events).unwrap());
}

pub(super) fn say<T: std::fmt::Debug>(what: &T) {
    println!("{what:?}");
}

/// One event, or some together that tell how many they are.
pub(super) fn some(count: usize) -> Vec<Draft> {
    vec![update("count", None, Some(&count.to_string())); count]
}

async fn record_for_ever(folder: &Path) {
    println!("opening");
    let flush_after = Duration::from_millis(5);
    let options = Options { flush_threshold: 30, flush_after, ..Options::default() };
    let journal = open_with(folder, options).await.unwrap();
    let recorders = (1..=4).map(|count| {
        let journal = journal.clone();
        tokio::spawn(async move {
            loop {
                acknowledge(&journal.record_batch(some(count)).await.unwrap());
            }
        })
    });
    futures::future::join_all(recorders.collect::<Vec<_>>()).await;
}

async fn record_and_flush(folder: &Path) {
    let journal = open(folder).await;
    for count in [1, 2] {
        acknowledge(&journal.record_batch(some(count)).await.unwrap());
    }
    say(&journal.flush().await);
}

/// Records and flushes, as others may at the same time, until nobody writes to it any more.
async fn share(folder: &Path) {
    let stopped = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&stopped);
    thread::spawn(move || {
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        stop.store(true, Ordering::SeqCst);
    });
    let journal = open(folder).await;
    let recorder = async {
        for count in (1..=3).cycle() {
            if stopped.load(Ordering::SeqCst) {
                break;
            }
            acknowledge(&journal.record_batch(some(count)).await.unwrap());
        }
    };
    let flusher = async {
        while !stopped.load(Ordering::SeqCst) {
            assert_eq!(journal.flush().await.unwrap().fork, None);
        }
    };
    futures::future::join(recorder, flusher).await;
    say(&journal.flush().await);
}

/// One event after the other, whatever becomes of each.
async fn one_by_one(folder: &Path) {
    let opened = open_with(folder, Options { flush_after: NEVER, ..Options::default() }).await;
    let journal = match opened {
        Ok(journal) => journal,
        Err(error) => return println!("not opened, {:?}: {error}", error.kind()),
    };
    for _ in 0..6 {
        match journal.record(phone()).await {
            Ok(event) => acknowledge(&[event]),
            Err(error) => println!("refused, {:?}: {error}", error.kind()),
        }
    }
}

/// A running child, as its parent has it.
pub(super) struct Child {
    process: std::process::Child,
    lines: mpsc::Receiver<String>,
}

/// How a child ended, and what it said that was not yet heard.
pub(super) struct Ended {
    pub status: ExitStatus,
    pub lines: Vec<String>,
}

impl Ended {
    /// The one line that is not about an acknowledged event.
    pub(super) fn said(&self, start: &str) -> Vec<&str> {
        self.lines.iter().filter_map(|line| line.strip_prefix(start)).collect()
    }

    pub(super) fn acknowledged(&self) -> Vec<Event> {
        acknowledged(&self.lines)
    }
}

/// This program as a child, to be started by itself or by another program.
pub(super) fn command(role: &str, folder: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([
        "--exact",
        "tests::child::child",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env(ROLE, role).env(FOLDER, folder);
    command
}

/// `command` as `program` runs it.
pub(super) fn through(program: &str, arguments: &[&str], command: &Command) -> Command {
    let mut through = Command::new(program);
    through.args(arguments).arg(command.get_program()).args(command.get_args());
    through.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    through
}

pub(super) fn dying_at(command: &mut Command, step: &str, time: u64) {
    command.env(STEP, format!("{step} {time}"));
}

impl Child {
    pub(super) fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            // A line that was not written to its end does not count.
            while output.read_line(&mut line).is_ok() && line.ends_with('\n') {
                drop(sender.send(line.trim_end().to_owned()));
                line.clear();
            }
        });
        Self { process, lines }
    }

    /// Waits until it has said something that begins with `start`. Returns what it has said so far.
    pub(super) fn wait_for(&self, start: &str) -> Vec<String> {
        let mut heard = Vec::new();
        while heard.last().is_none_or(|line: &String| !line.starts_with(start)) {
            heard.push(self.lines.recv_timeout(PATIENCE).unwrap());
        }
        heard
    }

    /// Listens for some time. Returns what it has said.
    pub(super) fn listen(&self, time: Duration) -> Vec<String> {
        let until = SystemClock.now() + time;
        let left = || (until - SystemClock.now()).to_std().ok();
        std::iter::from_fn(|| self.lines.recv_timeout(left()?).ok()).collect()
    }

    /// Says that it may end.
    pub(super) fn hang_up(&mut self) {
        drop(self.process.stdin.take());
    }

    pub(super) fn kill(mut self) -> Ended {
        self.process.kill().unwrap();
        self.end()
    }

    /// Waits for its end.
    pub(super) fn end(mut self) -> Ended {
        let mut lines = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => lines.push(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    self.process.kill().unwrap();
                    panic!("the child has said nothing for too long after {lines:?}");
                }
            }
        }
        let mut errors = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        let status = self.process.wait().unwrap();
        assert!(!errors.contains("panicked"), "{status}: {errors}\n{lines:?}");
        Ended { status, lines }
    }
}

pub(super) fn acknowledged(lines: &[String]) -> Vec<Event> {
    let lines = lines.iter().filter_map(|line| line.strip_prefix("acknowledged "));
    lines.flat_map(|json| serde_json::from_str::<Vec<Event>>(json).unwrap()).collect()
}
