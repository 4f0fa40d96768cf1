//! The Envoy process.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{AccessLog, Clock};
use crate::client::{Response, h1};
use crate::places;
use crate::supervised::Supervised;

/// Longest time from start to LIVE. Compiling the module takes Envoy about a second, and several
/// Envoys may start at once.
const START: Duration = Duration::from_secs(60);

/// A running Envoy.
#[derive(Debug)]
pub struct Envoy {
    process: Supervised,
    folder: PathBuf,
    admin: SocketAddr,
    live_after: Duration,
}

/// Envoy ended, or did not become LIVE in time.
#[derive(Debug)]
pub struct StartError {
    /// What it logged.
    pub log: String,
}

impl Envoy {
    /// Starts Envoy with a bootstrap and waits until it is LIVE. Its files go into `folder`, its
    /// standard output, where the shipped configuration has the access log, into `log`. The
    /// bootstrap must have the admin interface on a free port (`port_value: 0`).
    ///
    /// # Errors
    /// [`StartError`] with its log.
    pub fn start(
        bootstrap: &Path,
        folder: &Path,
        log: &AccessLog,
        workers: u32,
    ) -> Result<Self, StartError> {
        Self::start_by(None, bootstrap, folder, log, workers)
    }

    /// The same with another clock, where there is one.
    ///
    /// # Errors
    /// As of [`Self::start`].
    pub fn start_by(
        clock: Option<&Clock>,
        bootstrap: &Path,
        folder: &Path,
        log: &AccessLog,
        workers: u32,
    ) -> Result<Self, StartError> {
        let admin_file = folder.join("admin");
        let _ = fs::remove_file(&admin_file);
        let began = Instant::now();
        let file = |path: &Path| File::create(path).expect("the folder can be written");
        let process = Supervised::start(&places::envoy(), folder, |envoy| {
            envoy
                .arg("--config-path")
                .arg(bootstrap)
                .arg("--admin-address-path")
                .arg(&admin_file)
                .args(["--concurrency", &workers.to_string()])
                // The access log is read by tests: it must not lie in a buffer.
                .args(["--file-flush-interval-msec", "10"])
                .args(["--disable-hot-restart", "--log-level", "warning"])
                .args(["--service-node", "remit-tests"])
                .args(["--service-cluster", "remit-tests"])
                .envs(clock.map(Clock::variables).into_iter().flatten())
                .stdout(file(log.path()))
                .stderr(file(&folder.join("envoy.log")));
        });
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut envoy = Self {
            process,
            folder: folder.to_owned(),
            admin: nowhere,
            live_after: Duration::ZERO,
        };
        if envoy.becomes_live(&admin_file) {
            envoy.live_after = began.elapsed();
            Ok(envoy)
        } else {
            Err(StartError { log: envoy.log() })
        }
    }

    fn becomes_live(&mut self, admin_file: &Path) -> bool {
        let patience = Instant::now() + START;
        while Instant::now() < patience && self.is_running() {
            let address = fs::read_to_string(admin_file).ok();
            if let Some(admin) = address.and_then(|text| text.trim().parse().ok()) {
                self.admin = admin;
                // It may end between writing its address and answering.
                let ready = h1::Request::new("GET", "/ready", "admin").try_send(self.admin);
                if ready.is_some_and(|response| response.text().trim() == "LIVE") {
                    return true;
                }
            }
            // Short beside the shortest start: the time to LIVE is measured.
            sleep(Duration::from_millis(2));
        }
        false
    }

    /// How long it took from its start to being LIVE.
    #[must_use]
    pub fn live_after(&self) -> Duration {
        self.live_after
    }

    /// Whether it has not ended by itself.
    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        let log = fs::read(self.folder.join("envoy.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Where a listener listens.
    #[must_use]
    pub fn listener(&self, name: &str) -> SocketAddr {
        let listeners = self.get_json("/listeners?format=json");
        let statuses = listeners["listener_statuses"]
            .as_array()
            .into_iter()
            .flatten();
        let listener = statuses.clone().find(|listener| listener["name"] == name);
        let socket = listener.map(|listener| &listener["local_address"]["socket_address"]);
        let port = socket.and_then(|socket| socket["port_value"].as_u64());
        let port = port.and_then(|port| u16::try_from(port).ok());
        let port = port.unwrap_or_else(|| panic!("no listener `{name}` in {listeners}"));
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    /// The value of a counter or gauge; 0 where it does not exist yet.
    #[must_use]
    pub fn stat(&self, name: &str) -> u64 {
        let stats = self.get("/stats").text();
        let line = stats
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.and_then(|value| value.parse().ok()).unwrap_or(0)
    }

    /// Names and values of the statistics whose name contains a text.
    #[must_use]
    pub fn stats_with(&self, text: &str) -> Vec<(String, u64)> {
        let stats = self.get("/stats").text();
        let lines = stats.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(name, _)| name.contains(text))
            .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
            .collect()
    }

    /// The process, by its number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Its version, as it says it.
    #[must_use]
    pub fn version(&self) -> String {
        let information = self.get_json("/server_info");
        let version = information["version"].as_str().unwrap_or("unknown");
        version.split('/').nth(1).unwrap_or(version).to_owned()
    }

    /// The memory that it has in use now, in bytes.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kib.expect("the kernel says how much") * 1024
    }

    /// The time that its threads have had on processors, to a hundredth of a second.
    #[must_use]
    pub fn processor_time(&self) -> Duration {
        let stat = self.proc("stat");
        // The name, in parentheses, may hold spaces; user and system time are fields 14 and 15.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// A file of the kernel's about the process.
    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.pid())).expect("it runs")
    }

    fn get(&self, path: &str) -> Response {
        h1::Request::new("GET", path, "admin")
            .field("connection", "close")
            .send(self.admin)
    }

    fn get_json(&self, path: &str) -> Value {
        let answer = self.get(path).text();
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{path}: {error}: {answer}"))
    }
}

impl Drop for Envoy {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("the last of what Envoy logged:");
            tail.iter().rev().for_each(|line| eprintln!("  {line}"));
        }
    }
}
