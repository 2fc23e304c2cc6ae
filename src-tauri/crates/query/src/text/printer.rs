//! Printer: writes a query as text, with quotes only where the lexer needs them.

use std::fmt::{Display, Formatter, Result, Write};

use event::Reading;

use super::lexer::operator;
use super::parser::COLUMNS;
use super::predicates;
use super::{Condition, QueryText, TextTerm};

impl Display for QueryText {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        for (index, term) in self.terms().iter().enumerate() {
            if index > 0 {
                to.write_char(' ')?;
            }
            term.fmt(to)?;
        }
        Ok(())
    }
}

impl Display for TextTerm {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        if self.off {
            to.write_char('-')?;
        }
        self.condition.fmt(to)
    }
}

impl Display for Condition {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        match self {
            Self::Values { column, values, exclude } => {
                let name = COLUMNS.iter().find(|(_, one)| one == column);
                to.write_str(name.map_or(column.name(), |(name, _)| name))?;
                to.write_str(if *exclude { "!=" } else { "=" })?;
                alternatives(values, to)
            }
            Self::Contains(text) => {
                let characters: Vec<char> = text.chars().collect();
                let bare = !text.starts_with('-')
                    && (0..characters.len()).all(|at| operator(&characters[at..]).is_none());
                if bare { value(text, to) } else { quoted(text, to) }
            }
            Self::Like(text) => {
                to.write_str("like=")?;
                value(text, to)
            }
            Self::Since(time) => write!(to, "since={time}"),
            Self::Until(time) => write!(to, "until={time}"),
            Self::Zone(zone) => write!(to, "zone={zone}"),
            Self::As(reading) => write!(to, "as={}", name_of(reading, &READINGS)),
            Self::Known(time) => write!(to, "known={time}"),
            Self::NoOpsHidden => to.write_str("noops=hidden"),
            Self::Marked(mark, has) => {
                write!(to, "{}={}", mark.name(), name_of(has, &YES_OR_NO))
            }
            Self::Predicate(predicate) => predicates::write(predicate, to),
            Self::Window(setting) => setting.fmt(to),
        }
    }
}

fn alternatives(values: &[String], to: &mut Formatter<'_>) -> Result {
    for (index, one) in values.iter().enumerate() {
        if index > 0 {
            to.write_char('|')?;
        }
        value(one, to)?;
    }
    Ok(())
}

/// Names of the readings in a text.
pub(super) const READINGS: [(&str, Reading); 2] =
    [("recorded", Reading::Recorded), ("corrected", Reading::Corrected)];

/// Names of whether something holds.
pub(super) const YES_OR_NO: [(&str, bool); 2] = [("yes", true), ("no", false)];

/// The name of a value, among the names of its kind.
pub(super) fn name_of<T: PartialEq>(one: &T, names: &[(&'static str, T)]) -> &'static str {
    names.iter().find(|(_, other)| other == one).map_or("", |(name, _)| name)
}

/// Writes a value, in quotes where it needs them.
pub(super) fn value(text: &str, to: &mut Formatter<'_>) -> Result {
    let separates = |one: char| one.is_whitespace() || one.is_control() || "|\"".contains(one);
    let bare = !text.is_empty()
        && !text.starts_with(['!', '\\', '=', '~', '^', '<', '>'])
        && !text.contains(separates);
    if bare { to.write_str(text) } else { quoted(text, to) }
}

/// Writes a value in quotes.
pub(super) fn quoted(text: &str, to: &mut Formatter<'_>) -> Result {
    to.write_char('"')?;
    for one in text.chars() {
        match one {
            '"' => to.write_str("\\\"")?,
            '\\' => to.write_str("\\\\")?,
            '\n' => to.write_str("\\n")?,
            '\r' => to.write_str("\\r")?,
            '\t' => to.write_str("\\t")?,
            other => to.write_char(other)?,
        }
    }
    to.write_char('"')
}
