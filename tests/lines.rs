//! The list as it is looked at, against brute force: from anywhere, at either end of a page, and
//! folded.

use std::sync::Arc;

use event::{Entry, Place};
use reader::{Filters, From, LinesPage, LinesQuery, Snapshot, Stop};

use crate::oracle::{ACTOR, Row, SOURCE};

/// A line as brute force has it: its events' places, newest first.
type Run = Vec<String>;

pub fn check(snapshot: &Snapshot, rows: &[Row]) {
    let newest: Vec<&Row> = rows.iter().rev().collect();
    for fold in [false, true] {
        check_both_ways(snapshot, &runs(&newest, fold), fold);
        for rank in [0, 1, rows.len() / 2, rows.len() - 1, rows.len(), rows.len() + 5] {
            let page = ask(snapshot, From::Rank(rank), 5, fold);
            // A page that begins in the midst of a run folds what is left of it.
            let rest = &newest[rank.min(rows.len())..];
            let expected: Vec<Run> = runs(rest, fold).into_iter().take(5).collect();
            assert_lines(&page, &expected);
            assert_eq!((page.rank, page.total), (rank.min(rows.len()), rows.len()));
        }
    }
}

/// Page after page, to the oldest and back, is every line once.
fn check_both_ways(snapshot: &Snapshot, runs: &[Run], fold: bool) {
    let limit = runs.len() / 5 + 1;
    let mut page = ask(snapshot, From::Newest, limit, fold);
    assert!(page.previous.is_none());
    let mut at = 0;
    loop {
        assert_lines(&page, &runs[at..(at + limit).min(runs.len())]);
        assert_eq!(page.rank, runs[..at].iter().map(Vec::len).sum::<usize>());
        let Some(next) = page.next.clone() else { break };
        at += limit;
        page = ask(snapshot, From::After(next), limit, fold);
    }
    let mut end = at;
    while let Some(previous) = page.previous.clone() {
        page = ask(snapshot, From::Before(previous), limit, fold);
        assert_lines(&page, &runs[end - page.lines.len()..end]);
        end -= page.lines.len();
        assert_eq!(page.rank, runs[..end].iter().map(Vec::len).sum::<usize>());
    }
    assert_eq!(end, 0);
}

fn ask(snapshot: &Snapshot, from: From, limit: usize, fold: bool) -> LinesPage {
    let query = LinesQuery { filters: Filters::default(), from, limit, fold };
    snapshot.lines(&query, &Stop::default()).unwrap().value
}

fn assert_lines(page: &LinesPage, expected: &[Run]) {
    let found: Vec<(usize, String, String)> = page
        .lines
        .iter()
        .map(|line| match &line.fold {
            Some(fold) => (fold.events, place(&line.entry), place(&fold.oldest)),
            None => (1, place(&line.entry), place(&line.entry)),
        })
        .collect();
    let expected: Vec<(usize, String, String)> = expected
        .iter()
        .map(|run| (run.len(), run[0].clone(), run[run.len() - 1].clone()))
        .collect();
    assert_eq!(found, expected);
}

fn place(entry: &Arc<Entry>) -> String {
    match &entry.place {
        Place::File { file, row } => format!("{file}#{row}"),
        Place::Pending => "pending".to_owned(),
    }
}

/// Ten or more in a row by one actor through one source, each less than a second from the next.
fn runs(newest: &[&Row], fold: bool) -> Vec<Run> {
    let near = |a: &&Row, b: &&Row| {
        fold && a.get(ACTOR) == b.get(ACTOR)
            && a.get(SOURCE) == b.get(SOURCE)
            && a.time.abs_diff(b.time) < 1_000_000_000
    };
    let places = |run: &[&Row]| run.iter().map(|row| row.place()).collect::<Run>();
    newest
        .chunk_by(near)
        .flat_map(|run| match run.len() {
            0..10 => run.iter().map(|row| vec![row.place()]).collect(),
            _ => vec![places(run)],
        })
        .collect()
}
