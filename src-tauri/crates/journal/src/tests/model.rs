//! Two handles on one outbox, random calls, a store that fails now and then: every acknowledged
//! event is exactly once in what a reader sees.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::store::Fault;
use super::*;

#[derive(Debug, Clone)]
enum Step {
    Record { handle: usize, value: Option<String> },
    Batch { handle: usize, values: Vec<String> },
    BadBatch { handle: usize, good: usize },
    Flush { handle: usize },
    Reopen { handle: usize },
    Fault(Fault),
    Clock { micros: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let handle = 0..2_usize;
    let fault = prop::sample::select(vec![
        Fault::Refused,
        Fault::AnswerLost,
        Fault::AlreadyThere,
        Fault::FalselyThere,
        Fault::FalselyStored,
        Fault::Unreadable,
    ]);
    prop_oneof![
        4 => (handle.clone(), prop::option::of(any::<String>()))
            .prop_map(|(handle, value)| Step::Record { handle, value }),
        2 => (handle.clone(), prop::collection::vec(any::<String>(), 0..5))
            .prop_map(|(handle, values)| Step::Batch { handle, values }),
        1 => (handle.clone(), 0..3_usize)
            .prop_map(|(handle, good)| Step::BadBatch { handle, good }),
        3 => handle.clone().prop_map(|handle| Step::Flush { handle }),
        1 => handle.prop_map(|handle| Step::Reopen { handle }),
        2 => fault.prop_map(Step::Fault),
        1 => (-5_000..5_000_i64).prop_map(|micros| Step::Clock { micros }),
    ]
}

struct Run {
    desk: Desk,
    handles: [Journal; 2],
    /// What was acknowledged, in the order of the log.
    acknowledged: Vec<Event>,
}

impl Run {
    async fn new() -> Self {
        let desk = Desk::new();
        let handles = [desk.journal_flushing_at(6).await, desk.journal().await];
        Self { desk, handles, acknowledged: Vec::new() }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Record { handle, value } => {
                let draft = update("note", None, value.as_deref());
                self.acknowledged.push(self.handles[handle].record(draft).await.unwrap());
            }
            Step::Batch { handle, values } => {
                let drafts = values.iter().map(|value| update("note", Some(""), Some(value)));
                let events = self.handles[handle].record_batch(drafts.collect()).await.unwrap();
                assert_eq!(events.len(), values.len());
                self.acknowledged.extend(events);
            }
            Step::BadBatch { handle, good } => {
                let mut drafts = vec![phone(); good];
                drafts.push(Draft { actor: String::new(), ..phone() });
                self.handles[handle].record_batch(drafts).await.unwrap_err();
            }
            Step::Flush { handle } => {
                // Whether it succeeds depends on the faults; what is seen must not.
                let _ = self.handles[handle].flush().await;
            }
            Step::Reopen { handle } => {
                let threshold = if handle == 0 { 6 } else { u64::MAX };
                self.handles[handle] = self.desk.journal_flushing_at(threshold).await;
            }
            Step::Fault(fault) => self.desk.store.next_put(fault),
            Step::Clock { micros } => self.desk.clock.advance(micros),
        }
    }

    async fn check(&self) {
        let pending = self.handles[0].pending().await.unwrap();
        let stored = self.desk.stored().await;
        let count = stored.len();
        let stored: BTreeMap<_, _> = stored.into_iter().map(|e| (e.seq.unwrap(), e)).collect();
        assert_eq!(stored.len(), count, "an event is in two files");
        let waiting = pending.len() as u64;
        let mut seen = stored;
        for event in pending {
            // One whose file is stored, and is not known to be, is the same in both places.
            if let Some(twin) = seen.insert(event.seq.unwrap(), event.clone()) {
                assert_eq!(twin, event);
            }
        }
        assert_eq!(seen.into_values().collect::<Vec<_>>(), self.acknowledged);
        let stats = self.handles[1].stats().await.unwrap();
        assert_eq!(stats.total_events_created, self.acknowledged.len() as u64);
        assert_eq!(stats.buffer_events, waiting);
    }

    async fn finish(self) {
        self.desk.store.forget_faults();
        self.handles[1].flush().await.unwrap();
        assert_eq!(self.handles[0].pending().await.unwrap(), []);
        // Not in the order of the files' names, because the clock was set back.
        let mut stored = self.desk.stored().await;
        stored.sort_by_key(|event| event.seq);
        assert_eq!(stored, self.acknowledged);
        let order = self.acknowledged.iter().zip(0..);
        assert!(order.clone().all(|(event, seq)| event.seq == Some(seq)), "a gap");
        assert!(self.acknowledged.is_sorted_by_key(|event| event.recorded_at));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_acknowledged_event_is_seen_exactly_once(
        steps in prop::collection::vec(step(), 1..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut run = Run::new().await;
            for step in steps {
                run.take(step).await;
                run.check().await;
            }
            run.finish().await;
        });
    }
}
