//! TypeScript type of a column, for the window.

use std::path::PathBuf;

use ts_rs::{Config, TS};

use crate::{Column, FILTER_COLUMNS};

/// The TypeScript type admits the names of [`FILTER_COLUMNS`] only: the window names a column only
/// to filter by it.
impl TS for Column {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    const IS_ENUM: bool = true;

    fn docs() -> Option<String> {
        Some(
            "/**\n * A column that terms can filter by, by its name in a journal file.\n */\n"
                .into(),
        )
    }

    fn decl(config: &Config) -> String {
        format!("type {} = {};", <Self as TS>::name(config), Self::inline(config))
    }

    fn name(_: &Config) -> String {
        "Column".into()
    }

    fn inline(_: &Config) -> String {
        FILTER_COLUMNS.map(|column| format!("{:?}", column.name())).join(" | ")
    }

    fn output_path() -> Option<PathBuf> {
        Some("Column.ts".into())
    }
}
