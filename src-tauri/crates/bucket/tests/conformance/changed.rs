//! Files that somebody changes after they were listed.

use bucket::{FileMeta, ReadError};

use crate::Place;

const KEY: &str = "journal/a.parquet";

async fn listed(place: &Place, bytes: &[u8]) -> FileMeta {
    place.put(KEY, bytes).await;
    place.bucket().list_all().await.unwrap().files.remove(0)
}

pub async fn b12_a_file_that_is_another_than_was_listed_is_not_read(place: &Place) {
    let replaced: [&[u8]; 4] = [b"and another", b"others", b"one", b""];
    for bytes in replaced {
        let file = listed(place, b"before").await;
        assert_eq!(place.bucket().read(&file, 100).await.unwrap(), "before");
        place.put(KEY, bytes).await;
        let read = place.bucket().read(&file, 100).await.unwrap_err();
        assert!(matches!(read, ReadError::Changed), "{bytes:?}: {read:?}");
        assert!(read.to_string().starts_with("was changed while it was read"), "{read}");
        let now = place.bucket().list_all().await.unwrap().files.remove(0);
        assert_eq!(place.bucket().read(&now, 100).await.unwrap(), bytes);
    }
    let file = listed(place, b"before").await;
    place.remove(KEY).await;
    let read = place.bucket().read(&file, 100).await.unwrap_err();
    // Some stores compare what is not there with what was listed.
    assert!(matches!(read, ReadError::Failed(_) | ReadError::Changed), "{read:?}");
}

pub async fn no_more_than_the_limit_is_read(place: &Place) {
    let file = listed(place, b"before").await;
    assert_eq!(place.bucket().read(&file, 6).await.unwrap(), "before");
    let read = place.bucket().read(&file, 5).await.unwrap_err();
    assert!(matches!(read, ReadError::TooLarge { size: 6, limit: 5 }), "{read:?}");
    // Whatever a listing claims of a file, no more than it has is believed.
    let claimed = FileMeta { size: u64::MAX, ..file.clone() };
    let read = place.bucket().read(&claimed, u64::MAX).await.unwrap_err();
    assert!(matches!(read, ReadError::Changed), "{read:?}");
    place.put(KEY, &[b'x'; 1000]).await;
    assert!(matches!(place.bucket().read(&file, 6).await.unwrap_err(), ReadError::Changed));
}
