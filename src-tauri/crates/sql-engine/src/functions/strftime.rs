//! `strftime(time, format)`: a time as text.

use std::fmt::Write;

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::arguments::{Arguments, instant, texts};

/// `strftime(time, format)`, in UTC; the two may stand the other way round.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Strftime(Signature);

impl Strftime {
    pub fn new() -> Self {
        Self(Signature::any(2, Volatility::Immutable))
    }
}

impl ScalarUDFImpl for Strftime {
    fn name(&self) -> &'static str {
        "strftime"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arguments = Arguments::of(&call)?;
        let (time, format) = if arguments.is_time(1) { (1, 0) } else { (0, 1) };
        let (times, formats) = (arguments.instants(time)?, arguments.texts(format)?);
        texts((0..times.len()).map(|row| {
            if times.is_null(row) || formats.is_null(row) {
                return Ok(None);
            }
            let (mut text, format) = (String::new(), formats.value(row));
            if write!(text, "{}", instant(times.value(row)).format(format)).is_err() {
                return exec_err!("strftime: “{format}” is no format of a time");
            }
            Ok(Some(text))
        }))
    }
}
