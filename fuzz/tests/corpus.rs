//! The seeds, given to what the fuzzers run. `REMIT_FUZZ_SEEDS` names a folder to which the
//! plans' seeds are written, which come from the policies'.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::path::{Path, PathBuf};

use remit_policy_compiler::compile;

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let entries = fs::read_dir(folder).unwrap();
    let seeds: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            (path, bytes)
        })
        .collect();
    assert!(seeds.len() > 1, "{target} has seeds");
    seeds
}

#[test]
fn policies_hold() {
    for (_, bytes) in seeds("policy") {
        remit_fuzz::policy(&bytes);
    }
}

#[test]
fn expressions_hold() {
    for (_, bytes) in seeds("expression") {
        remit_fuzz::expression(&bytes);
    }
}

#[test]
fn status_lists_hold() {
    for (_, bytes) in seeds("status_list") {
        remit_fuzz::status_list(&bytes);
    }
}

#[test]
fn tokens_hold() {
    for (_, bytes) in seeds("token") {
        remit_fuzz::token(&bytes);
    }
}

#[test]
fn messages_hold() {
    for (_, bytes) in seeds("message") {
        remit_fuzz::message(&bytes);
    }
}

#[test]
fn deny_feeds_hold() {
    for (_, bytes) in seeds("deny_feed") {
        remit_fuzz::deny_feed(&bytes);
    }
}

#[test]
fn key_sets_hold() {
    for (_, bytes) in seeds("jwks") {
        remit_fuzz::jwks(&bytes);
    }
}

#[test]
fn authorization_details_hold() {
    for (_, bytes) in seeds("authorization_details") {
        remit_fuzz::authorization_details(&bytes);
    }
}

#[test]
fn proofs_hold() {
    for (_, bytes) in seeds("dpop") {
        remit_fuzz::dpop(&bytes);
    }
}

#[test]
fn approvals_hold() {
    for (_, bytes) in seeds("approval") {
        remit_fuzz::approval(&bytes);
    }
}

#[test]
fn answers_hold() {
    for (_, bytes) in seeds("answer") {
        remit_fuzz::answer(&bytes);
    }
}

#[test]
fn plans_hold() {
    let to = std::env::var_os("REMIT_FUZZ_SEEDS").map(PathBuf::from);
    let mut compiled_some = false;
    for (path, bytes) in seeds("policy") {
        let text = String::from_utf8(bytes).unwrap();
        let Ok(compiled) = compile(&remit_fuzz::sources(&text)) else {
            continue;
        };
        compiled_some = true;
        let body = remit_fuzz::body(&compiled.bytes);
        assert_eq!(remit_fuzz::sealed(body), compiled.bytes);
        remit_fuzz::plan(body);
        remit_fuzz::plan(&body[1..]);
        if let (Some(to), Some(name)) = (&to, path.file_stem()) {
            fs::write(to.join(name), body).unwrap();
        }
    }
    assert!(compiled_some);
}
