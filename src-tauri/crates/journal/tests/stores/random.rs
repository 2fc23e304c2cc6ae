//! Random faults: whatever happens, every acknowledged event is stored exactly once, and the numbers of
//! each writer have no gap.

use std::collections::{BTreeMap, BTreeSet};
use std::env;

use futures::stream::{self, StreamExt};
use journal::Journal;
use lab::fault_proxy::{Fault, FaultProxy, Request};
use tempfile::TempDir;

use crate::place::{KINDS, Kind, Place};
use crate::rules::{lists, refusal};
use crate::{Row, note, open, row, stored};

/// Lives of each store. Others are asked for by `DAYBOOK_MODEL_CASES`.
const LIVES: u64 = 70;

/// Steps of a life.
const STEPS: u64 = 8;

/// Numbers that look random and are the same each time (`SplitMix64`).
#[derive(Clone)]
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// A fault for a request; which ones there are depends on what is asked.
fn fault(random: &mut Seeded, request: &Request) -> Option<Fault> {
    let is_put = request.method == "PUT";
    Some(match random.below(24) {
        0 => Fault::LoseAnswer,
        1 => Fault::status(500),
        2 => Fault::status(403),
        3 if is_put => Fault::status_after(500),
        4 if is_put => Fault::status_after(400),
        5 if is_put => Fault::CutRequest(random.below(100)),
        6 if is_put => refusal(409, "ConditionalRequestConflict"),
        7 if is_put => Fault::status_after(412),
        3 | 4 if !lists(request) => Fault::CutBody(random.below(100)),
        5 if !lists(request) => Fault::WrongLength(1),
        6 => {
            let cut = random.below(1 << 20);
            Fault::body(move |mut body| {
                body.truncate(usize::try_from(cut).unwrap() % body.len().max(1));
                body
            })
        }
        _ => return None,
    })
}

/// A journal that is recorded into.
struct Life {
    place: Place,
    proxy: FaultProxy,
    home: TempDir,
    journal: Option<Journal>,
    acknowledged: Vec<Row>,
}

impl Life {
    /// The journal, opened if it is not. A fault may be in the way.
    async fn journal(&mut self) -> Option<Journal> {
        if self.journal.is_none() {
            self.journal = open(self.place.bucket(), self.home.path()).await.ok();
        }
        self.journal.clone()
    }

    async fn take(&mut self, step: u64, random: &mut Seeded) {
        match random.below(10) {
            0..4 => {
                let count = random.below(3) + 1;
                let drafts = (0..count).map(|at| note(&format!("{step} {at}"))).collect();
                // Only the first one needs the bucket.
                if let Some(journal) = self.journal().await
                    && let Ok(events) = journal.record_batch(drafts).await
                {
                    self.acknowledged.extend(events.iter().map(row));
                }
            }
            // Whether it succeeds depends on the faults; what is stored must not.
            4..9 => {
                if let Some(journal) = self.journal().await {
                    drop(journal.flush().await);
                }
            }
            _ => self.journal = None,
        }
    }

    /// Ends the faults, and checks what is there.
    async fn end(mut self, what: &str) {
        self.proxy.clear();
        let journal = self.journal().await.unwrap();
        journal.flush().await.unwrap();
        assert_eq!(journal.pending().events().await.unwrap(), [], "{what}");
        self.acknowledged.sort();
        assert_eq!(stored(&self.place).await, self.acknowledged, "{what}");
        let mut numbers = BTreeMap::<&str, BTreeSet<u64>>::new();
        for (writer, seq, _) in &self.acknowledged {
            numbers.entry(writer).or_default().insert(*seq);
        }
        for (writer, seqs) in numbers {
            assert!(seqs.iter().copied().eq(0..seqs.len() as u64), "{what}: {writer}: {seqs:?}");
        }
    }
}

async fn live(kind: Kind, seed: u64) -> usize {
    let proxy = kind.proxy();
    let place = Place::behind(&proxy, kind);
    let home = tempfile::tempdir().unwrap();
    let mut life = Life { place, proxy, home, journal: None, acknowledged: Vec::new() };
    let mut random = Seeded(seed);
    let mut of_proxy = Seeded(!seed);
    life.proxy.on(move |request| fault(&mut of_proxy, request));
    for step in 0..STEPS {
        life.take(step, &mut random).await;
    }
    let count = life.acknowledged.len();
    life.end(&format!("{kind:?}: seed {seed}")).await;
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d20_whatever_the_network_does_every_acknowledged_event_is_stored_exactly_once() {
    let lives = env::var("DAYBOOK_MODEL_CASES").map_or(LIVES, |cases| cases.parse().unwrap());
    let all = KINDS.into_iter().flat_map(|kind| (0..lives).map(move |seed| (kind, seed)));
    let each = |(kind, seed)| tokio::spawn(live(kind, seed));
    let lived = stream::iter(all).map(each).buffer_unordered(12);
    let events: usize = lived.map(Result::unwrap).fold(0, async |sum, count| sum + count).await;
    assert!(events as u64 > lives * 3, "too few were acknowledged to show anything: {events}");
}
