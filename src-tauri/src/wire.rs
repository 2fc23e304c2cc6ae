//! Wire types: what crosses between the window and the core, beside the questions and answers of
//! `query`. The TypeScript of these types is generated into `ui/src/ipc/gen` by their tests.
//!
//! Columns keep their names. Instants cross as RFC 3339 in UTC. 64-bit numbers of events cross as
//! text, because JavaScript's numbers cannot hold them all; counts cross as numbers.
//!
//! In this folder: `ask` has pages, views and filters that the window asks for; `event`, `detail`,
//! `pages`, `record` and `timeline` the answers; `amend` amendments and their preview; `status` the
//! open journal; `settings` the settings and recent journals; `location` what a typed location
//! names; `export` exports; `picture` pictures; `import` what tables bring; `sql` questions in SQL; `error` the errors; `columns`
//! generates the list of columns.

mod amend;
mod ask;
#[cfg(test)]
mod columns;
mod detail;
mod error;
mod event;
mod export;
mod import;
mod location;
mod pages;
mod picture;
mod record;
mod settings;
mod sql;
mod status;
mod timeline;

pub use self::import::{ImportFile, ImportPlan, Imported, PlannedEvent};
pub use self::sql::{SqlExported, SqlProgress, SqlReply, SqlRows, SqlText};
pub use amend::{Amend, AmendKind, Preview, PreviewColumn, Recorded};
pub(crate) use ask::{LONGEST_PAGE, cursor};
pub use ask::{NewestEvents, PageFrom, RecordFilters, View};
pub use detail::{CorrectedValue, Effect, EventDetail};
pub use error::{ApiError, ErrorKind};
pub use event::{EventRow, Place, Value};
pub use export::{ExportForm, ExportProgress, ExportRequest, Exported};
pub use location::{LocationKind, NamedLocation};
pub use pages::{ChainBreak, ChainsPage, EventItem, EventsPage, Group, SearchResults, Searched};
pub use picture::{PictureForm, PictureRequest};
pub use record::{Comparison, Field, FieldChange, FieldCorrection, RecordView};
pub use settings::{
    ColumnLayout, Recent, RecentChanges, SavedView, Settings, SettingsChange, Theme,
};
pub(crate) use status::StatusContext;
pub use status::{OpeningFailed, Pending, PendingElsewhere, ReadingProgress, Start, Status};
pub use timeline::{Broken, TimelineFrom, TimelineItem, TimelinePage};
