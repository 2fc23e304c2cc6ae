//! Every kind of bad file, and what is said of each: the kinds of Apache's parquet-testing, and
//! what else its format lets a file claim.

use crate::file::{File, Page, encoding, end, field, plain};
use crate::thrift::{
    Value::{self, I32, I64, List, Raw, Struct},
    number,
};

/// A kind by its name, how a good file becomes one, and part of what is said of it.
type Kind = (&'static str, Make, &'static str);

pub type Make = fn(&mut File);

/// Name, bytes, and part of what is said.
pub fn all() -> impl Iterator<Item = (&'static str, Vec<u8>, &'static str)> {
    let kinds = PAGES.iter().chain(VALUES).chain(CLAIMS).chain(SCHEMAS);
    let files = kinds.map(|&(name, make, reason)| (name, made(make), reason));
    let folded =
        FOLDED.iter().map(|&(name, codec, body, reason)| (name, folded(codec, body), reason));
    files.chain(folded).chain(footers())
}

pub fn made(make: Make) -> Vec<u8> {
    let mut file = File::good();
    make(&mut file);
    file.bytes()
}

fn two() -> Vec<u8> {
    plain(&["a", "b"])
}

const PAGES: &[Kind] = &[
    ("a page of no known type", |f| f.header(&[field::KIND], I32(9)), "Unexpected PageType 9"),
    ("an index where data is", |f| f.header(&[field::KIND], I32(1)), "expected 2 read, got 0"),
    (
        "a page that says it is data and has no data's head",
        |f| {
            f.page().header.set(&[field::DATA], None);
        },
        "Missing V1 data page header",
    ),
    (
        "a page in the second form without its head",
        |f| f.header(&[field::KIND], I32(3)),
        "Missing V2 data page header",
    ),
    (
        "a dictionary without its head",
        |f| f.header(&[field::KIND], I32(2)),
        "Missing dictionary page header",
    ),
    (
        "an encoding that does not exist",
        |f| f.header(&[field::DATA, 2], I32(99)),
        "Unexpected Encoding 99",
    ),
    (
        "an encoding of numbers",
        |f| f.header(&[field::DATA, 2], I32(5)),
        "unsupported encoding for byte array: DELTA_BINARY_PACKED",
    ),
    (
        "an encoding of truth values",
        |f| f.header(&[field::DATA, 2], I32(3)),
        "unsupported encoding for byte array: RLE",
    ),
    (
        "bits packed as the first version did",
        |f| f.header(&[field::DATA, 2], I32(4)),
        "unsupported encoding for byte array: BIT_PACKED",
    ),
    (
        "levels in an encoding that does not exist",
        |f| f.header(&[field::DATA, 3], I32(99)),
        "Unexpected Encoding 99",
    ),
    (
        "levels encoded as values",
        |f| f.header(&[field::DATA, 3], I32(0)),
        "invalid level encoding: PLAIN",
    ),
    ("a negative size", |f| f.header(&[field::FOLDED], I32(-1)), "Invalid page header"),
    (
        "the least of all sizes",
        |f| f.header(&[field::FOLDED], I32(i32::MIN)),
        "Invalid page header",
    ),
    ("a negative unfolded size", |f| f.header(&[field::UNFOLDED], I32(-1)), "Invalid page header"),
    ("a size beyond the file", |f| f.header(&[field::FOLDED], I32(1 << 20)), "Invalid page header"),
    ("a size of nothing", |f| f.header(&[field::FOLDED], I32(0)), "not enough data to read levels"),
    ("a negative number of values", |f| f.header(&[field::DATA, 1], I32(-1)), "Integer overflow"),
    ("fewer values than rows", |f| f.header(&[field::DATA, 1], I32(1)), "expected 2 read, got 1"),
    ("no values", |f| f.header(&[field::DATA, 1], I32(0)), "expected 2 read, got 0"),
    (
        "more values than there are",
        |f| f.header(&[field::DATA, 1], I32(1000)),
        "insufficient definition levels",
    ),
    (
        "a checksum of other bytes",
        |f| f.header(&[field::CRC], I32(7)),
        "Page CRC checksum mismatch",
    ),
    ("no pages", |f| f.pages[crate::file::WRONG].clear(), "expected 2 read, got 0"),
    ("more levels than the page", |f| second_form(f, 5, I32(1 << 20)), "implausible values"),
    ("levels of a negative length", |f| second_form(f, 5, I32(-1)), "implausible values"),
    ("repetitions of a negative length", |f| second_form(f, 6, I32(-1)), "implausible values"),
    (
        "repetitions where nothing repeats",
        |f| second_form(f, 6, I32(2)),
        "unexpected end of file whilst decoding definition levels rle value",
    ),
    ("a negative number of nulls", |f| second_form(f, 2, I32(-1)), "Integer overflow"),
    (
        "more nulls than values",
        |f| second_form(f, 2, I32(9)),
        "more nulls than values in page, contained 2 values and 9 nulls",
    ),
    ("a negative number of rows in a page", |f| second_form(f, 3, I32(-1)), "Integer overflow"),
];

fn second_form(file: &mut File, id: i16, value: Value) {
    *file.page() = Page::data_v2(&two());
    file.header(&[field::DATA_V2, id], value);
}

/// The column as codes into a dictionary of two words.
fn coded(file: &mut File, codes: &[u8]) {
    let pages = vec![Page::dictionary(&["a", "b"]), Page::data(encoding::DICTIONARY, codes)];
    file.pages[crate::file::WRONG] = pages;
}

/// A body in place of levels and values.
fn body(file: &mut File, levels: &[u8], values: &[u8]) {
    let page = Page::data(encoding::PLAIN, &[]);
    *file.page() = page.with_body([levels, values].concat());
}

const VALUES: &[Kind] = &[
    (
        "a code without a word",
        |f| coded(f, &[3, 4, 5]),
        "dictionary key beyond bounds of dictionary: 0..2",
    ),
    ("the highest of codes", |f| coded(f, &[32, 4, 0xff, 0xff, 0xff, 0xff]), "damaged: "),
    (
        "codes of more bits than there are",
        |f| coded(f, &[77, 4, 0]),
        "not enough data for RLE decoding",
    ),
    (
        "codes that end too early",
        |f| coded(f, &[3]),
        "insufficient values read from column - expected: 2, got: 0",
    ),
    ("no codes", |f| coded(f, &[]), "damaged: "),
    (
        "codes without a dictionary",
        |f| {
            f.pages[crate::file::WRONG] = vec![Page::data(encoding::DICTIONARY, &[1, 4, 0])];
        },
        "missing dictionary page for column",
    ),
    (
        "a dictionary of negative length",
        |f| {
            coded(f, &[1, 4, 0]);
            f.header(&[field::DICTIONARY, 1], I32(-1));
        },
        "Integer overflow",
    ),
    (
        "a dictionary that is itself coded",
        |f| {
            coded(f, &[1, 4, 0]);
            f.header(&[field::DICTIONARY, 2], I32(5));
        },
        "Invalid/Unsupported encoding type for dictionary: DELTA_BINARY_PACKED",
    ),
    (
        "levels longer than the page",
        |f| body(f, &[0xff, 0xff, 0, 0, 4, 1], &two()),
        "not enough data to read levels",
    ),
    (
        "levels of two thousand million bytes",
        |f| body(f, &[0xff, 0xff, 0xff, 0xff, 4, 1], &two()),
        "invalid level length",
    ),
    (
        "levels that end too early",
        |f| body(f, &[1, 0, 0, 0, 4], &[]),
        "unexpected end of file whilst decoding definition levels rle value",
    ),
    (
        "a run of no levels",
        |f| body(f, &[2, 0, 0, 0, 0, 1], &two()),
        "insufficient definition levels",
    ),
    (
        "an endless run of levels",
        |f| {
            body(
                f,
                &[11, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1],
                &two(),
            );
        },
        "damaged: ",
    ),
    ("half a length of levels", |f| body(f, &[2, 0], &[]), "not enough data to read levels"),
    (
        "a text longer than the page",
        |f| body(f, &crate::file::LEVELS, &[9, 0, 0, 0, b'a']),
        "eof decoding byte array",
    ),
    (
        "a text of four gibibytes",
        |f| body(f, &crate::file::LEVELS, &[0xff; 4]),
        "eof decoding byte array",
    ),
    (
        "half a length of a text",
        |f| body(f, &crate::file::LEVELS, &[1, 0]),
        "eof decoding byte array",
    ),
    (
        "lengths that do not add up",
        |f| {
            *f.page() = Page::data(6, &[0x80, 1, 4, 2, 0xfe, 0xff, 3, 1, 0]);
        },
        "insufficient mini block bit widths",
    ),
    (
        "prefixes of nothing",
        |f| {
            *f.page() = Page::data(
                7,
                &[0x80, 1, 4, 2, 0x7e, 0, 0, 0, 0, 0x80, 1, 4, 2, 2, 0, 0, 0, 0, b'a'],
            );
        },
        "'block_size' must be a multiple of 128, got 1",
    ),
];

const CLAIMS: &[Kind] = &[
    ("a negative number of rows", |f| f.say(&[field::ROWS], I64(-1)), "says that it has -1 rows"),
    (
        "a group of a negative number of rows",
        |f| f.say(&[field::GROUPS, 0, 3], I64(-1)),
        "and its groups say otherwise",
    ),
    (
        "a group of more rows than there are",
        |f| f.say(&[field::GROUPS, 0, 3], I64(1 << 40)),
        "and its groups say otherwise",
    ),
    (
        "a group of fewer rows than there are",
        |f| f.say(&[field::GROUPS, 0, 3], I64(1)),
        "and its groups say otherwise",
    ),
    (
        "pages that end before their rows",
        |f| {
            f.say(&[field::ROWS], I64(1000));
            f.say(&[field::GROUPS, 0, 3], I64(1000));
        },
        "says that it has 1000 rows, and has 2",
    ),
    (
        "a group without columns",
        |f| f.say(&[field::GROUPS, 0, 1], List(Vec::new())),
        "Column count mismatch",
    ),
    (
        "a group that lacks a column",
        |f| f.say(&[field::GROUPS, 0, 1, 3], None),
        "Column count mismatch",
    ),
    (
        "a column without a description",
        |f| f.say(&[field::GROUPS, 0, 1, 7, 3], None),
        "Required field encodings is missing",
    ),
    ("a column of no known kind", |f| f.say_of_column(1, I32(42)), "Unexpected Type 42"),
    (
        "a column folded in no known way",
        |f| f.say_of_column(4, I32(42)),
        "Unexpected CompressionCodec 42",
    ),
    ("a column of a negative size", |f| f.say_of_column(7, I64(-1)), "damaged: "),
    ("a column longer than the file", |f| f.say_of_column(7, I64(1 << 40)), "out of sync"),
    ("a column before the file", |f| f.say_of_column(9, I64(-1)), "damaged: "),
    (
        "a column behind the file",
        |f| f.say_of_column(9, I64(1 << 40)),
        "Expected to read at offset",
    ),
    (
        "a column at the end of all files",
        |f| f.say_of_column(9, I64(i64::MAX)),
        "Expected to read at offset",
    ),
    (
        "a column that begins inside another",
        |f| f.say_of_column(9, I64(11)),
        "cannot skip field type Set",
    ),
    ("a dictionary before the file", |f| f.say_of_column(11, I64(-1)), "damaged: "),
    (
        "a dictionary behind its column",
        |f| f.say_of_column(11, I64(1 << 40)),
        "Expected to read at offset",
    ),
    (
        "a column without its place",
        |f| f.say_of_column(9, None),
        "Required field data_page_offset is missing",
    ),
];

/// What contradicts itself, and takes nothing away: two rows are read.
pub const HARMLESS: &[(&str, Make)] = &[
    ("two dictionaries", |f| {
        coded(f, &[1, 4, 0]);
        f.pages[crate::file::WRONG].insert(0, Page::dictionary(&["c"]));
    }),
    ("a dictionary with fewer words than it says", |f| {
        coded(f, &[1, 4, 0]);
        f.header(&[field::DICTIONARY, 1], I32(9));
    }),
    ("levels that are no levels", |f| body(f, &[2, 0, 0, 0, 4, 9], &two())),
    ("a column of another kind than the schema's", |f| f.say_of_column(1, I32(2))),
    ("a column of a negative number of values", |f| f.say_of_column(5, I64(-1))),
    ("a column of fewer values than rows", |f| f.say_of_column(5, I64(1))),
];

const SCHEMAS: &[Kind] = &[
    (
        "a schema of nothing",
        |f| f.say(&[field::SCHEMA], List(Vec::new())),
        "Expected exactly one root node, but found 0",
    ),
    ("no schema", |f| f.say(&[field::SCHEMA], None), "Required field schema is missing"),
    (
        "a negative number of columns",
        |f| f.say(&[field::SCHEMA, 0, 5], I32(-1)),
        "Integer overflow",
    ),
    (
        "more columns than there are",
        |f| f.say(&[field::SCHEMA, 0, 5], I32(i32::MAX)),
        "ended the decoder",
    ),
    (
        "fewer columns than there are",
        |f| f.say(&[field::SCHEMA, 0, 5], I32(10)),
        "Expected exactly one root node, but found 2",
    ),
    (
        "no columns",
        |f| f.say(&[field::SCHEMA, 0, 5], I32(0)),
        "Expected exactly one root node, but found 12",
    ),
    ("a column without a kind", |f| f.say(&[field::SCHEMA, 8, 1], None), "Column count mismatch"),
    (
        "a column without a name",
        |f| f.say(&[field::SCHEMA, 8, 4], None),
        "Required field name is missing",
    ),
    (
        "a column that may be there in no known way",
        |f| f.say(&[field::SCHEMA, 8, 3], I32(9)),
        "Unexpected FieldRepetitionType 9",
    ),
    (
        "a column that calls itself a number",
        |f| f.say(&[field::SCHEMA, 8, 6], I32(15)),
        "INT_8 cannot annotate field 'new_value' because it is not a INT32 field",
    ),
    (
        "a text of fixed length without a length",
        |f| f.say(&[field::SCHEMA, 8, 1], I32(7)),
        "Invalid FIXED_LEN_BYTE_ARRAY length: -1 for field 'new_value'",
    ),
    (
        "a list where text is needed",
        |f| f.say(&[field::SCHEMA, 8, 3], I32(2)),
        "damaged from row 0 on",
    ),
    (
        "a group where text is needed",
        |f| {
            f.say(
                &[field::SCHEMA, 8],
                Struct(vec![(3, I32(1)), (4, Value::text("new_value")), (5, I32(1))]),
            );
            f.say(
                &[field::SCHEMA, 12],
                Struct(vec![(1, I32(6)), (3, I32(1)), (4, Value::text("workspace_id"))]),
            );
        },
        "the column actor is missing",
    ),
    (
        "two columns of one name",
        |f| f.say(&[field::SCHEMA, 8, 4], Value::text("actor")),
        "the column new_value is missing",
    ),
    (
        "a name that is not UTF-8",
        |f| f.say(&[field::SCHEMA, 8, 4], Value::Text(vec![0xff])),
        "invalid utf8",
    ),
    (
        "a list of a thousand million columns",
        |f| {
            f.say(&[field::SCHEMA], Raw(9, vec![0xfc, 0xff, 0xff, 0xff, 0xff, 7]));
        },
        "a list longer than itself",
    ),
    (
        "a text of two thousand million bytes in the footer",
        |f| {
            f.say(&[6], Raw(8, vec![0xff, 0xff, 0xff, 0xff, 7]));
        },
        "Unexpected EOF",
    ),
    (
        "a group inside a group, without end",
        |f| f.say(&[field::SCHEMA], nested(50_000)),
        "ended the decoder",
    ),
    (
        "something unknown, nested without end",
        |f| f.say(&[99], Raw(12, vec![0x1c; 200_000])),
        "cannot parse past Struct",
    ),
    (
        "lists of something unknown, nested without end",
        |f| {
            f.say(&[99], Raw(9, vec![0x19; 200_000]));
        },
        "cannot parse past List",
    ),
];

fn nested(depth: usize) -> Value {
    let group = Struct(vec![(3, I32(1)), (4, Value::text("g")), (5, I32(1))]);
    let leaf = Struct(vec![(1, I32(6)), (3, I32(1)), (4, Value::text("leaf"))]);
    let mut all = vec![group; depth];
    all.push(leaf);
    List(all)
}

/// What calls itself folded, and by which codec.
const FOLDED: &[(&str, i32, &[u8], &str)] = &[
    ("what is not Snappy", 1, b"no Snappy at all", "output buffer (size = 32) is smaller"),
    (
        "Snappy that claims more than there is",
        1,
        &[0xff, 0xff, 0xff, 0xff, 15, 0],
        "output buffer (size = 32) is smaller",
    ),
    ("what is not gzip", 2, b"no gzip at all", "invalid gzip header"),
    ("gzip that ends in its head", 2, &[0x1f, 0x8b, 8, 0], "unexpected end of file"),
    ("LZO, which nobody writes", 3, b"no LZO at all", "The codec type LZO is not supported yet"),
    ("what is not Brotli", 4, &[0xff; 9], "Invalid Data"),
    (
        "what is not LZ4 in frames",
        5,
        b"no LZ4 at all",
        "the offset to copy is not contained in the decompressed buffer",
    ),
    ("what is not Zstandard", 6, b"no Zstandard", "Src size is incorrect"),
    (
        "Zstandard that ends in its head",
        6,
        &[0x28, 0xb5, 0x2f, 0xfd, 0x20],
        "Src size is incorrect",
    ),
    ("what is not LZ4", 7, &[0xff; 9], "expected another byte, found none"),
];

fn folded(codec: i32, body: &[u8]) -> Vec<u8> {
    let mut file = File::good();
    let unfolded = i32::try_from(file.page().body.len()).expect("a small page");
    file.say_of_column(4, I32(codec));
    *file.page() = Page::data(encoding::PLAIN, &[]).with_body(body.to_vec());
    file.header(&[field::UNFOLDED], I32(unfolded));
    file.bytes()
}

/// Ends of files that are no footers.
fn footers() -> impl Iterator<Item = (&'static str, Vec<u8>, &'static str)> {
    let start = || b"PAR1".to_vec();
    let mut long = end(start(), &[0]);
    let at = long.len() - 8;
    long[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut hidden = File::good().bytes();
    let at = hidden.len() - 4;
    hidden[at..].copy_from_slice(b"PARE");
    let mut endless = Vec::new();
    number(u64::MAX, &mut endless);
    [
        ("a footer of nothing", end(start(), &[]), "Unexpected EOF"),
        ("a footer without fields", end(start(), &[0]), "Required field version is missing"),
        ("a footer that does not end", end(start(), &[0x15, 2]), "Unexpected EOF"),
        ("a footer of noise", end(start(), &[0xa5; 64]), "Unexpected EOF"),
        (
            "a footer longer than the file",
            long,
            "Parquet file too small. Size is 13 but need 4294967303",
        ),
        ("an encrypted footer", hidden, "has an encrypted footer"),
        (
            "a number too long for numbers",
            end(start(), &[&[0x15][..], &[0xff; 32]].concat()),
            "Unexpected EOF",
        ),
        (
            "a list longer than all files",
            end(start(), &[&[0x29, 0xfc][..], &endless].concat()),
            "a list longer than itself",
        ),
    ]
    .into_iter()
}

/// What claims more memory than there is.
pub fn enormous() -> [(&'static str, Vec<u8>); 6] {
    let zstd = |unfolded: i32| {
        let mut file = File::good();
        file.say_of_column(4, I32(6));
        file.header(&[field::UNFOLDED], I32(unfolded));
        file.bytes()
    };
    [
        ("a page that unfolds to two gibibytes", zstd(i32::MAX)),
        ("a page that unfolds to one gibibyte", zstd(1 << 30)),
        ("a page of two gibibytes", made(|f| f.header(&[field::FOLDED], I32(i32::MAX)))),
        (
            "a page of two thousand million values",
            made(|f| f.header(&[field::DATA, 1], I32(i32::MAX))),
        ),
        (
            "a dictionary of two thousand million words",
            made(|f| {
                coded(f, &[1, 4, 0]);
                f.header(&[field::DICTIONARY, 1], I32(i32::MAX));
            }),
        ),
        (
            "a column of two gibibytes in a file of two kibibytes",
            made(|f| {
                f.say_of_column(7, I64(i64::from(i32::MAX)));
                f.header(&[field::FOLDED], I32(i32::MAX));
            }),
        ),
    ]
}
