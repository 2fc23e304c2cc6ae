//! The corpus of the fuzz targets, with the bodies of the targets: what once held still holds.

#[path = "fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// A target by its name, and what it does with an input.
type Target = (&'static str, fn(&[u8]));

#[test]
fn every_input_of_the_corpus_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let table: [Target; 8] = [
        ("file", targets::file::check),
        ("columns", targets::columns::check),
        ("decoder_protocol", targets::decoder_protocol::check),
        ("row_codec", targets::row_codec::check),
        ("event", targets::event::check),
        ("query_text", targets::query_text::check),
        ("json_value", targets::json_value::check),
        ("location", targets::location::check),
    ];
    for (target, check) in table {
        let inputs = fs::read_dir(corpus.join(target)).unwrap();
        let paths: Vec<_> = inputs.map(|input| input.unwrap().path()).collect();
        assert!(!paths.is_empty(), "{target}");
        for path in paths {
            // A panic says what does not hold, and this, of what.
            println!("{}", path.display());
            check(&fs::read(&path).unwrap());
        }
    }
}
