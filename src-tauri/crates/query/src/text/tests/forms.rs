//! Texts and the filters they come to.

use event::Reading;

use super::at;
use crate::Column::{
    Actor, Batch, EntityId, EntityType, EventId, NewValue, OldValue, Reason, WorkspaceId,
};
use crate::ComparisonOperator::{Greater, GreaterOrEqual, Less, LessOrEqual};
use crate::{Day, Filters, Lag, Limit, Pattern, Predicate, QueryText, Step, Subject, Term};

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
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn a_term_about_the_change_comes_to_a_predicate_and_is_written_in_one_way() {
    let of = |column| Subject { column, member: None };
    let text = |column, exclude, patterns: &[Pattern]| Predicate::Text {
        of: of(column),
        patterns: patterns.to_vec(),
        exclude,
    };
    let order = |column, member: Option<&str>, comparison, limit| Predicate::Order {
        of: Subject { column, member: member.map(str::to_owned) },
        comparison,
        limit,
    };
    let equals = |text: &str| Pattern::Equals(text.to_owned());
    let contains = |text: &str| Pattern::Contains(text.to_owned());
    let matches = |text: &str| Pattern::Matches(text.to_owned());
    let number = |text: &str| Limit::Number(text.to_owned());
    let time = |text: &str| Limit::Time(text.parse().expect("a time"));
    let change = |steps: &[(Option<&str>, Option<&str>)], exclude| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let steps = steps.iter().map(|(from, to)| Step { from: owned(*from), to: owned(*to) });
        Predicate::Change { steps: steps.collect(), exclude }
    };
    let delta =
        |comparison, by: &str, percent| Predicate::Delta { comparison, by: by.to_owned(), percent };
    let lag = |comparison, millis| Predicate::Lag { comparison, limit: Lag { millis } };
    let begins = Pattern::Begins("CAND-00".to_owned());
    let table = [
        ("old=screening", text(OldValue, false, &[equals("screening")]), "old=screening"),
        ("new!=a|b", text(NewValue, true, &[equals("a"), equals("b")]), "new!=a|b"),
        (r#"new="""#, text(NewValue, false, &[equals("")]), r#"new="""#),
        ("new~x", text(NewValue, false, &[contains("x")]), "new~x"),
        ("actor!~x", text(Actor, true, &[contains("x")]), "actor!~x"),
        ("id^CAND-00", text(EntityId, false, &[begins]), "id^CAND-00"),
        (
            "reason~/a|b/|c",
            text(Reason, false, &[matches("a|b"), contains("c")]),
            r#"reason~"/a|b/"|c"#,
        ),
        (r#"new~"/a b/""#, text(NewValue, false, &[matches("a b")]), r#"new~"/a b/""#),
        (r"new~\/etc", text(NewValue, false, &[contains("/etc")]), r#"new~"\\/etc""#),
        (r"new~\/etc/", text(NewValue, false, &[contains("/etc/")]), r#"new~"\\/etc/""#),
        ("event=e1", text(EventId, false, &[equals("e1")]), "event=e1"),
        ("batch=b writer=w", text(Batch, false, &[equals("b")]), "batch=b writer=w"),
        ("new>=50000", order(NewValue, None, GreaterOrEqual, number("50000")), "new>=50000"),
        ("old<2024-06", order(OldValue, None, Less, time("2024-06")), "old<2024-06"),
        ("new>2024", order(NewValue, None, Greater, number("2024")), "new>2024"),
        ("new<=today", order(NewValue, None, LessOrEqual, time("2024-06-01")), "new<=today"),
        ("new.pay>6", order(NewValue, Some("pay"), Greater, number("6")), "new.pay>6"),
        ("change=a->b", change(&[(Some("a"), Some("b"))], false), "change=a→b"),
        (
            r#"change!=→b|"x→"→|""→y"#,
            change(&[(None, Some("b")), (Some("x→"), None), (Some(""), Some("y"))], true),
            r#"change!=→b|"x→"→|""→y"#,
        ),
        ("delta>10%", delta(Greater, "10", true), "delta>10%"),
        ("delta<-5000", delta(Less, "-5000", false), "delta<-5000"),
        ("lag>24h", lag(Greater, 86_400_000), "lag>1d"),
        ("lag<=-90m", lag(LessOrEqual, -5_400_000), "lag<=-90m"),
        (
            "recorded>=2024-03",
            Predicate::RecordedAt {
                comparison: GreaterOrEqual,
                limit: "2024-03".parse().expect("a time"),
            },
            "recorded>=2024-03",
        ),
        ("hour=22..6", Predicate::Hours { from: 22, until: 6 }, "hour=22..6"),
        ("hour=9", Predicate::Hours { from: 9, until: 10 }, "hour=9"),
        ("hour=18..0", Predicate::Hours { from: 18, until: 24 }, "hour=18..24"),
        (
            "weekday=sun,Sat",
            Predicate::Weekdays { days: vec![Day::Sat, Day::Sun] },
            "weekday=sat,sun",
        ),
        (
            "weekday=friday..mon",
            Predicate::Weekdays { days: vec![Day::Mon, Day::Fri, Day::Sat, Day::Sun] },
            "weekday=mon,fri,sat,sun",
        ),
    ];
    for (text, expected, written) in table {
        assert_eq!(filters(text).predicates.first(), Some(&expected), "{text}");
        assert_eq!(QueryText::parse(text).expect(text).to_string(), written);
        assert_eq!(expected.problem(), None, "{text}");
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
