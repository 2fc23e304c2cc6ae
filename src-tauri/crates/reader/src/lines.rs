//! The list of events as it is looked at: from anywhere in it, and with what came in bulk folded
//! to one line.

use std::sync::Arc;

use event::{Entry, Position};

use crate::catalog::Shown;
use crate::select::{Selected, select};
use crate::walk::{Doing, Turn, Walks};
use crate::{Answer, Error, Filters, Order, Snapshot, Stop};

/// So many events in a row by one actor through one source are one line…
const FEWEST: usize = 10;

/// …if each is less than this many nanoseconds from the next.
const NEAR: u64 = 1_000_000_000;

/// A line stands for at most so many events, so that no page takes long.
const MOST: usize = 1 << 20;

/// Where a page of lines begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    Newest,
    /// With what is older than this event.
    After(Position),
    /// With the lines just newer than this event.
    Before(Position),
    /// With the event that so many are newer than.
    Rank(usize),
}

/// Which lines are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinesQuery {
    pub filters: Filters,
    pub from: From,
    /// At most this many lines.
    pub limit: usize,
    pub fold: bool,
}

/// Some lines, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinesPage {
    pub lines: Vec<Line>,
    /// How many of the events are newer than those of the first line.
    pub rank: usize,
    /// What the following page comes after, and the one before it before; `None` at the ends.
    pub next: Option<Position>,
    pub previous: Option<Position>,
    /// Events that the filters let through, on all pages.
    pub total: usize,
    /// Updates that changed nothing and were left out because the filters say so.
    pub hidden_no_ops: usize,
}

/// An event, or the newest of those that are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub entry: Arc<Entry>,
    pub fold: Option<Fold>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    pub events: usize,
    pub oldest: Arc<Entry>,
}

impl Snapshot {
    /// The lines a query asks for, or [`Error::Stopped`] soon after `stop` was set.
    #[tracing::instrument(level = "info", skip_all, fields(limit = query.limit))]
    pub fn lines(&self, query: &LinesQuery, stop: &Stop) -> Result<Answer<LinesPage>, Error> {
        let parts = self.shown();
        let selected = self.watch(select(&parts, &query.filters, stop))?;
        let page = self.watch(lines(&parts, &selected, query, stop))?;
        Ok(self.answer(page))
    }
}

fn lines(
    parts: &[&Shown],
    selected: &[Selected],
    query: &LinesQuery,
    stop: &Stop,
) -> Result<LinesPage, Error> {
    let backwards = matches!(query.from, From::Before(_));
    let mut walks = match &query.from {
        From::Newest => Walks::after(parts, selected, Order::NewestFirst, None)?,
        From::After(position) => Walks::after(parts, selected, Order::NewestFirst, Some(position))?,
        From::Before(position) => {
            Walks::after(parts, selected, Order::OldestFirst, Some(position))?
        }
        From::Rank(rank) => Walks::at_rank(parts, selected, *rank)?,
    };
    let begun_at = walks.newer();
    let mut runs = gather(&mut walks, query, stop)?;
    let passed: usize = runs.iter().map(|run| run.events).sum();
    if backwards {
        runs.reverse();
        for run in &mut runs {
            (run.first, run.last) = (run.last, run.first);
        }
    }
    let newest: Vec<Turn> = runs.iter().map(|run| run.first).collect();
    let folded = runs.iter().filter(|run| run.events > 1);
    let oldest: Vec<Turn> = folded.map(|run| run.last).collect();
    let mut oldest = walks.events(&oldest)?.into_iter();
    let lines = walks.events(&newest)?.into_iter().zip(&runs).map(|(entry, run)| {
        let fold = |oldest| Fold { events: run.events, oldest };
        Line { entry, fold: if run.events > 1 { oldest.next().map(fold) } else { None } }
    });
    let lines: Vec<Line> = lines.collect();
    let rank = if backwards { begun_at - passed } else { begun_at };
    let total: usize = selected.iter().map(Selected::count).sum();
    let previous = lines.first().filter(|_| rank > 0).map(|line| line.entry.position());
    let oldest =
        |line: &Line| line.fold.as_ref().map_or(&line.entry, |fold| &fold.oldest).position();
    let next = lines.last().filter(|_| rank + passed < total).map(oldest);
    let hidden_no_ops = selected.iter().map(|selected| selected.hidden_no_ops).sum();
    Ok(LinesPage { lines, rank, next, previous, total, hidden_no_ops })
}

/// Rows in a row that are one line, from the first that was passed to the last.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: Turn,
    last: Turn,
    events: usize,
}

impl Run {
    fn of(turn: Turn) -> Self {
        Self { first: turn, last: turn, events: 1 }
    }
}

fn gather(walks: &mut Walks<'_>, query: &LinesQuery, stop: &Stop) -> Result<Vec<Run>, Error> {
    let mut gathered = Gathered::default();
    while gathered.runs.len() < query.limit
        && let Some(turn) = walks.next()?
    {
        stop.check()?;
        if query.fold {
            let doing = walks.doing(turn)?;
            gathered.add(turn, doing);
        } else {
            gathered.runs.push(Run::of(turn));
        }
    }
    gathered.end_run();
    gathered.runs.truncate(query.limit);
    Ok(gathered.runs)
}

/// Runs, and the one that may go on.
#[derive(Default)]
struct Gathered<'a> {
    runs: Vec<Run>,
    latest: Option<Doing<'a>>,
    events: usize,
    /// The first turns of the run that may go on, in case it is none, and its last.
    turns: Vec<Turn>,
    last: Option<Turn>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, turn: Turn, doing: Doing<'a>) {
        let goes_on = self.latest.as_ref().is_some_and(|latest| {
            latest.by == doing.by && latest.time.abs_diff(doing.time) < NEAR && self.events < MOST
        });
        if !goes_on {
            self.end_run();
        }
        if self.turns.len() < FEWEST {
            self.turns.push(turn);
        }
        self.events += 1;
        (self.last, self.latest) = (Some(turn), Some(doing));
    }

    fn end_run(&mut self) {
        match (self.turns.first(), self.last) {
            (Some(&first), Some(last)) if self.events >= FEWEST => {
                self.runs.push(Run { first, last, events: self.events });
            }
            _ => self.runs.extend(self.turns.iter().copied().map(Run::of)),
        }
        self.turns.clear();
        (self.events, self.last) = (0, None);
    }
}
