//! Where a text is wrong, and terms that do not go together.

/// Where a text is no query, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {position}{}: {message}", shown(piece))]
pub struct QueryTextError {
    /// Where the piece begins, in characters from 0.
    pub position: usize,
    /// What stands there; empty at the end of the text or of a term.
    pub piece: String,
    /// What is wrong with it, and what was expected.
    pub message: String,
}

/// A term that cannot hold together with those before it, or has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TermConflict {
    /// Its place among the terms, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub message: String,
}

/// The piece in a sentence, which stays one line and short.
fn shown(piece: &str) -> String {
    const LONGEST: usize = 40;
    let mut characters = piece.chars();
    let start: String = characters.by_ref().take(LONGEST).flat_map(char::escape_debug).collect();
    match (piece, characters.next()) {
        ("", _) => String::new(),
        (_, None) => format!(", “{start}”"),
        (_, Some(_)) => format!(", “{start}…”"),
    }
}
