//! A bucket in a store, in the real window: opened by its URL, out of reach, refused, and back.

use serde_json::json;

use crate::store::Store;
use crate::views::barriers;
use crate::window::Window;
use crate::{firm, views};

const FIELD: &str = "URL";

#[test]
fn r10_a_bucket_in_a_store_is_opened_by_its_url_and_comes_back_by_itself() {
    let place = firm();
    let store = Store::of(&place.bucket());
    let window = Window::open(&place, false);
    window.run(&views::axe(), &json!([]));
    window.press("Open URL…");
    window.fill(FIELD, "s3://key:s3cret@acme/hr");
    window.see("it has a user name or a password in it");
    window.shot("open-url-refused");
    window.fill(FIELD, &store.url());
    window.see("S3 bucket");
    window.shot("open-url");
    assert_eq!(barriers(&window), [""; 0], "the dialog");

    store.answer(Some((403, "AccessDenied")));
    window.press("Open");
    window.see("no right to");
    window.shot("open-url-no-right");
    store.answer(None);
    window.press("Try again");
    window.see("6 events");

    store.refuse(true);
    window.press("Look for new events");
    window.see("Offline");
    window.see("6 events");
    window.shot("offline");
    assert_eq!(barriers(&window), [""; 0], "offline");
    // Whoever watches the bucket looks again within seconds.
    store.refuse(false);
    window.hear("The bucket is back");
    window.see("complete");
}
