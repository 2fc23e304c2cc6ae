//! What every kind of bucket has to do alike, in plain functions, and each kind held to it.
//!
//! A further kind is a further [`Place`] and a line in the table below. Those in object stores are in the
//! target `stores`, which has a `Place` of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[macro_use]
mod suite;

mod archive;
mod changed;
mod created;
mod folder;
mod listed;
mod place;
mod spans;

use place::Place;

/// Runs each function on a fresh place of each kind, as a test of its own.
macro_rules! conformance {
    ($($module:ident :: $test:ident),* $(,)?) => {
        mod on_a_folder {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::$module::$test(&crate::Place::folder()).await;
            })*
        }
        mod in_memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::$module::$test(&crate::Place::memory()).await;
            })*
        }
    };
}

/// The same for what is only read.
macro_rules! conformance_of_archives {
    ($($module:ident :: $test:ident),* $(,)?) => {
        mod in_a_zip_file {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::$module::$test(&crate::Place::archive("zip")).await;
            })*
        }
        mod in_a_tar_file {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::$module::$test(&crate::Place::archive("tar")).await;
            })*
        }
    };
}

conformance_of_archives!(
    listed::b9_f5_what_is_no_journal_file_is_left_aside_or_named,
    listed::many_files_come_in_pages_none_of_them_twice,
    listed::threads_that_may_block_get_the_same_answers,
    changed::b12_a_file_that_is_another_than_was_listed_is_not_read,
    changed::no_more_than_the_limit_is_read,
);

every_function!(conformance);
