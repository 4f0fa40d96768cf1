//! How a refused message is answered: a JSON-RPC error that bears its id.

use super::hint::Hint;
use super::members::Members;
use super::reason::Reason;
use crate::plan::ErrorCodes;

/// What the answer to a refused message needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The message's id as JSON text; `null` where it has none.
    pub(crate) id: String,
    /// Which codes errors have.
    pub(crate) errors: ErrorCodes,
}

/// `Parse error` (JSON-RPC 2.0 section 5.1).
const PARSE_ERROR: i32 = -32700;
/// `Invalid Request`.
const INVALID_REQUEST: i32 = -32600;
/// `Invalid params`.
const INVALID_PARAMS: i32 = -32602;
/// `Internal error`.
const INTERNAL_ERROR: i32 = -32603;
/// `HeaderMismatch` (MCP 2026-07-28).
const HEADER_MISMATCH: i32 = -32020;
/// A denial, as COAZ-MCP has it.
const COAZ_DENIED: i32 = -32001;

impl Reply {
    /// The error as JSON text. Public texts need no escapes.
    pub(super) fn body(&self, reason: Reason, hint: Hint<'_>) -> String {
        let mut body = [
            "{\"jsonrpc\":\"2.0\",\"id\":",
            &self.id,
            ",\"error\":{\"code\":",
            &self.code(reason).to_string(),
            ",\"message\":\"",
            reason.public_text(),
            "\"",
        ]
        .concat();
        if let Some(error) = hint.error() {
            body.push_str(",\"data\":");
            let mut data = Members::begin(&mut body);
            data.text("error", error);
            hint.describe(&mut data);
            data.end();
        }
        body.push_str("}}");
        body
    }

    fn code(&self, reason: Reason) -> i32 {
        match (reason, self.errors) {
            (Reason::BodyMalformed, _) => PARSE_ERROR,
            (Reason::MessageMalformed, _) => INVALID_REQUEST,
            (Reason::ArgumentsRefused, _) => INVALID_PARAMS,
            (Reason::HeaderMismatch, _) => HEADER_MISMATCH,
            (_, ErrorCodes::Own(code)) => code,
            (_, ErrorCodes::Coaz) if reason.status() == 503 => INTERNAL_ERROR,
            (_, ErrorCodes::Coaz) => COAZ_DENIED,
        }
    }
}

#[cfg(test)]
mod tests;
