//! The stable codes: one table from code to severity and meaning.
//!
//! The tests hold a case for each; a code without a case fails them. A row that ends in `page` has
//! one under `docs/lints`, which the command carries with it; every warning must have one.

use std::str::FromStr;

use super::nearest;

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// No plan is made.
    Error,
    /// A plan is made all the same.
    Warning,
}

macro_rules! codes {
    ($($name:ident $text:literal $severity:ident $doc:literal $($page:ident)?;)*) => {
        /// What a diagnostic is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $doc] $name,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it is printed.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $doc,)* }
            }

            /// Its page: why it matters and what to do instead, as Markdown.
            #[must_use]
            pub fn page(self) -> Option<&'static str> {
                match self { $(Self::$name => page!($text $($page)?),)* }
            }
        }
    };
}

macro_rules! page {
    ($text:literal page) => {
        Some(include_str!(concat!("../../../docs/lints/", $text, ".md")))
    };
    ($text:literal) => {
        None
    };
}

/// There is no such code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownCode {
    /// And one that looks like it.
    #[error("there is no code `{written}`: did you mean `{nearest}`?")]
    Near {
        /// What was asked for.
        written: String,
        /// The one that looks like it.
        nearest: &'static str,
    },
    /// Nor any that looks like it.
    #[error("there is no code `{written}`: `remit lint --list` names them")]
    Far {
        /// What was asked for.
        written: String,
    },
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(written: &str) -> Result<Self, UnknownCode> {
        let found = Self::ALL.iter().find(|code| code.text() == written);
        found.copied().ok_or_else(|| {
            let written = written.to_owned();
            match nearest(&written, Self::ALL.iter().map(|code| code.text())) {
                Some(nearest) => UnknownCode::Near { written, nearest },
                None => UnknownCode::Far { written },
            }
        })
    }
}

codes! {
    // The text as YAML.
    YamlSyntax           "yaml-syntax"            Error   "The file is not YAML.";
    FileTooLarge         "file-too-large"         Error   "The file is larger than a policy file may be.";
    HiddenCharacter      "hidden-character"       Error   "A character that readers show, or end lines at, in different ways.";
    TooDeep              "too-deep"               Error   "Mappings and lists are nested too deeply.";
    MultipleDocuments    "multiple-documents"     Error   "A file holds more than one YAML document.";
    Anchor               "anchor"                 Error   "Anchors and aliases make a policy say what does not stand there.";
    Tag                  "tag"                    Error   "Tags change what a value means.";
    MergeKey             "merge-key"              Error   "Merge keys make a policy say what does not stand there.";
    DuplicateKey         "duplicate-key"          Error   "A key stands twice in one mapping; readers differ in which one counts.";
    KeyNotText           "key-not-text"           Error   "A key is a list or a mapping.";

    // The shape of the document.
    UnknownKey           "unknown-key"            Error   "A key that means nothing here.";
    MissingKey           "missing-key"            Error   "A key that must be here is not.";
    WrongKind            "wrong-kind"             Error   "A text where a list or mapping must be, or the other way round.";
    UnknownValue         "unknown-value"          Error   "A value that is not one of those known.";
    Unsupported          "unsupported"            Error   "A part of the language that this version does not have.";
    BadName              "bad-name"               Error   "A name that cannot be used where names are used.";
    DuplicateName        "duplicate-name"         Error   "A name is defined twice.";
    PolicyNameDiffers    "policy-name-differs"    Error   "The files of one policy give it different names.";
    NotOwner             "not-owner"              Error   "A file defines what its owner may not define.";
    BadDuration          "bad-duration"           Error   "Not a duration, or one out of range.";
    BadTime              "bad-time"               Error   "Not a time with its day and zone.";
    BadType              "bad-type"               Error   "Not a type of a claim or query parameter.";
    BadPattern           "bad-pattern"            Error   "A pattern over identities that would not mean what it seems to.";
    BadHost              "bad-host"               Error   "A host that no request in normal form has.";
    HostWithPort         "host-with-port"         Warning "A host with a port fits no request in the configurations that remit makes." page;
    BadUrl               "bad-url"                Error   "Not a URL that a document can be fetched from or that names a place.";
    BadTemplate          "bad-template"           Error   "A method or path template that no request in normal form fits.";
    BadValue             "bad-value"              Error   "A text that cannot be used where it stands.";
    SymmetricAlgorithm   "symmetric-algorithm"    Error   "With a symmetric algorithm whoever can verify a token can also issue one." page;
    ReservedClaim        "reserved-claim"         Error   "A claim that every token has and that is not declared.";
    ForeignToProfile     "foreign-to-profile"     Error   "A key or algorithm that the issuer's profile does not have.";
    OutsideTrustDomain   "outside-trust-domain"   Error   "The tokens of a trust domain speak for nobody outside it.";
    SameClaim            "same-claim"             Error   "Task id, session and instance must come from three claims.";

    // Keys.
    JwksUnreadable       "jwks-unreadable"        Error   "The file with the keys cannot be read.";
    JwksInvalid          "jwks-invalid"           Error   "The keys are not a JWK Set.";
    PrivateKey           "private-key"            Error   "A private or secret key stands where public keys belong." page;
    NoUsableKey          "no-usable-key"          Error   "No key can verify a token of this issuer.";
    SkippedKey           "skipped-key"            Warning "A key is left out because it cannot be used." page;

    // Names.
    UnknownName          "unknown-name"           Error   "Nothing of this name is defined.";
    TemplateTwice        "template-twice"         Error   "Two operations have the same host, method and path.";
    TemplateAmbiguous    "template-ambiguous"     Error   "A path can fit two operations and neither is more specific.";
    PublicOverlap        "public-overlap"         Error   "A public operation would open a path of a resource.";
    SelectsNothing       "selects-nothing"        Error   "An allow selects no operation, or calls before are asked for of which there are none.";
    RuleWithoutOperation "rule-without-operation" Warning "A deny, require, guard or limit selects no operation, or asks for calls of none." page;
    DuplicateRule        "duplicate-rule"         Error   "Two rules, guards, limits or exceptions have the same id.";
    ObserveRefused       "observe-refused"        Error   "Only a deny, require, guard or limit can be observed.";
    OnlyNarrows          "only-narrows"           Error   "A transaction token can only narrow: it neither authenticates nor allows.";
    NeedsTaskId          "needs-task-id"          Error   "What is kept per run of a task needs the claim that names the run.";
    NeedsIdentity        "needs-identity"         Error   "What is counted per session or tenant needs the claim that names it.";
    NeedsFleet           "needs-fleet"            Error   "A limit holds for a fleet, and no service counts for it.";
    NobodyApproves       "nobody-approves"        Error   "An approval is asked for that nobody can give.";
    ApprovalOfUnread     "approval-of-unread"     Error   "An approval names exactly one call, and a part of this one is not read.";
    HistoryTooShort      "history-too-short"      Error   "A limit looks back further than history is kept.";
    HistoryTooLarge      "history-too-large"      Error   "The history of one task id, agent or tenant would be longer than is kept.";
    MetadataElsewhere    "metadata-elsewhere"     Error   "Clients would look for the resource's metadata somewhere else.";
    UnusedIssuer         "unused-issuer"          Warning "No task accepts tokens of this issuer." page;
    TaskAllowsNothing    "task-allows-nothing"    Warning "Everything that the task asks for is denied." page;
    PatternMatchesAll    "pattern-matches-all"    Warning "A pattern without any fixed part fits every identity." page;
    AgentOutsideIssuers  "agent-outside-issuers"  Warning "No issuer of the task may speak for such an agent." page;

    // What compiles and is risky all the same.
    RuleShadowed         "rule-shadowed"          Warning "A rule makes no difference: another decides all that it covers." page;
    NeverBefore          "never-before"           Warning "A rule asks for calls before that no task allows." page;
    WildcardWrites       "wildcard-writes"        Warning "An allow covers operations that change something without naming them." page;
    TaskWithoutLimits    "task-without-limits"    Warning "A task has no limit, and other tasks of the policy have some." page;
    Unreviewed           "unreviewed"             Warning "An operation is proposed, and nobody has looked at it yet." page;
    UnreviewedAllowed    "unreviewed-allowed"     Error   "An allow covers an operation that nobody has looked at yet." page;
    LongLifetime         "long-lifetime"          Warning "An issuer's tokens may live longer than 15 minutes." page;
    CrossesDomains       "pattern-crosses-domains" Warning "A pattern leaves the trust domain or host open." page;
    SecretInFile         "secret-in-file"         Warning "Something in the file looks like a secret." page;
    PlainHttp            "plain-http"             Warning "A document is fetched without protection on the way." page;
    StaleIgnored         "stale-ignored"          Warning "Where it cannot be told whether tokens still stand, they are taken to." page;
    StatusListElsewhere  "status-list-elsewhere"  Warning "A status list is not at its issuer." page;
    DelegationOutside    "delegation-outside-issuers" Warning "A task may be handed to agents that its issuers cannot speak for." page;
    BreakGlassForAll     "break-glass-for-all"    Warning "An exception holds for every agent of a trust domain or host." page;
    BreakGlassFarEnd     "break-glass-far-end"    Warning "An exception ends more than a week from now." page;

    // Conditions.
    ConditionTooLong     "condition-too-long"     Error   "A condition is longer, deeper or has more parts than is compiled.";
    ConditionSyntax      "condition-syntax"       Error   "A condition is not CEL.";
    UnknownVariable      "unknown-variable"       Error   "A condition reads a variable that does not exist.";
    UnknownClaim         "unknown-claim"          Error   "A condition reads a claim that an issuer of the task does not declare.";
    ClaimTypesDiffer     "claim-types-differ"     Error   "The issuers of the task declare a claim with different types.";
    UnknownParameter     "unknown-parameter"      Error   "A condition reads a capture, parameter, argument or member of the body that an operation does not have.";
    ParameterTypesDiffer "parameter-types-differ" Error   "The operations of the rule declare a parameter, argument or member of the body with different types.";
    UndeclaredBody       "undeclared-body"        Error   "A condition reads a body or arguments of which the operation declares nothing.";
    NotAValue            "not-a-value"            Error   "A group of variables is used as if it were a value.";
    OptionalRead         "optional-read"          Error   "A value that may be absent is read as if it were always there.";
    TypeMismatch         "type-mismatch"          Error   "Operands have types that the operation does not take, or that can never be equal.";
    NotBoolean           "not-boolean"            Error   "A condition is not true or false.";
    WrongArguments       "wrong-arguments"        Error   "A function is called with the wrong number of arguments.";
    UnsupportedCel       "unsupported-cel"        Error   "A part of CEL that this version does not have.";
    NoOverload           "no-such-overload"       Error   "A function or operator does not take operands of these types.";
    UnknownFunction      "unknown-function"       Error   "A condition calls a function that does not exist.";
    WrongPhase           "wrong-phase"            Error   "A condition reads what does not exist yet when its rule runs.";
    DynInPolicy          "dyn-in-policy"          Error   "`dyn(…)` takes the type away by which a condition can be checked.";
    BadRegex             "bad-regex"              Error   "A pattern of `matches` is not RE2's, or is known only at run time.";
    UnknownTimeZone      "unknown-time-zone"      Error   "A time zone that does not exist, or that is known only at run time.";
    UnreachableBranch    "unreachable-branch"     Error   "A part of a condition is never looked at.";
    TooExpensive         "too-expensive"          Error   "A condition could take more steps than a request may.";
    AlwaysFails          "always-fails"           Error   "A constant part of a condition cannot be computed.";
    NeverHolds           "never-holds"            Warning "A condition asks one value to be two things at once." page;
    ComparedWithTwoTypes "compared-with-two-types" Warning "A claim of any type is compared with values of two types." page;
    NotATarget           "not-a-target"           Error   "A limit tells calls apart by what is no text, number or truth value.";
    ConstantCondition    "constant-condition"     Warning "A condition is the same for every request." page;
    ClaimedOnly          "claimed-only"           Error   "An allow, or what calls are told apart by, rests only on what the client claims.";

    // The plan.
    PlanRefused          "plan-refused"           Error   "The plan is larger than the filter loads.";
}
