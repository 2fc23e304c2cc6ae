//! What was acknowledged by other processes, held against what is there.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// The log of one installation in a folder with a bucket and a home.
pub(super) struct Ledger {
    folder: PathBuf,
    files: BTreeSet<PathBuf>,
    /// By their number in the log.
    stored: BTreeMap<u64, Event>,
    /// Acknowledged, and not in the bucket when last looked at.
    waiting: Vec<Event>,
    acknowledged: usize,
}

impl Ledger {
    pub(super) fn new(folder: &Path) -> Self {
        let (files, stored) = (BTreeSet::new(), BTreeMap::new());
        let folder = folder.to_owned();
        Self { folder, files, stored, waiting: Vec::new(), acknowledged: 0 }
    }

    pub(super) fn acknowledge(&mut self, events: Vec<Event>) {
        self.acknowledged += events.len();
        self.waiting.extend(events);
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// Every acknowledged event is there once and as it was acknowledged, no number is missing,
    /// and every batch is whole. Returns how many events wait.
    pub(super) async fn check(&mut self) -> usize {
        let bucket = folder_bucket(&self.folder.join("bucket"));
        let pending = Pending::of(&bucket, &self.folder.join("home"));
        let waiting = events(&pending).await;
        assert_eq!(pending.status().await.unwrap().forks, 0);
        assert_batches_are_whole(&waiting);
        self.read_new_files();

        let mut unstored = BTreeMap::new();
        for event in &waiting {
            match self.stored.get(&event.seq.unwrap()) {
                Some(twin) => assert_eq!(twin, event),
                None => assert!(unstored.insert(event.seq.unwrap(), event).is_none()),
            }
        }
        let events = self.stored.len() + unstored.len();
        let last = self.stored.keys().chain(unstored.keys()).max();
        assert_eq!(last.map_or(0, |last| last + 1), events as u64, "a number is missing");
        let mut all = self.stored.values().chain(unstored.values().copied());
        let writer = all.next().map(|event| event.writer.clone());
        assert!(all.all(|event| Some(&event.writer) == writer.as_ref()), "one installation");
        self.waiting.retain(|event| {
            let seq = event.seq.unwrap();
            let stored = self.stored.get(&seq);
            assert_eq!(stored.or(unstored.get(&seq).copied()), Some(event), "acknowledged");
            stored.is_none()
        });
        waiting.len()
    }

    fn read_new_files(&mut self) {
        for path in files(&self.folder) {
            if self.files.insert(path.clone()) {
                let events = read(std::fs::read(path).unwrap().into());
                assert_batches_are_whole(&events);
                for event in events {
                    let twin = self.stored.insert(event.seq.unwrap(), event);
                    assert!(twin.is_none(), "in two files: {twin:?}");
                }
            }
        }
    }
}

/// The files of the bucket of a folder.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder.join("bucket/journal")) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|kind| kind == "parquet")).collect();
    files.sort();
    files
}

/// Each event of [`child::some`] says how many were recorded together.
fn assert_batches_are_whole(events: &[Event]) {
    let mut batches: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        match &event.batch {
            Some(batch) => batches.entry(batch).or_default().push(event),
            None => assert!([Some("1"), Some("555-0199")].contains(&event.new_value.as_deref())),
        }
    }
    for (batch, events) in batches {
        assert_eq!(events[0].new_value, Some(events.len().to_string()), "{batch}");
    }
}
