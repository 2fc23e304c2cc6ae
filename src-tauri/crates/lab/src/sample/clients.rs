//! Scenes about clients: the firms that look for people.

use super::calendar::SECOND;
use super::candidates::author_of;
use super::people;
use super::staff::{Author, anyone};
use super::world::{Fields, Kind, World};

/// All fields of a new client. `owner` is the name of a colleague.
pub fn fields(w: &mut World, owner: &str) -> Fields {
    let rng = &mut w.rng;
    let (name, sector) = people::firm(rng);
    let contact = people::name(rng);
    vec![
        ("name", name),
        ("sector", sector.to_owned()),
        ("city", rng.pick(people::CITIES).to_owned()),
        ("contact_name", contact.clone()),
        ("contact_email", people::email(rng, &contact)),
        ("contact_phone", people::phone(rng)),
        ("fee_percent", rng.between(12, 25).to_string()),
        ("payment_terms", rng.pick(people::TERMS).to_owned()),
        ("status", "prospect".to_owned()),
        ("owner", owner.to_owned()),
        ("notes", String::new()),
    ]
}

/// A new client.
pub fn arrives(w: &mut World, at: i64) {
    let by = anyone(&mut w.rng, at);
    let fields = fields(w, by.actor);
    w.create(Kind::Client, fields, by, at);
}

/// A note on a random client.
pub fn is_noted(w: &mut World, at: i64) {
    let Some((record, by)) = any(w, at) else { return };
    let note = people::note(&mut w.rng);
    w.update(record, "notes", note, by, at);
}

/// A change of a random client: its contact, status, terms or sector.
pub fn changes(w: &mut World, at: i64) {
    let Some((record, by)) = any(w, at) else { return };
    match w.rng.below(10) {
        0..3 => {
            let contact = people::name(&mut w.rng);
            let email = people::email(&mut w.rng, &contact);
            let phone = people::phone(&mut w.rng);
            let pause = w.rng.between(4 * SECOND, 40 * SECOND);
            let at = w.update(record, "contact_name", contact, by, at);
            let at = w.update(record, "contact_email", email, by, at + pause);
            w.update(record, "contact_phone", phone, by, at + pause / 3);
        }
        3..5 => {
            let phone = people::phone(&mut w.rng);
            w.update(record, "contact_phone", phone, by, at);
        }
        5..7 => {
            let status = w.rng.pick(&["prospect", "active", "active", "dormant"]);
            w.update(record, "status", status.to_owned(), by, at);
        }
        7..9 => {
            let fee = w.rng.between(12, 25).to_string();
            let terms = w.rng.pick(people::TERMS).to_owned();
            w.save(record, vec![("fee_percent", fee), ("payment_terms", terms)], by, at);
        }
        _ => {
            let sector = w.rng.pick(&["logistics", "engineering", "technology", "finance"]);
            w.update(record, "sector", sector.to_owned(), by, at);
        }
    }
}

/// A random client, and the author of a change of it; `None` if there are no clients yet.
fn any(w: &mut World, at: i64) -> Option<(usize, Author)> {
    let record = *w.clients.get(w.rng.index(w.clients.len().max(1)))?;
    Some((record, author_of(w, record, at)))
}
