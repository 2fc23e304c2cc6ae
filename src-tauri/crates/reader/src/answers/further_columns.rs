//! Names of the further columns that selected events have.

use std::collections::BTreeSet;

use query::{AllEventsQuery, CancellationToken};
use rayon::prelude::*;

use super::row_orders::selected_by_record;
use crate::Error;
use crate::error::check;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// Names of the further columns of the events of an [`AllEventsQuery`]. Their heads are read block
    /// by block, and no value.
    ///
    /// # Errors
    /// [`query::Error::Cancelled`] once the token is; [`Error::Catalog`] if a segment cannot be read.
    #[tracing::instrument(skip_all)]
    pub fn further_columns(
        &self,
        query: &AllEventsQuery,
        token: &CancellationToken,
    ) -> Result<BTreeSet<String>, Error> {
        let selected = self.select_all_of(query, token)?;
        let mut names = BTreeSet::new();
        for (part, selected) in self.segments().iter().zip(&selected) {
            if selected.count() == 0 {
                continue;
            }
            let bits = selected_by_record(&part.segment, selected)?;
            let of_block = |block| {
                check(token)?;
                let mut names = BTreeSet::new();
                let is_wanted = |row| bits.get(row as usize);
                part.segment.add_further_columns(block, is_wanted, &mut names)?;
                Ok(names)
            };
            let blocks = (0..part.segment.block_count()).into_par_iter();
            let of_part: Vec<BTreeSet<String>> =
                blocks.map(of_block).collect::<Result<_, Error>>()?;
            names.extend(of_part.into_iter().flatten());
        }
        Ok(names)
    }
}
