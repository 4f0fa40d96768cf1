//! Bodies of requests, and lists: those of the fixed cases and those that are sent to Envoy.

use serde_json::{Value, json};

/// The text of a body of exactly so many bytes, around members that make it as long: the ticket that
/// a rule reads, order lines and a note.
#[must_use]
pub fn of_bytes(size: usize, ticket: &str, around: impl Fn(Value) -> Value) -> String {
    let body = |lines: usize, note: usize| {
        let lines: Vec<Value> = (0..lines).map(line).collect();
        let members = json!({"lines": lines, "note": "n".repeat(note), "ticket": ticket});
        around(members).to_string()
    };
    let lines = (0..).take_while(|lines| body(*lines, 0).len() <= size);
    let lines = lines.last().unwrap_or_default();
    let missing = size.saturating_sub(body(lines, 0).len());
    body(lines, missing)
}

fn line(number: usize) -> Value {
    json!({
        "article": format!("A-{number:05}"),
        "text": "a spare part, as the desk ordered it",
        "quantity": number % 7 + 1,
        "price": 12.5,
        "urgent": number.is_multiple_of(2),
    })
}

/// A call of the tool that a rule with an argument allows.
#[must_use]
pub fn call(size: usize, ticket: &str) -> String {
    of_bytes(size, ticket, |arguments| {
        let params = json!({"name": "tool0", "arguments": arguments});
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    })
}

/// A request for the list of tools.
#[must_use]
pub fn list() -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string()
}

/// The answer to it with the tools of these numbers.
#[must_use]
pub fn listed(numbers: impl Iterator<Item = usize>) -> String {
    let tools: Vec<Value> = numbers.map(tool).collect();
    json!({"jsonrpc": "2.0", "id": 1, "result": {"tools": tools}}).to_string()
}

fn tool(number: usize) -> Value {
    json!({
        "name": format!("tool{number}"),
        "title": format!("Tool {number}"),
        "description": "Looks up what the desk knows of a ticket, and says who works on it.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "ticket": {"type": "string", "description": "The ticket's number."},
                "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            },
            "required": ["ticket"],
        },
    })
}

#[cfg(test)]
mod tests;
