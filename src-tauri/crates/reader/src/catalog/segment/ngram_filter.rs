//! N-gram filter: which blocks may contain a text.
//!
//! Each block has a bitmap with a bit set for the hash of every n-gram of [`NGRAM_BYTES`] bytes in
//! its values, in lower case. A text can only be in blocks that have the bits of all its n-grams;
//! that a block has them proves nothing. The bitmaps are stored transposed: for each bit a row with
//! one bit a block, so that a search reads as many rows as the text has n-grams.

use std::io;

use event::search_texts;

use super::paged::{PageSource, Paged};

/// Bytes of an n-gram.
pub(super) const NGRAM_BYTES: usize = 4;
/// Bits in the bitmap of a block.
const BITS: usize = 1 << 14;

/// N-gram filter of a segment that is being written: the bitmaps of its blocks, one after the
/// other.
#[derive(Debug, Default)]
pub(super) struct NgramFilter {
    blocks: Vec<u64>,
}

impl NgramFilter {
    /// Appends the bitmap of a block with these texts.
    pub fn add<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let start = self.blocks.len();
        self.blocks.resize(start + BITS / 64, 0);
        let bits = &mut self.blocks[start..];
        for text in texts.flat_map(search_texts) {
            for bit in ngram_bits(text.as_bytes()) {
                bits[bit / 64] |= 1 << (bit % 64);
            }
        }
    }

    /// The bitmaps transposed: for each bit a row with one bit a block, one row after the other.
    pub fn transposed(&self) -> impl Iterator<Item = u64> {
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

/// The blocks that may contain `text`, one bit a block; `None` if it is shorter than an n-gram. The
/// case of `text` must be folded: see [`fold_case`].
pub(super) fn candidates(
    text: &str,
    blocks: usize,
    ngrams: &Paged<u64>,
    from: &PageSource<'_>,
) -> io::Result<Option<Vec<u64>>> {
    if text.len() < NGRAM_BYTES {
        return Ok(None);
    }
    let width = blocks.div_ceil(64);
    let mut all = vec![u64::MAX; width];
    for bit in ngram_bits(text.as_bytes()) {
        let row = ngrams.read(bit * width..(bit + 1) * width, from)?;
        all.iter_mut().zip(row).for_each(|(all, row)| *all &= row);
    }
    Ok(Some(all))
}

/// The bit of each n-gram of a text.
fn ngram_bits(text: &[u8]) -> impl Iterator<Item = usize> {
    text.windows(NGRAM_BYTES).map(|ngram| {
        let number = u32::from_le_bytes([ngram[0], ngram[1], ngram[2], ngram[3]]);
        // The highest bits of a product depend on all bits of the number.
        (number.wrapping_mul(0x9E37_79B1) >> (32 - BITS.trailing_zeros())) as usize
    })
}
