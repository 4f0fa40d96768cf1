//! Where the host enters the module.

use crate::contexts;
use crate::host::Host;

proxy_wasm::main! {{
    contexts::log_panics(Host);
    proxy_wasm::set_root_context(|context| contexts::root(Host, context));
}}
