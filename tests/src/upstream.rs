//! The service behind the gateway. It writes down whatever reaches it, at once and as it stands,
//! so that a test can say that something did *not* arrive.
//!
//! Speaks HTTP/1.1 and cleartext HTTP/2 on one port and answers every request with 200 and the
//! header `x-upstream`, which nothing else in the tests sets. A request may ask for an answer that
//! takes its time ([`ANSWER`]), and a test may write the answers of a case itself ([`Script`]).

mod events;
mod kept;
mod relay;
mod script;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};

use crate::runtime;
use events::{Events, Manner};
use kept::Kept;

pub use events::ANSWER;
pub use kept::{Arrival, Keeps};
pub use script::Script;

/// The header by which tests tell their requests apart.
pub const CASE: &str = "x-case";

/// The header that only an upstream sets.
pub const MARK: &str = "x-upstream";

/// A running upstream. Cheap to clone.
#[derive(Clone)]
pub struct Upstream {
    name: &'static str,
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
    documents: Arc<Mutex<BTreeMap<String, Document>>>,
    /// Servers behind it, by host.
    relayed: Arc<Mutex<BTreeMap<String, SocketAddr>>>,
    scripts: Arc<Mutex<BTreeMap<String, Script>>>,
}

/// A status and a body.
type Document = (u16, Vec<u8>);

impl Upstream {
    /// Starts one on a free port of the loopback interface. It runs until the test binary ends.
    #[must_use]
    pub fn start(name: &'static str, keeps: Keeps) -> Self {
        let listener = runtime::block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let upstream = Self {
            name,
            address,
            kept: Arc::new(Mutex::new(Kept::nothing(keeps))),
            documents: Arc::default(),
            relayed: Arc::default(),
            scripts: Arc::default(),
        };
        let server = upstream.clone();
        runtime::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server.clone().serve(stream));
            }
        });
        upstream
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything that has arrived so far.
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.select(|_| true)
    }

    fn select(&self, which: impl Fn(&Arrival) -> bool) -> Vec<Arrival> {
        match &*self.lock() {
            Kept::Requests(arrivals) => arrivals.iter().filter(|one| which(one)).cloned().collect(),
            Kept::Counts(_) => panic!("the upstream only counts"),
        }
    }

    /// How many requests of each case have arrived, where that is what it keeps.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, u64> {
        match &*self.lock() {
            Kept::Counts(counts) => counts.clone(),
            Kept::Requests(_) => panic!("the upstream keeps requests"),
        }
    }

    /// What has arrived of one case: the requests with this value of [`CASE`].
    #[must_use]
    pub fn arrivals_of(&self, case: &str) -> Vec<Arrival> {
        self.select(|arrival| arrival.values(CASE).contains(&case))
    }

    /// The one request of a case, whole.
    #[must_use]
    pub fn only_arrival_of(&self, case: &str) -> Arrival {
        let patience = Instant::now() + Duration::from_secs(5);
        loop {
            match self.arrivals_of(case).as_slice() {
                [arrival] if arrival.complete => return arrival.clone(),
                [] | [_] if Instant::now() < patience => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                arrivals => panic!("`{case}` should have arrived once: {arrivals:#?}"),
            }
        }
    }

    /// Answers requests for a path with this from now on.
    pub fn publish(&self, path: &str, status: u16, body: &[u8]) {
        let mut documents = self.documents.lock().expect("nothing panics with it");
        documents.insert(path.to_owned(), (status, body.to_vec()));
    }

    /// Hands requests for a host on to a server over HTTP/1.1 from now on, whole, and its answers
    /// back.
    pub fn relay(&self, host: &str, server: SocketAddr) {
        let mut relayed = self.relayed.lock().expect("nothing panics with it");
        relayed.insert(host.to_owned(), server);
    }

    fn relayed(&self, arrival: &Arrival) -> Option<SocketAddr> {
        let relayed = self.relayed.lock().expect("nothing panics with it");
        relayed.get(arrival.authority.as_deref()?).copied()
    }

    /// Answers requests of a case like this from now on.
    pub fn answer_with(&self, case: &str, script: Script) {
        let mut scripts = self.scripts.lock().expect("nothing panics with it");
        scripts.insert(case.to_owned(), script);
    }

    fn script(&self, headers: &HeaderMap) -> Option<Script> {
        let case = headers.get(CASE)?.to_str().ok()?;
        let scripts = self.scripts.lock().expect("nothing panics with it");
        scripts.get(case).cloned()
    }

    /// How many requests for a path have arrived.
    #[must_use]
    pub fn requests_for(&self, path: &str) -> usize {
        self.select(|arrival| arrival.target == path).len()
    }

    fn document(&self, path: &str) -> Option<Document> {
        let documents = self.documents.lock().expect("nothing panics with it");
        documents.get(path).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("the upstream does not panic")
    }

    async fn serve(self, stream: TcpStream) {
        let service = service_fn(move |request| self.clone().answer(request));
        let server = auto::Builder::new(TokioExecutor::new());
        // A gateway that cuts a connection is none of the upstream's business.
        let _ = server
            .serve_connection_with_upgrades(TokioIo::new(stream), service)
            .await;
    }

    async fn answer(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<BoxBody<Bytes, Infallible>>, Infallible> {
        let (head, mut body) = request.into_parts();
        let script = self.script(&head.headers);
        let document = self.document(head.uri.path());
        let manner = head.headers.get(ANSWER);
        let manner = Manner::read(manner.and_then(|value| value.to_str().ok()));
        let authority = head.uri.authority().map(ToString::to_string);
        let host = head
            .headers
            .get("host")
            .and_then(|host| host.to_str().ok())
            .map(str::to_owned);
        let position = self.lock().keep(Arrival {
            method: head.method.to_string(),
            target: head
                .uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            authority: authority.or(host),
            version: head.version,
            headers: head.headers,
            body: vec![],
            trailers: None,
            complete: false,
        });
        let complete = loop {
            match body.frame().await {
                Some(Ok(frame)) => {
                    self.lock()
                        .change(position, |arrival| match frame.into_data() {
                            Ok(data) => arrival.body.extend_from_slice(&data),
                            Err(frame) => arrival.trailers = frame.into_trailers().ok(),
                        })
                }
                Some(Err(_)) => break false,
                None => break true,
            }
        };
        self.lock()
            .change(position, |arrival| arrival.complete = complete);
        if let Some(script) = script {
            let mut response = Response::new(());
            *response.status_mut() = StatusCode::from_u16(script.status()).expect("a status");
            *response.headers_mut() = script.headers.clone();
            let mark = HeaderValue::from_static(self.name);
            response.headers_mut().insert(MARK, mark);
            return Ok(response.map(|()| script.spoken().boxed()));
        }
        let response = Response::builder().header(MARK, self.name);
        let behind = match self.lock().kept(position) {
            Some(arrival) if complete => self.relayed(arrival).map(|to| (to, arrival.clone())),
            _ => None,
        };
        if let Some((server, arrival)) = behind {
            let relayed = relay::exchange(server, &arrival, response).await;
            return Ok(relayed.map(|body| body.boxed()));
        }
        if let Some((status, body)) = document {
            let body = Full::from(body).boxed();
            return Ok(response.status(status).body(body).expect("a response"));
        }
        let body = match manner {
            Manner::Events(count) => Events::new(count).boxed(),
            Manner::AtOnce => Full::from(self.name).boxed(),
            Manner::Late(pause) => {
                tokio::time::sleep(pause).await;
                Full::from(self.name).boxed()
            }
        };
        Ok(response.body(body).expect("a response"))
    }
}
