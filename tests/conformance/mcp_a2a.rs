//! Messages of MCP and A2A, as the engine reads them from bodies that come whole and in pieces.

mod bodies;
mod headers;
mod messages;

use remit_engine::json::Json;
use remit_engine::json::reader::{ReadError, Reader};
use remit_engine::limits;
use remit_tests::vectors::{MCP_A2A, Tally};

pub(crate) fn run() -> Vec<Tally> {
    let mut tally = Tally::new(MCP_A2A.name);
    for case in cases("jsonrpc_bodies") {
        bodies::judge(&case, &mut tally);
    }
    for case in cases("mcp_header_body") {
        headers::judge(&case, &mut tally);
    }
    messages::judge(&mut tally);
    vec![tally]
}

fn cases(file: &str) -> Vec<serde_json::Value> {
    MCP_A2A.cases(file).expect("the vectors are there")
}

/// A body, if it does not matter where it is cut.
fn body(bytes: &[u8]) -> Result<Json<'static>, String> {
    let whole = read(&[bytes]);
    for at in 0..=bytes.len() {
        let (head, tail) = bytes.split_at(at);
        if read(&[head, tail]) != whole {
            return Err(format!("it is read differently when it is cut at {at}"));
        }
    }
    let each: Vec<&[u8]> = bytes.chunks(1).collect();
    if read(&each) != whole {
        return Err("it is read differently byte by byte".to_owned());
    }
    whole.map_err(|error| format!("{REFUSED}: {error}"))
}

/// How a refusal begins, for whoever tells it from a mistake.
const REFUSED: &str = "refused";

fn read(chunks: &[&[u8]]) -> Result<Json<'static>, ReadError> {
    let mut reader = Reader::new(limits::MOST_BODY_BYTES as usize);
    chunks.iter().try_for_each(|chunk| reader.push(chunk))?;
    reader.finish()
}
