//! `count`, as the engine has it, but for distinct texts of groups: the engine keeps a set of its own, of
//! some 20 kB, for each group. A journal has many groups and few texts in each.

use std::hash::BuildHasher;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListBuilder, StringViewArray,
    StringViewBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF,
    SetMonotonicity, Signature, StatisticsArgs,
};
use datafusion::scalar::ScalarValue;
use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// `count`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Count {
    /// That of the engine.
    inner: Arc<AggregateUDF>,
}

impl Count {
    pub fn new() -> Self {
        Self { inner: count_udaf() }
    }
}

/// Whether distinct texts are counted.
fn counts_texts(args: &AccumulatorArgs<'_>) -> bool {
    let kind = args.expr_fields.first().map(|field| field.data_type());
    args.is_distinct && args.exprs.len() == 1 && kind == Some(&DataType::Utf8View)
}

impl AggregateUDFImpl for Count {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.inner.return_type(kinds)
    }

    fn is_nullable(&self) -> bool {
        self.inner.is_nullable()
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.inner.accumulator(args)
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        self.inner.create_sliding_accumulator(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        counts_texts(&args) || self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        if counts_texts(&args) {
            return Ok(Box::new(DistinctTexts::default()));
        }
        self.inner.create_groups_accumulator(args)
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn default_value(&self, kind: &DataType) -> Result<ScalarValue> {
        self.inner.default_value(kind)
    }

    fn value_from_stats(&self, args: &StatisticsArgs<'_>) -> Option<ScalarValue> {
        self.inner.value_from_stats(args)
    }

    fn set_monotonicity(&self, kind: &DataType) -> SetMonotonicity {
        self.inner.inner().set_monotonicity(kind)
    }
}

/// Distinct texts of all groups, in one table.
#[derive(Default)]
struct DistinctTexts {
    seen: HashTable<Seen>,
    /// The texts, one after the other.
    texts: Vec<u8>,
    /// How many texts each group has.
    counts: Vec<i64>,
}

/// Text of a group.
#[derive(Debug, Clone, Copy)]
struct Seen {
    group: usize,
    /// Where it lies among the texts.
    start: usize,
    end: usize,
}

impl DistinctTexts {
    fn add(&mut self, group: usize, text: &str) {
        let Self { seen, texts, counts } = self;
        let hash = hash(group, text.as_bytes());
        let is_same =
            |seen: &Seen| seen.group == group && texts[seen.start..seen.end] == *text.as_bytes();
        if seen.find(hash, is_same).is_some() {
            return;
        }
        let start = texts.len();
        texts.extend_from_slice(text.as_bytes());
        let new = Seen { group, start, end: texts.len() };
        let texts = &*texts;
        let rehash = |seen: &Seen| self::hash(seen.group, &texts[seen.start..seen.end]);
        seen.insert_unique(hash, new, rehash);
        counts[group] += 1;
    }

    /// Forgets the first groups, which were emitted: the others move up.
    fn forget(&mut self, groups: usize) {
        let before = std::mem::take(self);
        self.counts = vec![0; before.counts.len().saturating_sub(groups)];
        for Seen { group, start, end } in before.seen {
            if let Some(group) = group.checked_sub(groups)
                && let Ok(text) = std::str::from_utf8(&before.texts[start..end])
            {
                self.add(group, text);
            }
        }
    }

    /// How many groups are emitted.
    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.counts.len(),
            EmitTo::First(groups) => groups.min(self.counts.len()),
        }
    }
}

/// Hash of a text of a group.
fn hash(group: usize, text: &[u8]) -> u64 {
    FixedState::with_seed(group as u64).hash_one(text)
}

impl GroupsAccumulator for DistinctTexts {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.counts.resize(groups, 0);
        let texts = texts(&values[0])?;
        for (row, &group) in group_indices.iter().enumerate() {
            let is_filtered = filter.is_some_and(|f| f.is_null(row) || !f.value(row));
            if texts.is_valid(row) && !is_filtered {
                self.add(group, texts.value(row));
            }
        }
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        _: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.counts.resize(groups, 0);
        let lists = values[0].as_list::<i32>();
        for (row, &group) in group_indices.iter().enumerate() {
            let of_row = texts(&lists.value(row))?;
            of_row.iter().flatten().for_each(|text| self.add(group, text));
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = self.emitted(emit_to);
        let counts: Int64Array = self.counts[..groups].iter().copied().collect();
        self.forget(groups);
        Ok(Arc::new(counts))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.emitted(emit_to);
        let mut emitted: Vec<Seen> =
            self.seen.iter().filter(|seen| seen.group < groups).copied().collect();
        emitted.sort_unstable_by_key(|seen| (seen.group, seen.start));
        let mut lists = ListBuilder::new(StringViewBuilder::new());
        let mut emitted = emitted.into_iter().peekable();
        for group in 0..groups {
            while let Some(seen) = emitted.next_if(|seen| seen.group == group) {
                let text = std::str::from_utf8(&self.texts[seen.start..seen.end]);
                lists.values().append_option(text.ok());
            }
            lists.append(true);
        }
        let lists = lists.finish();
        self.forget(groups);
        Ok(vec![Arc::new(lists)])
    }

    fn size(&self) -> usize {
        self.seen.allocation_size() + self.texts.capacity() + self.counts.capacity() * 8
    }
}

/// An array as texts.
fn texts(array: &ArrayRef) -> Result<StringViewArray> {
    Ok(cast(array, &DataType::Utf8View)?.as_string_view().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[Option<&str>]) -> ArrayRef {
        Arc::new(all.iter().copied().collect::<StringViewArray>())
    }

    fn counts(of: &mut DistinctTexts, emit_to: EmitTo) -> Vec<i64> {
        let counts = of.evaluate(emit_to).expect("counts");
        counts.as_primitive::<arrow::datatypes::Int64Type>().values().to_vec()
    }

    #[test]
    fn texts_are_counted_once_a_group_in_parts_and_together() {
        let add = |of: &mut DistinctTexts| {
            let values = [Some("a"), Some("b"), Some("a"), None, Some("a"), Some(""), Some("b")];
            let filter = BooleanArray::from(vec![true, true, true, true, true, true, false]);
            of.update_batch(&[texts(&values)], &[0, 0, 0, 0, 1, 2, 2], Some(&filter), 4)
                .expect("an update");
        };
        let mut whole = DistinctTexts::default();
        add(&mut whole);
        assert_eq!(counts(&mut whole, EmitTo::All), [2, 1, 1, 0]);

        let mut first = DistinctTexts::default();
        add(&mut first);
        assert_eq!(counts(&mut first, EmitTo::First(1)), [2]);
        assert_eq!(counts(&mut first, EmitTo::All), [1, 1, 0]);

        let (mut part, mut merged) = (DistinctTexts::default(), DistinctTexts::default());
        add(&mut part);
        let state = part.state(EmitTo::All).expect("a state");
        merged.merge_batch(&state, &[1, 1, 0, 0], None, 2).expect("a merge");
        assert_eq!(counts(&mut merged, EmitTo::All), [1, 2]);
    }
}
