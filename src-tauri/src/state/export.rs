//! Exports: prepared, saved where a person says, and cancelled.

use std::mem::discriminant;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use evidence::{Export, Form, form_of};
use query::{CancellationToken, Filters, Zone};

use super::{AppState, OpenJournal};
use crate::file_names::{in_a_name, name_of, with_suffix};
use crate::wire::{ApiError, ExportForm, ExportProgress, ExportRequest, Exported};

/// Kind of the question that an export is: a later one cancels an earlier one.
const KIND: &str = "export";

/// Export of the open journal as it was when it was asked for, which is to be saved somewhere.
pub(crate) struct PreparedExport {
    state: AppState,
    journal: OpenJournal,
    token: CancellationToken,
    at: DateTime<Utc>,
    filters: Filters,
    zone: Zone,
    form: ExportForm,
    with_about: bool,
}

impl AppState {
    /// Prepares an export. It cancels one that is under way.
    pub(crate) fn prepare_export(&self, asked: ExportRequest) -> Result<PreparedExport, ApiError> {
        let ExportRequest { filters, zone, form, with_about } = asked;
        let unknown = |_| ApiError::invalid(format!("the time zone {zone} is not known"));
        Ok(PreparedExport {
            zone: zone.parse().map_err(unknown)?,
            journal: self.journal()?,
            token: self.0.questions.replace(KIND),
            at: self.now(),
            state: self.clone(),
            filters,
            form,
            with_about,
        })
    }

    /// Cancels the export that is under way or is to be saved, if there is one.
    pub(crate) fn cancel_export(&self) {
        self.0.questions.cancel(KIND);
    }

    /// Cancels the export that is under way, and waits until nothing of it is left.
    pub(super) async fn end_export(&self) {
        self.cancel_export();
        drop(self.0.exporting.lock().await);
    }
}

impl PreparedExport {
    /// Form of the export.
    pub fn form(&self) -> ExportForm {
        self.form
    }

    /// Name that is proposed for it, such as `firm-events-2026-11-28.csv`.
    pub fn proposed_name(&self) -> String {
        let journal = in_a_name(&self.journal.session.name());
        let day = self.zone.day_of(self.at);
        let ending = self.form.ending().map(|ending| format!(".{ending}")).unwrap_or_default();
        format!("{journal}-events-{day}{ending}")
    }

    /// Saves it where a person chose, who was asked whether what is there is replaced. Nothing is left behind
    /// of an export that failed or was cancelled.
    #[tracing::instrument(name = "export", level = "info", skip_all)]
    pub async fn save(
        self,
        chosen: PathBuf,
        report: impl Fn(ExportProgress) + Send + 'static,
    ) -> Result<Exported, ApiError> {
        let Self { state, journal, token, at, filters, zone, form, with_about } = self;
        let _one_at_a_time = state.0.exporting.lock().await;
        if token.is_cancelled() {
            return Err(query::Error::Cancelled.into());
        }
        report(ExportProgress::default());
        let out = with_ending(&chosen, form);
        let about = with_about.then(|| about_path(&out, form));
        let names = (name_of(&out), about.as_deref().map(name_of));
        // Nobody was asked about a file with another name than the chosen one.
        let overwrite = out == chosen && out.exists();
        let bucket = journal.session.bucket_id().await;
        let (form, plain_folder) = (form.into(), journal.session.plain_folder());
        let export = Export { filters, zone, bucket, plain_folder, form, out, about, overwrite };
        let run = move || export.run(&*journal.engine, at, &token, |now| report(now.into()));
        let done = tokio::task::spawn_blocking(run).await;
        let told = done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
        let (name, about) = names;
        Ok(Exported::of(&told, name, about))
    }
}

/// The path that a person chose, with the ending of the form where it names none or another one.
fn with_ending(chosen: &Path, form: ExportForm) -> PathBuf {
    let is_of = |named: Form| discriminant(&named) == discriminant(&Form::from(form));
    match form.ending() {
        Some(ending) if !form_of(chosen).is_some_and(is_of) => {
            with_suffix(chosen, &format!(".{ending}"))
        }
        _ => chosen.to_owned(),
    }
}

/// Path of the file that tells about an export: beside it, and named after it.
fn about_path(out: &Path, form: ExportForm) -> PathBuf {
    match form.ending() {
        Some(_) => out.with_extension("about.json"),
        None => with_suffix(out, ".about.json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gets_the_ending_of_its_form_and_a_file_about_it_beside() {
        let table = [
            ("/out/events", ExportForm::Csv, "/out/events.csv", "/out/events.about.json"),
            ("/out/a.CSV", ExportForm::CsvWithMark, "/out/a.CSV", "/out/a.about.json"),
            ("/out/a.csv", ExportForm::Xlsx, "/out/a.csv.xlsx", "/out/a.csv.about.json"),
            ("/out/a.jsonl", ExportForm::Ndjson, "/out/a.jsonl", "/out/a.about.json"),
            (
                "/out/2026.11",
                ExportForm::Parquet,
                "/out/2026.11.parquet",
                "/out/2026.11.about.json",
            ),
            ("/out/2026.11", ExportForm::Extract, "/out/2026.11", "/out/2026.11.about.json"),
        ];
        for (chosen, form, out, about) in table {
            let found = with_ending(Path::new(chosen), form);
            assert_eq!(found, Path::new(out), "{chosen} as {form:?}");
            assert_eq!(about_path(&found, form), Path::new(about), "{chosen} as {form:?}");
        }
    }
}
