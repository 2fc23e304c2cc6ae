//! Telling the window what becomes of the open journal by itself: events that wait on this device
//! are flushed, files of the bucket are read, and others add to it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use session::JournalSession;
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tokio::sync::{Notify, watch};

use crate::Desk;

/// How often the bucket is looked at although nothing was heard of it: some file systems tell
/// nothing.
const UNHEARD: Duration = Duration::from_secs(30);

/// How often it is looked for while it is gone.
const LOST: Duration = Duration::from_secs(2);

/// Tells the window how far the first reading of the journal is, not more often than it can be seen.
pub(crate) async fn tell_reading<R: Runtime>(app: AppHandle<R>) {
    let desk = app.state::<Desk>();
    loop {
        desk.read.notified().await;
        if let Ok(status) = desk.status().await {
            drop(app.emit("status", status));
        }
        desk.pause().await;
    }
}

/// Tells the window whenever the bucket may have changed, or what waits for it.
pub(crate) async fn tell<R: Runtime>(app: AppHandle<R>) {
    let desk = app.state::<Desk>();
    loop {
        match desk.session() {
            Ok(session) => follow(&app, &desk, &session).await,
            Err(_) => desk.opened.notified().await,
        }
    }
}

/// Follows one journal until another one is opened, or its folder has come back.
async fn follow<R: Runtime>(app: &AppHandle<R>, desk: &Desk, session: &JournalSession) {
    let (mut waiting, bucket) = (session.watch(), Changes::of(session));
    loop {
        let was_lost = desk.is_lost();
        let heard = tokio::select! {
            () = changed(&mut waiting) => true,
            () = bucket.heard.notified() => true,
            () = desk.sleep(if was_lost { LOST } else { UNHEARD }) => false,
            () = desk.opened.notified() => return,
        };
        // Files that come together are looked at together.
        desk.pause().await;
        let is_new = desk.look().await;
        if let (true, Ok(status)) = (heard || is_new, desk.status().await) {
            drop(app.emit("status", status));
        }
        if was_lost && !desk.is_lost() {
            return;
        }
    }
}

/// Something was recorded or flushed here.
async fn changed(waiting: &mut Option<watch::Receiver<u64>>) {
    let told = match waiting {
        Some(waiting) => waiting.changed().await.is_ok(),
        None => false,
    };
    if !told {
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
        let tell = Arc::clone(&heard);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| is_change(event.kind)) {
                tell.notify_one();
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
