//! Which events filters let through.

use event::{Entry, Event, FILTER_COLUMNS, fold_case, fold_loosely, search_texts};
use query::{Column, Filters, Missing, Term, Undecided};

use crate::predicates::decide;

/// The events that filters let through, in their order.
pub(crate) fn let_through<'a>(filters: &Filters, entries: &'a [Entry]) -> Vec<&'a Entry> {
    let mut found = but_for_no_ops(filters, entries);
    found.retain(|entry| !(filters.hide_no_ops && entry.event.is_no_op()));
    found
}

/// The events that filters let through if updates that changed nothing are not left out.
pub(crate) fn but_for_no_ops<'a>(filters: &Filters, entries: &'a [Entry]) -> Vec<&'a Entry> {
    let passes = |entry: &&Entry| {
        let event = &entry.event;
        filters.predicates.iter().all(|predicate| decide(filters, predicate, event) == Ok(true))
    };
    but_for_predicates(filters, entries).filter(passes).collect()
}

/// The events that predicates do not decide, and every other filter lets through.
pub(crate) fn undecided(filters: &Filters, entries: &[Entry]) -> Undecided {
    let mut undecided = Undecided::default();
    for entry in but_for_predicates(filters, entries) {
        let decisions = filters.predicates.iter().map(|one| decide(filters, one, &entry.event));
        let decisions: Vec<Result<bool, Missing>> = decisions.collect();
        if decisions.contains(&Ok(false)) || (filters.hide_no_ops && entry.event.is_no_op()) {
            continue;
        }
        if let Some(missing) = decisions.into_iter().find_map(Result::err) {
            *undecided.of(missing) += 1;
        }
    }
    undecided
}

fn but_for_predicates<'a>(
    filters: &Filters,
    entries: &'a [Entry],
) -> impl Iterator<Item = &'a Entry> {
    let marks =
        |entry: &Entry| filters.marks.iter().all(|(mark, has)| entry.marks.contains(mark) == *has);
    entries.iter().filter(move |entry| hold(filters, &entry.event) && marks(entry))
}

fn hold(filters: &Filters, event: &Event) -> bool {
    FILTER_COLUMNS.into_iter().all(|column| terms_hold(filters.of(column), text(event, column)))
        && filters.since.is_none_or(|since| event.timestamp >= since)
        && filters.until.is_none_or(|until| event.timestamp < until)
        && filters.contains.as_deref().is_none_or(|text| is_in_values(event, text, filters.loosely))
}

/// Any of the values to have, if there are any, and none of those not to have.
pub(crate) fn terms_hold(terms: &[Term], value: &str) -> bool {
    let (exclude, include): (Vec<&Term>, Vec<&Term>) = terms.iter().partition(|t| t.exclude);
    let is_one_of = |terms: &[&Term]| terms.iter().any(|term| term.value == value);
    (include.is_empty() || is_one_of(&include)) && !is_one_of(&exclude)
}

/// A column of an event as text. No workspace and the empty workspace are the same.
pub(crate) fn text(event: &Event, column: Column) -> &str {
    match column {
        Column::EntityType => &event.entity_type,
        Column::EntityId => &event.entity_id,
        Column::Field => &event.field,
        Column::Action => event.action.as_str(),
        Column::Actor => &event.actor,
        Column::Source => &event.source,
        Column::WorkspaceId => event.workspace_id.as_deref().unwrap_or_default(),
        other => unreachable!("no event is filtered by its {}", other.name()),
    }
}

fn is_in_values(event: &Event, text: &str, loosely: bool) -> bool {
    let values = [&event.old_value, &event.new_value].into_iter().flatten();
    let mut texts = values.flat_map(|value| search_texts(value));
    if loosely {
        texts.any(|value| fold_loosely(&value).contains(&fold_loosely(text)))
    } else {
        texts.any(|value| value.contains(&*fold_case(text)))
    }
}

/// Whether a text holds another, in any case.
pub(crate) fn contains(text: &str, other: &str) -> bool {
    fold_case(text).contains(&*fold_case(other))
}
