//! An outbox whose bytes were flipped, cut off or deleted: whoever reads it, records or flushes is
//! told, or everything acknowledged is there. There is no third way.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use object_store::memory::InMemory;
use rusqlite::Connection;

use super::held::Seeded;
use super::store::Fault;
use super::*;

const DATABASE: &str = "sqlite";
const LOG: &str = "sqlite-wal";
const WITNESS: &str = "seen";

/// How long the pages of the database are, and those of the log with what is before each.
const PAGE: usize = 4096;
const FRAME: usize = PAGE + 24;

/// An outbox as it was when nothing was damaged.
struct Original {
    name: &'static str,
    folder: TempDir,
    /// Of the outbox, with its ending.
    files: Vec<(&'static str, Vec<u8>)>,
    objects: Vec<(String, Bytes)>,
    pending: Vec<Event>,
    copies: AtomicU64,
}

#[derive(Debug, Clone, Copy)]
enum Damage {
    Flip { offset: usize, mask: u8 },
    Cut { length: usize },
    Delete,
}

impl Original {
    /// Records what `work` records, and keeps a copy of the files as they lie there then: with a
    /// write-ahead log, as a killed process leaves them.
    async fn new(name: &'static str, work: impl AsyncFn(&Device, &Journal)) -> Self {
        let device = Device::in_memory();
        let journal = device.journal().await;
        work(&device, &journal).await;
        let outbox = device.outbox_file();
        let files = [DATABASE, LOG, WITNESS];
        let files = files.map(|kind| (kind, fs::read(outbox.with_extension(kind)).unwrap()));
        let (objects, pending) = (device.objects().await, events(journal.pending()).await);
        let folder = device.another_folder();
        let copies = AtomicU64::default();
        Self { name, folder, files: files.to_vec(), objects, pending, copies }
    }

    /// The damages to one of the files: what says where everything lies is flipped byte by byte, the
    /// rest here and there, and the file is cut off at many lengths.
    fn damages(&self, kind: &str) -> Vec<Damage> {
        let bytes = &self.files.iter().find(|file| file.0 == kind).unwrap().1;
        // The first page says where the tables are: the same for all, so once is enough.
        let tables = if self.name == "few" { PAGE } else { 100 };
        let mut damages = vec![Damage::Delete];
        for (offset, byte) in bytes.iter().enumerate() {
            let mask = 1 << (offset % 8);
            let masks = match kind {
                WITNESS => vec![1, 2, 16, 128],
                LOG if offset < 32 || (offset - 32) % FRAME < 24 => vec![mask],
                // A page without cells is the silent kind of damage, and so is a table whose pages
                // are those of another one.
                DATABASE if offset % PAGE < 12 => vec![1, 2, *byte],
                DATABASE if offset < tables => vec![1 & *byte, 2 & *byte],
                _ if offset % 401 == 0 => vec![mask],
                _ => vec![],
            };
            let masks = masks.into_iter().filter(|mask| *mask != 0);
            damages.extend(masks.map(|mask| Damage::Flip { offset, mask }));
            if offset % 1021 == 0 || offset % PAGE == 0 || kind == WITNESS {
                damages.push(Damage::Cut { length: offset });
            }
        }
        damages
    }

    /// A copy in which the file was damaged.
    fn damaged(&self, kind: &str, damage: Damage) -> Damaged<'_> {
        // Another folder each time: a journal that was dropped may still be closing its files, and
        // would remove the log of whatever has their names by then.
        let number = self.copies.fetch_add(1, Ordering::Relaxed);
        let home = self.folder.path().join(number.to_string());
        drop(fs::remove_dir_all(self.folder.path().join(number.wrapping_sub(20).to_string())));
        fs::create_dir_all(home.join("outbox")).unwrap();
        let bucket = Bucket::with_store(Arc::new(InMemory::new()), "a store with faults");
        for (other, bytes) in &self.files {
            let mut bytes = bytes.clone();
            match damage {
                _ if *other != kind => {}
                Damage::Flip { offset, mask } => bytes[offset] ^= mask,
                Damage::Cut { length } => bytes.truncate(length),
                Damage::Delete => continue,
            }
            fs::write(home.join("outbox").join(format!("{OUTBOX}.{other}")), bytes).unwrap();
        }
        Damaged { original: self, home, bucket }
    }
}

/// The name of the outbox of a bucket that is called “a store with faults”.
const OUTBOX: &str = "956056577eff3d93";

struct Damaged<'a> {
    original: &'a Original,
    home: PathBuf,
    bucket: Bucket,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// An error said so.
    Loud,
    /// Every acknowledged event is there.
    Whole,
    /// Neither.
    Silent(String),
}

impl Damaged<'_> {
    async fn read(&self) -> Outcome {
        match Pending::of(&self.bucket, &self.home).events().await {
            Err(_) => Outcome::Loud,
            Ok(pending) if pending == self.original.pending => Outcome::Whole,
            Ok(pending) => Outcome::Silent(format!(
                "reads {} of {}",
                pending.len(),
                self.original.pending.len()
            )),
        }
    }

    /// Records one more event and flushes.
    async fn flush(&self) -> Outcome {
        for (key, bytes) in &self.original.objects {
            self.bucket.create(key, bytes.clone()).await.unwrap();
        }
        let options =
            Options { flush_threshold: u64::MAX, flush_after: NEVER, ..Options::default() };
        let Ok(journal) = Journal::open(self.bucket.clone(), &self.home, options).await else {
            return Outcome::Loud;
        };
        let Ok(late) = journal.record(phone()).await else { return Outcome::Loud };
        let (Ok(_), Ok(mut found)) = (journal.flush().await, journal.pending().events().await)
        else {
            return Outcome::Loud;
        };
        for file in self.bucket.list_all().await.unwrap().files {
            found.extend(read(self.bucket.read(&file, file.size).await.unwrap()));
        }
        let mut acknowledged = self.original.pending.iter().chain([&late]);
        match acknowledged.find(|event| !found.contains(event)) {
            Some(missing) => Outcome::Silent(format!("{:?} is not stored", missing.seq)),
            None => Outcome::Whole,
        }
    }
}

impl Device {
    /// Where nothing is forced to a disk, if this machine has such a place.
    fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() {
            Self::within(tempfile::tempdir_in(memory).unwrap())
        } else {
            Self::new()
        }
    }

    fn another_folder(&self) -> TempDir {
        tempfile::tempdir_in(self.folder.path().parent().unwrap()).unwrap()
    }
}

fn noise(bytes: usize) -> Draft {
    let mut random = Seeded(bytes as u64);
    let value = (0..bytes).map(|_| char::from(b'!' + u8::try_from(random.below(90)).unwrap()));
    Draft { new_value: Some(value.collect()), ..phone() }
}

fn checkpoint(device: &Device) {
    let connection = Connection::open(device.outbox_file()).unwrap();
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    assert_eq!(connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

/// As much as can be in an outbox: a file that was stored without anybody knowing, another one that
/// was not, blocks of all sizes in the database, and more in the write-ahead log.
async fn all_kinds(device: &Device, journal: &Journal) {
    for bytes in [10, 3000, 9000] {
        journal.record_batch(vec![noise(bytes), phone()]).await.unwrap();
    }
    device.store.next_put(Fault::Unreadable);
    journal.flush().await.unwrap_err();
    for number in 0..12 {
        journal.record(noise(10 + 300 * number)).await.unwrap();
    }
    checkpoint(device);
    for number in 0..6 {
        journal.record(noise(20 + 400 * number)).await.unwrap();
    }
}

/// Two small events in the database, as most outboxes are when a program ends.
async fn few(device: &Device, journal: &Journal) {
    journal.record(phone()).await.unwrap();
    journal.record(phone()).await.unwrap();
    checkpoint(device);
}

/// A new outbox, of which nothing has reached the database.
async fn new(_: &Device, journal: &Journal) {
    for _ in 0..3 {
        journal.record(phone()).await.unwrap();
    }
}

/// Everything that was recorded is stored, and then there was more.
async fn flushed_before(device: &Device, journal: &Journal) {
    journal.record_batch(vec![noise(5000), phone()]).await.unwrap();
    journal.flush().await.unwrap();
    journal.record(phone()).await.unwrap();
    journal.record_batch(vec![noise(500), phone()]).await.unwrap();
    checkpoint(device);
}

async fn originals() -> [Original; 4] {
    [
        Original::new("all kinds", all_kinds).await,
        Original::new("few", few).await,
        Original::new("new", new).await,
        Original::new("flushed before", flushed_before).await,
    ]
}

#[tokio::test]
async fn d12_damage_to_an_outbox_is_loud_or_loses_nothing() {
    let (mut silent, mut loud, mut whole) = (Vec::new(), 0, 0);
    for original in originals().await {
        for kind in [DATABASE, LOG] {
            for (number, damage) in original.damages(kind).into_iter().enumerate() {
                let damaged = original.damaged(kind, damage);
                let mut outcome = damaged.read().await;
                // One who was told may go on all the same.
                if outcome == Outcome::Whole || number % 16 == 0 {
                    outcome = damaged.flush().await;
                }
                match outcome {
                    Outcome::Loud => loud += 1,
                    Outcome::Whole => whole += 1,
                    Outcome::Silent(what) => {
                        silent.push(format!("{}, {kind}, {damage:?}: {what}", original.name));
                    }
                }
            }
        }
    }
    println!("{loud} loud, {whole} whole");
    assert!(silent.is_empty(), "{} of {}:\n{}", silent.len(), loud + whole, silent.join("\n"));
    assert!(loud > 500 && whole > 500);
}

/// The mark is there to tell that events are missing. When it is damaged itself, it knows less,
/// and nothing is missing because of that.
#[tokio::test]
async fn d12_a_damaged_high_water_mark_at_worst_knows_less() {
    let mut wrong = Vec::new();
    for original in originals().await {
        for damage in original.damages(WITNESS) {
            let damaged = original.damaged(WITNESS, damage);
            let outcome = [damaged.read().await, damaged.flush().await];
            if outcome != [Outcome::Whole, Outcome::Whole] {
                wrong.push(format!("{}, {damage:?}: {outcome:?}", original.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
