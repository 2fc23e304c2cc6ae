//! What a mapping may say.

use crate::{Error, Mapping};

const HEAD: &str = "kind = \"snapshot\"\ntype = \"candidate\"\nid = { column = \"No\" }\n";
const CHANGES: &str = "kind = \"changes\"\ntype = \"candidate\"\nid = { column = \"No\" }\n";

#[test]
fn what_a_mapping_says_wrongly_is_one_sentence() {
    let snapshot = |rest: &str| format!("{HEAD}{rest}");
    let changes = |rest: &str| format!("{CHANGES}{rest}");
    let field = |text: &str| format!("{HEAD}[fields]\nrate = {text}");
    let cases = [
        (String::new(), "is empty: it says at least kind, type, id and [fields]"),
        (" \n".to_owned(), "is empty"),
        ("kind".to_owned(), "is not understood in line 1"),
        ("kind = \"diff\"".to_owned(), "unknown variant `diff`, expected `snapshot` or `changes`"),
        ("kind = \"snapshot\"".to_owned(), "missing field `type`"),
        (snapshot(""), "names no [fields]"),
        (snapshot("fieldz = 1"), "is not understood in line 4: unknown field `fieldz`"),
        (snapshot("at = { column = \"x\" }\n[fields]\na = { column = \"A\" }"), "has at or action, and a snapshot"),
        (snapshot("delimiter = \"ab\"\n[fields]\na = { column = \"A\" }"), "is not understood in line 4"),
        (snapshot("delimiter = \"\\n\"\n[fields]\na = { column = \"A\" }"), "has a delimiter that separates no cells"),
        (snapshot("decimal = \";\"\n[fields]\na = { column = \"A\" }"), "unknown variant `;`, expected `.` or `,`"),
        (snapshot("[fields]\n\"*\" = { column = \"A\" }"), "names a field “*”"),
        (field("{ column = \"\" }"), "a column without a name"),
        (field("{ colum = \"A\" }"), "unknown field `colum`"),
        (field("7"), "expected a text, or a column as in { column = \"No\" }"),
        (field("{ column = \"A\", number = false }"), "number = false says nothing"),
        (field("{ column = \"A\", number = \"1.234\" }"), "does not show how numbers are written"),
        (field("{ column = \"A\", number = \"x\" }"), "does not show how numbers are written"),
        (field("{ column = \"A\", number = true, date = \"%Y-%m-%d\" }"), "is a number and a date at once"),
        (field("{ column = \"A\", date = \"%Q\" }"), "has the date format “%Q”, which is none"),
        (field("{ column = \"A\", date = \"dd.mm.yyyy\" }"), "which is none"),
        (field("{ column = \"A\", date = \"%Y-%m\" }"), "which is none"),
        (snapshot("[fields]\n\"\" = { column = \"A\" }"), "names a field “”, which is empty"),
        (field("{ column = \"A\", zone = \"UTC\" }"), "has a zone and no date"),
        (field("{ column = \"A\", date = \"%Y-%m-%d\", zone = \"Berlin\" }"), "no time zone"),
        (changes("[fields]\nfield = { column = \"F\" }\nnew = { column = \"N\" }"), "lacks at"),
        (changes("at = { column = \"T\" }\n[fields]\nfield = { column = \"F\" }"), "lacks new below [fields]"),
        (changes("at = { column = \"T\" }\n[fields]\nphone = { column = \"F\" }"), "names “phone” below [fields]"),
        (
            changes("at = { column = \"T\", format = \"soon\" }\n[fields]\nfield = \"a\"\nnew = { column = \"N\" }"),
            "has the date format “soon”",
        ),
        (
            "kind = \"snapshot\"\ntype = \"a\"\nid = \"b\"\n[fields]\nc = { column = \"C\" }".to_owned(),
            "has one id for all rows",
        ),
        (
            "kind = \"snapshot\"\ntype = \"\"\nid = { column = \"b\" }\n[fields]\nc = { column = \"C\" }".to_owned(),
            "has an empty text",
        ),
    ];
    for (text, expected) in cases {
        let Err(Error::Mapping(why)) = Mapping::parse(&text) else { panic!("understood: {text}") };
        assert!(why.contains(expected), "{text}\nsaid: {why}\nexpected: {expected}");
        assert!(!why.contains('\n'), "{why}");
    }
}

#[test]
fn a_mapping_is_written_as_it_is_read() {
    let texts = [
        "\u{feff}kind = \"snapshot\"\nformat = \"csv\"\ndelimiter = \"\\t\"\ndecimal = \",\"\nencoding = \"utf-16le\"\n\
         source = \"hr\"\ncuts = [\"keeps 20 fields\"]\ntype = { column = \"T\" }\nid = { column = \"No\" }\n\
         actor = \"hr\"\nworkspace = { column = \"W\" }\n[fields]\na = { column = \"A\", number = \"1.234,5\" }\n\
         b = { column = \"B\", number = true }\nc = { column = \"C\", date = \"%d.%m.%Y %H:%M\", zone = \"UTC\" }\n\
         d = { column = \"D\", number = \"1.234.567\" }\ne = { column = \"E\", number = \"1234,5\" }\nf = \"x\"",
        "kind = \"changes\"\nsheet = \"Log\"\ntype = \"a\"\nid = \"b\"\nat = { column = \"T\", format = \"%s\" }\n\
         action = { column = \"Op\", insert = [\"I\"], delete = [\"D\", \"X\"] }\n[fields]\nfield = { column = \"F\" }\n\
         old = { column = \"O\" }\nnew = { column = \"N\" }",
    ];
    for text in texts {
        let mapping = Mapping::parse(text).unwrap();
        assert_eq!(Mapping::parse(&mapping.to_toml()).unwrap(), mapping);
    }
}
