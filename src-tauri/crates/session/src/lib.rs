//! One opened journal: what lies in its bucket and what waits in its outbox, read and written
//! together. Every shell (the window, the command line) calls this, and nothing below it.
//!
//! It decides nothing about events: `event` says what they mean, `journal` how they are recorded,
//! `reader` how they are found.

mod error;
mod home;
mod logs;
mod recording;
mod session;
mod settings;

pub use bucket::OpenError;
pub use error::{Error, Kind};
pub use home::Home;
pub use logs::start_logs;
pub use recording::Recording;
pub use session::{Access, JournalSession, Options};
pub use settings::{ColumnLayout, RecentBucket, SavedView, Settings, Theme};
