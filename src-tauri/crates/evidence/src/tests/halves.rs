//! No half file: whatever fails, and whenever it is cancelled, nothing is left under any name.

use std::collections::BTreeSet;

use query::CancellationToken;

use super::{Exporting, entries, now};
use crate::altered::Altered;
use crate::aside::AsideFile;
use crate::aside::tests::set_room;
use crate::export::Output;
use crate::xlsx::Xlsx;
use crate::{Error, Form};

const FORMS: [(Form, &str); 5] = [
    (Form::Csv { byte_order_mark: false }, "events.csv"),
    (Form::Xlsx, "events.xlsx"),
    (Form::Ndjson, "events.ndjson"),
    (Form::Parquet, "events.parquet"),
    (Form::Extract, "extract"),
];

#[test]
fn where_the_disk_is_full_at_any_byte_nothing_is_left_and_what_was_there_stays() {
    for (form, name) in FORMS {
        let place = Exporting::new(entries());
        let mut export = place.export(form, name);
        export.about = Some(place.path("about.json"));
        let mut failed = 0;
        for room in (0..1 << 20).step_by(211) {
            set_room(Some(room));
            let ended = place.run(&export);
            set_room(None);
            match ended {
                Err(error) => {
                    assert!(error.to_string().contains("written"), "{error}");
                    assert_eq!(place.names(), [""; 0], "{form:?} with room for {room} bytes");
                    failed += 1;
                }
                Ok(_) => break,
            }
        }
        assert!(failed > 5, "{form:?}: {failed}");
        assert_eq!(place.names(), ["about.json", name]);
    }
}

#[test]
fn a_file_that_was_there_stays_until_the_new_one_is_whole() {
    for (form, name) in FORMS.into_iter().filter(|(form, _)| *form != Form::Extract) {
        let place = Exporting::new(entries());
        let mut export = place.export(form, name);
        std::fs::write(&export.out, "before").unwrap();
        assert!(matches!(place.run(&export), Err(Error::Exists(_))));
        export.overwrite = true;
        set_room(Some(100));
        let ended = place.run(&export);
        set_room(None);
        assert!(ended.is_err());
        assert_eq!(std::fs::read_to_string(&export.out).unwrap(), "before");
        assert_eq!(place.names(), [name]);
        place.run(&export).unwrap();
        assert_ne!(std::fs::read(&export.out).unwrap(), b"before");
        assert_eq!(place.names(), [name]);
    }
}

#[test]
fn what_is_cancelled_leaves_nothing() {
    for (form, name) in FORMS {
        let place = Exporting::new(entries());
        let mut export = place.export(form, name);
        export.about = Some(place.path("about.json"));
        let token = CancellationToken::new();
        let _inside = place.runtime.enter();
        let ended = export.run(&place.engine, now(), &token, |_| token.cancel());
        assert!(ended.as_ref().is_err_and(Error::is_cancelled), "{form:?}: {ended:?}");
        assert_eq!(place.names(), [""; 0], "{form:?}");
    }
}

#[test]
fn a_sheet_that_is_cancelled_while_its_file_is_made_leaves_nothing() {
    let place = Exporting::new(entries());
    let path = place.path("events.xlsx");
    let (file, token) = (AsideFile::begin(&path, false).unwrap(), CancellationToken::new());
    let (further, mut altered) = (BTreeSet::new(), Altered::default());
    let about = place.run(&place.export(Form::Ndjson, "events.ndjson")).unwrap();
    let mut sheet = Xlsx::begin(file, further, now(), token.clone(), &mut altered).unwrap();
    sheet.write(&place.all(), &mut altered).unwrap();
    token.cancel();
    let ended = Box::new(sheet).finish(&about);
    assert!(ended.as_ref().is_err_and(Error::is_cancelled), "{ended:?}");
    assert_eq!(place.names(), ["events.ndjson"]);
}

#[test]
fn folders_journals_and_one_file_for_two_are_refused() {
    let place = Exporting::new(entries());
    std::fs::create_dir_all(place.path("firm/journal/2024")).unwrap();
    std::fs::create_dir(place.path("folder")).unwrap();
    let csv = Form::Csv { byte_order_mark: false };
    let table = [
        (csv, "folder", "folder is a folder that is there already"),
        (Form::Extract, "folder", "folder is a folder that is there already"),
        (Form::Parquet, "firm/journal/a.parquet", "where only a journal's own files lie"),
        (Form::Parquet, "firm/journal/2024/a.parquet", "where only a journal's own files lie"),
        (Form::Extract, "firm/journal/part", "where only a journal's own files lie"),
        (csv, "nowhere/events.csv", "there is no folder"),
    ];
    for (form, name, why) in table {
        let mut export = place.export(form, name);
        export.overwrite = true;
        let refused = place.run(&export).unwrap_err().to_string();
        assert!(refused.contains(why), "{name}: {refused}");
    }
    let mut export = place.export(csv, "events.csv");
    export.about = Some(export.out.clone());
    assert!(matches!(place.run(&export), Err(Error::SameFile(_))));
    assert_eq!(place.names(), ["firm", "folder"]);
}
