//! Credentials that expire in the middle of a flush, and are renewed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tokio::time::Instant;

use crate::place::{Kind, Place};
use crate::rules::refusal;
use crate::{note, open, row, stored};

/// Tells the process that has a profile of its own where that lies.
const FOLDER: &str = "DAYBOOK_TEST_PROFILE";

/// Longer than it takes on any machine until renewed credentials are looked for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process of its own has the profile, because credentials come from the environment.
#[test]
fn r6_a_flush_goes_on_with_renewed_credentials_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let profile = format!("[profile audit]\ncredential_process = cat {path}/credentials.json\n");
    fs::write(folder.path().join("config"), profile).unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "--ignored", "--nocapture", "renewal::with_a_profile"]);
    child.env(FOLDER, path).env("AWS_CONFIG_FILE", folder.path().join("config"));
    child.env("AWS_SHARED_CREDENTIALS_FILE", folder.path().join("none"));
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn give(folder: &Path, key: &str) {
    let credentials = format!(
        r#"{{"Version":1,"AccessKeyId":"{key}","SecretAccessKey":"test","SessionToken":"test"}}"#
    );
    fs::write(folder.join("credentials.json"), credentials).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a process that another test starts"]
async fn with_a_profile() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    give(&folder, "FIRST");
    let proxy = Kind::S3.proxy();
    let place = Place::behind(&proxy, Kind::S3);
    let home = tempfile::tempdir().unwrap();
    let bucket = place.bucket_with("&profile=audit");
    let journal = open(bucket.clone(), home.path()).await.unwrap();
    let mut recorded = vec![journal.record(note("a")).await.unwrap()];
    journal.flush().await.unwrap();
    let asked = proxy.take_requests();
    let is_first = |value: Option<&str>| value.is_some_and(|it| it.contains("Credential=FIRST/"));
    assert!(asked.iter().all(|request| is_first(request.header("authorization"))), "{asked:?}");

    proxy.on(move |request| {
        is_first(request.header("authorization")).then(|| refusal(400, "ExpiredToken"))
    });
    recorded.push(journal.record(note("b")).await.unwrap());
    for _ in 0..2 {
        let told = journal.flush().await.unwrap_err().to_string();
        let said = "the credentials have expired; renew them, and it goes on by itself";
        assert!(told.contains(said), "{told}");
    }
    let status = journal.pending().status().await.unwrap();
    assert_eq!(status.events, 1);
    assert!(status.failure.unwrap().1.contains("renew them"));

    give(&folder, "SECOND");
    let began = Instant::now();
    while let Err(error) = journal.flush().await {
        assert!(began.elapsed() < PATIENCE, "not taken: {error}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(journal.pending().status().await.unwrap().failure, None);
    assert_eq!(bucket.list_all().await.unwrap().files.len(), 2);
    proxy.clear();
    assert_eq!(stored(&place).await, recorded.iter().map(row).collect::<Vec<_>>());
}
