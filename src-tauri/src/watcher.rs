//! The watcher: emits a status to the window when the open journal changes without a command,
//! because pending events are flushed, files of the bucket are read, or others add to it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use session::JournalSession;
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tokio::sync::{Notify, watch};

use crate::AppState;

/// Interval of refreshes without a notification: some file systems send none.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// Interval of refreshes while the bucket cannot be read.
const LOST_POLL_INTERVAL: Duration = Duration::from_secs(2);

/// Interval of refreshes while a bucket that is far cannot be reached.
const OFFLINE_POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Emits a status whenever more of the open journal was read, at most once in 100 ms.
pub(crate) async fn emit_reading<R: Runtime>(app: AppHandle<R>) {
    let state = app.state::<AppState>();
    loop {
        state.until_read().await;
        emit_status(&app, &state).await;
        state.pause().await;
    }
}

/// Emits a status whenever the bucket or the pending events may have changed.
pub(crate) async fn emit_changes<R: Runtime>(app: AppHandle<R>) {
    let state = app.state::<AppState>();
    loop {
        match state.session() {
            Ok(session) => follow(&app, &state, &session).await,
            Err(_) => state.until_opened().await,
        }
    }
}

/// Follows one journal until another one is opened, or until its bucket can be read again: its
/// folders must then be watched anew.
async fn follow<R: Runtime>(app: &AppHandle<R>, state: &AppState, session: &JournalSession) {
    let (mut pending, bucket) = (session.watch(), FolderWatch::of(session));
    loop {
        let was_lost = state.is_lost();
        let is_away = state.is_away();
        let interval = match (is_away, session.is_far()) {
            (false, _) => POLL_INTERVAL,
            (true, false) => LOST_POLL_INTERVAL,
            (true, true) => OFFLINE_POLL_INTERVAL,
        };
        let is_notified = tokio::select! {
            () = changed(&mut pending) => true,
            () = bucket.changed.notified() => true,
            () = state.sleep(interval) => false,
            () = state.until_attended(), if is_away => false,
            () = state.until_opened() => return,
        };
        // Files that arrive within a moment share one refresh.
        state.pause().await;
        let is_new = state.refresh_and_compare().await;
        if is_notified || is_new {
            emit_status(app, state).await;
        }
        if was_lost && !state.is_lost() {
            return;
        }
    }
}

/// Emits the status. An error means that the window is closed, and is ignored.
async fn emit_status<R: Runtime>(app: &AppHandle<R>, state: &AppState) {
    if let Ok(status) = state.status().await {
        drop(app.emit("status", status));
    }
}

/// Waits until something is recorded or flushed by this process; for ever in a read-only session.
async fn changed(pending: &mut Option<watch::Receiver<u64>>) {
    let changed = match pending {
        Some(pending) => pending.changed().await.is_ok(),
        None => false,
    };
    if !changed {
        std::future::pending::<()>().await;
    }
}

/// File system watch on the folders of a bucket.
struct FolderWatch {
    /// Notified after each change.
    changed: Arc<Notify>,
    /// Watches as long as it lives; `None` where the system gives no watch.
    _watcher: Option<RecommendedWatcher>,
}

impl FolderWatch {
    fn of(session: &JournalSession) -> Self {
        let changed = Arc::new(Notify::new());
        let notify = Arc::clone(&changed);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| is_change(event.kind)) {
                notify.notify_one();
            }
        });
        let mut watcher = watcher.ok();
        for folder in session.folders() {
            watch_folder(watcher.as_mut(), &folder);
        }
        Self { changed, _watcher: watcher }
    }
}

/// Watches one folder.
fn watch_folder(watcher: Option<&mut RecommendedWatcher>, folder: &Path) {
    if let Some(watcher) = watcher {
        // A folder that cannot be watched is still refreshed at intervals.
        drop(watcher.watch(folder, RecursiveMode::NonRecursive));
    }
}

/// Whether an event may be a change: all but accesses, except closing a file that was written.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}
