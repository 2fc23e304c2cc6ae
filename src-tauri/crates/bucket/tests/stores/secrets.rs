//! Secrets: in the environment, in a URL, and in what a store answers.

use std::env;
use std::fmt::Debug;
use std::process::Command;

use bucket::{Bucket, BucketId, Location};
use lab::fault_proxy::Fault;

use crate::{KINDS, Kind, Place, all};

/// Part of every secret that is planted.
const SECRET: &str = "s3cr3t";

/// Tells the process that it is the one with the secrets.
const ROLE: &str = "DAYBOOK_TEST_SECRETS";

#[test]
fn r12_no_secret_is_in_anything_that_is_said() {
    let program = env::current_exe().unwrap();
    let mut child = Command::new(program);
    child.args(["--exact", "--ignored", "--nocapture", "secrets::with_secrets"]);
    child.env(ROLE, "1").env("AWS_SECRET_ACCESS_KEY", SECRET).env("AWS_SESSION_TOKEN", SECRET);
    child.env_remove("AZURE_STORAGE_ACCOUNT_KEY");
    let sas = format!("sv=2022-11-02&sp=rl&se=2030-01-01T00%3A00%3A00Z&sig={SECRET}");
    child.env("AZURE_STORAGE_SAS_TOKEN", sas);
    let key = format!(
        r#"{{"private_key":"{SECRET}","private_key_id":"{SECRET}","client_email":"a@b","disable_oauth":true}}"#
    );
    child.env("GOOGLE_SERVICE_ACCOUNT_KEY", key);
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// Fails if a secret is in what is said of something.
fn check(what: &str, said: &(impl Debug + ?Sized)) {
    for text in [format!("{said:?}"), format!("{said:#?}")] {
        assert!(!text.contains(SECRET), "{what}: {text}");
    }
}

/// What a server answers that gives back what it was sent, in words that errors are told apart by.
fn echo(status: u16, code: &str) -> Fault {
    let sign =
        format!("{SECRET} is not named, az account, token request, redirect without LOCATION");
    let body = format!("<Error><Code>{code}</Code><Message>{sign}</Message></Error>");
    let location = ("location".to_owned(), format!("/{SECRET}"));
    Fault::Answer { status, headers: vec![location], body: body.into_bytes() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a process that another test starts"]
async fn with_secrets() {
    if env::var_os(ROLE).is_none() {
        return;
    }
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        let bucket = place.bucket();
        let known = (&bucket, bucket.location(), bucket.place(), bucket.opened_as(), bucket.name());
        check("what is known", &known);
        for status in [301, 400, 401, 403, 404, 409, 412, 418, 500] {
            // What failed at the store is asked for again, which takes a while.
            let codes: &[&str] =
                if status == 500 { &[SECRET] } else { &["AccessDenied", "ExpiredToken", SECRET] };
            for &code in codes {
                proxy.on(move |_| Some(echo(status, code)));
                ask(kind, &bucket, &format!("{status} {code}")).await;
            }
        }
        proxy.refuse(true);
        ask(kind, &bucket, "not reached").await;
    }))
    .await;
    let urls = [
        format!("s3://{SECRET}@firm/a"),
        format!("s3://a:{SECRET}@firm/a"),
        format!("s3://firm/a?token={SECRET}"),
        format!("s3://firm/a?endpoint=http://a:{SECRET}@127.0.0.1"),
        format!("https://firm.blob.core.windows.net/box?sig={SECRET}"),
    ];
    for url in urls {
        let refused = url.parse::<Location>().unwrap_err();
        check("a URL", &(&refused, refused.to_string()));
    }
}

/// Asks for everything, and looks at what is said.
async fn ask(kind: Kind, bucket: &Bucket, what: &str) {
    let what = format!("{kind:?}: {what}");
    let id = BucketId::from_random([1; 16]);
    let (listed, created, hashed, made) = tokio::join!(
        bucket.list_all(),
        bucket.create("journal/a.parquet", "a".into()),
        bucket.sha256("journal/a.parquet"),
        bucket.make_id(&id),
    );
    let texts = [
        listed.map_err(|why| (why.to_string(), format!("{why:?} {why:#?}"))).err(),
        created.map_err(|why| (why.to_string(), format!("{why:?} {why:#?}"))).err(),
        hashed.map_err(|why| (why.to_string(), format!("{why:?} {why:#?}"))).err(),
        made.map_err(|why| (why.to_string(), format!("{why:?} {why:#?}"))).err(),
    ];
    assert!(texts[..2].iter().all(Option::is_some), "{what}: {texts:?}");
    check(&what, &texts);
}
