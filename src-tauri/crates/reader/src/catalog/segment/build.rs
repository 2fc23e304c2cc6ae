//! A segment from the rows of some files.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::io::{self, Write};

use foldhash::fast::RandomState;

use super::block::RowParts;
use super::write::{SegmentWriter, TimeRow};
use super::{ENTITY_TYPE, Row, index, record_hash, row};
use decode::{DecodedRows, DictionaryColumn, encoded_id_hash, event_bytes, log_position};
use event::DIMENSIONS;

/// So many events are compared one by one.
const FEW: usize = 16;

/// The rows of one file.
#[derive(Debug)]
pub(crate) struct Part {
    pub file: String,
    pub rows: DecodedRows,
}

/// Writes a segment of all events of these files, each once. Returns how many rows were left out
/// because they say the same as another.
pub(crate) fn build(mut parts: Vec<Part>, to: impl Write) -> io::Result<usize> {
    parts.sort_by(|a, b| a.file.cmp(&b.file));
    let gathered = Gathered::of(&parts);
    let by_time = gathered.by_time();
    let by_record = gathered.by_record(&by_time);
    let kept = gathered.once_each(&by_record)?;
    let words = gathered.terms.each_ref().map(|column| column.words.clone());
    let mut writer = SegmentWriter::new(to, words);
    let mut places = vec![Row::MAX; gathered.len()];
    let mut entities = vec![0; gathered.len()];
    let mut ids = Vec::with_capacity(kept.len());
    let (mut record, mut records) = (None, 0_u32);
    for &at in &kept {
        if record != Some(gathered.record(at)) {
            record = Some(gathered.record(at));
            writer.begin_record(gathered.hashes[index(gathered.entity_id.codes[index(at)])]);
            records += 1;
        }
        let place = writer.push(&gathered.parts(at))?;
        places[index(at)] = place;
        entities[index(at)] = records - 1;
        let hash = encoded_id_hash(gathered.head(at)).ok_or(io::ErrorKind::InvalidData)?;
        ids.push(u64::from(hash) << 32 | u64::from(place));
    }
    writer.end_records()?;
    for at in by_time.into_iter().filter(|&at| places[index(at)] != Row::MAX) {
        writer.push_time(TimeRow {
            time: gathered.time(at),
            terms: gathered.codes(at),
            entity: entities[index(at)],
            no_op: gathered.no_op(at),
            place: places[index(at)],
        })?;
    }
    ids.sort_unstable();
    let repeated = gathered.len() - kept.len();
    let files = parts.iter().map(|part| part.file.clone()).collect();
    writer.finish(files, ids.into_iter().map(Ok))?;
    Ok(repeated)
}

/// All rows of some files, with codes that mean the same in all of them.
struct Gathered<'a> {
    parts: &'a [Part],
    /// Which file each row is of, and which of its rows.
    at: Vec<(u32, u32)>,
    terms: [DictionaryColumn; DIMENSIONS.len()],
    entity_id: DictionaryColumn,
    /// Of each word of `entity_id`.
    hashes: Vec<u64>,
}

impl<'a> Gathered<'a> {
    fn of(parts: &'a [Part]) -> Self {
        let mut all = Self {
            parts,
            at: Vec::new(),
            terms: Default::default(),
            entity_id: DictionaryColumn::default(),
            hashes: Vec::new(),
        };
        for (file, part) in parts.iter().enumerate() {
            let rows = &part.rows;
            all.at.extend((0..rows.len()).map(|number| (row(file), row(number))));
            for (column, theirs) in all.terms.iter_mut().zip(&rows.terms) {
                column.extend(theirs);
            }
            all.entity_id.extend(&rows.entity_id);
        }
        let hash = |id: &Option<String>| record_hash(id.as_deref().unwrap_or_default());
        all.hashes = all.entity_id.words.iter().map(hash).collect();
        all
    }

    fn len(&self) -> usize {
        self.at.len()
    }

    fn rows(&self, at: Row) -> (&'a DecodedRows, usize) {
        let (file, number) = self.at[index(at)];
        (&self.parts[index(file)].rows, index(number))
    }

    fn time(&self, at: Row) -> i64 {
        let (rows, number) = self.rows(at);
        rows.time[number]
    }

    fn no_op(&self, at: Row) -> u8 {
        let (rows, number) = self.rows(at);
        rows.no_op[number]
    }

    fn head(&self, at: Row) -> &'a [u8] {
        let (rows, number) = self.rows(at);
        rows.head.get(number)
    }

    fn codes(&self, at: Row) -> [u32; DIMENSIONS.len()] {
        self.terms.each_ref().map(|column| column.codes[index(at)])
    }

    /// Type and id, as codes.
    fn record(&self, at: Row) -> (u32, u32) {
        (self.terms[ENTITY_TYPE].codes[index(at)], self.entity_id.codes[index(at)])
    }

    fn parts(&self, at: Row) -> RowParts<'_> {
        let (rows, number) = self.rows(at);
        let (file, _) = self.at[index(at)];
        let entity_id = &self.entity_id.words[index(self.entity_id.codes[index(at)])];
        RowParts {
            time: rows.time[number],
            terms: self.codes(at),
            file,
            number: rows.number[number],
            entity_id: entity_id.as_deref().unwrap_or_default(),
            head: rows.head.get(number),
            values: rows.values.get(number),
        }
    }

    /// The rows in the total order.
    fn by_time(&self) -> Vec<Row> {
        let mut order: Vec<(i64, Row)> =
            (0..row(self.len())).map(|at| (self.time(at), at)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.tie(a.1, b.1)));
        order.into_iter().map(|(_, at)| at).collect()
    }

    /// What orders two rows of one time: see [`event::Position`]. Rows are gathered in the order
    /// of files, and of the rows in each.
    fn tie(&self, a: Row, b: Row) -> Ordering {
        let log = |at| log_position(self.head(at));
        log(a).cmp(&log(b)).then(a.cmp(&b))
    }

    /// The rows record by record, and those of a record in the total order.
    fn by_record(&self, by_time: &[Row]) -> Vec<Row> {
        let mut numbers = std::collections::HashMap::with_hasher(RandomState::default());
        let mut records: Vec<((u32, u32), u32)> = Vec::new();
        for &at in by_time {
            let record = self.record(at);
            let number = *numbers.entry(record).or_insert_with(|| {
                records.push((record, 0));
                records.len() - 1
            });
            records[number].1 += 1;
        }
        let mut order: Vec<usize> = (0..records.len()).collect();
        order.sort_unstable_by_key(|&number| self.record_key(records[number].0));
        let mut starts = vec![0_u32; records.len()];
        let mut start = 0;
        for number in order {
            starts[number] = start;
            start += records[number].1;
        }
        let mut rows = vec![0; by_time.len()];
        for &at in by_time {
            let next = &mut starts[numbers[&self.record(at)]];
            rows[index(*next)] = at;
            *next += 1;
        }
        rows
    }

    fn record_key(&self, (kind, id): (u32, u32)) -> (u64, Option<&str>, Option<&str>) {
        let id_text = self.entity_id.words[index(id)].as_deref();
        (self.hashes[index(id)], id_text, self.terms[ENTITY_TYPE].words[index(kind)].as_deref())
    }

    /// Leaves out rows that say the same as another of their record and time; the first stays.
    fn once_each(&self, by_record: &[Row]) -> io::Result<Vec<Row>> {
        let mut kept = Vec::with_capacity(by_record.len());
        let mut few = Vec::new();
        let mut many = HashSet::with_hasher(RandomState::default());
        let moment = |at: Row| (self.record(at), self.time(at));
        for (place, &at) in by_record.iter().enumerate() {
            let before = place.checked_sub(1).is_some_and(|p| moment(by_record[p]) == moment(at));
            let after = by_record.get(place + 1).is_some_and(|&next| moment(next) == moment(at));
            if !before {
                few.clear();
                many.clear();
            }
            if before || after {
                let (rows, number) = self.rows(at);
                let head = event_bytes(rows.head.get(number)).ok_or(io::ErrorKind::InvalidData)?;
                let content = (head, rows.values.get(number), self.codes(at));
                // Most are a few that were saved together, of which the first bytes differ.
                if few.contains(&content) || many.contains(&content) {
                    continue;
                }
                if few.len() < FEW {
                    few.push(content);
                } else {
                    many.insert(content);
                }
            }
            kept.push(at);
        }
        Ok(kept)
    }
}
