//! The files of a running Envoy, in a folder of their own that goes when it does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder with a bootstrap, the file from which filter and plan come, and Envoy's log.
#[derive(Debug)]
pub struct ConfigurationFolder {
    folder: PathBuf,
}

impl ConfigurationFolder {
    /// In a folder that is there.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The bootstrap.
    #[must_use]
    pub fn bootstrap(&self) -> PathBuf {
        self.folder.join("bootstrap.yaml")
    }

    /// The watched file, alone in its folder so that nothing else wakes the watch.
    #[must_use]
    pub fn ecds(&self) -> PathBuf {
        self.folder.join("watched").join("ecds.yaml")
    }

    /// What Envoy writes to its standard error.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join("envoy.log")
    }

    /// Where Envoy writes the address of its admin interface.
    #[must_use]
    pub fn admin_address(&self) -> PathBuf {
        self.folder.join("admin")
    }

    /// Writes the bootstrap.
    ///
    /// # Errors
    /// The file system's.
    pub fn write_bootstrap(&self, content: &str) -> io::Result<()> {
        replace(&self.bootstrap(), content)
    }

    /// Writes the watched file. Envoy sees it whole: it is made beside and renamed.
    ///
    /// # Errors
    /// The file system's.
    pub fn write_ecds(&self, content: &str) -> io::Result<()> {
        fs::create_dir_all(self.folder.join("watched"))?;
        let unfinished = self.folder.join("ecds.unfinished");
        fs::write(&unfinished, content)?;
        fs::rename(unfinished, self.ecds())
    }
}

fn replace(path: &Path, content: &str) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, content)?;
    fs::rename(unfinished, path)
}
