//! An upstream that answers with what it was sent: method, path, headers and body.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

/// Bytes of a body that are shown at most; of a longer one, nothing is.
const BODY_BYTES: usize = 64 * 1024;

/// Starts it on a free port of loopback; it ends with the runtime.
pub(super) async fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file descriptors, perhaps: later there may be some.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            };
            // A connection that breaks is Envoy's to report.
            tokio::spawn(
                http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)),
            );
        }
    });
    Ok(address)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]))
        .collect();
    let mut seen = json!({
        "method": request.method().as_str(),
        "path": request.uri().to_string(),
        "headers": headers,
    });
    let body = Limited::new(request.into_body(), BODY_BYTES)
        .collect()
        .await;
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    if let (false, Some(seen)) = (body.is_empty(), seen.as_object_mut()) {
        let body = String::from_utf8_lossy(&body);
        seen.insert("body".to_owned(), json!(body));
    }
    let mut response = Response::new(Full::new(Bytes::from(format!("{seen:#}\n"))));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn what_was_sent_comes_back() {
        let address = start().await.expect("a free port");
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let sent =
            b"POST /a?b HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
        stream.write_all(sent).await.expect("it reads");
        let mut said = String::new();
        stream.read_to_string(&mut said).await.expect("it answers");
        assert!(said.contains(r#""path": "/a?b""#), "{said}");
        assert!(said.contains(r#""body": "{}""#), "{said}");
    }
}
