//! Any text as a value: as the JSON that it may be, and as the text that is searched.

use std::collections::BTreeSet;

use event::{fold_case, members, search_texts};
use serde_json::Value;

/// Whatever the one JSON reader takes for an object agrees with any other reader that does, and
/// folding what is folded changes nothing.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let found = members(text);
    if let Ok(Value::Object(object)) = serde_json::from_str(text) {
        let found = found.as_ref().expect("an object");
        assert!(object.keys().collect::<BTreeSet<_>>().into_iter().eq(found.keys()));
        for (name, value) in &object {
            match value {
                Value::Null => assert_eq!(found[name], None, "{name}"),
                Value::String(text) => assert_eq!(found[name].as_ref(), Some(text), "{name}"),
                _ => assert!(found[name].is_some(), "{name}"),
            }
        }
    }
    let folded = fold_case(text);
    assert_eq!(fold_case(&folded), folded);
    assert_eq!(search_texts(text).next().as_deref(), Some(&*folded));
    assert!(search_texts(text).all(|text| fold_case(&text) == text));
}
