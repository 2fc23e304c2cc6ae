//! Waiting for what a step leads to: until it is so, for longer than any machine takes.

use std::fmt;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long is waited for one thing.
pub const LIMIT: Duration = Duration::from_mins(2);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// What was waited for, and what was the matter when it was last looked for.
#[derive(Debug)]
pub struct Waited {
    what: String,
    last: String,
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, last } = self;
        write!(f, "waited {} s for {what}: {last}", LIMIT.as_secs())
    }
}

/// Looks for something until it is there; `look` says what is the matter as long as it is not.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> Result<T, Waited> {
    let begun = now();
    loop {
        let last = match look() {
            Ok(there) => return Ok(there),
            Err(last) => last,
        };
        if begun.elapsed() >= LIMIT {
            return Err(Waited { what: what.to_owned(), last });
        }
        sleep(PAUSE);
    }
}

/// Waits until something outside the window is so.
pub fn wait_until(what: &str, so: impl Fn() -> bool) {
    let look = || if so() { Ok(()) } else { Err("it never came to be so".to_owned()) };
    if let Err(waited) = wait_for(what, look) {
        panic!("{waited}");
    }
}

#[expect(clippy::disallowed_methods, reason = "it limits how long a test waits, in real time")]
fn now() -> Instant {
    Instant::now()
}
