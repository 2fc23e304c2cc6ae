//! Measurement of opening: for the first time, again, and after the bucket has grown.

use crate::Failure;
use crate::bucket::Bucket;
use crate::daybook::Daybook;
use crate::opened::OpenedJournal;
use crate::timing::{Summary, millis};

/// Name of the case in which nothing is new.
pub const UNCHANGED: &str = "opening, nothing new";
/// Name of the case in which files are new.
pub const GROWN: &str = "opening, 10 new files";

/// How often each case is measured.
const ROUNDS: usize = 5;

/// Files that are added before each opening.
const NEW_FILES: usize = 10;

/// Opens a bucket without a catalog, once, and checks that all its events were read.
pub fn first(daybook: &Daybook, bucket: &Bucket) -> Result<OpenedJournal, Failure> {
    eprintln!("opening …");
    let opened = daybook.open()?;
    let events = daybook.events(&opened)?;
    if events != bucket.meta.events {
        return Err(format!("{events} events were read, and {} made", bucket.meta.events).into());
    }
    Ok(opened)
}

/// Time to the first page of a bucket that is indexed.
pub fn again(daybook: &Daybook) -> Result<Summary, Failure> {
    let times = (0..ROUNDS).map(|_| Ok(millis(daybook.open()?.first_page)));
    summary(times.collect::<Result<_, Failure>>()?)
}

/// Time to the first page of a bucket to which files were added since it was indexed.
pub fn grown(daybook: &Daybook, bucket: &mut Bucket) -> Result<Summary, Failure> {
    let times = (0..ROUNDS).map(|_| {
        bucket.grow(NEW_FILES)?;
        Ok(millis(daybook.open()?.first_page))
    });
    summary(times.collect::<Result<_, Failure>>()?)
}

/// The summary of times in milliseconds.
fn summary(times: Vec<f64>) -> Result<Summary, Failure> {
    Summary::of(times).ok_or_else(|| "nothing was measured".into())
}
