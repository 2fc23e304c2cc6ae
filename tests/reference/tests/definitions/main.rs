//! What `query` defines for several engines, held against the reference engine.

mod journal;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use event::{Entry, NameFields, Place};
use query::{
    CancellationToken, Coverage, Decision, Engine, EventFilter, EventsQuery, Overlay, Undecided,
};
use reference::{Questions, ReferenceEngine, compare};

use journal::journal;

/// Journals to look at.
const SEEDS: std::ops::Range<u64> = 0..40;

/// The result of what waits for nothing.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        let polled = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(done) = polled {
            return done;
        }
    }
}

fn reference(entries: Vec<Entry>) -> ReferenceEngine {
    ReferenceEngine::new(entries, Coverage { complete: true, ..Coverage::default() })
}

#[test]
fn an_event_filter_decides_each_event_by_definition() {
    for seed in SEEDS {
        let (stored, pending) = journal(seed);
        let pending = pending.into_iter().map(|event| Entry::new(event, Place::Pending));
        let reference = reference(stored.into_iter().chain(pending).collect());
        let (entries, token) = (reference.entries(), CancellationToken::new());
        for asked in Questions::about(entries).filters {
            let filter = EventFilter::new(&asked);
            let (mut passing, mut hidden, mut undecided) = (Vec::new(), 0, Undecided::default());
            for entry in entries {
                match filter.decide(entry) {
                    Decision::Passes => passing.push(entry),
                    Decision::IsHiddenNoOp => hidden += 1,
                    Decision::Undecided(missing) => *undecided.of(missing) += 1,
                    Decision::Fails => {}
                }
            }
            let query =
                EventsQuery { filters: asked.clone(), limit: usize::MAX, ..EventsQuery::default() };
            let page = block_on(reference.events(&query, &token)).expect("an answer").value;
            let expected: Vec<&Entry> = page.items.iter().rev().map(|item| &*item.entry).collect();
            assert_eq!(passing, expected, "{seed} {asked:?}");
            assert_eq!(
                hidden * usize::from(asked.hide_no_ops),
                page.hidden_no_ops,
                "{seed} {asked:?}"
            );
            assert_eq!(undecided, page.undecided, "{seed} {asked:?}");
        }
    }
}

#[test]
fn an_overlay_answers_as_if_the_pending_events_were_stored() {
    for seed in SEEDS {
        let (stored, pending) = journal(seed);
        let inner = Arc::new(reference(stored.clone()));
        let token = CancellationToken::new();
        let over = Overlay::new(inner, Ok(pending.clone()), NameFields::default(), &token);
        let overlay = block_on(over).expect("the reference engine answers");
        let pending = pending.into_iter().map(|event| Entry::new(event, Place::Pending));
        let whole = reference(stored.into_iter().chain(pending).collect());
        let part = usize::try_from(seed).unwrap_or_default();
        let questions = Questions::about(whole.entries()).part(part, 6);
        block_on(compare(&overlay, &whole, &questions));
    }
}

#[test]
fn what_cannot_be_read_of_the_pending_events_is_in_the_coverage_before_all() {
    let inner = Arc::new(reference(Vec::new()));
    let token = CancellationToken::new();
    let over = Overlay::new(inner, Err("cannot be read".into()), NameFields::default(), &token);
    let overlay = block_on(over).expect("the reference engine answers");
    let coverage = overlay.coverage();
    assert_eq!(coverage.unreadable[0].file, "the pending events of this device");
    assert_eq!((coverage.unreadable_total, coverage.complete), (1, false));
}
