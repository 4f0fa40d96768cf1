//! Every bound on what a stranger or a plan can make the engine do.
//!
//! Sizes are bytes unless they say otherwise. Each has a test beside the code that keeps it.

/// Longest token that is looked at. Envoy's default for all headers together is 60 KiB.
pub const TOKEN_BYTES: usize = 16 * 1024;
/// Deepest nesting of JSON in a token, the top level being 1.
pub const JSON_DEPTH: usize = 16;
/// Most values (members, elements, scalars) of one JSON document in a token.
pub const JSON_VALUES: usize = 2048;
/// Most members of `aud`.
pub const AUDIENCES: usize = 32;
/// Longest identity (agent, principal, task, task id, session, instance, tenant).
pub const IDENTITY_BYTES: usize = 512;
/// Most actors of an `act` chain (RFC 8693 section 4.1), the agent among them.
pub const ACTORS: usize = 8;
/// Longest SPIFFE ID: what everyone has to take (SPIFFE-ID section 2.3).
pub const SPIFFE_ID_BYTES: usize = 2048;
/// Longest `scope`.
pub const SCOPE_BYTES: usize = 4096;
/// Longest JWK Set or bundle that is fetched.
pub const JWKS_BYTES: usize = 64 * 1024;
/// How far in the future a deny feed may be dated, in seconds.
pub const FEED_LEEWAY_SECONDS: u32 = 60;
/// Longest `kid` that is compared.
pub const KID_BYTES: usize = 256;

/// Longest DPoP proof that is looked at.
pub const DPOP_BYTES: usize = 8 * 1024;
/// Longest `jti` of a DPoP proof.
pub const JTI_BYTES: usize = 256;

/// Most header fields of a request. Envoy's default is 100.
pub const HEADERS: usize = 128;
/// Longest path with query.
pub const PATH_BYTES: usize = 8 * 1024;
/// Most segments of a path.
pub const PATH_SEGMENTS: usize = 64;
/// Most parameters of a query.
pub const QUERY_PARAMETERS: usize = 64;
/// Longest host with port: 255 for the name (RFC 1035 section 2.3.4), 6 for the port.
pub const HOST_BYTES: usize = 261;

/// Most claims that a plan declares: a verified token has a place for each.
pub const CLAIMS: usize = 1024;
/// Largest plan.
pub const PLAN_BYTES: usize = 64 * 1024 * 1024;
/// Deepest nesting of a constant or of a declared type, a scalar being 1.
pub const DATA_DEPTH: usize = 32;
/// Deepest nesting of a condition, a leaf being 1.
pub const PROGRAM_DEPTH: usize = 64;
/// Most local variables of a condition.
pub const PROGRAM_LOCALS: usize = 256;
/// Most nodes of a condition.
pub const PROGRAM_NODES: usize = 4096;
/// Steps that the conditions of one request, or of one message of a batch, may take together.
pub const EVALUATION_STEPS: u32 = 100_000;
/// Bytes that the conditions of one request, or of one message of a batch, may allocate together (texts and lists they make).
pub const EVALUATION_BYTES: u32 = 512 * 1024;
/// Steps that one condition may take at most, by what the compiler can tell.
pub const RULE_STEPS: u32 = 50_000;
/// Bytes that one condition may allocate at most, by what the compiler can tell.
pub const RULE_BYTES: u32 = 128 * 1024;
/// Longest header that a condition reads; a longer one is an error.
pub const HEADER_BYTES: usize = 8 * 1024;

/// Longest body that is read where the policy says nothing else.
pub const BODY_BYTES: u32 = 64 * 1024;
/// Longest body that a policy may have read.
pub const MOST_BODY_BYTES: u32 = 1024 * 1024;
/// Deepest nesting of a body, the top level being 1.
pub const BODY_DEPTH: usize = 64;
/// Most values (members, elements, scalars) of a body.
pub const BODY_VALUES: usize = 16 * 1024;
/// Most messages of a batch (JSON-RPC 2.0 section 6).
pub const BATCH_MESSAGES: usize = 32;
/// Longest `id` of a message, in bytes of its JSON text.
pub const MESSAGE_ID_BYTES: usize = 128;
/// Longest name or URI of what is called.
pub const CALLED_BYTES: usize = 2048;

/// Longest answer with a list or a task that is read whole. Nesting is that of a body.
pub const ANSWER_BYTES: usize = 1024 * 1024;
/// Most values (members, elements, scalars) of one message of an answer.
pub const ANSWER_VALUES: usize = 64 * 1024;
/// Longest event of a stream that is read, from its first `data` line on, and longest line before.
pub const EVENT_BYTES: usize = 1024 * 1024;
/// Longest id of a task of MCP or A2A.
pub const TASK_ID_BYTES: usize = 512;
/// Most tasks that one answer gives an owner: marks have a table of a fixed size, which no server
/// is to fill by itself.
pub const ANSWER_TASKS: usize = 64;
/// Most tasks that a message of A2A refers to: each is looked up.
pub const REFERENCED_TASKS: usize = 32;

/// What a record says of a token beside its identities and its issuer's name, at most: the names of
/// members and the fingerprint.
pub const RECORD_NAMES_BYTES: usize = 160;

/// Most results of conditions on claims alone that are kept with a token.
pub const KEPT_RESULTS: usize = 32;

/// How long what a task id did or that it is over is kept, in seconds: no token that there is then
/// lives longer, with the leeway before and after.
pub const MARK_SECONDS: u32 = 24 * 3600 + 2 * 60;
/// Longest time since a proof of possession was made, in seconds (RFC 9449 section 11.1).
pub const PROOF_SECONDS: u32 = 60;
/// Clock difference allowed in a proof of possession, in seconds.
pub const PROOF_LEEWAY_SECONDS: u32 = 5;

/// Time for tokens that turn out to be none that a worker has saved up at most, in microseconds.
pub const SIGNATURE_BURST_MICROS: i64 = 50_000;
/// Time for such tokens that a worker gets for each millisecond that passes, in microseconds.
pub const SIGNATURE_MICROS_PER_MILLI: i64 = 300;

/// Memory for verified tokens, per worker, of which those in use at a time may take half: some ten
/// thousand.
pub const VERIFIED_CACHE_BYTES: usize = 64 * 1024 * 1024;
/// Memory for refused tokens, per worker.
pub const REFUSED_CACHE_BYTES: usize = 1024 * 1024;

/// Histories that a bucket of their table has room for.
pub const HISTORY_BUCKET: usize = 32;
/// Histories in a bucket on average when the table has as many as it is made for: so many fewer that
/// hashes do not fill one before, nor a single tenant its share.
pub const HISTORY_MEAN: u32 = 8;
/// Most targets that one limit or memory tells apart.
pub const HISTORY_TARGETS: usize = 256;
/// Longest history of one task id, agent or whatever it is of.
pub const HISTORY_BYTES: usize = 32 * 1024;
/// How often a request is decided anew because its history was changed meanwhile.
pub const HISTORY_TRIES: usize = 64;
/// Longest name of the cluster of the service for a fleet: within the message that names it to the
/// gateway, lengths are a byte each, of which one is the message's own.
pub const FLEET_CLUSTER_BYTES: usize = 125;
/// Longest approval that is looked at.
pub const APPROVAL_BYTES: usize = 4 * 1024;
/// Longest `jti` of an approval.
pub const APPROVAL_ID_BYTES: usize = 128;
/// Clock difference allowed in an approval, in seconds.
pub const APPROVAL_LEEWAY_SECONDS: u32 = 5;
/// Most approvals that a token carries.
pub const APPROVALS: usize = 16;

/// Longest URI in a token: of a status list, of a resource.
pub const URI_BYTES: usize = 2048;
/// Most entries of `authorization_details`.
pub const AUTHORITY_ENTRIES: usize = 32;
/// Most members of one list in such an entry: actions, locations, tools, labels, delegates.
pub const AUTHORITY_MEMBERS: usize = 64;

/// Longest status list token.
pub const STATUS_TOKEN_BYTES: usize = 2 * 1024 * 1024;
/// Longest `lst` of a status list: what [`STATUS_LIST_BYTES`] of noise takes in base64url.
pub const STATUS_TEXT_BYTES: usize = 1_400_000;
/// Longest status list when inflated: 8 million tokens with a bit each, a million with a byte.
pub const STATUS_LIST_BYTES: usize = 1024 * 1024;

/// Longest deny feed.
pub const DENY_FEED_BYTES: usize = 1024 * 1024;
/// Most entries of a deny feed.
pub const DENY_FEED_ENTRIES: usize = 10_000;
