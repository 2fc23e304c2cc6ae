//! Words that values are composed of.

pub const FIRST_NAMES: [&str; 40] = [
    "Ada", "Alan", "Amina", "Anders", "Aoife", "Aya", "Ben", "Carla", "Chen", "Chloe", "Diego",
    "Elena", "Emma", "Erik", "Fatima", "Femi", "Gita", "Hugo", "Ines", "Ivan", "Jonas", "Kai",
    "Karim", "Kofi", "Lara", "Lucia", "Maja", "Mei", "Nadia", "Nils", "Noor", "Olga", "Omar",
    "Priya", "Ravi", "Sven", "Tara", "Uma", "Yara", "Zoe",
];

pub const LAST_NAMES: [&str; 40] = [
    "Abara", "Andersen", "Baker", "Bauer", "Bianchi", "Castillo", "Chen", "Costa", "Dubois",
    "Eriksen", "Evans", "Fischer", "Garcia", "Gupta", "Haas", "Hughes", "Ito", "Ivanov", "Jansen",
    "Jones", "Kaya", "Khan", "Kim", "Kowalski", "Kumar", "Larsen", "Lopez", "Lund", "Meyer",
    "Moreau", "Nguyen", "Novak", "Okafor", "Patel", "Rossi", "Sato", "Silva", "Torres", "Weber",
    "Yilmaz",
];

/// Words of notes, subjects and tags.
pub const WORDS: [&str; 80] = [
    "account", "agreed", "amount", "approval", "asked", "attached", "balance", "before", "billing",
    "blocked", "call", "canceled", "change", "checked", "client", "closed", "cheque", "colour",
    "contact", "contract", "copy", "customer", "damaged", "date", "delayed", "delivery", "deposit",
    "discount", "document", "due", "double", "email", "error", "expected", "expired", "final",
    "freight", "goods", "invoice", "item", "late", "letter", "manager", "meeting", "missing",
    "moved", "next", "note", "number", "offer", "office", "order", "overdue", "owner", "paid",
    "partial", "payment", "pending", "phone", "price", "promised", "quote", "received", "refund",
    "refused", "reminder", "renewed", "repeat", "reply", "resolved", "returned", "review", "sent",
    "shipment", "signed", "stock", "support", "transfer", "unclear", "warranty",
];

pub const STREETS: [&str; 16] = [
    "Harbour", "Station", "Church", "Mill", "Park", "King", "Queen", "Garden", "Forest", "Lake",
    "Bridge", "School", "Market", "North", "South", "High",
];

pub const CITIES: [&str; 16] = [
    "Aarhus", "Bergen", "Bristol", "Cadiz", "Cork", "Delft", "Gdansk", "Ghent", "Graz", "Kiel",
    "Leeds", "Lyon", "Malmo", "Padua", "Porto", "Turku",
];
