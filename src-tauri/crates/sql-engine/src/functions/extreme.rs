//! `max_by(value, by)` and `min_by(value, by)`: the value of the row with the largest or the smallest of
//! another one.

use arrow::datatypes::DataType;
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::functions_aggregate::first_last::first_value_udaf;
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams};
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Expr, Signature, Volatility, and};

/// `max_by` or `min_by`. Rows in which either is null do not count.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ExtremeBy {
    name: &'static str,
    aliases: Vec<String>,
    is_max: bool,
    signature: Signature,
}

impl ExtremeBy {
    pub fn max() -> Self {
        Self::new("max_by", "arg_max", true)
    }

    pub fn min() -> Self {
        Self::new("min_by", "arg_min", false)
    }

    fn new(name: &'static str, alias: &str, is_max: bool) -> Self {
        let signature = Signature::any(2, Volatility::Immutable);
        Self { name, aliases: vec![alias.to_owned()], is_max, signature }
    }
}

impl AggregateUDFImpl for ExtremeBy {
    fn name(&self) -> &str {
        self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let Some(value) = arguments.first() else {
            return plan_err!("{} takes a value and what it is compared by", self.name);
        };
        Ok(value.clone())
    }

    /// Never computed by itself: see [`ExtremeBy::simplify`].
    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        internal_err!("{} was not rewritten", self.name)
    }

    /// Rewrites it to the first value in that order.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let is_max = self.is_max;
        Some(Box::new(move |function: AggregateFunction, _| {
            let AggregateFunctionParams { mut args, distinct, filter, null_treatment, .. } =
                function.params;
            let (Some(by), Some(value)) = (args.pop(), args.pop()) else {
                return plan_err!("a value and what it is compared by are needed");
            };
            let known = and(by.clone().is_not_null(), value.clone().is_not_null());
            let filter = match filter {
                Some(filter) => and(*filter, known),
                None => known,
            };
            let order = vec![by.sort(!is_max, false)];
            let (first, filter) = (first_value_udaf(), Some(Box::new(filter)));
            let first = AggregateFunction::new_udf(
                first,
                vec![value],
                distinct,
                filter,
                order,
                null_treatment,
            );
            Ok(Expr::AggregateFunction(first))
        }))
    }
}
