//! Every answer is the answer of the reference engine.

use std::path::Path;

use event::{Action, Amendment, Draft, Entry, Place, RecordId};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use query::{AllEventsQuery, CancellationToken, Engine};
use session::JournalSession;

use crate::buckets::{LegacyRow, Place as Folder, row};
use crate::oracle;
use crate::place::{self, check, check_session};

/// Part of a public journal: real names, real mistakes.
const LEGISLATORS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/legislators");

/// In so many parts the questions are asked, one part about each journal.
const PARTS: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_journal_is_answered_as_by_brute_force() {
    let home = Folder::new();
    check(Path::new(LEGISLATORS), &home.home(), Some((place::part(), PARTS))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_journal_is_answered_as_by_brute_force() {
    let place = Folder::new();
    check(&place.bucket(), &place.home(), None).await;
}

/// Legacy files with late events, mixed time zones, repeated ids, and the same file twice.
fn files() -> impl Strategy<Value = Vec<Vec<LegacyRow>>> {
    let time = (0..40_u32, 0..4_usize).prop_map(|(minute, zone)| {
        let zone = ["Z", "+00:00", "+02:00", "-05:30"][zone];
        format!("2024-03-01T{:02}:{:02}:00.5{zone}", 8 + minute / 20, minute % 20)
    });
    let value =
        || "[ab]{0,2}|ärger|x#1|-?[0-9]{1,3}[.][0-9]|2024-03-0[1-9]|Stra[sß]e|\\\\u00eb'%\"";
    let one = (0..6_u32, time, 0..3_u32, 0..7_u32, value(), value());
    let row = one.prop_map(|(id, time, entity, action, old, new)| {
        let (id, entity) = (format!("evt-{id}"), format!("CAND-{entity}"));
        let quoted = new.replace('\\', "\\\\").replace('"', "\\\"");
        let object = format!(r#"{{"phone":"{quoted}","rate":12.25,"note":null}}"#);
        match action {
            0 => row(&id, &time, &entity, "*", "insert", ["", &object]),
            1 => row(&id, &time, &entity, "*", "delete", [&object, ""]),
            2 => row(&id, &time, &entity, "*", "ingest", ["", "12 rows from a.csv"]),
            3 => row(
                &id,
                &time,
                &entity,
                "phone",
                ["restore", "delete", "insert"][old.len() % 3],
                [&old, &new],
            ),
            _ => row(
                &id,
                &time,
                &entity,
                ["phone", "rate"][action as usize % 2],
                "update",
                [&old, &new],
            ),
        }
    });
    prop::collection::vec(prop::collection::vec(row, 1..12), 1..6)
}

/// What is recorded one after the other; some of it is refused.
#[derive(Debug, Clone)]
enum Step {
    Amend(Index, Amendment),
    Change { entity: u32, minute: i64, values: [String; 2] },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let reason = || "why".to_owned();
    let amendment = prop_oneof![
        "[ab]{0,2}".prop_map(move |to| Amendment::Correct {
            field: None,
            to: Some(to),
            reason: reason()
        }),
        Just(Amendment::Void { reason: reason() }),
        Just(Amendment::Note { text: "ask".into() }),
    ];
    let amend = (any::<Index>(), amendment).prop_map(|(which, what)| Step::Amend(which, what));
    let change = (0..4_u32, 0..90_i64, "[ab]{0,2}", "[ab]{0,2}")
        .prop_map(|(entity, minute, old, new)| Step::Change { entity, minute, values: [old, new] });
    prop::collection::vec(prop_oneof![4 => amend, 1 => change], 0..12)
}

/// Records a step; what is refused is not.
async fn take(session: &JournalSession, step: &Step) -> Vec<Entry> {
    let recorded = match step {
        Step::Amend(which, amendment) => {
            let all = all_events(&*session.refresh().await.unwrap()).await;
            let address = which.get(&all).address().to_string();
            session.amend(&[&address], amendment, "Tom").await.unwrap_or_default()
        }
        Step::Change { entity, minute, values: [old, new] } => {
            let entity_id = format!("CAND-{entity}");
            let record = RecordId { entity_type: "candidate".into(), entity_id };
            let start = event::parse_time("2024-03-01T08:00:00Z").unwrap();
            let draft = Draft {
                timestamp: Some(start + chrono::TimeDelta::minutes(*minute)),
                old_value: Some(old.clone()),
                new_value: Some(new.clone()),
                ..Draft::new(record, Action::Update, "phone", "Tom", "window")
            };
            vec![session.record(draft).await.unwrap()]
        }
    };
    recorded.into_iter().map(|event| Entry::new(event, Place::Pending)).collect()
}

pub async fn all_events(engine: &dyn Engine) -> Vec<std::sync::Arc<Entry>> {
    use futures::TryStreamExt;
    let token = CancellationToken::new();
    let chunks = engine.all_events(&AllEventsQuery::default(), &token);
    let chunks: Vec<_> = chunks.try_collect().await.unwrap();
    chunks.into_iter().flat_map(|chunk| chunk.entries).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6,
        max_shrink_iters: 0,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn any_journal_is_answered_as_by_brute_force_with_what_is_pending_and_after_it_was_flushed(
        files in files(), steps in steps(), twice in any::<bool>(), part in 0..PARTS,
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(async {
            let place = Folder::new();
            for (n, file) in files.iter().enumerate() {
                place.write(&format!("20240301_09000{n}_000.parquet"), file);
            }
            if twice {
                place.write("20240301_100000_000.parquet", &files[0]);
            }
            let session = place::session(&place.bucket(), &place.home()).await;
            let mut pending = Vec::new();
            for step in &steps {
                pending.extend(take(&session, step).await);
            }
            check_session(&session, &place.bucket(), &pending, (part, PARTS)).await;
            session.flush().await.unwrap();
            check_session(&session, &place.bucket(), &[], (part + 1, PARTS)).await;
        });
    }
}

/// The oracle reads what this test asks about.
#[test]
fn the_fixture_has_events() {
    assert!(!oracle::read(Path::new(LEGISLATORS)).is_empty());
}
