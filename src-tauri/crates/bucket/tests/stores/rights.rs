//! Rights that are missing, and credentials that are not accepted.

use bucket::{Bucket, FileMeta};

use crate::rules::{each, gets_file, lists, puts_file, refusal, refusal_because};
use crate::{KINDS, Kind, Place, all};

/// What is refused: the codes of the stores' answers, each with its status, and what is said of it.
struct Row {
    answers: &'static [(u16, &'static str)],
    said: Said,
}

enum Said {
    /// The right that is missing.
    Right,
    Text(&'static str),
}

const ROWS: [Row; 5] = [
    Row {
        answers: &[
            (403, ""),
            (403, "AccessDenied"),
            (403, "AuthorizationPermissionMismatch"),
            (403, "InsufficientAccountPermissions"),
        ],
        said: Said::Right,
    },
    Row {
        answers: &[
            (401, ""),
            (403, "InvalidAccessKeyId"),
            (403, "SignatureDoesNotMatch"),
            (403, "AuthenticationFailed"),
            (401, "NoAuthenticationInformation"),
        ],
        said: Said::Text("the credentials are not accepted by the store"),
    },
    Row {
        answers: &[(400, "ExpiredToken"), (403, "ExpiredToken"), (400, "TokenRefreshRequired")],
        said: Said::Text("the credentials have expired; renew them, and it goes on by itself"),
    },
    Row {
        answers: &[(403, "RequestTimeTooSkewed")],
        said: Said::Text("the clock of this device is too far from the store's; set the clock"),
    },
    Row {
        answers: &[(404, "NoSuchBucket"), (404, "ContainerNotFound")],
        said: Said::Text("there is no bucket daybook-tests"),
    },
];

/// What each operation needs, as the stores name it.
fn right(kind: Kind, asked: &str) -> &'static str {
    match (kind, asked) {
        (Kind::S3, "list") => "no right to list objects (s3:ListBucket)",
        (Kind::S3, "get") => "no right to get objects (s3:GetObject)",
        (Kind::S3, _) => "no right to put objects (s3:PutObject)",
        (Kind::Azure, "list") => "no right to list objects (Blob list)",
        (Kind::Azure, "get") => "no right to get objects (Blob read)",
        (Kind::Azure, _) => "no right to put objects (Blob create)",
        (Kind::Gcs, "list") => "no right to list objects (storage.objects.list)",
        (Kind::Gcs, "get") => "no right to get objects (storage.objects.get)",
        (Kind::Gcs, _) => "no right to put objects (storage.objects.create)",
    }
}

/// Does what is asked, and gives what is said of it.
async fn refused(bucket: &Bucket, file: &FileMeta, asked: &str) -> String {
    match asked {
        "list" => bucket.list_all().await.unwrap_err().to_string(),
        "get" => bucket.read(file, 10).await.unwrap_err().to_string(),
        _ => bucket.create("journal/b.parquet", "b".into()).await.unwrap_err().to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r6_what_is_missing_is_said_in_one_sentence() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        place.put("journal/a.parquet", b"a").await;
        let bucket = place.bucket();
        let file = bucket.list_all().await.unwrap().files.remove(0);
        for Row { answers, said } in &ROWS {
            for &(status, code) in *answers {
                for (asked, which) in
                    [("list", lists as fn(&_) -> bool), ("get", gets_file), ("put", puts_file)]
                {
                    proxy.on(each(which, move || refusal(status, code)));
                    let told = refused(&bucket, &file, asked).await;
                    let said = match said {
                        Said::Right => right(kind, asked),
                        Said::Text(text) => text,
                    };
                    assert!(told.contains(said), "{kind:?}: {status} {code} {asked}: {told}");
                    let is_one = !told.contains(['\n', '<', '{']) && told.len() < 200;
                    assert!(is_one, "{kind:?}: {status} {code} {asked}: {told}");
                }
            }
        }
        // Given back, it goes on.
        proxy.clear();
        bucket.create("journal/b.parquet", "b".into()).await.unwrap();
        assert_eq!(bucket.list_all().await.unwrap().files.len(), 2, "{kind:?}");
        assert_eq!(bucket.read(&file, 10).await.unwrap(), "a", "{kind:?}");
    }))
    .await;
}

/// Azure says of all that it does not accept that it is not authentic, and why in a sentence.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r6_what_azure_says_only_in_words_is_understood() {
    let table = [
        ("Request date header too old: 'Tue, 03 Mar 2026 09:15:00 GMT'", "set the clock"),
        (
            "Signature not valid in the specified time frame: Start [..] - Expiry [..]",
            "have expired",
        ),
        ("The MAC signature found in the HTTP request is not the same", "are not accepted"),
    ];
    for (reason, said) in table {
        let proxy = Kind::Azure.proxy();
        let place = Place::behind(&proxy, Kind::Azure);
        proxy.on(each(lists, move || refusal_because(403, "AuthenticationFailed", reason)));
        let told = place.bucket().list_all().await.unwrap_err().to_string();
        assert!(told.contains(said), "{reason}: {told}");
    }
}

/// What is refused of whoever asks anonymously.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r6_who_lacks_a_right_is_named() {
    let proxy = Kind::S3.proxy();
    let place = Place::behind(&proxy, Kind::S3);
    proxy.on(each(lists, || refusal(403, "AccessDenied")));
    let told = place.bucket_with("&anonymous").list_all().await.unwrap_err().to_string();
    assert_eq!(told, "whoever asks anonymously has no right to list objects (s3:ListBucket)");
    assert_eq!(proxy.take_requests()[0].header("authorization"), None);
}
