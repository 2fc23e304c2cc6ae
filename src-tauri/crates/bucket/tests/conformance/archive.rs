//! Archives: where a journal lies in one, and what is named instead of read.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use bucket::{Bucket, Listing, Location, OpenError, ReadError};
use rawzip::{CompressionMethod, ZipArchiveWriter};
use tempfile::TempDir;

/// More than any of these files has.
const LIMIT: u64 = 1 << 20;

/// An archive with these entries; those whose names end in `/` are folders.
pub fn pack(ending: &str, entries: &[(&str, &[u8])]) -> Vec<u8> {
    match ending {
        "zip" => zip(CompressionMethod::DEFLATE, entries),
        _ => tar(entries),
    }
}

fn zip(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in entries {
        if name.ends_with('/') {
            archive.new_dir(*name).create().unwrap();
            continue;
        }
        let (mut entry, config) =
            archive.new_file(*name).compression_method(method).start().unwrap();
        let packer: Box<dyn Write> = match method {
            CompressionMethod::DEFLATE => Box::new(flate2::write::DeflateEncoder::new(
                &mut entry,
                flate2::Compression::fast(),
            )),
            CompressionMethod::ZSTD => {
                Box::new(zstd::stream::write::Encoder::new(&mut entry, 1).unwrap().auto_finish())
            }
            _ => Box::new(&mut entry),
        };
        let mut writer = config.wrap(packer);
        writer.write_all(bytes).unwrap();
        let (packer, descriptor) = writer.finish().unwrap();
        drop(packer);
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        let is_folder = name.ends_with('/');
        header.set_entry_type(if is_folder {
            tar::EntryType::Directory
        } else {
            tar::EntryType::Regular
        });
        archive.append_data(&mut header, name, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

/// An archive on this device, which goes when this is dropped.
struct Packed(TempDir, String);

impl Packed {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let packed = Self(tempfile::tempdir().unwrap(), name.to_owned());
        fs::write(packed.path(), bytes).unwrap();
        packed
    }

    fn path(&self) -> PathBuf {
        self.0.path().join(&self.1)
    }

    fn open(&self) -> Result<Bucket, OpenError> {
        Bucket::open(&Location::Local(self.path()))
    }

    fn listing(&self) -> Listing {
        self.open().unwrap().blocking_list_all().unwrap()
    }

    /// Why it does not open, without where it lies.
    fn refused(&self) -> String {
        let refused = self.open().unwrap_err().to_string();
        refused.replace(&self.path().display().to_string(), &self.1)
    }
}

/// Names of the files, and what is named instead.
fn told(listing: &Listing) -> Vec<String> {
    let files = listing.files.iter().map(|file| file.name.clone());
    let named = listing.lookalikes.iter().map(|one| format!("{} {}", one.name, one.reason));
    files.chain(named).collect()
}

/// Bytes in which one text stands in place of another of its length.
fn with(bytes: &[u8], text: &str, other: &str) -> Vec<u8> {
    assert_eq!(text.len(), other.len());
    let mut bytes = bytes.to_vec();
    let mut replaced = false;
    for at in 0..=bytes.len() - text.len() {
        if bytes[at..].starts_with(text.as_bytes()) {
            bytes[at..at + text.len()].copy_from_slice(other.as_bytes());
            replaced = true;
        }
    }
    assert!(replaced, "{text}");
    bytes
}

#[test]
fn a_journal_is_found_wherever_it_lies() {
    let table: [(&[&str], &[&str]); 12] = [
        (
            &["journal/a.parquet", "journal/2024/b.parquet", "c.parquet"],
            &["2024/b.parquet", "a.parquet"],
        ),
        (&["firm/journal/a.parquet", "firm/readme"], &["a.parquet"]),
        (&["./journal/a.parquet"], &["a.parquet"]),
        (&["data/journal/a.parquet", "bagit.txt"], &["a.parquet"]),
        (&["bag/data/journal/a.parquet", "bag/bagit.txt"], &["a.parquet"]),
        (&["journal/journal/a.parquet"], &["journal/a.parquet"]),
        (&["journal/a.parquet", "empty/journal/"], &["a.parquet"]),
        (&["journal/"], &[]),
        (&["firm/journal/", "firm/other"], &[]),
        (&["journal/a.parquet", "__MACOSX/journal/._a.parquet"], &["a.parquet"]),
        (&["export/a.parquet", "export/b.parquet"], &["a.parquet", "b.parquet"]),
        (&["actor=Tom/a.parquet", "c.parquet"], &["actor=Tom/a.parquet", "c.parquet"]),
    ];
    for (entries, files) in table {
        let entries: Vec<(&str, &[u8])> = entries.iter().map(|name| (*name, &b"x"[..])).collect();
        let entries: Vec<(&str, &[u8])> = entries
            .into_iter()
            .map(|(name, bytes)| (name, if name.ends_with('/') { &b""[..] } else { bytes }))
            .collect();
        for ending in ["zip", "tar"] {
            if ending == "zip" && entries[0].0.starts_with("./") {
                continue;
            }
            let packed = Packed::new(&format!("firm.{ending}"), &pack(ending, &entries));
            let names: Vec<String> =
                packed.listing().files.into_iter().map(|file| file.name).collect();
            assert_eq!(names, files, "{ending} {entries:?}");
        }
    }
}

#[test]
fn what_is_no_archive_with_one_journal_is_refused_in_one_sentence() {
    let one: &[(&str, &[u8])] = &[("journal/a.parquet", b"x")];
    let two: &[(&str, &[u8])] = &[("a/journal/a.parquet", b"x"), ("b/journal/b.parquet", b"x")];
    let none: &[(&str, &[u8])] = &[("readme.txt", b"x")];
    let whole = pack("zip", one);
    let opens = "cannot be opened: it";
    let table: [(&str, &[u8], &str); 9] = [
        ("firm.zip", b"", &format!("the archive firm.zip {opens} is no whole zip file: ")),
        (
            "firm.zip",
            &whole[..whole.len() - 30],
            &format!("the archive firm.zip {opens} is no whole"),
        ),
        (
            "FIRM.ZIP",
            &pack("tar", one),
            &format!("the archive FIRM.ZIP {opens} is no whole zip file"),
        ),
        ("firm.tar", &whole, &format!("the archive firm.tar {opens} is no tar file")),
        (
            "firm.zip",
            &pack("zip", two),
            &format!(
                "the archive firm.zip {opens} holds 2 journals (a/journal, b/journal): unpack it"
            ),
        ),
        (
            "firm.tar",
            &pack("tar", none),
            &format!(
                "the archive firm.tar {opens} holds no folder named journal, and no Parquet file"
            ),
        ),
        (
            "firm.tar.gz",
            b"x",
            "firm.tar.gz is packed as a whole, and cannot be read in place: unpack it by `tar -xzf \
             firm.tar.gz`, and open what comes of it",
        ),
        (
            "firm.7z",
            b"x",
            "firm.7z is packed as a whole, and cannot be read in place: unpack it by `7z x",
        ),
        (
            "firm.doc",
            b"x",
            "firm.doc is a file, and neither a folder nor an archive (.zip or .tar)",
        ),
    ];
    for (name, bytes, why) in table {
        let refused = Packed::new(name, bytes).refused();
        assert!(refused.starts_with(why), "{refused}");
    }
}

#[test]
fn whatever_packs_a_file_it_comes_out_as_it_was() {
    let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let entries: &[(&str, &[u8])] = &[("journal/ä b.parquet", &bytes), ("journal/c.parquet", b"")];
    let archives = [
        ("firm.zip", zip(CompressionMethod::STORE, entries), true),
        ("firm.zip", zip(CompressionMethod::DEFLATE, entries), false),
        ("firm.zip", zip(CompressionMethod::ZSTD, entries), false),
        ("firm.tar", tar(entries), true),
    ];
    for (name, archive, is_as_it_is) in archives {
        let packed = Packed::new(name, &archive);
        let (bucket, listing) = (packed.open().unwrap(), packed.listing());
        let sizes: Vec<(&str, u64)> =
            listing.files.iter().map(|file| (file.name.as_str(), file.size)).collect();
        assert_eq!(sizes, [("c.parquet", 0), ("ä b.parquet", 400_000)]);
        let file = &listing.files[1];
        assert_eq!(bucket.blocking_read(file, LIMIT).unwrap(), bytes, "{name}");
        let short = bucket.blocking_read(file, 399_999);
        assert!(matches!(short, Err(ReadError::TooLarge { size: 400_000, limit: 399_999 })));
        // One of any size is read where it lies; nothing is unpacked to disk.
        let open = bucket.blocking_open(file);
        assert_eq!(open.is_ok(), is_as_it_is, "{open:?}");
        if let Ok(open) = open {
            assert_eq!(open.sha256().unwrap(), sha256(&bytes));
            let end = &bytes[bytes.len() - 7..];
            assert!(open.ends_with(end).unwrap() && !open.ends_with(b"another").unwrap());
        }
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

#[test]
fn r14_what_is_wrong_in_an_archive_is_named() {
    let entries: &[(&str, &[u8])] = &[
        ("journal/a.parquet", b"first"),
        ("journal/b.parquet", b"other"),
        ("xx/c.parquet", b"out"),
    ];
    let doubled = "b.parquet is in the archive more than once";
    let outside = "has a path that leads out of the archive";
    for ending in ["zip", "tar"] {
        let packed = pack(ending, entries);
        let name = format!("firm.{ending}");
        let told = |bytes: &[u8]| told(&Packed::new(&name, bytes).listing());
        assert_eq!(told(&packed), ["a.parquet", "b.parquet"]);
        if ending == "zip" {
            let twice = with(&packed, "journal/a.p", "journal/b.p");
            assert_eq!(told(&twice), [doubled]);
            let leading_out = with(&packed, "xx/c", "../c");
            let named = format!("../c.parquet {outside}");
            assert_eq!(told(&leading_out), ["a.parquet", "b.parquet", &named]);
            let absolute = with(&packed, "xx/c", "/x/c");
            assert_eq!(told(&absolute)[2], format!("/x/c.parquet {outside}"));
        }
    }
    let twice: &[(&str, &[u8])] = &[("journal/b.parquet", b"x"), ("journal/b.parquet", b"y")];
    assert_eq!(told(&Packed::new("firm.tar", &tar(twice)).listing()), [doubled]);
    let mut linked = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    linked.append_link(&mut header, "journal/a.parquet", "/etc/passwd").unwrap();
    let linked = Packed::new("firm.tar", &linked.into_inner().unwrap());
    assert_eq!(told(&linked.listing()), ["a.parquet is a link, which is not followed"]);
}

/// Flags of an entry, as its header and the directory have them.
#[test]
fn r14_what_is_encrypted_or_packed_otherwise_is_named() {
    let plain =
        zip(CompressionMethod::STORE, &[("journal/a.parquet", b"x"), ("journal/b.parquet", b"y")]);
    let directory = plain.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let table = [
        (8, 1, "is encrypted".to_owned()),
        (10, 12, "is packed by the method 12 (BZIP2), which is not read: pack it by deflate, or not at all".to_owned()),
    ];
    for (at, value, reason) in table {
        let mut bytes = plain.clone();
        bytes[directory + at] |= value;
        let listing = Packed::new("firm.zip", &bytes).listing();
        assert_eq!(told(&listing), ["b.parquet".to_owned(), format!("a.parquet {reason}")]);
    }
}

#[test]
fn r14_files_that_share_their_bytes_are_named() {
    let plain =
        zip(CompressionMethod::STORE, &[("journal/a.parquet", b"x"), ("journal/b.parquet", b"x")]);
    // The directory's second record leads to the first file.
    let second = plain.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    let mut bytes = plain;
    bytes[second + 42..second + 46].fill(0);
    let listing = Packed::new("firm.zip", &bytes).listing();
    assert_eq!(listing.files.len(), 1);
    assert!(told(&listing)[1].ends_with("shares its bytes with another file of the archive"));
}

#[test]
fn r14_a_size_or_checksum_that_is_claimed_is_not_believed() {
    let plain = zip(CompressionMethod::DEFLATE, &[("journal/a.parquet", &[b'x'; 1000])]);
    let directory = plain.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    for (at, what) in [(16, "checksum"), (24, "size")] {
        for other in [0, 0xff] {
            let mut bytes = plain.clone();
            bytes[directory + at] = other;
            let packed = Packed::new("firm.zip", &bytes);
            let (bucket, file) = (packed.open().unwrap(), packed.listing().files.remove(0));
            let why = bucket.blocking_read(&file, LIMIT).unwrap_err().to_string();
            let expected =
                format!("it is not of the {what} that the archive's directory has of it");
            assert_eq!(why, format!("cannot be read: {expected}"));
        }
    }
}

#[test]
fn r14_a_tar_file_that_is_cut_short_says_so() {
    let entries: &[(&str, &[u8])] =
        &[("journal/a.parquet", &[b'a'; 700]), ("journal/b.parquet", &[b'b'; 700])];
    let whole = tar(entries);
    let cut = "may hold more: the archive is cut short";
    let table: [(usize, &[&str]); 4] = [
        // A header and two blocks each, and the end.
        (6 * 512 + 512, &["a.parquet", "b.parquet"]),
        (6 * 512, &["a.parquet", "b.parquet", cut]),
        (6 * 512 - 700, &["a.parquet", "b.parquet is cut short, as the archive is", cut]),
        (3 * 512, &["a.parquet", cut]),
    ];
    for (size, expected) in table {
        let packed = Packed::new("firm.tar", &whole[..size]);
        let told: Vec<String> =
            told(&packed.listing()).iter().map(|one| one.replace("journal may", "may")).collect();
        assert_eq!(told, expected, "{size}");
    }
    let within_a_header = Packed::new("firm.tar", &whole[..3 * 512 + 100]);
    assert!(told(&within_a_header.listing())[1].starts_with("journal may hold more"));
}

/// Whatever is cut or altered: no panic, and no file is read as another than the directory describes.
#[test]
fn r14_a_damaged_archive_opens_or_says_why_not() {
    let entries: &[(&str, &[u8])] =
        &[("journal/a.parquet", &[7; 300]), ("journal/b.parquet", b"b")];
    for ending in ["zip", "tar"] {
        let whole = pack(ending, entries);
        let name = format!("firm.{ending}");
        for at in 0..whole.len().min(2_000) {
            for damaged in [whole[..at].to_vec(), {
                let mut altered = whole.clone();
                altered[at] ^= 0x55;
                altered
            }] {
                let packed = Packed::new(&name, &damaged);
                let Ok(bucket) = packed.open() else { continue };
                for file in bucket.blocking_list_all().unwrap().files {
                    drop(bucket.blocking_read(&file, LIMIT));
                    drop(
                        bucket
                            .blocking_open(&file)
                            .and_then(|open| open.sha256().map_err(|_| ReadError::Changed)),
                    );
                }
            }
        }
    }
}

#[test]
fn an_archive_is_only_read() {
    let packed = Packed::new(
        "firm.zip",
        &pack("zip", &[("journal/.daybook", b"{}"), ("journal/a.parquet", b"x")]),
    );
    let bucket = packed.open().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let why = "firm.zip is an archive, which is only read";
    assert!(runtime.block_on(bucket.probe(1)).unwrap_err().to_string().ends_with(why));
    let created = runtime.block_on(bucket.create("journal/b.parquet", "x".into())).unwrap_err();
    assert!(created.to_string().ends_with(why), "{created}");
    // It is a copy, and not taken for the bucket that has the id.
    assert_eq!((bucket.id().unwrap(), bucket.stored_id().unwrap()), (None, None));
    assert_eq!(bucket.watch(), [packed.path().canonicalize().unwrap().parent().unwrap()]);
}
