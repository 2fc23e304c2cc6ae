//! The window's program tells of its work where `RUST_LOG` asks for it, as the command line does.
//! Without a display it comes as far as its own data.

use std::process::Command;

use session::Home;

use crate::buckets::Place;

#[test]
fn the_window_tells_on_standard_error_what_it_did_and_only_if_asked() {
    let told = |wanted: Option<&str>| {
        let place = Place::new();
        let mut program = Command::new(env!("CARGO_BIN_EXE_daybook-desktop"));
        program.arg(place.bucket()).env("DAYBOOK_HOME", Home::path(&place.home()));
        for variable in ["DISPLAY", "WAYLAND_DISPLAY", "RUST_LOG"] {
            program.env_remove(variable);
        }
        let ended = program.envs(wanted.map(|wanted| ("RUST_LOG", wanted))).output().unwrap();
        assert!(ended.stdout.is_empty(), "{ended:?}");
        let bucket = place.bucket().to_string_lossy().into_owned();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert!(!told.contains(&bucket), "where the bucket is was told: {told}");
        told
    };
    let debug = told(Some("debug"));
    let is_start = |line: &str| line.contains("daybook_desktop") && line.contains("time.busy");
    assert!(debug.lines().any(is_start), "{debug}");
    assert!(!told(None).contains("time.busy"));
}
