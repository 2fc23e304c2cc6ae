//! Files that nobody would write by mistake: each is refused with a reason, and what ends the
//! decoder ends nothing else.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod file;
mod kinds;
mod thrift;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use decode::{DecodedRows, Decoder, Decoding, Undecoded};
use file::File;

fn start() -> Decoding {
    Decoder::Program(env!("CARGO_BIN_EXE_decoder").into()).start()
}

fn decode(decoding: &mut Decoding, file: &[u8]) -> Result<DecodedRows, String> {
    decoding.decode("a.parquet", file).unwrap().map_err(|undecoded| match undecoded {
        Undecoded::ByItself(why) => why,
        other => panic!("{other:?}"),
    })
}

/// A decoder that does something to itself before it decodes, at its first `times` starts.
fn disturbed(folder: &Path, disturbance: &str, times: usize) -> Decoder {
    let (program, starts) = (folder.join("decoder"), folder.join("starts"));
    let decoder = env!("CARGO_BIN_EXE_decoder");
    let script = format!(
        "#!/bin/sh\necho >> '{0}'\nif [ $(wc -l < '{0}') -le {times} ]; then {disturbance}; fi\n\
         exec '{decoder}' \"$@\"\n",
        starts.display()
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Decoder::Program(program)
}

#[test]
fn s7_s10_a_decoder_that_is_killed_or_stopped_from_outside_says_nothing_about_the_file() {
    let short = Duration::from_millis(300);
    let long = Duration::from_mins(2);
    for (disturbance, patience) in
        [("kill -KILL $$", long), ("kill -TERM $$", long), ("kill -STOP $$", short)]
    {
        let folder = tempfile::tempdir().unwrap();
        let mut decoding = disturbed(folder.path(), disturbance, 1).start_with_patience(patience);
        if patience == long {
            // Once is tried again.
            assert!(decode(&mut decoding, &File::good().bytes()).is_ok(), "{disturbance}");
        }
        let folder = tempfile::tempdir().unwrap();
        let mut decoding = disturbed(folder.path(), disturbance, 2).start_with_patience(patience);
        let found = decoding.decode("a.parquet", &File::good().bytes()).unwrap();
        assert!(matches!(found, Err(Undecoded::Interrupted(_))), "{disturbance}: {found:?}");
    }
}

#[test]
fn b1_the_file_that_is_made_wrong_is_good_before() {
    let rows = decode(&mut start(), &File::good().bytes()).unwrap();
    assert_eq!((rows.in_file, rows.len(), rows.bad.len()), (2, 2, 0));
}

#[test]
fn b1_every_kind_of_bad_file_is_refused_with_a_reason() {
    let mut decoding = start();
    for (name, bytes, reason) in kinds::all() {
        let found = decode(&mut decoding, &bytes).expect_err(name);
        assert!(found.contains(reason), "{name}: {found}");
        assert!(decode(&mut decoding, &File::good().bytes()).is_ok(), "after {name}");
    }
}

#[test]
fn b1_a_contradiction_that_takes_nothing_away_is_read_over() {
    let mut decoding = start();
    for (name, make) in kinds::HARMLESS {
        let found = decode(&mut decoding, &kinds::made(*make));
        assert_eq!(found.map(|rows| rows.len()), Ok(2), "{name}");
    }
}

#[test]
fn b1_what_once_made_the_library_panic_ends_nothing() {
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fuzz/known");
    let mut decoding = start();
    for file in fs::read_dir(known).unwrap() {
        // Read or refused: by now the library is not asked for some of it.
        drop(decode(&mut decoding, &fs::read(file.unwrap().path()).unwrap()));
        assert!(decode(&mut decoding, &File::good().bytes()).is_ok());
    }
}

#[test]
fn b3_a_page_that_claims_two_gibibytes_is_refused_or_ends_only_the_decoder() {
    let mut decoding = start();
    for (name, bytes) in kinds::enormous() {
        let found = decode(&mut decoding, &bytes).expect_err(name);
        let refused = found.contains("damaged") || found.contains("ended the decoder");
        assert!(refused, "{name}: {found}");
        assert!(decode(&mut decoding, &File::good().bytes()).is_ok(), "after {name}");
    }
}
