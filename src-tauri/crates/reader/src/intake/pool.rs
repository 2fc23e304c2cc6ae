//! Reading and decoding many files at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::Intake;
use crate::Unreadable;
use crate::catalog::FileRead;
use crate::folder::Identity;
use crate::rows::Rows;

/// At most so many decoders.
const MOST_DECODERS: usize = 4;

/// Files that were decoded and wait to be taken.
const AHEAD: usize = 8;

/// A file and which state of it.
type Named = (Arc<str>, Identity);

/// What came of a file.
pub(super) enum Outcome {
    Rows(Named, Box<Rows>),
    /// It is no part of a journal, and will not be until it changes.
    Unreadable(Arc<str>, FileRead),
    /// It could not be read this time.
    Failed(Unreadable),
}

/// Reads files in their order, several at a time, and hands over what came of each, with how many
/// there have been. It ends before the last file if `stopped` says so.
pub(super) fn read(
    intake: &Intake,
    files: &[Named],
    stopped: &AtomicBool,
    mut take: impl FnMut(usize, Outcome) -> io::Result<()>,
) -> io::Result<()> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (to, from) = sync_channel(AHEAD);
        for _ in 0..cores.min(MOST_DECODERS).min(files.len()) {
            let (to, next) = (to.clone(), &next);
            scope.spawn(move || decode(intake, files, next, stopped, &to));
        }
        drop(to);
        // Who returns early drops the receiver, which ends the others.
        for (done, outcome) in (1..).zip(from) {
            take(done, outcome?)?;
        }
        if stopped.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(())
    })
}

fn decode(
    intake: &Intake,
    files: &[Named],
    next: &AtomicUsize,
    stopped: &AtomicBool,
    to: &SyncSender<io::Result<Outcome>>,
) {
    let mut decoding = intake.decoder.start();
    while !stopped.load(Ordering::Relaxed) {
        let Some((name, identity)) = files.get(next.fetch_add(1, Ordering::Relaxed)) else {
            return;
        };
        let outcome = match intake.folder.read(name, *identity) {
            Err(problem) => Ok(Outcome::Failed(Unreadable { file: name.to_string(), problem })),
            Ok(bytes) => decoding.decode(&bytes).map(|decoded| match decoded {
                Ok(rows) => Outcome::Rows((Arc::clone(name), *identity), Box::new(rows)),
                Err(problem) => {
                    let (rows, bad, segment) = (0, Vec::new(), None);
                    let problem = Some(problem);
                    let read = FileRead { identity: *identity, rows, problem, bad, segment };
                    Outcome::Unreadable(Arc::clone(name), read)
                }
            }),
        };
        if to.send(outcome).is_err() {
            return;
        }
    }
}
