//! Telling the window what becomes of the events that wait on this device. The journal flushes them
//! by itself.

use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::Desk;

/// Tells the window whenever the number of waiting events, or why they wait, may have changed.
pub(crate) async fn tell<R: Runtime>(app: AppHandle<R>) {
    let desk = app.state::<Desk>();
    loop {
        desk.opened.notified().await;
        while let Some(mut waiting) = desk.book().await.ok().and_then(|book| book.watch()) {
            loop {
                tokio::select! {
                    changed = waiting.changed() => if changed.is_err() { break },
                    () = desk.opened.notified() => break,
                }
                // What was flushed lies in another place now.
                drop(desk.refresh().await);
                if let Ok(status) = desk.status().await {
                    drop(app.emit("status", status));
                }
            }
        }
    }
}
