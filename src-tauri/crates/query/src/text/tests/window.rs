//! What a window shows, as a text.

use chrono::DateTime;
use event::RecordId;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::at;
use super::properties::{filters, reading, value, zone};
use crate::{Column, CompareSide, CompareSides, Filters, Pane, Term, WindowQuery, WindowView};

#[test]
fn terms_that_do_not_go_together_are_refused() {
    let table = [
        ("known=2024", "known cannot be shown in the window yet"),
        ("record~CAND", "record~ goes with view=records"),
        ("view=record record~CAND", "record~ goes with view=records"),
        ("view=record type=a id=b new>5", "takes no filter but field"),
        ("view=chains acme", "the list of chains takes no filter"),
        ("view=record type=a", "needs one type and one id"),
        ("view=record type=a id=b|c", "needs one type and one id"),
        ("view=record type=a id!=b", "needs one type and one id"),
        ("view=record type=a id=b actor=c", "takes no filter but field"),
        ("view=records pane=fields", "go with view=record"),
        ("from=2024", "go with view=record"),
        ("view=records view=chains", "view can be given only once"),
        ("view=tables", "expected events, records, deleted, corrections, chains, sql or record"),
        ("groups=on", "expected off"),
        ("pane=x", "expected timeline, fields or compare"),
    ];
    for (text, why) in table {
        let error = WindowQuery::parse(text, at("2024-06-01T00:00:00Z")).expect_err(text);
        assert!(error.to_string().contains(why), "{text}: {error}");
    }
}

#[test]
fn a_day_on_the_clock_counts_whole_in_the_zone_of_the_text() {
    let text = "view=record type=a id=b pane=compare at=2024-03-03 to=2024-02 zone=+02:00";
    let query = WindowQuery::parse(text, at("2024-06-01T00:00:00Z")).expect(text);
    assert_eq!(query.at, Some(at("2024-03-03T21:59:59.999999999Z")));
    assert_eq!(query.compare.to.at, Some(at("2024-02-29T21:59:59.999999999Z")));
}

#[test]
fn the_clock_and_the_list_of_corrections_filter_events_too() {
    let of = |text| {
        let query = WindowQuery::parse(text, at("2024-06-01T00:00:00Z")).expect(text);
        query.effective_filters().normalized()
    };
    let table = [
        ("actor=Sarah", "actor=Sarah"),
        ("until=2024-02 at=2024-03-03", "until=2024-02"),
        ("until=2024-04 at=2024-03-03", "until=2024-03-04"),
        ("view=corrections", "action=correct|void|note"),
        ("view=corrections action=void", "action=void"),
        ("view=corrections action!=void", "action!=void action=correct|note"),
    ];
    for (text, same) in table {
        assert_eq!(of(text), of(same), "{text}");
    }
}

#[test]
fn a_term_that_is_switched_off_is_kept_and_written_again() {
    let text = "actor=Sarah -actor=Tom -since=2024-03 -until=2024-04 -x -corrected=yes zone=UTC";
    let query = WindowQuery::parse(text, at("2024-06-01T00:00:00Z")).expect(text);
    assert_eq!(query.filters.of(Column::Actor), [Term::including("Sarah")]);
    assert_eq!(query.off.len(), 4, "the span is one filter: {:?}", query.off);
    let written = query.text(crate::Zone::default()).expect(text).to_string();
    let days = text.replace("2024-03", "2024-03-01").replace("2024-04", "2024-04-01");
    let expected =
        days.replace("actor=Sarah -", "actor=Sarah zone=UTC -").replace("yes zone=UTC", "yes");
    assert_eq!(written, expected);
}

#[test]
fn a_list_of_records_is_of_events_where_these_are_filtered_by_more_than_a_type() {
    let table = [
        ("view=records type=client", false),
        ("view=records type=client actor=Tom", true),
        ("view=deleted since=2024", true),
        ("view=records type=client -actor=Tom", true),
    ];
    for (text, of_events) in table {
        let query = WindowQuery::parse(text, at("2024-06-01T00:00:00Z")).expect(text);
        assert_eq!(query.of_events, of_events, "{text}");
        let types = if of_events { query.filters.of(Column::EntityType) } else { &query.types };
        assert_eq!(!types.is_empty(), text.contains("client"), "{text}");
    }
}

#[test]
fn an_id_of_a_list_of_records_was_written_in_another_way_before() {
    let now = at("2024-06-01T00:00:00Z");
    let query = WindowQuery::parse("view=records type=client id~00", now).expect("a query");
    assert_eq!((query.id_contains.as_str(), query.of_events), ("00", false));
    let text = query.text(crate::Zone::default()).expect("a text").to_string();
    assert_eq!(text, "view=records type=client record~00 zone=UTC");
    let events = WindowQuery::parse("id~00", now).expect("a query");
    assert_eq!((events.id_contains.as_str(), events.filters.predicates.len()), ("", 1));
}

#[test]
fn a_text_names_the_zone_on_which_its_predicates_depend() {
    let now = at("2024-06-01T00:00:00Z");
    let text = "hour=22..6 -new<2024-06-01 zone=Asia/Tokyo";
    let query = WindowQuery::parse(text, now).expect(text);
    let written = query.text("Europe/Berlin".parse().expect("a zone")).expect(text).to_string();
    assert_eq!(written, "hour=22..6 zone=Asia/Tokyo -new<2024-06-01");
    let other = WindowQuery::parse("new>5 zone=Asia/Tokyo", now).expect("a query");
    let written = other.text("Europe/Berlin".parse().expect("a zone")).expect("a text");
    assert_eq!(written.to_string(), "new>5 zone=Europe/Berlin");
}

/// A query with nothing that its view does not go by, and each term once.
fn query() -> impl Strategy<Value = WindowQuery> {
    let instant = || prop::option::of(any::<i64>().prop_map(DateTime::from_timestamp_nanos));
    let side = || (instant(), reading()).prop_map(|(at, reading)| CompareSide { at, reading });
    let one = |condition: Filters| (condition != Filters::default()).then_some(condition);
    let off = || {
        (filters(), instant()).prop_map(move |(off, at)| {
            let Filters { since, contains, loosely, hide_no_ops, marks, predicates, .. } = off;
            let alone = Filters::default;
            let all = [
                Filters { since: since.and(at), until: since, ..alone() },
                Filters { contains, loosely, ..alone() },
                Filters { hide_no_ops, ..alone() },
                Filters { marks: marks.into_iter().take(1).collect(), ..alone() },
                alone().with(Column::Actor, Term::excluding("Tom")),
                Filters { predicates: predicates.into_iter().take(1).collect(), ..alone() },
            ];
            all.into_iter().filter_map(one).collect::<Vec<_>>()
        })
    };
    let list =
        (filters(), off(), any::<bool>(), any::<bool>()).prop_map(|(filters, off, group, all)| {
            let view = if all { WindowView::Events } else { WindowView::Corrections };
            let filters = filters.normalized();
            WindowQuery { view, filters, off, group, ..WindowQuery::default() }
        });
    let types = prop::collection::btree_set(value(), 0..3);
    let records =
        (types, value(), any::<bool>()).prop_map(|(types, id_contains, deleted)| WindowQuery {
            view: if deleted { WindowView::Deleted } else { WindowView::Records },
            types: types.into_iter().map(Term::including).collect(),
            id_contains,
            ..WindowQuery::default()
        });
    let of_events = (filters(), off(), value()).prop_map(|(filters, off, id_contains)| {
        let view = WindowView::Records;
        let filters = filters.normalized();
        WindowQuery { view, of_events: true, filters, off, id_contains, ..WindowQuery::default() }
    });
    let panes = prop::sample::select(vec![Pane::Timeline, Pane::Fields, Pane::Compare]);
    let only = prop::option::of(value());
    let record = (value(), value(), only, panes, reading(), (side(), side())).prop_map(
        |(entity_type, entity_id, only, pane, reading, (from, to))| WindowQuery {
            view: WindowView::Record,
            record: Some(RecordId { entity_type, entity_id }),
            only,
            pane,
            reading,
            compare: CompareSides { from, to },
            ..WindowQuery::default()
        },
    );
    let chains = Just(WindowQuery { view: WindowView::Chains, ..WindowQuery::default() });
    let any_view = prop_oneof![3 => list, 3 => records, 3 => of_events, 3 => record, 1 => chains];
    (any_view, instant(), zone()).prop_map(|(query, at, zone)| {
        // A text names one zone, whichever filters depend on it.
        let in_zone = |filters: Filters| Filters { zone, ..filters }.normalized();
        let off = query.off.into_iter().map(in_zone).collect();
        WindowQuery { at, off, filters: in_zone(query.filters), ..query }
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        cases: 1000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_a_window_shows_survives_as_text(query in query(), zone in zone()) {
        let text = query.text(zone).map(|text| text.to_string());
        prop_assert!(text.is_ok(), "{:?}", text);
        let text = text.unwrap_or_default();
        prop_assert_eq!(
            WindowQuery::parse(&text, at("2024-06-01T00:00:00Z")), Ok(query), "{}", text
        );
    }
}
