//! The steps of a run: each is announced by one line, and all are listed at the end with how long
//! they took.

use std::fmt;
use std::time::{Duration, Instant};

use crate::stop::Stop;

#[derive(Default)]
pub struct Steps {
    taken: Vec<Step>,
}

struct Step {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Steps {
    /// Announces a step, takes it, and remembers how long it took and whether it passed.
    pub fn take<T>(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        println!("\n── {name}");
        let start = now();
        let outcome = step();
        self.taken.push(Step { name, took: start.elapsed(), passed: outcome.is_ok() });
        outcome
    }
}

/// One line a step: name, seconds, and a mark where it failed.
impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.taken.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
        for Step { name, took, passed } in &self.taken {
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
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_listed_and_marked() {
        let mut steps = Steps::default();
        assert_eq!(steps.take("one", || Ok(1)).unwrap(), 1);
        assert!(steps.take("longer", || Err::<(), _>(Stop::NoDeveloperTools)).is_err());
        for step in &mut steps.taken {
            step.took = Duration::from_millis(1_240);
        }
        assert_eq!(steps.to_string(), "   one         1.2 s\n   longer      1.2 s   FAILED\n");
    }
}
