//! JSON inside values, as the world writes it: one reader for state, search, window and command
//! line. What it cannot read it keeps as the text that is there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The members of a JSON object as field values: text unquoted, `null` as null, anything else as
/// the JSON it was written in, so that no number loses a digit. Of a name that is there twice the
/// last counts. A member that is no JSON, such as `NaN`, is its text as it stands. `None` if `value`
/// is no object.
///
/// ```
/// let members = event::members(r#"{"rate":1e400,"name":"Ana","bio":"cook \ud83c","x":NaN}"#);
/// let members = members.expect("an object");
/// assert_eq!(members["rate"].as_deref(), Some("1e400"));
/// assert_eq!(members["bio"].as_deref(), Some(r"cook \ud83c"));
/// assert_eq!(members["x"].as_deref(), Some("NaN"));
/// ```
pub fn members(value: &str) -> Option<BTreeMap<String, Option<String>>> {
    let value = value.trim_start_matches('\u{feff}');
    match serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(value) {
        Ok(object) => Some(object.into_iter().map(|(k, raw)| (k, member(raw.get()))).collect()),
        Err(_) => split(value),
    }
}

/// What a piece of JSON is as a field value.
fn member(raw: &str) -> Option<String> {
    match raw {
        "null" => None,
        text if text.starts_with('"') => Some(string(text).unwrap_or_else(|| text.to_owned())),
        json => Some(json.to_owned()),
    }
}

/// The text of a JSON string. Half of a surrogate pair, which is no character, stands for its own
/// escape.
fn string(json: &str) -> Option<String> {
    let mended = if json.contains("\\u") {
        Cow::Owned(replace_escapes(json, |escape, one| match one {
            None if escape.starts_with("\\u") => format!("\\{escape}").into(),
            _ => escape.into(),
        }))
    } else {
        Cow::Borrowed(json)
    };
    serde_json::from_str(&mended).ok()
}

/// The members of what is an object but for some of its values.
fn split(text: &str) -> Option<BTreeMap<String, Option<String>>> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut members = BTreeMap::new();
    for pair in parts(inside, ',')? {
        let [name, value] = parts(pair, ':')?.try_into().ok()?;
        members.insert(string(name.trim())?, member(value.trim()));
    }
    Some(members)
}

/// The parts of a text between separators that are in no string and no brackets; `None` if those
/// are not closed.
fn parts(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    let (mut in_string, mut escaped) = (false, false);
    for (at, one) in text.char_indices() {
        match one {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.checked_sub(1)?,
            _ if one == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + one.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (depth == 0 && !in_string).then_some(parts)
}

/// JSON with its escapes undone, whether or not it is well-formed; `None` for a value that does not
/// begin like JSON or has no escape. Half of a surrogate pair stays as it is written.
pub(crate) fn unescaped(value: &str) -> Option<String> {
    let begins = value.trim_start().starts_with(['{', '[', '"']);
    if !begins || !value.contains('\\') {
        return None;
    }
    Some(replace_escapes(value, |escape, one| {
        one.map_or(escape.into(), |one| one.to_string().into())
    }))
}

/// A text with each of its escapes replaced, given as it is written and as the character that it
/// stands for, if it stands for one.
fn replace_escapes<'a>(
    text: &'a str,
    replacement: impl Fn(&'a str, Option<char>) -> Cow<'a, str>,
) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (one, length) = escape(&rest[at..]);
        replaced.push_str(&rest[..at]);
        replaced.push_str(&replacement(&rest[at..at + length], one));
        rest = &rest[at + length..];
    }
    replaced.push_str(rest);
    replaced
}

/// The character that an escape at the beginning of a text stands for, if it stands for one, and
/// how many bytes it takes.
fn escape(text: &str) -> (Option<char>, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| are_digits)
    };
    let simple = |one| (Some(one), 2);
    match text.as_bytes().get(1) {
        Some(b'n') => simple('\n'),
        Some(b'r') => simple('\r'),
        Some(b't') => simple('\t'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(one @ (b'"' | b'\\' | b'/')) => simple(char::from(*one)),
        Some(b'u') => match (unit(0), unit(6)) {
            (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                (char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12)
            }
            (Some(unit), _) => (char::from_u32(unit), 6),
            (None, _) => (None, 2),
        },
        _ => (None, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Expected<'a> = Option<Vec<(&'a str, Option<&'a str>)>>;

    #[test]
    fn f13_an_object_is_read_as_the_world_writes_it() {
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        let deep_object = format!(r#"{{"a":{deep},"b":1}}"#);
        let table: Vec<(&str, Expected<'_>)> = vec![
            ("{}", Some(vec![])),
            (
                r#" {"a": "x", "b": null, "c": 1.50} "#,
                Some(vec![("a", Some("x")), ("b", None), ("c", Some("1.50"))]),
            ),
            (r#"{"a":"Zo\u00eb \ud83c\udf55 \/"}"#, Some(vec![("a", Some("Zoë 🍕 /"))])),
            (
                r#"{"a":"half \ud83c","b":"\udc00 x"}"#,
                Some(vec![("a", Some(r"half \ud83c")), ("b", Some(r"\udc00 x"))]),
            ),
            (r#"{"a":["\ud83c",1.0]}"#, Some(vec![("a", Some(r#"["\ud83c",1.0]"#))])),
            (r#"{"\ud83c":"x"}"#, Some(vec![(r"\ud83c", Some("x"))])),
            (r#"{"a":"\\ud83c"}"#, Some(vec![("a", Some(r"\ud83c"))])),
            (r#"{"a":1,"a":2}"#, Some(vec![("a", Some("2"))])),
            (r#"{"a":1e400,"b":-0}"#, Some(vec![("a", Some("1e400")), ("b", Some("-0"))])),
            (
                r#"{"a":NaN,"b":"x, y: {","c":Infinity}"#,
                Some(vec![("a", Some("NaN")), ("b", Some("x, y: {")), ("c", Some("Infinity"))]),
            ),
            (&deep_object, Some(vec![("a", Some(deep.as_str())), ("b", Some("1"))])),
            ("", None),
            ("null", None),
            ("[1]", None),
            (r#"{"a":1"#, None),
            (r#"{"a":"x}"#, None),
            ("{a:1}", None),
            ("{1}", None),
        ];
        for (json, expected) in table {
            let owned = |all: Vec<(&str, Option<&str>)>| -> BTreeMap<_, _> {
                all.into_iter().map(|(k, v)| (k.to_owned(), v.map(str::to_owned))).collect()
            };
            assert_eq!(members(json), expected.map(owned), "{json}");
        }
    }

    #[test]
    fn f13_escapes_are_undone_in_what_begins_like_json_only() {
        let table = [
            (r#"{"a":"Zo\u00eb"}"#, Some(r#"{"a":"Zoë"}"#)),
            (r#"["https:\/\/x"]"#, Some(r#"["https://x"]"#)),
            (r#""\ud83c\udf55 \ud83c \u12""#, Some(r#""🍕 \ud83c \u12""#)),
            (r#"{"a":"cut \"#, Some(r#"{"a":"cut \"#)),
            (r"C:\new", None),
            (r#"{"a":"plain"}"#, None),
        ];
        for (value, expected) in table {
            assert_eq!(unescaped(value).as_deref(), expected, "{value}");
        }
    }
}
