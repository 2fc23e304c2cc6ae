//! Selections that take long: made once for all answers that ask for the same events, and told so far
//! while they are made.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use query::{CancellationToken, Filters, ScanProgress};

use super::select::{Selected, select};
use crate::Error;
use crate::catalog::segment::Row;
use crate::snapshot::Snapshot;

/// Selections that are kept: those of the lists that one has gone back and forth between.
const MOST_KEPT: usize = 4;

/// Rows that are kept of those found so far, at most.
pub(super) const MOST_FOUND: usize = 256;

/// How long an answer waits before it is what was found so far.
const PATIENCE: Duration = Duration::from_millis(40);

/// Selections of a snapshot by their filters, the latest first.
#[derive(Debug, Default)]
pub(crate) struct Selections(Mutex<Vec<(Filters, Arc<Selection>)>>);

/// Selection that is made once.
#[derive(Debug, Default)]
struct Selection {
    /// Held by whoever makes it.
    making: Mutex<()>,
    state: Mutex<State>,
    is_made: Condvar,
    /// Ends the making in the background.
    token: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    made: Option<Arc<Vec<Selected>>>,
    /// Whether somebody makes it in the background.
    is_under_way: bool,
    /// Whether making it there failed: then nobody waits for it.
    has_failed: bool,
    so_far: SoFar,
}

/// What was found while rows are looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct SoFar {
    /// Blocks of rows.
    pub progress: ScanProgress,
    /// How many rows pass.
    pub total: usize,
    /// Some of these: each with the index of its segment, and as a row by record.
    pub rows: Vec<(usize, Row)>,
}

/// Where is told what was found so far in one segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reporter<'a> {
    selection: Option<&'a Selection>,
    /// Index of the segment.
    part: usize,
}

impl Reporter<'_> {
    /// Nobody listens.
    pub const NONE: Self = Self { selection: None, part: 0 };

    /// The same, of another segment.
    pub fn of_part(self, part: usize) -> Self {
        Self { part, ..self }
    }

    /// Whether somebody listens.
    pub fn listens(self) -> bool {
        self.selection.is_some()
    }

    /// Tells how many rows pass without being looked at, some of them by record, and how many blocks of
    /// others will be looked at.
    pub fn begin(self, passing: usize, some: &[Row], blocks: usize) {
        self.change(|so_far| {
            so_far.progress.of += blocks;
            so_far.add(self.part, passing, some);
        });
    }

    /// Tells that a block was looked at, and its rows by record that pass.
    pub fn found(self, rows: &[Row]) {
        self.change(|so_far| {
            so_far.progress.done += 1;
            so_far.add(self.part, rows.len(), rows);
        });
    }

    fn change(self, change: impl FnOnce(&mut SoFar)) {
        if let Some(selection) = self.selection {
            change(&mut selection.state().so_far);
        }
    }
}

impl SoFar {
    fn add(&mut self, part: usize, count: usize, some: &[Row]) {
        self.total += count;
        let room = MOST_FOUND.saturating_sub(self.rows.len());
        self.rows.extend(some.iter().take(room).map(|row| (part, *row)));
    }
}

impl Selection {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the selection, unless it is made.
    fn make(
        &self,
        snapshot: &Snapshot,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Arc<Vec<Selected>>, Error> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = &self.state().made {
            return Ok(Arc::clone(made));
        }
        {
            let mut state = self.state();
            (state.so_far, state.has_failed) = (SoFar::default(), false);
        }
        let marked = (!filters.marks.is_empty()).then(|| snapshot.marked(token)).transpose()?;
        let reporter = Reporter { selection: Some(self), part: 0 };
        let made = select(&snapshot.segments(), filters, marked, reporter, token)?;
        let made = Arc::new(made);
        self.state().made = Some(Arc::clone(&made));
        self.is_made.notify_all();
        Ok(made)
    }
}

impl Selections {
    /// The selection of filters, made or not.
    fn of(&self, filters: &Filters) -> Arc<Selection> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|(known, _)| known == filters);
        let entry = match known {
            Some(at) => kept.remove(at),
            None => (filters.clone(), Arc::default()),
        };
        let selection = Arc::clone(&entry.1);
        kept.insert(0, entry);
        kept.truncate(MOST_KEPT);
        selection
    }

    /// Gives up the making of every other selection in the background: one thing is looked at at a time.
    fn give_up_others(&self, selection: &Arc<Selection>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, other)| {
            let stays = Arc::ptr_eq(other, selection) || !other.state().is_under_way;
            if !stays {
                other.token.cancel();
            }
            stays
        });
    }
}

impl Snapshot {
    /// Selects the rows of every segment that filters let through.
    ///
    /// # Errors
    /// As [`select`].
    pub(crate) fn select(
        &self,
        filters: &Filters,
        token: &CancellationToken,
    ) -> Result<Arc<Vec<Selected>>, Error> {
        if takes_long(filters) {
            return self.selections().of(filters).make(self, filters, token);
        }
        let marked = (!filters.marks.is_empty()).then(|| self.marked(token)).transpose()?;
        Ok(Arc::new(select(&self.segments(), filters, marked, Reporter::NONE, token)?))
    }

    /// Makes the selection of filters that take long, unless somebody does so in the background. Those
    /// that others make there are given up.
    ///
    /// # Errors
    /// As [`select`].
    pub(crate) fn select_unless_under_way(&self, filters: &Filters) -> Result<(), Error> {
        if !takes_long(filters) {
            return Ok(());
        }
        let selection = self.selections().of(filters);
        {
            let mut state = selection.state();
            if state.made.is_some() || state.is_under_way {
                return Ok(());
            }
            state.is_under_way = true;
        }
        self.selections().give_up_others(&selection);
        let made = selection.make(self, filters, &selection.token);
        {
            let mut state = selection.state();
            (state.is_under_way, state.has_failed) = (false, made.is_err());
        }
        selection.is_made.notify_all();
        made.map(drop)
    }

    /// What was found so far for filters whose selection is being made; `None` once it is made or that has
    /// failed, and for filters that take no time. Waits for a moment.
    pub(super) fn selected_so_far(&self, filters: &Filters) -> Option<SoFar> {
        if !takes_long(filters) {
            return None;
        }
        let selection = self.selections().of(filters);
        let is_awaited = |state: &State| state.made.is_none() && !state.has_failed;
        let wait = selection
            .is_made
            .wait_timeout_while(selection.state(), PATIENCE, |state| is_awaited(state));
        let (state, _) = wait.unwrap_or_else(PoisonError::into_inner);
        is_awaited(&state).then(|| state.so_far.clone())
    }
}

/// Whether rows may have to be looked at.
fn takes_long(filters: &Filters) -> bool {
    !filters.predicates.is_empty() || filters.contains.is_some()
}
