//! A process that reads one JSON object a line and answers each with one.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::FileExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Longest time to an answer; the first may come after the start of an interpreter.
const PATIENCE: Duration = Duration::from_secs(60);

/// The process. It ends when this goes, and when the test binary does: then its input ends.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    requests: ChildStdin,
    answers: Receiver<String>,
    /// What it says beside its answers.
    aside: File,
}

impl Process {
    /// Starts it; the name is for what goes wrong.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Self {
        let aside = tempfile::tempfile().expect("a temporary file");
        command.stderr(aside.try_clone().expect("a handle"));
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{name} starts: {error}"));
        let requests = child.stdin.take().expect("its standard input is piped");
        let said = child.stdout.take().expect("its standard output is piped");
        Self {
            name,
            child,
            requests,
            answers: lines(said),
            aside,
        }
    }

    /// Sends a request and waits for the answer.
    pub(crate) fn ask(&mut self, request: &Value) -> Value {
        let sent = writeln!(self.requests, "{request}");
        sent.unwrap_or_else(|error| panic!("{} reads: {error}", self.name));
        self.hear()
    }

    /// Waits for the next line that it says.
    pub(crate) fn hear(&mut self) -> Value {
        let name = self.name;
        let line = self.answers.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|error| panic!("{name} answers: {error}\n{}", self.aside()));
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{name} answered `{line}`"))
    }

    /// Where a server listens, once it says so.
    pub(crate) fn listens(&mut self) -> SocketAddr {
        let said = self.hear();
        let address = said["url"].as_str().and_then(|url| {
            let authority = url.strip_prefix("http://")?;
            authority.split('/').next()?.parse().ok()
        });
        address.unwrap_or_else(|| panic!("no address in {said}"))
    }

    /// The last of what it said beside its answers.
    fn aside(&self) -> String {
        let length = self.aside.metadata().map_or(0, |file| file.len());
        let mut tail = vec![0; 2000];
        // Where the process goes on writing is left as it is.
        let read = self.aside.read_at(&mut tail, length.saturating_sub(2000));
        tail.truncate(read.unwrap_or(0));
        String::from_utf8_lossy(&tail).into_owned()
    }
}

/// Reads in a thread of its own, which ends with the process: only so can a reader lose patience.
fn lines(said: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("the last that {} said:\n{}", self.name, self.aside());
        }
    }
}
