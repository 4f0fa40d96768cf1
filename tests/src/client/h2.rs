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
        let mut head = http::Request::new(());
        *head.method_mut() = request.method.clone();
        *head.uri_mut() = request.uri()?;
        *head.headers_mut() = request.headers.clone();
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
