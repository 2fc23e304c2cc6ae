//! Text of a journal as a person may see it: nothing invisible, and null, empty and blank told
//! apart.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The mark of a null.
const NULL: &str = "∅";

/// Text with everything in it visible: no control of the terminal, no change of direction.
pub fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => clean.extend(c.escape_default()),
            c if is_invisible(c) => clean.extend(c.escape_unicode()),
            c => clean.push(c),
        }
    }
    clean
}

/// A value as one line. What could be taken for something else stands in quotes: an empty text,
/// blanks at an edge, the mark of a null.
pub fn shown(value: Option<&str>) -> String {
    let Some(value) = value else { return NULL.to_owned() };
    let text = clean(&value.replace('\\', "\\\\"));
    let unclear = value.trim() != value || value.starts_with('"') || value == NULL;
    if value.is_empty() || unclear { format!("\"{text}\"") } else { text }
}

/// How many columns of a terminal a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text in at most `columns`, with an ellipsis where some is left out.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut left = columns.saturating_sub(1);
    let fits = text.chars().take_while(|c| {
        let needed = c.width().unwrap_or(0);
        let fits = needed <= left;
        left = left.saturating_sub(needed);
        fits
    });
    fits.chain(['…']).collect()
}

/// Controls, and characters that take no room or turn the direction of what follows.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stays_invisible_and_null_empty_and_blank_are_told_apart() {
        let table = [
            (None, "∅"),
            (Some("∅"), "\"∅\""),
            (Some(""), "\"\""),
            (Some(" "), "\" \""),
            (Some("a "), "\"a \""),
            (Some("\"\""), "\"\"\"\""),
            (Some("a\nb\tc\u{1b}[31m"), "a\\nb\\tc\\u{1b}[31m"),
            (Some("a\\nb"), "a\\\\nb"),
            (Some("\u{202e}evil\u{200b}"), "\\u{202e}evil\\u{200b}"),
            (Some("Zoë 王"), "Zoë 王"),
        ];
        for (value, visible) in table {
            assert_eq!(shown(value), visible, "{value:?}");
        }
    }

    #[test]
    fn a_cut_never_exceeds_its_columns_even_with_wide_characters() {
        for (text, columns, short) in
            [("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("王王王", 4, "王…"), ("王王", 4, "王王")]
        {
            assert_eq!(cut(text, columns), short);
            assert!(width(short) <= columns, "{short}");
        }
    }
}
