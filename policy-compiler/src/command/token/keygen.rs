//! `remit token keygen`.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use remit_policy_compiler::signing_key::{Algorithm, KeyPair};
use serde_json::{Value, json};

use crate::command::Exit;

/// Arguments of `remit token keygen`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder for the keys; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The signature algorithm.
    #[arg(long, value_enum, ignore_case = true)]
    alg: Algorithm,
    /// The key's id; its thumbprint if left out.
    #[arg(long, value_name = "KID")]
    kid: Option<String>,
}

/// The file with the public keys.
const PUBLIC: &str = "jwks.json";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    if let Some(kid) = &arguments.kid {
        let fits = |each: char| each.is_ascii_alphanumeric() || matches!(each, '-' | '_' | '.');
        if kid.is_empty() || kid.len() > 64 || kid.starts_with('.') || !kid.chars().all(fits) {
            bail!("`{kid}` cannot be a key id here: it also names a file");
        }
    }
    fs::create_dir_all(&arguments.dir)
        .with_context(|| format!("cannot make `{}`", arguments.dir.display()))?;
    let pair = KeyPair::generate(arguments.alg, arguments.kid.as_deref())?;
    let public: Value = serde_json::from_str(&pair.public_jwk()).context("the new key")?;
    let kid = public
        .get("kid")
        .and_then(Value::as_str)
        .unwrap_or_default();

    let jwks = arguments.dir.join(PUBLIC);
    let mut keys = public_keys(&jwks)?;
    if keys
        .iter()
        .any(|key| key.get("kid").and_then(Value::as_str) == Some(kid))
    {
        bail!("`{}` has a key `{kid}` already", jwks.display());
    }
    let private = arguments.dir.join(format!("{kid}.private.jwk.json"));
    write_private(&private, &pair.private_jwk())?;
    keys.push(public.clone());
    let set = format!("{:#}\n", json!({ "keys": keys }));
    fs::write(&jwks, set).with_context(|| format!("cannot write `{}`", jwks.display()))?;
    anstream::println!("{}\n{}", private.display(), jwks.display());
    Ok(Exit::Success)
}

fn public_keys(path: &Path) -> anyhow::Result<Vec<Value>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read `{}`", path.display()));
        }
    };
    let set: Value =
        serde_json::from_str(&text).with_context(|| format!("`{}` is not JSON", path.display()))?;
    match set.get("keys") {
        Some(Value::Array(keys)) => Ok(keys.clone()),
        _ => bail!("`{}` is not a JWK Set", path.display()),
    }
}

/// Only the owner may read it, and no other key may be overwritten.
fn write_private(path: &Path, jwk: &str) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let open = |options: &OpenOptions| -> std::io::Result<File> { options.open(path) };
    open(&options)
        .and_then(|mut file| writeln!(file, "{jwk}"))
        .with_context(|| format!("cannot write `{}`", path.display()))
}
