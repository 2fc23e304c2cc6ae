//! The client under all requests: it waits as long as the store asks for, and takes no answer for the
//! store's that is another's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    ReqwestConnector,
};
use object_store::{ClientOptions, Result};
use tokio::time::timeout;

use super::answer;

/// How often a request is sent that the store puts off each time.
const MOST_TIMES: u32 = 5;

/// Time that a store is waited for that asks to wait and does not say how long. It doubles with each
/// further time.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Longest time that a store is waited for at once.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Time in which an answer has to begin: a store that accepts a request and says nothing is away.
const ANSWER_BEGINS: Duration = Duration::from_secs(15);

/// Bytes in a second that are taken from whoever puts something into a store, at least.
const SLOWEST: u64 = 64 << 10;

/// Number of requests that are held back now, because the store asked for it.
#[derive(Debug, Clone, Default)]
pub(super) struct HeldBack(Arc<AtomicUsize>);

impl HeldBack {
    /// Whether there are any.
    pub fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// Holds one back for a time.
    async fn hold(&self, time: Duration) {
        self.0.fetch_add(1, Ordering::Relaxed);
        let _held = Held(self);
        tokio::time::sleep(time).await;
    }
}

/// A request that is held back, until it is sent again or given up.
struct Held<'a>(&'a HeldBack);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Connects with clients that wait where the store answers that it has too much to do, as long as it
/// says, and note that it refused the credentials. The layer above repeats what else fails, but for what
/// was given up because it took too long: whoever waits is to be told.
#[derive(Debug, Default)]
pub(super) struct Patience {
    /// Set once credentials are refused.
    pub refused: Arc<AtomicBool>,
    pub held_back: HeldBack,
}

impl HttpConnector for Patience {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient> {
        let client = ReqwestConnector::default().connect(options)?;
        let (refused, held_back) = (Arc::clone(&self.refused), self.held_back.clone());
        Ok(HttpClient::new(PatientClient { client, refused, held_back }))
    }
}

#[derive(Debug)]
struct PatientClient {
    client: HttpClient,
    refused: Arc<AtomicBool>,
    held_back: HeldBack,
}

#[async_trait]
impl HttpService for PatientClient {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let asks_for_list = parts.uri.query().is_some_and(answer::asks_for_list);
        let mut times = 1;
        loop {
            let request = HttpRequest::from_parts(parts.clone(), body.clone());
            let answer =
                timeout(time_to_answer(body.content_length()), self.client.execute(request));
            let too_late = |late| HttpError::new(HttpErrorKind::Timeout, late);
            let response = answer.await.unwrap_or_else(|late| Err(too_late(late)));
            let response = response.map_err(unless_too_late)?;
            // Expired ones are refused as a bad request.
            if matches!(response.status().as_u16(), 400 | 401 | 403) {
                self.refused.store(true, Ordering::Relaxed);
            }
            match wait(&response, times) {
                Some(wait) if times < MOST_TIMES => self.held_back.hold(wait).await,
                _ => return answer::check(response, asks_for_list).await,
            }
            times += 1;
        }
    }
}

/// Time in which the answer to a request with so many bytes has to begin.
fn time_to_answer(bytes: usize) -> Duration {
    ANSWER_BEGINS + Duration::from_secs(bytes as u64 / SLOWEST)
}

/// The same error, or one that is not tried again if time was up.
fn unless_too_late(error: HttpError) -> HttpError {
    match error.kind() {
        HttpErrorKind::Timeout => HttpError::new(HttpErrorKind::Unknown, error),
        _ => error,
    }
}

/// How long to wait before the same request is sent again; `None` if the answer asks for no wait.
fn wait(response: &HttpResponse, times: u32) -> Option<Duration> {
    if !matches!(response.status().as_u16(), 429 | 503) {
        return None;
    }
    let told = response.headers().get("retry-after");
    let told = told.and_then(|seconds| seconds.to_str().ok()?.trim().parse().ok());
    let told = told.map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT));
    Some(told.unwrap_or(FIRST_WAIT * (1 << (times - 1))))
}
