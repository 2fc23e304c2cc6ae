//! Runner of one process, from its start to its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::cli::failed;
use super::ledger::Submission;
use super::plan::{Feeding, Pause, Plan};
use crate::error::LabError;

/// Longest time that a process which is not killed may take.
const LONGEST_RUN: Duration = Duration::from_mins(2);

/// Interval at which it is asked whether a process has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitKind {
    /// It was killed.
    Killed,
    /// By itself, with success.
    Completed,
}

/// Runs `command`, writes a submission to it, and notes its acknowledgements.
///
/// # Errors
/// [`LabError::Unsound`] if it fails, or ends before it has acknowledged everything.
pub fn record(
    command: &mut Command,
    plan: &Plan,
    submission: &Submission,
    feeding: Feeding,
) -> Result<ExitKind, LabError> {
    let mut child = start(command, plan)?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let ended = thread::scope(|scope| {
        let fed = scope.spawn(move || input.and_then(|input| feed(input, submission, feeding)));
        let reading =
            scope.spawn(move || output.map_or(Ok(()), |output| acknowledge(output, submission)));
        let ended = end(&mut child, plan, command);
        drop(fed.join());
        reading
            .join()
            .map_err(|_| LabError::Unsound("the reading thread panicked".to_owned()))??;
        ended
    })?;
    if ended == ExitKind::Completed && !submission.is_acknowledged() {
        let (acknowledged, sent) = (submission.acknowledged().len(), submission.lines.len());
        return Err(LabError::Unsound(format!(
            "{command:?} ended well, and acknowledged {acknowledged} of {sent} events"
        )));
    }
    Ok(ended)
}

/// Runs a command that needs no input.
pub fn run(command: &mut Command, plan: &Plan) -> Result<ExitKind, LabError> {
    let mut child = start(command, plan)?;
    drop(child.stdin.take());
    // The pipe has room for the one line that it prints.
    end(&mut child, plan, command)
}

/// Starts a process at its time.
fn start(command: &mut Command, plan: &Plan) -> Result<Child, LabError> {
    thread::sleep(plan.start);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(LabError::cannot_start(command))
}

/// Writes the lines of a submission, until the process has closed its input. Returns the input if
/// it must stay open.
fn feed(mut input: ChildStdin, submission: &Submission, feeding: Feeding) -> Option<ChildStdin> {
    for (number, line) in submission.lines.iter().enumerate() {
        writeln!(input, "{}", line.event).ok()?;
        if let Some(Pause { after, length }) = feeding.pause
            && number % after == 0
        {
            thread::sleep(length);
        }
    }
    feeding.held_open.then_some(input)
}

/// Notes the acknowledgements that a process prints, up to the last complete line: a part of a line
/// acknowledges nothing.
fn acknowledge(output: ChildStdout, submission: &Submission) -> Result<(), LabError> {
    let mut output = BufReader::new(output);
    let mut line = String::new();
    while output.read_line(&mut line).is_ok_and(|length| length > 0) && line.ends_with('\n') {
        submission.acknowledge(line.trim_end())?;
        line.clear();
    }
    Ok(())
}

/// Kills a process at its time, or waits for its end.
///
/// # Errors
/// [`LabError::Unsound`] if it fails or takes too long.
fn end(child: &mut Child, plan: &Plan, command: &Command) -> Result<ExitKind, LabError> {
    let lost = |_| LabError::Unsound(format!("{command:?} could not be waited for"));
    let status = match plan.killed_after {
        Some(life) => {
            thread::sleep(life);
            child.kill().and_then(|()| child.wait()).map_err(lost)?
        }
        None => wait(child).map_err(lost)?.ok_or_else(|| {
            LabError::Unsound(format!("{command:?} has not ended in {} s", LONGEST_RUN.as_secs()))
        })?,
    };
    let mut errors = Vec::new();
    if let Some(stderr) = &mut child.stderr {
        drop(stderr.read_to_end(&mut errors));
    }
    if status.success() {
        return Ok(ExitKind::Completed);
    }
    let was_killed = plan.killed_after.is_some() && is_kill(status);
    let how = || failed(command, &status.to_string(), &errors);
    was_killed.then_some(ExitKind::Killed).ok_or_else(how)
}

/// Whether a status is that of a killed process. On Unix it has no code; on Windows it has the code
/// 1, as one with findings has.
fn is_kill(status: ExitStatus) -> bool {
    status.code().is_none() || (cfg!(windows) && status.code() == Some(1))
}

/// Waits for the end of a process; after [`LONGEST_RUN`] it is killed, and there is no status.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let mut waited = Duration::ZERO;
    while waited < LONGEST_RUN {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(POLL_INTERVAL);
        waited += POLL_INTERVAL;
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
