//! Any text as a query, as the query of a window, and as a saved view.

use chrono::{DateTime, Utc};
use query::{QueryText, WindowQuery, Zone};

/// What is parsed is printed as a text that is parsed as the same, and asks for the same events.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let now = DateTime::<Utc>::UNIX_EPOCH;
    match QueryText::parse(text) {
        Ok(query) => {
            let printed = query.to_string();
            assert_eq!(QueryText::parse(&printed).as_ref(), Ok(&query), "{printed}");
            let alone = QueryText::from(query.filters(now));
            assert_eq!(QueryText::from(alone.filters(now)), alone);
            assert_eq!(QueryText::parse(&alone.to_string()).as_ref(), Ok(&alone));
        }
        Err(wrong) => {
            let rest: String = text.chars().skip(wrong.position).collect();
            assert!(wrong.position <= text.chars().count(), "{wrong}");
            // A value is told without its quotes and escapes.
            assert!(text.contains(['"', '\\']) || rest.starts_with(&wrong.piece), "{wrong}");
        }
    }
    if let Ok(query) = WindowQuery::parse(text, now) {
        // Without the settings that its view does not use.
        let printed = query.text(Zone::default()).map(|text| text.to_string());
        let again = printed.as_ref().map(|printed| WindowQuery::parse(printed, now));
        let again = again.map(|again| again.map(|query| query.text(Zone::default())));
        let again = again.map(|again| again.map(|text| text.map(|text| text.to_string())));
        assert_eq!(again, Ok(Ok(printed.clone())), "{text}");
    }
}
