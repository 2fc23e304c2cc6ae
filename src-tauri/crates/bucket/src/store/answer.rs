//! Answers that are not the store's: what stands between it and this device answers in its place, as a
//! network does that asks to sign in first. Such a page must be taken neither for an object nor for a
//! listing without objects.

use bytes::Bytes;
use object_store::client::{HttpError, HttpErrorKind, HttpResponse};

/// What the pages of a listing contain, each kind near its beginning.
const LISTS: [&[u8]; 2] = [b"<ListBucketResult", b"<EnumerationResults"];

/// Most bytes of a page of a listing before that.
const BEGINNING: usize = 1 << 10;

/// Something else than the store has answered.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not the store's")]
pub(super) struct NotTheStore;

/// Whether the query of a request asks for a page of a listing.
pub(super) fn asks_for_list(query: &str) -> bool {
    query.split('&').any(|parameter| matches!(parameter, "list-type=2" | "comp=list"))
}

/// Fails if a successful answer is not the store's. A page of a listing is read whole.
pub(super) async fn check(
    response: HttpResponse,
    asked_for_list: bool,
) -> Result<HttpResponse, HttpError> {
    let not_the_store = Err(HttpError::new(HttpErrorKind::Decode, NotTheStore));
    if !response.status().is_success() {
        return Ok(response);
    }
    if asked_for_list {
        let (parts, body) = response.into_parts();
        // Cut in the middle, it can be asked for again.
        let cut = |error| HttpError::new(HttpErrorKind::Interrupted, error);
        let page = body.bytes().await.map_err(cut)?;
        return if is_list(&page) {
            Ok(HttpResponse::from_parts(parts, page.into()))
        } else {
            not_the_store
        };
    }
    if is_page_of_web(&response) { not_the_store } else { Ok(response) }
}

fn is_list(page: &Bytes) -> bool {
    let beginning = &page[..page.len().min(BEGINNING)];
    LISTS.iter().any(|list| beginning.windows(list.len()).any(|part| part == *list))
}

/// Whether it is a page for people. Some stores call an answer one that has no body.
fn is_page_of_web(response: &HttpResponse) -> bool {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let is_html = header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    is_html && header("content-length") != Some("0")
}
