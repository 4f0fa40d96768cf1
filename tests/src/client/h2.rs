//! HTTP/2 in cleartext, with what the `h2` crate lets through.

use std::net::SocketAddr;

use h2::client;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use hyper::body::Bytes;
use tokio::net::TcpStream;

use super::Response;
use crate::runtime;

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    method: Method,
    target: String,
    authority: String,
    headers: HeaderMap,
    body: Vec<Bytes>,
    trailers: Option<HeaderMap>,
}

impl Request {
    /// A request for `http`.
    #[must_use]
    pub fn new(method: &str, target: &str, authority: &str) -> Self {
        Self {
            method: Method::from_bytes(method.as_bytes()).expect("a method"),
            target: target.to_owned(),
            authority: authority.to_owned(),
            headers: HeaderMap::new(),
            body: vec![],
            trailers: None,
        }
    }

    /// Adds a header; the name is sent in lower case.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        insert(&mut self.headers, name, value.as_ref());
        self
    }

    /// Adds a DATA frame.
    #[must_use]
    pub fn data(mut self, data: &[u8]) -> Self {
        self.body.push(Bytes::copy_from_slice(data));
        self
    }

    /// Adds a trailer.
    #[must_use]
    pub fn trailer(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        insert(self.trailers.get_or_insert_default(), name, value.as_ref());
        self
    }

    /// Sends it on a connection of its own and waits for the whole response. Status 0 if the
    /// stream or the connection is reset, or if the `h2` crate does not send such a request.
    #[must_use]
    pub fn send(&self, to: SocketAddr) -> Response {
        Session::new(to).send(self)
    }

    /// Sends it on a connection of its own without its end.
    #[must_use]
    pub fn begin(&self, to: SocketAddr) -> Unfinished {
        runtime::block_on(async {
            let sender = connect(to).await.expect("the gateway speaks HTTP/2");
            let mut sender = sender.ready().await.expect("a new connection");
            let sent = sender.send_request(self.head().expect("a head"), false);
            let (response, mut body) = sent.expect("a new stream");
            for data in &self.body {
                body.send_data(data.clone(), false).expect("an open stream");
            }
            Unfinished {
                response,
                body,
                trailers: self.trailers.clone().unwrap_or_default(),
            }
        })
    }

    fn head(&self) -> Option<http::Request<()>> {
        let mut head = http::Request::new(());
        *head.method_mut() = self.method.clone();
        *head.uri_mut() = self.uri()?;
        *head.headers_mut() = self.headers.clone();
        Some(head)
    }

    fn uri(&self) -> Option<Uri> {
        if self.method == Method::CONNECT {
            return self.authority.parse().ok();
        }
        let target = self.target.as_str();
        Uri::builder()
            .scheme("http")
            .authority(self.authority.as_str())
            .path_and_query(target)
            .build()
            .ok()
    }
}

/// A request whose trailers have not been sent.
pub struct Unfinished {
    response: client::ResponseFuture,
    body: h2::SendStream<Bytes>,
    trailers: HeaderMap,
}

impl Unfinished {
    /// Sends the trailers and waits for the whole response, as [`Request::send`] does.
    #[must_use]
    pub fn finish(mut self) -> Response {
        runtime::block_on(async {
            // The stream may be closed by now, with an answer or without.
            let _ = self.body.send_trailers(self.trailers);
            receive(self.response).await.unwrap_or_default()
        })
    }
}

/// One connection for many requests, one after the other; opened anew where it was closed.
pub struct Session {
    to: SocketAddr,
    sender: Option<Sender>,
}

type Sender = client::SendRequest<Bytes>;

impl Session {
    /// A session that connects when it is needed.
    #[must_use]
    pub fn new(to: SocketAddr) -> Self {
        Self { to, sender: None }
    }

    /// Sends a request and waits for the whole response, as [`Request::send`] does.
    pub fn send(&mut self, request: &Request) -> Response {
        runtime::block_on(async {
            if let Some(sender) = self.sender.take() {
                // Not ready means closed: nothing of the request was looked at.
                if let Ok(ready) = sender.ready().await {
                    return self.exchange(ready, request).await.unwrap_or_default();
                }
            }
            match connect(self.to).await {
                Some(sender) => self.exchange(sender, request).await.unwrap_or_default(),
                None => Response::default(),
            }
        })
    }

    async fn exchange(&mut self, mut sender: Sender, request: &Request) -> Option<Response> {
        let head = request.head()?;
        let ends_at_once = request.body.is_empty() && request.trailers.is_none();
        let (response, mut body) = sender.send_request(head, ends_at_once).ok()?;
        // An early answer may reset the stream while the body is still being sent.
        let frames = request.body.len();
        for (position, data) in request.body.iter().enumerate() {
            let last = position + 1 == frames && request.trailers.is_none();
            if body.send_data(data.clone(), last).is_err() {
                break;
            }
        }
        if let Some(trailers) = request.trailers.clone() {
            let _ = body.send_trailers(trailers);
        }
        let received = receive(response).await;
        self.sender = received.is_some().then_some(sender);
        received
    }
}

async fn connect(to: SocketAddr) -> Option<Sender> {
    let stream = TcpStream::connect(to).await.expect("the gateway listens");
    let (sender, connection) = client::handshake(stream).await.ok()?;
    tokio::spawn(async move { drop(connection.await) });
    Some(sender)
}

async fn receive(response: client::ResponseFuture) -> Option<Response> {
    let (head, mut body) = response.await.ok()?.into_parts();
    let mut received = Response {
        status: head.status.as_u16(),
        ..Response::default()
    };
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        received.headers.push((name.to_string(), value));
    }
    while let Some(Ok(data)) = body.data().await {
        let _ = body.flow_control().release_capacity(data.len());
        received.body.extend_from_slice(&data);
    }
    Some(received)
}

fn insert(headers: &mut HeaderMap, name: &str, value: &[u8]) {
    let name = HeaderName::from_bytes(name.to_lowercase().as_bytes()).expect("a header name");
    headers.append(
        name,
        HeaderValue::from_bytes(value).expect("a header value"),
    );
}
