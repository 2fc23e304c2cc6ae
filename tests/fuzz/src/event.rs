//! Any text as whatever the language of a journal reads.

use std::fmt::Debug;

use event::{Address, Event, Position, Request, format_time, members, parse_time};

pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(time) = parse_time(text) {
        same(&parse_time(&format_time(time)), &Ok(time));
    }
    if let Ok(position) = text.parse::<Position>() {
        same(&position.to_string().parse(), &Ok(position));
    }
    let address = Address::parse(text);
    same(&Address::parse(&address.to_string()), &address);
    if address.disambiguator.is_none() {
        same(&address.event_id.as_str(), &text);
    }
    if let Ok(event) = serde_json::from_str::<Event>(text) {
        let json = serde_json::to_string(&event).map_err(|e| e.to_string());
        let again = json.map(|json| serde_json::from_str::<Event>(&json).ok());
        same(&again, &Ok(Some(event)));
    }
    if let Ok(Request::Change(draft)) = Request::parse(text, Some("Sarah")) {
        same(&draft.check(), &Ok(()));
    }
    if members(text).is_some() {
        let text = text.trim_start_matches('\u{feff}');
        assert!(text.trim_start().starts_with('{'));
    }
}

fn same<T: Debug + PartialEq>(found: &T, expected: &T) {
    assert_eq!(found, expected);
}
