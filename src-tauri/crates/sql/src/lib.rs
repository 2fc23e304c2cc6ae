//! SQL questions about a journal.
