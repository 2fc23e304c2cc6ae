//! Side of the bare disk: writes the bytes of an event into a preallocated file, and syncs it.
//! Nothing durable can be faster.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use crate::timing::{Round, now};

/// Length of the file. At its end, writing continues at its beginning.
const LENGTH: usize = 16 << 20;

/// File to write into.
pub struct Floor {
    file: File,
    position: usize,
}

impl Floor {
    /// Creates the file.
    pub fn new(path: &Path) -> io::Result<Self> {
        let mut file = File::options().create_new(true).write(true).open(path)?;
        file.write_all(&vec![0; LENGTH])?;
        file.sync_all()?;
        Ok(Self { file, position: 0 })
    }

    /// Writes single events, and syncs after each.
    pub fn singles(&mut self, events: &[Vec<u8>]) -> io::Result<Round> {
        let mut round = Round { events: events.len(), ..Round::default() };
        let start = now();
        for event in events {
            let began = now();
            if self.position + event.len() > LENGTH {
                self.position = 0;
            }
            self.file.seek(SeekFrom::Start(self.position as u64))?;
            self.file.write_all(event)?;
            self.file.sync_data()?;
            self.position += event.len();
            round.acknowledgements.push(began.elapsed());
        }
        round.elapsed = start.elapsed();
        Ok(round)
    }
}
