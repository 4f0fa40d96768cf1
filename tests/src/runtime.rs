//! The one tokio runtime of a test binary.
//!
//! Servers and gateways that several tests share must outlive each of them, so they cannot live in
//! a runtime of one test. Tests themselves are plain functions that call [`block_on`].

use std::future::Future;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a tokio runtime")
});

/// Longest time that one exchange with a gateway may take. Far above what any should: the tests
/// may share two cores with a compiler.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a future to its end on the shared runtime; panics after [`PATIENCE`].
pub fn block_on<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(async {
        tokio::time::timeout(PATIENCE, future)
            .await
            .unwrap_or_else(|_| panic!("no answer within {PATIENCE:?}"))
    })
}

/// Looks again and again until something is so; panics after [`PATIENCE`].
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let patience = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < patience, "not within {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(20));
    }
}

/// Says stop when it goes, however that comes: a panic must not leave others at work.
#[derive(Debug)]
pub struct Stop<'s>(pub &'s AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Starts a task that goes on until the test binary ends.
pub fn spawn<F>(future: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    RUNTIME.spawn(future);
}
