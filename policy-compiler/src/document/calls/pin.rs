//! `pin`: the hash of the definition that was reviewed.

use crate::diagnostic::{Code, Diagnostics};
use crate::document::fields::text;
use crate::yaml::Node;

const ALGORITHM: &str = "sha256:";

/// `sha256:` and 64 digits.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<[u8; 32]> {
    let written = text(node, diagnostics)?;
    let hash = written.value.strip_prefix(ALGORITHM).and_then(bytes);
    if hash.is_none() {
        diagnostics.push(
            written
                .diagnostic(Code::BadValue, "this is not the hash of a definition")
                .help("write `sha256:` and its 64 digits, in lower case"),
        );
    }
    hash
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = *pair else { return None };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}
