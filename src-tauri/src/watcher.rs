//! Watches the open journal and tells the window what becomes of it by itself: pending events are
//! flushed, files of the bucket are read, and others add to it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use session::JournalSession;
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tokio::sync::{Notify, watch};

use crate::AppState;

/// How often the bucket is looked at although nothing was heard of it: some file systems tell
/// nothing.
const UNHEARD: Duration = Duration::from_secs(30);

/// How often it is looked for while it is gone.
const LOST: Duration = Duration::from_secs(2);

/// Emits how far the first reading of the journal is, not more often than it can be seen.
pub(crate) async fn emit_reading<R: Runtime>(app: AppHandle<R>) {
    let state = app.state::<AppState>();
    loop {
        state.until_read().await;
        emit_status(&app, &state).await;
        state.pause().await;
    }
}

/// Emits a status whenever the bucket may have changed, or what is pending for it.
pub(crate) async fn emit_changes<R: Runtime>(app: AppHandle<R>) {
    let state = app.state::<AppState>();
    loop {
        match state.session() {
            Ok(session) => follow(&app, &state, &session).await,
            Err(_) => state.until_opened().await,
        }
    }
}

/// Follows one journal until another one is opened, or its folder has come back.
async fn follow<R: Runtime>(app: &AppHandle<R>, state: &AppState, session: &JournalSession) {
    let (mut pending, bucket) = (session.watch(), Changes::of(session));
    loop {
        let was_lost = state.is_lost();
        let heard = tokio::select! {
            () = changed(&mut pending) => true,
            () = bucket.heard.notified() => true,
            () = state.sleep(if was_lost { LOST } else { UNHEARD }) => false,
            () = state.until_opened() => return,
        };
        // Files that come together are looked at together.
        state.pause().await;
        let is_new = state.look().await;
        if heard || is_new {
            emit_status(app, state).await;
        }
        if was_lost && !state.is_lost() {
            return;
        }
    }
}

/// A window that is gone need not hear it.
async fn emit_status<R: Runtime>(app: &AppHandle<R>, state: &AppState) {
    if let Ok(status) = state.status().await {
        drop(app.emit("status", status));
    }
}

/// Something was recorded or flushed here.
async fn changed(pending: &mut Option<watch::Receiver<u64>>) {
    let changed = match pending {
        Some(pending) => pending.changed().await.is_ok(),
        None => false,
    };
    if !changed {
        std::future::pending::<()>().await;
    }
}

/// What the file system says of a bucket.
struct Changes {
    heard: Arc<Notify>,
    /// Listens as long as it lives; `None` where that cannot be.
    _watcher: Option<RecommendedWatcher>,
}

impl Changes {
    fn of(session: &JournalSession) -> Self {
        let heard = Arc::new(Notify::new());
        let notify = Arc::clone(&heard);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| is_change(event.kind)) {
                notify.notify_one();
            }
        });
        let mut watcher = watcher.ok();
        for folder in session.folders() {
            listen(watcher.as_mut(), &folder);
        }
        Self { heard, _watcher: watcher }
    }
}

fn listen(watcher: Option<&mut RecommendedWatcher>, folder: &Path) {
    if let Some(watcher) = watcher {
        // Where nothing can be heard, the bucket is looked at from time to time.
        drop(watcher.watch(folder, RecursiveMode::NonRecursive));
    }
}

/// Reading a file changes nothing.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}
