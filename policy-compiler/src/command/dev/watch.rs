//! Waiting for a change of the policy's files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::sleep;

/// Editors write a file in several steps; one reading after the last is enough.
const SETTLING: Duration = Duration::from_millis(100);

/// A watch over folders. Folders, not files: many editors replace a file by another one.
pub(super) struct Watch {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
    changes: Receiver<()>,
}

impl Watch {
    /// Over these folders.
    pub(super) fn new(folders: &BTreeSet<PathBuf>) -> notify::Result<Self> {
        // One waiting change stands for any number of them.
        let (sender, mut raw) = channel(1);
        let (settled, changes) = channel(1);
        tokio::spawn(async move {
            while raw.recv().await.is_some() {
                sleep(SETTLING).await;
                while raw.try_recv().is_ok() {
                    sleep(SETTLING).await;
                }
                let _ = settled.try_send(());
            }
        });
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                let _ = sender.try_send(());
            }
        })?;
        let mut watch = Self {
            watcher,
            folders: BTreeSet::new(),
            changes,
        };
        watch.follow(folders)?;
        Ok(watch)
    }

    /// Watches these folders too: a policy can come to name files elsewhere.
    pub(super) fn follow(&mut self, folders: &BTreeSet<PathBuf>) -> notify::Result<()> {
        for folder in folders {
            if !self.folders.contains(folder) {
                self.watcher
                    .watch(Path::new(folder), RecursiveMode::NonRecursive)?;
                self.folders.insert(folder.clone());
            }
        }
        Ok(())
    }

    /// Waits for a change that has settled. None is lost if the wait is given up.
    pub(super) async fn changed(&mut self) {
        // Closed only when the watcher is gone, which goes with this.
        self.changes.recv().await;
    }
}
