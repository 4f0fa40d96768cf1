//! The contexts that the gateway makes and calls.
//!
//! The root context holds the plan and is called when it is time; each request has a context with
//! the plan that was in force when it began. Callbacks that could meet a request undecided hold it.

use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType};

use crate::course::{self, Course};
use crate::emergency;
use crate::gateway::{CallId, ContextId, Gateway, Level};
use crate::plugin::Plugin;
#[cfg(feature = "bodies")]
use crate::replying::{Replying, Step};
use crate::request::Verdict;
use crate::tick;
use crate::vm::Vm;

thread_local! {
    static VM: Vm = const { Vm::new() };
}

/// The root context over a gateway: what a module registers when it is initialised.
pub fn root<G: Gateway + Copy + 'static>(gateway: G, context: u32) -> Box<dyn RootContext> {
    Box::new(Root {
        gateway,
        context: ContextId(context),
        plugin: None,
    })
}

/// Makes a panic one readable line in the gateway's log. The machine traps after it, and the
/// gateway answers 503.
pub fn log_panics(gateway: impl Gateway + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| {
        gateway.log(Level::Critical, &panic.to_string().replace('\n', " "));
    }));
}

struct Root<G> {
    gateway: G,
    context: ContextId,
    plugin: Option<Rc<Plugin>>,
}

impl<G: Gateway> Context for Root<G> {
    fn on_http_call_response(&mut self, call: u32, _fields: usize, body: usize, _trailers: usize) {
        if let Some(plugin) = &self.plugin {
            VM.with(|vm| tick::answered(&self.gateway, vm, plugin, CallId(call), body));
        }
    }

    /// To a question for a request that was not decided when its head came.
    fn on_grpc_call_response(&mut self, call: u32, status: u32, size: usize) {
        if let Some(plugin) = &self.plugin {
            VM.with(|vm| course::told(&self.gateway, vm, plugin, CallId(call), status, size));
        }
    }
}

impl<G: Gateway + Copy + 'static> RootContext for Root<G> {
    fn on_configure(&mut self, _size: usize) -> bool {
        match VM.with(|vm| Plugin::load(&self.gateway, vm, self.context)) {
            Ok(plugin) => {
                let plugin = Rc::new(plugin);
                VM.with(|vm| {
                    vm.take_in(&plugin);
                    // Without a clock the first tick shows it.
                    if let Ok(now) = self.gateway.now() {
                        emergency::show(&self.gateway, vm, &plugin, now);
                    }
                });
                self.plugin = Some(plugin);
                true
            }
            Err(error) => {
                self.gateway
                    .log(Level::Critical, &format!("no plan was loaded: {error}"));
                false
            }
        }
    }

    fn on_tick(&mut self) {
        if let Some(plugin) = &self.plugin {
            VM.with(|vm| tick::tick(&self.gateway, vm, plugin));
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, context: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Request {
            gateway: self.gateway,
            course: Course::new(ContextId(context), self.plugin.clone()),
        }))
    }
}

struct Request<G> {
    gateway: G,
    course: Course,
}

impl<G> Request<G> {
    /// What to do with a part of the request that follows its head.
    fn as_decided(&self) -> Action {
        match self.course.verdict() {
            Verdict::Forward => Action::Continue,
            Verdict::Hold => Action::Pause,
        }
    }
}

#[cfg(feature = "bodies")]
impl<G: Gateway> Request<G> {
    /// Looks at a part of the upstream's answer, if it is looked at.
    fn reply(&self, look: impl FnOnce(&mut Replying, &G, &Vm, &Plugin) -> Step) -> Action {
        let step = VM.with(|vm| {
            self.course
                .reply(|replying, plugin| look(replying, &self.gateway, vm, plugin))
        });
        match step {
            Step::Continue => Action::Continue,
            Step::Hold => Action::Pause,
        }
    }
}

impl<G: Gateway> Context for Request<G> {
    /// To a question for this request: it is told to whoever the SDK was at when it was asked.
    fn on_grpc_call_response(&mut self, call: u32, status: u32, size: usize) {
        if let Some(plugin) = self.course.plugin() {
            VM.with(|vm| course::told(&self.gateway, vm, &plugin, CallId(call), status, size));
        }
    }
}

impl<G: Gateway> HttpContext for Request<G> {
    fn on_http_request_headers(&mut self, _fields: usize, end_of_stream: bool) -> Action {
        VM.with(|vm| self.course.head(&self.gateway, vm, end_of_stream));
        self.as_decided()
    }

    // The headers module does not export this; where it is exported, it must not let a held
    // request go on.
    #[cfg(not(feature = "bodies"))]
    fn on_http_request_body(&mut self, _size: usize, _end_of_stream: bool) -> Action {
        self.as_decided()
    }

    #[cfg(feature = "bodies")]
    fn on_http_request_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        VM.with(|vm| self.course.body(&self.gateway, vm, size, end_of_stream));
        self.as_decided()
    }

    #[cfg(feature = "bodies")]
    fn on_http_response_headers(&mut self, _fields: usize, end_of_stream: bool) -> Action {
        self.reply(|reply, gateway, vm, plugin| reply.head(gateway, vm, plugin, end_of_stream))
    }

    #[cfg(feature = "bodies")]
    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        self.reply(|reply, gateway, vm, plugin| {
            reply.body(gateway, vm, plugin, size, end_of_stream)
        })
    }

    #[cfg(feature = "bodies")]
    fn on_http_response_trailers(&mut self, _fields: usize) -> Action {
        self.reply(|reply, gateway, vm, plugin| reply.ends(gateway, vm, plugin))
    }

    fn on_http_request_trailers(&mut self, _fields: usize) -> Action {
        VM.with(|vm| self.course.trailers(&self.gateway, vm));
        self.as_decided()
    }
}
