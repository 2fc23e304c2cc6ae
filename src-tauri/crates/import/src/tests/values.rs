//! How cells are read as numbers, as dates and as times of changes.

use calamine::{ExcelDateTime, ExcelDateTimeType};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::mapping::{CellSource, Instant, ValueForm};
use crate::value::{Cell, Reading, excel_time, hours_text, is_same};
use crate::{DecimalSign, Mapping};

const POINT: Reading = Reading { decimal: DecimalSign::Point };

/// The form that a column has in a mapping.
fn form(text: &str) -> ValueForm {
    let mapping = super::snapshot("", &format!("it = {{ column = \"It\"{text} }}"));
    match &mapping.fields["it"] {
        CellSource::Column { form, .. } => form.clone(),
        CellSource::Text(_) => panic!("a text"),
    }
}

fn text(text: &str) -> Cell {
    Cell::of_text(text)
}

fn serial(number: f64, since_1904: bool) -> Cell {
    let time = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, since_1904);
    excel_time(time).map_or(Cell::Empty, Cell::Time)
}

#[test]
fn numbers_are_read_as_the_mapping_has_them() {
    let german = r#", number = "1.234,5""#;
    let swiss = r#", number = "1'234.5""#;
    let plain = r#", number = "1234.5""#;
    let blank = r#", number = "1 234,5""#;
    let whole = r#", number = "1.234.567""#;
    let common = ", number = true";
    let cases = [
        (german, "1.234,50", Some("1234.50")),
        (german, "450,00", Some("450.00")),
        (german, "12.345.678", Some("12345678")),
        (german, "-7,5", Some("-7.5")),
        (german, "\u{2212}7,5", Some("-7.5")),
        (german, " 7 ", Some("7")),
        (german, "007", Some("7")),
        (german, "0,50", Some("0.50")),
        (german, "+3", Some("3")),
        (
            german,
            "9007199254740993,000000000000000001",
            Some("9007199254740993.000000000000000001"),
        ),
        (german, "1.23,5", None),
        (german, "1234.5", None),
        (german, "1.2345", None),
        (german, "1,234.50", None),
        (german, "12 €", None),
        (german, "1e5", None),
        (german, "5,", None),
        (german, ",5", None),
        (german, "-", None),
        (german, "--5", None),
        (german, "12.", None),
        (swiss, "1'234.50", Some("1234.50")),
        (swiss, "1,234.50", None),
        (plain, "1234.5", Some("1234.5")),
        (plain, "1,234.5", None),
        (blank, "1\u{a0}234,5", Some("1234.5")),
        (whole, "1.234", Some("1234")),
        (whole, "1,5", None),
        (common, "1,234.50", Some("1234.50")),
        (common, "1.234,50", None),
    ];
    for (named, written, expected) in cases {
        let read = POINT.value(&text(written), &form(named)).ok();
        assert_eq!(read, expected.map(|value| Some(value.to_owned())), "{written} with {named}");
    }
}

#[test]
fn cells_of_a_sheet_are_read_as_it_shows_them() {
    let number = form(", number = true");
    let date = form(r#", date = "%d.%m.%Y""#);
    let zoned = form(r#", date = "%d.%m.%Y %H:%M", zone = "Europe/Berlin""#);
    let cases = [
        (Cell::Number(455.0), &number, Ok("455")),
        (Cell::Number(0.1 + 0.2), &number, Ok("0.3")),
        (Cell::Number(-0.0), &number, Ok("0")),
        (Cell::Number(999_999_999_999_999.0), &number, Ok("999999999999999")),
        (Cell::Number(1e15), &number, Err("is a number with more digits than a sheet keeps")),
        (
            Cell::Number(-1e300),
            &ValueForm::Text,
            Err("is a number with more digits than a sheet keeps"),
        ),
        (Cell::Number(342.0), &ValueForm::Text, Ok("342")),
        (serial(45_000.0, false), &date, Ok("2023-03-15")),
        (serial(45_000.0, true), &date, Ok("2027-03-16")),
        (serial(45_000.5, false), &date, Ok("2023-03-15T12:00:00")),
        (serial(45_000.5, false), &zoned, Ok("2023-03-15T11:00:00+00:00")),
        (serial(45_000.5, false), &ValueForm::Text, Ok("2023-03-15T12:00:00")),
        (serial(45_000.5, false), &number, Err("is a date, and no number")),
        // Any number could be one: 2024 is no day of 1905.
        (
            Cell::Number(2024.0),
            &date,
            Err("is a number, and no date: give the column a format of dates in the sheet"),
        ),
    ];
    for (cell, form, expected) in cases {
        let read = POINT.value(&cell, form);
        let expected = expected.map(|value| Some(value.to_owned())).map_err(str::to_owned);
        assert_eq!(read, expected, "{cell:?} with {form:?}");
    }
}

#[test]
fn dates_are_read_in_their_format_and_no_other() {
    let cases = [
        (r#", date = "%d.%m.%Y""#, "03.04.2024", Some("2024-04-03")),
        (r#", date = "%d.%m.%Y""#, "3.4.2024", Some("2024-04-03")),
        (r#", date = "%d.%m.%Y""#, "31.02.2024", None),
        (r#", date = "%d.%m.%Y""#, "03.04.24", None),
        // Clocks were put forward over it.
        (r#", date = "%d.%m.%Y %H:%M", zone = "Europe/Berlin""#, "31.03.2024 02:30", None),
        (r#", date = "%d.%m.%Y""#, "2024-04-03", None),
        (r#", date = "%d.%m.%Y""#, "03.04.2024 10:00", None),
        (r#", date = "%m/%d/%y""#, "04/03/24", Some("2024-04-03")),
        (r#", date = "%d.%m.%Y %H:%M""#, "03.04.2024 09:30", Some("2024-04-03T09:30:00")),
        (
            r#", date = "%d.%m.%Y %H:%M", zone = "Europe/Berlin""#,
            "03.04.2024 00:30",
            Some("2024-04-02T22:30:00+00:00"),
        ),
        (
            r#", date = "%Y-%m-%dT%H:%M:%S%z""#,
            "2024-04-03T09:30:00+0200",
            Some("2024-04-03T07:30:00+00:00"),
        ),
        ("", "03.04.2024", Some("03.04.2024")),
        ("", "00042", Some("00042")),
        ("", " x ", Some(" x ")),
    ];
    for (named, written, expected) in cases {
        let read = POINT.value(&text(written), &form(named)).ok();
        assert_eq!(read, expected.map(|value| Some(value.to_owned())), "{written} with {named}");
    }
}

#[test]
fn times_of_changes_are_instants() {
    let at = |format: Option<&str>, zone: Option<&str>| Instant {
        column: "At".to_owned(),
        format: format.map(str::to_owned),
        zone: zone.map(|zone| zone.parse().unwrap()),
    };
    let german = Some("%d.%m.%Y %H:%M");
    let cases = [
        (at(None, None), "2024-03-01T09:00:00Z", Some("2024-03-01T09:00:00+00:00")),
        (at(None, None), "01.03.2024", None),
        (at(german, None), "01.03.2024 09:00", Some("2024-03-01T09:00:00+00:00")),
        (at(german, Some("Europe/Berlin")), "01.03.2024 09:00", Some("2024-03-01T08:00:00+00:00")),
        // Put forward at two o'clock: there was no such time. Put back: the earlier of the two.
        (at(german, Some("Europe/Berlin")), "31.03.2024 02:30", None),
        (at(german, Some("Europe/Berlin")), "27.10.2024 02:30", Some("2024-10-27T00:30:00+00:00")),
        (at(Some("%s"), None), "1709283600", Some("2024-03-01T09:00:00+00:00")),
        (
            at(Some("%d.%m.%Y"), Some("Europe/Berlin")),
            "01.03.2024",
            Some("2024-02-29T23:00:00+00:00"),
        ),
        (at(Some("%d.%m.%Y"), None), "01.03.1500", None),
        (at(None, None), "", None),
    ];
    for (at, written, expected) in cases {
        let read = Reading::instant(&text(written), &at).map(|(at, _)| event::format_time(at)).ok();
        assert_eq!(read.as_deref(), expected, "{written} with {at:?}");
    }
}

#[test]
fn times_of_day_and_durations_are_hours_minutes_and_seconds() {
    for (days, shown) in [
        (0.0, "0:00:00"),
        (1.0 / 24.0 + 2.0 / 1440.0 + 3.0 / 86_400.0, "1:02:03"),
        (1.25, "30:00:00"),
        (0.5 + 0.5 / 86_400.0, "12:00:0.5"),
    ] {
        assert_eq!(hours_text(days), shown);
    }
}

#[test]
fn nothing_and_an_empty_text_are_the_same_and_so_are_equal_numbers() {
    let number = form(", number = true");
    for (one, other, form, expected) in [
        (None, Some(""), &ValueForm::Text, true),
        (None, None, &ValueForm::Text, true),
        (Some("450"), Some("450.00"), &ValueForm::Text, false),
        (Some("450"), Some("450.00"), &number, true),
        (Some("450"), Some("450.01"), &number, false),
        (Some("about 450"), Some("450"), &number, false),
        (None, Some("0"), &number, false),
    ] {
        assert_eq!(is_same(one, other, form), expected, "{one:?} {other:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(9), ..ProptestConfig::default() })]

    /// Whatever a cell holds, reading it ends, and a number that is read is one.
    #[test]
    fn any_text_is_read_or_refused(written in "[-+0-9., '\u{a0}e€x]{0,12}", which in 0_usize..4) {
        let named = [", number = true", r#", number = "1.234,5""#, r#", date = "%d.%m.%Y""#, ""][which];
        let read = POINT.value(&text(&written), &form(named));
        if let (true, Ok(Some(value))) = (which < 2, read) {
            prop_assert!(event::Decimal::parse(&value).is_some(), "{value}");
        }
    }

    /// A mapping that is no TOML, or another, is refused and never more.
    #[test]
    fn any_mapping_is_read_or_refused(text in ".{0,80}") {
        let whole = format!("kind = \"snapshot\"\ntype = \"a\"\nid = {{ column = \"b\" }}\n[fields]\nc = {text}");
        let _ = (Mapping::parse(&text), Mapping::parse(&whole));
    }
}
