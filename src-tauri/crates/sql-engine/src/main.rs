//! `daybook-sql` answers one question in SQL about a journal, and ends. `daybook` and the window start it;
//! it is of no use by itself.
//!
//! It reads a snapshot that was handed over to it, and opens no file that a question names: a text passes
//! [`guard`] first, and nothing that reads files is registered. Its memory is limited by the system. What
//! it is asked and what it answers goes through standard input and output: see [`sql::messages`].
//!
//! Start reading at [`answer`]. [`context`] is the engine with the three tables of [`tables`] and
//! the [`functions`] that `DataFusion` lacks, [`failure`] words its errors.

mod answer;
mod context;
mod failure;
mod functions;
mod guard;
mod limits;
mod tables;

use std::io::{self, BufWriter, IsTerminal};
use std::process::{self, ExitCode};
use std::thread;

use sql::messages::{Request, receive, receive_json};
use tokio::runtime::Builder;
use tokio::sync::mpsc::unbounded_channel;

fn main() -> ExitCode {
    if io::stdin().is_terminal() {
        eprintln!("daybook-sql answers questions for daybook: ask with `daybook sql BUCKET QUERY`");
        return ExitCode::from(2);
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("daybook-sql: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let mut from = io::stdin();
    let Some(request) = receive_json::<Request>(&mut from)? else { return Ok(()) };
    limits::limit_memory(request.memory);
    let handed_over = receive(&mut from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let (sender, commands) = unbounded_channel();
    thread::spawn(move || {
        while let Ok(Some(command)) = receive_json(&mut from) {
            // An answer that failed obeys no more.
            let _ = sender.send(command);
        }
        // Whoever asked has gone: nobody waits for what is being computed.
        process::exit(0);
    });
    let runtime = Builder::new_multi_thread().enable_time().build()?;
    let to = BufWriter::new(io::stdout().lock());
    runtime.block_on(answer::answer(&request, &handed_over, commands, to))
}
