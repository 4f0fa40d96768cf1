//! What the filter asks of the gateway that it runs in.
//!
//! Every call can fail, and says so: the caller decides what a failure means, which on the way to
//! an allow is always a refusal.

mod values;

use remit_engine::time::UnixTime;

pub use values::{
    CallFailed, CallId, ContextId, Counter, Gauge, GrpcCall, HttpCall, Level, LocalAnswer, Seen,
    Stored,
};

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

    /// Nanoseconds since 1970, from the gateway's clock.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn nanos(&self) -> Result<u64, CallFailed>;

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

    /// SHA-256 of the certificate that the client has shown, in hexadecimal; `None` where it has
    /// shown none.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn peer_certificate(&self) -> Result<Option<Vec<u8>>, CallFailed>;

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

    /// Makes a number to show, or finds the one of that name.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn define_gauge(&self, name: &str) -> Result<Gauge, CallFailed>;

    /// Shows a number.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn show(&self, gauge: Gauge, value: u64) -> Result<(), CallFailed>;

    /// A value that all workers of the process share, and which state of it this is.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn shared(&self, key: &str) -> Result<Option<(Vec<u8>, Seen)>, CallFailed>;

    /// Writes a shared value, if nobody has written it since it was seen.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn share(&self, key: &str, value: &[u8], seen: Seen) -> Result<Stored, CallFailed>;

    /// Sends a request of the filter's own. Its answer is told to the context that sends it.
    ///
    /// # Errors
    /// [`CallFailed`], also where there is no such cluster: then no answer comes.
    fn call(&self, call: &HttpCall<'_>) -> Result<CallId, CallFailed>;

    /// All header fields of the answer that has just come, as [`crate::pairs::read`] reads them.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn called_head(&self) -> Result<Vec<u8>, CallFailed>;

    /// The body of the answer that has just come, at most so many bytes of it.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn called_body(&self, most: usize) -> Result<Vec<u8>, CallFailed>;

    /// Sends a question of the filter's own, and waits for one message. The answer is told to the
    /// context that sends it, and lost with it.
    ///
    /// # Errors
    /// [`CallFailed`], also where there is no such cluster or no host in it: then no answer comes.
    fn ask(&self, call: &GrpcCall<'_>) -> Result<CallId, CallFailed>;

    /// The message that has just come, at most so many bytes of it.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn grpc_message(&self, most: usize) -> Result<Vec<u8>, CallFailed>;

    /// Lets the gateway call again and again, every so many milliseconds.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn tick_every(&self, millis: u32) -> Result<(), CallFailed>;

    /// Makes what follows in this callback about another context.
    ///
    /// # Errors
    /// [`CallFailed`], also where there is no such context any more.
    fn turn_to(&self, context: ContextId) -> Result<(), CallFailed>;

    /// Lets the request go on that was held when its head came.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn resume_request(&self) -> Result<(), CallFailed>;

    /// Calls a function that this gateway offers beyond the ABI.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn call_foreign(&self, function: &str, arguments: &[u8]) -> Result<Vec<u8>, CallFailed>;

    // The defaults of what follows are those of a gateway that hands over heads alone.

    /// Bytes of the request's body as far as it has come, from a position on.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn request_body(&self, start: usize, most: usize) -> Result<Vec<u8>, CallFailed> {
        let _ = (start, most);
        Err(CallFailed::NO_BODIES)
    }

    /// All fields of the answer's head, as [`crate::pairs::read`] reads them.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn response_head(&self) -> Result<Vec<u8>, CallFailed> {
        Err(CallFailed::NO_BODIES)
    }

    /// Takes every field of that name out of the answer's head.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn remove_response_field(&self, name: &str) -> Result<(), CallFailed> {
        let _ = name;
        Err(CallFailed::NO_BODIES)
    }

    /// Puts one field of that name into the answer's head, whatever was there.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn replace_response_field(&self, name: &str, value: &str) -> Result<(), CallFailed> {
        let _ = (name, value);
        Err(CallFailed::NO_BODIES)
    }

    /// Bytes of the answer's body that are there now, at most so many.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn response_body(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        let _ = most;
        Err(CallFailed::NO_BODIES)
    }

    /// Puts others in place of all bytes of the answer's body that are there now.
    ///
    /// # Errors
    /// [`CallFailed`].
    fn replace_response_body(&self, body: &[u8]) -> Result<(), CallFailed> {
        let _ = body;
        Err(CallFailed::NO_BODIES)
    }

    /// Writes a line to the gateway's log. There is nothing to do about a failure.
    fn log(&self, level: Level, line: &str);
}
