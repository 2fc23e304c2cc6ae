//! Visible form of text of a journal: no character is invisible or acts on the terminal, and null,
//! empty and blank differ.

use event::visible_text;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The mark of a null.
const NULL: &str = "∅";

/// Characters of a value that a table shows at most.
const LONGEST_VALUE: usize = 1000;

/// A value as one line of visible text. Null is `∅`; a text that could be mistaken is in quotes: an
/// empty one, one with blanks at an edge, and `∅` itself. A long one is cut, and its length said.
pub fn visible_value(value: Option<&str>) -> String {
    let Some(value) = value else { return NULL.to_owned() };
    if let Some((end, _)) = value.char_indices().nth(LONGEST_VALUE) {
        let shown = visible_text(&value[..end].replace('\\', "\\\\"));
        return format!("{shown}… ({} characters)", value.chars().count());
    }
    let text = visible_text(&value.replace('\\', "\\\\"));
    let unclear = value.trim() != value || value.starts_with('"') || value == NULL;
    if value.is_empty() || unclear { format!("\"{text}\"") } else { text }
}

/// Width of a text in columns of a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text truncated to at most `columns` columns, with an ellipsis where some is left out.
pub fn truncate(text: &str, columns: usize) -> String {
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
            assert_eq!(visible_value(value), visible, "{value:?}");
        }
    }

    #[test]
    fn a_cut_never_exceeds_its_columns_even_with_wide_characters() {
        for (text, columns, short) in
            [("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("王王王", 4, "王…"), ("王王", 4, "王王")]
        {
            assert_eq!(truncate(text, columns), short);
            assert!(width(short) <= columns, "{short}");
        }
    }

    #[test]
    fn s14_a_giant_value_is_cut_and_its_length_said() {
        let giant = "é".repeat(20_000);
        let shown = visible_value(Some(&giant));
        assert_eq!(shown, format!("{}… (20000 characters)", "é".repeat(LONGEST_VALUE)));
        let whole = "é".repeat(LONGEST_VALUE);
        assert_eq!(visible_value(Some(&whole)), whole);
    }
}
