//! The filter without some of what it does once it has decided, to measure what each part costs.
//!
//! It decides as the shipped filter does, by the same code; between that and the host stands a
//! [`Gateway`] that leaves out what the configuration of the virtual machine does not list:
//! `metrics`, `record`, `identity`. With all three it does what the shipped filter does. Nothing
//! but the benches loads it: without a record there is no mark for the gate behind the filter.
#![cfg(target_arch = "wasm32")]
#![expect(
    missing_docs,
    reason = "the entry point that `proxy_wasm::main` writes has none"
)]

use std::cell::Cell;

use proxy_wasm::hostcalls;
use proxy_wasm::types::BufferType;
use remit_engine::time::UnixTime;
use remit_filter::contexts;
use remit_filter::gateway::{
    CallFailed, CallId, ContextId, Counter, Gateway, Gauge, GrpcCall, HttpCall, Level, LocalAnswer,
    Seen, Stored,
};
use remit_filter::host::Host;

proxy_wasm::main! {{
    contexts::log_panics(Host);
    proxy_wasm::set_root_context(|context| contexts::root(Parts, context));
}}

/// What is done beside deciding.
#[derive(Debug, Clone, Copy)]
struct Kept {
    metrics: bool,
    record: bool,
    identity: bool,
}

thread_local! {
    static KEPT: Cell<Kept> = const { Cell::new(Kept { metrics: true, record: true, identity: true }) };
}

/// The host, but for the parts that are left out.
#[derive(Debug, Clone, Copy)]
struct Parts;

impl Gateway for Parts {
    fn configuration(&self) -> Result<Vec<u8>, CallFailed> {
        let told = hostcalls::get_buffer(BufferType::VmConfiguration, 0, usize::MAX);
        let told = told.ok().flatten().unwrap_or_default();
        let has = |part: &str| {
            told.split(|&byte| byte == b',')
                .any(|one| one == part.as_bytes())
        };
        KEPT.set(Kept {
            metrics: has("metrics"),
            record: has("record"),
            identity: has("identity"),
        });
        Host.configuration()
    }

    fn now(&self) -> Result<UnixTime, CallFailed> {
        Host.now()
    }

    fn request_head(&self) -> Result<Vec<u8>, CallFailed> {
        Host.request_head()
    }

    fn remove_request_field(&self, name: &[u8]) -> Result<(), CallFailed> {
        Host.remove_request_field(name)
    }

    fn request_trailers(&self) -> Result<Vec<u8>, CallFailed> {
        Host.request_trailers()
    }

    fn remove_request_trailer(&self, name: &[u8]) -> Result<(), CallFailed> {
        Host.remove_request_trailer(name)
    }

    fn replace_request_field(&self, name: &str, value: &str) -> Result<(), CallFailed> {
        if KEPT.get().identity {
            Host.replace_request_field(name, value)
        } else {
            Ok(())
        }
    }

    fn cluster(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        Host.cluster()
    }

    fn write_record(&self, record: &str) -> Result<(), CallFailed> {
        if KEPT.get().record {
            Host.write_record(record)
        } else {
            Ok(())
        }
    }

    fn answer(&self, answer: &LocalAnswer<'_>) -> Result<(), CallFailed> {
        Host.answer(answer)
    }

    fn define_counter(&self, name: &str) -> Result<Counter, CallFailed> {
        Host.define_counter(name)
    }

    fn count(&self, counter: Counter) -> Result<(), CallFailed> {
        if KEPT.get().metrics {
            Host.count(counter)
        } else {
            Ok(())
        }
    }

    fn nanos(&self) -> Result<u64, CallFailed> {
        Host.nanos()
    }

    fn peer_certificate(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        Host.peer_certificate()
    }

    fn define_gauge(&self, name: &str) -> Result<Gauge, CallFailed> {
        Host.define_gauge(name)
    }

    fn show(&self, gauge: Gauge, value: u64) -> Result<(), CallFailed> {
        Host.show(gauge, value)
    }

    fn shared(&self, key: &str) -> Result<Option<(Vec<u8>, Seen)>, CallFailed> {
        Host.shared(key)
    }

    fn share(&self, key: &str, value: &[u8], seen: Seen) -> Result<Stored, CallFailed> {
        Host.share(key, value, seen)
    }

    fn call(&self, call: &HttpCall<'_>) -> Result<CallId, CallFailed> {
        Host.call(call)
    }

    fn ask(&self, call: &GrpcCall<'_>) -> Result<CallId, CallFailed> {
        Host.ask(call)
    }

    fn grpc_message(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        Host.grpc_message(most)
    }

    fn called_head(&self) -> Result<Vec<u8>, CallFailed> {
        Host.called_head()
    }

    fn called_body(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        Host.called_body(most)
    }

    fn tick_every(&self, millis: u32) -> Result<(), CallFailed> {
        Host.tick_every(millis)
    }

    fn turn_to(&self, context: ContextId) -> Result<(), CallFailed> {
        Host.turn_to(context)
    }

    fn resume_request(&self) -> Result<(), CallFailed> {
        Host.resume_request()
    }

    fn call_foreign(&self, function: &str, arguments: &[u8]) -> Result<Vec<u8>, CallFailed> {
        Host.call_foreign(function, arguments)
    }

    fn log(&self, level: Level, line: &str) {
        Host.log(level, line);
    }
}
