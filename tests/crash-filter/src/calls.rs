//! The calls around which a crash can be ordered: all that the filter makes of its gateway.

use std::cell::Cell;

use remit_engine::time::UnixTime;
use remit_filter::gateway::{
    CallFailed, CallId, ContextId, Counter, Gateway, Gauge, GrpcCall, HttpCall, Level, LocalAnswer,
    Seen, Stored,
};
use remit_filter::pairs;

use crate::order::{HEADER, Moment, Order};

thread_local! {
    /// What the request that the host is at has ordered. A head is decided within one callback, and
    /// trailers bring their own order.
    static ORDER: Cell<Option<Order>> = const { Cell::new(None) };
}

/// A gateway that crashes the module where it is ordered to, and else is the one inside.
#[derive(Debug, Clone, Copy)]
pub struct Crashing<G>(pub G);

impl<G: Gateway> Crashing<G> {
    fn around<T>(&self, call: Call, make: impl FnOnce(&G) -> T) -> T {
        match call {
            Call::RequestHead => listen(self.0.request_head()),
            Call::RequestTrailers => listen(self.0.request_trailers()),
            _ => {}
        }
        crash_at(call, Moment::Before);
        let answer = make(&self.0);
        crash_at(call, Moment::After);
        answer
    }
}

fn listen(fields: Result<Vec<u8>, CallFailed>) {
    let buffer = fields.unwrap_or_default();
    let fields = pairs::read(&buffer).unwrap_or_default();
    let field = fields.iter().find(|(name, _)| *name == HEADER.as_bytes());
    ORDER.set(field.and_then(|(_, value)| Order::read(value)));
}

fn crash_at(call: Call, moment: Moment) {
    match ORDER.get() {
        Some(order) if (order.call, order.moment) == (call, moment) => order.crash.happen(),
        _ => {}
    }
}

/// One row a call: what is passed on is what can be crashed at. A call that [`Gateway`] has and the
/// table has not does not build.
macro_rules! calls {
    ($($call:ident $name:literal $function:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        /// A call of the gateway.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Call {
            $(#[doc = concat!("[`Gateway::", stringify!($function), "`].")] $call,)*
        }

        impl Call {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$call,)*];

            /// Its name in an order.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$call => $name,)* }
            }
        }

        impl<G: Gateway> Gateway for Crashing<G> {
            $(fn $function(&self, $($argument: $type),*) -> $answer {
                self.around(Call::$call, |gateway| gateway.$function($($argument),*))
            })*
        }
    };
}

calls! {
    Configuration "configuration" configuration() -> Result<Vec<u8>, CallFailed>;
    Now "now" now() -> Result<UnixTime, CallFailed>;
    Nanos "nanos" nanos() -> Result<u64, CallFailed>;
    RequestHead "request_head" request_head() -> Result<Vec<u8>, CallFailed>;
    RemoveRequestField "remove_request_field" remove_request_field(name: &[u8]) -> Result<(), CallFailed>;
    RequestTrailers "request_trailers" request_trailers() -> Result<Vec<u8>, CallFailed>;
    RemoveRequestTrailer "remove_request_trailer" remove_request_trailer(name: &[u8]) -> Result<(), CallFailed>;
    ReplaceRequestField "replace_request_field" replace_request_field(name: &str, value: &str) -> Result<(), CallFailed>;
    Cluster "cluster" cluster() -> Result<Option<Vec<u8>>, CallFailed>;
    PeerCertificate "peer_certificate" peer_certificate() -> Result<Option<Vec<u8>>, CallFailed>;
    WriteRecord "write_record" write_record(record: &str) -> Result<(), CallFailed>;
    Answer "answer" answer(answer: &LocalAnswer<'_>) -> Result<(), CallFailed>;
    DefineCounter "define_counter" define_counter(name: &str) -> Result<Counter, CallFailed>;
    Count "count" count(counter: Counter) -> Result<(), CallFailed>;
    DefineGauge "define_gauge" define_gauge(name: &str) -> Result<Gauge, CallFailed>;
    Show "show" show(gauge: Gauge, value: u64) -> Result<(), CallFailed>;
    Shared "shared" shared(key: &str) -> Result<Option<(Vec<u8>, Seen)>, CallFailed>;
    Share "share" share(key: &str, value: &[u8], seen: Seen) -> Result<Stored, CallFailed>;
    Call "call" call(call: &HttpCall<'_>) -> Result<CallId, CallFailed>;
    CalledHead "called_head" called_head() -> Result<Vec<u8>, CallFailed>;
    CalledBody "called_body" called_body(most: usize) -> Result<Vec<u8>, CallFailed>;
    Ask "ask" ask(call: &GrpcCall<'_>) -> Result<CallId, CallFailed>;
    GrpcMessage "grpc_message" grpc_message(most: usize) -> Result<Vec<u8>, CallFailed>;
    TickEvery "tick_every" tick_every(millis: u32) -> Result<(), CallFailed>;
    TurnTo "turn_to" turn_to(context: ContextId) -> Result<(), CallFailed>;
    ResumeRequest "resume_request" resume_request() -> Result<(), CallFailed>;
    RequestBody "request_body" request_body(start: usize, most: usize) -> Result<Vec<u8>, CallFailed>;
    ResponseHead "response_head" response_head() -> Result<Vec<u8>, CallFailed>;
    RemoveResponseField "remove_response_field" remove_response_field(name: &str) -> Result<(), CallFailed>;
    ReplaceResponseField "replace_response_field" replace_response_field(name: &str, value: &str) -> Result<(), CallFailed>;
    ResponseBody "response_body" response_body(most: usize) -> Result<Vec<u8>, CallFailed>;
    ReplaceResponseBody "replace_response_body" replace_response_body(body: &[u8]) -> Result<(), CallFailed>;
    CallForeign "call_foreign" call_foreign(function: &str, arguments: &[u8]) -> Result<Vec<u8>, CallFailed>;
    Log "log" log(level: Level, line: &str) -> ();
}
