//! The contexts that the gateway makes and calls.
//!
//! The root context holds the plan; each request has a context with a handle on the plan that was
//! in force when it began. Callbacks that could meet a request undecided hold it.

use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType};

use crate::gateway::{Gateway, Level};
use crate::host::{self, Host};
use crate::plugin::Plugin;
use crate::request::{self, Verdict};
use crate::vm::Vm;

thread_local! {
    static VM: Vm = const { Vm::new() };
}

proxy_wasm::main! {{
    host::log_panics();
    proxy_wasm::set_root_context(|_| Box::new(Root { plugin: None }));
}}

struct Root {
    plugin: Option<Rc<Plugin>>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        match VM.with(|vm| Plugin::load(&Host, vm)) {
            Ok(plugin) => {
                self.plugin = Some(Rc::new(plugin));
                true
            }
            Err(error) => {
                Host.log(Level::Critical, &format!("no plan was loaded: {error}"));
                false
            }
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Request {
            plugin: self.plugin.clone(),
            verdict: Verdict::Hold,
        }))
    }
}

struct Request {
    plugin: Option<Rc<Plugin>>,
    verdict: Verdict,
}

impl Request {
    /// What to do with a part of the request that follows its head.
    fn as_decided(&self) -> Action {
        match self.verdict {
            Verdict::Forward => Action::Continue,
            Verdict::Hold => Action::Pause,
        }
    }
}

impl Context for Request {}

impl HttpContext for Request {
    fn on_http_request_headers(&mut self, _fields: usize, _end_of_stream: bool) -> Action {
        self.verdict = VM.with(|vm| request::handle(&Host, vm, self.plugin.as_deref()));
        self.as_decided()
    }

    // The headers module does not export this; where it is exported, it must not let a held
    // request go on.
    fn on_http_request_body(&mut self, _size: usize, _end_of_stream: bool) -> Action {
        self.as_decided()
    }

    fn on_http_request_trailers(&mut self, _fields: usize) -> Action {
        if self.verdict == Verdict::Forward {
            self.verdict = VM.with(|vm| request::handle_trailers(&Host, vm));
        }
        self.as_decided()
    }
}
