//! Recording events from standard input, one a line. What is printed for an event is the
//! acknowledgement that it is on disk.

use std::io::{self, BufRead, IsTerminal, Read};

use book::Book;
use event::{Draft, Event};
use serde_json::json;

use super::{actor, tell_what_waits, writable};
use crate::Done;
use crate::args::{Format, Record};
use crate::print::{counted, put, say};
use crate::stop::Stop;

/// No line is longer: an event with more text than this fits into no file of a journal.
const LONGEST_LINE: u64 = 64 << 20;

pub async fn record(args: Record, format: Format) -> Result<Done, Stop> {
    let (book, home) = writable(&args.bucket).await?;
    let actor = actor(args.actor, &home)?;
    if io::stdin().is_terminal() {
        say("One JSON object a line; end with Ctrl-D.");
    }
    if format == Format::Csv {
        put("event_id\r\n")?;
    }
    let mut recorder = Recorder { book: &book, actor, format, recorded: 0 };
    let input = io::stdin().lock();
    let ended = if args.atomic { recorder.whole(input).await } else { recorder.each(input).await };
    if recorder.recorded > 0 {
        tell_what_waits(&book, &args.bucket).await;
    }
    ended?;
    if recorder.recorded == 0 {
        say("Nothing is recorded: there was no event on standard input.");
    }
    Ok(Done::Clean)
}

struct Recorder<'a> {
    book: &'a Book,
    /// Who is recorded where a line names no actor.
    actor: Option<String>,
    format: Format,
    /// How many events so far.
    recorded: usize,
}

impl Recorder<'_> {
    /// Records each line as it comes, up to the first that cannot be.
    async fn each(&mut self, input: impl BufRead) -> Result<(), Stop> {
        for line in Lines::of(input) {
            let recorded = match line.and_then(|line| self.draft(&line)) {
                Ok(draft) => self.book.record(draft.draft).await.map_err(|e| draft.line.failed(&e)),
                Err(problem) => Err(problem),
            };
            let event = recorded.map_err(|problem| self.stopped(&problem))?;
            self.recorded += 1;
            self.acknowledge(&[event]).map_err(|stop| self.unheard(&stop))?;
        }
        Ok(())
    }

    /// Records all lines together, or nothing.
    async fn whole(&mut self, input: impl BufRead) -> Result<(), Stop> {
        let mut lines = Vec::new();
        let mut drafts = Vec::new();
        for line in Lines::of(input) {
            let numbered = line
                .and_then(|line| self.draft(&line))
                .map_err(|problem| self.stopped(&problem))?;
            lines.push(numbered.line);
            drafts.push(numbered.draft);
        }
        if drafts.is_empty() {
            return Ok(());
        }
        let events = self.book.record_batch(drafts).await.map_err(|error| {
            let book::Error::Journal(journal::Error::BatchEvent { index, rejection }) = &error
            else {
                return Stop::Book(error);
            };
            self.stopped(&lines[*index].failed(rejection))
        })?;
        self.recorded = events.len();
        self.acknowledge(&events).map_err(|stop| self.unheard(&stop))
    }

    fn draft(&self, line: &Line) -> Result<Numbered, String> {
        let draft = Draft::parse(&line.text, self.actor.as_deref());
        let draft = draft.map_err(|why| line.number.failed(&why))?;
        Ok(Numbered { line: line.number, draft })
    }

    fn acknowledge(&self, events: &[Event]) -> Result<(), Stop> {
        let ids: Vec<&str> = events.iter().map(|event| event.event_id.as_str()).collect();
        match self.format {
            Format::Json | Format::Ndjson => put(&format!("{}\n", json!({ "ids": ids }))),
            Format::Csv => put(&(ids.join("\r\n") + "\r\n")),
            Format::Table => put(&(ids.join("\n") + "\n")),
        }
    }

    fn stopped(&self, problem: &str) -> Stop {
        let before = match self.recorded {
            0 => "nothing is recorded".to_owned(),
            1 => "the event before it is recorded, nothing from it on".to_owned(),
            n => format!("the {n} events before it are recorded, nothing from it on"),
        };
        Stop::NotDone(format!("{problem}; {before}"))
    }

    /// Without a reader of the acknowledgements nothing more is recorded, and that is not quiet.
    fn unheard(&self, stop: &Stop) -> Stop {
        let recorded = counted(self.recorded, "event");
        Stop::NotDone(format!("{stop}: {recorded} recorded, and no more were taken"))
    }
}

/// An event and the line it came from.
struct Numbered {
    line: LineNumber,
    draft: Draft,
}

struct Line {
    number: LineNumber,
    text: String,
}

#[derive(Debug, Clone, Copy)]
struct LineNumber(usize);

impl LineNumber {
    /// Names the line. An event is one line, so where in it is a column.
    fn failed(self, why: &dyn std::fmt::Display) -> String {
        format!("line {}: {why}", self.0).replace(" at line 1 column ", " at column ")
    }
}

/// The lines that are not blank. After a problem there are no more.
struct Lines<R> {
    input: R,
    number: LineNumber,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    fn of(input: R) -> Self {
        Self { input, number: LineNumber(1), ended: false }
    }

    /// The next line, blank or not.
    fn read(&mut self) -> Result<Option<Line>, String> {
        let number = self.number;
        let mut bytes = Vec::new();
        let mut limited = self.input.by_ref().take(LONGEST_LINE);
        let length = limited
            .read_until(b'\n', &mut bytes)
            .map_err(|why| number.failed(&format!("standard input cannot be read: {why}")))?;
        if length == 0 {
            return Ok(None);
        }
        if length as u64 == LONGEST_LINE && bytes.last() != Some(&b'\n') {
            return Err(number.failed(&"it is too long for an event"));
        }
        let text = String::from_utf8(bytes).map_err(|_| number.failed(&"it is not UTF-8"))?;
        self.number = LineNumber(number.0 + 1);
        Ok(Some(Line { number, text }))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.read() {
                Ok(Some(line)) if line.text.trim().is_empty() => {}
                Ok(Some(line)) => return Some(Ok(line)),
                Ok(None) => self.ended = true,
                Err(problem) => {
                    self.ended = true;
                    return Some(Err(problem));
                }
            }
        }
        None
    }
}
