//! `remit dev`, as a policy author uses it: the decisions are printed, a change takes effect
//! without losing a request, a mistake changes nothing, and Ctrl-C leaves nothing behind.

#![expect(clippy::expect_used, reason = "a test says what it has seen")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use remit_tests::client::h1::{Connection, Request};
use remit_tests::places;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

const POLICY: &str = "\
remit: v1
policy: dev-test
public:
  - http: GET /one
";

/// The command at work, and what it has said so far.
struct Dev {
    child: Child,
    said: Arc<Mutex<String>>,
    agents: SocketAddr,
    temporary: TempDir,
}

impl Dev {
    fn start(policy: &Path) -> Self {
        let temporary = tempfile::tempdir().expect("a folder");
        let agents = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port");
        let mut child = Command::new(places::remit())
            .arg("dev")
            .arg(policy)
            .args(["--listen", &agents.to_string()])
            .arg("--envoy")
            .arg(places::envoy())
            .arg("--module")
            .arg(places::module())
            // So that the test sees what is left behind.
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("remit starts");
        let said = Arc::new(Mutex::new(String::new()));
        gather(child.stdout.take().expect("piped"), &said);
        gather(child.stderr.take().expect("piped"), &said);
        Self {
            child,
            said,
            agents,
            temporary,
        }
    }

    fn said(&self) -> String {
        self.said.lock().expect("no thread panics").clone()
    }

    /// Waits until it has said something for the `count`th time.
    fn says(&self, what: &str, count: usize) {
        let end = Instant::now() + PATIENCE;
        while self.said().matches(what).count() < count {
            assert!(
                Instant::now() < end,
                "it has not said `{what}` {count} times:\n{}",
                self.said()
            );
            sleep(PAUSE);
        }
    }

    fn status(&self, path: &str) -> u16 {
        let request = Request::new("GET", path, "any.example");
        request.send(self.agents).status
    }
}

/// A test that fails leaves no Envoy: the command ends it.
impl Drop for Dev {
    fn drop(&mut self) {
        interrupt(&self.child);
        let _ = self.child.wait();
    }
}

fn interrupt(child: &Child) {
    let _ = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .stderr(Stdio::null())
        .status();
}

fn gather(stream: impl Read + Send + 'static, said: &Arc<Mutex<String>>) {
    let said = Arc::clone(said);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            said.lock()
                .expect("no thread panics")
                .push_str(&(line + "\n"));
        }
    });
}

/// Asks over one connection until it is told to stop, and gives what came that was not 200.
fn steady(agents: SocketAddr, stop: &Arc<AtomicBool>) -> thread::JoinHandle<(usize, Vec<u16>)> {
    let stop = Arc::clone(stop);
    thread::spawn(move || {
        let request = Request::new("GET", "/one", "any.example");
        let mut connection = Connection::open(agents);
        let mut statuses = vec![];
        while !stop.load(Ordering::Relaxed) {
            connection.send(&request.bytes());
            // 0 if the connection has ended: that request is lost.
            statuses.push(connection.receive(false).status);
        }
        let other = statuses.iter().copied().filter(|status| *status != 200);
        (statuses.len(), other.collect())
    })
}

#[test]
fn a_policy_is_followed_from_start_to_interrupt() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.yaml");
    let write = |text: &str| fs::write(&policy, text).expect("written");
    write(POLICY);
    let mut dev = Dev::start(folder.path());
    dev.says("Ctrl-C ends it", 1);

    assert_eq!(dev.status("/one"), 200);
    assert_eq!(dev.status("/two"), 401);
    dev.says("GET any.example/one  public", 1);
    dev.says("GET any.example/two", 1);

    let stop = Arc::new(AtomicBool::new(false));
    let requests = steady(dev.agents, &stop);
    write(&format!("{POLICY}  - http: GET /two\n"));
    dev.says("the policy is now", 1);
    assert_eq!(dev.status("/two"), 200, "{}", dev.said());

    write(&format!("{POLICY}  - htp: GET /three\n"));
    dev.says("the policy before it stays in force", 1);
    assert!(dev.said().contains("htp"), "{}", dev.said());
    assert_eq!(dev.status("/two"), 200, "{}", dev.said());

    write(POLICY);
    dev.says("the policy is now", 2);
    assert_eq!(dev.status("/two"), 401, "{}", dev.said());
    stop.store(true, Ordering::Relaxed);
    let (sent, lost) = requests.join().expect("the requests end");
    assert!(sent > 10, "only {sent} requests ran beside the changes");
    assert!(lost.is_empty(), "of {sent} requests: {lost:?}");

    interrupt(&dev.child);
    let status = dev.child.wait().expect("it ends");
    assert!(status.success(), "{status}:\n{}", dev.said());
    assert!(
        TcpStream::connect(dev.agents).is_err(),
        "Envoy still listens"
    );
    let left: Vec<_> = fs::read_dir(dev.temporary.path())
        .expect("the folder is there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_policy_with_errors_starts_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("policy.yaml"), "remit: v1\npolcy: x\n").expect("written");
    let mut dev = Dev::start(folder.path());
    let status = dev.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(1), "{}", dev.said());
    dev.says("polcy", 1);
    assert!(!dev.said().contains("starting"), "{}", dev.said());
}

#[test]
fn an_envoy_that_is_not_there_is_named() {
    let output = Command::new(places::remit())
        .args(["dev", "policy", "--envoy", "/nowhere/envoy"])
        .output()
        .expect("remit runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("there is no Envoy at `/nowhere/envoy`"),
        "{said}"
    );
}
