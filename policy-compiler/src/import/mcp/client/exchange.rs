//! One message and its answer over HTTP/1.1, each on a connection of its own.

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::super::super::{INPUT_BYTES, json};
use super::super::sse::Events;
use super::{ANSWER_TIME, FetchError, Header, ServerUrl};

/// Longest session id.
const SESSION_BYTES: usize = 1024;

/// A result, and the session that came with it.
pub(super) struct Reply {
    pub(super) result: Value,
    pub(super) session: Option<String>,
}

/// A server, and how much it may still send.
pub(super) struct Exchange<'a> {
    url: &'a ServerUrl,
    headers: &'a [Header],
    left: usize,
}

type Headers = [(&'static str, String)];

impl<'a> Exchange<'a> {
    pub(super) fn new(url: &'a ServerUrl, headers: &'a [Header]) -> Self {
        Self {
            url,
            headers,
            left: INPUT_BYTES,
        }
    }

    /// Sends a request and reads its answer.
    pub(super) async fn ask(
        &mut self,
        headers: &Headers,
        message: &Value,
        id: u64,
        method: &'static str,
    ) -> Result<Reply, FetchError> {
        in_time(self.ask_without_clock(headers, message, id, method)).await
    }

    /// Sends a notification; what is answered does not matter if it is no refusal.
    pub(super) async fn tell(
        &mut self,
        headers: &Headers,
        message: &Value,
    ) -> Result<(), FetchError> {
        let method = "notifications/initialized";
        let body = message.to_string();
        let response = in_time(self.send(Method::POST, headers, body, method)).await?;
        accepted(&response, method)
    }

    /// Ends a session.
    pub(super) async fn end(&mut self, headers: &Headers) -> Result<(), FetchError> {
        let method = "the end of the session";
        in_time(self.send(Method::DELETE, headers, String::new(), method)).await?;
        Ok(())
    }

    async fn ask_without_clock(
        &mut self,
        headers: &Headers,
        message: &Value,
        id: u64,
        method: &'static str,
    ) -> Result<Reply, FetchError> {
        let response = self
            .send(Method::POST, headers, message.to_string(), method)
            .await?;
        let session = response.headers().get("mcp-session-id");
        let session = session
            .and_then(|value| value.to_str().ok())
            .filter(|id| id.len() <= SESSION_BYTES && !id.is_empty())
            .map(str::to_owned);
        let failure = accepted(&response, method).err();
        if let Some(error @ FetchError::Unauthorized { .. }) = failure {
            return Err(error);
        }
        let result = self.answer(response, id, method).await;
        match (failure, result) {
            // A refusal may say more than its status.
            (Some(_), Err(error @ FetchError::ErrorAnswer { .. })) => Err(error),
            (Some(failure), _) => Err(failure),
            (None, result) => Ok(Reply {
                result: result?,
                session,
            }),
        }
    }

    /// Reads until the answer to the message is there.
    async fn answer(
        &mut self,
        response: Response<Incoming>,
        id: u64,
        method: &'static str,
    ) -> Result<Value, FetchError> {
        let is_stream = match media_type(&response).as_deref() {
            Some("application/json") => false,
            Some("text/event-stream") => true,
            _ => return Err(FetchError::MediaType { method }),
        };
        let mut body = response.into_body();
        let mut events = Events::default();
        let mut whole = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| broken(method, &error))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            self.left = self
                .left
                .checked_sub(data.len())
                .ok_or(FetchError::TooLong { method })?;
            if !is_stream {
                whole.extend_from_slice(&data);
                continue;
            }
            for event in events.push(&data) {
                if let Some(result) = answer_in(&event, id, method)? {
                    return Ok(result);
                }
            }
        }
        if is_stream {
            return Err(FetchError::NoAnswer { method });
        }
        answer_in(&whole, id, method)?.ok_or(FetchError::NoAnswer { method })
    }

    async fn send(
        &self,
        verb: Method,
        headers: &Headers,
        body: String,
        method: &'static str,
    ) -> Result<Response<Incoming>, FetchError> {
        let (host, port) = &self.url.address;
        let stream = TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(|error| broken(method, &error))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broken(method, &error))?;
        // It ends with the answer, or with the runtime; what breaks it is told where the answer is read.
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(verb)
            .uri(&self.url.target)
            .header(HOST, &self.url.authority)
            .header(ACCEPT, "application/json, text/event-stream")
            .header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        for Header { name, value } in self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| broken(method, &error))?;
        sender
            .send_request(request)
            .await
            .map_err(|error| broken(method, &error))
    }
}

async fn in_time<T>(asked: impl Future<Output = Result<T, FetchError>>) -> Result<T, FetchError> {
    match tokio::time::timeout(ANSWER_TIME, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(FetchError::TooSlow {
            seconds: ANSWER_TIME.as_secs(),
        }),
    }
}

fn broken(method: &'static str, error: &(dyn std::error::Error + 'static)) -> FetchError {
    let causes = std::iter::successors(error.source(), |error| error.source());
    let reasons: Vec<String> = std::iter::once(error.to_string())
        .chain(causes.map(ToString::to_string))
        .collect();
    FetchError::Broken {
        method,
        reason: reasons.join(": "),
    }
}

fn accepted(response: &Response<Incoming>, method: &'static str) -> Result<(), FetchError> {
    let status = response.status();
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(FetchError::Unauthorized {
            method,
            status: status.as_u16(),
        }),
        status if status.is_success() => Ok(()),
        status => Err(FetchError::Status {
            method,
            status: status.as_u16(),
        }),
    }
}

/// The media type without parameters.
fn media_type(response: &Response<Incoming>) -> Option<String> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or(value);
    Some(essence.trim().to_ascii_lowercase())
}

/// The result, if the text is the answer to the message; other messages of the server pass by.
fn answer_in(text: &[u8], id: u64, method: &'static str) -> Result<Option<Value>, FetchError> {
    let values = json::read_all(text).map_err(|source| FetchError::NotJson { method, source })?;
    for mut value in values {
        let error = value.get("error");
        let names_another = value
            .get("id")
            .is_some_and(|named| *named != id && !named.is_null());
        if names_another {
            continue;
        }
        if let Some(error) = error {
            let message = error.get("message").and_then(Value::as_str);
            return Err(FetchError::ErrorAnswer {
                method,
                code: error
                    .get("code")
                    .and_then(Value::as_i64)
                    .unwrap_or_default(),
                message: message.unwrap_or_default().to_owned(),
            });
        }
        let is_ours = value.get("id").is_some_and(|named| *named == id);
        if let Some(result) = value.get_mut("result").filter(|_| is_ours) {
            return Ok(Some(result.take()));
        }
    }
    Ok(None)
}
