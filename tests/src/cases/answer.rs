//! What a caller must be told, written down here once more: the engine's own table is what these
//! tests hold to account.

use remit_engine::decision::Reason;

/// Status and public text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Status code; 200 where the upstream answers.
    pub status: u16,
    /// `error` in `WWW-Authenticate`; the header is there for `Some(…)`.
    pub challenge: Option<Option<&'static str>>,
    /// What the caller reads.
    pub text: &'static str,
    /// What the record calls it.
    pub outcome: &'static str,
}

/// The answer for a reason. Exhaustive: a new reason does not build without its line.
#[must_use]
pub fn told(reason: Reason) -> Told {
    use Reason::*;
    match reason {
        Allowed | Public | BreakGlass | Session => Told {
            status: 200,
            challenge: None,
            text: "",
            outcome: "allow",
        },
        Metadata => Told {
            status: 200,
            challenge: None,
            text: "",
            outcome: "answer",
        },
        RequestMalformed | HostAmbiguous | PathAmbiguous | QueryAmbiguous => {
            deny(400, None, "the request could be read in more than one way")
        }
        BodyMalformed => deny(400, None, "the request could be read in more than one way"),
        MessageMalformed => deny(400, None, "the message is not one that is accepted here"),
        HeaderMismatch => deny(400, None, "the headers do not agree with the message"),
        ArgumentsRefused => deny(400, None, "the arguments are not those that are taken here"),
        SessionUnknown => deny(404, None, "there is no such session"),
        BodyLate => deny(408, None, "the rest of the request did not come in time"),
        BodyTooLarge => deny(413, None, "the request is longer than is accepted here"),
        ContentRefused => deny(
            415,
            None,
            "the request's content is of a kind that is not accepted here",
        ),
        AnswerRefused => deny(502, None, "the answer cannot be handed on"),
        CredentialInQuery | MultipleCredentials => deny(
            400,
            Some(Some("invalid_request")),
            "the request carries its credential in a way that is not accepted",
        ),
        NoCredential | WrongScheme => ask(401, None, "a bearer token is needed"),
        CredentialMalformed | TokenTooLarge | TokenMalformed | TokenHeaderRefused
        | TokenTypeRefused | UnknownIssuer | AlgorithmRefused | UnknownKey | KeyUnclear
        | BadSignature | ClaimMissing | ClaimMalformed | ClaimNotEnforceable | TokenExpired
        | TokenNotYetValid | LifetimeExceeded | WrongAudience | IssuerMayNotAssert
        | TokenRevoked | TaskEnded | TaskIdle | TokenReplayed | TxnTokenRefused
        | WrongCertificate => ask(401, Some("invalid_token"), "the token is not valid here"),
        ProofMissing | ProofRefused | ProofReplayed => ask(
            401,
            Some("invalid_dpop_proof"),
            "the token has to be shown with a proof of its key",
        ),
        BindingNeeded => ask(
            401,
            Some("invalid_token"),
            "a token that is bound to its sender is needed",
        ),
        FreshTokenNeeded => ask(
            401,
            Some("invalid_token"),
            "a token that was issued just now is needed",
        ),
        AuthenticationNeeded => ask(
            401,
            Some("insufficient_user_authentication"),
            "a more recent or stronger authentication of the user is needed",
        ),
        UnknownOperation | UndeclaredQuery | TaskMissing | UnknownTask | IssuerNotInTask
        | AgentNotInTask | NotAllowed | TaskIdMissing | DelegationRefused | ScopeMissing
        | AuthorityMissing | NotOwner => ask(
            403,
            Some("insufficient_scope"),
            "the request is outside the task",
        ),
        ApprovalRequired | ApprovalRefused | ApprovalUsed => ask(
            403,
            Some("approval_required"),
            "this call needs an approval of its own",
        ),
        LimitReached => deny(429, None, "a limit of the task is reached"),
        DeniedByRule | RequirementNotMet | RuleError | ConnectRefused | UpgradeRefused
        | OriginRefused | DefinitionChanged | WrongCluster => {
            deny(403, None, "the request is not permitted")
        }
        NotConfigured | HostFailure | KeysUnavailable | StandingUnknown | StateUnavailable
        | SignaturesExhausted | HistoryFull | FleetUnavailable => {
            deny(503, None, "the request cannot be decided now")
        }
    }
}

const fn deny(status: u16, challenge: Option<Option<&'static str>>, text: &'static str) -> Told {
    Told {
        status,
        challenge,
        text,
        outcome: "deny",
    }
}

const fn ask(status: u16, error: Option<&'static str>, text: &'static str) -> Told {
    Told {
        status,
        challenge: Some(error),
        text,
        outcome: "challenge",
    }
}

/// `WWW-Authenticate` for a reason (RFC 6750 section 3, RFC 9728 section 5.1).
#[must_use]
pub fn challenge(reason: Reason, metadata: Option<&str>) -> Option<String> {
    let Told {
        challenge, text, ..
    } = told(reason);
    let error = challenge?.map(|error| format!("error=\"{error}\", error_description=\"{text}\""));
    let is_proof = challenge == Some(Some("invalid_dpop_proof"));
    let algorithms = is_proof.then(|| {
        String::from("algs=\"EdDSA Ed25519 ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512\"")
    });
    let denial = (reason == Reason::AuthorityMissing)
        .then(|| String::from("mission_denial=\"insufficient_authority\""));
    let metadata = metadata.map(|metadata| format!("resource_metadata=\"{metadata}\""));
    let parameters: Vec<String> = error
        .into_iter()
        .chain(algorithms)
        .chain(denial)
        .chain(metadata)
        .collect();
    if parameters.is_empty() {
        return Some(String::from("Bearer"));
    }
    let scheme = if is_proof { "DPoP" } else { "Bearer" };
    Some(format!("{scheme} {}", parameters.join(", ")))
}
