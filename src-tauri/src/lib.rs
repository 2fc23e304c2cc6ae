//! The desktop shell: one window over one open journal. A command of the window is parsed, becomes
//! one call of `session` or of its engine, and the answer is converted.
//!
//! The shell never decides what an event means, never opens a file of a bucket, and gives the
//! window no path to open: the window names a journal by an opaque handle, or by what a person typed.
//!
//! Begin reading at [`AppState`], the state behind all commands. `commands` has the commands, one
//! module for each group; `watcher` emits what changes without a command; [`wire`] has the types
//! that cross to the window.

mod commands;
mod file_names;
mod graphics;
mod state;
mod watcher;
pub mod wire;

use tauri::{
    App, AppHandle, Builder, DragDropEvent, Emitter, Manager, RunEvent, Runtime, Url, WebviewUrl,
    WebviewWindowBuilder, WindowEvent,
};

pub use commands::dialogs::{OpenFile, SaveAs};
pub use graphics::avoid_blank_window;
pub use state::AppState;
use wire::OpeningFailed;

/// Label of the one window.
const WINDOW: &str = "main";

/// Argument that starts the program with a window of its own, beside those that are open. The bucket
/// to open may follow.
const NEW_WINDOW: &str = "--new-window";

/// Runs the application until its window is closed, then flushes. `arguments` are those of the program:
/// the bucket to open first, if there is one. A second start of the application opens its bucket in the
/// first one's window instead, unless it is asked for a window of its own.
///
/// # Errors
/// If the platform names no folders for the application, or the window cannot be built.
pub fn run(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let (is_new, location) = match arguments {
        [first, rest @ ..] if first == NEW_WINDOW => (true, rest.first()),
        _ => (false, arguments.first()),
    };
    let (home, options) = (session::Home::find()?, session::Options::default());
    let state = AppState::new(home, options, location.cloned(), std::env::current_exe().ok());
    let second = |app: &AppHandle<_>, arguments: Vec<String>, folder: String| {
        if let Some(window) = app.get_webview_window(WINDOW) {
            let _ = window.set_focus();
        }
        if let Some(location) = arguments.get(1) {
            open_from_outside(app, named_in(&folder, location));
        }
    };
    let mut builder = Builder::default();
    if !is_new {
        builder = builder.plugin(tauri_plugin_single_instance::init(second));
    }
    let builder = builder
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init());
    let named = state.clone();
    // The bucket is opened while the window is built. A second start ends in the middle of that, which
    // a journal bears at any moment.
    tauri::async_runtime::spawn(async move { named.open_named().await });
    let app = assemble(builder, state).build(tauri::generate_context!())?;
    app.run(|app, event| {
        if matches!(event, RunEvent::Exit) {
            tauri::async_runtime::block_on(app.state::<AppState>().close());
        }
    });
    Ok(())
}

/// Assembles the application: state, commands, window and watcher, without the plugins of the
/// platform, so that tests can run it without a display.
#[expect(clippy::too_many_lines, reason = "the commands are one list, as Tauri wants it")]
pub fn assemble<R: Runtime>(builder: Builder<R>, state: AppState) -> Builder<R> {
    builder
        .manage(state)
        .invoke_handler(tauri::generate_handler![
            commands::open::start,
            commands::open::open_dialog,
            commands::open::read_location,
            commands::open::open_location,
            commands::open::cancel_opening,
            commands::open::open_recent,
            commands::open::new_window,
            commands::open::recent_changes,
            commands::open::open_moved,
            commands::open::open_sample,
            commands::open::status,
            commands::open::look,
            commands::open::settings,
            commands::query_text::write_query,
            commands::query_text::read_query,
            commands::query_text::query_zone,
            commands::query_text::read_filters,
            commands::query_text::write_filters,
            commands::query_text::read_span,
            commands::query_text::read_time,
            commands::read::events,
            commands::read::count,
            commands::read::facets,
            commands::read::event,
            commands::read::record,
            commands::read::timeline,
            commands::read::record_names,
            commands::read::compare,
            commands::read::records,
            commands::read::chains,
            commands::read::search,
            commands::write::preview,
            commands::write::amend,
            commands::write::note_record,
            commands::write::flush,
            commands::export::export_events,
            commands::export::cancel_export,
            commands::import::choose_import,
            commands::import::open_mapping,
            commands::import::save_mapping,
            commands::import::plan_import,
            commands::import::record_import,
            commands::import::end_import,
            commands::picture::save_picture,
            commands::sql::ask_sql,
            commands::sql::more_sql_rows,
            commands::sql::count_sql_rows,
            commands::sql::cancel_sql,
            commands::sql::export_sql,
            commands::sql::cancel_sql_export,
            commands::sql::save_sql_text,
            commands::sql::open_sql_text,
            commands::views::save_view,
            commands::views::open_view,
        ])
        .setup(|app| {
            window(app)?;
            tauri::async_runtime::spawn(watcher::emit_changes(app.handle().clone()));
            tauri::async_runtime::spawn(watcher::emit_reading(app.handle().clone()));
            Ok(())
        })
}

/// Builds the window, which opens a folder that is dropped on it, and looks at a bucket that could not be
/// reached when somebody turns to it.
fn window<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .title("Daybook")
        .inner_size(1360.0, 860.0)
        .min_inner_size(900.0, 560.0)
        .on_navigation(is_ours)
        .build()?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            if let Some(path) = paths.first() {
                open_from_outside(&handle, path.to_string_lossy().into_owned());
            }
        }
        WindowEvent::Focused(true) => handle.state::<AppState>().attend(),
        _ => {}
    });
    Ok(())
}

/// Whether a URL is the application's own. The window navigates nowhere else.
fn is_ours(url: &Url) -> bool {
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost")
}

/// What a program that was started in `folder` named: a path that begins there, or a URL.
fn named_in(folder: &str, location: &str) -> String {
    match location.parse() {
        Ok(session::Location::Local(path)) => {
            std::path::Path::new(folder).join(path).to_string_lossy().into_owned()
        }
        // What is no location is refused by whoever opens it, as it was written.
        Ok(session::Location::Store(_)) | Err(_) => location.to_owned(),
    }
}

/// Opens a bucket that was dropped on the window or named by a second start, and emits the outcome.
fn open_from_outside<R: Runtime>(app: &AppHandle<R>, location: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<AppState>();
        let opening = state.next_opening();
        let emitted = match state.open_as(opening, &location).await {
            Ok(status) => app.emit("opened", status),
            Err(problem) => app.emit("opening_failed", OpeningFailed { opening, problem }),
        };
        // An error means that the window is closed.
        drop(emitted);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_names_a_path_of_its_own_folder_or_a_url() {
        let table = [
            ("firm", "/srv/firm"),
            ("/other/firm", "/other/firm"),
            ("file:///other/a%20b", "/other/a b"),
            ("s3://acme/hr?profile=audit", "s3://acme/hr?profile=audit"),
            ("gs://", "gs://"),
        ];
        for (named, location) in table {
            assert_eq!(named_in("/srv", named), location, "{named}");
        }
    }
}
