//! The gateway over proxy-wasm's host functions (ABI 0.2.1): the only file with `unsafe`.
//!
//! The imports are declared here rather than used through the SDK, because the SDK panics on a
//! status that it does not expect; here each is a number, and anything but 0 is an error. It also
//! leaves out the response code details, which our answers carry.
//!
//! The host returns memory by calling the module's allocator (`proxy_on_memory_allocate`, the
//! SDK's) and writing into what it got: [`Returned`] is the one place that takes such a buffer
//! over.
#![expect(unsafe_code, reason = "host functions take and give raw memory")]

use std::num::NonZeroU32;
use std::time::Duration;

use proxy_wasm::hostcalls;
use remit_engine::time::UnixTime;

use crate::gateway::{
    CallFailed, CallId, ContextId, Counter, Gateway, Gauge, GrpcCall, HttpCall, Level, LocalAnswer,
    Seen, Stored,
};

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_log(level: u32, line: *const u8, line_size: usize) -> u32;
    fn proxy_get_current_time_nanoseconds(nanos: *mut u64) -> u32;
    fn proxy_get_buffer_bytes(
        kind: u32,
        start: usize,
        size: usize,
        data: *mut *mut u8,
        data_size: *mut usize,
    ) -> u32;
    fn proxy_set_buffer_bytes(
        kind: u32,
        start: usize,
        size: usize,
        data: *const u8,
        data_size: usize,
    ) -> u32;
    fn proxy_get_header_map_pairs(map: u32, data: *mut *mut u8, data_size: *mut usize) -> u32;
    fn proxy_remove_header_map_value(map: u32, name: *const u8, name_size: usize) -> u32;
    fn proxy_replace_header_map_value(
        map: u32,
        name: *const u8,
        name_size: usize,
        value: *const u8,
        value_size: usize,
    ) -> u32;
    fn proxy_get_property(
        path: *const u8,
        path_size: usize,
        data: *mut *mut u8,
        data_size: *mut usize,
    ) -> u32;
    fn proxy_set_property(
        path: *const u8,
        path_size: usize,
        value: *const u8,
        value_size: usize,
    ) -> u32;
    fn proxy_send_local_response(
        status: u32,
        details: *const u8,
        details_size: usize,
        body: *const u8,
        body_size: usize,
        headers: *const u8,
        headers_size: usize,
        grpc_status: i32,
    ) -> u32;
    fn proxy_define_metric(kind: u32, name: *const u8, name_size: usize, id: *mut u32) -> u32;
    fn proxy_increment_metric(id: u32, by: i64) -> u32;
    fn proxy_record_metric(id: u32, value: u64) -> u32;
    fn proxy_get_shared_data(
        key: *const u8,
        key_size: usize,
        data: *mut *mut u8,
        data_size: *mut usize,
        number: *mut u32,
    ) -> u32;
    fn proxy_set_shared_data(
        key: *const u8,
        key_size: usize,
        value: *const u8,
        value_size: usize,
        number: u32,
    ) -> u32;
    fn proxy_set_tick_period_milliseconds(millis: u32) -> u32;
    fn proxy_set_effective_context(context: u32) -> u32;
    fn proxy_continue_stream(kind: u32) -> u32;
    fn proxy_call_foreign_function(
        name: *const u8,
        name_size: usize,
        arguments: *const u8,
        arguments_size: usize,
        data: *mut *mut u8,
        data_size: *mut usize,
    ) -> u32;
}

const REQUEST_BODY: u32 = 0;
const RESPONSE_BODY: u32 = 1;
const PLUGIN_CONFIGURATION: u32 = 7;
const CALL_RESPONSE_BODY: u32 = 4;
const GRPC_RECEIVE_BUFFER: u32 = 5;
const REQUEST_HEADERS: u32 = 0;
const REQUEST_TRAILERS: u32 = 1;
const RESPONSE_HEADERS: u32 = 2;
const CALL_RESPONSE_HEADERS: u32 = 6;
const REQUEST_STREAM: u32 = 0;
const METRIC_COUNTER: u32 = 0;
const METRIC_GAUGE: u32 = 1;
/// No gRPC status: the gateway derives it from the HTTP status where the client speaks gRPC.
const GRPC_STATUS_FROM_HTTP: i32 = -1;
const LOG_INFO: u32 = 2;
const LOG_WARN: u32 = 3;
const LOG_CRITICAL: u32 = 5;

/// Path of the property that names the chosen cluster. Parts of a path are separated by NUL.
const CLUSTER: &str = "xds\0cluster_name";
/// Path of the property that is the SHA-256 of the client's certificate.
const PEER_CERTIFICATE: &str = "connection\0sha256_peer_certificate_digest";
/// Path of the record. The gateway keeps it as filter state `wasm.remit`.
const RECORD: &str = "remit";

/// The host that runs the module.
#[derive(Debug, Clone, Copy)]
pub struct Host;

impl Gateway for Host {
    fn configuration(&self) -> Result<Vec<u8>, CallFailed> {
        buffer(PLUGIN_CONFIGURATION, 0, usize::MAX)
    }

    fn now(&self) -> Result<UnixTime, CallFailed> {
        self.nanos().map(UnixTime::from_nanos)
    }

    fn nanos(&self) -> Result<u64, CallFailed> {
        let mut nanos = 0;
        // SAFETY: the pointer is valid for one write.
        let status = unsafe { proxy_get_current_time_nanoseconds(&raw mut nanos) };
        succeeded("proxy_get_current_time_nanoseconds", status)?;
        Ok(nanos)
    }

    fn request_head(&self) -> Result<Vec<u8>, CallFailed> {
        map(REQUEST_HEADERS)
    }

    fn remove_request_field(&self, name: &[u8]) -> Result<(), CallFailed> {
        remove(REQUEST_HEADERS, name)
    }

    fn request_trailers(&self) -> Result<Vec<u8>, CallFailed> {
        map(REQUEST_TRAILERS)
    }

    fn remove_request_trailer(&self, name: &[u8]) -> Result<(), CallFailed> {
        remove(REQUEST_TRAILERS, name)
    }

    fn replace_request_field(&self, name: &str, value: &str) -> Result<(), CallFailed> {
        replace(REQUEST_HEADERS, name, value)
    }

    fn request_body(&self, start: usize, most: usize) -> Result<Vec<u8>, CallFailed> {
        buffer(REQUEST_BODY, start, most)
    }

    fn response_head(&self) -> Result<Vec<u8>, CallFailed> {
        map(RESPONSE_HEADERS)
    }

    fn remove_response_field(&self, name: &str) -> Result<(), CallFailed> {
        remove(RESPONSE_HEADERS, name.as_bytes())
    }

    fn replace_response_field(&self, name: &str, value: &str) -> Result<(), CallFailed> {
        replace(RESPONSE_HEADERS, name, value)
    }

    fn response_body(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        buffer(RESPONSE_BODY, 0, most)
    }

    fn replace_response_body(&self, body: &[u8]) -> Result<(), CallFailed> {
        // SAFETY: pointer and size are of one slice, which the host only reads.
        let status = unsafe {
            proxy_set_buffer_bytes(RESPONSE_BODY, 0, usize::MAX, body.as_ptr(), body.len())
        };
        succeeded("proxy_set_buffer_bytes", status)
    }

    fn cluster(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        property(CLUSTER)
    }

    fn peer_certificate(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        property(PEER_CERTIFICATE)
    }

    fn write_record(&self, record: &str) -> Result<(), CallFailed> {
        // SAFETY: each pointer and size are of one slice, which the host only reads.
        let status = unsafe {
            proxy_set_property(RECORD.as_ptr(), RECORD.len(), record.as_ptr(), record.len())
        };
        succeeded("proxy_set_property", status)
    }

    fn answer(&self, answer: &LocalAnswer<'_>) -> Result<(), CallFailed> {
        // SAFETY: each pointer and size are of one slice, which the host only reads.
        let status = unsafe {
            proxy_send_local_response(
                u32::from(answer.status),
                answer.details.as_ptr(),
                answer.details.len(),
                answer.body.as_ptr(),
                answer.body.len(),
                answer.headers.as_ptr(),
                answer.headers.len(),
                GRPC_STATUS_FROM_HTTP,
            )
        };
        succeeded("proxy_send_local_response", status)
    }

    fn define_counter(&self, name: &str) -> Result<Counter, CallFailed> {
        metric(METRIC_COUNTER, name).map(Counter)
    }

    fn count(&self, counter: Counter) -> Result<(), CallFailed> {
        // SAFETY: no memory is passed.
        let status = unsafe { proxy_increment_metric(counter.0, 1) };
        succeeded("proxy_increment_metric", status)
    }

    fn define_gauge(&self, name: &str) -> Result<Gauge, CallFailed> {
        metric(METRIC_GAUGE, name).map(Gauge)
    }

    fn show(&self, gauge: Gauge, value: u64) -> Result<(), CallFailed> {
        // SAFETY: no memory is passed.
        let status = unsafe { proxy_record_metric(gauge.0, value) };
        succeeded("proxy_record_metric", status)
    }

    fn shared(&self, key: &str) -> Result<Option<(Vec<u8>, Seen)>, CallFailed> {
        const CALL: &str = "proxy_get_shared_data";
        let mut number = 0;
        let value = Returned::of(CALL, |data, size| {
            // SAFETY: `data`, `size` and the number are valid for a write each; the key is only
            // read.
            unsafe { proxy_get_shared_data(key.as_ptr(), key.len(), data, size, &raw mut number) }
        });
        match found(value)? {
            None => Ok(None),
            Some(value) => {
                // A number of 0 could not be written with: the host would not compare it.
                let number = NonZeroU32::new(number).ok_or(CallFailed {
                    call: CALL,
                    status: CallFailed::BAD_ARGUMENT,
                })?;
                Ok(Some((value, Seen::Number(number))))
            }
        }
    }

    fn share(&self, key: &str, value: &[u8], seen: Seen) -> Result<Stored, CallFailed> {
        // SAFETY: each pointer and size are of one slice, which the host only reads.
        let status = unsafe {
            proxy_set_shared_data(
                key.as_ptr(),
                key.len(),
                value.as_ptr(),
                value.len(),
                seen.to_compare(),
            )
        };
        match status {
            CallFailed::CAS_MISMATCH => Ok(Stored::Lost),
            status => succeeded("proxy_set_shared_data", status).map(|()| Stored::Done),
        }
    }

    /// Through the SDK, which has to know of the call: it takes an answer to one that it does not
    /// know for a bug.
    fn call(&self, call: &HttpCall<'_>) -> Result<CallId, CallFailed> {
        let timeout = Duration::from_millis(u64::from(call.timeout_millis));
        hostcalls::dispatch_http_call(call.cluster, call.headers.to_vec(), None, vec![], timeout)
            .map(CallId)
            .map_err(|status| CallFailed {
                call: "proxy_http_call",
                status: status as u32,
            })
    }

    fn called_head(&self) -> Result<Vec<u8>, CallFailed> {
        map(CALL_RESPONSE_HEADERS)
    }

    fn called_body(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        buffer(CALL_RESPONSE_BODY, 0, most)
    }

    /// Through the SDK, as [`Self::call`].
    fn ask(&self, call: &GrpcCall<'_>) -> Result<CallId, CallFailed> {
        const CALL: &str = "proxy_grpc_call";
        let service = grpc_service(call.cluster).ok_or(CallFailed {
            call: CALL,
            status: CallFailed::BAD_ARGUMENT,
        })?;
        let timeout = Duration::from_millis(u64::from(call.timeout_millis));
        let message = Some(call.message);
        hostcalls::dispatch_grpc_call(
            &service,
            call.service,
            call.method,
            vec![],
            message,
            timeout,
        )
        .map(CallId)
        .map_err(|status| CallFailed {
            call: CALL,
            status: status as u32,
        })
    }

    fn grpc_message(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        buffer(GRPC_RECEIVE_BUFFER, 0, most)
    }

    fn tick_every(&self, millis: u32) -> Result<(), CallFailed> {
        // SAFETY: no memory is passed.
        let status = unsafe { proxy_set_tick_period_milliseconds(millis) };
        succeeded("proxy_set_tick_period_milliseconds", status)
    }

    fn turn_to(&self, context: ContextId) -> Result<(), CallFailed> {
        // SAFETY: no memory is passed.
        let status = unsafe { proxy_set_effective_context(context.0) };
        succeeded("proxy_set_effective_context", status)
    }

    fn resume_request(&self) -> Result<(), CallFailed> {
        // SAFETY: no memory is passed.
        let status = unsafe { proxy_continue_stream(REQUEST_STREAM) };
        succeeded("proxy_continue_stream", status)
    }

    fn call_foreign(&self, function: &str, arguments: &[u8]) -> Result<Vec<u8>, CallFailed> {
        Returned::of("proxy_call_foreign_function", |data, size| {
            // SAFETY: name and arguments are only read; `data` and `size` are valid for a write
            // each.
            unsafe {
                proxy_call_foreign_function(
                    function.as_ptr(),
                    function.len(),
                    arguments.as_ptr(),
                    arguments.len(),
                    data,
                    size,
                )
            }
        })
    }

    fn log(&self, level: Level, line: &str) {
        let level = match level {
            Level::Info => LOG_INFO,
            Level::Warn => LOG_WARN,
            Level::Critical => LOG_CRITICAL,
        };
        // SAFETY: pointer and size are of one slice, which the host only reads.
        let _status = unsafe { proxy_log(level, line.as_ptr(), line.len()) };
    }
}

/// The message `GrpcService { envoy_grpc = 1: EnvoyGrpc { cluster_name = 1: string } }`. The host takes
/// a bare name as well, unless that happens to be a message: `xa` is one, which says nothing and
/// brings the host down. `None` where lengths do not fit into a byte each.
fn grpc_service(cluster: &str) -> Option<String> {
    const FIELD: &str = "\n";
    let length = |size: usize| {
        let length = u8::try_from(size).ok().filter(u8::is_ascii)?;
        Some(char::from(length).to_string())
    };
    let (outer, inner) = (length(cluster.len() + 2)?, length(cluster.len())?);
    Some([FIELD, &outer, FIELD, &inner, cluster].concat())
}

/// Puts one field of that name into a map, whatever was there.
fn replace(map: u32, name: &str, value: &str) -> Result<(), CallFailed> {
    // SAFETY: each pointer and size are of one slice, which the host only reads.
    let status = unsafe {
        proxy_replace_header_map_value(map, name.as_ptr(), name.len(), value.as_ptr(), value.len())
    };
    succeeded("proxy_replace_header_map_value", status)
}

/// Bytes of a buffer from a position on, at most so many.
fn buffer(kind: u32, start: usize, most: usize) -> Result<Vec<u8>, CallFailed> {
    Returned::of("proxy_get_buffer_bytes", |data, size| {
        // SAFETY: `data` and `size` are valid for a write each.
        unsafe { proxy_get_buffer_bytes(kind, start, most, data, size) }
    })
}

/// A property, if there is one.
fn property(path: &str) -> Result<Option<Vec<u8>>, CallFailed> {
    found(Returned::of("proxy_get_property", |data, size| {
        // SAFETY: `data` and `size` are valid for a write each; the path is only read.
        unsafe { proxy_get_property(path.as_ptr(), path.len(), data, size) }
    }))
}

/// Makes a metric, or finds the one of that name.
fn metric(kind: u32, name: &str) -> Result<u32, CallFailed> {
    let mut id = 0;
    // SAFETY: the name is only read; the last pointer is valid for one write.
    let status = unsafe { proxy_define_metric(kind, name.as_ptr(), name.len(), &raw mut id) };
    succeeded("proxy_define_metric", status)?;
    Ok(id)
}

/// All fields of a header map.
fn map(map: u32) -> Result<Vec<u8>, CallFailed> {
    Returned::of("proxy_get_header_map_pairs", |data, size| {
        // SAFETY: `data` and `size` are valid for a write each.
        unsafe { proxy_get_header_map_pairs(map, data, size) }
    })
}

/// Takes a field out of a header map.
fn remove(map: u32, name: &[u8]) -> Result<(), CallFailed> {
    // SAFETY: pointer and size are of one slice, which the host only reads.
    let status = unsafe { proxy_remove_header_map_value(map, name.as_ptr(), name.len()) };
    succeeded("proxy_remove_header_map_value", status)
}

fn succeeded(call: &'static str, status: u32) -> Result<(), CallFailed> {
    if status == 0 {
        Ok(())
    } else {
        Err(CallFailed { call, status })
    }
}

/// Something that may not be there.
fn found<T>(answer: Result<T, CallFailed>) -> Result<Option<T>, CallFailed> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(CallFailed {
            status: CallFailed::NOT_FOUND,
            ..
        }) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Memory that the host has returned.
struct Returned;

impl Returned {
    /// Makes a call that returns memory through two out-pointers, and takes that memory over.
    fn of(
        call: &'static str,
        make: impl FnOnce(*mut *mut u8, *mut usize) -> u32,
    ) -> Result<Vec<u8>, CallFailed> {
        let mut data = std::ptr::null_mut();
        let mut size = 0;
        succeeded(call, make(&raw mut data, &raw mut size))?;
        if data.is_null() {
            return Ok(Vec::new());
        }
        // SAFETY: the host got `data` from `proxy_on_memory_allocate(size)`, which leaks a boxed
        // slice of `size` bytes of the global allocator, wrote all of them and keeps no pointer.
        Ok(unsafe { Vec::from_raw_parts(data, size, size) })
    }
}
