//! Questions in SQL about an opened journal.

use std::sync::Arc;

use query::{CancellationToken, Engine};
use sql::{SqlAnswer, SqlError, SqlQuestion};

use crate::{Error, JournalSession};

/// How often a question is asked anew because the catalog was compacted meanwhile.
const TRIES: usize = 3;

impl JournalSession {
    /// Asks a question in SQL of an engine of this session, in a process of its own. With `page` the answer
    /// pauses after so many rows. Returns the engine that the answer rests on too, which is a newer one if
    /// the catalog was compacted meanwhile. Cancelling the token ends the process.
    ///
    /// # Errors
    /// [`Error::Sql`] if the text is no query that is answered, or the answer cannot be computed.
    #[tracing::instrument(skip_all)]
    pub async fn ask_sql(
        &self,
        mut engine: Arc<dyn Engine>,
        question: &SqlQuestion,
        page: Option<usize>,
        token: &CancellationToken,
    ) -> Result<(Arc<dyn Engine>, SqlAnswer), Error> {
        let process = self.sql_process()?;
        for tried in 1.. {
            let handed_over = engine.hand_over(question.may_ask_for_records(), token).await?;
            let handed_over = handed_over.ok_or(SqlError::NotHere)?;
            let (process, question) = (process.clone(), question.clone());
            let asked_by = token.clone();
            let ask = move || process.ask(&question, &handed_over, page, &asked_by);
            let asked = tokio::task::spawn_blocking(ask).await;
            match asked.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())) {
                Err(SqlError::Changed) if tried < TRIES => engine = self.refresh_pending().await?,
                Err(error) => return Err(error.into()),
                Ok(answer) => return Ok((engine, answer)),
            }
        }
        Err(SqlError::Changed.into())
    }
}
