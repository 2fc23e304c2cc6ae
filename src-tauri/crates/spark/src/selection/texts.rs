//! Texts in values, in any case and where JSON writes them with escapes.

use event::{Column, fold_case, fold_loosely};

use super::verdict::Verdict;
use crate::sql::{Statement, column};

/// Verdict of a text in the old or the new value.
pub(super) fn in_values(text: &str, loosely: bool, statement: &mut Statement) -> Verdict {
    let values = [Column::OldValue, Column::NewValue].map(column);
    let verdicts = values.map(|value| {
        if loosely { loosely_in(&value, text, statement) } else { is_in(&value, text, statement) }
    });
    Verdict::any(verdicts.into())
}

/// Condition that a text has only letters of ASCII.
pub(super) fn is_ascii(value: &str) -> String {
    format!("octet_length({value}) = char_length({value})")
}

/// Condition that a text is compared as it is written: its letters are ASCII, and it has no escape.
fn is_plain(value: &str, statement: &mut Statement) -> String {
    let backslash = statement.text("\\");
    format!("({} and not contains({value}, {backslash}))", is_ascii(value))
}

/// Verdict of a text in a value. What is written plainly SQL decides.
pub(super) fn is_in(value: &str, text: &str, statement: &mut Statement) -> Verdict {
    let folded = fold_case(text);
    if folded.is_empty() {
        return Verdict::sure(&format!("{value} is not null"));
    }
    let plain = is_plain(value, statement);
    let unsure = format!("coalesce(not {plain}, false)");
    let yes = if folded.is_ascii() {
        let text = statement.text(&folded);
        format!("coalesce({plain} and contains(lower({value}), {text}), false)")
    } else {
        "false".to_owned()
    };
    Verdict { yes, unsure, missing: None }
}

/// Verdict of a text in a value without accents, blanks, punctuation and zeros before numbers: without
/// any zeros, all that has it so is found, and decided here.
fn loosely_in(value: &str, text: &str, statement: &mut Statement) -> Verdict {
    let folded = fold_loosely(text);
    if folded.is_empty() {
        return Verdict::sure(&format!("{value} is not null"));
    }
    let plain = is_plain(value, statement);
    if !folded.is_ascii() {
        return Verdict::unsure(&format!("{value} is not null and not {plain}"));
    }
    let text = statement.text(&folded.replace('0', ""));
    let others = statement.text("[^a-z1-9]");
    let has = format!("contains(regexp_replace(lower({value}), {others}, ''), {text})");
    Verdict::unsure(&format!("{value} is not null and (not {plain} or {has})"))
}

/// Verdict of a text at the beginning of a value.
pub(super) fn begins(value: &str, text: &str, statement: &mut Statement) -> Verdict {
    let folded = fold_case(text);
    if folded.is_empty() {
        return Verdict::sure(&format!("{value} is not null"));
    }
    let ascii = is_ascii(value);
    let yes = if folded.is_ascii() {
        let text = statement.text(&folded);
        format!("coalesce({ascii} and startswith(lower({value}), {text}), false)")
    } else {
        "false".to_owned()
    };
    Verdict { yes, unsure: format!("coalesce(not {ascii}, false)"), missing: None }
}
