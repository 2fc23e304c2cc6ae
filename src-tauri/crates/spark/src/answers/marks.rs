//! What amendments make of events: the amendments of the journal, and the events that they are about.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use event::{Address, Entry, Mark, Place, RecordId, Timeline};
use query::CancellationToken;

use crate::Error;
use crate::rows::{entries, entry_columns, texts_batch};
use crate::snapshot::{EVENTS, Snapshot};
use crate::sql::Statement;

/// Condition that an event is an amendment.
const IS_AMENDMENT: &str = "`action` in ('correct', 'void', 'note')";

/// Amendments of the journal and the events that they are about, and the marks that these have.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// View of the ids of events that have marks: `marked_id`, and a column for each mark.
    pub view: Option<String>,
    /// Marks by the digest of the event.
    by_digest: HashMap<Arc<str>, BTreeSet<Mark>>,
    /// Timelines of the amended records, of amendments and what they may be about alone.
    pub timelines: Vec<Timeline>,
}

impl Marks {
    /// Sets the marks of an entry.
    pub fn set(&self, entry: &mut Entry) {
        let Place::SomeFile { digest } = &entry.place else { return };
        entry.marks = self.by_digest.get(digest).cloned().unwrap_or_default();
    }
}

impl Snapshot {
    /// The marks of all events, found once.
    pub async fn marks(&self, token: &CancellationToken) -> Result<Arc<Marks>, Error> {
        let found = self.marks.get_or_try_init(|| async {
            if self.has_amendments {
                self.find_marks(token).await.map(Arc::new)
            } else {
                Ok(Arc::default())
            }
        });
        found.await.map(Arc::clone)
    }

    async fn find_marks(&self, token: &CancellationToken) -> Result<Marks, Error> {
        let columns = entry_columns(&self.others);
        let text = format!("select {columns} from {EVENTS} where {IS_AMENDMENT}");
        let mut found = Vec::new();
        for batch in self.rows(Statement::default(), text, token).await? {
            found.extend(entries(&batch, &self.others)?);
        }
        let mut ids = BTreeSet::new();
        for corrects in found.iter().filter_map(|entry| entry.event.corrects.as_deref()) {
            ids.insert(corrects.to_owned());
            ids.extend(Address::readings(corrects).into_iter().map(|address| address.event_id));
        }
        if !ids.is_empty() {
            let named = texts_batch(&[("named_id", ids.into_iter().collect())])?;
            let named = self.view_of_rows("named", &[named], token).await?;
            let text = format!(
                "select {columns} from {EVENTS} left semi join {named} on {EVENTS}.`event_id` = \
                 {named}.`named_id` where not {IS_AMENDMENT}"
            );
            for batch in self.rows(Statement::default(), text, token).await? {
                found.extend(entries(&batch, &self.others)?);
            }
        }
        self.marks_of(found, token).await
    }

    async fn marks_of(&self, found: Vec<Entry>, token: &CancellationToken) -> Result<Marks, Error> {
        let mut by_record: BTreeMap<RecordId, Vec<Entry>> = BTreeMap::new();
        for entry in found {
            by_record.entry(entry.event.record()).or_default().push(entry);
        }
        let mut marks = Marks::default();
        let mut by_id: BTreeMap<String, BTreeSet<Mark>> = BTreeMap::new();
        for entries in by_record.into_values() {
            let timeline = Timeline::new(entries);
            for entry in timeline.entries().iter().filter(|entry| !entry.marks.is_empty()) {
                if let Place::SomeFile { digest } = &entry.place {
                    marks.by_digest.insert(Arc::clone(digest), entry.marks.clone());
                    by_id.entry(entry.event.event_id.clone()).or_default().extend(&entry.marks);
                }
            }
            marks.timelines.push(timeline);
        }
        if !by_id.is_empty() {
            let has = |mark: Mark| {
                by_id.values().map(|marks| marks.contains(&mark).to_string()).collect::<Vec<_>>()
            };
            let [corrected, voided, noted] = Mark::NAMES.map(|(name, mark)| (name, has(mark)));
            let ids = ("marked_id", by_id.keys().cloned().collect());
            let view = texts_batch(&[ids, corrected, voided, noted])?;
            marks.view = Some(self.view_of_rows("marked", &[view], token).await?);
        }
        Ok(marks)
    }
}
