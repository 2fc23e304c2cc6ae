//! Flushing a little after something was recorded, so that a row of corrections becomes one file.

use std::time::Duration;

use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::Desk;

/// How long what was recorded waits on this device.
const DELAY: Duration = Duration::from_secs(5);

/// Flushes when something was recorded, and tells the window what came of it. A flush that does
/// not go through is tried again.
pub(crate) async fn flush_when_due<R: Runtime>(app: AppHandle<R>) {
    loop {
        let desk = app.state::<Desk>();
        desk.due.notified().await;
        tokio::time::sleep(DELAY).await;
        let Ok(status) = desk.status().await else { continue };
        if status.pending.events == 0 {
            continue;
        }
        if desk.flush().await.is_err() {
            desk.due.notify_one();
        }
        if let Ok(status) = desk.status().await {
            drop(app.emit("status", status));
        }
    }
}
