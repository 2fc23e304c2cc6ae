//! The desktop shell: one window over one open journal. It parses what the window asks, makes one
//! call into `session`, and converts the answer; it knows nothing about events.

mod commands;
mod state;
mod watcher;
pub mod wire;

use tauri::{
    App, AppHandle, Builder, DragDropEvent, Emitter, Manager, RunEvent, Runtime, Url, WebviewUrl,
    WebviewWindowBuilder, WindowEvent,
};

pub use state::AppState;
use wire::OpeningFailed;

/// The one window.
const WINDOW: &str = "main";

/// Runs until the window is closed. `location` is the bucket to open first.
pub fn run(location: Option<String>) -> Result<(), Box<dyn std::error::Error>> {
    let state = AppState::new(session::Home::find()?, session::Options::default(), location)?;
    let second = |app: &AppHandle<_>, arguments: Vec<String>, folder: String| {
        if let Some(window) = app.get_webview_window(WINDOW) {
            let _ = window.set_focus();
        }
        if let Some(location) = arguments.get(1) {
            let location = std::path::Path::new(&folder).join(location);
            open_from_outside(app, location.to_string_lossy().into_owned());
        }
    };
    let builder = Builder::default()
        .plugin(tauri_plugin_single_instance::init(second))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init());
    let app = assemble(builder, state).build(tauri::generate_context!())?;
    app.run(|app, event| {
        if matches!(event, RunEvent::Exit) {
            tauri::async_runtime::block_on(app.state::<AppState>().close());
        }
    });
    Ok(())
}

/// Everything but the platform's own plugins, so that tests run it without a display.
pub fn assemble<R: Runtime>(builder: Builder<R>, state: AppState) -> Builder<R> {
    builder
        .manage(state)
        .invoke_handler(tauri::generate_handler![
            commands::open::start,
            commands::open::open_dialog,
            commands::open::open_recent,
            commands::open::open_sample,
            commands::open::status,
            commands::open::settings,
            commands::query_text::write_query,
            commands::query_text::read_query,
            commands::read::events,
            commands::read::count,
            commands::read::facets,
            commands::read::event,
            commands::read::record,
            commands::read::timeline,
            commands::read::compare,
            commands::read::records,
            commands::read::chains,
            commands::read::search,
            commands::write::preview,
            commands::write::amend,
            commands::write::note_record,
            commands::write::flush,
        ])
        .setup(|app| {
            window(app)?;
            tauri::async_runtime::spawn(watcher::emit_changes(app.handle().clone()));
            tauri::async_runtime::spawn(watcher::emit_reading(app.handle().clone()));
            Ok(())
        })
}

fn window<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .title("Daybook")
        .inner_size(1360.0, 860.0)
        .min_inner_size(900.0, 560.0)
        .on_navigation(is_ours)
        .build()?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| {
        if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event
            && let Some(path) = paths.first()
        {
            open_from_outside(&handle, path.to_string_lossy().into_owned());
        }
    });
    Ok(())
}

/// The window shows what is built into the program, and goes nowhere else.
fn is_ours(url: &Url) -> bool {
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost")
}

/// Opens what was dropped on the window or named by a second start, and tells the window.
fn open_from_outside<R: Runtime>(app: &AppHandle<R>, location: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<AppState>();
        let opening = state.next_opening();
        let emitted = match state.open_as(opening, &location).await {
            Ok(status) => app.emit("opened", status),
            Err(problem) => app.emit("opening_failed", OpeningFailed { opening, problem }),
        };
        // A window that is gone need not hear it.
        drop(emitted);
    });
}
