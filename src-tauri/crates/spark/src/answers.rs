//! The questions, each as methods of a snapshot.

mod all_events;
mod chains;
mod events;
mod facets;
mod lookup;
mod marks;
mod position;
mod records;
mod timelines;

pub(crate) use all_events::ComingEvents;
pub(crate) use marks::Marks;
