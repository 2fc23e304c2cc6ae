//! Telling the window what becomes of the open journal by itself: events that wait on this device are
//! flushed, and files of the bucket are read.

use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::Desk;

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

/// Tells the window whenever the number of waiting events, or why they wait, may have changed.
pub(crate) async fn tell<R: Runtime>(app: AppHandle<R>) {
    let desk = app.state::<Desk>();
    loop {
        desk.opened.notified().await;
        while let Some(mut waiting) = desk.book().ok().and_then(|book| book.watch()) {
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
