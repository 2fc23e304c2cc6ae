//! Small files that a person names.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::Error;

/// Reads a regular file of at most so many bytes as text. A pipe is not waited for.
///
/// # Errors
/// [`Error::TextFile`] if it cannot be read, is no regular file, is longer, or is not in UTF-8.
pub fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    let failed = |problem: String| Error::TextFile { path: path.to_owned(), problem };
    let bytes = match read_bytes(path, most) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(failed("it is no file of text".to_owned())),
        Err(error) => return Err(failed(error.to_string())),
    };
    if bytes.len() as u64 > most {
        return Err(failed(format!("it is longer than {most} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| failed("it is not in UTF-8".to_owned()))
}

/// The bytes of a regular file, and no more than one byte too many of them; `None` if it is none. A pipe is
/// not waited for.
pub(crate) fn read_bytes(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    if !fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
