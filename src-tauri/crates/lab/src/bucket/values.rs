//! Values of fields, each a function of the seed and the event's number.

use chrono::{DateTime, Days};

use super::fields::Kind;
use super::plan::Change;
use super::words::{CITIES, FIRST_NAMES, LAST_NAMES, STREETS, WORDS};
use crate::prng::Rng;

const HOSTS: [&str; 4] = ["example.com", "mail.example", "corp.example", "post.example"];

/// The generator for the value of an event.
pub fn rng(seed: u64, number: u32) -> Rng {
    Rng::new(Rng::new(seed ^ u64::from(number)).next_u64())
}

/// The id of an event, in the form of a random UUID (version 4).
pub fn event_id(seed: u64, number: u32) -> String {
    let mut rng = rng(!seed, number);
    let (high, low) = (rng.next_u64(), rng.next_u64());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFF,
        low >> 48 & 0x3FFF | 0x8000,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// The value that an event sets a field of a kind to.
pub fn value(seed: u64, number: u32, kind: Kind) -> String {
    let rng = &mut rng(seed, number);
    match kind {
        Kind::Name => format!("{} {}", rng.pick(&FIRST_NAMES), rng.pick(&LAST_NAMES)),
        Kind::Phone => format!(
            "+{} {:03} {:03} {:04}",
            rng.between(10, 99),
            rng.below(1000),
            rng.below(1000),
            rng.below(10_000)
        ),
        Kind::Email => {
            let name = format!("{}.{}", rng.pick(&FIRST_NAMES), rng.pick(&LAST_NAMES));
            format!("{}{:03}@{}", name.to_lowercase(), rng.below(1000), rng.pick(&HOSTS))
        }
        Kind::Address => format!(
            "{} {} Street, {} {:05}",
            rng.between(1, 200),
            rng.pick(&STREETS),
            rng.pick(&CITIES),
            rng.below(100_000)
        ),
        Kind::City => rng.pick(&CITIES).to_owned(),
        Kind::Date => date(rng.below(29_000)),
        Kind::OneOf(values) => rng.pick(values).to_owned(),
        Kind::Text => text(rng),
        Kind::Money => format!("{}.{:02}", rng.below(20_000), rng.below(100)),
        Kind::Small => rng.below(40).to_string(),
        Kind::Reference => {
            format!("{}-{:08}", rng.pick(&["REF", "PO", "SKU", "DOC"]), rng.below(100_000_000))
        }
        Kind::Url => {
            let page = rng.below(1 << 40);
            format!("https://shop.example/p/{page:010x}?v={}", rng.below(9))
        }
        Kind::Tags => format!(r#"["{}","{}"]"#, rng.pick(&WORDS), rng.pick(&WORDS)),
    }
}

/// The new value of an event; `None` if it clears or deletes the field.
pub fn new_value(seed: u64, number: u32, kind: Kind, change: Change) -> Option<String> {
    matches!(change, Change::Insert | Change::Update).then(|| value(seed, number, kind))
}

/// The date so many days after 1 January 1950.
fn date(days: u64) -> String {
    let first = DateTime::from_timestamp(-631_152_000, 0).unwrap_or_default().date_naive();
    first.checked_add_days(Days::new(days)).unwrap_or(first).to_string()
}

/// 3 to 35 words, mostly few, and a number of seven digits.
fn text(rng: &mut Rng) -> String {
    let most = rng.below(30) + 4;
    let words = rng.below(most) + 3;
    let mut text = String::with_capacity(80);
    for _ in 0..words {
        text.push_str(rng.pick(&WORDS));
        text.push(' ');
    }
    text[..1].make_ascii_uppercase();
    text + &format!("#{:07}", rng.below(10_000_000))
}
