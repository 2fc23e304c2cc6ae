//! Random names, phone numbers and texts of people and firms that do not exist.
//!
//! Phone numbers are from the ranges reserved for fiction, e-mail addresses from the domains
//! reserved for examples, and no firm has a name like these.

use crate::prng::Rng;

const FIRST: &[&str] = &[
    "Adaeze",
    "Alasdair",
    "Amara",
    "Anneliese",
    "Arjun",
    "Beatrix",
    "Ben",
    "Bronwen",
    "Callum",
    "Catarina",
    "Chidi",
    "Clara",
    "Dafydd",
    "Darya",
    "Deepa",
    "Dominic",
    "Edith",
    "Eleri",
    "Emeka",
    "Esther",
    "Fergus",
    "Fiona",
    "Freya",
    "Gareth",
    "Giulia",
    "Hana",
    "Harriet",
    "Hugo",
    "Ibrahim",
    "Ines",
    "Isla",
    "Jamal",
    "Jasmine",
    "Joel",
    "José",
    "Kavita",
    "Kenji",
    "Kirsty",
    "Leila",
    "Leon",
    "Lowri",
    "Lukas",
    "Magda",
    "Marek",
    "Maya",
    "Mei",
    "Nadia",
    "Niamh",
    "Nikhil",
    "Noor",
    "Oluwaseun",
    "Oscar",
    "Petra",
    "Quentin",
    "Rafael",
    "Rhiannon",
    "Rosa",
    "Rupert",
    "Sana",
    "Seán",
    "Siân",
    "Sofia",
    "Tamsin",
    "Theo",
    "Uma",
    "Victor",
    "Wanda",
    "Xanthe",
    "Yusuf",
    "Zainab",
    "Zoë",
];

const LAST: &[&str] = &[
    "Abernathy",
    "Adeyemi",
    "Akhtar",
    "Ashworth",
    "Banerjee",
    "Barrowclough",
    "Beaumont",
    "Bielak",
    "Blackwood",
    "Brennan",
    "Calloway",
    "Castellano",
    "Chaudhry",
    "Cholmondeley",
    "Coulthard",
    "Dankworth",
    "Desai",
    "Dunmore",
    "Eastwick",
    "Ellingham",
    "Farrow",
    "Fairweather",
    "Fitzgibbon",
    "Gallagher",
    "Greenhalgh",
    "Grzelak",
    "Halloran",
    "Hargreaves",
    "Hennessy",
    "Ishikawa",
    "Iqbal",
    "Jankowski",
    "Kettlewell",
    "Kowalczyk",
    "Larkspur",
    "Lindqvist",
    "Lockhart",
    "MacAllister",
    "Mbeki",
    "Merriweather",
    "Montague",
    "Müller",
    "Nakagawa",
    "Nwosu",
    "O'Brien",
    "O'Donoghue",
    "Okonjo",
    "Osei",
    "Pemberton",
    "Penhaligon",
    "Pritchard",
    "Quayle",
    "Ramanathan",
    "Ravenscroft",
    "Rossi",
    "Santos",
    "Scrimgeour",
    "Shackleton",
    "Sørensen",
    "Takahashi",
    "Tattersall",
    "Thistlewood",
    "Underhill",
    "Vasquez",
    "Vance",
    "Wainwright",
    "Whitcombe",
    "Wolstenholme",
    "Yeardley",
    "Zielinski",
];

const FIRM: &[&str] = &[
    "Brackenmoor",
    "Quillfern",
    "Tallowmere",
    "Wobbleton",
    "Marmalade",
    "Thistledown",
    "Gorsewick",
    "Pepperhythe",
    "Oddlestone",
    "Larkenby",
    "Mizzlethorpe",
    "Umberley",
    "Fennimore",
    "Dapplewick",
    "Crumpetshire",
    "Hobnail",
    "Snettisworth",
    "Bramblecote",
    "Puddlewharf",
    "Kestrelgate",
];

const TRADE: &[(&str, &str)] = &[
    ("Freight", "logistics"),
    ("Robotics", "engineering"),
    ("Hydraulics", "engineering"),
    ("Analytics", "technology"),
    ("Cloudworks", "technology"),
    ("Mutual", "finance"),
    ("Reinsurance", "finance"),
    ("Biscuits", "food"),
    ("Dairies", "food"),
    ("Care Homes", "health"),
    ("Diagnostics", "health"),
    ("Wind & Tide", "energy"),
];

pub const ROLES: &[&str] = &[
    "Accountant",
    "Backend developer",
    "Business analyst",
    "Credit controller",
    "Data engineer",
    "Data scientist",
    "Electrical engineer",
    "Finance manager",
    "Frontend developer",
    "HR adviser",
    "Payroll clerk",
    "Platform engineer",
    "Procurement officer",
    "Product manager",
    "Quantity surveyor",
    "Registered nurse",
    "Site manager",
    "Supply planner",
    "Test engineer",
    "Warehouse supervisor",
];

pub const CITIES: &[&str] = &["London", "Leeds", "Manchester", "Bristol", "Sheffield", "York"];
pub const CHANNELS: &[&str] = &["job board", "referral", "website", "walk-in", "university fair"];
pub const NOTICE: &[&str] = &["none", "1 week", "4 weeks", "2 months", "3 months"];
pub const TERMS: &[&str] = &["14 days", "30 days", "45 days", "60 days"];

const WHO: &[&str] = &["Called", "Spoke to them", "Left a message", "Met for coffee", "Video call"];
const WHAT: &[&str] = &[
    "wants to hear more about the role",
    "asks for a later start",
    "would move for the right team",
    "not free before next month",
    "prefers three days in the office",
    "has another offer, decides by Friday",
    "will send the signed form",
    "asks us to write rather than ring",
    "rate is too low, would talk again above it",
    "new manager, the old one has left",
    "references are in order",
    "moving house, post to the new address",
    "happy where things stand",
    "interview went well, they liked the portfolio",
    "wants to know about the pension",
    "call again after the holidays",
    "would take a contract as well",
    "did not turn up, no reason given",
    "passport seen and copied",
    "prefers to deal with one of us only",
];

/// A first and a last name.
pub fn name(rng: &mut Rng) -> String {
    format!("{} {}", rng.pick(FIRST), rng.pick(LAST))
}

/// The name of a firm, and its sector.
pub fn firm(rng: &mut Rng) -> (String, &'static str) {
    let (word, sector) = rng.pick(TRADE);
    (format!("{} {word}", rng.pick(FIRM)), sector)
}

/// A phone number.
pub fn phone(rng: &mut Rng) -> String {
    let line = rng.below(1_000);
    match rng.below(10) {
        0..6 => format!("+44 7700 900{line:03}"),
        6..8 => format!("020 7946 0{line:03}"),
        8 => format!("0113 496 0{line:03}"),
        _ => format!("01632 960{line:03}"),
    }
}

/// An e-mail address made of a name: `Siân O'Brien` is `sian.obrien@example.org`, or with a number.
pub fn email(rng: &mut Rng, name: &str) -> String {
    let plain: String = name.to_lowercase().chars().filter_map(address_character).collect();
    let number = if rng.percent(35) { rng.between(2, 99).to_string() } else { String::new() };
    format!("{plain}{number}@{}", rng.pick(&["example.com", "example.org", "example.net"]))
}

/// The character of an address for one of a name.
fn address_character(letter: char) -> Option<char> {
    match letter {
        ' ' => Some('.'),
        'á' | 'â' => Some('a'),
        'é' | 'ë' => Some('e'),
        'ø' => Some('o'),
        'ü' => Some('u'),
        plain => plain.is_ascii_alphanumeric().then_some(plain),
    }
}

/// The text of a note.
pub fn note(rng: &mut Rng) -> String {
    format!("{}: {}.", rng.pick(WHO), rng.pick(WHAT))
}

/// A yearly salary, in pounds.
pub fn salary(rng: &mut Rng) -> String {
    (rng.between(48, 190) * 500).to_string()
}

/// A daily rate, in pounds.
pub fn rate(rng: &mut Rng) -> String {
    format!("{}.00", rng.between(32, 130) * 5)
}
