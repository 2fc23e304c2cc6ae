//! The one way to change the outbox from this process: a thread that takes what is to be recorded
//! in the order in which it was handed over, and commits together what came while the disk was busy
//! with the last.
//!
//! An error of the database leaves nothing to rely on: the thread lets go of it, and the next change
//! opens it anew, with every check of a first opening, or is refused with what stands against that.

use std::sync::Arc;
use std::thread;

use event::{Draft, Event};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::error::Error;
use crate::flush_signal::FlushSignal;
use crate::options::Options;
use crate::outbox::Outbox;

/// How much may be on its way before a recorder has to wait: bytes as [`check`] counts them. What
/// was acknowledged counts until the receipt is looked at.
///
/// [`check`]: crate::accept::check
const BOUND: u32 = 32 << 20;

/// No more events than this are committed together, unless one batch has more.
const GROUP: usize = 4096;

/// How often the thread looks for those who are expected before it goes to the disk without them,
/// giving way each time: some 50 µs.
const LOOKS: usize = 100;

#[derive(Clone)]
pub(crate) struct Queue {
    work: mpsc::UnboundedSender<Work>,
    room: Arc<Semaphore>,
}

enum Work {
    Append(Append),
    Change(Change),
}

struct Append {
    drafts: Vec<Draft>,
    reply: oneshot::Sender<Result<Vec<Event>, Error>>,
}

/// Given the outbox, or why there is none. Whether the outbox can still be relied on.
type Change = Box<dyn FnOnce(Result<&mut Outbox, Error>) -> bool + Send>;

/// What was handed over to be recorded. Dropping it does not take it back. One that is kept and
/// not looked at takes up room, and without room nothing more can be handed over.
#[derive(Debug)]
pub struct Receipt {
    reply: oneshot::Receiver<Result<Vec<Event>, Error>>,
    _room: OwnedSemaphorePermit,
}

impl Receipt {
    /// The events as they stand in the journal, once they are on disk.
    pub async fn acknowledged(self) -> Result<Vec<Event>, Error> {
        self.reply.await.map_err(|_| Error::Stopped)?
    }
}

/// Opens the outbox anew.
pub(crate) type Reopen = Box<dyn Fn() -> Result<Outbox, Error> + Send>;

impl Queue {
    pub(crate) fn start(
        outbox: Outbox,
        reopen: Reopen,
        options: Options,
        signal: FlushSignal,
    ) -> Result<Self, Error> {
        let (work, receiver) = mpsc::unbounded_channel();
        let worker = OutboxWorker { outbox: Some(outbox), reopen, options, signal };
        let thread = thread::Builder::new().name("outbox".to_owned());
        let started = thread.spawn(move || worker.run(Incoming { receiver, put_back: None }));
        started.map_err(|source| Error::Thread { source: source.into() })?;
        Ok(Self { work, room: Arc::new(Semaphore::new(BOUND as usize)) })
    }

    /// Hands over checked drafts of `size` bytes, to be recorded together and after what was handed
    /// over before.
    pub(crate) async fn append(&self, drafts: Vec<Draft>, size: usize) -> Result<Receipt, Error> {
        let size = u32::try_from(size).map_or(BOUND, |size| size.min(BOUND));
        let room = Arc::clone(&self.room).acquire_many_owned(size).await;
        let room = room.map_err(|_| Error::Stopped)?;
        let (reply, receipt) = oneshot::channel();
        let append = Work::Append(Append { drafts, reply });
        self.work.send(append).map_err(|_| Error::Stopped)?;
        Ok(Receipt { reply: receipt, _room: room })
    }

    /// Runs `work` to its end, even if the caller stops waiting for it.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Outbox) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, done) = oneshot::channel();
        let change: Change = Box::new(move |outbox| {
            let done = outbox.and_then(work);
            let sound = done.is_ok();
            drop(reply.send(done));
            sound
        });
        self.work.send(Work::Change(change)).map_err(|_| Error::Stopped)?;
        done.await.map_err(|_| Error::Stopped)?
    }
}

/// What was handed over and not yet taken.
struct Incoming {
    receiver: mpsc::UnboundedReceiver<Work>,
    put_back: Option<Work>,
}

impl Incoming {
    /// Waits for the next; `None` when nothing more can come.
    fn next(&mut self) -> Option<Work> {
        self.put_back.take().or_else(|| self.receiver.blocking_recv())
    }

    /// The next if it comes within a moment: as long as there are `looks` left.
    fn look(&mut self, looks: &mut usize) -> Option<Work> {
        while *looks > 0 {
            *looks -= 1;
            match self.receiver.try_recv() {
                Ok(work) => return Some(work),
                Err(TryRecvError::Empty) => thread::yield_now(),
                Err(TryRecvError::Disconnected) => break,
            }
        }
        None
    }

    /// `first` and what else there is to append: without waiting for more than `expected` requests.
    fn join(&mut self, first: Append, expected: usize) -> Vec<Append> {
        let mut events = first.drafts.len();
        let mut group = vec![first];
        // For all who are expected together: a slow stream after a large group is not waited for.
        let mut looks = LOOKS;
        while events < GROUP {
            let next = self.receiver.try_recv().ok();
            let next =
                next.or_else(|| (group.len() < expected).then(|| self.look(&mut looks)).flatten());
            match next {
                Some(Work::Append(append)) if events + append.drafts.len() <= GROUP => {
                    events += append.drafts.len();
                    group.push(append);
                }
                other => {
                    self.put_back = other;
                    break;
                }
            }
        }
        group
    }
}

/// What the thread has in its hands.
struct OutboxWorker {
    outbox: Option<Outbox>,
    reopen: Reopen,
    options: Options,
    signal: FlushSignal,
}

impl OutboxWorker {
    fn run(mut self, mut incoming: Incoming) {
        // As many as came together the last time are waited for a moment.
        let mut together = 1;
        while let Some(work) = incoming.next() {
            match work {
                Work::Change(change) => self.change(change),
                Work::Append(first) => {
                    let group = incoming.join(first, together);
                    together = group.len();
                    self.append(group);
                }
            }
        }
    }

    #[tracing::instrument(name = "commit", level = "debug", skip_all, fields(requests = group.len()))]
    fn append(&mut self, group: Vec<Append>) {
        let (drafts, replies): (Vec<_>, Vec<_>) =
            group.into_iter().map(|append| (append.drafts, append.reply)).unzip();
        let (clock, random) = (Arc::clone(&self.options.clock), Arc::clone(&self.options.random));
        let appended =
            self.outbox().and_then(|outbox| outbox.append(drafts, clock.as_ref(), random.as_ref()));
        match appended {
            Ok(appended) => {
                for (reply, events) in replies.into_iter().zip(appended.events) {
                    // Whoever does not wait any more has recorded all the same.
                    drop(reply.send(Ok(events)));
                }
                self.signal.tell(appended.pending, self.options.flush_threshold);
            }
            Err(error) => {
                self.outbox = None;
                for reply in replies {
                    drop(reply.send(Err(error.clone())));
                }
            }
        }
    }

    fn change(&mut self, change: Change) {
        if !change(self.outbox()) {
            self.outbox = None;
        }
        if let Some(Ok(pending)) = self.outbox.as_mut().map(Outbox::pending) {
            self.signal.tell(pending, self.options.flush_threshold);
        }
    }

    fn outbox(&mut self) -> Result<&mut Outbox, Error> {
        match &mut self.outbox {
            Some(outbox) => Ok(outbox),
            none => Ok(none.insert((self.reopen)()?)),
        }
    }
}
