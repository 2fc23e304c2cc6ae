//! Builder of a segment from the decoded rows of some files.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use foldhash::fast::RandomState;

use super::block::RowParts;
use super::format::{CODED, DICTIONARIES, DICTIONARY_OF, UNKNOWN};
use super::order_key::order_key;
use super::value_codes::{Counts, Frequent, MISSING, rare_code};
use super::write::{SegmentWriter, TimeRow};
use super::{ENTITY_TYPE, Row, index, record_hash, row};
use decode::{
    DecodedRows, DictionaryColumn, coded_cells, decode_head, decode_values, encoded_id_hash,
    event_bytes, log_position,
};
use event::DIMENSIONS;

/// Most events of one record and time that are compared one by one; beyond, they are hashed.
const MOST_COMPARED: usize = 16;

/// Decoded rows of one file.
#[derive(Debug)]
pub(crate) struct FileRows {
    /// The file's name; empty for pending events.
    pub file: String,
    /// Its good rows.
    pub rows: DecodedRows,
}

/// Writes a segment of all events of these files, each once. Returns how many rows were left out
/// because another row has the same event: see [`CombinedRows::without_duplicates`].
///
/// # Errors
/// Fails if writing does, or with [`io::ErrorKind::InvalidData`] if a head cannot be decoded.
pub(crate) fn build(mut files: Vec<FileRows>, to: impl Write) -> io::Result<usize> {
    files.sort_by(|a, b| a.file.cmp(&b.file));
    let all = CombinedRows::of(&files);
    let by_time = all.by_time();
    let by_record = all.by_record(&by_time);
    let distinct = all.without_duplicates(&by_record)?;
    let dimension_values = all.dimensions.each_ref().map(|column| column.values.clone());
    let mut writer = SegmentWriter::new(to, dimension_values);
    let mut rows_by_record = vec![Row::MAX; all.len()];
    let mut record_ordinals = vec![0; all.len()];
    let mut ids = Vec::with_capacity(distinct.len());
    let (mut record, mut records) = (None, 0_u32);
    let texts = RowTexts::of(&all)?;
    for &(at, richest) in &distinct {
        if record != Some(all.record(at)) {
            record = Some(all.record(at));
            writer.begin_record(all.record_hash(at));
            records += 1;
        }
        let row_by_record =
            writer.push(&RowParts { head: all.head(richest), ..all.row_parts(at) })?;
        rows_by_record[index(at)] = row_by_record;
        record_ordinals[index(at)] = records - 1;
        let hash = encoded_id_hash(all.head(at)).ok_or(io::ErrorKind::InvalidData)?;
        ids.push(u64::from(hash) << 32 | u64::from(row_by_record));
    }
    writer.end_records()?;
    for at in by_time.into_iter().filter(|&at| rows_by_record[index(at)] != Row::MAX) {
        writer.push_time(TimeRow {
            time: all.time(at),
            dimensions: all.dimension_codes(at),
            record: record_ordinals[index(at)],
            no_op: all.no_op(at),
            row_by_record: rows_by_record[index(at)],
            coded: texts.codes(at),
            order_keys: all.values(at)?.map(order_key),
            recorded_at: texts.recorded_at[index(at)],
        })?;
    }
    ids.sort_unstable();
    let duplicates = all.len() - distinct.len();
    let names = files.iter().map(|file| file.file.clone()).collect();
    writer.finish(names, texts.frequent, ids.into_iter().map(Ok))?;
    Ok(duplicates)
}

/// Texts of some rows that have codes.
struct RowTexts {
    /// For each row the codes of its texts, as if they were rare.
    rare: Vec<[u32; CODED.len()]>,
    /// For each row when it was recorded.
    recorded_at: Vec<i64>,
    frequent: [Frequent; DICTIONARIES],
}

impl RowTexts {
    fn of(all: &CombinedRows<'_>) -> io::Result<Self> {
        let mut counts = [(); DICTIONARIES].map(|()| Counts::for_texts(all.len() * 2));
        let mut texts = Self {
            rare: Vec::with_capacity(all.len()),
            recorded_at: Vec::with_capacity(all.len()),
            frequent: Default::default(),
        };
        for at in 0..row(all.len()) {
            let (recorded_at, of_row) = all.coded_texts(at)?;
            let code = |text: Option<&str>| text.map_or(MISSING, rare_code);
            let codes = of_row.map(code);
            for (column, code) in codes.into_iter().enumerate() {
                counts[DICTIONARY_OF[column]].add(code);
            }
            texts.rare.push(codes);
            texts.recorded_at.push(recorded_at);
        }
        for at in 0..row(all.len()) {
            let (_, of_row) = all.coded_texts(at)?;
            for (column, text) in of_row.into_iter().enumerate() {
                if let Some(text) = text {
                    let dictionary = DICTIONARY_OF[column];
                    let code = texts.rare[index(at)][column];
                    texts.frequent[dictionary].see(code, text, &counts[dictionary]);
                }
            }
        }
        Ok(texts)
    }

    /// The codes of a row.
    fn codes(&self, at: Row) -> [u32; CODED.len()] {
        let rare = self.rare[index(at)];
        std::array::from_fn(|column| self.frequent[DICTIONARY_OF[column]].code(rare[column]))
    }
}

/// Combined rows of some files, with one dictionary of each dimension for all of them. A row is
/// meant by its number in the order of files, and of the rows in each.
struct CombinedRows<'a> {
    files: &'a [FileRows],
    /// For each row the index of its file, and its index among the good rows of that file.
    origins: Vec<(u32, u32)>,
    dimensions: [DictionaryColumn; DIMENSIONS.len()],
    entity_id: DictionaryColumn,
    /// Hash of each value of `entity_id`.
    entity_id_hashes: Vec<u64>,
}

impl<'a> CombinedRows<'a> {
    fn of(files: &'a [FileRows]) -> Self {
        let mut all = Self {
            files,
            origins: Vec::new(),
            dimensions: Default::default(),
            entity_id: DictionaryColumn::default(),
            entity_id_hashes: Vec::new(),
        };
        for (file, FileRows { rows, .. }) in files.iter().enumerate() {
            all.origins.extend((0..rows.len()).map(|number| (row(file), row(number))));
            for (column, theirs) in all.dimensions.iter_mut().zip(&rows.terms) {
                column.extend(theirs);
            }
            all.entity_id.extend(&rows.entity_id);
        }
        let hash = |id: &Option<String>| record_hash(id.as_deref().unwrap_or_default());
        all.entity_id_hashes = all.entity_id.values.iter().map(hash).collect();
        all
    }

    fn len(&self) -> usize {
        self.origins.len()
    }

    fn rows(&self, at: Row) -> (&'a DecodedRows, usize) {
        let (file, number) = self.origins[index(at)];
        (&self.files[index(file)].rows, index(number))
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

    /// The old and the new value.
    fn values(&self, at: Row) -> io::Result<[Option<&'a str>; 2]> {
        let (rows, number) = self.rows(at);
        let values = decode_values(rows.values.get(number)).ok_or(io::ErrorKind::InvalidData)?;
        Ok([values.old, values.new])
    }

    /// When a row was recorded, and its text in each of [`CODED`].
    fn coded_texts(&self, at: Row) -> io::Result<(i64, [Option<&'a str>; CODED.len()])> {
        let [old, new] = self.values(at)?;
        let (recorded_at, [reason, batch, writer]) =
            coded_cells(self.head(at)).ok_or(io::ErrorKind::InvalidData)?;
        Ok((recorded_at.unwrap_or(UNKNOWN), [old, new, reason, batch, writer]))
    }

    /// Dictionary code of each dimension.
    fn dimension_codes(&self, at: Row) -> [u32; DIMENSIONS.len()] {
        self.dimensions.each_ref().map(|column| column.codes[index(at)])
    }

    /// Type and id of the record, as dictionary codes.
    fn record(&self, at: Row) -> (u32, u32) {
        (self.dimensions[ENTITY_TYPE].codes[index(at)], self.entity_id.codes[index(at)])
    }

    fn record_hash(&self, at: Row) -> u64 {
        self.entity_id_hashes[index(self.entity_id.codes[index(at)])]
    }

    fn row_parts(&self, at: Row) -> RowParts<'_> {
        let (rows, number) = self.rows(at);
        let (file, _) = self.origins[index(at)];
        let entity_id = &self.entity_id.values[index(self.entity_id.codes[index(at)])];
        RowParts {
            time: rows.time[number],
            dimensions: self.dimension_codes(at),
            file,
            file_row: rows.number[number],
            entity_id: entity_id.as_deref().unwrap_or_default(),
            head: rows.head.get(number),
            values: rows.values.get(number),
        }
    }

    /// All rows in the total order.
    fn by_time(&self) -> Vec<Row> {
        let mut order: Vec<(i64, Row)> =
            (0..row(self.len())).map(|at| (self.time(at), at)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.tie(a.1, b.1)));
        order.into_iter().map(|(_, at)| at).collect()
    }

    /// Order of two rows of one time: by their position in a log, else by file and row, which is
    /// the order of their numbers. See [`event::Position`].
    fn tie(&self, a: Row, b: Row) -> Ordering {
        let log = |at| log_position(self.head(at));
        log(a).cmp(&log(b)).then(a.cmp(&b))
    }

    /// All rows record by record, and those of a record in the total order. Counting sort:
    /// `by_time` is in order already.
    fn by_record(&self, by_time: &[Row]) -> Vec<Row> {
        let mut numbers = HashMap::with_hasher(RandomState::default());
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

    /// Sort key of a record: hash of the id, id, type.
    fn record_key(&self, (kind, id): (u32, u32)) -> (u64, Option<&str>, Option<&str>) {
        let id_text = self.entity_id.values[index(id)].as_deref();
        let entity_type = self.dimensions[ENTITY_TYPE].values[index(kind)].as_deref();
        (self.entity_id_hashes[index(id)], id_text, entity_type)
    }

    /// How many columns a row has that are no part of its event: of its file, and others about the row.
    fn other_columns(&self, at: Row) -> io::Result<[usize; 2]> {
        let mut id = String::new();
        let head = decode_head(self.head(at), &mut id).ok_or(io::ErrorKind::InvalidData)?;
        let count = |json: Option<&str>| {
            let columns = json.map(serde_json::from_str::<BTreeMap<String, String>>).transpose();
            columns.map(|columns| columns.map_or(0, |columns| columns.len()))
        };
        Ok([count(head.extra)?, count(head.about_row)?])
    }

    /// The rows, of those that have the same event in every column of an event the first; each with that
    /// of them which has the most other columns. Such rows are of one record and one time.
    fn without_duplicates(&self, by_record: &[Row]) -> io::Result<Vec<(Row, Row)>> {
        let mut distinct: Vec<(Row, Row)> = Vec::with_capacity(by_record.len());
        // The events of a moment, each with its index among the distinct ones.
        let mut few = Vec::new();
        let mut many = HashMap::with_hasher(RandomState::default());
        let moment = |at: Row| (self.record(at), self.time(at));
        for (nth, &at) in by_record.iter().enumerate() {
            let before = nth.checked_sub(1).is_some_and(|p| moment(by_record[p]) == moment(at));
            let after = by_record.get(nth + 1).is_some_and(|&next| moment(next) == moment(at));
            if !before {
                few.clear();
                many.clear();
            }
            if before || after {
                let (rows, number) = self.rows(at);
                let head = event_bytes(rows.head.get(number)).ok_or(io::ErrorKind::InvalidData)?;
                let content = (head, rows.values.get(number), self.dimension_codes(at));
                // Mostly a few events were saved together, and their first bytes, the ids, differ.
                let known = few.iter().find(|(known, _)| *known == content).map(|(_, at)| *at);
                if let Some(known) = known.or_else(|| many.get(&content).copied()) {
                    let (_, richest): &mut (Row, Row) = &mut distinct[known];
                    if self.other_columns(at)? > self.other_columns(*richest)? {
                        *richest = at;
                    }
                    continue;
                }
                if few.len() < MOST_COMPARED {
                    few.push((content, distinct.len()));
                } else {
                    many.insert(content, distinct.len());
                }
            }
            distinct.push((at, at));
        }
        Ok(distinct)
    }
}
