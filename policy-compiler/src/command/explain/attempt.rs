//! A request on the command line.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use remit_engine::plan::{IssuerId, Plan};
use remit_engine::time::UnixTime;
use remit_policy_compiler::testing::{Attempt, Credential, Recipe, Request, parse_time};
use serde_json::{Map, Value};

/// A request, its token and its time.
#[derive(Debug, Args)]
#[command(next_help_heading = "A request that is no test")]
pub(in crate::command) struct AttemptArguments {
    /// Method and URL: `GET https://host/path`.
    #[arg(long, value_name = "LINE")]
    request: Option<String>,
    /// A header; `<token>` in it stands for the token. Repeatable.
    #[arg(
        short = 'H',
        long = "header",
        value_name = "NAME: VALUE",
        requires = "request"
    )]
    headers: Vec<String>,
    /// Its body: JSON, unless a header `content-type` says otherwise, or `@FILE` with it.
    #[arg(long, value_name = "BODY", requires = "request")]
    body: Option<String>,
    /// Claims of its token: a JSON object, `@FILE` with one, or `name=value` with the value in JSON
    /// or a text. Later ones replace earlier ones, `null` removes. Without it there is no token.
    #[arg(long, value_name = "CLAIMS", num_args = 1.., requires = "request")]
    claims: Vec<String>,
    /// Whose token it is, by the issuer's name in the policy; else `iss` says it.
    #[arg(long, value_name = "NAME", requires = "claims")]
    issuer: Option<String>,
    /// `typ` of the token's header; else what the issuer's profile asks for.
    #[arg(long = "type", value_name = "TYP", requires = "claims")]
    typ: Option<String>,
    /// When it is sent, such as `2026-01-01T12:00:00Z`; else now.
    #[arg(long, value_name = "TIME", requires = "request")]
    now: Option<String>,
}

impl AttemptArguments {
    /// Whether there is one.
    pub(in crate::command) fn is_there(&self) -> bool {
        self.request.is_some()
    }

    /// Reads it.
    pub(in crate::command) fn read(&self, plan: &Plan) -> anyhow::Result<Attempt> {
        let line = self.request.as_deref().unwrap_or_default();
        let mut request = Request::from_line(line)
            .ok_or_else(|| anyhow!("`{line}` is not `METHOD https://host/path`"))?;
        for header in &self.headers {
            let header = Request::header(header)
                // Not quoted: it may hold a secret.
                .ok_or_else(|| anyhow!("a header is not `name: value`"))?;
            request.headers.push(header);
        }
        if let Some(body) = &self.body {
            request.body = Some(match body.strip_prefix('@') {
                Some(path) => std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read `{path}`"))?,
                None => body.clone(),
            });
            request.add_header("content-type", "application/json");
        }
        let credential = if self.claims.is_empty() {
            Credential::None
        } else {
            Credential::Minted(Box::new(self.recipe(plan)?))
        };
        let now = match &self.now {
            Some(text) => parse_time(text)
                .ok_or_else(|| anyhow!("`{text}` is not a time such as `2026-01-01T12:00:00Z`"))?,
            None => clock()?,
        };
        Ok(Attempt {
            now,
            credential,
            transaction: None,
            approval: None,
            request,
            cluster: None,
            answer: None,
            times: 1,
            before: Vec::new(),
        })
    }

    fn recipe(&self, plan: &Plan) -> anyhow::Result<Recipe> {
        let mut claims = Map::new();
        for text in &self.claims {
            claims.extend(read_claims(text)?);
        }
        let issuer = match &self.issuer {
            None => None,
            Some(name) => {
                let position = plan.issuers.iter().position(|one| one.name == *name);
                let position = position.and_then(|position| u32::try_from(position).ok());
                let Some(position) = position else {
                    bail!("the policy has no issuer `{name}`");
                };
                Some(IssuerId(position))
            }
        };
        Ok(Recipe {
            issuer,
            typ: self.typ.clone(),
            claims,
            ..Recipe::default()
        })
    }
}

fn clock() -> anyhow::Result<UnixTime> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock is before 1970")?;
    Ok(UnixTime::from_nanos(u64::try_from(since.as_nanos())?))
}

fn read_claims(text: &str) -> anyhow::Result<Map<String, Value>> {
    if let Some(path) = text.strip_prefix('@') {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))?;
        return serde_json::from_str(&text)
            .with_context(|| format!("`{path}` is not a JSON object of claims"));
    }
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).context("`--claims` is not a JSON object");
    }
    // The name of a claim may be a URL with `=` in its query; its value may be any text.
    let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        bail!("`{text}` is not claims: write a JSON object, `@FILE` or `name=value`");
    };
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok(Map::from_iter([(name.to_owned(), value)]))
}
