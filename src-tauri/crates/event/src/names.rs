//! Names of records, for people: from the fields that were chosen for their type, or by guess.

use std::collections::BTreeMap;

use crate::State;

/// Fields that are a display name by themselves, by precedence.
const NAMES: [&str; 5] = ["name", "full_name", "name.official_full", "title", "display_name"];

/// Fields of a first and a last name, by precedence.
const NAME_PAIRS: [[&str; 2]; 2] = [["first_name", "last_name"], ["name.first", "name.last"]];

/// The fields that were chosen to name the records of a type, by type. The name of a record of another
/// type is guessed, as [`State::name`] does. The default is that none were chosen.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use event::{FieldValue, NameFields, State};
///
/// let value = |value: &str| FieldValue { value: Some(value.into()), event: 0, correction: None };
/// let mut invoice = State::default();
/// invoice.fields.insert("title".into(), value("Invoice"));
/// invoice.fields.insert("number".into(), value("2024-17"));
///
/// let guessed = NameFields::default();
/// assert_eq!(guessed.name("invoice", &invoice).as_deref(), Some("Invoice"));
/// let chosen = NameFields::from(BTreeMap::from([("invoice".into(), vec!["number".into()])]));
/// assert_eq!(chosen.name("invoice", &invoice).as_deref(), Some("2024-17"));
/// assert_eq!(chosen.name("receipt", &invoice).as_deref(), Some("Invoice"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct NameFields(BTreeMap<String, Vec<String>>);

impl From<BTreeMap<String, Vec<String>>> for NameFields {
    fn from(chosen: BTreeMap<String, Vec<String>>) -> Self {
        Self(chosen)
    }
}

impl NameFields {
    /// The fields that were chosen, by type.
    pub fn chosen(&self) -> &BTreeMap<String, Vec<String>> {
        &self.0
    }

    /// Name of a record of a type in a state; `None` if it has none. The values of several chosen fields
    /// are put one after the other, without those that are blank.
    pub fn name(&self, entity_type: &str, state: &State) -> Option<String> {
        let Some(fields) = self.0.get(entity_type) else { return state.name() };
        let values: Vec<String> = fields.iter().filter_map(|field| state.text_of(field)).collect();
        (!values.is_empty()).then(|| values.join(" "))
    }

    /// Whether the name of a record of a type may depend on a field.
    pub fn may_name(&self, entity_type: &str, field: &str) -> bool {
        match self.0.get(entity_type) {
            Some(fields) => fields.iter().any(|name| name == field),
            None => NAMES.iter().chain(NAME_PAIRS.iter().flatten()).any(|name| *name == field),
        }
    }
}

impl State {
    /// Guesses the name of the record, from the first of these fields that is not blank: `name`,
    /// `full_name`, `name.official_full`, `title`, `display_name`; else the first and last name
    /// together. `None` if there is none.
    pub fn name(&self) -> Option<String> {
        NAMES.iter().find_map(|name| self.text_of(name)).or_else(|| {
            let both = |[first, last]: &[&str; 2]| {
                Some(format!("{} {}", self.text_of(first)?, self.text_of(last)?))
            };
            NAME_PAIRS.iter().find_map(both)
        })
    }

    /// Value of a field without the blanks at its edges; `None` if nothing is left.
    fn text_of(&self, field: &str) -> Option<String> {
        let value = self.fields.get(field)?.value.as_deref()?.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}
