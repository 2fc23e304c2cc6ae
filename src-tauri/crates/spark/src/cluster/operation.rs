//! One operation of a cluster: its responses, also after a cut connection, up to its end.

use std::io::Cursor;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use proto::ExecutePlanResponse;
use proto::execute_plan_response::{ExecutionProgress, ResponseType};
use proto::plan::OpType;
use query::CancellationToken;
use spark_connect_core::{ExecutePlanResponseReattachableIterator, SparkError};
use spark_connect_proto as proto;
use tokio::time::{Instant, sleep, timeout_at};
use tonic::{Code, Status, Streaming};

use std::sync::atomic::Ordering;

use super::Cluster;
use crate::{Error, ErrorKind};

/// How often a stream may end without a response before its answer counts as cut.
const EMPTY_STREAMS: usize = 3;

/// First and longest pause between two attempts to reach a cluster.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];

/// Attempts to begin an operation on a cluster that cannot be reached.
const ATTEMPTS: usize = 4;

/// Operation that runs on a cluster. Dropped before its end, it is interrupted.
pub(super) struct Operation {
    cluster: Cluster,
    token: CancellationToken,
    tag: String,
    deadline: Instant,
    /// What the cluster was asked, and how far it has answered.
    state: ExecutePlanResponseReattachableIterator,
    stream: Option<Streaming<ExecutePlanResponse>>,
    is_complete: bool,
}

impl Operation {
    /// Begins an operation.
    pub async fn begin(
        cluster: Cluster,
        what: OpType,
        token: CancellationToken,
    ) -> Result<Self, Error> {
        let number = cluster.0.started.fetch_add(1, Ordering::Relaxed);
        let tag = format!("daybook-{number}");
        let request = cluster.request(what, &tag);
        let state = ExecutePlanResponseReattachableIterator::new(request);
        let deadline = Instant::now() + cluster.0.limits.answer;
        let mut operation =
            Self { cluster, token, tag, deadline, state, stream: None, is_complete: false };
        let stream = operation.waited_for(Box::pin(operation.execute())).await?;
        operation.stream = Some(stream);
        Ok(operation)
    }

    async fn execute(&self) -> Result<Streaming<ExecutePlanResponse>, Error> {
        let client = &self.cluster.0.client;
        let mut pause = PAUSES[0];
        for _ in 1..ATTEMPTS {
            match client.execute_plan(self.state.request().clone()).await {
                Err(error) if error.grpc_code() == Some(Code::Unavailable as i32) => {
                    sleep(pause).await;
                    pause = (2 * pause).min(PAUSES[1]);
                }
                begun => return begun.map_err(|error| self.error(&error)),
            }
        }
        let begun = client.execute_plan(self.state.request().clone()).await;
        begun.map_err(|error| self.error(&error))
    }

    /// The batches of the next response; `None` at the end of a complete answer.
    pub async fn next(&mut self) -> Result<Option<Vec<RecordBatch>>, Error> {
        let Some(mut stream) = self.stream.take() else { return Ok(None) };
        let response = self.waited_for(self.response(&mut stream)).await?;
        let Some(response) = response else { return Ok(None) };
        self.stream = Some(stream);
        match response.response_type {
            Some(ResponseType::ArrowBatch(batch)) => {
                let batches = StreamReader::try_new(Cursor::new(batch.data), None)
                    .and_then(Iterator::collect::<Result<Vec<_>, _>>);
                let unreadable = |error| {
                    let why = format!("{} answers what is no table: {error}", self.cluster.name());
                    Error::new(ErrorKind::Failed, why)
                };
                batches.map(Some).map_err(unreadable)
            }
            Some(ResponseType::ResultComplete(_)) => {
                self.is_complete = true;
                self.stream = None;
                self.release();
                Ok(None)
            }
            Some(ResponseType::ExecutionProgress(progress)) => {
                report(&progress);
                Ok(Some(Vec::new()))
            }
            _ => Ok(Some(Vec::new())),
        }
    }

    /// The next response, after the connection was made anew where it was cut; `None` at the end.
    async fn response(
        &self,
        stream: &mut Streaming<ExecutePlanResponse>,
    ) -> Result<Option<ExecutePlanResponse>, Error> {
        for _ in 0..=EMPTY_STREAMS {
            match stream.message().await {
                Ok(Some(response)) => {
                    self.state.set_last_response_id(&response).await;
                    return Ok(Some(response));
                }
                // A cluster may end a stream of which more is to come: that is asked for.
                Ok(None) => {}
                Err(status) if is_cut(&status) => {}
                Err(status) => return Err(self.error(&SparkError::from_grpc_status(status))),
            }
            *stream = self.reattach().await?;
        }
        Err(Error::cut(self.cluster.name()))
    }

    /// The stream of the operation from the last response on, once the cluster can be reached.
    async fn reattach(&self) -> Result<Streaming<ExecutePlanResponse>, Error> {
        let until = Instant::now() + self.cluster.0.limits.reconnect;
        let mut pause = PAUSES[0];
        loop {
            let request = self.state.create_reattach_request().await;
            match self.cluster.0.client.reattach_execute(request).await {
                Ok(stream) => return Ok(stream),
                Err(error)
                    if error.grpc_code() == Some(Code::Unavailable as i32)
                        && Instant::now() < until =>
                {
                    sleep(pause).await;
                    pause = (2 * pause).min(PAUSES[1]);
                }
                Err(_) => return Err(Error::cut(self.cluster.name())),
            }
        }
    }

    /// What the cluster does, unless the question is cancelled or its time is over.
    async fn waited_for<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.token.cancelled() => {
                Err(Error::new(ErrorKind::Cancelled, "the question was cancelled"))
            }
            done = timeout_at(self.deadline, work) => {
                done.unwrap_or_else(|_| Err(self.cluster.timed_out()))
            }
        }
    }

    fn error(&self, error: &SparkError) -> Error {
        Error::of(self.cluster.name(), error)
    }

    /// Tells the cluster that it may forget the operation.
    fn release(&self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (cluster, operation) = (self.cluster.clone(), self.state.request().clone());
        let state = ExecutePlanResponseReattachableIterator::new(operation);
        runtime.spawn(async move {
            let request = state.create_release_request(true).await;
            drop(cluster.0.client.release_execute(request).await);
        });
    }
}

/// Whether a status says that the connection was cut, and nothing about the operation.
fn is_cut(status: &Status) -> bool {
    let message = status.message();
    match status.code() {
        Code::Unavailable => true,
        Code::Internal | Code::Unknown => {
            ["INVALID_CURSOR.DISCONNECTED", "h2 protocol", "transport"]
                .iter()
                .any(|said| message.contains(said))
        }
        _ => false,
    }
}

/// Says how far a cluster is.
fn report(progress: &ExecutionProgress) {
    let sum = |count: fn(&proto::execute_plan_response::execution_progress::StageInfo) -> i64| {
        progress.stages.iter().map(count).sum::<i64>()
    };
    let (done, of) = (sum(|stage| stage.num_completed_tasks), sum(|stage| stage.num_tasks));
    tracing::debug!(done, of, "tasks of the cluster");
}

impl Drop for Operation {
    fn drop(&mut self) {
        if self.is_complete {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (cluster, tag) = (self.cluster.clone(), std::mem::take(&mut self.tag));
        runtime.spawn(async move {
            // Whether it is over or not: nobody waits for it any more.
            drop(cluster.0.client.interrupt_tag(&tag).await);
        });
    }
}
