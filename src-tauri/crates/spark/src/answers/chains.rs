//! Broken value chains.

use std::cmp::Reverse;
use std::sync::Arc;

use event::Entry;
use query::{CancellationToken, ChainBreak, ChainsPage, ChainsQuery};

use crate::Error;
use crate::selection::oldest_first;
use crate::snapshot::{EVENTS, Snapshot};
use crate::sql::{Statement, TIME};

/// Condition that an event changes values.
const CHANGES: &str = "`action` in ('insert', 'update', 'delete')";

impl Snapshot {
    /// Page of the broken chains.
    pub async fn chains(
        &self,
        query: &ChainsQuery,
        token: &CancellationToken,
    ) -> Result<ChainsPage, Error> {
        let breaks = self.breaks.get_or_try_init(|| self.find_breaks(token)).await?;
        let total = breaks.len();
        let is_older = |one: &&ChainBreak| {
            query.after.as_ref().is_none_or(|after| one.entry.position() < *after)
        };
        let mut found: Vec<ChainBreak> = breaks.iter().filter(is_older).cloned().collect();
        let is_last = found.len() <= query.limit;
        found.truncate(query.limit);
        let next = found.last().filter(|_| !is_last).map(|one| one.entry.position());
        Ok(ChainsPage { breaks: found, next, total, folding: None })
    }

    /// All broken chains, newest first: records that may have one are folded.
    async fn find_breaks(&self, token: &CancellationToken) -> Result<Arc<Vec<ChainBreak>>, Error> {
        let mut timelines = self.timelines(Statement::default(), &suspects(), token);
        let (mut entries, mut expected) = (Vec::new(), Vec::new());
        while let Some(timeline) = timelines.next().await? {
            for found in timeline.breaks() {
                entries.push(timeline.entries()[found.index].clone());
                expected.push(found.expected);
            }
        }
        self.complete(&mut entries, token).await?;
        let one = |(entry, expected): (Entry, _)| ChainBreak { entry: Arc::new(entry), expected };
        let mut breaks: Vec<ChainBreak> = entries.into_iter().zip(expected).map(one).collect();
        breaks.sort_by_cached_key(|one| Reverse(one.entry.position()));
        Ok(Arc::new(breaks))
    }
}

/// Text that selects the records that may have a broken chain: an update does not follow the value
/// before it in its field, or the record as a whole may have said that value.
fn suspects() -> String {
    let previous = |column: &str| {
        format!(
            "lag({column}) over (partition by `entity_type`, `entity_id`, `field` order by {})",
            oldest_first()
        )
    };
    let update = "`action` = 'update'";
    let follows =
        "(previous_action in ('insert', 'update') and previous_value <=> `old_value`)".to_owned();
    let whole = "`field` = '*'";
    format!(
        "select `wanted_type`, `wanted_id` from (select `entity_type` as `wanted_type`, `entity_id` as \
         `wanted_id`, count_if({update} and previous_action is not null and not {follows}) as broken, \
         count_if({update} and previous_action is null) as first_ones, count_if({whole}) as wholes, \
         max(case when {whole} then {TIME} end) as last_whole, min(case when {update} and not {whole} \
         then {TIME} end) as first_update from (select *, {} as previous_action, {} as previous_value \
         from {EVENTS} where {CHANGES}) group by `entity_type`, `entity_id`) where broken > 0 or \
         (first_ones > 0 and wholes > 0) or coalesce(last_whole >= first_update, false)",
        previous("`action`"),
        previous("`new_value`"),
    )
}
