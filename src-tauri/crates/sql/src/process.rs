//! The process that answers one question, as whoever asks sees it.

use std::env;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command as Program, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;
use query::CancellationToken;

use crate::messages::{Answer, Command, Failure, Request, send, send_json};
use crate::{SqlColumn, SqlError, SqlQuestion};

/// Bytes of memory that an answer may use, unless another number is set.
pub const MEMORY: u64 = 512 << 20;

/// Name of the executable that answers.
const PROGRAM: &str = "daybook-sql";

/// The program that answers questions in SQL, and the memory that each may use.
#[derive(Debug, Clone)]
pub struct SqlProcess {
    program: PathBuf,
    memory: u64,
}

impl SqlProcess {
    /// The program that lies beside the program of this process.
    ///
    /// # Errors
    /// [`SqlError::Start`] if it is not known where that lies.
    pub fn beside_this_program() -> Result<Self, SqlError> {
        let this = env::current_exe().map_err(SqlError::Start)?;
        Ok(Self::at(this.with_file_name(PROGRAM).with_extension(env::consts::EXE_EXTENSION)))
    }

    /// The program at a path.
    pub fn at(program: PathBuf) -> Self {
        Self { program, memory: MEMORY }
    }

    /// The same with so many bytes of memory.
    #[must_use]
    pub fn with_memory(self, memory: u64) -> Self {
        Self { memory, ..self }
    }

    /// Asks a question of a snapshot, which an engine handed over, and waits for the columns of its answer.
    /// With `page` the answer pauses after so many rows. Cancelling the token ends the process; blocks, and
    /// must be called within a Tokio runtime.
    ///
    /// # Errors
    /// [`SqlError::Wrong`] if the text is no query that is answered, and all others of a question.
    #[tracing::instrument(name = "ask_sql", level = "debug", skip_all)]
    pub fn ask(
        &self,
        question: &SqlQuestion,
        handed_over: &[u8],
        page: Option<usize>,
        token: &CancellationToken,
    ) -> Result<SqlAnswer, SqlError> {
        // What it has to say of itself must not reach the terminal of the user.
        let mut program = Program::new(&self.program);
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = program.spawn().map_err(SqlError::Start)?;
        let without_pipes = || SqlError::Start(io::Error::other("it has no pipes"));
        let mut to = child.stdin.take().ok_or_else(without_pipes)?;
        let from = BufReader::new(child.stdout.take().ok_or_else(without_pipes)?);
        let process = Running::new(child, token);
        let request = Request { question: question.clone(), page, memory: self.memory };
        // It may have ended by now: then its answer, or its end, says why.
        drop(send_json(&mut to, &request).and_then(|()| send(&mut to, handed_over)));
        let mut answer = SqlAnswer { to, from, process, columns: Vec::new(), pause: None };
        match answer.receive()? {
            Answer::Columns(columns) => answer.columns = columns,
            _ => return Err(unexpected()),
        }
        Ok(answer)
    }
}

/// Answer to a question: its columns, and its rows as they are read. Dropping it ends the process.
#[derive(Debug)]
pub struct SqlAnswer {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    process: Running,
    columns: Vec<SqlColumn>,
    pause: Option<Pause>,
}

/// Why no rows come now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// There are more.
    Page,
    /// There are no more.
    End,
}

impl SqlAnswer {
    /// Columns.
    pub fn columns(&self) -> &[SqlColumn] {
        &self.columns
    }

    /// Id of the process that answers, for whoever watches it.
    pub fn process_id(&self) -> u32 {
        lock(&self.process.child).id()
    }

    /// The next rows; `None` at the end of the page or of the answer. Blocks.
    ///
    /// # Errors
    /// All of a question.
    pub fn rows(&mut self) -> Result<Option<RecordBatch>, SqlError> {
        if self.pause.is_some() {
            return Ok(None);
        }
        match self.receive()? {
            Answer::Rows(rows) => return Ok(Some(rows)),
            Answer::Paused => self.pause = Some(Pause::Page),
            Answer::End => self.pause = Some(Pause::End),
            _ => return Err(unexpected()),
        }
        Ok(None)
    }

    /// Whether all rows were read.
    pub fn is_whole(&self) -> bool {
        self.pause == Some(Pause::End)
    }

    /// Goes on after the end of a page, with so many rows.
    pub fn go_on(&mut self, rows: usize) {
        if self.pause == Some(Pause::Page) {
            self.pause = None;
            // If it has ended, reading says why.
            drop(send_json(&mut self.to, &Command::More(rows)));
        }
    }

    /// Counts all rows of the answer, at the end of a page or of the answer. Blocks; the question is asked
    /// a second time for it.
    ///
    /// # Errors
    /// All of a question.
    pub fn count(&mut self) -> Result<u64, SqlError> {
        drop(send_json(&mut self.to, &Command::Count));
        match self.receive()? {
            Answer::Total(total) => Ok(total),
            _ => Err(unexpected()),
        }
    }

    fn receive(&mut self) -> Result<Answer, SqlError> {
        match Answer::receive(&mut self.from) {
            Ok(Some(Answer::Failure(failure))) => Err(failure.into()),
            Ok(Some(answer)) => Ok(answer),
            Ok(None) | Err(_) => Err(self.process.exit_reason()),
        }
    }
}

/// The error of a message that does not belong where it came.
fn unexpected() -> SqlError {
    SqlError::Ended(
        "daybook-sql answered against the protocol: it is of another version".to_owned(),
    )
}

impl From<Failure> for SqlError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Wrong(message, place) => Self::Wrong { message, place },
            Failure::Memory(message) => Self::Memory(message),
            Failure::Failed(message) => Self::Failed(message),
            Failure::Changed => Self::Changed,
        }
    }
}

/// Process that runs until this is dropped or its question is cancelled.
#[derive(Debug)]
struct Running {
    child: Arc<Mutex<Child>>,
    token: CancellationToken,
    /// Cancelled when this is dropped.
    dropped: CancellationToken,
}

impl Running {
    fn new(child: Child, token: &CancellationToken) -> Self {
        let child = Arc::new(Mutex::new(child));
        let (watched, cancelled) = (Arc::clone(&child), token.clone());
        let dropped = CancellationToken::new();
        let done = dropped.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = cancelled.cancelled() => drop(lock(&watched).kill()),
                () = done.cancelled() => {}
            }
        });
        Self { child, token: token.clone(), dropped }
    }

    /// Why it has ended without an answer.
    fn exit_reason(&self) -> SqlError {
        if self.token.is_cancelled() {
            return SqlError::Cancelled;
        }
        let mut child = lock(&self.child);
        // It closes its output as it ends; what does not end is ended.
        drop(child.kill());
        match child.wait() {
            Ok(status) if ran_out_of_memory(status) => SqlError::Memory(
                "the question needs more memory than the process that answers it may use: ask for \
                 fewer rows or shorter values"
                    .to_owned(),
            ),
            Ok(status) => SqlError::Ended(format!(
                "the process that answers SQL ended without an answer ({status})"
            )),
            Err(error) => SqlError::Ended(format!(
                "the process that answers SQL ended without an answer: {error}"
            )),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.dropped.cancel();
        let mut child = lock(&self.child);
        drop(child.kill());
        drop(child.wait());
    }
}

/// Whether a process was ended by itself because it got no memory: Rust aborts then.
#[cfg(unix)]
fn ran_out_of_memory(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGABRT: i32 = 6;
    status.signal() == Some(SIGABRT)
}

/// Whether a process was ended by itself because it got no memory: by the code that aborting has there.
#[cfg(not(unix))]
fn ran_out_of_memory(status: ExitStatus) -> bool {
    const STATUS_STACK_BUFFER_OVERRUN: i32 = 0xC000_0409_u32.cast_signed();
    status.code() == Some(STATUS_STACK_BUFFER_OVERRUN)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
