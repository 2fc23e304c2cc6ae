//! The digest of an event: the vectors that other implementations go by, and what tells events apart.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde::Deserialize;

use crate::{Cell, Cells, Column, EVENT_COLUMNS, Event, EventDigest, Kind, parse_time};

#[derive(Deserialize)]
struct Vector {
    name: String,
    /// The columns by name, as text. What is not there is null.
    event: BTreeMap<String, Option<String>>,
    canonical_bytes: String,
    digest: String,
}

#[test]
fn the_vectors_hold() {
    let path = "../../../tests/fixtures/digests.json";
    let json = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let vectors: Vec<Vector> = serde_json::from_slice(&json).unwrap();
    assert!(vectors.len() > 10);
    for vector in vectors {
        let text = |column: Column| vector.event.get(column.name())?.as_deref();
        let cells = EVENT_COLUMNS.map(|column| match (column.kind(), text(column)) {
            (_, None) => Cell::Null,
            (Kind::Text, Some(text)) => Cell::Text(text),
            (Kind::Number, Some(text)) => Cell::Number(text.parse().unwrap()),
            (Kind::Instant, Some(text)) => {
                Cell::Instant(parse_time(text).unwrap().timestamp_nanos_opt().unwrap())
            }
        });
        let event = Event::from_cells(&cells).unwrap();
        let bytes = event.canonical_bytes();
        let digits = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        assert_eq!(digits, vector.canonical_bytes, "{}", vector.name);
        assert_eq!(event.digest().to_string(), vector.digest, "{}", vector.name);
        assert_eq!(vector.digest.parse(), Ok(event.digest()));
    }
}

#[test]
fn a_digest_is_64_digits_in_lower_case() {
    let good = "0f".repeat(32);
    assert_eq!(good.parse::<EventDigest>().map(|digest| digest.to_string()), Ok(good.clone()));
    for bad in [&good[1..], &format!("{good}0"), &good.to_uppercase(), &good.replace('f', "g"), ""]
    {
        assert!(bad.parse::<EventDigest>().is_err(), "{bad}");
    }
}

/// What the cells of an event are made from.
type Drawn = (Vec<Option<String>>, [i64; 2], Option<u64>);

fn drawn() -> impl Strategy<Value = Drawn> {
    let text = prop::option::of("[aé\u{0}]{0,2}");
    let texts = prop::collection::vec(text, EVENT_COLUMNS.len());
    (texts, any::<[i64; 2]>(), prop::option::of(prop_oneof![0..3_u64, any::<u64>()]))
}

fn cells((texts, instants, number): &Drawn) -> Cells<'_> {
    EVENT_COLUMNS.map(|column| {
        let text = texts[column.index()].as_deref();
        match column.kind() {
            Kind::Text if column.is_nullable() => text.into(),
            Kind::Text => Cell::Text(text.unwrap_or_default()),
            Kind::Instant if column.is_nullable() && text.is_none() => Cell::Null,
            Kind::Instant => Cell::Instant(instants[usize::from(column.is_nullable())]),
            Kind::Number => number.map_or(Cell::Null, Cell::Number),
        }
    })
}

fn digest(cells: &Cells<'_>) -> EventDigest {
    Event::from_cells(cells).unwrap().digest()
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn rows_with_equal_cells_have_one_digest_and_others_have_others(a in drawn(), b in drawn()) {
        let (a, b) = (cells(&a), cells(&b));
        prop_assert_eq!(digest(&a), digest(&a.clone()));
        prop_assert_eq!(digest(&a) == digest(&b), a == b);
        for column in EVENT_COLUMNS {
            let mut changed = a;
            changed[column.index()] = b[column.index()];
            prop_assert_eq!(digest(&changed) == digest(&a), changed == a, "{}", column.name());
        }
    }

    #[test]
    fn a_text_that_moves_to_the_next_column_is_another_event(a in drawn(), text in "[ab]{1,3}") {
        let mut cells = cells(&a);
        for (at, next) in [(Column::OldValue, Column::NewValue), (Column::Corrects, Column::Reason)] {
            cells[at.index()] = Cell::Text(&text);
            cells[next.index()] = Cell::Text("");
            let before = digest(&cells);
            cells.swap(at.index(), next.index());
            prop_assert_ne!(digest(&cells), before);
        }
    }
}
