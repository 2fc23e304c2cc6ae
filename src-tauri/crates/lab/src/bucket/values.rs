//! The values of fields, each a function of the seed and its event's number.

use chrono::{DateTime, Days};

use super::fields::Kind;
use super::plan::Change;
use super::words::{CITIES, FIRST_NAMES, LAST_NAMES, STREETS, WORDS};
use crate::prng::Dice;

const HOSTS: [&str; 4] = ["example.com", "mail.example", "corp.example", "post.example"];

/// The source of everything about the event numbered `number`.
pub fn dice(seed: u64, number: u32) -> Dice {
    Dice::new(Dice::new(seed ^ u64::from(number)).roll())
}

/// A random UUID, as far as anyone can see.
pub fn event_id(seed: u64, number: u32) -> String {
    let mut dice = dice(!seed, number);
    let (high, low) = (dice.roll(), dice.roll());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFF,
        low >> 48 & 0x3FFF | 0x8000,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// What the event `number` sets a field of that kind to.
pub fn value(seed: u64, number: u32, kind: Kind) -> String {
    let dice = &mut dice(seed, number);
    match kind {
        Kind::Name => format!("{} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES)),
        Kind::Phone => format!(
            "+{} {:03} {:03} {:04}",
            dice.between(10, 99),
            dice.below(1000),
            dice.below(1000),
            dice.below(10_000)
        ),
        Kind::Email => {
            let name = format!("{}.{}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES));
            format!("{}{:03}@{}", name.to_lowercase(), dice.below(1000), dice.pick(&HOSTS))
        }
        Kind::Address => format!(
            "{} {} Street, {} {:05}",
            dice.between(1, 200),
            dice.pick(&STREETS),
            dice.pick(&CITIES),
            dice.below(100_000)
        ),
        Kind::City => dice.pick(&CITIES).to_owned(),
        Kind::Date => date(dice.below(29_000)),
        Kind::OneOf(values) => dice.pick(values).to_owned(),
        Kind::Text => text(dice),
        Kind::Money => format!("{}.{:02}", dice.below(20_000), dice.below(100)),
        Kind::Small => dice.below(40).to_string(),
        Kind::Reference => {
            format!("{}-{:08}", dice.pick(&["REF", "PO", "SKU", "DOC"]), dice.below(100_000_000))
        }
        Kind::Url => {
            let page = dice.below(1 << 40);
            format!("https://shop.example/p/{page:010x}?v={}", dice.below(9))
        }
        Kind::Tags => format!(r#"["{}","{}"]"#, dice.pick(&WORDS), dice.pick(&WORDS)),
    }
}

/// What an event says, if it leaves a value.
pub fn new_value(seed: u64, number: u32, kind: Kind, change: Change) -> Option<String> {
    matches!(change, Change::Insert | Change::Update).then(|| value(seed, number, kind))
}

/// A date so many days after 1949.
fn date(days: u64) -> String {
    let first = DateTime::from_timestamp(-631_152_000, 0).unwrap_or_default().date_naive();
    first.checked_add_days(Days::new(days)).unwrap_or(first).to_string()
}

/// 3 to 35 words, mostly few, and a number of seven digits.
fn text(dice: &mut Dice) -> String {
    let most = dice.below(30) + 4;
    let words = dice.below(most) + 3;
    let mut text = String::with_capacity(80);
    for _ in 0..words {
        text.push_str(dice.pick(&WORDS));
        text.push(' ');
    }
    text[..1].make_ascii_uppercase();
    text + &format!("#{:07}", dice.below(10_000_000))
}
