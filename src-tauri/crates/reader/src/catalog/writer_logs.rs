//! Numbers of the writers' logs: which of them the files hold, and so which are missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use decode::{DecodedRows, log_number};
use event::Event;
use query::SequenceGap;
use rusqlite::{Connection, Transaction, params};

/// Consecutive numbers of one writer's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberRange {
    pub writer: String,
    pub first: u64,
    /// Inclusive.
    pub last: u64,
}

/// A number of a writer's log.
pub(crate) type LogNumber = (String, u64);

/// Numbers of the writers' logs that the rows of one file have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileNumbers {
    /// All of them.
    pub all: WriterLogs,
    /// Those that more than one row has.
    pub again: WriterLogs,
}

impl FileNumbers {
    /// The numbers of decoded rows. Rows without a writer or a number have none.
    pub fn of(rows: &DecodedRows) -> Self {
        let mut numbers = Self::default();
        let mut run: Option<(&str, u64, u64)> = None;
        for row in 0..rows.len() {
            let Some((writer, seq)) = log_number(rows.head.get(row)) else { continue };
            run = match run {
                Some((same, first, last)) if same == writer && last.checked_add(1) == Some(seq) => {
                    Some((writer, first, seq))
                }
                ended => {
                    numbers.add_run(ended);
                    Some((writer, seq, seq))
                }
            };
        }
        numbers.add_run(run);
        numbers
    }

    /// Adds the numbers of consecutive rows.
    fn add_run(&mut self, run: Option<(&str, u64, u64)>) {
        if let Some((writer, first, last)) = run {
            self.add(&NumberRange { writer: writer.to_owned(), first, last });
        }
    }

    fn add(&mut self, range: &NumberRange) {
        for overlap in self.all.add(range) {
            self.again.add(&overlap);
        }
    }

    /// Adds the numbers of further rows.
    pub fn extend(&mut self, other: &Self) {
        other.all.ranges().for_each(|range| self.add(&range));
        other.again.ranges().for_each(|range| drop(self.again.add(&range)));
    }
}

/// A set of numbers of the writers' logs: for each writer ranges, by their first number, with their
/// last. No two of them touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WriterLogs(BTreeMap<String, BTreeMap<u64, u64>>);

impl WriterLogs {
    /// Adds a range. Returns the parts of it that were there before.
    pub fn add(&mut self, range: &NumberRange) -> Vec<NumberRange> {
        let ranges = self.0.entry(range.writer.clone()).or_default();
        let (mut first, mut last) = (range.first, range.last);
        let mut overlaps = Vec::new();
        let touching: Vec<(u64, u64)> = ranges
            .range(..=range.last.saturating_add(1))
            .rev()
            .map(|(&first, &last)| (first, last))
            .take_while(|&(_, last)| last.saturating_add(1) >= range.first)
            .collect();
        for (other_first, other_last) in touching {
            let (from, to) = (other_first.max(range.first), other_last.min(range.last));
            if from <= to {
                let writer = range.writer.clone();
                overlaps.push(NumberRange { writer, first: from, last: to });
            }
            ranges.remove(&other_first);
            (first, last) = (first.min(other_first), last.max(other_last));
        }
        ranges.insert(first, last);
        overlaps
    }

    /// All ranges, by writer, ascending.
    pub fn ranges(&self) -> impl Iterator<Item = NumberRange> {
        self.0.iter().flat_map(|(writer, ranges)| {
            let range = |(&first, &last)| NumberRange { writer: writer.clone(), first, last };
            ranges.iter().map(range)
        })
    }

    /// The ranges as JSON; `None` if there are none.
    pub fn to_json(&self) -> Option<String> {
        let one = |range: NumberRange| (range.writer, range.first, range.last);
        let ranges: Vec<_> = self.ranges().map(one).collect();
        (!ranges.is_empty()).then(|| serde_json::to_string(&ranges).unwrap_or_default())
    }

    /// Whether it has no number.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it has this number.
    pub fn has(&self, (writer, seq): &LogNumber) -> bool {
        let ranges = self.0.get(writer);
        let range = ranges.and_then(|ranges| ranges.range(..=seq).next_back());
        range.is_some_and(|(_, last)| last >= seq)
    }

    /// Numbers below the highest of each writer that are missing: logs begin at 0.
    pub fn gaps(&self) -> Vec<SequenceGap> {
        let mut gaps = Vec::new();
        for (writer, ranges) in &self.0 {
            let mut next = 0;
            for (&first, &last) in ranges {
                if first > next {
                    let (first, last) = (next.to_string(), (first - 1).to_string());
                    gaps.push(SequenceGap { writer: writer.clone(), first, last });
                }
                next = last.saturating_add(1);
            }
        }
        gaps
    }

    /// Whether the last number before `next` of a writer's log is there.
    pub fn reaches(&self, writer: &str, next: u64) -> bool {
        next.checked_sub(1).is_none_or(|last| self.has(&(writer.to_owned(), last)))
    }

    /// [`WriterLogs::gaps`], where a writer's log has all numbers before `next`.
    pub fn gaps_up_to(&mut self, writer: &str, next: u64) -> Vec<SequenceGap> {
        self.add(&NumberRange { writer: writer.to_owned(), first: next, last: next });
        self.gaps()
    }

    /// Adds the numbers of events that lie in no file.
    pub fn add_events(&mut self, events: &[Event]) {
        for (writer, seq) in events.iter().filter_map(|one| one.writer.as_ref().zip(one.seq)) {
            self.add(&NumberRange { writer: writer.clone(), first: seq, last: seq });
        }
    }

    /// Loads what [`WriterLogs::save`] saved.
    pub(super) fn load(from: &Connection) -> rusqlite::Result<Self> {
        let mut logs = Self::default();
        let mut ranges = from.prepare("SELECT writer, first, last FROM log")?;
        let mut rows = ranges.query([])?;
        while let Some(row) = rows.next()? {
            let (first, last): (i64, i64) = (row.get(1)?, row.get(2)?);
            let ranges = logs.0.entry(row.get(0)?).or_default();
            ranges.insert(first.cast_unsigned(), last.cast_unsigned());
        }
        Ok(logs)
    }

    /// What the files of the catalog hold together, but those that are in one of the segments
    /// `without` or have one of the names `gone`.
    pub(super) fn of_files(
        from: &Connection,
        without: &[i64],
        gone: &[Arc<str>],
    ) -> rusqlite::Result<Self> {
        let mut logs = Self::default();
        let sql = "SELECT name, segment, numbers FROM file WHERE numbers IS NOT NULL";
        let mut files = from.prepare(sql)?;
        let mut rows = files.query([])?;
        while let Some(row) = rows.next()? {
            let (name, segment): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
            let is_gone = segment.is_some_and(|id| without.contains(&id));
            if is_gone || gone.iter().any(|other| **other == *name) {
                continue;
            }
            let ranges: String = row.get(2)?;
            let ranges: Vec<(String, u64, u64)> = serde_json::from_str(&ranges).unwrap_or_default();
            for (writer, first, last) in ranges {
                logs.add(&NumberRange { writer, first, last });
            }
        }
        Ok(logs)
    }

    /// Saves it in place of what was saved before.
    pub(super) fn save(&self, to: &Transaction<'_>) -> rusqlite::Result<()> {
        to.execute("DELETE FROM log", [])?;
        let mut put = to.prepare("INSERT INTO log VALUES (?1, ?2, ?3)")?;
        for NumberRange { writer, first, last } in self.ranges() {
            put.execute(params![writer, first.cast_signed(), last.cast_signed()])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn range(first: u64, last: u64) -> NumberRange {
        NumberRange { writer: "w".to_owned(), first, last }
    }

    #[test]
    fn f10_missing_numbers_are_those_below_the_highest() {
        let table = [
            (vec![], ""),
            (vec![(0, 9)], ""),
            (vec![(0, 9), (10, 19)], ""),
            (vec![(20, 29), (0, 9)], "10-19"),
            (vec![(5, 9)], "0-4"),
            (vec![(u64::MAX, u64::MAX)], "0-18446744073709551614"),
        ];
        for (ranges, expected) in table {
            let mut logs = WriterLogs::default();
            for &(first, last) in &ranges {
                assert_eq!(logs.add(&range(first, last)), []);
            }
            let gaps: Vec<String> =
                logs.gaps().iter().map(|gap| format!("{}-{}", gap.first, gap.last)).collect();
            assert_eq!(gaps.join(" "), expected, "{ranges:?}");
        }
    }

    proptest! {
        #[test]
        fn f10_ranges_are_a_set_of_numbers(ranges: Vec<(u8, u8)>) {
            let (mut logs, mut set) = (WriterLogs::default(), BTreeSet::new());
            for (a, b) in ranges {
                let (first, last) = (u64::from(a.min(b)), u64::from(a.max(b)));
                let mut there = BTreeSet::new();
                for overlap in logs.add(&range(first, last)) {
                    there.extend(overlap.first..=overlap.last);
                }
                let expected = (first..=last).filter(|seq| set.contains(seq));
                prop_assert_eq!(there, expected.collect::<BTreeSet<_>>());
                set.extend(first..=last);
            }
            for seq in 0..=256 {
                prop_assert_eq!(logs.has(&("w".to_owned(), seq)), set.contains(&seq));
            }
            let missing: usize = logs.gaps().iter().map(|gap| {
                let number = |text: &str| text.parse::<usize>().unwrap_or_default();
                number(&gap.last) - number(&gap.first) + 1
            }).sum();
            let highest = set.last().map_or(0, |last| usize::try_from(*last).unwrap_or_default() + 1);
            prop_assert_eq!(missing, highest - set.len());
        }
    }
}
