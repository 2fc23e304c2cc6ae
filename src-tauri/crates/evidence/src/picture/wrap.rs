//! Lines of a text, by the width of its characters.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Lines of at most `width` columns, broken at blanks where that is possible. A text of more than `most`
/// lines is cut, and its length said in a line of its own.
pub fn wrap(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let room = width.saturating_sub(last(&lines).width());
        if word.trim_end().width() > room && !last(&lines).is_empty() {
            lines.push(String::new());
        }
        for one in word.chars() {
            if last(&lines).width() + one.width().unwrap_or(0) > width && one != ' ' {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(one);
            }
        }
        if lines.len() > most {
            break;
        }
    }
    if lines.len() > most {
        lines.truncate(most.saturating_sub(1));
        lines.push(format!("… ({} characters in all)", text.chars().count()));
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

fn last(lines: &[String]) -> &str {
    lines.last().map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_at_blanks_and_where_a_word_is_too_long() {
        let table: [(&str, &[&str]); 6] = [
            ("", &[""]),
            ("a b", &["a b"]),
            ("actor=Sarah type=x", &["actor=Sarah", "type=x"]),
            ("a abcdefghijklmnop q", &["a", "abcdefghijkl", "mnop q"]),
            ("王王王王王王王", &["王王王王王王", "王"]),
            (&"word ".repeat(9), &["word word", "word word", "… (45 characters in all)"]),
        ];
        for (text, lines) in table {
            assert_eq!(wrap(text, 12, 3), lines, "{text}");
        }
    }
}
