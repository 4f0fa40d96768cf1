//! A running Envoy.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use hyper::Method;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{Instant, sleep, timeout};

use super::admin;
use super::folder::ConfigurationFolder;

/// Longest time from start to live. Compiling the module takes Envoy about a second.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two questions whether it is live.
const PAUSE: Duration = Duration::from_millis(20);
/// How long it may take over ending before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// A running Envoy. It is killed when this is dropped.
#[derive(Debug)]
pub struct Envoy {
    child: Child,
    admin: SocketAddr,
}

/// Envoy does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It could not be started at all.
    #[error("`{binary}` cannot be started: {cause}")]
    NotStarted {
        /// The binary.
        binary: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// It ended.
    #[error("Envoy ended with {status}: {complaint}")]
    Ended {
        /// How.
        status: ExitStatus,
        /// The line of its log that says why.
        complaint: String,
    },
    /// It did not become live.
    #[error("Envoy was not ready after {} s: {complaint}", PATIENCE.as_secs())]
    TooSlow {
        /// The line of its log that may say why.
        complaint: String,
    },
    /// The state of the process cannot be asked.
    #[error("the state of Envoy cannot be read: {0}")]
    Unknown(io::Error),
}

impl Envoy {
    /// Starts it with the bootstrap of the folder and waits until it is live.
    ///
    /// # Errors
    /// [`StartError`]; Envoy does not run then.
    pub async fn start(
        binary: &Path,
        folder: &ConfigurationFolder,
        workers: u16,
    ) -> Result<Self, StartError> {
        let not_started = |cause| StartError::NotStarted {
            binary: binary.to_owned(),
            cause,
        };
        let log = fs::File::create(folder.log()).map_err(not_started)?;
        let child = Command::new(binary)
            .arg("--config-path")
            .arg(folder.bootstrap())
            .arg("--admin-address-path")
            .arg(folder.admin_address())
            .args(["--concurrency", &workers.to_string()])
            .args(["--file-flush-interval-msec", "50"])
            .args(["--disable-hot-restart", "--log-level", "warning"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            // Ctrl-C in a terminal reaches the whole group; we end it, in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(not_started)?;
        let mut envoy = Self {
            child,
            admin: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        envoy.become_live(folder).await?;
        Ok(envoy)
    }

    async fn become_live(&mut self, folder: &ConfigurationFolder) -> Result<(), StartError> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().map_err(StartError::Unknown)? {
                return Err(StartError::Ended {
                    status,
                    complaint: complaint(folder),
                });
            }
            if let Some(admin) = fs::read_to_string(folder.admin_address())
                .ok()
                .and_then(|address| address.trim().parse().ok())
            {
                self.admin = admin;
                if self
                    .ask("/ready")
                    .await
                    .is_ok_and(|answer| answer.trim() == "LIVE")
                {
                    return Ok(());
                }
            }
            sleep(PAUSE).await;
        }
        Err(StartError::TooSlow {
            complaint: complaint(folder),
        })
    }

    /// What the admin interface answers to `GET` of a path.
    ///
    /// # Errors
    /// The network's, or a time-out.
    pub async fn ask(&self, path: &str) -> io::Result<String> {
        admin::ask(self.admin, Method::GET, path).await
    }

    /// Its standard output, which is its access log. There is one; it is given away once.
    pub fn access_log(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// The system's.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Ends it: asks it to, and kills it if it takes too long.
    pub async fn stop(mut self) {
        let asked = admin::ask(self.admin, Method::POST, "/quitquitquit").await;
        if asked.is_err() || timeout(GRACE, self.child.wait()).await.is_err() {
            // Gone already is as good.
            let _ = self.child.kill().await;
        }
    }
}

/// The last line of its log that is an error, or else its last line.
fn complaint(folder: &ConfigurationFolder) -> String {
    let log = fs::read(folder.log()).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let serious = |line: &&str| line.contains("[critical]") || line.contains("[error]");
    let line = log
        .lines()
        .rfind(serious)
        .or_else(|| log.lines().next_back());
    line.unwrap_or("it logged nothing").to_owned()
}
