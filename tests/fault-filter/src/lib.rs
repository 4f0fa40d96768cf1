//! A filter that fails as its configuration tells it to. It never decides anything.
//!
//! It stands in the tests where Remit's filter stands, in front of the same native gate, to show
//! that the gate holds where Envoy itself would let requests past a filter that failed.

#![expect(
    missing_docs,
    reason = "the entry point that `proxy_wasm::main` writes has none"
)]

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};

/// How to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Configure well and let every request go on without a decision.
    NoDecision,
    /// Write a record that denies, and let the request go on.
    DenyAndContinue,
    /// Write a record that denies and has the text of an allow further inside, and go on.
    AllowInside,
    /// Hold the head back, and let the body go on.
    HoldHeadNotBody,
    /// Trap at each request.
    TrapOnRequest,
    /// Write over what all workers share, where a request asks for it, and let requests go on to
    /// the filter behind this one.
    Garble,
    /// Answer `false` to configure, on workers only.
    ConfigureFalseOnWorkers,
    /// Trap in configure, on workers only.
    ConfigureTrapOnWorkers,
    /// Answer `false` to configure, everywhere.
    ConfigureFalse,
    /// Answer `false` to the start of the VM, on workers only. Told to the VM, not to the filter.
    StartFalseOnWorkers,
}

impl Fault {
    fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"no-decision" => Self::NoDecision,
            b"deny-and-continue" => Self::DenyAndContinue,
            b"allow-inside" => Self::AllowInside,
            b"hold-head-not-body" => Self::HoldHeadNotBody,
            b"start-false-on-workers" => Self::StartFalseOnWorkers,
            b"garble" => Self::Garble,
            b"trap-on-request" => Self::TrapOnRequest,
            b"configure-false-on-workers" => Self::ConfigureFalseOnWorkers,
            b"configure-trap-on-workers" => Self::ConfigureTrapOnWorkers,
            b"configure-false" => Self::ConfigureFalse,
            _ => return None,
        })
    }
}

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::new(Root { fault: None }));
}}

struct Root {
    fault: Option<Fault>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_vm_start(&mut self, _: usize) -> bool {
        let fault = Fault::from_name(&self.get_vm_configuration().unwrap_or_default());
        fault != Some(Fault::StartFalseOnWorkers) || is_on_main_thread("started")
    }

    fn on_configure(&mut self, _: usize) -> bool {
        let configuration = self.get_plugin_configuration().unwrap_or_default();
        self.fault = Fault::from_name(&configuration);
        let on_main = is_on_main_thread("configured");
        let place = if on_main {
            "the main thread"
        } else {
            "a worker"
        };
        let _ = hostcalls::log(
            LogLevel::Info,
            &format!("fault {:?} on {place}", self.fault),
        );
        match self.fault {
            None | Some(Fault::ConfigureFalse) => false,
            Some(Fault::ConfigureFalseOnWorkers) => on_main,
            Some(Fault::ConfigureTrapOnWorkers) if !on_main => trap(),
            Some(_) => true,
        }
    }

    fn create_http_context(&self, _: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Request { fault: self.fault }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Request {
    fault: Option<Fault>,
}

impl Context for Request {}

impl HttpContext for Request {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        match self.fault {
            Some(Fault::TrapOnRequest) => trap(),
            Some(Fault::DenyAndContinue) => {
                let record = br#"{"decision":"deny","reason":"not_allowed"}"#;
                self.set_property(vec!["remit"], Some(record));
            }
            Some(Fault::AllowInside) => {
                let record = br#"{"decision":"deny","rule":{"decision":"allow","reason":"x"}}"#;
                self.set_property(vec!["remit"], Some(record));
            }
            Some(Fault::HoldHeadNotBody) => return Action::Pause,
            Some(Fault::Garble) => {
                let way = self.get_http_request_header("x-garble");
                way.iter().for_each(|way| garble(way));
            }
            _ => {}
        }
        Action::Continue
    }

    fn on_http_request_body(&mut self, _: usize, _: bool) -> Action {
        Action::Continue
    }
}

/// Envoy configures first on the main thread (a trial VM and the one that stays), then on each
/// worker, and gives a filter no name for where it runs. So the calls are counted in shared data,
/// which belongs to all VMs of this `vm_id`.
fn is_on_main_thread(counter: &str) -> bool {
    const ON_MAIN: u8 = 2;
    loop {
        let (value, version) = hostcalls::get_shared_data(counter).unwrap_or_default();
        let earlier = value.and_then(|value| value.first().copied()).unwrap_or(0);
        let now = [earlier.saturating_add(1)];
        if hostcalls::set_shared_data(counter, Some(&now), version).is_ok() {
            return earlier < ON_MAIN;
        }
    }
}

/// Writes over each bucket of a small table of histories.
fn garble(way: &str) {
    /// As many as for 1,024 of them.
    const BUCKETS: u32 = 128;
    /// Where what the engine keeps of the first history begins, with its version.
    const FIRST: usize = 9 + 36;
    for bucket in 0..BUCKETS {
        let key = format!("remit/1/histories/{bucket}");
        let (value, _) = hostcalls::get_shared_data(&key).unwrap_or_default();
        let mut value = value.unwrap_or_default();
        match way {
            "text" => value = b"something else".to_vec(),
            "empty" => value.clear(),
            "cut" => {
                value.pop();
            }
            "longer" => value.push(0),
            "history" => match value.get_mut(FIRST) {
                Some(version) => *version = 0xff,
                None => continue,
            },
            _ => return,
        }
        let _ = hostcalls::set_shared_data(&key, Some(&value), None);
    }
}

/// Ends the VM, as a bug would.
fn trap() -> ! {
    std::process::abort()
}
