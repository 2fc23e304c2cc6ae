//! The one rule by which texts are compared where case does not matter.

use std::borrow::Cow;

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::json;

/// A text in the form in which it is compared with others where case does not matter: composed
/// (NFC), then with Unicode's full case folding, so that `ß` equals `ss`, `Σ` equals `ς`, and `é`
/// is one letter however it is written.
///
/// ```
/// use event::fold_case;
///
/// assert_eq!(fold_case("STRASSE"), fold_case("Straße"));
/// assert_eq!(fold_case("Zoe\u{308}"), fold_case("ZOË"));
/// ```
pub fn fold_case(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    // Folding can take a composed letter apart: what was folded is composed once more.
    let folded: String = if is_nfc(text) {
        text.chars().default_case_fold().nfc().collect()
    } else {
        text.nfc().default_case_fold().nfc().collect()
    };
    Cow::Owned(folded)
}

/// A text in the form in which it is compared with others loosely: folded by [`fold_case`], without
/// accents, blanks, punctuation and the zeros before a number. Empty if nothing is left of it.
///
/// ```
/// use event::fold_loosely;
///
/// assert_eq!(fold_loosely("cand 342"), fold_loosely("CAND-00342"));
/// assert_eq!(fold_loosely("(555) 01-00"), fold_loosely("555.0100"));
/// assert_eq!(fold_loosely("Zoe"), fold_loosely("Zoë"));
/// assert_ne!(fold_loosely("CAND-10"), fold_loosely("CAND-1"));
/// ```
pub fn fold_loosely(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii_loosely(text);
    }
    let mut loose = String::new();
    // Zeros between digits count, and those before them only if nothing follows.
    let mut zeros = 0;
    for one in fold_case(text).nfd() {
        match one {
            '0' if !loose.ends_with(|before: char| before.is_ascii_digit()) => zeros += 1,
            _ if one.is_alphanumeric() => {
                if zeros > 0 && !one.is_ascii_digit() {
                    loose.push('0');
                }
                zeros = 0;
                loose.push(one);
            }
            _ => {}
        }
    }
    if zeros > 0 {
        loose.push('0');
    }
    loose
}

/// [`fold_loosely`] of a text of ASCII: it is done for every value where nothing has a text as it is.
fn fold_ascii_loosely(text: &str) -> String {
    let mut loose = String::with_capacity(text.len());
    let (mut zeros, mut after_digit) = (false, false);
    for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
        let is_digit = byte.is_ascii_digit();
        if byte == b'0' && !after_digit {
            zeros = true;
            continue;
        }
        if zeros && !is_digit {
            loose.push('0');
        }
        zeros = false;
        loose.push(byte.to_ascii_lowercase().into());
        after_digit = is_digit;
    }
    if zeros {
        loose.push('0');
    }
    loose
}

/// The texts in which a value is searched: the value as it is written and, of JSON with escapes, the
/// value with its escapes undone.
///
/// ```
/// use event::value_texts;
///
/// let texts: Vec<_> = value_texts(r#"{"name":"Zo\u00eb"}"#).collect();
/// assert_eq!(texts, [r#"{"name":"Zo\u00eb"}"#, r#"{"name":"Zoë"}"#]);
/// ```
pub fn value_texts(value: &str) -> impl Iterator<Item = Cow<'_, str>> {
    std::iter::once(Cow::Borrowed(value)).chain(json::unescaped(value).map(Cow::Owned))
}

/// The texts in which a value is searched, see [`value_texts`], each folded by [`fold_case`].
///
/// ```
/// use event::search_texts;
///
/// let texts: Vec<_> = search_texts(r#"{"name":"Zo\u00eb"}"#).collect();
/// assert_eq!(texts, [r#"{"name":"zo\u00eb"}"#, r#"{"name":"zoë"}"#]);
/// ```
pub fn search_texts(value: &str) -> impl Iterator<Item = Cow<'_, str>> {
    value_texts(value).map(|text| match text {
        Cow::Borrowed(text) => fold_case(text),
        Cow::Owned(text) => Cow::Owned(fold_case(&text).into_owned()),
    })
}
