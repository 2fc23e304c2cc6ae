//! Secrets (R12): in the environment, in a URL, and in what a store answers.

use std::env;
use std::fs;
use std::thread;

use lab::fault_proxy::{Fault, FaultProxy};

use crate::place::{Place, Ran, files};
use crate::store::Store;

/// Part of every secret that is planted.
const SECRET: &str = "s3cr3t";

/// What is in base64 for it, wherever it begins in a group of three bytes.
const ENCODED: [&str; 3] = ["czNjcjN0", "MzY3Iz", "M2NyM3"];

const GOOD: &str =
    r#"{"entity_type":"candidate","entity_id":"CAND-1","action":"insert","new_value":"{}"}"#;

/// Where the secret for Azure is: the environment's own, which is good, or one of these, which are not.
const AZURE: [Option<&str>; 3] =
    [None, Some("AZURE_STORAGE_ACCOUNT_KEY"), Some("AZURE_STORAGE_SAS_TOKEN")];

/// Verbs that reach the store.
const VERBS: [&[&str]; 7] = [
    &["recent", "BUCKET"],
    &["state", "BUCKET", "CAND-1"],
    &["stats", "BUCKET"],
    &["files", "BUCKET", "--verify"],
    &["index", "BUCKET", "--rebuild"],
    &["flush", "BUCKET"],
    &["note", "BUCKET", "--record", "candidate/CAND-1", "--text", "seen"],
];

#[test]
fn r12_no_secret_is_printed_logged_or_kept() {
    let stores = Store::all();
    thread::scope(|scope| {
        for store in &stores {
            // For Azure, one way to sign is taken of those that are there.
            let variables = if store.name == "Azurite" { &AZURE[..] } else { &[None] };
            for variable in variables {
                scope.spawn(move || use_with_secrets(store, *variable));
            }
        }
    });
}

/// Uses a store with a secret in every variable, but for Azure in this one only.
fn use_with_secrets(store: &Store, of_azure: Option<&str>) {
    let secrets: Vec<_> = secrets()
        .into_iter()
        .filter(|(name, _)| !name.starts_with("AZURE_") || Some(*name) == of_azure)
        .collect();
    let (proxy, url) = store.behind_proxy();
    let place = Place::at(&url);
    let ran = |verb: &[&str], case: Case| {
        let ran = run(&place, verb, &secrets);
        check(&ran, &format!("{}: {of_azure:?}: {case:?}: {verb:?}", store.name));
        ran
    };
    for case in CASES {
        case.arrange(&proxy);
        // It takes a while until a cut connection is given up.
        let verbs = if matches!(case, Case::Cut) { &VERBS[..1] } else { &VERBS[..] };
        for verb in verbs {
            ran(verb, case);
        }
        let recorded = ran(&["record", "BUCKET"], case);
        let is_good = matches!(case, Case::Passed) && of_azure.is_none();
        assert!(!is_good || recorded.status == 0, "{}: {recorded:?}", store.name);
        proxy.refuse(false);
        proxy.clear();
    }
    let home = place.folder().join("home");
    for file in if home.exists() { files(&home) } else { Vec::new() } {
        let bytes = fs::read(&file).unwrap();
        let is_found = holds_secret(&bytes);
        assert!(!is_found, "{}: {} holds a secret", store.name, file.display());
    }
}

/// What is typed for a bucket and holds a secret: nothing of that is said or kept.
#[test]
fn r12_a_secret_in_a_url_is_refused_and_not_repeated() {
    let place = Place::at("s3://firm");
    for url in [
        "s3://me:s3cr3t@firm/a",
        "s3://s3cr3t@firm/a",
        "s3://firm/a?X-Amz-Signature=s3cr3t",
        "s3://firm/a?AWS_SECRET_ACCESS_KEY=s3cr3t",
        "s3://firm/a?s3cr3t",
        "s3://firm/a?endpoint=http://me:s3cr3t@127.0.0.1",
        "s3:/me:s3cr3t@firm/a",
        "https://firm.s3.amazonaws.com/a?X-Amz-Credential=s3cr3t&X-Amz-Signature=s3cr3t",
        "https://firm.blob.core.windows.net/box/a?sv=2024&sig=s3cr3t",
        "https://storage.googleapis.com/firm/a?X-Goog-Signature=s3cr3t",
        "http://127.0.0.1:9000/firm/a?X-Amz-Signature=s3cr3t",
        "abfss://box:s3cr3t@firm.dfs.core.windows.net/a",
        "ftp://me:s3cr3t@firm/a",
        "gs://firm/a#s3cr3t",
    ] {
        for verb in ["recent", "record", "flush", "stats", "open", "index", "files"] {
            let ran = run(&place, &[verb, url], &[]);
            check(&ran, &format!("{verb} {url}"));
            assert_eq!(ran.status, 2, "{verb} {url}: {ran:?}");
        }
    }
    assert!(!place.folder().join("home").exists(), "nothing is kept of it");
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
enum Case {
    Passed,
    /// The connection is cut.
    Cut,
    /// An answer that gives back what it was sent, and a secret more.
    Echoed(u16, &'static str),
}

const CASES: [Case; 10] = [
    Case::Passed,
    Case::Echoed(200, "None"),
    Case::Echoed(301, "PermanentRedirect"),
    Case::Echoed(400, "ExpiredToken"),
    Case::Echoed(403, "AccessDenied"),
    Case::Echoed(403, "SignatureDoesNotMatch"),
    Case::Echoed(404, "NoSuchKey"),
    Case::Echoed(412, "s3cr3t"),
    Case::Cut,
    Case::Passed,
];

impl Case {
    fn arrange(self, proxy: &FaultProxy) {
        match self {
            Self::Passed => {}
            Self::Cut => proxy.refuse(true),
            Self::Echoed(status, code) => proxy.on(move |request| {
                let sent = format!("{} {:?} {SECRET}", request.target, request.headers);
                let sent = sent.replace('&', "&amp;").replace('<', "&lt;");
                let body = format!("<Error><Code>{code}</Code><Message>{sent}</Message></Error>");
                let headers = vec![("Location".to_owned(), format!("/{SECRET}"))];
                Some(Fault::Answer { status, headers, body: body.into_bytes() })
            }),
        }
    }
}

/// Variables that hold a secret, each with its value.
fn secrets() -> Vec<(&'static str, String)> {
    let google = format!(
        r#"{{"private_key":"{SECRET}","private_key_id":"{SECRET}","client_email":"a@b.example","disable_oauth":true}}"#
    );
    vec![
        ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ("AWS_SESSION_TOKEN", format!("token-{SECRET}")),
        ("AZURE_STORAGE_ACCOUNT_KEY", format!("{}{}", ENCODED[0], ENCODED[0])),
        (
            "AZURE_STORAGE_SAS_TOKEN",
            format!("sv=2022-11-02&sp=rl&se=2090-01-01T00%3A00%3A00Z&sig={SECRET}"),
        ),
        ("GOOGLE_SERVICE_ACCOUNT_KEY", google),
    ]
}

/// Runs a verb with these variables, and all logs.
fn run(place: &Place, verb: &[&str], variables: &[(&str, String)]) -> Ran {
    let mut command = place.command(verb);
    command.env("RUST_LOG", "trace");
    if variables.iter().any(|(name, _)| name.starts_with("AZURE_")) {
        command.env_remove("AZURE_STORAGE_ACCOUNT_KEY");
    }
    command.envs(variables.iter().map(|(name, value)| (*name, value)));
    Place::feed_to(command, GOOD.as_bytes())
}

/// Checks that nothing that a verb said is a secret.
fn check(ran: &Ran, what: &str) {
    for text in [&ran.out, &ran.err] {
        assert!(!holds_secret(text.as_bytes()), "{what}: {text}");
    }
}

/// Whether there is a secret in it: a planted one, or the good one for Azure.
fn holds_secret(bytes: &[u8]) -> bool {
    let good = env::var("AZURE_STORAGE_ACCOUNT_KEY").unwrap();
    let good = &good[..good.len() / 2];
    let mut words = [SECRET, good].into_iter().chain(ENCODED);
    words.any(|text| bytes.windows(text.len()).any(|it| it == text.as_bytes()))
}
