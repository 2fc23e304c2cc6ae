//! Finds the outbox of a bucket among those of this installation.
//!
//! An outbox belongs to the id of its bucket and remembers the place where it last was. A bucket may
//! lose its id, and get another one from another device: its outbox is then that of the same folder, if
//! the bucket holds a file of its writer. One that was made before buckets had ids names the path of its
//! bucket in place of the id: it is taken over for the bucket at that path if that holds a file of its
//! writer, or if nothing of it was ever stored.

use std::fs;
use std::path::{Path, PathBuf};

use bucket::{Bucket, BucketId, FileMeta, Listing, Place};
use rusqlite::{Connection, OptionalExtension};

use super::read::open_for_reading;
use super::schema::paths;
use crate::error::Error;
use crate::file::seqs_in_name;

/// Outbox that was found for a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Path of the database, which may not exist yet where the bucket has an id.
    pub path: PathBuf,
    /// What the database may name its bucket.
    pub names: Vec<String>,
    /// Id that the bucket has, or has to get back; `None` if it is to get a new one.
    pub id: Option<BucketId>,
    /// Whether the place is that of the outbox's bucket, and what is there now has no journal file.
    pub away: bool,
}

/// Outbox of this installation, whichever bucket it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownOutbox {
    pub path: PathBuf,
    /// Id of its bucket; of an outbox of before ids the path.
    pub bucket: String,
    /// Place where the bucket was when it was last opened for writing; `None` if the outbox is of
    /// before ids.
    pub place: Option<Place>,
    /// Name of its log.
    pub writer: String,
    /// Number of pending events.
    pub pending: u64,
    /// Number of events that were stored in the bucket.
    pub stored: u64,
    /// Number of the next event of its log.
    next_seq: u64,
}

/// Finds the outbox of a bucket under `home`; `None` if the bucket has neither an id nor an outbox.
///
/// # Errors
/// [`Error::Identity`] if the bucket's id cannot be read, and [`Error::List`] if its files cannot be
/// listed where they are needed as a proof.
pub(crate) fn find(bucket: &Bucket, home: &Path) -> Result<Option<Found>, Error> {
    match bucket.id()? {
        Some(id) => find_by_id(bucket, home, &id).map(Some),
        None => find_by_place(bucket, home),
    }
}

fn find_by_id(bucket: &Bucket, home: &Path, id: &BucketId) -> Result<Found, Error> {
    let (own, seen) = paths(home, id.as_str());
    let found = |path: PathBuf, names: &[&str]| Found {
        path,
        names: names.iter().map(|&name| name.to_owned()).collect(),
        id: Some(id.clone()),
        away: false,
    };
    if own.exists() || seen.exists() {
        return Ok(found(own, &[id.as_str()]));
    }
    let known = known(home);
    if let Some(adopted) = known.iter().find(|outbox| outbox.bucket == id.as_str()) {
        return Ok(found(adopted.path.clone(), &[id.as_str()]));
    }
    let place = bucket.place();
    let mut here = known.iter().filter(|outbox| outbox.is_of_folder(&place)).peekable();
    if here.peek().is_some() {
        let listing = bucket.blocking_list_all().map_err(Error::List)?;
        if let Some(outbox) = here.find(|outbox| has_file_of(&listing, &outbox.writer)) {
            return Ok(found(outbox.path.clone(), &[id.as_str(), &outbox.bucket]));
        }
    }
    Ok(found(own, &[id.as_str()]))
}

/// Finds the id of a bucket that has none any more, if this installation recorded into it: that of the
/// outbox of its folder or its path, if the bucket holds a file of its writer. `home` is the folder of
/// the application's own data. Blocks while it looks at the bucket.
pub fn lost_id(bucket: &Bucket, home: &Path) -> Option<BucketId> {
    if bucket.stored_id().is_ok_and(|id| id.is_some()) {
        return None;
    }
    find_by_place(bucket, home).ok()?.filter(|found| !found.away)?.id
}

fn find_by_place(bucket: &Bucket, home: &Path) -> Result<Option<Found>, Error> {
    let place = bucket.place();
    let path = place.path.clone();
    let known = known(home);
    let (of_path, seen) = paths(home, &path);
    let is_unreadable = !known.iter().any(|outbox| outbox.path == of_path);
    if is_unreadable && (of_path.exists() || seen.exists()) {
        // Whoever opens it is told what is wrong.
        return Ok(Some(Found { path: of_path, names: vec![path], id: None, away: false }));
    }
    let here = known
        .into_iter()
        .filter(|outbox| outbox.last_path() == path || outbox.is_of_folder(&place));
    let here: Vec<KnownOutbox> = here.collect();
    if here.is_empty() {
        return Ok(None);
    }
    let listing = bucket.blocking_list_all().map_err(Error::List)?;
    let is_its = |outbox: &&KnownOutbox| {
        (outbox.place.is_none() && outbox.stored == 0) || has_file_of(&listing, &outbox.writer)
    };
    let found = |outbox: &KnownOutbox, away| Found {
        path: outbox.path.clone(),
        names: vec![outbox.bucket.clone()],
        id: outbox.place.as_ref().map(|_| BucketId::from_text(&outbox.bucket)),
        away,
    };
    if let Some(outbox) = here.iter().find(is_its) {
        return Ok(Some(found(outbox, false)));
    }
    let recorded = here.iter().find(|outbox| outbox.has_events() && outbox.last_path() == path);
    Ok(recorded.filter(|_| listing.files.is_empty()).map(|outbox| found(outbox, true)))
}

/// Whether one of the files was stored by the log of this name.
fn has_file_of(listing: &Listing, writer: &str) -> bool {
    listing.files.iter().map(FileMeta::key).any(|key| seqs_in_name(&key, writer).is_some())
}

/// All outboxes of this installation that can be read.
pub(crate) fn known(home: &Path) -> Vec<KnownOutbox> {
    let files = fs::read_dir(home.join("outbox")).into_iter().flatten().flatten();
    let databases = files.map(|file| file.path());
    let databases = databases.filter(|path| path.extension().is_some_and(|end| end == "sqlite"));
    let mut known: Vec<KnownOutbox> = databases.filter_map(KnownOutbox::read).collect();
    known.sort_by(|a, b| a.path.cmp(&b.path));
    known
}

impl KnownOutbox {
    /// Reads the outbox at a path; `None` if there is none, or it cannot be read.
    pub(crate) fn read(path: PathBuf) -> Option<Self> {
        let (connection, _) = open_for_reading(&path).ok()?;
        let place = place(&connection).ok()?;
        let sql = "SELECT bucket, writer, next_position - first_position, first_position, next_seq
                   FROM meta";
        let read = connection.query_row(sql, [], |row| {
            Ok(Self {
                path,
                bucket: row.get(0)?,
                place,
                writer: row.get(1)?,
                pending: row.get::<_, i64>(2)?.cast_unsigned(),
                stored: row.get::<_, i64>(3)?.cast_unsigned(),
                next_seq: row.get::<_, i64>(4)?.cast_unsigned(),
            })
        });
        read.ok()
    }

    /// Whether events were ever recorded into it.
    pub(crate) fn has_events(&self) -> bool {
        self.pending + self.stored > 0
    }

    /// Whether a listing has the last event of its log that was stored.
    pub(crate) fn is_all_stored_in(&self, listing: &Listing) -> bool {
        // Pending events may be of an earlier log of this outbox: then less is asked for.
        let Some(last) = self.next_seq.saturating_sub(self.pending).checked_sub(1) else {
            return true;
        };
        let keys = listing.files.iter().map(FileMeta::key);
        let spans = keys.filter_map(|key| seqs_in_name(&key, &self.writer));
        spans.into_iter().any(|(_, end)| end >= last)
    }

    /// Whether its bucket was last in the folder of this place, under whatever path; if it is of before
    /// ids, at its path.
    fn is_of_folder(&self, place: &Place) -> bool {
        match &self.place {
            Some(own) => own.folder.is_some() && own.folder == place.folder,
            None => self.bucket == place.path,
        }
    }

    /// Path at which its bucket last was.
    pub(crate) fn last_path(&self) -> &str {
        self.place.as_ref().map_or(&self.bucket, |place| &place.path)
    }
}

/// Place at which the bucket was when it was last opened for writing; `None` if the outbox is of
/// before ids.
pub(super) fn place(connection: &Connection) -> rusqlite::Result<Option<Place>> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'place')";
    if !connection.query_row(sql, [], |row| row.get(0))? {
        return Ok(None);
    }
    let sql = "SELECT path, device, folder FROM place";
    let place = connection.query_row(sql, [], |row| {
        let number = |at| Ok(row.get::<_, Option<i64>>(at)?.map(i64::cast_unsigned));
        let (device, folder): (rusqlite::Result<_>, rusqlite::Result<_>) = (number(1), number(2));
        Ok(Place { path: row.get(0)?, folder: device?.zip(folder?) })
    });
    place.optional()
}
