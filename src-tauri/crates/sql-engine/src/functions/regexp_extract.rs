//! `regexp_extract(text, pattern[, group])`: the part of a text that a pattern matches.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use regex::Regex;

use super::arguments::{Arguments, texts};

/// `regexp_extract(text, pattern[, group])`: the whole match, or one of its groups; the empty text if there
/// is none.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct RegexpExtract(Signature);

impl RegexpExtract {
    pub fn new() -> Self {
        let arguments = vec![TypeSignature::Any(2), TypeSignature::Any(3)];
        Self(Signature::one_of(arguments, Volatility::Immutable))
    }
}

impl ScalarUDFImpl for RegexpExtract {
    fn name(&self) -> &'static str {
        "regexp_extract"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arguments = Arguments::of(&call)?;
        let (values, patterns) = (arguments.texts(0)?, arguments.texts(1)?);
        let groups = (call.args.len() > 2).then(|| arguments.numbers(2)).transpose()?;
        let mut compiled: HashMap<String, Regex> = HashMap::new();
        texts((0..values.len()).map(|row| {
            if values.is_null(row) || patterns.is_null(row) {
                return Ok(None);
            }
            let regex = match compiled.entry(patterns.value(row).to_owned()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let regex = Regex::new(patterns.value(row)).map_err(|error| {
                        let why = error.to_string();
                        let why = why.lines().last().unwrap_or_default().to_owned();
                        exec_datafusion_err!("regexp_extract: the pattern cannot be read: {why}")
                    })?;
                    new.insert(regex)
                }
            };
            let group = groups.as_ref().map_or(0, |groups| groups.value(row));
            let found = regex.captures(values.value(row));
            let found = found.and_then(|found| found.get(usize::try_from(group).ok()?));
            Ok(Some(found.map(|part| part.as_str().to_owned()).unwrap_or_default()))
        }))
    }
}
