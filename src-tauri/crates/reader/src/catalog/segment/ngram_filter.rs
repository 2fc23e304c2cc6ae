//! Which blocks can hold a text.
//!
//! For each block a set of bits: one for each piece of [`GRAM`] bytes in its values, in lower
//! case. A text can only be in blocks that have the bits of all its pieces. The bits lie turned:
//! for each bit a row of blocks, so that a question reads as many rows as the text has pieces.

use std::io;

use super::paged::{Bytes, Paged};

/// Bytes in a piece.
pub(super) const GRAM: usize = 4;
/// Bitmap of a block.
const BITS: usize = 1 << 14;

/// The bits of a segment in the making, block after block.
#[derive(Debug, Default)]
pub(super) struct NgramFilter {
    blocks: Vec<u64>,
}

impl NgramFilter {
    /// Adds a block with these texts.
    pub fn add<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let start = self.blocks.len();
        self.blocks.resize(start + BITS / 64, 0);
        let bits = &mut self.blocks[start..];
        let mut lower = String::new();
        for text in texts {
            lower.clear();
            fold(text, &mut lower);
            for bit in pieces(lower.as_bytes()) {
                bits[bit / 64] |= 1 << (bit % 64);
            }
        }
    }

    /// For each bit a row of blocks, all rows one after the other.
    pub fn turned(&self) -> impl Iterator<Item = u64> {
        let blocks = self.blocks.len() / (BITS / 64);
        let width = blocks.div_ceil(64);
        (0..BITS / 64).flat_map(move |at| {
            let mut rows = vec![0; width * 64];
            for block in 0..blocks {
                let mut word = self.blocks[block * (BITS / 64) + at];
                while word != 0 {
                    let bit = word.trailing_zeros() as usize;
                    rows[bit * width + block / 64] |= 1 << (block % 64);
                    word &= word - 1;
                }
            }
            rows
        })
    }
}

/// The blocks that can hold `text`, which is folded; `None` if it is too short to tell.
pub(super) fn candidates(
    text: &str,
    blocks: usize,
    grams: &Paged<u64>,
    from: &Bytes<'_>,
) -> io::Result<Option<Vec<u64>>> {
    if text.len() < GRAM {
        return Ok(None);
    }
    let width = blocks.div_ceil(64);
    let mut all = vec![u64::MAX; width];
    for bit in pieces(text.as_bytes()) {
        let row = grams.read(bit * width..(bit + 1) * width, from)?;
        all.iter_mut().zip(row).for_each(|(all, row)| *all &= row);
    }
    Ok(Some(all))
}

/// Text as it is compared where case does not matter.
pub(crate) fn fold(text: &str, into: &mut String) {
    if text.is_ascii() {
        into.push_str(text);
        into.make_ascii_lowercase();
    } else {
        into.push_str(&text.to_lowercase());
    }
}

fn pieces(text: &[u8]) -> impl Iterator<Item = usize> {
    text.windows(GRAM).map(|piece| {
        let number = u32::from_le_bytes([piece[0], piece[1], piece[2], piece[3]]);
        // The highest bits of a product depend on all bits of the number.
        (number.wrapping_mul(0x9E37_79B1) >> (32 - BITS.trailing_zeros())) as usize
    })
}
