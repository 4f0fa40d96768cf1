//! A process that ends with what holds it, and with the test binary.
//!
//! A shell stands between the test and the process and waits for the end of its own standard input,
//! which comes when the test drops the handle and also when the test binary dies in any way: nothing
//! is left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

const SUPERVISOR: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- &
process=$!
echo "$process" >"$REMIT_PID_FILE"
{ read -r _ <&3; kill -9 "$process"; } 2>/dev/null &
reader=$!
wait "$process"
status=$?
kill "$reader" 2>/dev/null
exit "$status"
"#;

/// The process.
#[derive(Debug)]
pub(crate) struct Supervised {
    shell: Child,
    /// Its end is the signal to stop.
    lifeline: Option<ChildStdin>,
    pid_file: PathBuf,
}

impl Supervised {
    /// Starts a program that `more` gives its arguments and outputs. Its number goes into a file in
    /// `folder`.
    pub(crate) fn start(program: &Path, folder: &Path, more: impl FnOnce(&mut Command)) -> Self {
        let pid_file = folder.join("pid");
        let mut command = Command::new("sh");
        command.args(["-c", SUPERVISOR, "sh"]).arg(program);
        command.env("REMIT_PID_FILE", &pid_file);
        more(&mut command);
        let started = command.stdin(Stdio::piped()).spawn();
        let mut shell = started.expect("a shell starts");
        Self {
            lifeline: shell.stdin.take(),
            shell,
            pid_file,
        }
    }

    /// Whether it has not ended by itself.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.shell.try_wait(), Ok(None))
    }

    /// The process, by its number.
    pub(crate) fn pid(&self) -> u32 {
        let pid = fs::read_to_string(&self.pid_file).expect("the shell wrote it");
        pid.trim().parse().expect("a number")
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let _ = self.shell.wait();
    }
}
