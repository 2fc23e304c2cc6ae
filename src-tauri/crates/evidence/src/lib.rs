//! What leaves Daybook: exports of the events of a question, as CSV, XLSX, NDJSON or Parquet, and as an
//! extract, which is a bucket; and pictures of a question.
//!
//! NDJSON and Parquet are exact. CSV and XLSX are for spreadsheets: what these would run gets an
//! apostrophe, and each altered cell is counted and listed. An export is read as a stream and written
//! aside, so that memory holds a part of it, and what was not finished is not left behind.
//!
//! Further columns of foreign files are columns of their own in tables, whose names have to be known before
//! the first row: the engine is asked for them first.
//!
//! Begin reading at [`Export`]; each form has a module of its own, [`RowsExport`] is of rows in SQL, [`About`] is what is told about it. A
//! [`Picture`] is drawn of an answer.

mod about;
mod altered;
mod aside;
mod csv;
mod error;
mod export;
mod extract;
mod ndjson;
mod parquet_file;
mod picture;
mod row;
mod rows;
mod sentences;
mod spreadsheet;
#[cfg(test)]
mod tests;
mod xlsx;

pub use about::About;
pub use aside::write_file;
pub use csv::append_line;
pub use error::Error;
pub use export::{Export, Form, Progress, form_of};
pub use picture::{Picture, PictureForm};
pub use rows::{RowsExport, RowsExported};
pub use sentences::left_out;
pub use spreadsheet::{LONGEST_CELL, is_too_long};
pub use xlsx::MOST_EVENTS_OF_A_SHEET;
