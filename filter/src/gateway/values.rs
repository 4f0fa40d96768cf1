//! What passes between the filter and its gateway.

use std::num::NonZeroU32;

/// A call that the gateway did not answer with success, and the status that it gave instead
/// (proxy-wasm ABI 0.2.1, `proxy_status_t`, or a number outside it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the gateway answered `{call}` with status {status}")]
pub struct CallFailed {
    /// The ABI's name of the call.
    pub call: &'static str,
    /// The status.
    pub status: u32,
}

impl CallFailed {
    /// Status of a thing or function that is not there.
    pub const NOT_FOUND: u32 = 1;
    /// Status of a call with wrong arguments; also the filter's own word for an answer that is
    /// not what the ABI promises.
    pub const BAD_ARGUMENT: u32 = 2;
    /// Status of a shared value that another has changed in between.
    pub const CAS_MISMATCH: u32 = 8;
    /// Status of a call that the gateway's capability restriction does not list, among others.
    pub const INTERNAL_FAILURE: u32 = 10;
    /// Status of a call that the gateway does not have.
    pub const UNIMPLEMENTED: u32 = 12;
    /// The gateway hands over no bodies and answers.
    pub const NO_BODIES: Self = Self {
        call: "proxy_get_buffer_bytes",
        status: Self::UNIMPLEMENTED,
    };
}

/// How loud a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Something that was wrong is right again.
    Info,
    /// The gateway works on, but an operator should look.
    Warn,
    /// Nothing is decided until an operator looks.
    Critical,
}

/// A counter that the gateway keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter(pub u32);

/// A number that the gateway keeps and shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauge(pub u32);

/// An answer that goes to the client instead of the request going on.
#[derive(Debug, Clone, Copy)]
pub struct LocalAnswer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Header fields as [`crate::pairs::write`] puts them.
    pub headers: &'a [u8],
    /// The body.
    pub body: &'a [u8],
    /// What the access log shows as response code details.
    pub details: &'a str,
}

/// Which state of a shared value a writer has seen. There is none that overwrites whatever is
/// there: two writers would not notice each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// There was no value.
    Absent,
    /// The value of this number.
    Number(NonZeroU32),
}

impl Seen {
    /// What the host compares. A host takes any number where there is no value, and none where it
    /// is 0: this one stands for "absent", because no value has it before four billion writes.
    #[must_use]
    pub fn to_compare(self) -> u32 {
        match self {
            Self::Absent => u32::MAX,
            Self::Number(number) => number.get(),
        }
    }
}

/// What became of writing a shared value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is there.
    Done,
    /// Another has written since it was seen: look again.
    Lost,
}

/// A call to a server behind a cluster of the gateway, without a body.
#[derive(Debug, Clone, Copy)]
pub struct HttpCall<'a> {
    /// The cluster, by its name in the gateway's configuration.
    pub cluster: &'a str,
    /// Header fields, pseudo headers included.
    pub headers: &'a [(&'a str, &'a str)],
    /// Milliseconds after which it has failed.
    pub timeout_millis: u32,
}

/// A question to a gRPC service behind a cluster of the gateway.
#[derive(Debug, Clone, Copy)]
pub struct GrpcCall<'a> {
    /// The cluster, by its name in the gateway's configuration.
    pub cluster: &'a str,
    /// The service, with its package.
    pub service: &'a str,
    /// Its method.
    pub method: &'a str,
    /// The message, in protobuf's wire format.
    pub message: &'a [u8],
    /// Milliseconds after which it has failed.
    pub timeout_millis: u32,
}

/// A call that is under way: by this its answer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallId(pub u32);

/// A context of the gateway: a request, or what all requests of a plan come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextId(pub u32);
