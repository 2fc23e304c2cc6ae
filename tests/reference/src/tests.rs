//! What the reference engine itself must hold to.

use std::process::Command;

/// The crates of this workspace that it depends on, all the way down.
#[test]
fn it_depends_on_event_and_query_only() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "reference"])
        .args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo is there");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout);
    // Only crates of a workspace have a path.
    let ours = tree.lines().filter(|line| line.contains("(/"));
    let mut ours: Vec<&str> = ours.filter_map(|line| line.split(' ').next()).collect();
    ours.sort_unstable();
    ours.dedup();
    assert_eq!(ours, ["event", "query", "reference"]);
    for engine in ["polars", "rusqlite", "parquet"] {
        let uses = |line: &str| line.split(' ').next() == Some(engine);
        assert!(!tree.lines().any(uses), "{engine}");
    }
}
