//! Run of the benchmark: all measurements, one after the other.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use lab::fault_proxy::FaultProxy;

use crate::Failure;
use crate::daybook::Daybook;
use crate::opened::OpenedJournal;
use crate::peer::{self, LONGEST, Peer, Question};
use crate::report;
use crate::server::Server;
use crate::timing::{Summary, millis};

/// Variable that names the folder in which `cargo xtask bench far` has made the journal.
const FOLDER: &str = "DAYBOOK_BENCH_FOLDER";

/// Variable that names a Python that has the peers.
const PYTHON: &str = "DAYBOOK_BENCH_PYTHON";

/// Variable that leaves out the peers if it is `off`.
const PEER: &str = "DAYBOOK_BENCH_PEER";

/// Variable with a location that is read by a process of its own, which prints its peak memory in bytes:
/// what earlier readings have left behind does not count.
pub const ALONE: &str = "DAYBOOK_BENCH_ALONE";

/// Name of the bucket: a folder in that of the benchmark.
const BUCKET: &str = "bucket";

/// Milliseconds for which each request is held back.
const LATENCIES: [u64; 3] = [0, 30, 100];

/// How often the bucket is read as a whole from each place.
const READINGS: usize = 3;

/// How often a known bucket is opened, and looked at.
const LOOKS: usize = 5;

/// Runs the benchmark.
pub fn run() -> Result<(), Failure> {
    let folder = PathBuf::from(variable(FOLDER)?);
    let near = folder.join(BUCKET);
    let near = near.to_str().ok_or("the bucket's path is not text")?;
    let has_peers = env::var(PEER).is_ok_and(|peer| peer == "off").then_some(());
    // A peer that took too long is not asked again: it would take longer where more is held back.
    let mut too_slow = Vec::new();
    for latency in LATENCIES {
        let server = Server::start(&folder, latency)?;
        report::latency(latency);
        let (daybook, opened) = read(near, &location(&server.url))?;
        report::memory(peak_alone(near)?, peak_alone(&location(&server.url))?);
        look(&daybook, &opened, &server.url)?;
        let record = daybook.last_record(&opened)?;
        for question in [Question::Recent, Question::Record(record), Question::Count] {
            let own = daybook.ask(&opened, &question)?;
            let mut times = Vec::new();
            for peer in [Peer::Polars, Peer::DuckDb] {
                let key = (peer, question.to_string());
                if has_peers.is_some() || too_slow.contains(&key) {
                    times.push(None);
                    continue;
                }
                let python = PathBuf::from(variable(PYTHON)?);
                let answer = peer::ask(&python, peer, (&server.url, BUCKET), &question)?;
                if let Some((_, found)) = answer
                    && found != own.1
                {
                    return Err(format!("{question}: {} here, {found} of {peer:?}", own.1).into());
                }
                if answer.is_none() {
                    too_slow.push(key);
                }
                times.push(answer.map(|(ms, _)| ms));
            }
            report::question(&question, millis(own.0), &times, LONGEST);
        }
    }
    Ok(())
}

/// Location of the bucket on a server.
fn location(url: &str) -> String {
    format!("s3://{BUCKET}?endpoint={url}&anonymous")
}

/// Reads the bucket from the folder and from the store, in turns. Returns the last one that read it from
/// the store.
fn read(near: &str, far: &str) -> Result<(Daybook, OpenedJournal), Failure> {
    let (mut near_whole, mut far_whole, mut first_page) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..READINGS {
        drop(last.take());
        near_whole.push(millis(Daybook::new()?.open(near)?.whole));
        let daybook = Daybook::new()?;
        let opened = daybook.open(far)?;
        far_whole.push(millis(opened.whole));
        first_page.push(millis(opened.first_page));
        last = Some((daybook, opened));
    }
    report::reading(summary(near_whole)?, summary(far_whole)?, summary(first_page)?);
    last.ok_or_else(|| "nothing was read".into())
}

/// Reads the bucket at a location as a whole, and prints the peak memory of this process.
pub fn read_alone(location: &str) -> Result<(), Failure> {
    let daybook = Daybook::new()?;
    let opened = daybook.open(location)?;
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no peak is known")?;
    println!("{}", peak.parse::<u64>()? << 10);
    drop(opened);
    Ok(())
}

/// Peak memory of a process that reads the bucket at a location, in bytes.
fn peak_alone(location: &str) -> Result<u64, Failure> {
    let output = Command::new(env::current_exe()?).env(ALONE, location).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Opens the known bucket, and looks for news where there are none.
fn look(daybook: &Daybook, opened: &OpenedJournal, url: &str) -> Result<(), Failure> {
    let far = location(url);
    let known = (0..LOOKS).map(|_| Ok(millis(daybook.open(&far)?.first_page)));
    let known = known.collect::<Result<_, Failure>>()?;
    let looks = (0..LOOKS).map(|_| Ok(millis(daybook.look(opened)?)));
    let looks = looks.collect::<Result<_, Failure>>()?;
    report::known(summary(known)?, summary(looks)?);
    // The requests are counted on the way, which takes time of its own.
    let address = url.strip_prefix("http://").ok_or("the server has no address")?;
    let proxy = FaultProxy::start(address.parse()?)?;
    let counting = Daybook::new()?;
    let counted = counting.open(&location(&proxy.url()))?;
    let reading = proxy.take_requests().len();
    counting.look(&counted)?;
    report::requests(reading, proxy.take_requests().len());
    Ok(())
}

fn summary(times: Vec<f64>) -> Result<Summary, Failure> {
    Summary::of(times).ok_or_else(|| "nothing was measured".into())
}

/// The value of a variable that must be set.
fn variable(name: &str) -> Result<String, Failure> {
    Ok(env::var(name).map_err(|_| format!("{name} is not set: use `cargo xtask bench far`"))?)
}
