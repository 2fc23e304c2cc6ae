//! Locations that are none: one sentence that says what to write instead, and no secret in it.

use crate::place::Place;

/// Part of every secret that is typed.
const SECRET: &str = "s3cr3t";

/// What is typed for a bucket, and what the sentence must hold.
const WRONG: [(&str, &[&str]); 28] = [
    ("s3://", &["s3:// cannot be opened: it names no bucket", "s3://BUCKET/PATH"]),
    ("gs:///a", &["it names no bucket", "gs://BUCKET/PATH"]),
    ("az://?anonymous", &["it names no bucket", "az://CONTAINER/PATH"]),
    ("s3:/firm/a", &["s3:/firm/a cannot be opened", "s3://firm/a"]),
    ("gs:/firm", &["gs://firm"]),
    ("az:/box/a", &["az://box/a"]),
    ("S3:/firm", &["s3://firm"]),
    ("https:/firm.s3.amazonaws.com/a", &["https://firm.s3.amazonaws.com/a"]),
    ("ftp://firm/a", &["ftp://firm/a cannot be opened", "s3://, az:// or gs://"]),
    ("s4://firm", &["s4://firm cannot be opened", "s3://, az:// or gs://"]),
    ("minio://firm", &["minio://firm cannot be opened", "s3://, az:// or gs://"]),
    ("gcs://firm/a", &["gcs://firm/a cannot be opened", "gs://BUCKET/PATH"]),
    (
        "wasbs://box@firm.blob.core.windows.net/a",
        &["abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH"],
    ),
    ("http://127.0.0.1:9000/firm/a", &["s3://BUCKET/PATH?endpoint=http://127.0.0.1:9000"]),
    ("https://store.example/firm", &["s3://BUCKET/PATH?endpoint=https://store.example"]),
    ("https://console.aws.amazon.com/s3/buckets/firm", &["s3://BUCKET/PATH"]),
    ("s3://firm?endpiont=http://127.0.0.1:9000", &["a parameter that is not known", "endpoint"]),
    ("s3://firm?endpoint=127.0.0.1:9000", &["no address such as https://store.example:9000"]),
    ("s3://firm?anonymous=perhaps", &["neither true nor false of anonymous"]),
    ("gs://firm?region=eu-west-1", &["only S3 knows"]),
    ("s3://firm/a//b", &["a part that is empty"]),
    ("s3://firm/a#b", &["write %23 for a # in a name"]),
    ("s3://fi rm/a", &["by characters that no store has"]),
    ("s3://me:s3cr3t@firm/a", &["credentials come from the environment"]),
    ("http://127.0.0.1:9000/firm/a?X-Amz-Signature=s3cr3t", &["127.0.0.1:9000"]),
    (
        "https://firm.s3.amazonaws.com/a?X-Amz-Credential=s3cr3t&X-Amz-Signature=s3cr3t",
        &["a signature or a token", "credentials come from the environment"],
    ),
    (
        "https://firm.blob.core.windows.net/box?sv=2024&sig=s3cr3t",
        &["a signature or a token", "AZURE_STORAGE_SAS_TOKEN"],
    ),
    ("https://me:s3cr3t@127.0.0.1/firm", &["credentials come from the environment"]),
];

#[test]
fn what_is_no_location_is_told_with_what_to_write_instead() {
    for (typed, named) in WRONG {
        let place = Place::at(typed);
        for verb in ["recent", "record", "open"] {
            let ran = place.run(&[verb, "BUCKET"]);
            assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{verb} {typed}: {ran:?}");
            for part in named {
                assert!(ran.err.contains(part), "{verb} {typed} lacks {part}: {}", ran.err);
            }
            assert_eq!(ran.err.lines().count(), 1, "{verb} {typed}: {}", ran.err);
            assert!(ran.err.starts_with("daybook: "), "{verb} {typed}: {}", ran.err);
            assert!(!ran.err.contains(SECRET), "{verb} {typed}: {}", ran.err);
        }
        assert!(!place.folder().join("home").exists(), "{typed}: nothing is kept of it");
    }
}

/// A folder may have nearly any name, such as one with a colon.
#[test]
fn a_folder_whose_name_is_like_a_location_is_opened() {
    let place = Place::new();
    let name = "s3:firm";
    std::fs::rename(place.bucket(), place.folder().join(name)).unwrap();
    let mut command = place.command(&["stats", name]);
    let ran = crate::place::Ran::of(command.current_dir(place.folder()).output().unwrap());
    assert_eq!(ran.status, 0, "{ran:?}");
}
