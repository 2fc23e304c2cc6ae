//! Texts and the filters they come to.

use event::Reading;

use super::at;
use crate::Column::{Actor, EntityId, EntityType, WorkspaceId};
use crate::{Filters, QueryText, Term};

fn filters(text: &str) -> Filters {
    let query = QueryText::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
    query.filters(at("2024-06-01T00:00:00Z"))
}

fn including(column: crate::Column, values: &[&str]) -> Filters {
    let none = Filters::default();
    values.iter().fold(none, |filters, value| filters.with(column, Term::including(*value)))
}

fn containing(text: &str) -> Filters {
    Filters { contains: Some(text.to_owned()), ..Filters::default() }
}

#[test]
fn a_text_comes_to_filters_and_is_written_in_one_way() {
    let none = Filters::default;
    let table = [
        ("", none(), ""),
        (" \t\n ", none(), ""),
        ("type=candidate", including(EntityType, &["candidate"]), "type=candidate"),
        ("id=CAND-1|CAND-2", including(EntityId, &["CAND-1", "CAND-2"]), "id=CAND-1|CAND-2"),
        (r#"id="CAND-1"|"a b""#, including(EntityId, &["CAND-1", "a b"]), r#"id=CAND-1|"a b""#),
        (r"actor=\!Tom", including(Actor, &["!Tom"]), r#"actor="!Tom""#),
        (r#"actor="!Tom""#, including(Actor, &["!Tom"]), r#"actor="!Tom""#),
        (r"actor=firm\tom", including(Actor, &[r"firm\tom"]), r"actor=firm\tom"),
        (r#"actor="\\!x""#, including(Actor, &[r"\!x"]), r#"actor="\\!x""#),
        (r#"actor="say \"a|b\"""#, including(Actor, &[r#"say "a|b""#]), r#"actor="say \"a|b\"""#),
        ("actor=\"a\nb\"", including(Actor, &["a\nb"]), r#"actor="a\nb""#),
        ("actor=-x!=y", including(Actor, &["-x!=y"]), "actor=-x!=y"),
        (r#"workspace="""#, including(WorkspaceId, &[""]), r#"workspace="""#),
        (
            "actor!=Tom|Ann",
            none().with(Actor, Term::excluding("Tom")).with(Actor, Term::excluding("Ann")),
            "actor!=Tom|Ann",
        ),
        ("actor=a|b  actor=b|c", including(Actor, &["b"]), "actor=a|b actor=b|c"),
        (
            "actor!=Tom actor=Ann actor!=Tom",
            including(Actor, &["Ann"]).with(Actor, Term::excluding("Tom")),
            "actor!=Tom actor=Ann actor!=Tom",
        ),
        ("acme", containing("acme"), "acme"),
        ("wow!", containing("wow!"), "wow!"),
        (r#""two words""#, containing("two words"), r#""two words""#),
        (r"\!x", containing("!x"), r#""!x""#),
        (r#""-x""#, containing("-x"), r#""-x""#),
        (r#""a=b""#, containing("a=b"), r#""a=b""#),
        ("noops=hidden", Filters { hide_no_ops: true, ..none() }, "noops=hidden"),
        ("-actor=Tom -acme", none(), "-actor=Tom -acme"),
        (r#"-"-x" -since=2024"#, none(), r#"-"-x" -since=2024"#),
        ("actor=a -actor=b", including(Actor, &["a"]), "actor=a -actor=b"),
        ("-zone=UTC zone=UTC", none(), "-zone=UTC zone=UTC"),
    ];
    for (text, expected, written) in table {
        assert_eq!(filters(text), expected, "{text}");
        assert_eq!(QueryText::parse(text).expect(text).to_string(), written);
    }
}

#[test]
fn settings_are_kept_beside_the_filters() {
    let now = at("2024-06-01T00:00:00Z");
    let query = QueryText::parse("as=recorded known=2025-03-03 zone=+02:00").expect("a query");
    assert_eq!(query.reading(), Some(Reading::Recorded));
    assert_eq!(query.known(now), Some(at("2025-03-03T21:59:59.999999999Z")));
    assert_eq!(query.zone().to_string(), "+02:00");
    assert_eq!(query.filters(now), Filters::default());
    let none = QueryText::default();
    assert_eq!((none.reading(), none.known(now)), (None, None));
    assert_eq!(none.zone().to_string(), "UTC");
    let off = QueryText::parse("-as=recorded -known=2025 -zone=Asia/Tokyo").expect("a query");
    assert_eq!((off.reading(), off.known(now), off.zone()), (None, None, none.zone()));
}
