//! Dialogs of the platform, in which a person says where a file is. The window names no path.

use std::path::PathBuf;

use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};

/// The path under which a file is saved, by the name that is proposed; `None` if it is not.
type Choice = dyn Fn(&str) -> Option<PathBuf> + Send + Sync;

/// Who says where a file is saved. An application that manages one, as tests do, asks no person.
pub struct SaveAs(pub Box<Choice>);

/// Who says which file is opened, as [`SaveAs`] does where one is saved.
pub struct OpenFile(pub Box<dyn Fn() -> Option<PathBuf> + Send + Sync>);

/// What a dialog is about.
pub(super) struct Dialog {
    /// Title of the dialog.
    pub title: &'static str,
    /// Endings of the files, without their points; empty for any.
    pub endings: &'static [&'static str],
}

impl Dialog {
    /// Asks where a file is saved; `None` if it is not. The dialog asks whether a file that is there is replaced.
    pub async fn save_as<R: Runtime>(self, app: &AppHandle<R>, name: String) -> Option<PathBuf> {
        if let Some(save_as) = app.try_state::<SaveAs>() {
            return (save_as.0)(&name);
        }
        let (answer, answered) = tokio::sync::oneshot::channel();
        let dialog = self.begin(app).set_file_name(name);
        dialog.save_file(move |path| drop(answer.send(path)));
        local(answered.await.ok().flatten())
    }

    /// Asks which file is opened; `None` if none is.
    pub async fn open<R: Runtime>(self, app: &AppHandle<R>) -> Option<PathBuf> {
        if let Some(open) = app.try_state::<OpenFile>() {
            return (open.0)();
        }
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.begin(app).pick_file(move |path| drop(answer.send(path)));
        local(answered.await.ok().flatten())
    }

    fn begin<R: Runtime>(self, app: &AppHandle<R>) -> FileDialogBuilder<R> {
        let Self { title, endings } = self;
        let dialog = app.dialog().file().set_title(title);
        if endings.is_empty() {
            return dialog;
        }
        let named: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
        dialog.add_filter(named.join(", "), endings)
    }
}

fn local(path: Option<FilePath>) -> Option<PathBuf> {
    path?.into_path().ok()
}
