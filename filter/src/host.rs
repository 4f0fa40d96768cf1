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

use remit_engine::time::UnixTime;

use crate::gateway::{CallFailed, Counter, Gateway, Level, LocalAnswer};

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
    fn proxy_call_foreign_function(
        name: *const u8,
        name_size: usize,
        arguments: *const u8,
        arguments_size: usize,
        data: *mut *mut u8,
        data_size: *mut usize,
    ) -> u32;
}

const PLUGIN_CONFIGURATION: u32 = 7;
const REQUEST_HEADERS: u32 = 0;
const REQUEST_TRAILERS: u32 = 1;
const METRIC_COUNTER: u32 = 0;
/// No gRPC status: the gateway derives it from the HTTP status where the client speaks gRPC.
const GRPC_STATUS_FROM_HTTP: i32 = -1;
const LOG_WARN: u32 = 3;
const LOG_CRITICAL: u32 = 5;

/// Path of the property that names the chosen cluster. Parts of a path are separated by NUL.
const CLUSTER: &str = "xds\0cluster_name";
/// Path of the record. The gateway keeps it as filter state `wasm.remit`.
const RECORD: &str = "remit";

/// The host that runs the module.
#[derive(Debug, Clone, Copy)]
pub struct Host;

impl Gateway for Host {
    fn configuration(&self) -> Result<Vec<u8>, CallFailed> {
        Returned::of("proxy_get_buffer_bytes", |data, size| {
            // SAFETY: `data` and `size` are valid for a write each.
            unsafe { proxy_get_buffer_bytes(PLUGIN_CONFIGURATION, 0, usize::MAX, data, size) }
        })
    }

    fn now(&self) -> Result<UnixTime, CallFailed> {
        let mut nanos = 0;
        // SAFETY: the pointer is valid for one write.
        let status = unsafe { proxy_get_current_time_nanoseconds(&raw mut nanos) };
        succeeded("proxy_get_current_time_nanoseconds", status)?;
        Ok(UnixTime::from_nanos(nanos))
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
        // SAFETY: each pointer and size are of one slice, which the host only reads.
        let status = unsafe {
            proxy_replace_header_map_value(
                REQUEST_HEADERS,
                name.as_ptr(),
                name.len(),
                value.as_ptr(),
                value.len(),
            )
        };
        succeeded("proxy_replace_header_map_value", status)
    }

    fn cluster(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        let property = Returned::of("proxy_get_property", |data, size| {
            // SAFETY: `data` and `size` are valid for a write each; the path is only read.
            unsafe { proxy_get_property(CLUSTER.as_ptr(), CLUSTER.len(), data, size) }
        });
        match property {
            Ok(cluster) => Ok(Some(cluster)),
            Err(CallFailed {
                status: CallFailed::NOT_FOUND,
                ..
            }) => Ok(None),
            Err(failure) => Err(failure),
        }
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
        let mut id = 0;
        // SAFETY: the name is only read; the last pointer is valid for one write.
        let status =
            unsafe { proxy_define_metric(METRIC_COUNTER, name.as_ptr(), name.len(), &raw mut id) };
        succeeded("proxy_define_metric", status)?;
        Ok(Counter(id))
    }

    fn count(&self, counter: Counter) -> Result<(), CallFailed> {
        // SAFETY: no memory is passed.
        let status = unsafe { proxy_increment_metric(counter.0, 1) };
        succeeded("proxy_increment_metric", status)
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
            Level::Warn => LOG_WARN,
            Level::Critical => LOG_CRITICAL,
        };
        // SAFETY: pointer and size are of one slice, which the host only reads.
        let _status = unsafe { proxy_log(level, line.as_ptr(), line.len()) };
    }
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
