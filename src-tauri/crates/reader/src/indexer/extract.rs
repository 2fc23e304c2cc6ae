//! What a bucket says about being an extract: a part of a journal that was taken out of it by a question.

use bucket::Bucket;
use query::Extract;
use serde::Deserialize;

/// Name of the object of an extract in a coverage.
pub(super) const NAME: &str = ".extract";

/// The extract that a bucket is, `None` if it is none; or what is wrong with the object that makes it one,
/// as the rest of a sentence that begins with that.
pub(super) type IsExtract = Result<Option<Extract>, String>;

/// The object that makes a bucket an extract.
#[derive(Deserialize)]
struct Object {
    bucket: Option<String>,
    query: String,
    at: String,
}

/// Of what a bucket is an extract; `None` if it is none. Blocks.
///
/// # Errors
/// What is wrong with the object that makes it one, as the rest of a sentence that begins with its name.
pub fn extract_of(bucket: &Bucket) -> Result<Option<Extract>, String> {
    // One that has an id was recorded into, and is no extract: then no store is asked.
    if bucket.is_far() && !matches!(bucket.id(), Ok(None)) {
        return Ok(None);
    }
    let object = match bucket.extract() {
        Ok(Some(object)) => object,
        Ok(None) => return Ok(None),
        Err(why) if why.is_unreachable() => return Ok(None),
        Err(why) => return Err(format!("cannot be read: {why}")),
    };
    parse(&object).map(Some).ok_or_else(|| "does not say of what this is an extract".to_owned())
}

fn parse(object: &[u8]) -> Option<Extract> {
    let Object { bucket, query, at } = serde_json::from_slice(object).ok()?;
    Some(Extract { bucket, query, at: event::parse_time(&at).ok()? })
}
