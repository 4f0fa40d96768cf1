use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::super::super::INPUT_BYTES;
use super::super::Listing;
use super::{FetchError, Header, PAGES, ServerUrl, list};

/// What a server was sent: the head in lower case, the message.
type Seen = Arc<Mutex<Vec<(String, Value)>>>;

/// Reads a request.
async fn request(stream: &mut TcpStream) -> (String, Value) {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1);
            let length = length.map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
            if body.len() >= length {
                return (head, serde_json::from_str(body).unwrap_or(Value::Null));
            }
        }
        assert!(count > 0, "the request ends early");
    }
}

/// A server that answers each request with the bytes that come of it, and keeps connections open.
async fn serve(answer: impl Fn(&str, &Value) -> Vec<u8> + Send + 'static) -> (ServerUrl, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Seen::default();
    let writes = Arc::clone(&seen);
    tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (head, message) = request(&mut stream).await;
            let bytes = answer(&head, &message);
            writes.lock().unwrap().push((head, message));
            // Whoever has read enough closes.
            drop(stream.write_all(&bytes).await);
            open.push(stream);
        }
    });
    let url = ServerUrl::parse(&format!("http://127.0.0.1:{port}/mcp")).unwrap();
    (url, seen)
}

fn http(status: &str, ty: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: {ty}\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn result(message: &Value, result: Value) -> Vec<u8> {
    let body = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
    http(
        "200 OK",
        "application/json; charset=utf-8",
        &body.to_string(),
    )
}

fn discovered(message: &Value, capabilities: Value) -> Vec<u8> {
    result(
        message,
        json!({"supportedVersions": ["2026-07-28"], "capabilities": capabilities}),
    )
}

fn tool(name: &str) -> Value {
    json!({"name": name, "inputSchema": {"type": "object"}})
}

async fn asked(url: &ServerUrl) -> Result<Listing, FetchError> {
    list(url, &[], &mut |_| {}).await
}

fn names(listing: &Listing) -> Vec<&str> {
    listing
        .definitions()
        .iter()
        .map(|each| each.called.as_str())
        .collect()
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

#[test]
fn a_server_of_the_newest_revision_is_asked_without_a_session() {
    block(async {
        let (url, seen) = serve(|_, message| match message["method"].as_str() {
            Some("server/discover") => discovered(message, json!({"tools": {}, "resources": {}})),
            Some("tools/list") if message["params"]["cursor"].is_null() => {
                result(message, json!({"tools": [tool("a")], "nextCursor": "2"}))
            }
            Some("tools/list") => result(message, json!({"tools": [tool("b")]})),
            Some("resources/list") => result(message, json!({"resources": [{"uri": "x://y"}]})),
            _ => {
                let body = json!({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "no"}});
                http("404 Not Found", "application/json", &body.to_string())
            }
        })
        .await;
        let headers = [Header::parse("Authorization: Bearer secret").unwrap()];
        let mut told = Vec::new();
        let listing = list(&url, &headers, &mut |asked| told.push(asked.to_owned()))
            .await
            .unwrap();
        assert_eq!(names(&listing), ["a", "b", "x://y"]);
        assert_eq!(
            told[..3],
            [
                "server/discover",
                "tools/list, page 1",
                "tools/list, page 2"
            ]
        );
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), 5);
        for (head, message) in seen.iter() {
            let method = message["method"].as_str().unwrap();
            assert!(head.starts_with("post /mcp http/1.1"), "{head}");
            assert!(
                head.contains(&format!("\r\nmcp-method: {method}")),
                "{head}"
            );
            assert!(
                head.contains("\r\nmcp-protocol-version: 2026-07-28"),
                "{head}"
            );
            assert!(head.contains("\r\nauthorization: bearer secret"), "{head}");
            assert!(
                head.contains("\r\naccept: application/json, text/event-stream"),
                "{head}"
            );
            assert_eq!(
                message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"],
                "2026-07-28"
            );
        }
    });
}

#[test]
fn a_server_of_a_revision_before_gets_a_session_that_ends() {
    block(async {
        let (url, seen) = serve(|head, message| {
            let event = |result: Value| {
                let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
                let events = format!(
                    "id: 1\ndata: \n\nevent: message\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}}\n\nevent: message\ndata: {answer}\n\n"
                );
                // The stream stays open, as servers may leave it.
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nmcp-session-id: s-1\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{events}\r\n",
                    events.len()
                )
                .into_bytes()
            };
            match message["method"].as_str() {
                Some("initialize") => event(json!({"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}})),
                Some("notifications/initialized") => http("202 Accepted", "text/plain", ""),
                Some("tools/list") => event(json!({"tools": [tool("a")]})),
                _ if head.starts_with("delete") => http("200 OK", "text/plain", ""),
                _ => {
                    let error = json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32000, "message": "Server not initialized"}});
                    http("400 Bad Request", "application/json", &error.to_string())
                }
            }
        })
        .await;
        assert_eq!(names(&asked(&url).await.unwrap()), ["a"]);
        let seen = seen.lock().unwrap();
        let methods: Vec<&str> = seen
            .iter()
            .map(|(_, message)| message["method"].as_str().unwrap_or("DELETE"))
            .collect();
        assert_eq!(
            methods,
            [
                "server/discover",
                "initialize",
                "notifications/initialized",
                "tools/list",
                "DELETE"
            ]
        );
        assert!(!seen[1].0.contains("\r\nmcp-"), "{}", seen[1].0);
        for (head, _) in &seen[2..] {
            assert!(head.contains("\r\nmcp-session-id: s-1"), "{head}");
            assert!(
                head.contains("\r\nmcp-protocol-version: 2025-06-18"),
                "{head}"
            );
            assert!(!head.contains("\r\nmcp-method"), "{head}");
        }
    });
}

#[test]
fn lists_end() {
    block(async {
        for next in ["\"same\"", "id"] {
            let (url, seen) = serve(move |_, message| match message["method"].as_str() {
                Some("server/discover") => discovered(message, json!({"prompts": {}})),
                _ => {
                    let cursor = if next == "id" {
                        message["id"].to_string()
                    } else {
                        next.to_owned()
                    };
                    result(message, json!({"prompts": [], "nextCursor": cursor}))
                }
            })
            .await;
            assert!(matches!(
                asked(&url).await,
                Err(FetchError::Pages {
                    method: "prompts/list"
                })
            ));
            // One question more than pages: what the server is.
            let pages = if next == "id" { PAGES } else { 2 };
            assert_eq!(seen.lock().unwrap().len(), pages + 1);
        }
    });
}

#[test]
fn what_a_server_sends_is_bounded() {
    block(async {
        let (url, _) = serve(|_, message| match message["method"].as_str() {
            Some("server/discover") => discovered(message, json!({"tools": {}})),
            _ => http("200 OK", "application/json", &" ".repeat(INPUT_BYTES + 1)),
        })
        .await;
        assert!(matches!(
            asked(&url).await,
            Err(FetchError::TooLong {
                method: "tools/list"
            })
        ));
    });
}

#[test]
fn answers_that_are_none_are_told() {
    type Wrong = fn(&FetchError) -> bool;
    let cases: [(Vec<u8>, Wrong); 8] = [
        (http("401 Unauthorized", "text/plain", ""), |error| {
            matches!(error, FetchError::Unauthorized { status: 401, .. })
        }),
        (http("307 Temporary Redirect", "text/plain", ""), |error| {
            matches!(error, FetchError::Status { status: 307, .. })
        }),
        (http("200 OK", "text/html", "<p>"), |error| {
            matches!(error, FetchError::MediaType { .. })
        }),
        (http("200 OK", "application/json", "{"), |error| {
            matches!(error, FetchError::NotJson { .. })
        }),
        (
            http("200 OK", "application/json", "{\"id\":1,\"id\":2}"),
            |error| matches!(error, FetchError::NotJson { .. }),
        ),
        (
            http("200 OK", "application/json", "{\"id\":77,\"result\":{}}"),
            |error| matches!(error, FetchError::NoAnswer { .. }),
        ),
        (
            http("200 OK", "text/event-stream", "data: {}\n\n"),
            |error| matches!(error, FetchError::NoAnswer { .. }),
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n".to_vec(),
            |error| matches!(error, FetchError::Broken { .. }),
        ),
    ];
    block(async {
        for (bytes, expected) in cases {
            let shown = String::from_utf8_lossy(&bytes).into_owned();
            let (url, _) = serve(move |_, _| bytes.clone()).await;
            let error = asked(&url).await.unwrap_err();
            assert!(expected(&error), "{shown}: {error:?}");
        }
        let nobody = ServerUrl::parse("http://127.0.0.1:1/").unwrap();
        assert!(matches!(
            asked(&nobody).await,
            Err(FetchError::Broken { .. })
        ));
    });
}

#[test]
fn an_unknown_revision_is_not_spoken() {
    block(async {
        let (url, _) = serve(|_, message| match message["method"].as_str() {
            Some("server/discover") => {
                result(message, json!({"supportedVersions": ["2099-01-01"]}))
            }
            _ => result(message, json!({"protocolVersion": "2099-01-01"})),
        })
        .await;
        let error = asked(&url).await.unwrap_err();
        assert!(
            matches!(error, FetchError::Revision { ref said } if said == "2099-01-01"),
            "{error:?}"
        );
    });
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    block(async {
        let (url, _) = serve(|_, _| Vec::new()).await;
        let error = asked(&url).await.unwrap_err();
        assert!(
            matches!(error, FetchError::TooSlow { seconds: 10 }),
            "{error:?}"
        );
    });
}
