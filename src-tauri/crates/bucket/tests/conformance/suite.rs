//! What every kind of place has to do that can be written: the functions, once for all targets.

/// Calls a macro with the names of all functions.
macro_rules! every_function {
    ($each:ident) => {
        $each!(
            listed::an_empty_bucket_holds_nothing,
            listed::what_was_created_is_listed_and_read,
            listed::f11_odd_names_are_listed_and_read,
            listed::b9_f5_what_is_no_journal_file_is_left_aside_or_named,
            listed::many_files_come_in_pages_none_of_them_twice,
            listed::threads_that_may_block_get_the_same_answers,
            created::an_existing_key_is_refused_and_left_as_it_is,
            created::of_many_creators_of_one_key_one_wins,
            created::keys_that_no_place_has_are_refused,
            created::probing_leaves_nothing_behind,
            changed::b12_a_file_that_is_another_than_was_listed_is_not_read,
            changed::no_more_than_the_limit_is_read,
        );
    };
}
