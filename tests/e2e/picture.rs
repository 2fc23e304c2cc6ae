//! One picture of the window, as `cargo xtask run --picture FILE` asks for it.

use std::path::PathBuf;

use serde_json::json;
use session::Theme;

use crate::buckets::Place;
use crate::window::Window;

/// How often the page is asked whether it has read everything; it answers after at most half a
/// minute. A large journal takes minutes when it is read for the first time.
const ASKED: usize = 120;

/// Whether the page comes to rest within half a minute: it shows the journal, or why that was not
/// opened; it reads no more and waits for no answer.
const AT_REST: &str = r"
    const later = arguments[0];
    const end = performance.now() + 30_000;
    const look = () => {
        const shows = document.querySelector('nav[aria-label=Views], main [role=alert]') !== null;
        const waits = document.querySelector('progress, [aria-busy=true]') !== null;
        if (shows && !waits) return requestAnimationFrame(() => later(true));
        if (performance.now() > end) return later(false);
        setTimeout(look, 50);
    };
    look();";

/// Why the journal was not opened; null if it was.
const REFUSED: &str = "
    const opened = document.querySelector('nav[aria-label=Views]') !== null;
    return opened ? null : document.querySelector('main [role=alert]').textContent";

#[test]
#[ignore = "draws the journal that it is given: cargo xtask run --picture FILE"]
fn picture() {
    let bucket = PathBuf::from(std::env::var_os("DAYBOOK_PICTURE_BUCKET").expect("a journal"));
    let place = Place::new();
    let window = Window::on(&place, Some(&bucket), Theme::Light);
    let is_at_rest = |_| window.run_later(AT_REST, &json!([])) == true;
    assert!((0..ASKED).any(is_at_rest), "the window reads {} without an end", bucket.display());
    let refused = window.run(REFUSED, &json!([]));
    assert_eq!(refused, json!(null), "{} was not opened", bucket.display());
    window.shot("picture");
}
