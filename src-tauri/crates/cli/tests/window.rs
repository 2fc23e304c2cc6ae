//! `open` starts the program that lies beside it. Alone in its file: a program that was just
//! written cannot be started while another test starts one.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

#[test]
fn the_window_beside_it_is_started_with_the_whole_path_of_the_bucket_or_said_to_be_missing() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().canonicalize().unwrap();
    let program = folder.join("daybook");
    fs::copy(env!("CARGO_BIN_EXE_daybook"), &program).unwrap();
    fs::create_dir(folder.join("firm")).unwrap();
    let open = || {
        // Ends when the window's standard error, which is this one's, is closed.
        let mut open = Command::new(&program);
        open.args(["open", "firm"]).current_dir(&folder).env("PATH", "/nowhere").output().unwrap()
    };

    let ran = open();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(3), "{said}");
    assert!(said.contains("there is no program daybook-desktop"), "{said}");

    let window = folder.join("daybook-desktop");
    fs::write(&window, "#!/bin/sh\necho \"opened:$*\" >&2\n").unwrap();
    fs::set_permissions(&window, fs::Permissions::from_mode(0o755)).unwrap();
    let ran = open();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(0), "{said}");
    assert!(said.contains(&format!("opened:{}/firm\n", folder.display())), "{said}");
}
