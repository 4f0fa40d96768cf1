//! A clock that a test steps while an Envoy runs by it.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::places;

/// The wall clock of one Envoy. Time itself goes on as ever, and with it whatever waits.
#[derive(Debug)]
pub struct Clock {
    /// How many seconds it is ahead of the machine's.
    file: PathBuf,
}

impl Clock {
    /// One that shows the time, with its file in a folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        let clock = Self {
            file: folder.join("clock"),
        };
        clock.set_ahead(0);
        clock
    }

    /// Sets it ahead of the machine's by so many seconds, or behind it.
    pub fn set_ahead(&self, seconds: i64) {
        // In place: the process has the file mapped, and must never find it empty.
        let mut file = File::options();
        let file = file
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.file);
        let mut file = file.expect("the folder can be written");
        file.write_all(&seconds.to_ne_bytes())
            .expect("there is room for a number");
    }

    pub(super) fn variables(&self) -> [(&'static str, PathBuf); 2] {
        [
            ("LD_PRELOAD", places::clock()),
            ("REMIT_CLOCK", self.file.clone()),
        ]
    }
}
