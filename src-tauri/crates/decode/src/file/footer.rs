//! The footer of a Parquet file, checked before the library reads it.
//!
//! The library allocates as many entries as a list claims to have, so that a few bytes can ask for
//! hundreds of gigabytes. Every other error of a footer the library reports itself.

use crate::rows::{decode_number, take_bytes};

/// Maximum nesting of what the library skips.
const MAX_DEPTH: usize = 64;

/// Refuses a file whose footer has a list with more entries than there are bytes left.
pub(super) fn check(file: &[u8]) -> Result<(), String> {
    let mut footer = Footer { rest: find(file).unwrap_or_default(), is_oversized: false };
    // Where the footer cannot be parsed, the library reports why.
    let _ = footer.skip_struct(0);
    if footer.is_oversized {
        return Err("its footer has a list longer than itself".to_owned());
    }
    Ok(())
}

/// The bytes of the footer, which precede its length and the four magic bytes at the end.
fn find(file: &[u8]) -> Option<&[u8]> {
    let (rest, _letters) = file.split_last_chunk::<4>()?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    rest.get(rest.len().checked_sub(length)?..)
}

/// Cursor over a footer, in Thrift's compact protocol.
struct Footer<'a> {
    rest: &'a [u8],
    /// Whether a list claimed more entries than there were bytes left.
    is_oversized: bool,
}

impl Footer<'_> {
    fn byte(&mut self) -> Option<u8> {
        take_bytes(&mut self.rest, 1).map(|byte| byte[0])
    }

    fn skip_struct(&mut self, depth: usize) -> Option<()> {
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            // A field's number is a delta in the head, or follows it as a number.
            if head >> 4 == 0 {
                decode_number(&mut self.rest)?;
            }
            // A boolean has its value in the head, and no bytes after it.
            if !matches!(head & 15, 1 | 2) {
                self.skip(head & 15, depth)?;
            }
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            1..=3 => self.byte().map(drop),
            4..=6 => decode_number(&mut self.rest).map(drop),
            7 => take_bytes(&mut self.rest, 8).map(drop),
            8 => {
                let length = decode_number(&mut self.rest)?;
                take_bytes(&mut self.rest, usize::try_from(length).ok()?).map(drop)
            }
            9 | 10 if depth < MAX_DEPTH => self.skip_list(depth + 1),
            12 if depth < MAX_DEPTH => self.skip_struct(depth + 1),
            _ => None,
        }
    }

    fn skip_list(&mut self, depth: usize) -> Option<()> {
        let head = self.byte()?;
        let entries = match head >> 4 {
            15 => decode_number(&mut self.rest)?,
            few => few.into(),
        };
        // Every entry takes at least one byte.
        if entries > self.rest.len() as u64 {
            self.is_oversized = true;
            return None;
        }
        (0..entries).try_for_each(|_| self.skip(head & 15, depth))
    }
}
