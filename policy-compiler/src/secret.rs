//! What looks like a secret in a text.
//!
//! Used twice: a lint reports it, and excerpts of a file are shown without it, so that a message
//! about one line of a policy carries no key into the log of a build. It errs towards finding too
//! much only where a name beside the value says that it is one.

use std::collections::BTreeMap;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A place that looks like a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    /// Bytes of the text, all of them ASCII but within a PEM block.
    pub(crate) range: Range<usize>,
}

/// What it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A private key in PEM.
    Pem,
    /// A private or secret member of a JWK.
    Jwk,
    /// A token in JWS or JWE compact form.
    Token,
    /// A credential in the form that a well-known service gives it.
    Credential,
    /// Something random beside a name such as `password`.
    Named,
}

/// Shortest value that is taken for a secret.
const SHORTEST: usize = 20;
/// Bits a character from which a value counts as random. Names of things stay below three, and
/// random hexadecimal digits come to more than this.
const RANDOM: f64 = 3.3;

const NAMES: &[&str] = &[
    "secret",
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "private_key",
    "private-key",
    "credential",
];
/// RFC 7518 section 6: what a key must not show.
const PRIVATE_MEMBERS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k"];
/// How services mark what they hand out, so that it can be found where it should not be.
const PREFIXES: &[&str] = &[
    "AKIA",
    "ASIA",
    "AIza",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sk_live_",
    "rk_live_",
];

/// Finds what looks like a secret, in the order of the text.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let blocks = pem_blocks(text);
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        for range in values(line) {
            let Some(kind) = kind(line, range.clone()) else {
                continue;
            };
            let range = line_start + range.start..line_start + range.end;
            if !within(&blocks, range.start) {
                found.push(Found { kind, range });
            }
        }
        line_start += line.len();
    }
    found.extend(blocks);
    found.sort_by_key(|one| one.range.start);
    found
}

/// Whether a byte lies in one of the places, which are in order and do not overlap.
fn within(places: &[Found], at: usize) -> bool {
    let next = places.partition_point(|one| one.range.end <= at);
    places.get(next).is_some_and(|one| one.range.contains(&at))
}

/// A part of a text, from byte `start` on, with `*` in place of what looks like a secret anywhere
/// in the whole. No byte changes its place.
pub(crate) fn masked(whole: &str, start: usize, part: &str) -> String {
    let secrets = find(whole);
    let hide = |(at, each): (usize, char)| {
        if within(&secrets, start + at) && each.is_ascii_graphic() {
            '*'
        } else {
            each
        }
    };
    part.char_indices().map(hide).collect()
}

fn pem_blocks(text: &str) -> Vec<Found> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END ";
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(BEGIN)) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or("");
        let line = rest.split('\n').next().unwrap_or("");
        at = start + BEGIN.len();
        if line.contains("PRIVATE KEY-----") {
            // Without an end it goes on to the end of the text, so that none of it is shown.
            let end = start + rest.find(END).unwrap_or(rest.len());
            blocks.push(Found {
                kind: Kind::Pem,
                range: start..end,
            });
            at = end;
        }
    }
    blocks
}

/// Runs of characters that keys, tokens and passwords are made of.
fn values(line: &str) -> Vec<Range<usize>> {
    let inside = |each: char| {
        each.is_ascii_alphanumeric() || matches!(each, '+' | '/' | '_' | '-' | '.' | '~')
    };
    let mut at = 0;
    let mut runs = Vec::new();
    for run in line.split(|each| !inside(each)) {
        let start = line.len().min(at);
        if run.len() >= SHORTEST {
            runs.push(start..start + run.len());
        }
        let after = line.get(start + run.len()..).unwrap_or("");
        at = start + run.len() + after.chars().next().map_or(0, char::len_utf8);
    }
    runs
}

fn kind(line: &str, range: Range<usize>) -> Option<Kind> {
    let value = line.get(range.clone())?;
    if is_token(value) {
        return Some(Kind::Token);
    }
    if PREFIXES.iter().any(|prefix| value.starts_with(prefix)) && is_random(value) {
        return Some(Kind::Credential);
    }
    let name = named(line.get(..range.start)?)?;
    if !is_random(value) || value.starts_with(['/', '.']) {
        return None;
    }
    if PRIVATE_MEMBERS.contains(&name) {
        return Some(Kind::Jwk);
    }
    let name = name.to_ascii_lowercase();
    NAMES
        .iter()
        .any(|secret| name.contains(secret))
        .then_some(Kind::Named)
}

/// The name that a value is given to: `name: value`, `name = value`, `"name": "value"`.
fn named(before: &str) -> Option<&str> {
    const AROUND: &[char] = &[' ', '\t', '"', '\'', ']', ')'];
    let assigned = before.trim_end_matches(AROUND);
    let name = assigned.trim_end_matches([':', '=']);
    if name.len() == assigned.len() {
        return None;
    }
    let name = name.trim_end_matches(AROUND);
    let inside = |each: char| each.is_ascii_alphanumeric() || matches!(each, '_' | '-');
    let length = name.len() - name.trim_end_matches(inside).len();
    name.get(name.len() - length..)
        .filter(|name| !name.is_empty())
}

/// A JWS has three parts, a JWE five; the first is a JSON object that names an algorithm.
fn is_token(value: &str) -> bool {
    let parts: Vec<&str> = value.split('.').collect();
    let Some(header) = parts.first().filter(|_| matches!(parts.len(), 3 | 5)) else {
        return false;
    };
    let Ok(header) = URL_SAFE_NO_PAD.decode(header) else {
        return false;
    };
    serde_json::from_slice::<serde_json::Value>(&header)
        .is_ok_and(|header| header.get("alg").is_some())
}

/// Letters and digits, in no pattern: Shannon's entropy of the characters.
fn is_random(value: &str) -> bool {
    let mixed = value.bytes().any(|each| each.is_ascii_digit())
        && value.bytes().any(|each| each.is_ascii_alphabetic());
    let mut counts: BTreeMap<u8, u32> = BTreeMap::new();
    for byte in value.bytes() {
        *counts.entry(byte).or_default() += 1;
    }
    let length = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    let entropy: f64 = counts
        .values()
        .map(|count| f64::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum();
    mixed && entropy >= RANDOM
}

#[cfg(test)]
mod tests;
