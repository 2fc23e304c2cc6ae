//! Opening a journal: for the first time, once more, and after it has grown.

use crate::Failure;
use crate::bucket::Bucket;
use crate::daybook::{Daybook, Opened};
use crate::timing::{Summary, millis};

pub const UNCHANGED: &str = "opening, nothing new";
pub const GROWN: &str = "opening, 10 new files";

/// How often each is measured.
const ROUNDS: usize = 5;

/// How many files come in between.
const NEW_FILES: usize = 10;

/// With nothing known of the bucket. Measured once: it is as long as it is.
pub fn first(daybook: &Daybook, bucket: &Bucket) -> Result<Opened, Failure> {
    eprintln!("opening …");
    let opened = daybook.open()?;
    let events = daybook.events(&opened)?;
    if events != bucket.meta.events {
        return Err(format!("{events} events were read, and {} made", bucket.meta.events).into());
    }
    Ok(opened)
}

/// How long the first page takes where the bucket is known.
pub fn again(daybook: &Daybook) -> Result<Summary, Failure> {
    let times = (0..ROUNDS).map(|_| Ok(millis(daybook.open()?.first_page)));
    summary(times.collect::<Result<_, Failure>>()?)
}

/// How long it takes where some files have come since the bucket was last opened.
pub fn grown(daybook: &Daybook, bucket: &mut Bucket) -> Result<Summary, Failure> {
    let times = (0..ROUNDS).map(|_| {
        bucket.grow(NEW_FILES)?;
        Ok(millis(daybook.open()?.first_page))
    });
    summary(times.collect::<Result<_, Failure>>()?)
}

fn summary(times: Vec<f64>) -> Result<Summary, Failure> {
    Summary::of(times).ok_or_else(|| "nothing was measured".into())
}
