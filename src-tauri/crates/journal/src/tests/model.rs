//! Eight writers of several installations on one bucket, against a model that knows only what was
//! acknowledged: whatever the store answers, whoever is reopened or copied and however the clocks
//! jump, every acknowledged event is seen exactly once, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::env;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tokio::runtime::Runtime;

use super::store::Fault;
use super::*;

const WRITERS: usize = 8;

/// Two writers share an installation, until one of them goes on with a copy of it.
const HOMES: usize = 4;
const MOST_HOMES: usize = 7;

/// The values that were recorded, each another one.
#[derive(Debug, Clone, Default)]
struct Acknowledged(Vec<String>);

#[derive(Debug, Clone)]
enum Step {
    Record {
        writer: usize,
        text: String,
    },
    Batch {
        writer: usize,
        texts: Vec<String>,
    },
    BadBatch {
        writer: usize,
        good: usize,
    },
    Flush {
        writer: usize,
    },
    Reopen {
        writer: usize,
    },
    /// The writer goes on with a copy of its installation, and others with the first one.
    Copy {
        writer: usize,
    },
    Fault(Fault),
    Clock {
        minutes: i64,
    },
}

impl Acknowledged {
    /// The value that `text` becomes: no two are the same.
    fn value(&self, index: usize, text: &str) -> String {
        format!("{} {text}", self.0.len() + index)
    }

    fn values(&self, texts: &[String]) -> Vec<String> {
        texts.iter().enumerate().map(|(index, text)| self.value(index, text)).collect()
    }
}

impl ReferenceStateMachine for Acknowledged {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let writer = 0..WRITERS;
        let fault = prop::sample::select(vec![
            Fault::Refused,
            Fault::Denied,
            Fault::AnswerLost,
            Fault::AlreadyThere,
            Fault::FalselyThere,
            Fault::FalselyStored,
            Fault::OtherBytes,
            Fault::Unreadable,
        ]);
        prop_oneof![
            5 => (writer.clone(), any::<String>())
                .prop_map(|(writer, text)| Step::Record { writer, text }),
            3 => (writer.clone(), prop::collection::vec(any::<String>(), 0..5))
                .prop_map(|(writer, texts)| Step::Batch { writer, texts }),
            1 => (writer.clone(), 0..3_usize)
                .prop_map(|(writer, good)| Step::BadBatch { writer, good }),
            4 => writer.clone().prop_map(|writer| Step::Flush { writer }),
            1 => writer.clone().prop_map(|writer| Step::Reopen { writer }),
            1 => writer.prop_map(|writer| Step::Copy { writer }),
            3 => fault.prop_map(Step::Fault),
            1 => (-3000..3000_i64).prop_map(|minutes| Step::Clock { minutes }),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        let recorded = match step {
            Step::Record { text, .. } => state.values(std::slice::from_ref(text)),
            Step::Batch { texts, .. } => state.values(texts),
            _ => Vec::new(),
        };
        state.0.extend(recorded);
        state
    }
}

/// The bucket and those who write to it.
struct Firm {
    runtime: Arc<Runtime>,
    device: Device,
    writers: Vec<Journal>,
    /// The installation of each writer.
    homes: Vec<usize>,
}

impl Firm {
    fn home(&self, number: usize) -> PathBuf {
        self.device.folder.path().join(format!("home {number}"))
    }

    /// Every other writer flushes by itself too.
    async fn open(&self, writer: usize, home: usize) -> Journal {
        let threshold = if writer.is_multiple_of(2) { u64::MAX } else { 6 };
        self.device.open(&self.home(home), self.device.options(threshold)).await
    }

    async fn take(&mut self, step: Step, before: &Acknowledged) {
        match step {
            Step::Record { writer, text } => {
                let value = before.value(0, &text);
                self.writers[writer].record(note(&value)).await.unwrap();
            }
            Step::Batch { writer, texts } => {
                let drafts = before.values(&texts).iter().map(|value| note(value)).collect();
                let events = self.writers[writer].record_batch(drafts).await.unwrap();
                assert_eq!(events.len(), texts.len());
            }
            Step::BadBatch { writer, good } => {
                let mut drafts = vec![note("of a bad batch"); good];
                drafts.push(Draft { actor: String::new(), ..phone() });
                self.writers[writer].record_batch(drafts).await.unwrap_err();
            }
            // Whether it succeeds depends on the faults; what is seen must not.
            Step::Flush { writer } => drop(self.writers[writer].flush().await),
            Step::Reopen { writer } => {
                self.writers[writer] = self.open(writer, self.homes[writer]).await;
            }
            Step::Copy { writer } => self.copy(writer).await,
            Step::Fault(fault) => self.device.store.next_put(fault),
            Step::Clock { minutes } => self.device.clock.set_forward(TimeDelta::minutes(minutes)),
        }
    }

    async fn copy(&mut self, writer: usize) {
        let copy = self.homes.iter().max().unwrap() + 1;
        if copy < MOST_HOMES {
            // Nothing is written while it is copied: a flush of its own may be under way.
            let _still = self.writers[writer].flush().await;
            copy_folder(&self.home(self.homes[writer]), &self.home(copy));
            self.homes[writer] = copy;
            self.writers[writer] = self.open(writer, copy).await;
        }
    }

    /// What a reader sees who knows all installations: each event once, if it is the same wherever
    /// it is.
    async fn seen(&self) -> Vec<Event> {
        let mut seen = BTreeMap::new();
        let mut all = Vec::new();
        for home in 0..MOST_HOMES {
            all.extend(events(&Pending::of(&self.device.bucket(), &self.home(home))).await);
        }
        for (_, bytes) in self.device.objects().await {
            if bytes != "another's" {
                all.extend(read(bytes));
            }
        }
        for event in all {
            let twin = seen.insert(event.event_id.clone(), event.clone());
            assert!(twin.is_none_or(|twin| twin == event), "two events with one id");
        }
        seen.into_values().collect()
    }
}

fn note(value: &str) -> Draft {
    update("note", None, Some(value))
}

/// What was recorded by whom: no more and no less than was acknowledged, numbered without a gap.
fn assert_seen(seen: &[Event], acknowledged: &Acknowledged) {
    let mut values: Vec<&str> = seen.iter().map(|e| e.new_value.as_deref().unwrap()).collect();
    let mut expected: Vec<&str> = acknowledged.0.iter().map(String::as_str).collect();
    values.sort_unstable();
    expected.sort_unstable();
    assert_eq!(values, expected);
    let mut logs = BTreeMap::<&str, BTreeSet<u64>>::new();
    for event in seen {
        logs.entry(event.writer.as_deref().unwrap()).or_default().insert(event.seq.unwrap());
    }
    for (writer, seqs) in logs {
        assert!(seqs.iter().copied().eq(0..seqs.len() as u64), "a gap in {writer}: {seqs:?}");
    }
}

impl StateMachineTest for Firm {
    type SystemUnderTest = Self;
    type Reference = Acknowledged;

    fn init_test(_: &Acknowledged) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let homes: Vec<usize> = (0..WRITERS).map(|writer| writer % HOMES).collect();
        let runtime = Arc::new(runtime);
        let mut firm = Self { runtime, device: Device::new(), writers: Vec::new(), homes };
        for (writer, home) in firm.homes.clone().into_iter().enumerate() {
            let opened = firm.runtime.block_on(firm.open(writer, home));
            firm.writers.push(opened);
        }
        firm
    }

    fn apply(mut firm: Self, after: &Acknowledged, step: Step) -> Self {
        let recorded = match &step {
            Step::Record { .. } => 1,
            Step::Batch { texts, .. } => texts.len(),
            _ => 0,
        };
        let before = Acknowledged(after.0[..after.0.len() - recorded].to_vec());
        let runtime = Arc::clone(&firm.runtime);
        runtime.block_on(firm.take(step, &before));
        firm
    }

    fn check_invariants(firm: &Self, acknowledged: &Acknowledged) {
        assert_seen(&firm.runtime.block_on(firm.seen()), acknowledged);
    }

    fn teardown(firm: Self, acknowledged: Acknowledged) {
        firm.device.store.forget_faults();
        firm.runtime.block_on(async {
            for writer in &firm.writers {
                writer.flush().await.unwrap();
                assert_eq!(events(writer.pending()).await, []);
            }
            assert_seen(&firm.seen().await, &acknowledged);
        });
    }
}

fn from_environment(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).ok().map_or(otherwise, |value| value.parse().unwrap())
}

/// Always the same cases, unless others are asked for.
fn config() -> Config {
    Config {
        cases: u32::try_from(from_environment("DAYBOOK_MODEL_CASES", 16)).unwrap(),
        rng_seed: RngSeed::Fixed(from_environment("DAYBOOK_MODEL_SEED", 1)),
        failure_persistence: None,
        ..Config::default()
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn d20_whatever_happens_every_acknowledged_event_is_seen_exactly_once(sequential 1..40 => Firm);
}
