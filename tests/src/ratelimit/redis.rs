//! Redis, or what speaks as it does: on a socket in a folder, with nothing kept on disk.
//!
//! A socket, because no port can be had for certain: one that is free now may be taken when Redis
//! comes to it, or comes back to it.

use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::places;
use crate::runtime::PATIENCE;
use crate::supervised::Supervised;

/// The process.
pub(super) struct Redis {
    _process: Supervised,
}

impl Redis {
    /// Starts it and waits until it takes connections.
    pub(super) fn start(program: &Path, folder: &Path) -> Self {
        let socket = socket(folder);
        let _ = fs::remove_file(&socket);
        let log = folder.join("redis.log");
        let output = File::create(&log).expect("the folder can be written");
        let mut process = Supervised::start(program, folder, |redis| {
            redis
                .args(["--port", "0", "--unixsocket"])
                .arg(&socket)
                .args([
                    "--unixsocketperm",
                    "700",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                ])
                .arg("--dir")
                .arg(folder)
                .stdout(output.try_clone().expect("a handle"))
                .stderr(output);
        });
        let patience = Instant::now() + PATIENCE;
        while UnixStream::connect(&socket).is_err() {
            let said = || fs::read_to_string(&log).unwrap_or_default();
            assert!(process.is_running(), "Redis ended:\n{}", said());
            assert!(Instant::now() < patience, "Redis waits:\n{}", said());
            sleep(Duration::from_millis(10));
        }
        Self { _process: process }
    }

    /// Where the one in a folder is found.
    pub(super) fn url(folder: &Path) -> String {
        format!("redis+unix://{}", socket(folder).display())
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("redis.socket")
}

/// The program. Where there is none, what needs it is skipped, aloud, or must not be.
pub(super) fn program() -> Option<PathBuf> {
    let program = places::redis();
    if program.is_none() {
        let required = env::var_os("REMIT_REQUIRE_VECTORS").is_some_and(|value| value == "1");
        assert!(
            !required,
            "no Redis: run `make ratelimit`, or set `REMIT_REDIS`"
        );
        let test = std::thread::current();
        let test = test.name().unwrap_or("a test");
        // Not by `eprintln`, which is not shown of a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "{test}: SKIPPED, no Redis (`make ratelimit` installs one; `REMIT_REDIS` names one)"
        );
    }
    program
}
