//! One process of a round, from its start to its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::cli::failed;
use super::ledger::Sending;
use super::plan::{Feeding, Pause, Plan};
use crate::error::LabError;

/// Whoever is left to end has ended by then.
const PATIENCE: Duration = Duration::from_mins(2);

const GLANCE: Duration = Duration::from_millis(5);

/// Whether the process was killed, or ended by itself and well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Killed,
    Itself,
}

/// Runs `command` and feeds it what is to be recorded; everything that it acknowledges is noted.
pub fn record(
    command: &mut Command,
    plan: &Plan,
    sending: &Sending,
    feeding: Feeding,
) -> Result<Ended, LabError> {
    let mut child = start(command, plan)?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let ended = thread::scope(|scope| {
        let fed = scope.spawn(move || input.and_then(|input| feed(input, sending, feeding)));
        let hearing = scope.spawn(move || output.map_or(Ok(()), |output| hear(output, sending)));
        let ended = end(&mut child, plan, command);
        drop(fed.join());
        hearing.join().map_err(|_| LabError::Unsound("the listener panicked".to_owned()))??;
        ended
    })?;
    if ended == Ended::Itself && !sending.is_acknowledged() {
        let (heard, sent) = (sending.acknowledged().len(), sending.lines.len());
        return Err(LabError::Unsound(format!(
            "{command:?} ended well, and acknowledged {heard} of {sent} events"
        )));
    }
    Ok(ended)
}

/// Runs a command that needs no input.
pub fn run(command: &mut Command, plan: &Plan) -> Result<Ended, LabError> {
    let mut child = start(command, plan)?;
    drop(child.stdin.take());
    // It prints a line, which the pipe holds.
    end(&mut child, plan, command)
}

fn start(command: &mut Command, plan: &Plan) -> Result<Child, LabError> {
    thread::sleep(plan.start);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(LabError::cannot_start(command))
}

/// Writes the lines until nobody reads them any more. Returns the input if it is to stay open.
fn feed(mut input: ChildStdin, sending: &Sending, feeding: Feeding) -> Option<ChildStdin> {
    for (number, line) in sending.lines.iter().enumerate() {
        writeln!(input, "{}", line.event).ok()?;
        if let Some(Pause { after, length }) = feeding.pause
            && number % after == 0
        {
            thread::sleep(length);
        }
    }
    feeding.held_open.then_some(input)
}

/// Takes what is printed, to the last whole line: what comes after it was not acknowledged.
fn hear(output: ChildStdout, sending: &Sending) -> Result<(), LabError> {
    let mut output = BufReader::new(output);
    let mut line = String::new();
    while output.read_line(&mut line).is_ok_and(|length| length > 0) && line.ends_with('\n') {
        sending.hear(line.trim_end())?;
        line.clear();
    }
    Ok(())
}

/// Kills the process when its time has come, or waits for its end.
fn end(child: &mut Child, plan: &Plan, command: &Command) -> Result<Ended, LabError> {
    let lost = |_| LabError::Unsound(format!("{command:?} could not be waited for"));
    let status = match plan.killed_after {
        Some(life) => {
            thread::sleep(life);
            child.kill().and_then(|()| child.wait()).map_err(lost)?
        }
        None => wait(child).map_err(lost)?.ok_or_else(|| {
            LabError::Unsound(format!("{command:?} has not ended in {} s", PATIENCE.as_secs()))
        })?,
    };
    let mut errors = Vec::new();
    if let Some(stderr) = &mut child.stderr {
        drop(stderr.read_to_end(&mut errors));
    }
    if status.success() {
        return Ok(Ended::Itself);
    }
    let was_killed = plan.killed_after.is_some() && is_kill(status);
    let how = || failed(command, &status.to_string(), &errors);
    was_killed.then_some(Ended::Killed).ok_or_else(how)
}

/// On Unix whoever is killed has no exit code; on Windows it is 1, as that of one with findings.
fn is_kill(status: ExitStatus) -> bool {
    status.code().is_none() || (cfg!(windows) && status.code() == Some(1))
}

/// `None` if it has not ended after all that time; it is then killed.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let mut waited = Duration::ZERO;
    while waited < PATIENCE {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(GLANCE);
        waited += GLANCE;
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
