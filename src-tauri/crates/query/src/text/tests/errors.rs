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

const MEANING: [Case; 53] = [
    ("é=1 x", 0, "é", "expected type, id, field"),
    ("acmé colour=red", 5, "colour", "expected type, id, field"),
    ("Actor=Tom", 0, "Actor", "expected type, id, field"),
    ("entity=CAND-1", 0, "entity", "expected type, id, field"),
    ("-colour=red", 1, "colour", "expected type, id, field"),
    ("reviewed=no", 0, "reviewed", "expected type, id, field"),
    ("actor.name=x", 0, "actor.name", "expected type, id, field"),
    ("new.=x", 0, "new.", "expected type, id, field"),
    ("record=x", 0, "record", "expected type, id, field"),
    ("record~a|b", 9, "b", "expected no alternatives of a text in a record's id"),
    ("actor<=Tom", 5, "<=", "expected =, !=, ~, !~ or ^: only old and new values"),
    ("reason>5", 6, ">", "expected =, !=, ~, !~ or ^"),
    ("new>many", 4, "many", "expected a number such as 50000 or a date"),
    ("new>1e5", 4, "1e5", "expected a number such as 50000"),
    ("new>5|6", 6, "6", "expected no alternatives of a limit"),
    ("new~/a(b/", 4, "/a(b/", "this is no regular expression: unclosed group"),
    ("new~/(a{999}){999}/", 4, "/(a{999}){999}/", "this regular expression is too large"),
    ("new~/a b/", 4, "/a", "expected / at the end of a regular expression"),
    ("change=a", 8, "", "expected → or -> between the old and the new value"),
    ("change=→", 7, "→", "expected a value before or behind →"),
    ("change=a→b→c", 10, "→c", "expected a blank, | or the end"),
    ("change>a→b", 6, ">", "expected = or != behind change"),
    ("delta=5", 5, "=", "expected <, <=, > or >= behind delta"),
    ("delta>five", 6, "five", "expected a number such as 5000, -0.5 or 10%"),
    ("delta>1.0000000000000001%", 6, "1.0000000000000001%", "has at most 15 digits"),
    ("lag>1", 4, "1", "expected a whole number of ms, s, m, h, d or w"),
    ("lag>1y", 4, "1y", "expected a whole number of ms"),
    ("lag>99999w", 4, "99999w", "expected a whole number of ms"),
    ("lag=1d", 3, "=", "expected <, <=, > or >= behind lag"),
    ("hour=25", 5, "25", "expected hours such as 9, 9..17 or 22..6"),
    ("hour=24..6", 5, "24..6", "expected hours such as 9"),
    ("hour!=9", 4, "!=", "expected = behind hour"),
    ("weekday=someday", 8, "someday", "expected days such as sat,sun or mon..fri"),
    ("weekday=s", 8, "s", "expected days such as sat,sun"),
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
