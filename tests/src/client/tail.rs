//! A response that does not end: what has come of it, and whether it still comes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::h1::Request;
use crate::runtime::{PATIENCE, until};

/// A connection that is read as long as something comes.
pub struct Tail {
    stream: TcpStream,
    received: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<Instant>>,
}

impl Tail {
    /// Sends a request on a connection of its own, and reads from then on.
    #[must_use]
    pub fn of(request: &Request, to: SocketAddr) -> Self {
        let mut stream = TcpStream::connect_timeout(&to, PATIENCE).expect("the gateway listens");
        stream.write_all(&request.bytes()).expect("it is read");
        let (reading, received) = (stream.try_clone().expect("a handle"), Arc::default());
        let kept = Arc::clone(&received);
        Self {
            stream,
            received,
            reader: Some(std::thread::spawn(move || read(reading, &kept))),
        }
    }

    /// Everything that has come so far, head and framing included.
    #[must_use]
    pub fn received(&self) -> String {
        let received = self.received.lock().expect("nobody panics here");
        String::from_utf8_lossy(&received).into_owned()
    }

    /// Waits until a text has come.
    pub fn wait_for(&self, text: &str) {
        until(text, || self.received().contains(text));
    }

    /// Whether it has not ended.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.reader.as_ref().is_some_and(|one| !one.is_finished())
    }

    /// Waits until it ends, and says when that was.
    #[must_use]
    pub fn ended(mut self) -> Instant {
        until("the stream ends", || !self.is_open());
        let reader = self.reader.take().expect("it is joined once");
        reader.join().expect("the reader does not panic")
    }
}

fn read(mut stream: TcpStream, kept: &Mutex<Vec<u8>>) -> Instant {
    let mut buffer = [0; 4096];
    let ticks = Some(Duration::from_millis(500));
    stream
        .set_read_timeout(ticks)
        .expect("a timeout can be set");
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Instant::now(),
            Ok(length) => {
                let mut kept = kept.lock().expect("nobody panics here");
                kept.extend(buffer.iter().take(length));
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return Instant::now(),
        }
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        // It ends the reader.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}
