//! `remit approve`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use jwt_simple::prelude::{Claims, Duration};
use remit_engine::approval::{Action, Call};
use remit_engine::json::canonical;
use remit_engine::json::reader::Reader;
use remit_engine::limits::MOST_BODY_BYTES;
use remit_policy_compiler::approving::{self, Approving};
use remit_policy_compiler::compile;
use remit_policy_compiler::signing_key::KeyPair;
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::testing::Trial;
use serde_json::Value;

use super::explain::attempt::AttemptArguments;
use super::token::duration;
use super::{Exit, report};

/// Arguments of `remit approve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit approve --key keys/approver.private.jwk.json --action sha-256:… \\
      --audience https://api.corp.example --agent spiffe://corp.example/support/a --task-id t-1
  remit approve --key keys/approver.private.jwk.json --operation orders.refund \\
      --path order_id=A-1 --content @refund.json \\
      --audience https://api.corp.example --agent spiffe://corp.example/support/a
  remit approve --key keys/approver.private.jwk.json --policy policy/ \\
      --request 'POST https://api.corp.example/v1/orders/A-1/refunds' --body @refund.json \\
      --claims @claims.json

The action is what the answer to a call without an approval names. It can be told in parts, as the
operation is declared in the policy; or by a request that the policy wants an approval of, with
the claims of the agent's token.
The key is of Ed25519: `remit token keygen --alg EdDSA` makes one.")]
pub(super) struct Arguments {
    /// The approver's private key, as `remit token keygen` writes it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The action.
    #[arg(long, value_name = "SHA-256", value_parser = action, conflicts_with_all = ["operation", "policy"])]
    action: Option<Action>,
    #[command(flatten)]
    parts: Parts,
    /// `aud`: the resource's audience; more than once for several.
    #[arg(long, value_name = "URL", required_unless_present = "policy")]
    audience: Vec<String>,
    /// `sub`: the agent that makes the call.
    #[arg(long, value_name = "AGENT", required_unless_present = "policy")]
    agent: Option<String>,
    /// `task_id` of the agent's token, if it has one.
    #[arg(long, value_name = "ID")]
    task_id: Option<String>,
    /// On whose behalf it acts (`principal`), if on anyone's.
    #[arg(long, value_name = "NAME")]
    principal: Option<String>,
    /// `tenant` of the agent's token, if it has one.
    #[arg(long)]
    tenant: Option<String>,
    /// How long it is valid: `90s`, `5m`, `1h`.
    #[arg(long, default_value = "5m", value_parser = duration)]
    lifetime: u64,
    /// `jti`; random if left out.
    #[arg(long)]
    jti: Option<String>,
    /// A policy file, or a folder of them, by which the request is decided.
    #[arg(long, value_name = "POLICY", requires = "request")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    attempt: AttemptArguments,
}

/// A call in its parts.
#[derive(Debug, Args)]
#[command(next_help_heading = "A call in its parts")]
struct Parts {
    /// `resource.operation`.
    #[arg(long, value_name = "NAME", conflicts_with = "policy")]
    operation: Option<String>,
    /// A capture of its path or URI, decoded. Repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, requires = "operation")]
    path: Vec<(String, String)>,
    /// A parameter of its query, decoded. Repeatable, in the order of the request.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, requires = "operation")]
    query: Vec<(String, String)>,
    /// Its body or its arguments, where the operation reads them: a JSON object, or `@FILE` with it.
    #[arg(long, value_name = "JSON", requires = "operation")]
    content: Option<String>,
    /// The path as it is sent, of a request of A2A's HTTP binding.
    #[arg(long, value_name = "PATH", requires = "operation")]
    url_path: Option<String>,
}

fn action(text: &str) -> anyhow::Result<Action> {
    Action::parse(text).ok_or_else(|| anyhow!("write `sha-256:` and 43 characters of base64url"))
}

fn pair(text: &str) -> anyhow::Result<(String, String)> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| anyhow!("write `name=value`"))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// What is approved, and for whom.
struct Subject {
    action: Action,
    audience: Vec<String>,
    agent: String,
    task_id: Option<String>,
    principal: Option<String>,
    tenant: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let text = fs::read_to_string(&arguments.key)
        .with_context(|| format!("cannot read `{}`", arguments.key.display()))?;
    let key = KeyPair::from_jwk(&text)?;
    let subject = match (
        &arguments.policy,
        arguments.action,
        &arguments.parts.operation,
    ) {
        (Some(policy), _, _) => match by_policy(policy, arguments)? {
            Some(subject) => subject,
            None => return Ok(Exit::Policy),
        },
        (None, Some(action), _) => named(arguments, action)?,
        (None, None, Some(operation)) => named(arguments, arguments.parts.action(operation)?)?,
        (None, None, None) => {
            bail!("say what is approved: `--action`, `--operation` or `--policy`")
        }
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock is before 1970")?;
    // Random, so that no two approvals are the same.
    let random = || Claims::create(Duration::from_secs(1)).create_nonce();
    let approving = Approving {
        action: subject.action,
        audience: subject.audience,
        agent: subject.agent,
        task_id: subject.task_id,
        principal: subject.principal,
        tenant: subject.tenant,
        id: arguments.jti.clone().unwrap_or_else(random),
        issued_at: i64::try_from(now.as_secs())?,
        lifetime: i64::try_from(arguments.lifetime)?,
    };
    anstream::println!("{}", approving.sign(&key)?);
    Ok(Exit::Success)
}

/// What the arguments say themselves.
fn named(arguments: &Arguments, action: Action) -> anyhow::Result<Subject> {
    if arguments.attempt.is_there() {
        bail!("a request is decided by a policy: name it with `--policy`");
    }
    let agent = arguments.agent.clone();
    Ok(Subject {
        action,
        audience: arguments.audience.clone(),
        agent: agent.ok_or_else(|| anyhow!("`--agent` is missing"))?,
        task_id: arguments.task_id.clone(),
        principal: arguments.principal.clone(),
        tenant: arguments.tenant.clone(),
    })
}

impl Parts {
    fn action(&self, operation: &str) -> anyhow::Result<Action> {
        fn pairs(all: &[(String, String)]) -> Vec<(&str, &str)> {
            let pairs = all.iter();
            pairs.map(|(name, value)| (&**name, &**value)).collect()
        }
        let content = self.content.as_deref().map(digest).transpose()?;
        let call = Call {
            operation,
            path: pairs(&self.path),
            query: pairs(&self.query),
            url_path: self.url_path.as_deref(),
            content,
        };
        Ok(call.action())
    }
}

/// The digest of a body, read as the gateway reads it.
fn digest(content: &str) -> anyhow::Result<[u8; 32]> {
    let text = match content.strip_prefix('@') {
        Some(path) => fs::read(path).with_context(|| format!("cannot read `{path}`"))?,
        None => content.as_bytes().to_vec(),
    };
    let mut reader = Reader::new(MOST_BODY_BYTES as usize);
    let read = reader.push(&text).and_then(|()| reader.finish());
    let json = read.context("the content cannot be read")?;
    Ok(canonical::digest(&json))
}

/// What the policy wants an approval of. `None`, with the reason on standard error, if it has errors.
fn by_policy(policy: &Path, arguments: &Arguments) -> anyhow::Result<Option<Subject>> {
    let sources = Sources::load(policy)?;
    let compiled = match compile(&sources) {
        Ok(compiled) => compiled,
        Err(rejected) => {
            let format = report::Format::Human;
            report::print(
                &rejected.diagnostics,
                &sources,
                format,
                &mut anstream::stderr(),
            )?;
            return Ok(None);
        }
    };
    let attempt = arguments.attempt.read(&compiled.plan)?;
    let decided = Trial::new(&compiled)?.decide(&attempt, &sources)?;
    let Some(action) = decided.action else {
        bail!("no approval is wanted: it is decided `{}`", decided.reason);
    };
    let said = |name| decided.record.get(name).and_then(Value::as_str);
    let own = |own: &Option<String>, name| own.clone().or_else(|| said(name).map(str::to_owned));
    let audience = match arguments.audience.as_slice() {
        [] => approving::audience(&compiled.plan, &decided.record)
            .into_iter()
            .collect(),
        several => several.to_vec(),
    };
    let agent = own(&arguments.agent, "agent");
    Ok(Some(Subject {
        action,
        audience,
        agent: agent.ok_or_else(|| anyhow!("the record names no agent"))?,
        task_id: own(&arguments.task_id, "task_id"),
        principal: own(&arguments.principal, "principal"),
        tenant: own(&arguments.tenant, "tenant"),
    }))
}
