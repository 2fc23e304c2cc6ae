//! Steps of a task: each is announced by its number and the number of all, and all are listed at
//! the end with the time that they took.

use std::fmt;
use std::time::{Duration, Instant};

use crate::error::CommandError;

type Work<'a> = Box<dyn FnOnce() -> Result<(), CommandError> + 'a>;

/// Step of a task.
pub struct Step<'a> {
    name: &'static str,
    work: Work<'a>,
}

impl<'a> Step<'a> {
    /// A step with the name that is printed.
    pub fn new(name: &'static str, work: impl FnOnce() -> Result<(), CommandError> + 'a) -> Self {
        Self { name, work: Box::new(work) }
    }
}

/// Runs the steps in order, up to the first that fails, and prints how long each took.
///
/// # Errors
/// The error of the step that failed.
pub fn run_all(steps: Vec<Step<'_>>) -> Result<(), CommandError> {
    let mut times = Times::default();
    let outcome = run_each(steps, &mut times);
    println!("\n{times}");
    outcome
}

fn run_each(steps: Vec<Step<'_>>, times: &mut Times) -> Result<(), CommandError> {
    let total = steps.len();
    for (index, Step { name, work }) in steps.into_iter().enumerate() {
        println!("\n[{}/{total}] {name}", index + 1);
        let start = now();
        let outcome = work();
        times.0.push(StepTime { name, took: start.elapsed(), passed: outcome.is_ok() });
        outcome?;
    }
    Ok(())
}

/// Times of the steps that were run.
#[derive(Default)]
struct Times(Vec<StepTime>);

struct StepTime {
    name: &'static str,
    took: Duration,
    passed: bool,
}

/// One line a step: name, seconds, and a mark where it failed.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
        for StepTime { name, took, passed } in &self.0 {
            let mark = if *passed { "" } else { "   FAILED" };
            writeln!(f, "   {name:width$}  {:7.1} s{mark}", took.as_secs_f64())?;
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "it times the steps for their reader, nothing else")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_listed_and_marked_and_the_last_one_run() {
        let mut times = Times::default();
        let steps = vec![
            Step::new("one", || Ok(())),
            Step::new("longer", || Err(CommandError::NoDeveloperTools)),
            Step::new("never run", || Ok(())),
        ];
        assert!(run_each(steps, &mut times).is_err());
        for step in &mut times.0 {
            step.took = Duration::from_millis(1_240);
        }
        assert_eq!(times.to_string(), "   one         1.2 s\n   longer      1.2 s   FAILED\n");
    }
}
