//! What the filter asks of the gateway that it runs in.
//!
//! Every call can fail, and says so: the caller decides what a failure means, which on the way to
//! an allow is always a refusal.

use remit_engine::time::UnixTime;

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
    /// Status of a call that the gateway's capability restriction does not list, among others.
    pub const INTERNAL_FAILURE: u32 = 10;
    /// Status of a call that the gateway does not have.
    pub const UNIMPLEMENTED: u32 = 12;
}

/// How loud a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The gateway works on, but an operator should look.
    Warn,
    /// Nothing is decided until an operator looks.
    Critical,
}

/// A counter that the gateway keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter(pub u32);

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

/// The gateway, as far as the filter needs it.
pub trait Gateway {
    /// What the operator configured: the plan.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn configuration(&self) -> Result<Vec<u8>, CallFailed>;

    /// The time, from the gateway's clock.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn now(&self) -> Result<UnixTime, CallFailed>;

    /// All fields of the request head, pseudo headers included, as [`crate::pairs::read`] reads
    /// them.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn request_head(&self) -> Result<Vec<u8>, CallFailed>;

    /// Takes every field of that name out of the request head.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn remove_request_field(&self, name: &[u8]) -> Result<(), CallFailed>;

    /// All fields of the request's trailers, as [`crate::pairs::read`] reads them.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn request_trailers(&self) -> Result<Vec<u8>, CallFailed>;

    /// Takes every field of that name out of the request's trailers.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn remove_request_trailer(&self, name: &[u8]) -> Result<(), CallFailed>;

    /// Puts one field of that name into the request head, whatever was there.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn replace_request_field(&self, name: &str, value: &str) -> Result<(), CallFailed>;

    /// The cluster to which the gateway would send the request now; `None` where it has none.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn cluster(&self) -> Result<Option<Vec<u8>>, CallFailed>;

    /// Writes the decision record where the access log and the native gate read it.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn write_record(&self, record: &str) -> Result<(), CallFailed>;

    /// Answers the client.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn answer(&self, answer: &LocalAnswer<'_>) -> Result<(), CallFailed>;

    /// Makes a counter, or finds the one of that name.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn define_counter(&self, name: &str) -> Result<Counter, CallFailed>;

    /// Counts one.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn count(&self, counter: Counter) -> Result<(), CallFailed>;

    /// Calls a function that this gateway offers beyond the ABI.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn call_foreign(&self, function: &str, arguments: &[u8]) -> Result<Vec<u8>, CallFailed>;

    /// Writes a line to the gateway's log. There is nothing to do about a failure.
    fn log(&self, level: Level, line: &str);
}
