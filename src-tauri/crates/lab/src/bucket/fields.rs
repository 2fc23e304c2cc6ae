//! Records: their types and fields, actors, sources and workspaces.

use super::words::{FIRST_NAMES, LAST_NAMES};
use crate::prng::Rng;

/// Kind of the values of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    Phone,
    Email,
    Address,
    City,
    Date,
    OneOf(&'static [&'static str]),
    /// A sentence or two and a number that hardly any other text has.
    Text,
    Money,
    Small,
    Reference,
    Url,
    Tags,
}

/// Field of a type of records.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

const STATUSES: &[&str] =
    &["new", "open", "in progress", "on hold", "waiting", "closed", "cancelled", "archived"];
const LANGUAGES: &[&str] = &["en", "de", "fr", "es", "da", "pl", "it", "nl"];

const AMOUNT: Field = field("amount", Kind::Money);
const CURRENCY: Field = field("currency", Kind::OneOf(&["EUR", "USD", "GBP", "DKK"]));
const DESCRIPTION: Field = field("description", Kind::Text);
const DUE_DATE: Field = field("due_date", Kind::Date);
const EMAIL: Field = field("email", Kind::Email);
const NAME: Field = field("name", Kind::Name);
const NOTES: Field = field("notes", Kind::Text);
const OWNER: Field = field("owner", Kind::Name);
const PRIORITY: Field = field("priority", Kind::OneOf(&["low", "normal", "high", "urgent"]));
const REFERENCE: Field = field("reference", Kind::Reference);
const SKU: Field = field("sku", Kind::Reference);
const STATUS: Field = field("status", Kind::OneOf(STATUSES));
const TAGS: Field = field("tags", Kind::Tags);

/// Type of records.
pub struct Type {
    pub name: &'static str,
    /// Beginning of the ids.
    pub prefix: &'static str,
    /// Percentage of the records that are of this type.
    percent: u64,
    pub fields: &'static [Field],
}

/// Most fields of a type.
pub const MOST_FIELDS: usize = 13;

const TYPES: [Type; 6] = [
    Type {
        name: "contract",
        prefix: "con_",
        percent: 8,
        fields: &[NAME, STATUS, DUE_DATE, AMOUNT, CURRENCY, OWNER, NOTES, REFERENCE],
    },
    Type {
        name: "customer",
        prefix: "cus_",
        percent: 34,
        fields: &[
            NAME,
            field("phone", Kind::Phone),
            field("mobile", Kind::Phone),
            EMAIL,
            field("address", Kind::Address),
            field("city", Kind::City),
            field("birth_date", Kind::Date),
            field("language", Kind::OneOf(LANGUAGES)),
            STATUS,
            field("segment", Kind::OneOf(&["retail", "smb", "enterprise", "public"])),
            NOTES,
            field("consent", Kind::OneOf(&["false", "true"])),
            OWNER,
        ],
    },
    Type {
        name: "invoice",
        prefix: "inv_",
        percent: 16,
        fields: &[
            AMOUNT,
            CURRENCY,
            DUE_DATE,
            field("paid_at", Kind::Date),
            field("tax_rate", Kind::Small),
            STATUS,
            REFERENCE,
            NOTES,
        ],
    },
    Type {
        name: "order",
        prefix: "ord_",
        percent: 24,
        fields: &[
            field("quantity", Kind::Small),
            SKU,
            field("ship_to", Kind::Address),
            field("carrier", Kind::OneOf(&["DHL", "UPS", "GLS", "PostNord"])),
            STATUS,
            AMOUNT,
            CURRENCY,
            NOTES,
            PRIORITY,
        ],
    },
    Type {
        name: "product",
        prefix: "prd_",
        percent: 6,
        fields: &[
            NAME,
            SKU,
            field("price", Kind::Money),
            CURRENCY,
            DESCRIPTION,
            field("url", Kind::Url),
            TAGS,
            STATUS,
        ],
    },
    Type {
        name: "ticket",
        prefix: "tic_",
        percent: 12,
        fields: &[
            field("subject", Kind::Text),
            DESCRIPTION,
            PRIORITY,
            STATUS,
            field("assignee", Kind::Name),
            TAGS,
            EMAIL,
            NOTES,
        ],
    },
];

/// Sources, each with the percentage of events that come through it.
const SOURCES: [(&str, u64); 8] = [
    ("api", 14),
    ("csv-import", 7),
    ("desktop", 31),
    ("mobile", 12),
    ("scheduler", 5),
    ("sync", 9),
    ("web", 20),
    ("webhook", 2),
];

const WORKSPACES: [&str; 6] =
    ["ws-main", "ws-north", "ws-south", "ws-lab", "ws-archive", "ws-demo"];

/// Actors that are programs.
const PROGRAMS: [&str; 4] = ["system", "svc-import", "svc-sync", "svc-billing"];

/// How many actors there are, people and programs.
pub const ACTORS: usize = 50;

/// Record. Its number is also its rank: 0 is the hottest.
pub struct Record {
    pub kind: &'static Type,
    pub entity_id: String,
    pub workspace: &'static str,
    /// Number of the actor who makes most of its changes.
    pub actor: usize,
}

impl Record {
    /// The record with a number: a function of it and the seed.
    pub fn new(seed: u64, number: u32) -> Self {
        let mut rng = Rng::new(Rng::new(seed ^ u64::from(number) << 32).next_u64());
        let share = rng.below(100);
        let kind = weighted(TYPES.iter().map(|kind| (kind, kind.percent)), share);
        let id = rng.next_u64();
        let mut workspace = 0;
        while workspace + 1 < WORKSPACES.len() && rng.percent(55) {
            workspace += 1;
        }
        Self {
            kind: kind.unwrap_or(&TYPES[0]),
            entity_id: format!("{}{id:016x}", kind.unwrap_or(&TYPES[0]).prefix),
            workspace: WORKSPACES[workspace],
            actor: rng.index(ACTORS),
        }
    }
}

/// A random source, by weight.
pub fn source(rng: &mut Rng) -> &'static str {
    let share = rng.below(100);
    weighted(SOURCES.into_iter(), share).unwrap_or_default()
}

/// The name of an actor.
pub fn actor(number: usize) -> String {
    if let Some(program) = number.checked_sub(ACTORS - PROGRAMS.len()) {
        return PROGRAMS[program].to_owned();
    }
    let (first, last) = (FIRST_NAMES[number * 7 % 40], LAST_NAMES[number * 11 % 39]);
    format!("{first}.{last}").to_lowercase()
}

/// The item that `share` falls on, among items with weights.
fn weighted<T>(items: impl Iterator<Item = (T, u64)>, share: u64) -> Option<T> {
    let mut sum = 0;
    let mut items = items.map(|(item, weight)| {
        sum += weight;
        (item, sum)
    });
    items.find(|(_, end)| share < *end).map(|(item, _)| item)
}
