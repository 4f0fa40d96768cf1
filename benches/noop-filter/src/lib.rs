//! A proxy-wasm filter that does nothing: what ours is compared with.
//!
//! It is what the SDK makes of an empty filter, every callback exported and nothing removed after
//! linking, so that `make size` shows the cost of ours and not that of proxy-wasm itself.
#![cfg(target_arch = "wasm32")]
#![expect(missing_docs, reason = "the SDK's macro makes a public function")]

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;

proxy_wasm::main! {{
    proxy_wasm::set_root_context(|_| Box::new(Noop));
}}

struct Noop;

impl Context for Noop {}

impl RootContext for Noop {
    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Noop))
    }
}

impl HttpContext for Noop {}
