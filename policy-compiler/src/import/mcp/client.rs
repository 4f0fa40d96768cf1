//! Asking an MCP server what it lists, over plain HTTP: `server/discover` as of revision 2026-07-28, and
//! where the server knows nothing of it, a session of the revisions before.
//!
//! The server is a stranger: each answer, all of them together, their number and the time are bounded,
//! nothing is redirected, and nothing but lists is asked for.

mod error;
mod exchange;
mod url;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::notice::Pointer;
use super::{Kind, Listing};
pub use error::FetchError;
use exchange::{Exchange, Reply};
pub use url::{BadHeader, BadUrl, Header, ServerUrl};

/// Longest time that one answer may take.
pub const ANSWER_TIME: Duration = Duration::from_secs(10);
/// Longest time that all of it may take.
pub const WHOLE_TIME: Duration = Duration::from_secs(60);
/// Most pages of one list.
pub const PAGES: usize = 64;

/// The revision without sessions.
const NEWEST: &str = "2026-07-28";
/// Those with sessions, the newest first.
const WITH_SESSIONS: &[&str] = &["2025-11-25", "2025-06-18", "2025-03-26"];
/// JSON-RPC 2.0 section 5.1.
const METHOD_NOT_FOUND: i64 = -32601;

/// Asks a server for everything that it lists. `progress` is told what is asked for.
///
/// # Errors
/// [`FetchError`].
pub async fn list(
    url: &ServerUrl,
    headers: &[Header],
    progress: &mut dyn FnMut(&str),
) -> Result<Listing, FetchError> {
    let asked = ask(url, headers, progress);
    match tokio::time::timeout(WHOLE_TIME, asked).await {
        Ok(listing) => listing,
        Err(_) => Err(FetchError::TooSlow {
            seconds: WHOLE_TIME.as_secs(),
        }),
    }
}

/// How a server is spoken to.
#[derive(Debug, Clone)]
enum Era {
    /// Every message says the revision.
    Stateless,
    /// After `initialize`.
    Session {
        /// The revision that was agreed on.
        revision: String,
        /// The session's id, where the server gave one.
        id: Option<String>,
    },
}

async fn ask(
    url: &ServerUrl,
    headers: &[Header],
    progress: &mut dyn FnMut(&str),
) -> Result<Listing, FetchError> {
    let mut client = Client {
        exchange: Exchange::new(url, headers),
        era: Era::Stateless,
        next_id: 1,
    };
    progress("server/discover");
    let capabilities = match client.discover().await? {
        Some(capabilities) => capabilities,
        None => {
            progress("initialize");
            client.initialize().await?
        }
    };
    let listing = client.lists(&capabilities, progress).await;
    // Whatever came of it, the server need not keep the session.
    client.end().await;
    listing
}

struct Client<'a> {
    exchange: Exchange<'a>,
    era: Era,
    next_id: u64,
}

impl Client<'_> {
    /// The capabilities of a server of the newest revision; `None` where it is of another.
    async fn discover(&mut self) -> Result<Option<Value>, FetchError> {
        let reply = match self.call("server/discover", json!({})).await {
            Ok(reply) => reply,
            // What a server does with a message that it does not know is its own affair.
            Err(error) if error.is_answer() => return Ok(None),
            Err(error) => return Err(error),
        };
        let versions = reply
            .result
            .get("supportedVersions")
            .and_then(Value::as_array);
        let knows = versions.is_some_and(|versions| versions.iter().any(|each| each == NEWEST));
        Ok(knows.then(|| capabilities(&reply.result)))
    }

    /// Begins a session.
    async fn initialize(&mut self) -> Result<Value, FetchError> {
        let newest = WITH_SESSIONS.first().copied().unwrap_or_default();
        self.era = Era::Session {
            revision: newest.to_owned(),
            id: None,
        };
        let params = json!({
            "protocolVersion": newest,
            "capabilities": {},
            "clientInfo": client_info(),
        });
        let Reply { result, session } = self.call("initialize", params).await?;
        let version = result.get("protocolVersion").and_then(Value::as_str);
        let Some(version) = version.filter(|version| WITH_SESSIONS.contains(version)) else {
            return Err(FetchError::Revision {
                said: version.unwrap_or_default().to_owned(),
            });
        };
        self.era = Era::Session {
            revision: version.to_owned(),
            id: session,
        };
        let message = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        self.exchange
            .tell(&self.headers("notifications/initialized"), &message)
            .await?;
        Ok(capabilities(&result))
    }

    async fn lists(
        &mut self,
        capabilities: &Value,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Listing, FetchError> {
        let mut listing = Listing::default();
        for kind in Kind::ALL {
            if capabilities.get(kind.capability()).is_some() {
                self.list(*kind, &mut listing, progress).await?;
            }
        }
        Ok(listing)
    }

    async fn list(
        &mut self,
        kind: Kind,
        listing: &mut Listing,
        progress: &mut dyn FnMut(&str),
    ) -> Result<(), FetchError> {
        let mut cursor: Option<String> = None;
        let mut seen = BTreeSet::new();
        for page in 1..=PAGES {
            progress(&format!("{}, page {page}", kind.method()));
            let params = cursor.map_or_else(|| json!({}), |cursor| json!({"cursor": cursor}));
            let mut result = match self.call(kind.method(), params).await {
                Ok(reply) => reply.result,
                // A server may offer resources and no templates of them.
                Err(FetchError::ErrorAnswer { code, .. })
                    if code == METHOD_NOT_FOUND && kind == Kind::Template =>
                {
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            let place = Pointer::default().member(kind.method()).element(page);
            listing.add_page(kind, &mut result, &place)?;
            cursor = match result.get("nextCursor").and_then(Value::as_str) {
                None => return Ok(()),
                Some(next) => Some(next.to_owned()),
            };
            if !seen.insert(cursor.clone()) {
                return Err(FetchError::Pages {
                    method: kind.method(),
                });
            }
        }
        Err(FetchError::Pages {
            method: kind.method(),
        })
    }

    /// A request with its answer.
    async fn call(&mut self, method: &'static str, mut params: Value) -> Result<Reply, FetchError> {
        if let (Era::Stateless, Value::Object(members)) = (&self.era, &mut params) {
            let meta = json!({
                "io.modelcontextprotocol/protocolVersion": NEWEST,
                "io.modelcontextprotocol/clientInfo": client_info(),
                "io.modelcontextprotocol/clientCapabilities": {},
            });
            members.insert("_meta".to_owned(), meta);
        }
        let id = self.next_id;
        self.next_id += 1;
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.exchange
            .ask(&self.headers(method), &message, id, method)
            .await
    }

    /// The headers by which the message is known.
    fn headers(&self, method: &str) -> Vec<(&'static str, String)> {
        match &self.era {
            Era::Stateless => vec![
                ("mcp-protocol-version", NEWEST.to_owned()),
                ("mcp-method", method.to_owned()),
            ],
            Era::Session { .. } if method == "initialize" => Vec::new(),
            Era::Session { revision, id } => {
                let version = [("mcp-protocol-version", revision.clone())];
                let id = id.iter().map(|id| ("mcp-session-id", id.clone()));
                version.into_iter().chain(id).collect()
            }
        }
    }

    /// Ends the session, if there is one. A server need not let clients do that.
    async fn end(&mut self) {
        if let Era::Session { id: Some(_), .. } = &self.era {
            let headers = self.headers("");
            drop(self.exchange.end(&headers).await);
        }
    }
}

fn client_info() -> Value {
    json!({"name": "remit", "version": env!("CARGO_PKG_VERSION")})
}

/// What a server offers; of one that does not say, everything is asked for.
fn capabilities(result: &Value) -> Value {
    match result.get("capabilities") {
        Some(capabilities) if capabilities.is_object() => capabilities.clone(),
        _ => json!({"tools": {}, "prompts": {}, "resources": {}}),
    }
}

#[cfg(test)]
mod tests;
