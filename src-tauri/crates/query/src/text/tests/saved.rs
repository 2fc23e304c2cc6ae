//! The form of saved views before.

use super::at;
use crate::{WindowQuery, WindowQueryError, Zone};

#[test]
fn what_the_window_saved_is_read() {
    let table = [
        ("events?", ""),
        ("records?of=candidate&id=00", "view=records type=candidate record~00"),
        (
            "records?of=candidate&of=%21client&actor=Tom&pane=fields",
            "view=records type=candidate type!=client",
        ),
        ("deleted?", "view=deleted"),
        ("corrections?actor=Tom", "view=corrections actor=Tom"),
        ("chains?", "view=chains"),
        ("record/candidate/CAND-1", "view=record type=candidate id=CAND-1"),
        (
            "record/candidate/CAND-1?pane=fields&only=phone",
            "view=record type=candidate id=CAND-1 field=phone pane=fields",
        ),
        ("record/a%2Fb/%C3%A9+1?pane=x&at=noon", "view=record type=a/b id=é+1"),
        (
            "record/a/b?pane=compare&from=2024-03-01T00%3A00%3A00Z&from-as=corrected&to-as=recorded",
            "view=record type=a id=b pane=compare from=2024-03-01T00:00:00+00:00 from-as=corrected to-as=recorded",
        ),
        (
            "events?actor=Sarah&actor=%21Tom&since=2024-03-01T00%3A00%3A00.000Z&\
             contains=two+words&hide-no-ops=yes&fold=no&at=2024-04-01T00%3A00%3A00Z",
            r#"actor=Sarah actor!=Tom "two words" noops=hidden since=2024-03-01 groups=off at=2024-04-01T00:00:00+00:00"#,
        ),
        (
            "events?type=a&entity=b&field=*&action=c&source=d&workspace=",
            r#"type=a id=b field=* action=c source=d workspace="""#,
        ),
        (
            r"events?actor=\!x&actor=\\y&actor=!!z&actor=a%26b%3Dc%25%2B%7C",
            r#"actor="!x"|"\\y"|"a&b=c%+|" actor!="!z""#,
        ),
        ("events?actor=a&actor=b&actor=!a", "actor=b actor!=a"),
        ("events?hide-no-ops=no&event=evt-1%40x&colour=red", ""),
    ];
    let now = at("2024-06-01T00:00:00Z");
    for (old, new) in table {
        let query = WindowQuery::parse(old, now).unwrap_or_else(|why| panic!("{old}: {why}"));
        let text = query.text(Zone::default()).expect(old).to_string();
        assert_eq!(text, format!("{new} zone=UTC").trim_start(), "{old}");
    }
    assert_eq!(WindowQuery::parse_saved("events"), Ok(WindowQuery::default()));
}

#[test]
fn what_was_never_saved_is_refused() {
    let table = [
        ("events?actor=é&since=noon&fold=no", 15, "since=noon"),
        ("events?as=known", 7, "as=known"),
        ("record/a/b?to-as=x", 11, "to-as=x"),
    ];
    for (text, position, piece) in table {
        let error = WindowQuery::parse(text, at("2024-06-01T00:00:00Z")).expect_err(text);
        let WindowQueryError::Text(error) = error else { panic!("{text}: {error}") };
        assert_eq!((error.position, error.piece.as_str()), (position, piece), "{text}: {error}");
        assert!(error.message.contains("expected"), "{text}: {error}");
    }
    for text in ["", "actor=Sarah", "record/candidate", "nothing?actor=Tom"] {
        assert!(WindowQuery::parse_saved(text).is_err(), "{text}");
    }
}
