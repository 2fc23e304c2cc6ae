//! Texts that people ask for: one rule compares them wherever they are asked (F14).

use event::Column;
use futures::StreamExt;
use query::{CancellationToken, EventsQuery, Filters, RecordsQuery, SearchResults, Term};

use crate::buckets::{Place, row};
use crate::held::open;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn f14_texts_are_compared_by_one_rule_wherever_they_are_asked_for() {
    // What is in the journal, what is asked for, and whether that finds it.
    let table = [
        ("Straße", "STRASSE", true),
        ("STRASSE", "straße", true),
        ("Zoe\u{308}", "ZOË", true),
        ("Zoë", "zoe\u{308}", true),
        ("ΟΔΟΣ", "οδος", true),
        ("οδός", "ΟΔΌΣ", true),
        ("ﬁrm", "FIRM", true),
        ("Ǆ", "ǆ", true),
        ("ＡＢＣ", "ａｂｃ", true),
        ("ＡＢＣ", "abc", false),
        ("Zoë", "Zoe", false),
        ("ISTANBUL", "ıstanbul", false),
        ("İstanbul", "i\u{307}stanbul", true),
        (r"Zo\u00eb", "zoë", false),
    ];
    let place = Place::new();
    let record = |nth: usize, name: &str| format!("{name} {nth}");
    let rows = table.iter().enumerate().map(|(nth, (stored, ..))| {
        let (id, time) = (format!("evt-{nth}"), "2024-03-01T09:00:00Z");
        row(&id, time, &record(nth, stored), "name", "update", ["", stored])
    });
    place.write("20240301_090000_000.parquet", &rows.collect::<Vec<_>>());
    let session = open(&place.bucket(), &place.home()).await;
    let engine = session.refresh().await.unwrap();
    let token = CancellationToken::new();
    let events = async |filters: Filters| {
        let query = EventsQuery { filters, limit: 99, ..EventsQuery::default() };
        let page = engine.events(&query, &token).await.unwrap().value;
        page.items.into_iter().map(|item| item.entry).collect::<Vec<_>>()
    };
    for (nth, (stored, asked, found)) in table.into_iter().enumerate() {
        let is_it = |id: &str| id == record(nth, stored);
        let filters = Filters { contains: Some(asked.to_owned()), ..Filters::default() };
        let filtered = events(filters).await.iter().any(|entry| is_it(&entry.event.entity_id));

        let contains = Some(asked.to_owned());
        let query = RecordsQuery { contains, limit: 99, ..RecordsQuery::default() };
        let records = engine.records(&query, &token).await.unwrap().value.records;
        let listed = records.iter().any(|one| is_it(&one.record.entity_id));

        let searched = engine.search(asked, &token).map(|results| results.unwrap().value);
        let results: Vec<SearchResults> = searched.collect().await;
        let hits = &results.last().unwrap().hits;
        let searched = hits.iter().any(|entry| is_it(&entry.event.entity_id));
        assert_eq!([filtered, listed, searched], [found; 3], "{stored} by {asked}");

        // A filter for a value takes it as it is written.
        for (value, is_same) in [(stored, true), (asked, stored == asked)] {
            let term = Term::including(record(nth, value));
            let exact = events(Filters::default().with(Column::EntityId, term)).await;
            assert_eq!(exact.len(), usize::from(is_same), "{stored} by exactly {value}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_text_that_nothing_has_is_searched_for_loosely_and_that_is_said() {
    let place = Place::new();
    let phones = ["+49 (30) 555-01 99", "+49 30 555 0198"];
    let rows = phones.iter().enumerate().map(|(nth, phone)| {
        let id = format!("evt-{nth}");
        row(&id, "2024-03-01T09:00:00Z", "CAND-00342", "phone", "update", ["", phone])
    });
    place.write("20240301_090000_000.parquet", &rows.collect::<Vec<_>>());
    let engine = open(&place.bucket(), &place.home()).await.refresh().await.unwrap();
    // What is asked for, how many values and records have it, and whether loosely.
    let table = [
        ("555 0198", 1, 0, false),
        ("555-0198", 1, 0, true),
        ("030/5550199", 1, 0, true),
        ("30.555.0199", 1, 0, true),
        ("cand 342", 0, 1, true),
        ("19/9", 0, 0, false),
    ];
    for (asked, in_values, records, loosely) in table {
        let results = engine.search(asked, &CancellationToken::new());
        let results: Vec<_> = results.map(|found| found.unwrap().value).collect().await;
        let found = results.last().unwrap();
        assert_eq!(
            (found.in_values, found.hits.len(), found.records.len(), found.loosely),
            (in_values, in_values, records, loosely),
            "{asked}"
        );
    }
}
