//! Why a decision fell: the one table from reason to code, status, challenge and public text.
//!
//! Record, metrics, answers, documentation and tests all read [`Reason::ALL`]. What a caller is
//! told is only [`Reason::status`], [`Reason::challenge`] and [`Reason::public_text`]; the reason
//! itself goes to the record. Several reasons therefore share one public text on purpose: an
//! unknown operation and a forbidden one look alike from outside.

/// What a caller is asked to do in `WWW-Authenticate` (RFC 6750 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// No `WWW-Authenticate`.
    None,
    /// `Bearer`, without `error`: no credential was understood (RFC 6750 section 3.1).
    Credential,
    /// `Bearer error="invalid_token"`.
    InvalidToken,
    /// `Bearer error="invalid_request"`.
    InvalidRequest,
    /// `Bearer error="insufficient_scope"`.
    InsufficientScope,
    /// `DPoP error="invalid_dpop_proof"` (RFC 9449 section 7.1).
    InvalidProof,
    /// `Bearer error="approval_required"`: the field is not registered.
    Approval,
    /// `Bearer error="insufficient_user_authentication"` (RFC 9470 section 3).
    UserAuthentication,
}

/// What a decision comes down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The request goes on.
    Allow,
    /// It does not.
    Deny,
    /// It does not, but would with a better credential.
    Challenge,
    /// The filter answers it itself.
    Answer,
}

impl Outcome {
    /// Its name in records and metrics.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Challenge => "challenge",
            Self::Answer => "answer",
        }
    }
}

macro_rules! reasons {
    ($($name:ident $code:literal $status:literal $outcome:ident $challenge:ident $text:ident $doc:literal;)*) => {
        /// Why a decision fell.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason {
            $(#[doc = $doc] $name,)*
        }

        impl Reason {
            /// Every reason, in the order of the table.
            pub const ALL: &'static [Reason] = &[$(Reason::$name,)*];

            /// Its stable name in records, metrics and documentation.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status of the answer; 200 stands for "goes on".
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// What the decision comes down to.
            #[must_use]
            pub fn outcome(self) -> Outcome {
                match self { $(Self::$name => Outcome::$outcome,)* }
            }

            /// What the caller is asked to do.
            #[must_use]
            pub fn challenge(self) -> Challenge {
                match self { $(Self::$name => Challenge::$challenge,)* }
            }

            /// What the caller is told, and nothing more.
            #[must_use]
            pub fn public_text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What the operator is told: one sentence.
            #[must_use]
            pub fn description(self) -> &'static str {
                match self { $(Self::$name => $doc,)* }
            }

            /// Its position in [`Reason::ALL`].
            #[must_use]
            pub fn index(self) -> usize {
                self as usize
            }
        }
    };
}

const PASSED: &str = "";
const AMBIGUOUS: &str = "the request could be read in more than one way";
const CREDENTIALS: &str = "the request carries its credential in a way that is not accepted";
const NO_CREDENTIAL: &str = "a bearer token is needed";
const TOKEN: &str = "the token is not valid here";
const OUTSIDE: &str = "the request is outside the task";
const PROOF: &str = "the token has to be shown with a proof of its key";
const BINDING: &str = "a token that is bound to its sender is needed";
const FRESH: &str = "a token that was issued just now is needed";
const AUTHENTICATION: &str = "a more recent or stronger authentication of the user is needed";
const RULE: &str = "the request is not permitted";
const LATE: &str = "the rest of the request did not come in time";
const TOO_LARGE: &str = "the request is longer than is accepted here";
const CONTENT: &str = "the request's content is of a kind that is not accepted here";
const MESSAGE: &str = "the message is not one that is accepted here";
const MISMATCH: &str = "the headers do not agree with the message";
const ARGUMENTS: &str = "the arguments are not those that are taken here";
const SESSION: &str = "there is no such session";
const ANSWER: &str = "the answer cannot be handed on";
const LIMIT: &str = "a limit of the task is reached";
const APPROVAL: &str = "this call needs an approval of its own";
const UNAVAILABLE: &str = "the request cannot be decided now";

reasons! {
    // name               code                      status outcome   challenge         public text
    Allowed               "allowed"                 200 Allow     None              PASSED        "A rule of the task allows it.";
    Public                "public"                  200 Allow     None              PASSED        "The operation is public.";
    BreakGlass            "break_glass"             200 Allow     None              PASSED        "An exception for an emergency allows it; the record names it.";
    Session               "session"                 200 Allow     None              PASSED        "A message of the protocol's own, from one who may call something there.";
    Metadata              "metadata"                200 Answer    None              PASSED        "The filter itself answers with the resource's metadata (RFC 9728).";

    RequestMalformed      "request_malformed"       400 Deny      None              AMBIGUOUS     "Method, path or host is missing or is not what HTTP allows, or there are too many headers.";
    HostAmbiguous         "host_ambiguous"          400 Deny      None              AMBIGUOUS     "The host is not in normal form: letter case, port, trailing dot, or not a host name at all.";
    PathAmbiguous         "path_ambiguous"          400 Deny      None              AMBIGUOUS     "The path is not in normal form or could be read in two ways.";
    QueryAmbiguous        "query_ambiguous"         400 Deny      None              AMBIGUOUS     "The query has a broken escape, a repeated scalar parameter or a value of the wrong type.";
    CredentialInQuery     "credential_in_query"     400 Deny      InvalidRequest    CREDENTIALS   "The query carries a token (`access_token`).";
    MultipleCredentials   "multiple_credentials"    400 Deny      InvalidRequest    CREDENTIALS   "There is more than one Authorization value.";
    BodyLate              "body_late"               408 Deny      None              LATE          "Nothing of the body came for 10 s, or the gateway does not hand bodies over (`allow_on_headers_stop_iteration`).";
    BodyTooLarge          "body_too_large"          413 Deny      None              TOO_LARGE     "The body is longer than the operation or endpoint takes.";
    ContentRefused        "content_refused"         415 Deny      None              CONTENT       "The body is not announced as JSON in UTF-8, or is compressed.";
    BodyMalformed         "body_malformed"          400 Deny      None              AMBIGUOUS     "The body is not strict JSON within bounds, repeats a member, or could be read in two ways.";
    MessageMalformed      "message_malformed"       400 Deny      None              MESSAGE       "The body is no message of the protocol, or a batch where there are none.";
    HeaderMismatch        "header_mismatch"         400 Deny      None              MISMATCH      "A header that mirrors the message does not agree with it, or is missing.";
    ArgumentsRefused      "arguments_refused"       400 Deny      None              ARGUMENTS     "A member of the body or an argument is not declared, is missing or has another type.";
    SessionUnknown        "session_unknown"         404 Deny      None              SESSION       "The protocol's session was not opened by this caller.";

    NoCredential          "no_credential"           401 Challenge Credential        NO_CREDENTIAL "There is no Authorization header.";
    WrongScheme           "wrong_scheme"            401 Challenge Credential        NO_CREDENTIAL "The Authorization header is of neither the Bearer nor the DPoP scheme.";

    CredentialMalformed   "credential_malformed"    401 Challenge InvalidToken      TOKEN         "The Authorization header has no token, or more than a token.";
    TokenTooLarge         "token_too_large"         401 Challenge InvalidToken      TOKEN         "The token is longer than is read.";
    TokenMalformed        "token_malformed"         401 Challenge InvalidToken      TOKEN         "The token is not a compact JWS with strict JSON in strict base64url, or repeats a member.";
    TokenHeaderRefused    "token_header_refused"    401 Challenge InvalidToken      TOKEN         "The token's header has `crit`, an embedded key or another member that is not accepted.";
    TokenTypeRefused      "token_type_refused"      401 Challenge InvalidToken      TOKEN         "The token's `typ` does not fit the issuer's profile.";
    UnknownIssuer         "unknown_issuer"          401 Challenge InvalidToken      TOKEN         "No issuer of the policy has the token's `iss`.";
    AlgorithmRefused      "algorithm_refused"       401 Challenge InvalidToken      TOKEN         "The token's `alg` is not among those of its issuer.";
    UnknownKey            "unknown_key"             401 Challenge InvalidToken      TOKEN         "The issuer has no key with the token's `kid` and `alg`.";
    KeyUnclear            "key_unclear"             401 Challenge InvalidToken      TOKEN         "The token has no `kid` and not exactly one key of the issuer fits.";
    BadSignature          "bad_signature"           401 Challenge InvalidToken      TOKEN         "The signature is not the issuer's.";
    ClaimMissing          "claim_missing"           401 Challenge InvalidToken      TOKEN         "A claim that the profile or the policy requires is not there.";
    ClaimMalformed        "claim_malformed"         401 Challenge InvalidToken      TOKEN         "A claim has the wrong type or a value out of range.";
    ClaimNotEnforceable   "claim_not_enforceable"   401 Challenge InvalidToken      TOKEN         "The token carries a restriction that is not enforced here.";
    TokenExpired          "token_expired"           401 Challenge InvalidToken      TOKEN         "`exp` is past.";
    TokenNotYetValid      "token_not_yet_valid"     401 Challenge InvalidToken      TOKEN         "`nbf` or `iat` is in the future.";
    LifetimeExceeded      "lifetime_exceeded"       401 Challenge InvalidToken      TOKEN         "`exp - iat` is longer than the issuer's `max_lifetime`.";
    WrongAudience         "wrong_audience"          401 Challenge InvalidToken      TOKEN         "`aud` does not contain the resource's audience.";
    IssuerMayNotAssert    "issuer_may_not_assert"   401 Challenge InvalidToken      TOKEN         "The issuer names an agent or principal that it may not speak for.";

    TokenRevoked          "token_revoked"           401 Challenge InvalidToken      TOKEN         "The deny feed or the token's status list says that it no longer stands.";
    TaskEnded             "task_ended"              401 Challenge InvalidToken      TOKEN         "An operation that completes the task id was used.";
    TaskIdle              "task_idle"               401 Challenge InvalidToken      TOKEN         "The task id did nothing for longer than a limit lets it.";
    TokenReplayed         "token_replayed"          401 Challenge InvalidToken      TOKEN         "The token is for one use, and was used, or was issued before uses are known.";
    TxnTokenRefused       "txn_token_refused"       401 Challenge InvalidToken      TOKEN         "The transaction token beside the credential is not valid; the record says why.";
    ProofMissing          "proof_missing"           401 Challenge InvalidProof      PROOF         "The token is bound to a key and came without a DPoP proof of it, or not as `DPoP`.";
    ProofRefused          "proof_refused"           401 Challenge InvalidProof      PROOF         "The DPoP proof is not one of this token's key for this request now.";
    ProofReplayed         "proof_replayed"          401 Challenge InvalidProof      PROOF         "The DPoP proof was shown before.";
    WrongCertificate      "wrong_certificate"       401 Challenge InvalidToken      TOKEN         "The token is bound to another client certificate than the connection's.";
    BindingNeeded         "binding_needed"          401 Challenge InvalidToken      BINDING       "The issuer or a rule asks for a token that is bound to its sender, and this one is not.";
    FreshTokenNeeded      "fresh_token_needed"      401 Challenge InvalidToken      FRESH         "The task id uses these operations for the first time, with a token that is too old for that.";
    AuthenticationNeeded  "authentication_needed"   401 Challenge UserAuthentication AUTHENTICATION "The principal's authentication is too old or too weak for a rule.";

    UnknownOperation      "unknown_operation"       403 Challenge InsufficientScope OUTSIDE       "No operation of the policy has this host, method and path, or what the message calls.";
    UndeclaredQuery       "undeclared_query"        403 Challenge InsufficientScope OUTSIDE       "The query has a parameter that the operation does not declare, or lacks one that it needs.";
    TaskMissing           "task_missing"            403 Challenge InsufficientScope OUTSIDE       "The token names no task.";
    UnknownTask           "unknown_task"            403 Challenge InsufficientScope OUTSIDE       "The token names a task that the policy does not have.";
    IssuerNotInTask       "issuer_not_in_task"      403 Challenge InsufficientScope OUTSIDE       "The task does not accept tokens of this issuer.";
    AgentNotInTask        "agent_not_in_task"       403 Challenge InsufficientScope OUTSIDE       "The task is not open to this agent.";
    TaskIdMissing         "task_id_missing"         403 Challenge InsufficientScope OUTSIDE       "The token has no task id or session, and the task counts by it.";
    DelegationRefused     "delegation_refused"      403 Challenge InsufficientScope OUTSIDE       "The task was handed on more often or to others than the policy lets it.";
    ScopeMissing          "scope_missing"           403 Challenge InsufficientScope OUTSIDE       "The token, or the transaction token beside it, lacks a scope that the operation needs.";
    AuthorityMissing      "authority_missing"       403 Challenge InsufficientScope OUTSIDE       "No entry of the token's `authorization_details` permits the call.";
    NotOwner              "not_owner"               403 Challenge InsufficientScope OUTSIDE       "The protocol task was not started by this task id.";
    NotAllowed            "not_allowed"             403 Challenge InsufficientScope OUTSIDE       "No allow rule of the task applies.";

    ApprovalRequired      "approval_required"       403 Challenge Approval          APPROVAL      "A rule or limit asks for an approval of exactly this call, and there is none.";
    ApprovalRefused       "approval_refused"        403 Challenge Approval          APPROVAL      "The approval that came with it is not a valid one of exactly this call.";
    ApprovalUsed          "approval_used"           403 Challenge Approval          APPROVAL      "The approval that came with it was used before.";

    LimitReached          "limit_reached"           429 Deny      None              LIMIT         "A limit leaves no room for the call; the record and the answer name it.";

    DeniedByRule          "denied_by_rule"          403 Deny      None              RULE          "A deny rule applies.";
    RequirementNotMet     "requirement_not_met"     403 Deny      None              RULE          "A require rule does not hold.";
    RuleError             "rule_error"              403 Deny      None              RULE          "A rule could not be evaluated.";
    DefinitionChanged     "definition_changed"      403 Deny      None              RULE          "What is called is not defined as it was when it was reviewed.";
    OriginRefused         "origin_refused"          403 Deny      None              RULE          "The request comes from a web page of an origin that the endpoint does not name.";
    ConnectRefused        "connect_refused"         403 Deny      None              RULE          "The method is CONNECT, which no operation offers.";
    UpgradeRefused        "upgrade_refused"         403 Deny      None              RULE          "The request asks to change the protocol, which no operation offers.";
    WrongCluster          "wrong_cluster"           403 Deny      None              RULE          "The gateway was sending it to another cluster than the resource's.";

    AnswerRefused         "answer_refused"          502 Deny      None              ANSWER        "The upstream's answer cannot be read, and a list goes on only as the rules leave it.";

    NotConfigured         "not_configured"          503 Deny      None              UNAVAILABLE   "No plan is loaded.";
    KeysUnavailable       "keys_unavailable"        503 Deny      None              UNAVAILABLE   "The issuer's keys were not fetched yet.";
    StandingUnknown       "standing_unknown"        503 Deny      None              UNAVAILABLE   "The status list or the deny feed is not there, or older than it may be.";
    StateUnavailable      "state_unavailable"       503 Deny      None              UNAVAILABLE   "What the workers keep together cannot be read or has no room.";
    HistoryFull           "history_full"            503 Deny      None              UNAVAILABLE   "There is no room for the history of another task id, or its issuer or tenant has had its share of it.";
    FleetUnavailable      "fleet_unavailable"       503 Deny      None              UNAVAILABLE   "The service that counts for all gateways does not answer, and the policy has nothing count in its place.";
    SignaturesExhausted   "signatures_exhausted"    503 Deny      None              UNAVAILABLE   "Checking signatures has taken its share of the worker's time.";
    HostFailure           "host_failure"            503 Deny      None              UNAVAILABLE   "The gateway did not give what the decision needs: headers, clock, route or crypto.";
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests;
