//! Name of a catalog's folder.

use xxhash_rust::xxh3::xxh3_128;

use super::{schema, segment};
use crate::summaries;

/// Name of the folder of the catalog of a bucket with this identity: a hash of it, and the versions
/// of all that lies in the folder. So another version of Daybook on this device has a catalog of its
/// own, and neither rebuilds the other's.
pub(crate) fn folder_name(identity: &str) -> String {
    let hash = xxh3_128(identity.as_bytes());
    let (schema, segment, summaries) = (schema::VERSION, segment::VERSION, summaries::VERSION);
    format!("{hash:032x}-v{schema}.{segment}.{summaries}")
}
