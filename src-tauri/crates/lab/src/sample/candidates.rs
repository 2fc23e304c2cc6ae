//! What happens to candidates in a working day. Each scene is a few events about one record.

use super::calendar::{DAY, DAYS, HOUR, MILLI, MINUTE, SECOND, date_after, day_of, midnight};
use super::people;
use super::placements;
use super::slips;
use super::staff::{Hand, MATCHER, anyone, owner_or_anyone};
use super::world::{Fields, Kind, Plan, World};

/// All fields of a new candidate. An owner is someone's name.
pub fn fields(w: &mut World, owner: &str, at: i64) -> Fields {
    let dice = &mut w.dice;
    let name = people::name(dice);
    let day = day_of(at);
    vec![
        ("name", name.clone()),
        ("email", people::email(dice, &name)),
        ("phone", people::phone(dice)),
        ("city", dice.pick(people::CITIES).to_owned()),
        ("role", dice.pick(people::ROLES).to_owned()),
        ("status", "new".to_owned()),
        ("salary_expectation", people::salary(dice)),
        ("notice_period", dice.pick(people::NOTICE).to_owned()),
        ("available_from", date_after(day, dice.between(7, 120))),
        ("source_channel", dice.pick(people::CHANNELS).to_owned()),
        ("owner", owner.to_owned()),
        ("notes", String::new()),
    ]
}

/// A candidate who comes to the firm; now and then with a slip in the name or the number.
pub fn arrives(w: &mut World, at: i64) {
    let by = anyone(&mut w.dice, at);
    let mut fields = fields(w, by.actor, at);
    if w.dice.percent(3) {
        arrives_in_pieces(w, fields, by, at);
        return;
    }
    let slip = slip(w, &mut fields);
    let record = w.create(Kind::Candidate, fields, by, at);
    if let Some((field, wrong, right)) = slip {
        let days = w.dice.between(0, 9);
        w.plan(at, days, Plan::PutRight { record, field, wrong, right });
    }
    let days = w.dice.between(0, 4);
    w.plan(at, days, Plan::Advance(record));
}

/// Through the older interface, which inserts an empty record and then sets one field after another.
fn arrives_in_pieces(w: &mut World, fields: Fields, by: Hand, at: i64) {
    let by = Hand { source: "api", workspace: "", ..by };
    let record = w.create_bare(Kind::Candidate, by, at);
    let mut at = at;
    for (field, value) in fields {
        at = w.update(record, field, value, by, at + 40 * MILLI);
    }
    w.plan(at, 2, Plan::Advance(record));
}

/// Puts a wrong value among the fields, and says which, what it is and what it should be.
fn slip(w: &mut World, fields: &mut Fields) -> Option<(&'static str, String, String)> {
    let field = match w.dice.below(100) {
        0..6 => "name",
        6..9 => "phone",
        9..11 => "available_from",
        _ => return None,
    };
    let (_, value) = fields.iter_mut().find(|(name, _)| *name == field)?;
    let wrong = match field {
        "name" => slips::name(&mut w.dice, value),
        "phone" => slips::phone(&mut w.dice, value),
        _ => slips::date(value),
    }?;
    let right = std::mem::replace(value, wrong.clone());
    Some((field, wrong, right))
}

/// One step along the way from new to placed, or off it.
pub fn advances(w: &mut World, record: usize, at: i64) {
    if !w.records[record].exists {
        return;
    }
    let chance = w.dice.below(100);
    let (status, days) = match (w.records[record].get("status"), chance) {
        ("new", 0..65) => ("screening", w.dice.between(1, 6)),
        ("screening", 0..50) => ("interview", w.dice.between(2, 12)),
        ("interview", 0..40) => ("offer", w.dice.between(1, 8)),
        ("offer", 0..65) => ("placed", 0),
        ("new" | "screening", 75..) => ("rejected", w.dice.between(120, 400)),
        ("interview" | "offer", 70..) => ("withdrawn", w.dice.between(90, 300)),
        ("placed", _) => ("available", w.dice.between(20, 120)),
        ("rejected" | "withdrawn" | "available", 0..60) => ("screening", w.dice.between(2, 10)),
        ("rejected" | "withdrawn" | "available", _) => return noted(w, record, at, None),
        // The search goes on, and nothing changed but a remark.
        _ => return noted(w, record, at, Some(5)),
    };
    let by = hand(w, record, at);
    let at = w.update(record, "status", status.to_owned(), by, at);
    match status {
        "placed" => placements::begins_to_be_agreed(w, record, by, at + 3 * MINUTE),
        _ => w.plan(at, days, Plan::Advance(record)),
    }
}

/// A remark; some are written on the road, and reach the journal hours or days later.
pub fn noted(w: &mut World, record: usize, at: i64, next: Option<i64>) {
    let by = hand(w, record, at);
    let text = people::note(&mut w.dice);
    let at = w.update(record, "notes", text, by, at);
    if at < midnight(DAYS - 4) && w.dice.percent(6) {
        let (least, most) =
            if w.dice.percent(75) { (20 * MINUTE, 7 * HOUR) } else { (DAY, 3 * DAY) };
        let delay = w.dice.between(least, most);
        w.last_was_heard_after(delay);
    }
    if let Some(days) = next {
        w.plan(at, days, Plan::Advance(record));
    }
}

pub fn is_noted(w: &mut World, at: i64) {
    let record = any(w);
    noted(w, record, at, None);
}

/// A new number, address or town; with the town, often the number too.
pub fn moves(w: &mut World, at: i64) {
    let record = any(w);
    let by = hand(w, record, at);
    match w.dice.below(10) {
        0..5 => {
            let phone = people::phone(&mut w.dice);
            w.update(record, "phone", phone, by, at);
        }
        5..8 => {
            let name = w.records[record].get("name").to_owned();
            let email = people::email(&mut w.dice, &name);
            w.update(record, "email", email, by, at);
        }
        _ => {
            let city = w.dice.pick(people::CITIES).to_owned();
            let phone = people::phone(&mut w.dice);
            let at = w.update(record, "city", city, by, at);
            w.update(record, "phone", phone, by, at + 21 * SECOND);
        }
    }
}

/// One of the terms changes.
pub fn reconsiders(w: &mut World, at: i64) {
    let record = any(w);
    let by = hand(w, record, at);
    let (field, value) = term(w, at);
    w.update(record, field, value, by, at);
}

/// Several terms in one save, all with one timestamp.
pub fn reconsiders_much(w: &mut World, at: i64) {
    let record = any(w);
    let by = hand(w, record, at);
    let mut changes = vec![term(w, at), term(w, at), term(w, at)];
    changes.sort_unstable();
    changes.dedup_by_key(|(field, _)| *field);
    w.save(record, changes, by, at);
}

fn term(w: &mut World, at: i64) -> (&'static str, String) {
    let dice = &mut w.dice;
    match dice.below(4) {
        0 => ("salary_expectation", people::salary(dice)),
        1 => ("notice_period", dice.pick(people::NOTICE).to_owned()),
        2 => ("role", dice.pick(people::ROLES).to_owned()),
        _ => ("available_from", date_after(day_of(at), dice.between(7, 150))),
    }
}

/// A slip in a record that was right, and put right within days.
pub fn is_mistyped(w: &mut World, at: i64) {
    let record = any(w);
    let by = hand(w, record, at);
    let field = w.dice.pick(&["name", "phone", "phone", "available_from"]);
    let right = w.records[record].get(field).to_owned();
    let wrong = match field {
        "name" => slips::name(&mut w.dice, &right),
        "phone" => slips::phone(&mut w.dice, &right),
        _ => slips::date(&right),
    };
    let Some(wrong) = wrong else { return is_noted(w, at) };
    w.update(record, field, wrong.clone(), by, at);
    let days = w.dice.between(0, 20);
    w.plan(at, days, Plan::PutRight { record, field, wrong, right });
}

/// Puts a slip right, if it still stands.
pub fn put_right(
    w: &mut World,
    record: usize,
    field: &'static str,
    values: (&str, String),
    at: i64,
) {
    let (wrong, right) = values;
    if w.records[record].exists && w.records[record].get(field) == wrong {
        let by = hand(w, record, at);
        w.update(record, field, right, by, at);
    }
}

/// A form saved without a change; half of them by a second click on the same button.
pub fn is_saved_unchanged(w: &mut World, at: i64) {
    let record = any(w);
    let by = hand(w, record, at);
    if w.dice.percent(50) {
        let (field, value) = term(w, at);
        w.save(record, vec![(field, value.clone()), (field, value)], by, at);
    } else {
        let field = w.dice.pick(&["phone", "email", "city", "status"]);
        let same = w.records[record].get(field).to_owned();
        w.update(record, field, same, by, at);
    }
}

/// The matcher goes through some candidates; for many of them nothing has changed.
pub fn are_matched(w: &mut World, at: i64) {
    for step in 0..w.dice.between(2, 7) {
        let record = any(w);
        let found = w.dice.between(0, 6).to_string();
        let same = w.records[record].get("open_matches").to_owned();
        let new = if same.is_empty() || w.dice.percent(70) { found } else { same };
        w.update(record, "open_matches", new, MATCHER, at + step * SECOND * 2);
    }
}

/// Someone asks to be forgotten, or was there twice. Some are back later.
pub fn leaves(w: &mut World, at: i64) {
    let record = any(w);
    let by = Hand::of("Grace").filter(|_| w.dice.percent(60));
    let by = by.unwrap_or_else(|| hand(w, record, at));
    w.delete(record, by, at);
    if w.dice.percent(22) {
        let days = w.dice.between(0, 45);
        w.plan(at, days, Plan::Restore(record));
    }
}

/// Two people change a number at once, and the second has not seen the first: the chain breaks.
pub fn is_changed_by_two(w: &mut World, at: i64) {
    let record = any(w);
    let stale = w.records[record].get("phone").to_owned();
    let (first, second) = (hand(w, record, at), anyone(&mut w.dice, at));
    // Not by chance equal to what stood there, or the chain would hold.
    let one = other_phone(w, &stale);
    let two = other_phone(w, &stale);
    let at = w.update(record, "phone", one, first, at);
    w.update_from_stale(record, "phone", (stale, two), second, at + 37 * SECOND);
}

fn other_phone(w: &mut World, than: &str) -> String {
    loop {
        let phone = people::phone(&mut w.dice);
        if phone != than {
            return phone;
        }
    }
}

/// A candidate who exists, rather one of the later ones.
fn any(w: &mut World) -> usize {
    let count = w.candidates.len();
    for _ in 0..50 {
        let among = if w.dice.percent(65) { count.min(220) } else { count };
        let back = w.dice.index(among);
        let record = w.candidates[count - 1 - back];
        if w.records[record].exists {
            return record;
        }
    }
    w.candidates[count - 1]
}

/// Who deals with a record now.
pub fn hand(w: &mut World, record: usize, at: i64) -> Hand {
    let owner = w.records[record].get("owner").to_owned();
    owner_or_anyone(&mut w.dice, &owner, at)
}
