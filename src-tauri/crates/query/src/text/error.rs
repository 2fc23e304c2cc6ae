//! Errors of a text, and conflicts of terms.

/// Error of a text that is not a query: its position, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {position}{}: {message}", shown(piece))]
pub struct QueryTextError {
    /// Position of the wrong piece, in characters from 0.
    pub position: usize,
    /// Piece of the text at that position; empty at the end of the text or of a term.
    pub piece: String,
    /// Message: what is wrong, and what was expected.
    pub message: String,
}

/// Conflict of a term with those before it, or a term without a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TermConflict {
    /// Index of the term, from 0.
    pub index: usize,
    /// Message: what is wrong with the term.
    pub message: String,
}

/// Piece as a part of the message: on one line, and cut to 40 characters.
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
