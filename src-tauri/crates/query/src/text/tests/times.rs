//! Times, in zones.

use super::at;
use crate::QueryText;

#[test]
fn a_time_begins_by_the_zone_of_the_text() {
    // In Berlin it is the first of April already.
    let now = at("2024-03-31T22:30:00Z");
    let table = [
        ("2024-03-03T09:00:00+01:00", "", "2024-03-03T08:00:00Z"),
        ("2024-03-03T09:00:00.123456789Z", "zone=Asia/Tokyo", "2024-03-03T09:00:00.123456789Z"),
        ("2024-03-03", "", "2024-03-03T00:00:00Z"),
        ("2024-03-03", "zone=Europe/Berlin", "2024-03-02T23:00:00Z"),
        ("2024-04-03", "zone=Europe/Berlin", "2024-04-02T22:00:00Z"),
        ("2024-04-03", "zone=-03:30", "2024-04-03T03:30:00Z"),
        ("2024-04", "zone=Europe/Berlin", "2024-03-31T22:00:00Z"),
        ("\"3 March 2024\"", "zone=Europe/Berlin", "2024-03-02T23:00:00Z"),
        ("\"March 3, 2024\"", "", "2024-03-03T00:00:00Z"),
        ("\"apr 2024\"", "zone=Europe/Berlin", "2024-03-31T22:00:00Z"),
        ("\"2024-03-03 14:05\"", "", "2024-03-03T14:05:00Z"),
        ("2024-03-03T14:05+01:00", "", "2024-03-03T13:05:00Z"),
        ("2024-03-03T14:05Z", "", "2024-03-03T14:05:00Z"),
        ("2024-03-03T14:05:06.123456789", "zone=Europe/Berlin", "2024-03-03T13:05:06.123456789Z"),
        // An hour that comes twice, and one that is skipped.
        ("2024-10-27T02:30", "zone=Europe/Berlin", "2024-10-27T00:30:00Z"),
        ("2024-03-31T02:30", "zone=Europe/Berlin", "2024-03-31T01:00:00Z"),
        ("2024", "", "2024-01-01T00:00:00Z"),
        ("1678", "zone=+23:59", "1677-12-31T00:01:00Z"),
        ("today", "", "2024-03-31T00:00:00Z"),
        ("today", "zone=Europe/Berlin", "2024-03-31T22:00:00Z"),
        // The night of which has 23 hours.
        ("yesterday", "zone=Europe/Berlin", "2024-03-30T23:00:00Z"),
        ("-0d", "", "2024-03-31T00:00:00Z"),
        ("today", "zone=europe/BERLIN", "2024-03-31T22:00:00Z"),
        ("-1d", "zone=Europe/Berlin", "2024-03-30T23:00:00Z"),
        ("-31d", "", "2024-02-29T00:00:00Z"),
        // Clocks were put forward at midnight; a day that was left out; midnight came twice.
        ("2018-11-04", "zone=America/Sao_Paulo", "2018-11-04T03:00:00Z"),
        ("2011-12-30", "zone=Pacific/Apia", "2011-12-30T10:00:00Z"),
        ("2018-10-28", "zone=Atlantic/Azores", "2018-10-28T00:00:00Z"),
    ];
    for (time, zone, expected) in table {
        for name in ["since", "until"] {
            let text = format!("{name}={time} {zone}");
            let query = QueryText::parse(&text).unwrap_or_else(|why| panic!("{text}: {why}"));
            let filters = query.filters(now);
            let (found, other) = match name {
                "since" => (filters.since, filters.until),
                _ => (filters.until, filters.since),
            };
            assert_eq!((found, other), (Some(at(expected)), None), "{text}");
        }
    }
}

#[test]
fn known_counts_the_time_whole() {
    let now = at("2024-03-31T22:30:00Z");
    let table = [
        ("2024-03-03T09:00:00Z", "2024-03-03T09:00:00Z"),
        ("2024-03-03", "2024-03-03T22:59:59.999999999Z"),
        ("2024-03", "2024-03-31T21:59:59.999999999Z"),
        ("2024", "2024-12-31T22:59:59.999999999Z"),
        ("2024-03-03T14:05", "2024-03-03T13:05:00Z"),
        ("today", "2024-04-01T21:59:59.999999999Z"),
        ("-1d", "2024-03-31T21:59:59.999999999Z"),
        ("2261", "2261-12-31T22:59:59.999999999Z"),
    ];
    for (time, expected) in table {
        let text = format!("zone=Europe/Berlin known={time}");
        let query = QueryText::parse(&text).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(query.known(now), Some(at(expected)), "{text}");
    }
}

#[test]
fn a_time_is_written_as_it_was_said() {
    let table = [
        ("2024-03-03T10:00:00+01:00", "2024-03-03T09:00:00+00:00"),
        ("2024-03-03", "2024-03-03"),
        ("2024-03", "2024-03"),
        ("2024", "2024"),
        ("\"3 March 2024\"", "2024-03-03"),
        ("\"2024-03-03 14:05\"", "2024-03-03T14:05:00"),
        ("2024-03-03T14:05:06.5", "2024-03-03T14:05:06.500"),
        ("Today", "today"),
        ("today", "today"),
        ("yesterday", "yesterday"),
        ("-07d", "-7d"),
        ("\"-7d\"", "-7d"),
    ];
    for (time, written) in table {
        let query = QueryText::parse(&format!("since={time}")).expect(time);
        assert_eq!(query.to_string(), format!("since={written}"));
    }
    for zone in ["Europe/Berlin", "UTC", "+00:00", "-09:30"] {
        let text = format!("zone={zone}");
        assert_eq!(QueryText::parse(&text).expect(zone).to_string(), text);
    }
}
