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
    /// Compiles the policy in `tests/policies/<name>/`, with the mint's key sets beside it.
    #[must_use]
    pub fn policy(name: &str) -> Self {
        Self::written(&source(name), &[])
    }

    /// The same with other text in one place.
    #[must_use]
    pub fn policy_with(name: &str, from: &str, to: &str) -> Self {
        Self::policy_changed(name, &[(from, to)], &[])
    }

    /// The same with other text in some places, and other key sets. Each text must stand there once.
    #[must_use]
    pub fn policy_changed(name: &str, changes: &[(&str, &str)], keys: &[(&str, &str)]) -> Self {
        let change = |source: String, (from, to): &(&str, &str)| {
            let places = source.matches(from).count();
            assert_eq!(places, 1, "`{from}` in the policy {name}");
            source.replace(from, to)
        };
        Self::written(&changes.iter().fold(source(name), change), keys)
    }

    /// The same with other key sets.
    #[must_use]
    pub fn policy_with_keys(name: &str, keys: &[(&str, &str)]) -> Self {
        Self::written(&source(name), keys)
    }

    /// Compiles a text, with the mint's key sets and others beside it.
    #[must_use]
    pub fn written(source: &str, keys: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let write = |file: &str, text: &str| {
            fs::write(folder.path().join(file), text).expect("the folder can be written");
        };
        for (file, names) in KEY_SETS {
            write(file, &Mint::shared().jwks(names).to_string());
        }
        keys.iter().for_each(|(file, text)| write(file, text));
        write("policy.yaml", source);
        Self::at(&folder.path().join("policy.yaml"))
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

/// The text of the policy in `tests/policies/<name>/`.
pub(crate) fn source(name: &str) -> String {
    let file = places::workspace()
        .join("tests/policies")
        .join(name)
        .join("policy.yaml");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
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
