//! Functions that analysts expect and `DataFusion` lacks, under the names and with the meaning that they
//! have in `DuckDB`; and [`count`], for which it takes too much memory.

mod arguments;
mod count;
mod date_diff;
mod extreme;
mod json_text;
mod regexp_extract;
mod strftime;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::SessionContext;

/// Registers the functions.
pub fn register(context: &SessionContext) {
    context.register_udf(ScalarUDF::from(date_diff::DateDiff::new()));
    context.register_udf(ScalarUDF::from(json_text::JsonExtractString::new()));
    context.register_udf(ScalarUDF::from(regexp_extract::RegexpExtract::new()));
    context.register_udf(ScalarUDF::from(strftime::Strftime::new()));
    context.register_udaf(AggregateUDF::from(count::Count::new()));
    context.register_udaf(AggregateUDF::from(extreme::ExtremeBy::max()));
    context.register_udaf(AggregateUDF::from(extreme::ExtremeBy::min()));
}
