//! The gateway's worker on one core and everything else on another, and what the worker has
//! spent: the kernel's count of the thread's time on the processor.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The thread's name in Envoy with one worker.
const WORKER: &str = "wrk:worker_0";

/// The one worker thread of an Envoy.
#[derive(Debug)]
pub struct Worker {
    statistics: PathBuf,
}

impl Worker {
    /// Finds it and puts it on the first core that we may use, the rest of Envoy and the calling
    /// thread on the second. With one core everything stays where it is, and figures say little.
    ///
    /// # Errors
    /// There is no such thread, or the kernel does not let threads be placed.
    pub fn pin(envoy: u32) -> anyhow::Result<Self> {
        let tasks = PathBuf::from(format!("/proc/{envoy}/task"));
        let [first, second] = cores()?;
        let mut worker = None;
        for task in fs::read_dir(&tasks).context("Envoy runs")? {
            let task = task?;
            let name = fs::read_to_string(task.path().join("comm"))?;
            let id = task.file_name().to_string_lossy().parse().ok();
            let id = id
                .and_then(Pid::from_raw)
                .context("a thread has a number")?;
            if name.trim() == WORKER {
                sched_setaffinity(Some(id), &first)?;
                worker = Some(task.path().join("schedstat"));
            } else {
                sched_setaffinity(Some(id), &second)?;
            }
        }
        sched_setaffinity(None, &second)?;
        match worker {
            Some(statistics) => Ok(Self { statistics }),
            None => bail!("Envoy has no thread `{WORKER}`"),
        }
    }

    /// Time on the processor so far.
    ///
    /// # Errors
    /// The thread has ended.
    pub fn spent(&self) -> anyhow::Result<Duration> {
        let line = fs::read_to_string(&self.statistics).context("the worker runs")?;
        let nanos = line.split_whitespace().next().context("a figure")?;
        Ok(Duration::from_nanos(nanos.parse()?))
    }
}

/// The first two cores that this process may use; the same one twice if there is one alone.
fn cores() -> anyhow::Result<[CpuSet; 2]> {
    let mine = sched_getaffinity(None)?;
    let mut usable = (0..CpuSet::MAX_CPU).filter(|&core| mine.is_set(core));
    let first = usable.next().context("a core to run on")?;
    let second = usable.next().unwrap_or(first);
    Ok([first, second].map(|core| {
        let mut set = CpuSet::new();
        set.set(core);
        set
    }))
}
