//! Commands of the window. Each parses its arguments, makes one call, and converts the answer.
//!
//! In this folder: `open` has opening, status and settings, `read` the questions, `write`
//! amendments, notes and the flush, `query_text` the text form of a view, `views` views as files, `picture`
//! pictures, `export` exports, `import` what tables bring, and `sql` questions in SQL; `dialogs` asks where files are.

pub(crate) mod dialogs;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod open;
pub(crate) mod picture;
pub(crate) mod query_text;
pub(crate) mod read;
pub(crate) mod sql;
pub(crate) mod views;
pub(crate) mod write;
