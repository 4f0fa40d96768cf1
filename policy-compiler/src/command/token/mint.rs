//! `remit token mint`.

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use jwt_simple::prelude::{Claims, Duration};
use remit_policy_compiler::signing_key::KeyPair;
use serde_json::{Map, Value, json};

use crate::command::Exit;

/// Arguments of `remit token mint`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit token mint --key keys/dev.private.jwk.json --issuer https://sts.corp.example \\
      --audience https://api.corp.example --sub alice \\
      --client-id spiffe://corp.example/a --task triage
  remit token mint … --act spiffe://corp.example/support/a --task-id t-1 \\
      --claim 'ticket={\"id\": \"T-1\", \"severity\": 2}' --claim 'https://example.org/tier=\"gold\"'
  remit token mint … --issued-ago 20m        # one that has expired")]
pub(super) struct Arguments {
    /// The private key, as `remit token keygen` writes it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// `iss`.
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// `aud`; more than once for several.
    #[arg(long, required = true, value_name = "URL")]
    audience: Vec<String>,
    /// `sub`.
    #[arg(long)]
    sub: Option<String>,
    /// `client_id`.
    #[arg(long)]
    client_id: Option<String>,
    /// `act.sub`: who acts for `sub`.
    #[arg(long, value_name = "SUB")]
    act: Option<String>,
    /// `task`.
    #[arg(long)]
    task: Option<String>,
    /// `task_id`.
    #[arg(long)]
    task_id: Option<String>,
    /// `session`.
    #[arg(long)]
    session: Option<String>,
    /// `instance`.
    #[arg(long)]
    instance: Option<String>,
    /// `tenant`.
    #[arg(long)]
    tenant: Option<String>,
    /// Any other claim, its value in JSON; it replaces one of the same name, and `null` removes it.
    #[arg(long = "claim", value_name = "NAME=JSON", value_parser = claim)]
    claims: Vec<(String, Value)>,
    /// How long it is valid: `90s`, `5m`, `1h`.
    #[arg(long, default_value = "5m", value_parser = duration)]
    lifetime: u64,
    /// Issued so long ago, and expired accordingly.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    issued_ago: Option<u64>,
    /// Not valid before so long from now (`nbf`).
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    not_before: Option<u64>,
    /// `typ` of the header: `at+jwt` for access tokens (RFC 9068), `JWT` for plain ones.
    #[arg(long, default_value = "at+jwt")]
    typ: String,
}

fn claim(text: &str) -> anyhow::Result<(String, Value)> {
    // The name of a claim may be a URL with `=` in its query; its value never is.
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| anyhow!("write `name=json`"))?;
    if name.is_empty() {
        bail!("write `name=json`");
    }
    let value = serde_json::from_str(value).map_err(|_| {
        anyhow!("`{value}` is not JSON: a string needs its quotes, `name=\"text\"`")
    })?;
    Ok((name.to_owned(), value))
}

pub(in crate::command) fn duration(text: &str) -> anyhow::Result<u64> {
    let found = [("s", 1), ("m", 60), ("h", 3600)]
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
    let (number, factor) = found.ok_or_else(|| anyhow!("write a unit: `90s`, `5m` or `1h`"))?;
    let number: u64 = number.parse().context("not a number")?;
    number
        .checked_mul(factor)
        .ok_or_else(|| anyhow!("too long"))
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let text = fs::read_to_string(&arguments.key)
        .with_context(|| format!("cannot read `{}`", arguments.key.display()))?;
    let pair = KeyPair::from_jwk(&text)?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock is before 1970")?;
    let token = pair.sign(claims(arguments, now.as_secs()), &arguments.typ)?;
    anstream::println!("{token}");
    Ok(Exit::Success)
}

fn claims(arguments: &Arguments, now: u64) -> Map<String, Value> {
    let issued = now.saturating_sub(arguments.issued_ago.unwrap_or(0));
    let audience = match arguments.audience.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    let mut claims = Map::new();
    let texts = [
        ("iss", Some(&arguments.issuer)),
        ("sub", arguments.sub.as_ref()),
        ("client_id", arguments.client_id.as_ref()),
        ("task", arguments.task.as_ref()),
        ("task_id", arguments.task_id.as_ref()),
        ("session", arguments.session.as_ref()),
        ("instance", arguments.instance.as_ref()),
        ("tenant", arguments.tenant.as_ref()),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            claims.insert(name.to_owned(), json!(value));
        }
    }
    claims.insert("aud".to_owned(), audience);
    claims.insert("iat".to_owned(), json!(issued));
    claims.insert(
        "exp".to_owned(),
        json!(issued.saturating_add(arguments.lifetime)),
    );
    // Random, so that no two tokens are the same token.
    claims.insert(
        "jti".to_owned(),
        json!(Claims::create(Duration::from_secs(1)).create_nonce()),
    );
    if let Some(later) = arguments.not_before {
        claims.insert("nbf".to_owned(), json!(now.saturating_add(later)));
    }
    if let Some(actor) = &arguments.act {
        claims.insert("act".to_owned(), json!({ "sub": actor }));
    }
    for (name, value) in &arguments.claims {
        match value {
            Value::Null => claims.remove(name),
            value => claims.insert(name.clone(), value.clone()),
        };
    }
    claims
}
