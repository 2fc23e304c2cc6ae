//! Build script of the desktop program: what Tauri needs of it.

fn main() {
    tauri_build::build();
}
