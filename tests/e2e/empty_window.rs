//! A window that shows nothing: its start is what the platform takes.

use tauri::http::Response;
use tauri::test::{mock_context, noop_assets};
use tauri::{Builder, Url, WebviewUrl, WebviewWindowBuilder, Wry};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let page = Url::parse("empty://localhost")?;
    let builder = Builder::<Wry>::default().register_uri_scheme_protocol("empty", |_, _| {
        let page = Response::builder().header("Content-Type", "text/html");
        page.body("<!doctype html><title>Empty</title>".as_bytes()).unwrap_or_default()
    });
    let builder = builder.setup(move |app| {
        WebviewWindowBuilder::new(app, "main", WebviewUrl::CustomProtocol(page)).build()?;
        Ok(())
    });
    Ok(builder.run(mock_context(noop_assets()))?)
}
