//! Where a text is wrong.

use crate::QueryText;

/// A text, where it is wrong, the piece that stands there, and a part of what is said.
type Case = (&'static str, usize, &'static str, &'static str);

const SYNTAX: [Case; 19] = [
    ("-", 1, "", "expected a term behind -"),
    ("a - b", 3, "", "expected a term behind -"),
    ("=x", 0, "=x", "expected a column before ="),
    ("!=x", 0, "!=x", "expected a column before !="),
    ("~/notes", 0, "~/notes", "expected a column before ~"),
    ("!Tom", 0, "!Tom", r"written \! or in quotes"),
    ("actor=", 6, "", r#"the empty one is written """#),
    ("actor= Tom", 6, "", "expected a value"),
    ("actor=a| b", 8, "", "expected a value"),
    ("actor=a||b", 8, "|b", "expected a value"),
    ("|a", 0, "|a", "expected a value"),
    ("actor=!Tom", 6, "!Tom", "!= excludes values"),
    ("actor==Tom", 6, "=Tom", "put in quotes"),
    ("actor=\"Tom", 6, "\"Tom", "expected a closing quote"),
    ("actor=\"Tom\\", 10, "\\", r#"expected \\, \","#),
    (r#"actor="a\qb""#, 8, r#"\qb""#, r#"expected \\, \","#),
    ("actor=\"a\"b", 9, "b", "expected a blank, | or the end"),
    ("actor=a\"b\"", 7, "\"b\"", "expected quotes around the whole value"),
    ("say\"so\"", 3, "\"so\"", "expected quotes around the whole value"),
];

const MEANING: [Case; 33] = [
    ("é=1 x", 0, "é", "expected type, id, field"),
    ("acmé colour=red", 5, "colour", "expected type, id, field"),
    ("Actor=Tom", 0, "Actor", "expected type, id, field"),
    ("entity=CAND-1", 0, "entity", "expected type, id, field"),
    ("-colour=red", 1, "colour", "expected type, id, field"),
    ("old=5", 0, "old", "old cannot be filtered by yet: expected type"),
    ("-reason~typo", 1, "reason", "reason cannot be filtered by yet"),
    ("new.salary>60000", 0, "new.salary", "new cannot be filtered by yet"),
    ("batch=1 writer=2", 0, "batch", "batch cannot be filtered by yet"),
    ("event=evt-1", 0, "event", "event cannot be filtered by yet"),
    ("id^CAND-00", 2, "^", "id cannot be filtered with ^ yet: expected = or !="),
    ("id~a|b", 5, "b", "expected no alternatives of a text in an id"),
    ("actor!~tom", 5, "!~", "actor cannot be filtered with !~ yet"),
    ("actor<=Tom", 5, "<=", "actor cannot be filtered with <= yet"),
    ("since>=2024", 5, ">=", "expected = behind since"),
    ("zone!=UTC", 4, "!=", "expected = behind zone"),
    ("since=2024|2025", 11, "2025", "expected no alternatives of since"),
    ("a|b", 2, "b", "expected no alternatives of a text to search for"),
    ("since=noon", 6, "noon", "expected a time in the years 1678 to 2261: RFC 3339"),
    ("since=2024-3", 6, "2024-3", "expected a time"),
    ("since=2024-ab", 6, "2024-ab", "expected a time"),
    ("since=2024-03-", 6, "2024-03-", "expected a time"),
    ("since=2023-02-29", 6, "2023-02-29", "expected a time"),
    ("until=1677", 6, "1677", "expected a time"),
    ("until=-100000d", 6, "-100000d", "expected a time"),
    ("known=2262-01-01T00:00:00.5", 6, "2262-01-01T00:00:00.5", "expected a time"),
    ("zone=Berlin", 5, "Berlin", "expected a time zone such as Europe/Berlin"),
    ("as=known", 3, "known", "expected recorded or corrected"),
    ("noops=shown", 6, "shown", "expected hidden"),
    ("one two", 4, "two", "only one text can be searched for"),
    ("since=2024 since=2025", 11, "since=2025", "since can be given only once"),
    ("zone=UTC -zone=UTC zone=+01:00", 19, "zone=+01:00", "zone can be given only once"),
    ("actor=a|b  actor=c", 11, "actor=c", "no event has both values of actor"),
];

#[test]
fn an_error_names_the_place_and_what_was_expected() {
    for (text, position, piece, expected) in SYNTAX.into_iter().chain(MEANING) {
        let error = QueryText::parse(text).expect_err(text);
        assert_eq!((error.position, error.piece.as_str()), (position, piece), "{text}: {error}");
        assert!(error.message.contains(expected), "{text}: {error}");
    }
}

#[test]
fn an_error_is_one_short_line() {
    let said = |text: &str| QueryText::parse(text).expect_err(text).to_string();
    assert_eq!(said("as=x"), "at 3, “x”: expected recorded or corrected");
    assert_eq!(said("actor=a -"), "at 9: expected a term behind -, which switches it off");
    assert_eq!(said("noops=\"a\nb\""), r"at 6, “a\nb”: expected hidden");
    let long = said(&format!("noops={}", "x".repeat(41)));
    assert_eq!(long, format!("at 6, “{}…”: expected hidden", "x".repeat(40)));
}
