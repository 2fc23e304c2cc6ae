//! The form of saved views before.

use event::RecordId;

use crate::{QueryText, SavedQuery, SavedView};

#[test]
fn what_the_window_saved_is_read() {
    let record = |entity_type: &str, entity_id: &str| {
        SavedView::Record(RecordId {
            entity_type: entity_type.to_owned(),
            entity_id: entity_id.to_owned(),
        })
    };
    let table = [
        ("events", SavedView::Events, "", ""),
        ("records?of=candidate&id=00", SavedView::Records, "", "of=candidate id=00"),
        ("deleted", SavedView::Deleted, "", ""),
        ("corrections?actor=Tom", SavedView::Corrections, "actor=Tom", ""),
        ("chains?", SavedView::Chains, "", ""),
        ("record/candidate/CAND-1?pane=fields", record("candidate", "CAND-1"), "", "pane=fields"),
        ("record/a%2Fb/%C3%A9+1", record("a/b", "é+1"), "", ""),
        (
            "events?actor=Sarah&actor=%21Tom&since=2024-03-01T00%3A00%3A00.000Z&\
             contains=two+words&hide-no-ops=yes&as=recorded&at=2024-04-01T00%3A00%3A00Z",
            SavedView::Events,
            r#"actor=Sarah actor!=Tom "two words" since=2024-03-01T00:00:00+00:00 noops=hidden as=recorded"#,
            "at=2024-04-01T00:00:00Z",
        ),
        (
            "events?type=a&entity=b&field=*&action=c&source=d&workspace=",
            SavedView::Events,
            r#"type=a id=b field=* action=c source=d workspace="""#,
            "",
        ),
        (
            r"events?actor=\!x&actor=\\y&actor=!!z&actor=a%26b%3Dc%25%2B%7C",
            SavedView::Events,
            r#"actor="!x"|"\\y"|"a&b=c%+|" actor!="!z""#,
            "",
        ),
        ("events?actor=a&actor=b&actor=!a", SavedView::Events, "actor=b actor!=a", ""),
        (
            "events?until=2024-03-01T00:00:00Z",
            SavedView::Events,
            "until=2024-03-01T00:00:00+00:00",
            "",
        ),
        ("events?hide-no-ops=no&event=evt-1%40x", SavedView::Events, "", "event=evt-1@x"),
    ];
    for (text, view, written, others) in table {
        let saved = SavedQuery::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(saved.view, view, "{text}");
        assert_eq!(saved.text.to_string(), written, "{text}");
        assert_eq!(QueryText::parse(written).as_ref(), Ok(&saved.text), "{text}");
        let found: Vec<String> =
            saved.others.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(found.join(" "), others, "{text}");
    }
}

#[test]
fn what_was_never_saved_is_refused() {
    let table = [
        ("", 0, ""),
        ("actor=Sarah", 0, "actor=Sarah"),
        ("record/candidate", 0, "record/candidate"),
        ("events?actor=é&since=noon&fold=no", 15, "since=noon"),
        ("events?as=known", 7, "as=known"),
    ];
    for (text, position, piece) in table {
        let error = SavedQuery::parse(text).expect_err(text);
        assert_eq!((error.position, error.piece.as_str()), (position, piece), "{text}: {error}");
        assert!(error.message.contains("expected"), "{text}: {error}");
    }
}
