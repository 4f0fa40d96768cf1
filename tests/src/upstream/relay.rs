//! Handing a request on to a server behind the upstream.

use std::net::SocketAddr;

use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Builder;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Arrival;
use crate::runtime::PATIENCE;

/// Sends what has arrived to a server; its answer, once it is whole. 502 where there is none.
pub(super) async fn exchange(
    server: SocketAddr,
    arrival: &Arrival,
    response: Builder,
) -> Response<Full<Bytes>> {
    let answer = tokio::time::timeout(PATIENCE, ask(server, arrival)).await;
    let (response, body) = match answer {
        Ok(Some(answer)) => {
            let (head, body) = answer.into_parts();
            let mut response = response.status(head.status);
            // The length is that of what is handed back.
            let own = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];
            let headers = head.headers.iter();
            for (name, value) in headers.filter(|(name, _)| !own.contains(name)) {
                response = response.header(name, value);
            }
            (response, body)
        }
        Ok(None) | Err(_) => (response.status(502), Bytes::new()),
    };
    response.body(Full::from(body)).expect("a response")
}

async fn ask(server: SocketAddr, arrival: &Arrival) -> Option<Response<Bytes>> {
    let stream = TcpStream::connect(server).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    let mut request = Request::builder()
        .method(arrival.method.as_str())
        .uri(arrival.target.as_str());
    if let (None, Some(host)) = (arrival.headers.get("host"), &arrival.authority) {
        request = request.header("host", host);
    }
    let own = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];
    let headers = arrival.headers.iter();
    for (name, value) in headers.filter(|(name, _)| !own.contains(name)) {
        request = request.header(name, value);
    }
    let body: Full<Bytes> = Full::from(arrival.body.clone());
    let answer = sender.send_request(request.body(body).ok()?).await.ok()?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.ok()?.to_bytes();
    Some(Response::from_parts(head, body))
}
