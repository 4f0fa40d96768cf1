//! Asking the engine about prepared requests, in the place of a gateway that sends them where the
//! policy says.

use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::plan::{self, SourceId, SourceKind};
use remit_engine::request::{CREDENTIAL_HEADERS, Field};
use remit_policy_compiler::testing::TrialHost;

use super::identity::{Credential, Identity, Told};
use super::prepare::now;
use super::served::{Served, documents};
use super::{Example, ExampleError, Prepared, Record, Seen};
use crate::native::{Contents, Decided, Route, decide_contents};

/// An engine with the policy of an example and what it fetches.
pub struct Direct {
    engine: Engine,
    /// What it remembers of the requests before.
    host: TrialHost,
}

impl Direct {
    /// Loads the policy, and what is served for it.
    ///
    /// # Errors
    /// [`ExampleError`] if that is not in order.
    pub fn new(example: &Example) -> Result<Self, ExampleError> {
        let loaded = plan::decode(&example.policy().bytes).expect("what was just compiled");
        let engine = Engine::new(loaded).expect("usable keys");
        let served = documents(example.folder(), now().seconds())?;
        let is_of_keys = |kind| matches!(kind, SourceKind::Jwks | SourceKind::SpiffeBundle);
        // Keys before what is signed with them.
        for keys in [true, false] {
            let sources = (0..).map(SourceId).zip(&example.policy().plan.sources);
            for (id, source) in sources.filter(|(_, source)| is_of_keys(source.kind) == keys) {
                let at = source.target();
                let is_it = |one: &&Served| {
                    one.cluster == source.cluster && at.is_some_and(|(_, path)| path == one.path)
                };
                if let Some(document) = served.iter().find(is_it) {
                    engine
                        .take_in(id, document.body.as_bytes(), now(), &NoHostCrypto)
                        .unwrap_or_else(|error| panic!("`{}`: {error}", source.url));
                }
            }
        }
        Ok(Self {
            engine,
            host: TrialHost::default(),
        })
    }

    /// Has it decide.
    pub fn ask(&mut self, prepared: &Prepared<'_>) -> Seen {
        let request = &prepared.case.attempt.request;
        self.host = std::mem::take(&mut self.host).then_showing(prepared.sent.certificate);
        let headers = prepared.sent.headers.iter();
        let headers: Vec<(String, &str)> = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
            .collect();
        let mut fields: Vec<Field<'_>> = vec![
            (b":authority", request.host.as_bytes()),
            (b":method", request.method.as_bytes()),
            (b":path", prepared.sent.target.as_bytes()),
            (b":scheme", b"http"),
        ];
        let sent = headers.iter();
        fields.extend(sent.map(|(name, value)| (name.as_bytes(), value.as_bytes())));
        let contents = Contents {
            body: request.body.as_deref(),
            answer: prepared.case.attempt.answer.as_deref(),
        };
        let decided = decide_contents(
            &self.engine,
            &fields,
            contents,
            Route::AsDecided,
            now(),
            &self.host,
        );
        let is_sent = |name: &str| headers.iter().any(|(sent, _)| sent == name);
        seen(prepared, decided, is_sent("authorization"))
    }
}

fn seen(prepared: &Prepared<'_>, decided: Decided, has_credential: bool) -> Seen {
    let Decided {
        record,
        answer,
        identity,
        stripped,
        withheld,
        listed,
    } = decided;
    let record = Some(Record(record));
    if let Some(answer) = answer {
        let headers = answer.headers.into_iter();
        let challenges = headers.filter(|(name, _)| *name == "www-authenticate");
        return Seen {
            status: answer.status,
            challenges: challenges.map(|(_, value)| value).collect(),
            record,
            upstream: None,
            listed: None,
        };
    }
    let identity = identity.iter();
    let identity = identity.map(|(name, value)| (name.as_str(), value.as_str()));
    let told = Told {
        identity: Identity::from_headers(identity),
        stripped: stripped
            .into_iter()
            .filter(|name| !CREDENTIAL_HEADERS.contains(&name.as_str()))
            .collect(),
        credential: match has_credential && !withheld.contains(&"authorization") {
            true => Credential::Passed,
            false => Credential::Withheld,
        },
    };
    Seen {
        status: 200,
        challenges: vec![],
        record,
        upstream: Some((prepared.line(), told)),
        listed,
    }
}
