//! Connection to a cluster: queries, their results as they come, cancelling, and limits of time.

mod operation;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use arrow::array::RecordBatch;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use proto::command::CommandType;
use proto::plan::OpType;
use proto::{Command, CreateDataFrameViewCommand, ExecutePlanRequest, Plan, Relation, UserContext};
use query::CancellationToken;
use spark_connect_core::{RetryPolicy, SparkConnectClient};
use spark_connect_proto as proto;
use tokio::time::{Instant, timeout_at};

use self::operation::Operation;
use crate::{ClusterAddress, Error};

/// Limits of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For how long an answer is waited for.
    pub answer: Duration,
    /// For how long a cluster that went away is waited for.
    pub reconnect: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { answer: Duration::from_mins(10), reconnect: Duration::from_secs(20) }
    }
}

/// Batches of the result of a query.
pub(crate) type Batches = BoxStream<'static, Result<RecordBatch, Error>>;

/// Session of a cluster.
#[derive(Clone)]
pub(crate) struct Cluster(Arc<Connection>);

struct Connection {
    client: Arc<SparkConnectClient>,
    name: String,
    limits: Limits,
    /// Number of operations that were started: each has a tag of its own.
    started: AtomicU64,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cluster").field(&self.0.name).finish()
    }
}

impl Cluster {
    /// A session of its own. The cluster is first spoken to by its first query.
    pub async fn connect(address: &ClusterAddress, limits: Limits) -> Result<Self, Error> {
        let name = address.to_string();
        if address.exposes_token() {
            return Err(Error::exposed(&name));
        }
        let connected = SparkConnectClient::connect(&address.channel()?).await;
        let mut client = connected.map_err(|error| Error::of(&name, &error))?;
        client.set_retry_policy(RetryPolicy {
            max_retries: Some(4),
            initial_backoff_ms: 100,
            max_backoff_ms: Some(1000),
            ..RetryPolicy::default()
        });
        let client = Arc::new(client);
        let cluster =
            Self(Arc::new(Connection { client, name, limits, started: AtomicU64::new(0) }));
        // Instants are read in this zone.
        cluster.configure("spark.sql.session.timeZone", "UTC").await?;
        Ok(cluster)
    }

    /// Host and port.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    async fn configure(&self, key: &str, value: &str) -> Result<(), Error> {
        let deadline = Instant::now() + self.0.limits.answer;
        let set = timeout_at(deadline, self.0.client.set_config(key, value)).await;
        let set = set.map_err(|_| self.timed_out())?;
        set.map_err(|error| Error::of(self.name(), &error))
    }

    /// Makes a temporary view, in place of one of that name.
    pub async fn make_view(
        &self,
        name: &str,
        of: Relation,
        token: &CancellationToken,
    ) -> Result<(), Error> {
        let view = CreateDataFrameViewCommand {
            input: Some(of),
            name: name.to_owned(),
            is_global: false,
            replace: true,
        };
        let command = Command { command_type: Some(CommandType::CreateDataframeView(view)) };
        let none = self.run(OpType::Command(command), token);
        none.try_for_each(|_| std::future::ready(Ok(()))).await
    }

    /// The whole result of a query.
    pub async fn rows(
        &self,
        query: Relation,
        token: &CancellationToken,
    ) -> Result<Vec<RecordBatch>, Error> {
        self.stream(query, token).try_collect().await
    }

    /// The result of a query as it comes. A stream that is dropped ends the query.
    pub fn stream(&self, query: Relation, token: &CancellationToken) -> Batches {
        self.run(OpType::Root(query), token)
    }

    fn run(&self, what: OpType, token: &CancellationToken) -> Batches {
        let begun = Operation::begin(self.clone(), what, token.clone());
        let batches = stream::once(begun).map_ok(|operation| {
            stream::try_unfold(operation, |mut operation| async {
                let next = operation.next().await?;
                Ok(next.map(|batches| (stream::iter(batches.into_iter().map(Ok)), operation)))
            })
        });
        batches.try_flatten().try_flatten().boxed()
    }

    fn request(&self, what: OpType, tag: &str) -> ExecutePlanRequest {
        let client = &self.0.client;
        let user_id = client.user_id().unwrap_or_default().to_owned();
        ExecutePlanRequest {
            session_id: client.session_id().to_owned(),
            user_context: Some(UserContext { user_id, ..UserContext::default() }),
            plan: Some(Plan { op_type: Some(what) }),
            tags: vec![tag.to_owned()],
            ..ExecutePlanRequest::default()
        }
    }

    fn timed_out(&self) -> Error {
        Error::timed_out(self.name(), self.0.limits.answer.as_secs())
    }
}

impl Drop for Connection {
    /// Ends the session: a cluster would keep it, with all its views, until it has been idle for long.
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let client = Arc::clone(&self.client);
        runtime.spawn(async move { drop(client.release_session().await) });
    }
}
