//! Filters by predicates worth asking about given events.

use event::{Column, Entry, members};
use query::{
    ComparisonOperator, Day, Filters, Lag, Limit, Pattern, Predicate, SUBJECTS, Step, Subject, Zone,
};

/// Filters by each kind of predicate, about two events, and by some of them together.
pub(super) fn about(middle: &Entry, other: &Entry) -> Vec<Filters> {
    let mut predicates: Vec<Predicate> =
        SUBJECTS.into_iter().flat_map(|column| texts(column, middle, other)).collect();
    predicates.extend(orders(middle, other));
    predicates.extend(changes(middle, other));
    let signs = || ComparisonOperator::SIGNS.into_iter().map(|(_, comparison)| comparison).cycle();
    let deltas = [("0", false), ("-1.5", false), ("10", true), ("-0.5", true), ("0", true)];
    predicates.extend(signs().zip(deltas).map(|(comparison, (by, percent))| Predicate::Delta {
        comparison,
        by: by.to_owned(),
        percent,
    }));
    let lags = [0, 1, 86_400_000, -3_600_000];
    predicates.extend(
        signs()
            .zip(lags)
            .map(|(comparison, millis)| Predicate::Lag { comparison, limit: Lag { millis } }),
    );
    let days = [middle, other].map(|entry| entry.event.timestamp.date_naive().to_string());
    let days = days.iter().filter_map(|day| day.parse().ok());
    predicates.extend(
        signs()
            .skip(2)
            .zip(days)
            .map(|(comparison, limit)| Predicate::RecordedAt { comparison, limit }),
    );
    for (from, until) in [(22, 6), (9, 17), (0, 24), (5, 5)] {
        predicates.push(Predicate::Hours { from, until });
    }
    predicates.push(Predicate::Weekdays { days: vec![Day::Sat, Day::Sun] });
    let zones = ["UTC", "Europe/Berlin", "America/St_Johns", "+05:45"];
    let zone = |name: &str| name.parse::<Zone>().unwrap_or_default();
    let alone = predicates.iter().zip(zones.into_iter().cycle()).map(|(predicate, name)| Filters {
        predicates: vec![predicate.clone()],
        zone: zone(name),
        ..Filters::default()
    });
    let pairs = predicates.iter().zip(predicates.iter().skip(7)).step_by(5);
    let together = pairs.enumerate().map(|(nth, (one, two))| {
        let filters = Filters {
            predicates: vec![one.clone(), two.clone()],
            hide_no_ops: nth % 2 == 0,
            ..Filters::default()
        };
        match nth % 3 {
            0 => filters.with(Column::Actor, query::Term::including(&other.event.actor)),
            1 => Filters { since: Some(other.event.timestamp), ..filters },
            _ => filters,
        }
    });
    alone.chain(together).collect()
}

/// Predicates about a text that both events have, in each way.
fn texts(column: Column, middle: &Entry, other: &Entry) -> Vec<Predicate> {
    let of = Subject { column, member: None };
    let cells = [middle, other].map(|entry| {
        let cells = entry.event.cells();
        cells[column.index()].text().map(str::to_owned)
    });
    let is_value = matches!(column, Column::OldValue | Column::NewValue);
    let [one, two] = cells.map(Option::unwrap_or_default);
    let piece = |text: &str| text.chars().skip(1).take(6).collect::<String>();
    let patterns = [
        vec![Pattern::Equals(one.clone())],
        vec![Pattern::Equals(one), Pattern::Contains(piece(&two).to_uppercase())],
        vec![Pattern::Begins(two.chars().take(3).collect::<String>().to_lowercase())],
        vec![Pattern::Matches(format!("(?i){}.?$", escaped(&piece(&two))))],
    ];
    let expressions = ["[0-9]{2}|plumber", "^[A-Z][a-z]+ ", "(?i)district", ""];
    let expressions = expressions.into_iter().take(if is_value { 4 } else { 0 });
    let expressions = expressions.map(|text| vec![Pattern::Matches(text.to_owned())]);
    let all = patterns.into_iter().chain(expressions).enumerate();
    let predicate =
        |(nth, patterns)| Predicate::Text { of: of.clone(), patterns, exclude: nth % 6 == 1 };
    all.map(predicate).collect()
}

fn escaped(text: &str) -> String {
    let escape = |one: char| if one.is_alphanumeric() { vec![one] } else { vec!['.'] };
    text.chars().flat_map(escape).collect()
}

/// Numbers and dates within limits: those of the events' values, and some that they do not have.
fn orders(middle: &Entry, other: &Entry) -> Vec<Predicate> {
    let values = [middle, other].map(|entry| entry.event.new_value.clone());
    let members = values.iter().flatten().filter_map(|value| members(value)).flatten();
    let member = members.map(|(name, _)| name).next().unwrap_or_else(|| "name".to_owned());
    let mut limits: Vec<Limit> =
        ["0", "-3.50", "50000", "123456789012345678901"].map(|n| Limit::Number(n.into())).into();
    for time in ["2024-06-01", "2024-02", "2023", "2024-03-10T12:00:00Z", "2024-03-10 12:30"] {
        limits.extend(time.parse().ok().map(Limit::Time));
    }
    for value in values.into_iter().flatten() {
        limits.extend(query::TimeText::of_value(&value).map(Limit::Time));
        limits.extend(event::Decimal::parse(&value).map(|_| Limit::Number(value.clone())));
    }
    let subjects = [(Column::OldValue, None), (Column::NewValue, None)]
        .into_iter()
        .chain([(Column::NewValue, Some(member))]);
    let mut found = Vec::new();
    for (column, member) in subjects {
        for (nth, limit) in limits.iter().enumerate() {
            let signs = ComparisonOperator::SIGNS.into_iter().cycle().skip(nth).take(1);
            found.extend(signs.map(|(_, comparison)| Predicate::Order {
                of: Subject { column, member: member.clone() },
                comparison,
                limit: limit.clone(),
            }));
        }
    }
    found
}

/// The changes of both events, also from and to nothing.
fn changes(middle: &Entry, other: &Entry) -> Vec<Predicate> {
    let step = |entry: &Entry| Step {
        from: entry.event.old_value.clone(),
        to: entry.event.new_value.clone(),
    };
    let (one, two) = (step(middle), step(other));
    let nothing = Step { from: None, to: two.to.clone() };
    [
        vec![one.clone()],
        vec![one.clone(), two.clone()],
        vec![nothing],
        vec![Step { to: None, ..two }],
    ]
    .into_iter()
    .enumerate()
    .map(|(nth, steps)| Predicate::Change { steps, exclude: nth == 1 })
    .collect()
}
