//! Where the host enters the module, as in the filter's own entry.

use remit_filter::contexts;
use remit_filter::host::Host;

use crate::Crashing;

proxy_wasm::main! {{
    contexts::log_panics(Host);
    proxy_wasm::set_root_context(|context| contexts::root(Crashing(Host), context));
}}
