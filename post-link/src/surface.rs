//! What a module exports and imports: one table each, with the reason for each row.

/// A row: a name and why it stands here.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The name of the export or import.
    pub name: &'static str,
    /// Why it is there.
    pub reason: &'static str,
}

/// The exports and imports of one module.
#[derive(Debug, Clone, Copy)]
pub struct Surface {
    /// What is exported: all of it, and nothing else. In groups, as the module's parts need it.
    pub exports: &'static [&'static [Row]],
    /// What may be imported, likewise.
    pub imports: &'static [&'static [Row]],
    /// How the names of the methods begin that the SDK calls when the host calls the module. Its
    /// traits have methods beside them that ask the host for something. Nothing calls those here,
    /// but they stay reachable through trait objects; whoever calls one gets a trap.
    pub callbacks: &'static [&'static str],
}

macro_rules! rows {
    ($($name:literal $reason:literal;)*) => {
        &[$(Row { name: $name, reason: $reason },)*]
    };
}

/// The module that decides on request headers alone.
pub const HEADERS: Surface = Surface {
    exports: &[EVERY_EXPORT],
    imports: &[EVERY_IMPORT],
    callbacks: CALLBACKS,
};

/// The module that reads bodies and answers as well.
pub const FULL: Surface = Surface {
    exports: &[EVERY_EXPORT, BODY_EXPORTS],
    imports: &[EVERY_IMPORT, BODY_IMPORTS],
    callbacks: CALLBACKS,
};

const CALLBACKS: &[&str] = &["on_", "create_", "get_type"];

/// Of every module.
const EVERY_EXPORT: &[Row] = rows! {
    "memory" "the host reads and writes it";
    "proxy_abi_version_0_2_1" "says which ABI the module speaks";
    "_initialize" "runs constructors and registers the root context";
    "proxy_on_memory_allocate" "the host puts what it returns there";
    "proxy_on_context_create" "makes root and request contexts";
    "proxy_on_vm_start" "the SDK's root context expects it before configure";
    "proxy_on_configure" "loads the plan, and refuses a bad one";
    "proxy_on_request_headers" "decides";
    "proxy_on_request_trailers" "strips what must not pass; called only where there are trailers";
    "proxy_on_tick" "fetches, wakes requests that wait, ends streams whose token has ended";
    "proxy_on_http_call_response" "takes in what was fetched";
    "proxy_on_grpc_receive" "lets a request go on that waits for the service for the fleet, or answers it";
    "proxy_on_grpc_close" "does so where that service does not answer";
    "proxy_on_delete" "frees contexts; without it each request would leak one";
};

/// Of every module.
const EVERY_IMPORT: &[Row] = rows! {
    "proxy_log" "says why a plan was refused";
    "proxy_get_buffer_bytes" "reads the configuration";
    "proxy_get_header_map_pairs" "reads the request head";
    "proxy_get_current_time_nanoseconds" "the clock";
    "proxy_remove_header_map_value" "strips what only the client vouches for";
    "proxy_replace_header_map_value" "identity headers for the upstream";
    "proxy_get_property" "the cluster that the host has chosen; the client's certificate";
    "proxy_set_property" "the decision record, which is also the allow mark";
    "proxy_send_local_response" "refusals";
    "proxy_define_metric" "counters";
    "proxy_increment_metric" "counters";
    "proxy_record_metric" "gauges";
    "proxy_get_shared_data" "marks and fetched documents, which all workers share";
    "proxy_set_shared_data" "marks and fetched documents, which all workers share";
    "proxy_http_call" "fetches keys, status lists and the deny feed";
    "proxy_grpc_call" "asks the service that counts for a fleet of gateways";
    "proxy_set_tick_period_milliseconds" "has the host call back";
    "proxy_set_effective_context" "turns to a request that waits or is open";
    "proxy_continue_stream" "lets a request go on that has waited and is allowed";
    "proxy_call_foreign_function" "signatures by the host's crypto";
    "environ_get" "the standard library's start-up and panic code";
    "environ_sizes_get" "the standard library's start-up and panic code";
    "fd_write" "the standard library's panic code";
    "proc_exit" "the standard library's abort";
};

/// Of the full module. Without one of the first a request would go on undecided.
const BODY_EXPORTS: &[Row] = rows! {
    "proxy_on_request_body" "reads bodies, and holds the request until it is decided by them";
    "proxy_on_response_headers" "finds out whether an answer has to be read";
    "proxy_on_response_body" "takes out of lists what may not be called";
    "proxy_on_response_trailers" "ends an answer that is read";
};

/// Of the full module.
const BODY_IMPORTS: &[Row] = rows! {
    "proxy_set_buffer_bytes" "puts a list as it may be seen in the place of the upstream's";
};
