//! Reader of the sheets of an XLSX file, by the letter of their XML.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Texts of the files of an XLSX file, by their names.
pub fn parts(path: &Path) -> BTreeMap<String, String> {
    let bytes = std::fs::read(path).unwrap();
    let archive = rawzip::ZipArchive::from_slice(&bytes).unwrap();
    let mut parts = BTreeMap::new();
    for record in archive.entries() {
        let record = record.unwrap();
        let packed = archive.get_entry(record.wayfinder()).unwrap().data();
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text).unwrap();
        parts.insert(String::from_utf8_lossy(record.file_path().as_ref()).into_owned(), text);
    }
    parts
}

/// Cells of a sheet with texts in place, by row and column from 0.
pub fn cells(xml: &str) -> BTreeMap<(usize, usize), String> {
    let mut cells = BTreeMap::new();
    for cell in xml.split("<c r=\"").skip(1) {
        let (at, rest) = cell.split_once('"').unwrap();
        let text = rest.split_once("<is><t").and_then(|(_, text)| text.split_once('>'));
        let (text, _) = text.unwrap().1.split_once("</t></is></c>").unwrap();
        let letters = at.bytes().take_while(u8::is_ascii_uppercase);
        let column = letters.fold(0, |sum, one| sum * 26 + usize::from(one - b'A') + 1) - 1;
        let row: usize =
            at.trim_start_matches(|one: char| one.is_ascii_uppercase()).parse().unwrap();
        cells.insert((row - 1, column), plain(text));
    }
    cells
}

/// A text without the escapes of XML and of sheets.
fn plain(text: &str) -> String {
    let escapes = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x0D;", "\r"),
        ("&#xD;", "\r"),
        ("&#13;", "\r"),
        ("&#x0A;", "\n"),
        ("&#10;", "\n"),
        ("_x000D_", "\r"),
        ("&amp;", "&"),
        ("_x005F_", "_"),
    ];
    escapes.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
