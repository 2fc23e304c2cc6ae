//! A good file of two rows and eleven texts, piece by piece, so that each piece can be made wrong.

use std::array;

use event::{Column, LEGACY_COLUMNS};

use crate::thrift::Value::{self, I32, I64, List, Struct};

/// The column that is made wrong: `new_value`, of which nothing is required.
pub const WRONG: usize = 7;

pub struct Page {
    pub header: Value,
    pub body: Vec<u8>,
}

pub struct File {
    pub pages: [Vec<Page>; LEGACY_COLUMNS.len()],
    /// What the footer says otherwise than it should: where, and what.
    pub footer: Vec<(Vec<i16>, Option<Value>)>,
}

/// Numbers of fields, as Parquet has them.
pub mod field {
    pub const SCHEMA: i16 = 2;
    pub const ROWS: i16 = 3;
    pub const GROUPS: i16 = 4;
    pub const KIND: i16 = 1;
    pub const UNFOLDED: i16 = 2;
    pub const FOLDED: i16 = 3;
    pub const CRC: i16 = 4;
    pub const DATA: i16 = 5;
    pub const DICTIONARY: i16 = 7;
    pub const DATA_V2: i16 = 8;
}

/// Encodings of values and levels.
pub mod encoding {
    pub const PLAIN: i32 = 0;
    pub const RLE: i32 = 3;
    pub const DICTIONARY: i32 = 8;
}

/// Two values, both there: the levels of a page that say so.
pub const LEVELS: [u8; 6] = [2, 0, 0, 0, 4, 1];

/// Texts as they lie in a page.
pub fn plain(texts: &[&str]) -> Vec<u8> {
    let one = |text: &&str| {
        let length = u32::try_from(text.len()).expect("a short text");
        [&length.to_le_bytes(), text.as_bytes()].concat()
    };
    texts.iter().flat_map(one).collect()
}

impl Page {
    pub fn data(encoding: i32, values: &[u8]) -> Self {
        let body = [&LEVELS[..], values].concat();
        let data = [(1, I32(2)), (2, I32(encoding)), (3, I32(encoding::RLE)), (4, I32(3))];
        Self::new(0, field::DATA, data.to_vec(), body)
    }

    pub fn dictionary(texts: &[&str]) -> Self {
        let count = i32::try_from(texts.len()).expect("a few texts");
        let head = vec![(1, I32(count)), (2, I32(encoding::PLAIN))];
        Self::new(2, field::DICTIONARY, head, plain(texts))
    }

    /// A page in the second of Parquet's two forms, whose levels stand before what is compressed.
    pub fn data_v2(values: &[u8]) -> Self {
        let head = vec![
            (1, I32(2)),
            (2, I32(0)),
            (3, I32(2)),
            (4, I32(encoding::PLAIN)),
            (5, I32(2)),
            (6, I32(0)),
            (7, Value::Bool(false)),
        ];
        Self::new(3, field::DATA_V2, head, [&LEVELS[4..], values].concat())
    }

    fn new(kind: i32, id: i16, head: Vec<(i16, Value)>, body: Vec<u8>) -> Self {
        let size = I32(i32::try_from(body.len()).expect("a small page"));
        let sizes = [(field::UNFOLDED, size.clone()), (field::FOLDED, size)];
        let fields = [(field::KIND, I32(kind))].into_iter().chain(sizes);
        Self { header: Struct(fields.chain([(id, Struct(head))]).collect()), body }
    }

    /// The same page with another body, and its sizes those of the body.
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        let size = I32(i32::try_from(body.len()).expect("a small page"));
        self.header.set(&[field::UNFOLDED], Some(size.clone()));
        self.header.set(&[field::FOLDED], Some(size));
        self.body = body;
        self
    }
}

impl File {
    pub fn good() -> Self {
        let pages = array::from_fn(|column| {
            let name = LEGACY_COLUMNS[column].name();
            let text = if name == "timestamp" { "2024-03-01T09:00:00Z" } else { name };
            vec![Page::data(encoding::PLAIN, &plain(&[text, text]))]
        });
        Self { pages, footer: Vec::new() }
    }

    /// The first page of the column that is made wrong.
    pub fn page(&mut self) -> &mut Page {
        &mut self.pages[WRONG][0]
    }

    /// Says in the header of that page `value` where `path` leads.
    pub fn header(&mut self, path: &[i16], value: Value) {
        self.page().header.set(path, Some(value));
    }

    pub fn say(&mut self, path: &[i16], value: impl Into<Option<Value>>) {
        self.footer.push((path.to_vec(), value.into()));
    }

    /// Says in the footer `value` of the column that is made wrong.
    pub fn say_of_column(&mut self, id: i16, value: impl Into<Option<Value>>) {
        let column = i16::try_from(WRONG).expect("a few columns");
        self.say(&[field::GROUPS, 0, 1, column, 3, id], value);
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"PAR1".to_vec();
        let mut chunks = Vec::new();
        for (pages, name) in self.pages.iter().zip(LEGACY_COLUMNS.map(Column::name)) {
            let start = bytes.len();
            let mut first_data = None;
            for page in pages {
                let is_data =
                    !matches!(&page.header, Struct(fields) if matches!(fields[0].1, I32(2)));
                if is_data {
                    first_data.get_or_insert(bytes.len());
                }
                bytes.extend(page.header.bytes());
                bytes.extend(&page.body);
            }
            let data = first_data.unwrap_or(start);
            chunks.push(chunk(name, start, data, bytes.len() - start));
        }
        let mut footer = footer(chunks);
        for (path, value) in &self.footer {
            footer.set(path, value.clone());
        }
        end(bytes, &footer.bytes())
    }
}

/// A file that ends with this footer.
pub fn end(mut bytes: Vec<u8>, footer: &[u8]) -> Vec<u8> {
    bytes.extend(footer);
    bytes.extend(u32::try_from(footer.len()).expect("a small footer").to_le_bytes());
    bytes.extend(b"PAR1");
    bytes
}

fn i64(number: usize) -> Value {
    I64(i64::try_from(number).expect("a small file"))
}

fn chunk(name: &str, start: usize, data: usize, length: usize) -> Value {
    let mut meta = vec![
        (1, I32(6)),
        (2, List(vec![I32(encoding::PLAIN), I32(encoding::RLE)])),
        (3, List(vec![Value::text(name)])),
        (4, I32(0)),
        (5, I64(2)),
        (6, i64(length)),
        (7, i64(length)),
        (9, i64(data)),
    ];
    if data > start {
        meta.push((11, i64(start)));
    }
    Struct(vec![(2, i64(start)), (3, Struct(meta))])
}

fn footer(chunks: Vec<Value>) -> Value {
    let columns = i32::try_from(chunks.len()).expect("a few columns");
    let root = Struct(vec![(4, Value::text("schema")), (5, I32(columns))]);
    // Each a text in UTF-8 that may be null.
    let texts = LEGACY_COLUMNS
        .map(Column::name)
        .into_iter()
        .map(|name| Struct(vec![(1, I32(6)), (3, I32(1)), (4, Value::text(name)), (6, I32(0))]));
    let schema = [root].into_iter().chain(texts).collect();
    let group = Struct(vec![(1, List(chunks)), (2, I64(1000)), (3, I64(2))]);
    Struct(vec![
        (1, I32(1)),
        (field::SCHEMA, List(schema)),
        (field::ROWS, I64(2)),
        (field::GROUPS, List(vec![group])),
    ])
}
