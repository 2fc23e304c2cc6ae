//! What a file of the journal is, byte for byte.

use arrow::array::StringArray;
use parquet::basic::Compression;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::*;
use crate::encode::encode;
use crate::file::File;
use crate::limits::{EVENT_BYTES, MAX_FILE_BYTES, MAX_UNENCODED_BYTES};
use crate::outbox::{Outbox, OutboxReader, outbox_path};

const VALUES: [Option<&str>; 8] = [
    None,
    Some(""),
    Some(" "),
    Some("\t\n"),
    Some("nul \0 inside"),
    Some("Zoë 王 🙂 e\u{301}"),
    Some("\u{202e}gnitirw"),
    Some("=1+1"),
];

/// An outbox without a journal around it.
pub(super) struct Bare {
    pub device: Device,
    pub outbox: Outbox,
    pub reader: OutboxReader,
}

impl Bare {
    pub(super) fn new() -> Self {
        let device = Device::new();
        let id = BucketId::from_text("a store with faults");
        let (path, names) = (outbox_path(&device.home(), &id), [id.as_str().to_owned()]);
        let outbox = Outbox::open(&path, &names, device.random.as_ref()).unwrap();
        let reader = OutboxReader::new(device.bucket(), &device.home());
        Self { device, outbox, reader }
    }

    /// Records the drafts as one block.
    pub(super) fn append(&mut self, drafts: impl IntoIterator<Item = Draft>) -> Vec<Event> {
        let (clock, random) = (self.device.clock.as_ref(), self.device.random.as_ref());
        let requests = vec![drafts.into_iter().collect()];
        self.outbox.append(requests, clock, random).unwrap().events.concat()
    }

    fn next_file(&mut self) -> File {
        let blocks = self.reader.unspooled(u64::MAX).unwrap();
        encode(&blocks, self.reader.path(), self.device.clock.now()).unwrap()
    }
}

#[tokio::test]
async fn values_come_back_as_they_were_given() {
    let device = Device::new();
    let journal = device.journal().await;
    let drafts = VALUES.iter().flat_map(|old| VALUES.map(|new| update("phone", *old, new)));
    let void = Draft {
        workspace_id: Some("ws-1".to_owned()),
        corrects: Some("evt-1@a.parquet#3".to_owned()),
        reason: Some("typed twice".to_owned()),
        action: Action::Void,
        ..phone()
    };
    let recorded = journal.record_batch(drafts.chain([void]).collect()).await.unwrap();

    assert_eq!(events(journal.pending()).await, recorded);
    journal.flush().await.unwrap();
    assert_eq!(device.stored().await, recorded);
    assert_eq!(events(journal.pending()).await, []);
}

#[test]
fn a_file_says_what_it_is() {
    let mut bare = Bare::new();
    bare.append(vec![phone(); 7]);
    let first = bare.next_file();
    bare.outbox.spool(&first).unwrap();
    bare.append([phone()]);
    bare.append([phone(), phone()]);
    let file = bare.next_file();

    let range = "00000000000000000007-00000000000000000009";
    assert_eq!(file.key, format!("journal/20260303_091500_123-{}-{range}.parquet", file.writer));
    assert_eq!((file.first_seq, file.last_seq(), file.events), (7, 9, 3));
    assert_eq!((file.position, file.end()), (7, 10));
    assert_eq!(bare.next_file(), file, "the same events at the same instant");
    let nothing = encode(&[], bare.reader.path(), bare.device.clock.now());
    assert!(matches!(nothing, Err(Error::Encode { .. })));

    let reader = SerializedFileReader::new(file.bytes.clone()).unwrap();
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let ours = metadata.iter().filter(|entry| entry.key.starts_with("daybook."));
    let ours: Vec<_> = ours.map(|e| (e.key.as_str(), e.value.as_deref().unwrap())).collect();
    let format = event::FORMAT.to_string();
    let expected: [(&str, &str); 4] = [
        ("daybook.format", &format),
        ("daybook.writer", &file.writer),
        ("daybook.first_seq", "7"),
        ("daybook.last_seq", "9"),
    ];
    assert_eq!(ours, expected);
    let group = reader.metadata().row_group(0);
    for column in group.columns() {
        assert!(matches!(column.compression(), Compression::ZSTD(_)));
        assert!(column.statistics().is_some(), "{}", column.column_path());
        let name = column.column_path().string();
        let looked_up = ["event_id", "entity_id"].contains(&name.as_str());
        assert_eq!(column.bloom_filter_offset().is_some(), looked_up, "{name}");
    }
    assert_eq!(batches(file.bytes)[0].schema().fields(), event::schema().fields());
}

/// A reader of the first journals: eleven columns of text by position, and nothing of the rest.
#[test]
fn readers_of_the_first_journals_read_our_files() {
    let mut bare = Bare::new();
    let recorded = bare.append([phone(), update("email", None, Some(""))]);
    let file = bare.next_file();

    let batch = &batches(file.bytes)[0];
    let columns: Vec<&StringArray> =
        (0..11).map(|i| batch.columns()[i].as_any().downcast_ref().unwrap()).collect();
    for (row, event) in recorded.iter().enumerate() {
        let texts: Vec<&str> = columns.iter().map(|column| column.value(row)).collect();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        assert_eq!(texts[1].parse::<DateTime<Utc>>().unwrap(), event.timestamp);
        assert_eq!(texts[1], "2026-03-03T09:15:00.123456+00:00");
        let expected = [
            &event.event_id,
            texts[1],
            &event.entity_type,
            &event.entity_id,
            &event.field,
            event.action.as_str(),
            &text(&event.old_value),
            &text(&event.new_value),
            &event.actor,
            &event.source,
            &text(&event.workspace_id),
        ];
        assert_eq!(texts, expected);
    }
}

/// Text that nothing can compress, in values of one size: the most that Parquet can add.
#[test]
fn a_file_stays_under_its_limit() {
    for value_bytes in [1, 40, 3000] {
        let mut state = 88_172_645_463_325_252_u64;
        let mut noise = || {
            let mut byte = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                char::from(b' ' + u8::try_from(state >> 32 & 63).unwrap())
            };
            (0..value_bytes).map(|_| byte()).collect::<String>()
        };
        let drafts = (0..2000).map(|_| {
            let (old, new) = (noise(), noise());
            update("phone", Some(&old), Some(&new))
        });
        let mut bare = Bare::new();
        let recorded = bare.append(drafts);
        let file = bare.next_file();
        // Ids and times, which `EVENT_BYTES` does not count, add more than 100 bytes to each.
        let counted = recorded.len() * (EVENT_BYTES + 100 + 2 * value_bytes);
        assert!(file.bytes.len() < counted + (16 << 10), "{} of {counted}", file.bytes.len());
    }
    const { assert!(MAX_UNENCODED_BYTES + (1 << 20) < MAX_FILE_BYTES) }
}
