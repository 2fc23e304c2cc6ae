//! Cases of the benchmark: questions with goals, and how they are measured.

use chrono::DateTime;
use query::{Column, Facets, Filters, QueryText, Term};

use crate::Failure;
use crate::answer::Answer;
use crate::bucket::Meta;
use crate::daybook::Daybook;
use crate::opened::{FIRST_PAGE, OpenedJournal};
use crate::peer::{Peer, Setup};
use crate::question::{Bins, Question};
use crate::timing::{Summary, millis};

/// How often a question is asked. Comparing the answers before is the warm-up.
const ROUNDS: usize = 21;

/// The peer is asked about the files in one of so many rounds, because it is slow there.
const FILES_EVERY: usize = 5;

/// Case of the benchmark.
pub struct Case {
    pub name: &'static str,
    question: Question,
    /// The table of the peer that it is compared to.
    imported: Setup,
    /// Goals: how many times faster than the peer on the files, and after import.
    pub goals: (Option<f64>, Option<f64>),
}

/// Times of the sides.
pub struct Times {
    pub daybook: Summary,
    /// The peer on the files; `None` without a peer.
    pub files: Option<Summary>,
    /// The peer after import; `None` without a peer.
    pub imported: Option<Summary>,
}

/// All cases, with questions that suit the journal.
pub fn cases(meta: &Meta, daybook: &Daybook, opened: &OpenedJournal) -> Result<Vec<Case>, Failure> {
    let half = Filters { since: Some(meta.t_25), until: Some(meta.t_75), ..Filters::default() };
    let all = daybook.facets(opened, &Filters::default())?;
    let some = daybook.facets(opened, &half)?;
    let terms = [Column::Actor, Column::Field].map(|column| (column, vec![usual(&all, column)]));
    let page = Filters { terms: terms.into(), ..half.clone() };
    let rare = Filters { contains: Some(meta.needle_rare.clone()), ..Filters::default() };
    let events = |filters, limit, counted| Question::Events { filters, limit, counted, sql: None };
    let record = |record: &event::RecordId| Question::Record(record.clone());
    let (hot, limit) = (meta.hot_entity.clone(), FIRST_PAGE);
    let first_page = Question::TimelinePage { record: hot, limit };
    let counts =
        |filters, of: &Facets| Ok::<_, Failure>(Question::Facets { filters, bins: Bins::of(of)? });
    let state = Question::State { record: meta.hot_entity.clone(), at: meta.t_50 };
    let case = |name, question, imported, goals: (f64, f64)| {
        let goal = |times: f64| (times > 0.0).then_some(times);
        Case { name, question, imported, goals: (goal(goals.0), goal(goals.1)) }
    };
    let (plain, sorted) = (Setup::Imported, Setup::Sorted);
    let lag = meta.recorded.then_some(LAG);
    let changes = CHANGES.into_iter().chain(lag).map(|(name, text, sql)| {
        let filters = QueryText::parse(text)?.filters(meta.t_75);
        let (limit, counted) = (FIRST_PAGE, true);
        let question = Question::Events { filters, limit, counted, sql: Some(sql) };
        Ok::<_, Failure>(case(name, question, plain, (0.0, 0.0)))
    });
    let mut all_cases = vec![
        case("recent 100", Question::recent(FIRST_PAGE), plain, (300.0, 4.0)),
        case("record, median", record(&meta.median_entity), sorted, (400.0, 2.0)),
        case("record, p99", record(&meta.p99_entity), sorted, (100.0, 0.0)),
        case("record, hot", record(&meta.hot_entity), sorted, (40.0, 1.0)),
        case("its timeline, first page", first_page, sorted, (0.0, 1.0)),
        case("page of 200 and count", events(page, 200, true), plain, (60.0, 2.0)),
        case("rare text, all", events(rare, usize::MAX, false), plain, (8.0, 3.0)),
        case("facets", counts(Filters::default(), &all)?, plain, (20.0, 2.0)),
        case("facets, half the time", counts(half, &some)?, plain, (20.0, 2.0)),
        case("state of the hot record", state.clone(), plain, (40.0, 1.0)),
        case("the same, peer sorted", state, sorted, (0.0, 1.0)),
    ];
    for change in changes {
        all_cases.push(change?);
    }
    Ok(all_cases)
}

/// The filters of one of [`CHANGES`] that no literal helps.
pub fn slowest() -> Result<Filters, Failure> {
    let (_, text, _) = CHANGES[7];
    Ok(QueryText::parse(text)?.filters(DateTime::UNIX_EPOCH))
}

/// Filter on the time between an event and its recording.
const LAG: (&str, &str, &str) = ("lag", "lag>1d", "recorded_at - timestamp > INTERVAL 1 DAY");

/// Filters on the change itself, as a query and as a condition of the peer. Numbers and dates are what
/// Daybook takes for one, and not all that the peer's casts do.
const CHANGES: [(&str, &str, &str); 10] = [
    ("new value, frequent", "new=waiting", "new_value = 'waiting'"),
    ("new value, rare", "new=1990-07-14", "new_value = '1990-07-14'"),
    ("one value to another", "change=open→closed", "old_value = 'open' AND new_value = 'closed'"),
    (
        "numbers from a limit on",
        "new>=19000.5",
        r"CASE WHEN regexp_full_match(new_value, '[+-]?[0-9]+(\.[0-9]+)?') THEN
        TRY_CAST(new_value AS DECIMAL(38, 6)) >= 19000.5 END",
    ),
    (
        "dates from a limit on",
        "new>=2028-01-01",
        "CASE WHEN regexp_full_match(new_value, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN
        TRY_CAST(new_value AS DATE) >= DATE '2028-01-01' END",
    ),
    (
        "differences",
        "delta>15000",
        r"CASE WHEN regexp_full_match(new_value, '[+-]?[0-9]+(\.[0-9]+)?')
        AND regexp_full_match(old_value, '[+-]?[0-9]+(\.[0-9]+)?') THEN
        TRY_CAST(new_value AS DECIMAL(30, 6)) - TRY_CAST(old_value AS DECIMAL(30, 6)) > 15000 END",
    ),
    ("hours of the night", "hour=22..6", "(hour(timestamp) >= 22 OR hour(timestamp) < 6)"),
    (
        "expression without literal",
        "new~/^[A-Z][a-z]+.*[0-9]{5}77$/",
        "regexp_matches(new_value, '^[A-Z][a-z]+.*[0-9]{5}77$')",
    ),
    (
        "expression with a literal",
        "new~/warrant(y|ies)..[a-z]+.#[0-9]+1$/",
        "regexp_matches(new_value, 'warrant(y|ies)..[a-z]+.#[0-9]+1$')",
    ),
    (
        "expression, rare literal",
        "new~/#00001[0-9]{2}$/",
        "regexp_matches(new_value, '#00001[0-9]{2}$')",
    ),
];

/// A term for the value of a column with the median frequency.
fn usual(facets: &Facets, column: Column) -> Term {
    let facet = facets.facets.iter().find(|facet| facet.column == column);
    let values = facet.map(|facet| facet.values.as_slice()).unwrap_or_default();
    let value = values.get(values.len() / 2).map(|count| count.value.clone());
    Term::including(value.unwrap_or_default())
}

impl Case {
    /// Compares the answers of both sides, then measures them in turns.
    pub fn measure(
        &self,
        daybook: &Daybook,
        opened: &OpenedJournal,
        mut peer: Option<&mut Peer>,
    ) -> Result<Times, Failure> {
        if let Some(peer) = &mut peer {
            for setup in [Setup::Files, self.imported] {
                self.check(daybook, opened, peer, setup)?;
            }
        }
        let (mut own, mut files, mut imported) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            own.push(millis(daybook.ask(opened, &self.question.anew(round))?.0));
            let Some(peer) = &mut peer else { continue };
            if round % FILES_EVERY == 0 {
                files.push(peer.ask(Setup::Files, &self.question, false)?.0);
            }
            imported.push(peer.ask(self.imported, &self.question, false)?.0);
        }
        let daybook = Summary::of(own).ok_or("nothing was measured")?;
        Ok(Times { daybook, files: Summary::of(files), imported: Summary::of(imported) })
    }

    /// Checks that both sides give the same answer, and not an empty one.
    fn check(
        &self,
        daybook: &Daybook,
        opened: &OpenedJournal,
        peer: &mut Peer,
        setup: Setup,
    ) -> Result<(), Failure> {
        let answer = Answer::of(&daybook.ask(opened, &self.question)?.1, &self.question);
        if answer.is_empty() {
            return Err(format!("{}: there is nothing to be found", self.name).into());
        }
        let (_, others) = peer.ask(setup, &self.question, true)?;
        let others = others.ok_or("the peer gave no answer")?;
        let differs = |what| format!("{}, {setup:?}: {what}", self.name);
        Ok(answer.compare(others, &self.question).map_err(differs)?)
    }
}
