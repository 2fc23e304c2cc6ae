//! How files are read.

use std::io::Write;
use std::path::Path;

use encoding_rs::UTF_16LE;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rawzip::ZipArchiveWriter;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::{file, read, refused, snapshot};
use crate::{DecimalSign, Error, FileFormat, Mapping, Table};

fn phone() -> Mapping {
    snapshot("", "phone = { column = \"Telefon\" }")
}

/// What the cells of each row show, or why it has none.
fn rows(table: &Table) -> Vec<(usize, Result<Vec<String>, String>)> {
    let cells = |row: &crate::table::Row| {
        row.cells.clone().map(|cells| cells.iter().map(crate::value::Cell::shown).collect())
    };
    table.rows.iter().map(|row| (row.line, cells(row))).collect()
}

fn good(line: usize, cells: &[&str]) -> (usize, Result<Vec<String>, String>) {
    (line, Ok(cells.iter().map(|cell| (*cell).to_owned()).collect()))
}

#[test]
fn encoding_and_delimiter_are_found_and_told() {
    let utf16 = [
        b"\xff\xfe".to_vec(),
        "No;Telefon\n1;ä\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ];
    let cases: [(&[u8], &str, char); 9] = [
        ("No,Telefon\n1,ä\n".as_bytes(), "UTF-8", ','),
        ("\u{feff}No;Telefon\r\n1;ä\r\n".as_bytes(), "UTF-8", ';'),
        (b"No\tTelefon\n1\t\xe4", "windows-1252", '\t'),
        ("No|Telefon\n1|ä".as_bytes(), "UTF-8", '|'),
        (&utf16.concat(), UTF_16LE.name(), ';'),
        // By the columns that the mapping names, not by what is there most often.
        ("A,B,C;No;Telefon\nx,y,z;1;ä\n".as_bytes(), "UTF-8", ';'),
        ("sep=|\nNo|Telefon\n1|ä\n".as_bytes(), "UTF-8", '|'),
        ("\"No\",\"Telefon\"\n\"1\",\"ä\"\n".as_bytes(), "UTF-8", ','),
        (" No , Telefon \n1,ä\n".as_bytes(), "UTF-8", ','),
    ];
    for (bytes, encoding, delimiter) in cases {
        let table = read(bytes, &phone()).unwrap();
        let found = (table.found.encoding, table.found.delimiter);
        assert_eq!(found, (Some(encoding), Some(delimiter)), "{bytes:?}");
        assert_eq!(table.rows[0].cells.as_ref().unwrap()[1].shown(), "ä");
    }
}

#[test]
fn rows_have_the_numbers_of_their_lines_and_what_is_quoted_stays() {
    let text = "No,Telefon,Note\n1,0170,\"a\nb\"\n\n2,\"\",x,\n3,5\n4,5,6,7\n,,\n5,\"1\"\"2\",\n";
    let table = read(text.as_bytes(), &phone()).unwrap();
    let wrong = |line, cells| (line, Err(format!("has {cells} cells, and the headers are 3")));
    assert_eq!(
        rows(&table),
        [
            good(2, &["1", "0170"]),
            good(5, &["2", ""]),
            wrong(6, 2),
            wrong(7, 4),
            good(9, &["5", "1\"2"])
        ]
    );
    assert_eq!(rows(&read(b"sep=,\nNo,Telefon\n1,2", &phone()).unwrap()), [good(3, &["1", "2"])]);
}

#[test]
fn what_is_no_table_is_said_in_one_sentence() {
    let wide = "x".repeat(40);
    let many = format!("No,{}", (0..25).map(|n| format!("c{n}")).collect::<Vec<_>>().join(","));
    let cases: [(&[u8], &Mapping, &str); 13] = [
        (b"", &phone(), "is empty"),
        (b"\n\n", &phone(), "has no line with headers"),
        (b"No,Phone\n1,2\n", &phone(), "has no column “Telefon”; it has “No”, “Phone”"),
        (many.as_bytes(), &phone(), "“c18” and 6 more"),
        (
            b"No,Telefon,Telefon\n1,2,3\n",
            &phone(),
            "has the header “Telefon” twice, in columns 2 and 3: rename one",
        ),
        (
            b"No,Telefon\n1,\"2\n3,4\n",
            &phone(),
            "has a quote in the row of line 2 that is never closed",
        ),
        (b"\"No,Telefon\n1,2\n", &phone(), "never closed"),
        (b"N\0o\0,\0", &phone(), "holds zero bytes"),
        // Where some characters are in UTF-8, all were to be.
        (b"No,Telefon\n1,\xc3\xa4\n2,\xe4\n", &phone(), "has bytes in line 3 that are not UTF-8"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            &phone(),
            "is a workbook of Excel before 2007, or encrypted",
        ),
        (b"PK\x03\x04nothing", &phone(), "is no workbook that can be read"),
        (
            b"No,Telefon\n1,\xe4\n",
            &snapshot("encoding = \"utf-8\"", "phone = { column = \"Telefon\" }"),
            "has bytes in line 2 that are not UTF-8",
        ),
        (
            wide.as_bytes(),
            &snapshot("encoding = \"klingon\"", "a = { column = \"A\" }"),
            "“klingon”, which is none",
        ),
    ];
    for (bytes, mapping, expected) in cases {
        let why = refused(bytes, mapping);
        assert!(why.contains(expected), "{bytes:?}\nsaid: {why}");
    }
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path(), Path::new("nowhere.csv")] {
        assert!(matches!(Table::read(path, &phone()), Err(Error::Read { .. })), "{path:?}");
        assert!(matches!(Mapping::read(path), Err(Error::Read { .. })), "{path:?}");
    }
    let csv = snapshot("format = \"csv\"", "a = { column = \"A\" }");
    assert_eq!(
        refused(b"PK\x03\x04", &csv),
        "is a workbook, and the mapping says format = \"csv\""
    );
    let xlsx = snapshot("format = \"xlsx\"", "a = { column = \"A\" }");
    assert_eq!(refused(b"No,A\n", &xlsx), "is no workbook, and the mapping says format = \"xlsx\"");
}

#[test]
fn the_sign_before_decimals_is_found_or_asked_for() {
    let number = snapshot("", "rate = { column = \"Satz\", number = true }");
    let cases = [
        ("450;1.234,50", Ok(Some(DecimalSign::Comma))),
        ("450;1,234.50", Ok(Some(DecimalSign::Point))),
        ("0,75", Ok(Some(DecimalSign::Comma))),
        ("0.755", Ok(Some(DecimalSign::Point))),
        ("1.234.567", Ok(Some(DecimalSign::Comma))),
        ("450;7", Ok(None)),
        ("1.234", Err("can be read in two ways")),
        ("1.234;0,5", Ok(Some(DecimalSign::Comma))),
        ("0,5;0.5", Err("show by an example how each column writes them")),
    ];
    for (values, expected) in cases {
        let rows: String = values
            .split(';')
            .enumerate()
            .fold(String::new(), |all, (n, value)| format!("{all}{n}\t{value}\n"));
        let text = format!("No\tSatz\n{rows}");
        match (read(text.as_bytes(), &number), expected) {
            (Ok(table), Ok(sign)) => assert_eq!(table.found.decimal, sign, "{values}"),
            (Err(error), Err(why)) => assert!(error.to_string().contains(why), "{values}: {error}"),
            (read, _) => panic!("{values}: {read:?}"),
        }
    }
}

#[test]
fn a_workbook_is_read_by_its_own_rules() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.xlsx");
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_string(0, 0, "Nothing of it").unwrap();
    let sheet = workbook.add_worksheet().set_name("People").unwrap();
    let date = Format::new().set_num_format("dd.mm.yyyy");
    for (column, header) in ["No", "Telefon", "Beginn", "Satz", "Summe"].into_iter().enumerate() {
        sheet.write_string(2, u16::try_from(column).unwrap(), header).unwrap();
    }
    sheet.write_string(3, 0, "00042").unwrap();
    sheet.write_number(3, 1, 170.0).unwrap();
    let day = ExcelDateTime::from_ymd(2024, 4, 3).unwrap();
    sheet.write_datetime_with_format(3, 2, day, &date).unwrap();
    sheet.write_number(3, 3, 0.1 + 0.2).unwrap();
    sheet.write_formula(3, 4, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write_string(5, 0, "7").unwrap();
    // A cell far to the right takes no room for those before it.
    sheet.write_string(6, 16_383, "far").unwrap();
    workbook.save(&path).unwrap();

    let mapping = snapshot(
        "",
        "phone = { column = \"Telefon\" }\nstart = { column = \"Beginn\", date = \"%d.%m.%Y\" }\n\
         rate = { column = \"Satz\", number = true }\nsum = { column = \"Summe\" }",
    );
    let table = Table::read(&path, &mapping).unwrap();
    assert_eq!(table.found.format, FileFormat::Xlsx);
    assert_eq!(table.found.sheet.as_deref(), Some("People"));
    assert_eq!(table.columns, ["Beginn", "No", "Satz", "Summe", "Telefon"]);
    assert_eq!(
        rows(&table),
        [
            good(4, &["2024-04-03", "00042", "0.3", "2", "170"]),
            good(6, &["", "7", "", "", ""]),
            good(7, &["", "", "", "", ""]),
        ]
    );
    let other = snapshot("sheet = \"Persons\"", "phone = { column = \"Telefon\" }");
    let error = Table::read(&path, &other).unwrap_err().to_string();
    assert!(error.contains("has no sheet “Persons”; it has “Sheet1”, “People”"), "{error}");
}

/// A workbook with one sheet of these rows of XML, below headers No and Rate.
fn workbook(properties: &str, rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let text =
        |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><workbookPr {properties}/><sheets><sheet name=\"One\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\">{}{}</row>{rows}</sheetData></worksheet>",
                text("A1", "No"),
                text("B1", "Rate")
            ),
        ),
    ];
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, xml) in parts {
        let (mut entry, config) = archive.new_file(name).start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(xml.as_bytes()).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

#[test]
fn what_a_sheet_does_not_hold_is_not_made_up() {
    let mapping = snapshot(
        "",
        "rate = { column = \"Rate\" }\nday = { column = \"Rate\", date = \"%Y-%m-%d\" }",
    );
    let read_row = |properties: &str, cell: &str| {
        let row = format!("<row r=\"2\"><c r=\"A2\"><v>7</v></c>{cell}</row>");
        let table = read(&workbook(properties, &row), &mapping).unwrap();
        let cells = table.rows[0].cells.clone().unwrap();
        let value = |form: &str| {
            table.reading.value(&cells[1], &crate::rows::form(&mapping.fields[form]).clone())
        };
        (value("rate"), value("day"))
    };
    let some = |text: &str| Ok(Some(text.to_owned()));
    let no_value =
        Err("has no value: open the workbook in a program for sheets and save it".to_owned());
    let error = Err("is an error of the sheet".to_owned());
    let no_date =
        Err("is a number, and no date: give the column a format of dates in the sheet".to_owned());
    for (properties, cell, rate, day) in [
        ("", "<c r=\"B2\"><v>45000</v></c>", some("45000"), no_date.clone()),
        (
            "date1904=\"1\"",
            "<c r=\"B2\" s=\"1\"><v>45000</v></c>",
            some("2027-03-16"),
            some("2027-03-16"),
        ),
        ("", "<c r=\"B2\" s=\"1\"><v>45000</v></c>", some("2023-03-15"), some("2023-03-15")),
        (
            "",
            "<c r=\"B2\" s=\"2\"><v>42</v></c>",
            some("00042"),
            Err("is no date of the form %Y-%m-%d".to_owned()),
        ),
        ("", "<c r=\"B2\" s=\"2\"><v>4.5</v></c>", some("4.5"), no_date),
        ("", "<c r=\"B2\"><f>1+1</f></c>", no_value.clone(), no_value),
        ("", "<c r=\"B2\" t=\"e\"><v>#REF!</v></c>", error.clone(), error),
        (
            "",
            "<c r=\"B2\" t=\"b\"><v>1</v></c>",
            some("true"),
            Err("is no date of the form %Y-%m-%d".to_owned()),
        ),
        ("", "", Ok(None), Ok(None)),
    ] {
        assert_eq!(read_row(properties, cell), (rate, day), "{properties} {cell}");
    }
    for cut in [1, 10, 100] {
        let mut bytes = workbook("", "");
        bytes.truncate(bytes.len() - cut);
        assert!(
            refused(&bytes, &mapping).starts_with("is no workbook that can be read: "),
            "{cut}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(13), ..ProptestConfig::default() })]

    /// Whatever a file holds, it is read or refused.
    #[test]
    fn any_text_and_any_damaged_workbook_is_read_or_refused(
        text in "(?s)[No,;\"\r\n\tTelfna0-9\u{feff}]{0,60}",
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mapping = snapshot("", "rate = { column = \"Rate\", number = true }");
        let _ = (read(text.as_bytes(), &phone()), read(format!("No,Telefon\n{text}").as_bytes(), &phone()));
        let row = "<row r=\"2\"><c r=\"A2\"><v>7</v></c><c r=\"B2\"><v>1.5</v></c></row>";
        let mut bytes = workbook("", row);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes, &mapping);
    }
}

#[test]
fn a_look_shows_all_columns_and_the_first_rows() {
    let (_folder, path) = file(b"No;Telefon;\n1;2;3\n4;5;6\n7;8;9\n");
    let table = Table::look_at(&path, 2).unwrap();
    assert_eq!(table.found.headers, ["No", "Telefon", ""]);
    assert_eq!(table.shown(), [["1", "2", "3"], ["4", "5", "6"]]);
}
