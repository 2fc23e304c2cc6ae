//! The footer, looked over before the library reads it.
//!
//! The library makes room for as many entries as a list says that it has, so that a few bytes ask
//! for hundreds of gigabytes. Anything else that is wrong with a footer the library says itself.

use crate::rows::{decode_number, take};

/// What the library skips is nested no deeper.
const DEEPEST: usize = 64;

/// Refuses a file whose footer has a list of more entries than bytes.
pub(super) fn check(file: &[u8]) -> Result<(), String> {
    let mut footer = Footer { rest: find(file).unwrap_or_default(), lies: false };
    // Where it cannot be followed, the library says why.
    let _ = footer.skip_struct(0);
    if footer.lies { Err("its footer has a list longer than itself".to_owned()) } else { Ok(()) }
}

/// It stands before its length and the four letters at the end.
fn find(file: &[u8]) -> Option<&[u8]> {
    let (rest, _letters) = file.split_last_chunk::<4>()?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    rest.get(rest.len().checked_sub(length)?..)
}

/// What is left of it, in the compact protocol of Thrift.
struct Footer<'a> {
    rest: &'a [u8],
    lies: bool,
}

impl Footer<'_> {
    fn byte(&mut self) -> Option<u8> {
        take(&mut self.rest, 1).map(|byte| byte[0])
    }

    fn skip_struct(&mut self, depth: usize) -> Option<()> {
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            // A field's number is the one before and a few more, or stands by itself.
            if head >> 4 == 0 {
                decode_number(&mut self.rest)?;
            }
            // Of a truth value the head says all.
            if !matches!(head & 15, 1 | 2) {
                self.skip(head & 15, depth)?;
            }
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            1..=3 => self.byte().map(drop),
            4..=6 => decode_number(&mut self.rest).map(drop),
            7 => take(&mut self.rest, 8).map(drop),
            8 => {
                let length = decode_number(&mut self.rest)?;
                take(&mut self.rest, usize::try_from(length).ok()?).map(drop)
            }
            9 | 10 if depth < DEEPEST => self.skip_list(depth + 1),
            12 if depth < DEEPEST => self.skip_struct(depth + 1),
            _ => None,
        }
    }

    fn skip_list(&mut self, depth: usize) -> Option<()> {
        let head = self.byte()?;
        let entries = match head >> 4 {
            15 => decode_number(&mut self.rest)?,
            few => few.into(),
        };
        // Every entry takes a byte at least.
        if entries > self.rest.len() as u64 {
            self.lies = true;
            return None;
        }
        (0..entries).try_for_each(|_| self.skip(head & 15, depth))
    }
}
