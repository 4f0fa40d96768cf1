//! A server whose pages a test changes while a gateway fetches them: late, wrong, endless, or not
//! there at all.

mod page;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::runtime;
use page::Content;

pub use page::Page;

/// A server on a port of its own. It stops with the last handle to it.
#[derive(Clone)]
pub struct Origin(Arc<Place>);

struct Place {
    address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
    door: Mutex<Door>,
}

enum Door {
    /// The port is taken, and nobody listens there.
    Shut(TcpSocket),
    /// The server stops when this goes.
    Open(#[expect(dead_code, reason = "it is there to go")] oneshot::Sender<()>),
    Closed,
}

#[derive(Default)]
struct Shelf {
    pages: BTreeMap<String, Page>,
    asked: BTreeMap<String, Vec<Instant>>,
}

impl Origin {
    /// Starts one without pages.
    #[must_use]
    pub fn start() -> Self {
        let origin = Self::closed();
        origin.open();
        origin
    }

    /// One that has a port where nobody listens yet.
    #[must_use]
    pub fn closed() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        socket.bind(any).expect("a free port");
        Self(Arc::new(Place {
            address: socket.local_addr().expect("it is bound"),
            shelf: Arc::default(),
            door: Mutex::new(Door::Shut(socket)),
        }))
    }

    /// Listens.
    pub fn open(&self) {
        let mut door = self.0.door.lock().expect("nobody panics here");
        let (open, closed) = oneshot::channel();
        if let Door::Shut(socket) = std::mem::replace(&mut *door, Door::Open(open)) {
            let shelf = Arc::clone(&self.0.shelf);
            let listener = runtime::block_on(async { socket.listen(64) });
            let listener = listener.expect("a port of its own");
            runtime::spawn(accept(listener, closed, shelf));
        }
    }

    /// Stops to listen for good, and ends what is under way.
    pub fn close(&self) {
        *self.0.door.lock().expect("nobody panics here") = Door::Closed;
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// The URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.address)
    }

    /// Puts a page at a path; a path without one answers 404.
    pub fn put(&self, path: &str, page: Page) {
        lock(&self.0.shelf).pages.insert(path.to_owned(), page);
    }

    /// When a path was asked for.
    #[must_use]
    pub fn asked(&self, path: &str) -> Vec<Instant> {
        lock(&self.0.shelf)
            .asked
            .get(path)
            .cloned()
            .unwrap_or_default()
    }
}

async fn accept(
    listener: TcpListener,
    mut closed: oneshot::Receiver<()>,
    shelf: Arc<Mutex<Shelf>>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut closed => return,
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(serve(stream, Arc::clone(&shelf)));
            },
        }
    }
}

async fn serve(stream: TcpStream, shelf: Arc<Mutex<Shelf>>) {
    let service = service_fn(move |request| answer(Arc::clone(&shelf), request));
    let server = auto::Builder::new(TokioExecutor::new());
    // A gateway that cuts a connection, or a page that does, is none of the server's business.
    let _ = server
        .serve_connection_with_upgrades(TokioIo::new(stream), service)
        .await;
}

/// A page that breaks off.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut")]
struct Cut;

async fn answer(
    shelf: Arc<Mutex<Shelf>>,
    mut request: Request<Incoming>,
) -> Result<Response<Content>, Cut> {
    let path = request.uri().path().to_owned();
    let page = {
        let mut shelf = lock(&shelf);
        shelf
            .asked
            .entry(path.clone())
            .or_default()
            .push(Instant::now());
        shelf.pages.get(&path).cloned()
    };
    let Some(page) = page else {
        return Ok(status(StatusCode::NOT_FOUND));
    };
    page.answer(&mut request).await.ok_or(Cut)
}

fn status(status: StatusCode) -> Response<Content> {
    let mut response = Response::new(Content::default());
    *response.status_mut() = status;
    response
}

fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().expect("nobody panics here")
}
