//! Clients: the firms that look for people.

use super::calendar::SECOND;
use super::candidates::hand;
use super::people;
use super::staff::{Hand, anyone};
use super::world::{Fields, Kind, World};

/// All fields of a new client. An owner is someone's name.
pub fn fields(w: &mut World, owner: &str) -> Fields {
    let dice = &mut w.dice;
    let (name, sector) = people::firm(dice);
    let contact = people::name(dice);
    vec![
        ("name", name),
        ("sector", sector.to_owned()),
        ("city", dice.pick(people::CITIES).to_owned()),
        ("contact_name", contact.clone()),
        ("contact_email", people::email(dice, &contact)),
        ("contact_phone", people::phone(dice)),
        ("fee_percent", dice.between(12, 25).to_string()),
        ("payment_terms", dice.pick(people::TERMS).to_owned()),
        ("status", "prospect".to_owned()),
        ("owner", owner.to_owned()),
        ("notes", String::new()),
    ]
}

pub fn arrives(w: &mut World, at: i64) {
    let by = anyone(&mut w.dice, at);
    let fields = fields(w, by.actor);
    w.create(Kind::Client, fields, by, at);
}

pub fn is_noted(w: &mut World, at: i64) {
    let Some((record, by)) = any(w, at) else { return };
    let note = people::note(&mut w.dice);
    w.update(record, "notes", note, by, at);
}

/// Another person to talk to, or other terms.
pub fn changes(w: &mut World, at: i64) {
    let Some((record, by)) = any(w, at) else { return };
    match w.dice.below(10) {
        0..3 => {
            let contact = people::name(&mut w.dice);
            let email = people::email(&mut w.dice, &contact);
            let phone = people::phone(&mut w.dice);
            let pause = w.dice.between(4 * SECOND, 40 * SECOND);
            let at = w.update(record, "contact_name", contact, by, at);
            let at = w.update(record, "contact_email", email, by, at + pause);
            w.update(record, "contact_phone", phone, by, at + pause / 3);
        }
        3..5 => {
            let phone = people::phone(&mut w.dice);
            w.update(record, "contact_phone", phone, by, at);
        }
        5..7 => {
            let status = w.dice.pick(&["prospect", "active", "active", "dormant"]);
            w.update(record, "status", status.to_owned(), by, at);
        }
        7..9 => {
            let fee = w.dice.between(12, 25).to_string();
            let terms = w.dice.pick(people::TERMS).to_owned();
            w.save(record, vec![("fee_percent", fee), ("payment_terms", terms)], by, at);
        }
        _ => {
            let sector = w.dice.pick(&["logistics", "engineering", "technology", "finance"]);
            w.update(record, "sector", sector.to_owned(), by, at);
        }
    }
}

/// A client, and who deals with it.
fn any(w: &mut World, at: i64) -> Option<(usize, Hand)> {
    let record = *w.clients.get(w.dice.index(w.clients.len().max(1)))?;
    Some((record, hand(w, record, at)))
}
