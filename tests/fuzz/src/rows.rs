//! What holds of rows, wherever they come from.

use decode::{DecodedRows, decode_head, decode_values};
use event::DIMENSIONS;

/// All columns are of one length, every code has a word, and the pipe changes nothing.
pub fn even_and_the_same_again(rows: &DecodedRows) {
    let all = rows.len();
    assert_eq!((rows.number.len(), rows.no_op.len()), (all, all));
    for column in rows.terms.iter().chain([&rows.entity_id]) {
        assert_eq!(column.codes.len(), all);
        assert!(column.codes.iter().all(|&code| (code as usize) < column.values.len()));
    }
    for lines in [&rows.head, &rows.values] {
        assert_eq!(lines.ends.len(), all);
        (0..all).for_each(|row| drop(lines.get(row).to_vec()));
    }
    assert_eq!(DecodedRows::from_bytes(&rows.to_bytes()).as_ref(), Some(rows));
}

/// Rows of a file: each is good or bad, once, and a good one has all it needs.
pub fn as_decoded(rows: &DecodedRows) {
    even_and_the_same_again(rows);
    let good = rows.number.iter().map(|&number| u64::from(number));
    let mut numbers: Vec<u64> = good.chain(rows.bad.iter().map(|(number, _)| *number)).collect();
    numbers.sort_unstable();
    assert!((0..rows.in_file).eq(numbers), "each row of the file, once");
    assert!(rows.number.is_sorted());
    assert!(rows.bad.iter().all(|(_, problem)| !problem.is_empty()));
    for (codes, column) in rows.terms.iter().zip(DIMENSIONS).filter(|(_, c)| !c.is_nullable()) {
        assert!(codes.values.iter().all(Option::is_some), "{}", column.name());
    }
    assert!(rows.entity_id.values.iter().all(Option::is_some));
    let mut id = String::new();
    for row in 0..rows.len() {
        assert!(decode_head(rows.head.get(row), &mut id).is_some());
        assert!(decode_values(rows.values.get(row)).is_some());
    }
}
