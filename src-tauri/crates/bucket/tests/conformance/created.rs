//! What is created, and what is refused to be.

use bucket::CreateError;

use crate::Place;

pub async fn an_existing_key_is_refused_and_left_as_it_is(place: &Place) {
    let bucket = place.bucket();
    bucket.create("journal/a.parquet", "first".into()).await.unwrap();
    let listing = bucket.list_all().await.unwrap();
    for bytes in ["second", "first"] {
        let refused = bucket.create("journal/a.parquet", bytes.into()).await.unwrap_err();
        assert!(matches!(refused, CreateError::AlreadyExists(_)), "{refused:?}");
    }
    assert_eq!(bucket.list_all().await.unwrap(), listing);
    assert_eq!(bucket.read(&listing.files[0], 100).await.unwrap(), "first");
    assert_eq!(place.keys().await, ["journal/a.parquet"], "nothing is left of what was refused");
}

pub async fn of_many_creators_of_one_key_one_wins(place: &Place) {
    for round in 0..20 {
        let key = format!("journal/{round}.parquet");
        let creators: Vec<_> = (0..8)
            .map(|creator| {
                let (bucket, key) = (place.bucket(), key.clone());
                let bytes = format!("{creator}").repeat(10_000);
                tokio::spawn(
                    async move { (bucket.create(&key, bytes.clone().into()).await, bytes) },
                )
            })
            .collect();
        let mut won = Vec::new();
        for creator in creators {
            match creator.await.unwrap() {
                (Ok(()), bytes) => won.push(bytes),
                (Err(CreateError::AlreadyExists(_)), _) => {}
                (Err(other), _) => panic!("{key}: {other:?}"),
            }
        }
        assert_eq!(won.len(), 1, "{key}");
        let listing = place.bucket().list_all().await.unwrap();
        let file = listing.files.iter().find(|file| file.key() == key).unwrap();
        assert_eq!(place.bucket().read(file, 10_000).await.unwrap(), won[0]);
    }
}

pub async fn keys_that_no_place_has_are_refused(place: &Place) {
    let bucket = place.bucket();
    for key in ["journal/../../a.parquet", "journal/./a.parquet", "journal/a\n.parquet"] {
        let refused = bucket.create(key, "x".into()).await.unwrap_err();
        assert!(matches!(refused, CreateError::Failed(_)), "{key:?}: {refused:?}");
    }
    assert_eq!(place.keys().await, [""; 0]);
}

pub async fn probing_leaves_nothing_behind(place: &Place) {
    let bucket = place.bucket();
    bucket.probe(1).await.unwrap();
    assert_eq!(place.keys().await, [""; 0]);
    bucket.create("journal/a.parquet", "x".into()).await.unwrap();
    bucket.probe(2).await.unwrap();
    assert_eq!(place.keys().await, ["journal/a.parquet"]);
    assert_eq!(bucket.leftovers().await, 0);
}
