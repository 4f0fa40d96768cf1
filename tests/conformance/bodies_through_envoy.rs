//! Bodies and messages through the gateway: whole, in chunks of a byte, and in HTTP/2 frames of a
//! byte, each of which the filter is handed by itself.
//!
//! What must be refused reaches no upstream; what is forwarded arrives byte for byte and was decided
//! on what it says, which the record names.

mod documents;
mod headers;
mod messages;

use std::collections::BTreeSet;

use remit_tests::client::{Response, h1, h2};
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use remit_tests::upstream::{Arrival, CASE};
use remit_tests::vectors::{JSON_PARSING, MCP_A2A, Tally};
use serde_json::Value;

/// Two endpoints: of one every tool may be called, of the other none but `other`.
const POLICY: &str = include_str!("bodies_through_envoy/policy.yaml");
const MCP: &str = "mcp.corp.example";
const API: &str = "api.corp.example";

pub(crate) fn messages() -> Vec<Tally> {
    let mut way = Through::start();
    let name = format!("{}/through Envoy", MCP_A2A.name);
    let mut tally = Tally::new(&name);
    messages::judge(&mut way, &mut tally);
    headers::judge(&mut way, &mut tally);
    vec![tally]
}

pub(crate) fn documents() -> Vec<Tally> {
    let mut way = Through::start();
    let mut tally = Tally::new(&format!("{}/through Envoy", JSON_PARSING.name));
    documents::judge(&mut way, &mut tally);
    vec![tally]
}

/// How a body comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Whole,
    Chunks,
    Frames,
}

const MANNERS: [Manner; 3] = [Manner::Whole, Manner::Chunks, Manner::Frames];

/// A gateway, a connection for each version, and a good token.
struct Through {
    gateway: Gateway,
    h1: h1::Session,
    h2: h2::Session,
    authorization: String,
    sent: usize,
}

/// What came of a request.
struct Came {
    response: Response,
    /// What arrived of it.
    arrival: Option<Arrival>,
    case: String,
}

impl Through {
    fn start() -> Self {
        let plan = Compiled::written(POLICY, &[]).plan;
        let gateway = Setup::reading(&plan).start().expect("Envoy starts");
        let agents = gateway.agents();
        Self {
            gateway,
            h1: h1::Session::new(agents),
            h2: h2::Session::new(agents),
            authorization: format!("Bearer {}", Recipe::corp(crate::now()).token()),
            sent: 0,
        }
    }

    fn send(
        &mut self,
        manner: Manner,
        (host, path): (&str, &str),
        fields: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Came, String> {
        self.sent += 1;
        let case = format!("sent-{}", self.sent);
        let common = [
            (CASE, case.as_str()),
            ("authorization", self.authorization.as_str()),
        ];
        let fields = common.iter().chain(fields);
        let response = match manner {
            Manner::Frames => {
                let request = h2::Request::new("POST", path, host);
                let request =
                    fields.fold(request, |request, (name, value)| request.field(name, value));
                let request = pieces(body).fold(request, |request, piece| request.data(piece));
                self.h2.send(&request.data(b""))
            }
            Manner::Whole | Manner::Chunks => {
                let request = h1::Request::new("POST", path, host);
                let request =
                    fields.fold(request, |request, (name, value)| request.field(name, value));
                self.h1.send(&framed(manner, request, body))
            }
        };
        let mut arrivals = self.gateway.upstream("upstream").arrivals_of(&case);
        let arrival = arrivals.pop();
        match &arrival {
            _ if !arrivals.is_empty() => Err("it arrived more than once".to_owned()),
            Some(arrival) if arrival.body != body => {
                Err(format!("it arrived as {:?}", arrival.body))
            }
            // To a list that does not say what it has, nobody is told anything.
            Some(_) if !matches!(response.status, 200 | 502) => {
                Err(format!("{} and arrived", response.status))
            }
            None if matches!(response.status, 0 | 200 | 502) => {
                Err(format!("{} and did not arrive", response.status))
            }
            _ => Ok(Came {
                response,
                arrival,
                case,
            }),
        }
    }

    fn record(&self, came: &Came) -> Value {
        let entry = self.gateway.entry_of(&came.case);
        entry.record().unwrap_or_default()
    }
}

/// Bytes one by one; of what is long, a thousand at once.
fn pieces(body: &[u8]) -> std::slice::Chunks<'_, u8> {
    let bytes = if body.len() > 1000 { 1000 } else { 1 };
    body.chunks(bytes)
}

fn framed(manner: Manner, request: h1::Request, body: &[u8]) -> h1::Request {
    if manner == Manner::Whole {
        let length = body.len().to_string();
        return request.field("content-length", length).body(body);
    }
    let chunk =
        |piece: &[u8]| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
    let mut chunks: Vec<u8> = pieces(body).flat_map(chunk).collect();
    chunks.extend(b"0\r\n\r\n");
    request.field("transfer-encoding", "chunked").body(&chunks)
}

/// One verdict of what was found in all manners.
fn all(found: impl Iterator<Item = (Manner, Result<(), String>)>) -> Result<(), String> {
    let wrong = found.filter_map(|(manner, found)| Some(format!("{manner:?}: {}", found.err()?)));
    let wrong: BTreeSet<String> = wrong.collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.into_iter().collect::<Vec<_>>().join("; "))
}
