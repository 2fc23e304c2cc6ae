//! The command queue of the outbox, and the thread that works it off: the only way in which a
//! [`Journal`](crate::Journal) changes its outbox.
//!
//! Commands run in the order in which they were sent. Group commit: appends that arrive while the
//! disk is busy with a commit share the next one.
//!
//! Where nothing was ever recorded the outbox is opened by the first command that needs one, so that
//! looking at a bucket leaves no trace.
//!
//! After any error the state of the connection is unknown. The thread drops it, and the next
//! command opens the outbox anew, with every check of a first opening. If that fails, the command
//! fails with that error.

use std::sync::Arc;
use std::thread;

use event::{Draft, Event};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::error::Error;
use crate::flush_signal::FlushSignal;
use crate::options::Options;
use crate::outbox::Outbox;

/// Back-pressure limit on drafts in flight, in bytes as [`check`] counts them: above it, a recorder
/// waits. A draft counts until its [`Receipt`] is dropped.
///
/// [`check`]: crate::accept::check
const MAX_IN_FLIGHT: u32 = 32 << 20;

/// Maximum number of events in one commit, unless a single batch has more.
const MAX_GROUP: usize = 4096;

/// Number of polls for expected appends before the thread commits without them. It yields after
/// each; all of them take some 50 µs.
const MAX_POLLS: usize = 100;

/// Sender of commands to the thread of the outbox. Cheap to clone. The thread ends when the last
/// clone is dropped and all commands have run.
#[derive(Clone)]
pub(crate) struct Queue {
    commands: mpsc::UnboundedSender<Command>,
    /// One permit for each byte of [`MAX_IN_FLIGHT`].
    room: Arc<Semaphore>,
}

/// A command to the thread of the outbox.
enum Command {
    Append(Append),
    Change(Change),
    /// A change that is left out where there is no outbox yet.
    ChangeIfBegun(Change),
}

/// Drafts to be recorded together, and where to send their events.
struct Append {
    drafts: Vec<Draft>,
    reply: oneshot::Sender<Result<Vec<Event>, Error>>,
}

/// A closure over the outbox, or over the error of opening it; `None` if there is none yet. Returns
/// whether it succeeded: if not, the outbox is opened anew.
type Change = Box<dyn FnOnce(Option<Result<&mut Outbox, Error>>) -> bool + Send>;

/// A receipt for drafts that were submitted and are not yet acknowledged. Dropping it does not
/// cancel the recording. A receipt that is neither awaited nor dropped occupies its share of the 32
/// MiB that may be in flight; when they are used up, further submissions wait.
#[derive(Debug)]
pub struct Receipt {
    reply: oneshot::Receiver<Result<Vec<Event>, Error>>,
    _room: OwnedSemaphorePermit,
}

impl Receipt {
    /// Waits for the acknowledgement: returns the events as recorded, once they are on disk.
    ///
    /// # Errors
    /// The error of the commit; [`Error::Stopped`] if the thread of the outbox ended before it.
    pub async fn acknowledged(self) -> Result<Vec<Event>, Error> {
        self.reply.await.map_err(|_| Error::Stopped)?
    }
}

/// A closure that opens the outbox anew.
pub(crate) type Reopen = Box<dyn FnMut() -> Result<Outbox, Error> + Send>;

impl Queue {
    /// Starts the thread that owns `outbox`; `None` if there is none yet. It sends to `signal` after
    /// each change.
    ///
    /// # Errors
    /// [`Error::Thread`] if the system gives no thread.
    pub(crate) fn start(
        outbox: Option<Outbox>,
        reopen: Reopen,
        options: Options,
        signal: FlushSignal,
    ) -> Result<Self, Error> {
        let (commands, receiver) = mpsc::unbounded_channel();
        let begun = outbox.is_some();
        let worker = OutboxWorker { outbox, begun, reopen, options, signal };
        let thread = thread::Builder::new().name("outbox".to_owned());
        let started = thread.spawn(move || worker.run(Commands { receiver, put_back: None }));
        started.map_err(|source| Error::Thread { source: source.into() })?;
        Ok(Self { commands, room: Arc::new(Semaphore::new(MAX_IN_FLIGHT as usize)) })
    }

    /// Sends checked drafts of `size` bytes, to be recorded together and after everything sent
    /// before. Waits while too much is in flight.
    pub(crate) async fn append(&self, drafts: Vec<Draft>, size: usize) -> Result<Receipt, Error> {
        let size = u32::try_from(size).map_or(MAX_IN_FLIGHT, |size| size.min(MAX_IN_FLIGHT));
        let room = Arc::clone(&self.room).acquire_many_owned(size).await;
        let room = room.map_err(|_| Error::Stopped)?;
        let (reply, receipt) = oneshot::channel();
        let append = Command::Append(Append { drafts, reply });
        self.commands.send(append).map_err(|_| Error::Stopped)?;
        Ok(Receipt { reply: receipt, _room: room })
    }

    /// Runs `work` on the thread of the outbox, after everything sent before. Once sent it runs to
    /// its end, even if the caller stops waiting.
    pub(crate) async fn change<T: Default + Send + 'static>(
        &self,
        work: impl FnOnce(&mut Outbox) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.send(Command::Change, work).await
    }

    /// [`Queue::change`], but does nothing where there is no outbox yet.
    pub(crate) async fn change_if_begun(
        &self,
        work: impl FnOnce(&mut Outbox) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        self.send(Command::ChangeIfBegun, work).await
    }

    async fn send<T: Default + Send + 'static>(
        &self,
        command: impl FnOnce(Change) -> Command,
        work: impl FnOnce(&mut Outbox) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, done) = oneshot::channel();
        let change: Change = Box::new(move |outbox| {
            let done = outbox.map_or_else(|| Ok(T::default()), |outbox| outbox.and_then(work));
            let sound = done.is_ok();
            drop(reply.send(done));
            sound
        });
        self.commands.send(command(change)).map_err(|_| Error::Stopped)?;
        done.await.map_err(|_| Error::Stopped)?
    }
}

/// Receiver of commands, with room for one that was received and did not fit into a group.
struct Commands {
    receiver: mpsc::UnboundedReceiver<Command>,
    put_back: Option<Command>,
}

impl Commands {
    /// Waits for the next command; `None` when every sender is gone.
    fn next(&mut self) -> Option<Command> {
        self.put_back.take().or_else(|| self.receiver.blocking_recv())
    }

    /// Polls for the next command, as long as there are `polls` left.
    fn poll(&mut self, polls: &mut usize) -> Option<Command> {
        while *polls > 0 {
            *polls -= 1;
            match self.receiver.try_recv() {
                Ok(command) => return Some(command),
                Err(TryRecvError::Empty) => thread::yield_now(),
                Err(TryRecvError::Disconnected) => break,
            }
        }
        None
    }

    /// Collects a group: `first` and the appends that are there. Polls for further ones up to
    /// `expected` in all.
    fn collect_group(&mut self, first: Append, expected: usize) -> Vec<Append> {
        let mut events = first.drafts.len();
        let mut group = vec![first];
        // One budget for the whole group: a slow stream after a large group must not delay it.
        let mut polls = MAX_POLLS;
        while events < MAX_GROUP {
            let next = self.receiver.try_recv().ok();
            let next =
                next.or_else(|| (group.len() < expected).then(|| self.poll(&mut polls)).flatten());
            match next {
                Some(Command::Append(append)) if events + append.drafts.len() <= MAX_GROUP => {
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

/// State owned by the thread of the outbox.
struct OutboxWorker {
    /// The open outbox; `None` before the first command that needs one and after an error, until it
    /// is opened anew.
    outbox: Option<Outbox>,
    /// Whether there was one.
    begun: bool,
    reopen: Reopen,
    options: Options,
    signal: FlushSignal,
}

impl OutboxWorker {
    fn run(mut self, mut commands: Commands) {
        // Recorders that shared the last commit probably send again at once: it pays to poll for
        // them.
        let mut expected = 1;
        while let Some(command) = commands.next() {
            match command {
                Command::Change(change) => self.change(change),
                Command::ChangeIfBegun(change) if self.begun => self.change(change),
                // Nothing was ever recorded here: it has nothing to do, and succeeds.
                Command::ChangeIfBegun(change) => drop(change(None)),
                Command::Append(first) => {
                    let group = commands.collect_group(first, expected);
                    expected = group.len();
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
                    // The events are recorded, whether or not the recorder still waits.
                    drop(reply.send(Ok(events)));
                }
                self.signal.send(appended.pending, self.options.flush_threshold);
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
        if !change(Some(self.outbox())) {
            self.outbox = None;
        }
        if let Some(Ok(pending)) = self.outbox.as_mut().map(Outbox::pending) {
            self.signal.send(pending, self.options.flush_threshold);
        }
    }

    /// The outbox, opened anew if the last command failed.
    fn outbox(&mut self) -> Result<&mut Outbox, Error> {
        match &mut self.outbox {
            Some(outbox) => Ok(outbox),
            none => {
                self.begun = true;
                Ok(none.insert((self.reopen)()?))
            }
        }
    }
}
