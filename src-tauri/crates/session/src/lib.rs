//! A session: one opened journal for every shell, with the events of its bucket and the pending
//! events of this device, read and written together.
//!
//! The shells (the window, the command line) open, read and write a journal only here. What they
//! get are types of the crates below: events and drafts of `event`, questions and answers of
//! `query`, options and statistics of `journal`, progress and sizes of `reader`. The crate also has
//! what all shells share: the application's folders, the settings, and the logs.
//!
//! It never decides what an event means (`event` does), how one is recorded (`journal`) or how one
//! is found (`reader`), and it never writes into a bucket but through `journal`.
//!
//! Begin reading at [`JournalSession`].

mod amendments;
mod ask_sql;
mod cache;
mod cluster;
mod error;
mod home;
mod logs;
mod notices;
mod recording;
mod session;
mod settings;
mod small_file;
mod view_file;

pub use bucket::{Location, LocationKind, OpenError};
pub use cluster::ClusterOptions;
pub use error::{Error, Kind};
pub use home::Home;
pub use logs::start_logs;
pub use reader::Verified;
pub use recording::Recording;
pub use session::{Access, JournalSession, Options, absolute_location};
pub use settings::{ColumnLayout, RecentBucket, SavedMapping, SavedView, Settings, Theme};
pub use small_file::read_text;
pub use view_file::{ViewFile, ViewFileError};
