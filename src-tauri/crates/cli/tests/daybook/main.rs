//! The program as scripts and people run it: arguments, standard input, both outputs, exit status.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod archives;
mod changes;
mod exporting;
mod faults;
mod files;
mod forms;
mod home;
mod identity;
mod identity_of_files;
mod importing;
mod index;
mod locations;
mod logs;
mod picked;
mod place;
mod recording;
mod views;
mod walk;
mod wrong_use;
