//! `import`: what is told, what is recorded, and what is refused.

use std::fs;

use serde_json::Value;

use crate::place::{Place, Ran};

const MAPPING: &str = r#"
    kind = "snapshot"
    type = "candidate"
    id = { column = "No" }
    cuts = ["keeps 20 fields"]
    [fields]
    phone = { column = "Telefon" }
    rate = { column = "Satz", number = "1.234,5" }
"#;

const TABLE: &str = "No;Telefon;Satz\nCAND-1;0170;1.200,50\nCAND-2;0171;7\n";

/// The program with these words, where `TABLE` and `MAPPING` stand for files with these texts.
fn run(place: &Place, table: &str, mapping: &str, arguments: &[&str]) -> Ran {
    let folder = place.folder().to_str().unwrap();
    fs::write(format!("{folder}/people.csv"), table).unwrap();
    fs::write(format!("{folder}/people.toml"), mapping).unwrap();
    let named = |word: &&str| {
        let word = word.replace("TABLE", &format!("{folder}/people.csv"));
        word.replace("MAPPING", &format!("{folder}/people.toml"))
    };
    let words: Vec<String> = arguments.iter().map(named).collect();
    place.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

const IMPORT: [&str; 7] =
    ["import", "BUCKET", "TABLE", "--mapping", "MAPPING", "--actor", "Importer"];

fn import(place: &Place, table: &str, more: &[&str]) -> Ran {
    run(place, table, MAPPING, &[&IMPORT[..], more].concat())
}

fn events(place: &Place) -> usize {
    let answer: Value = serde_json::from_str(&place.run(&["recent", "BUCKET"]).out).unwrap();
    usize::try_from(answer["total"].as_u64().unwrap()).unwrap()
}

#[test]
fn differences_are_told_first_and_recorded_as_one_batch() {
    let (place, _) = Place::with_candidate();
    let dry = import(&place, TABLE, &["--dry-run", "--format", "table"]);
    assert_eq!((dry.status, events(&place)), (0, 2), "{dry:?}");
    for told in [
        "people.csv: 2 rows; UTF-8, cells separated by “;”.\n",
        "Of its source is known: keeps 20 fields.\n",
        "3 events would be recorded (1 insert, 2 updates). Nothing is recorded.\n",
    ] {
        assert!(dry.err.contains(told), "{told}\n{}", dry.err);
    }
    assert!(
        dry.out.contains("1200.50") && dry.out.contains("by Importer via import:people.csv"),
        "{}",
        dry.out
    );

    let done = import(&place, TABLE, &[]);
    assert_eq!((done.status, events(&place)), (0, 5), "{done:?}");
    let told: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((told["recorded"].as_u64(), told["first"].clone()), (Some(3), Value::Null));
    let batch = told["batch"].as_str().unwrap();
    let query = format!("batch={batch} actor=Importer source=import:people.csv");
    let of_batch = place.run(&["recent", "BUCKET", "--query", &query]);
    assert!(of_batch.out.contains("\"total\":3"), "{}", of_batch.out);
    assert_eq!(place.run(&["chains", "BUCKET"]).status, 0);

    let again = import(&place, TABLE, &["--format", "table"]);
    assert_eq!((again.status, events(&place)), (0, 5), "{again:?}");
    assert!(again.err.contains("2 rows say what the journal says already.\n"), "{}", again.err);
    assert!(again.err.contains("Nothing is recorded: nothing differs.\n"), "{}", again.err);
}

#[test]
fn nothing_is_recorded_when_a_row_cannot_be_understood_unless_it_is_left_out() {
    let (place, _) = Place::with_candidate();
    let table = format!("{TABLE}CAND-3;0172;much\n");
    let refused = import(&place, &table, &[]);
    assert_eq!((refused.status, events(&place), &*refused.out), (3, 2, ""), "{refused:?}");
    assert!(
        refused.err.contains("Line 4, Satz: “much” is no number as the mapping has them.\n"),
        "{}",
        refused.err
    );
    assert!(
        refused.err.contains("1 row cannot be understood, so nothing is recorded"),
        "{}",
        refused.err
    );
    let dry = import(&place, &table, &["--dry-run", "--format", "table"]);
    let told = "1 row cannot be understood: nothing is recorded without --leave-out-bad.\n";
    assert!(dry.status == 1 && dry.err.contains(told), "{dry:?}");
    let partly = import(&place, &table, &["--leave-out-bad"]);
    assert_eq!((partly.status, events(&place)), (1, 5), "{partly:?}");
}

#[test]
fn a_copy_that_is_only_read_is_compared_with_and_nothing_else() {
    let (place, _) = Place::with_candidate();
    let copy = place.pack("zip");
    let words = IMPORT.map(|word| if word == "BUCKET" { &*copy } else { word });
    let dry = run(&place, TABLE, MAPPING, &[&words[..], &["--dry-run"]].concat());
    assert!(dry.status == 0 && dry.out.contains("\"updates\":2"), "{dry:?}");
    let refused = run(&place, TABLE, MAPPING, &words);
    assert_eq!((refused.status, &*refused.out), (3, ""), "{refused:?}");
    assert!(refused.err.contains("nothing can be recorded here"), "{}", refused.err);
}

#[test]
fn what_is_wrong_is_said_before_the_journal_is_opened() {
    let place = Place::new();
    let nowhere: Vec<&str> =
        IMPORT.iter().map(|word| if *word == "MAPPING" { "nowhere.toml" } else { word }).collect();
    let changes = "kind = \"changes\"\ntype = \"a\"\nid = \"b\"\n[fields]\nnew = \"c\"";
    let cases = [
        (TABLE, "", &IMPORT[..], "people.toml: the mapping is empty"),
        (TABLE, changes, &IMPORT, "people.toml: the mapping lacks at"),
        (
            "No;Telefon;Telefon;Satz\n",
            MAPPING,
            &IMPORT,
            "people.csv has the header “Telefon” twice",
        ),
        (
            "No;Telefon\n1;2\n",
            MAPPING,
            &IMPORT,
            "people.csv has no column “Satz”; it has “No”, “Telefon”",
        ),
        ("", MAPPING, &IMPORT, "people.csv is empty"),
        (TABLE, MAPPING, &nowhere, "nowhere.toml cannot be read"),
    ];
    for (table, mapping, words, expected) in cases {
        let ran = run(&place, table, mapping, words);
        assert_eq!((ran.status, &*ran.out), (2, ""), "{expected}: {ran:?}");
        assert!(ran.err.contains(expected), "{expected}\n{}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
    assert_eq!(fs::read_dir(place.bucket().join("journal")).unwrap().count(), 0);
}
