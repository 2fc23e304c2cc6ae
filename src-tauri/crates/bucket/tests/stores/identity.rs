//! The object that holds a bucket's id, and the stores that would overwrite it.

use bucket::{BucketId, CreateError, IdError, ProbeError};
use lab::fault_proxy::{Fault, Request};

use crate::rules::{first, puts_file, puts_id};
use crate::{KINDS, Kind, Place, all, blocking};

const ID: &str = "journal/.daybook";

fn id(number: u8) -> BucketId {
    BucketId::from_random([number; 16])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_gets_its_id_once_and_has_it_from_then_on() {
    all(KINDS.map(|kind| async move {
        let place = Place::new(kind);
        let bucket = place.bucket();
        assert_eq!(blocking(|| bucket.id()).unwrap(), None, "{kind:?}");
        assert_eq!(bucket.make_id(&id(1)).await.unwrap(), id(1), "{kind:?}");
        let object = place.get(ID).await.unwrap();
        assert_eq!(place.keys().await, [ID], "{kind:?}");

        // Whoever opened it before, or opens it now, finds the same.
        for other in [&bucket, &place.bucket()] {
            assert_eq!(other.make_id(&id(2)).await.unwrap(), id(1), "{kind:?}");
            assert_eq!(blocking(|| other.id()).unwrap(), Some(id(1)), "{kind:?}");
            assert_eq!(blocking(|| other.stored_id()).unwrap(), Some(id(1)), "{kind:?}");
            other.probe(1).await.unwrap();
        }
        let refused = bucket.create(ID, "another".into()).await.unwrap_err();
        assert!(matches!(refused, CreateError::AlreadyExists(_)), "{kind:?}: {refused:?}");
        assert_eq!(place.get(ID).await.unwrap(), object, "{kind:?}");
        assert_eq!(place.keys().await, [ID], "{kind:?}: it is the only probe");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_give_a_bucket_its_id_at_once_agree() {
    all(KINDS.map(|kind| async move {
        for _ in 0..5 {
            let place = Place::new(kind);
            let creators: Vec<_> = (0..4)
                .map(|number| {
                    let bucket = place.bucket();
                    tokio::spawn(async move { bucket.make_id(&id(number)).await.unwrap() })
                })
                .collect();
            let mut made = Vec::new();
            for creator in creators {
                made.push(creator.await.unwrap());
            }
            let stored = blocking(|| place.bucket().id()).unwrap().unwrap();
            assert_eq!(made, vec![stored; 4], "{kind:?}");
        }
    }))
    .await;
}

/// What a store does that overwrites: it does not look at the condition. The signature of Azure covers
/// the condition, so that its store only says that it has done so.
fn overwrite(kind: Kind) -> Fault {
    match kind {
        Kind::S3 => Fault::StripHeader("if-none-match"),
        Kind::Gcs => Fault::StripHeader("x-goog-if-generation-match"),
        Kind::Azure => {
            let header = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            let headers = [("etag", "\"0x1\""), ("last-modified", "Tue, 03 Mar 2026 09:15:00 GMT")];
            Fault::Answer { status: 201, headers: headers.map(header).into(), body: Vec::new() }
        }
    }
}

/// The first put of an id that is there already.
fn second_put_of_id(kind: Kind, puts: u32) -> impl FnMut(&Request) -> Option<Fault> + Send {
    let mut before = puts;
    move |request| {
        if puts_file(request) {
            return Some(overwrite(kind));
        }
        before += u32::from(puts_id(request));
        (puts_id(request) && before > 1).then(|| overwrite(kind))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r9_a_store_that_overwrites_is_only_read() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        place.put("journal/a.parquet", b"a").await;
        proxy.on(second_put_of_id(kind, 0));
        let bucket = place.bucket();
        let made = bucket.make_id(&id(1)).await;
        let refused = made.expect_err(&format!("{kind:?}"));
        let is_it = matches!(&refused, IdError::Unsafe(ProbeError::Overwrites(_)));
        assert!(is_it, "{kind:?}: {refused:?}");
        let why = "can be read, but not written safely: this store overwrites what exists";
        assert!(refused.to_string().contains(why), "{kind:?}: {refused}");

        // The id is there now, by this attempt: nothing is put beside it.
        proxy.on(second_put_of_id(kind, 1));
        let bucket = place.bucket();
        assert_eq!(blocking(|| bucket.id()).unwrap(), Some(id(1)), "{kind:?}");
        let refused = bucket.probe(1).await.unwrap_err();
        assert!(matches!(refused, ProbeError::Overwrites(_)), "{kind:?}: {refused:?}");
        let refused = bucket.create("journal/b.parquet", "b".into()).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{kind:?}: {refused}");
        assert_eq!(place.keys().await, [ID, "journal/a.parquet"], "{kind:?}");

        let files = bucket.list_all().await.unwrap().files;
        assert_eq!(bucket.read(&files[0], 10).await.unwrap(), "a", "{kind:?}");
    }))
    .await;
}

/// An id whose creation goes wrong is that which is read afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r1_r2_an_id_whose_answer_is_lost_is_made_once() {
    all(KINDS.map(|kind| async move {
        for (what, fault) in [
            ("its answer is lost", (|| Fault::LoseAnswer) as fn() -> Fault),
            ("it fails after it was done", || Fault::status_after(500)),
            ("the connection is cut in its middle", || Fault::CutRequest(5)),
        ] {
            let proxy = kind.proxy();
            let place = Place::behind(&proxy, kind);
            proxy.on(first(1, puts_id, fault));
            let bucket = place.bucket();
            assert_eq!(bucket.make_id(&id(1)).await.unwrap(), id(1), "{kind:?}: {what}");
            assert_eq!(place.keys().await, [ID], "{kind:?}: {what}");
            bucket.create("journal/a.parquet", "a".into()).await.unwrap();
        }
    }))
    .await;
}

/// The place of a bucket gets another one, as where a URL's server is exchanged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d24_nothing_is_put_into_a_bucket_that_took_the_place_of_the_opened_one() {
    all(KINDS.map(|kind| async move {
        let place = Place::new(kind);
        let bucket = place.bucket();
        bucket.make_id(&id(1)).await.unwrap();
        place.put(ID, b"{\"bucket\":\"02020202020202020202020202020202\"}").await;
        // Another id, and then none.
        for is_gone in [false, true] {
            if is_gone {
                place.remove(ID).await;
            }
            let refused = bucket.create("journal/a.parquet", "a".into()).await.unwrap_err();
            assert!(refused.to_string().contains("is another bucket now"), "{kind:?}: {refused}");
        }
        assert_eq!(place.keys().await, [""; 0], "{kind:?}");
    }))
    .await;
}
