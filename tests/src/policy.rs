//! Policies of the tests, compiled with the keys that the mint has made.

use std::fs;
use std::path::Path;

use remit_engine::Engine;
use remit_engine::plan;
use remit_policy_compiler::diagnostic::{Colour, human};
use remit_policy_compiler::source::Sources;
use tempfile::TempDir;

use crate::mint::Mint;
use crate::places;

/// A compiled policy.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The plan's bytes.
    pub plan: Vec<u8>,
}

/// Key sets, and whose keys they hold.
const KEY_SETS: &[(&str, &[&str])] = &[
    ("corp.jwks.json", &["corp-ed", "corp-ed-next", "corp-ec"]),
    ("partner.jwks.json", &["partner-rsa"]),
];

impl Compiled {
    /// Compiles the policy in `tests/policies/<name>/`. Its key sets are written beside it.
    #[must_use]
    pub fn policy(name: &str) -> Self {
        let source = places::workspace()
            .join("tests/policies")
            .join(name)
            .join("policy.yaml");
        let folder = TempDir::new().expect("a temporary folder");
        let policy = folder.path().join("policy.yaml");
        fs::copy(&source, &policy).unwrap_or_else(|error| panic!("{}: {error}", source.display()));
        write_keys(folder.path());
        Self {
            plan: compile(&policy),
        }
    }

    /// Compiles the policy at a path, with the key sets that lie there.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self {
            plan: compile(path),
        }
    }

    /// An engine that decides by it, as a gateway loads it.
    #[must_use]
    pub fn engine(&self) -> Engine {
        let loaded = plan::decode(&self.plan).expect("what was just compiled");
        Engine::new(loaded).expect("usable keys")
    }
}

/// Writes the key sets into a folder.
pub fn write_keys(folder: &Path) {
    for (file, keys) in KEY_SETS {
        let text = Mint::shared().jwks(keys).to_string();
        fs::write(folder.join(file), text).expect("the folder can be written");
    }
}

fn compile(policy: &Path) -> Vec<u8> {
    let sources = Sources::load(policy).expect("the policy can be read");
    match remit_policy_compiler::compile(&sources) {
        Ok(compiled) => compiled.bytes,
        Err(rejected) => {
            let said = rejected.diagnostics.iter();
            let said: String = said.map(|one| human(one, &sources, Colour::None)).collect();
            panic!("{}:\n{said}", policy.display())
        }
    }
}
