//! Imports: the chosen table, its plan, and what is recorded of it.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use event::Draft;
use import::{Mapping, Plan, Table};
use journal::RecordedTogether;

use super::AppState;
use crate::file_names::name_of;
use crate::wire::{ApiError, ImportFile, ImportPlan, Imported};

/// Kind of the question that a plan is: a later one cancels an earlier one.
const KIND: &str = "import";

/// Rows of a table that are shown to make a mapping from.
const SHOWN: usize = 20;

/// Table that was chosen, and what it would bring.
#[derive(Debug)]
pub(super) struct Import {
    path: PathBuf,
    name: String,
    headers: Vec<String>,
    /// The last plan, if it was made; recording takes it.
    planned: Option<Planned>,
}

/// Events that the window was told of.
#[derive(Debug)]
struct Planned {
    /// Number of the opening of the journal that they were compared with.
    opening: u64,
    drafts: Vec<Draft>,
    mapping: Mapping,
}

impl AppState {
    /// Begins the import of a table: looks at it, and finds the mapping that one with its headers had last.
    pub(crate) async fn begin_import(&self, path: PathBuf) -> Result<ImportFile, ApiError> {
        let (path, table) = blocking(move || {
            let table = Table::look_at(&path, SHOWN);
            (path, table)
        })
        .await;
        let table = table?;
        let name = name_of(&path);
        let headers = table.found.headers.clone();
        let mapping = self.settings().mapping(&headers).and_then(|text| Mapping::parse(text).ok());
        let file = ImportFile::of(name.clone(), &table, mapping);
        *self.import() = Some(Import { path, name, headers, planned: None });
        Ok(file)
    }

    /// Forgets the chosen table.
    pub(crate) fn end_import(&self) {
        self.0.questions.cancel(KIND);
        *self.import() = None;
    }

    /// Name that is proposed for the mapping of the chosen table.
    pub(crate) fn mapping_name(&self) -> Result<String, ApiError> {
        let name = self.import().as_ref().map(|import| import.name.clone()).ok_or_else(none)?;
        let stem = Path::new(&name).file_stem().unwrap_or_default().to_string_lossy();
        Ok(format!("{stem}.toml"))
    }

    /// Saves a mapping where a person said, who was asked whether what is there is replaced.
    pub(crate) async fn save_mapping(
        &self,
        path: PathBuf,
        mapping: Mapping,
    ) -> Result<String, ApiError> {
        mapping.check()?;
        let (name, overwrite) = (name_of(&path), path.exists());
        let plain_folder = self.session().ok().and_then(|session| session.plain_folder());
        let text = mapping.to_toml();
        blocking(move || {
            evidence::write_file(&path, text.as_bytes(), overwrite, plain_folder.as_deref())
        })
        .await?;
        Ok(name)
    }

    /// Reads a mapping.
    pub(crate) async fn read_mapping(path: PathBuf) -> Result<Mapping, ApiError> {
        Ok(blocking(move || Mapping::read(&path)).await?)
    }

    /// Compares the chosen table with the open journal.
    pub(crate) async fn plan_import(&self, mapping: Mapping) -> Result<ImportPlan, ApiError> {
        mapping.check()?;
        let token = self.0.questions.replace(KIND);
        let (path, name) = {
            let mut import = self.import();
            let import = import.as_mut().ok_or_else(none)?;
            import.planned = None;
            (import.path.clone(), import.name.clone())
        };
        let journal = self.journal()?;
        let actor = self.settings().actor();
        let (table, mapping) = blocking(move || (Table::read(&path, &mapping), mapping)).await;
        let actor = Some(actor.as_str()).filter(|actor| !actor.is_empty());
        let plan = Plan::make(&table?, &mapping, &name, actor, &*journal.engine, &token).await?;
        if token.is_cancelled() {
            return Err(query::Error::Cancelled.into());
        }
        let Plan { drafts, summary } = plan;
        let told = ImportPlan::of(summary, &drafts);
        if let Some(import) = self.import().as_mut() {
            import.planned = Some(Planned { opening: journal.opening, drafts, mapping });
        }
        Ok(told)
    }

    /// Records what the window was told of, and keeps the mapping for the next table with these headers.
    pub(crate) async fn record_import(&self) -> Result<Imported, ApiError> {
        let (planned, headers) = {
            let mut import = self.import();
            let import = import.as_mut().ok_or_else(none)?;
            (import.planned.take(), import.headers.clone())
        };
        let journal = self.journal()?;
        let is_of_it = |planned: &Planned| planned.opening == journal.opening;
        let Planned { drafts, mapping, .. } = planned.filter(is_of_it).ok_or_else(none)?;
        drop(self.change_settings(|settings| settings.keep_mapping(headers, mapping.to_toml())));
        let _first = self.give_way();
        let mut done = RecordedTogether::default();
        let recorded =
            journal.session.record_together(drafts, |so_far| done = so_far.clone()).await;
        let stopped = match recorded {
            Ok(_) => None,
            Err(error) if done.events == 0 => return Err(error.into()),
            Err(error) => Some(error.into()),
        };
        let not_shown = self.refresh_pending().await.err();
        Ok(Imported::of(done, stopped, not_shown))
    }

    fn import(&self) -> std::sync::MutexGuard<'_, Option<Import>> {
        self.0.import.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No table is chosen, or what it would bring is not known any more.
fn none() -> ApiError {
    ApiError::missing("no table is chosen, or another journal was opened since: choose it again")
}

/// Runs what blocks on a thread that may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
