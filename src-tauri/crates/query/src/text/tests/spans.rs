//! Spans of time, as people type them.

use super::at;
use crate::{TimeSpan, TimeSpanError, Zone};

#[test]
fn a_span_is_what_people_mean_by_it() {
    // A Wednesday; in Berlin it is two hours later.
    let now = at("2024-05-15T22:30:00Z");
    let (utc, berlin) = ("UTC", "Europe/Berlin");
    let table = [
        ("2024-03", utc, "2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z"),
        ("2024-03", berlin, "2024-02-29T23:00:00Z", "2024-03-31T22:00:00Z"),
        ("2024", utc, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
        ("today", utc, "2024-05-15T00:00:00Z", "2024-05-16T00:00:00Z"),
        ("today", berlin, "2024-05-15T22:00:00Z", "2024-05-16T22:00:00Z"),
        ("3 March", utc, "2024-03-03T00:00:00Z", "2024-03-04T00:00:00Z"),
        ("3 June", utc, "2023-06-03T00:00:00Z", "2023-06-04T00:00:00Z"),
        ("December", utc, "2023-12-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("this week", utc, "2024-05-13T00:00:00Z", "2024-05-20T00:00:00Z"),
        ("Last Week", utc, "2024-05-06T00:00:00Z", "2024-05-13T00:00:00Z"),
        ("last month", utc, "2024-04-01T00:00:00Z", "2024-05-01T00:00:00Z"),
        ("this quarter", utc, "2024-04-01T00:00:00Z", "2024-07-01T00:00:00Z"),
        ("last quarter", utc, "2024-01-01T00:00:00Z", "2024-04-01T00:00:00Z"),
        ("last year", utc, "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("Q1 2023", utc, "2023-01-01T00:00:00Z", "2023-04-01T00:00:00Z"),
        ("2023-Q4", utc, "2023-10-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("q3", utc, "2023-07-01T00:00:00Z", "2023-10-01T00:00:00Z"),
        ("last 7 days", utc, "2024-05-09T00:00:00Z", ""),
        ("last 24 hours", utc, "2024-05-14T22:30:00Z", ""),
        ("last 2 months", utc, "2024-03-15T00:00:00Z", ""),
        ("from 3 March", utc, "2024-03-03T00:00:00Z", ""),
        ("since last quarter", utc, "2024-01-01T00:00:00Z", ""),
        ("after 3 March", utc, "2024-03-04T00:00:00Z", ""),
        ("before 2024", utc, "", "2024-01-01T00:00:00Z"),
        ("until 3 March", utc, "", "2024-03-03T00:00:00Z"),
        ("2024-03..2024-04", utc, "2024-03-01T00:00:00Z", "2024-05-01T00:00:00Z"),
        ("2024-03..", utc, "2024-03-01T00:00:00Z", ""),
        ("..2024-03", utc, "", "2024-04-01T00:00:00Z"),
        ("3 March to 5 March", utc, "2024-03-03T00:00:00Z", "2024-03-06T00:00:00Z"),
        ("2024-03-03 – 2024-03-05", utc, "2024-03-03T00:00:00Z", "2024-03-06T00:00:00Z"),
        (
            "2024-03-03 09:00 to 2024-03-03 17:30",
            berlin,
            "2024-03-03T08:00:00Z",
            "2024-03-03T16:30:00Z",
        ),
    ];
    for (text, zone, since, until) in table {
        let zone: Zone = zone.parse().expect("a zone");
        let time = |text: &str| (!text.is_empty()).then(|| at(text));
        let expected = TimeSpan { since: time(since), until: time(until) };
        assert_eq!(TimeSpan::parse(text, zone, now), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_span_is_refused() {
    let now = at("2024-05-15T22:30:00Z");
    let parse = |text| TimeSpan::parse(text, Zone::default(), now);
    for text in
        ["", "soon", "last", "last x days", "last 0 days", "q5", "31 February", "from", "to"]
    {
        assert_eq!(parse(text), Err(TimeSpanError::NoSpan), "{text}");
    }
    for text in ["2024-05 to 2024-03", "2024-03-03T09:00:00Z"] {
        assert_eq!(parse(text), Err(TimeSpanError::Backwards), "{text}");
    }
}
