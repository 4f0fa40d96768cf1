//! A gateway that answers every call at once: what is left is the filter's own work.

use std::cell::RefCell;
use std::num::NonZeroU32;

use remit_engine::time::UnixTime;
use remit_filter::gateway::{
    CallFailed, CallId, ContextId, Counter, Gateway, Gauge, GrpcCall, HttpCall, Level, LocalAnswer,
    Seen, Stored,
};

use crate::decision::NOW;

/// Answers with what it was given; what it is told it forgets, the record and shared values aside.
#[derive(Debug)]
pub struct Ready {
    plan: Vec<u8>,
    head: Vec<u8>,
    /// The record of the last decision, in memory that is used again.
    record: RefCell<String>,
    /// Values that the one worker shares with itself.
    shared: RefCell<Vec<(String, Vec<u8>)>>,
}

impl Ready {
    /// A gateway with a plan and a request.
    #[must_use]
    pub fn new(plan: Vec<u8>, head: Vec<u8>) -> Self {
        Self {
            plan,
            head,
            record: RefCell::default(),
            shared: RefCell::default(),
        }
    }

    /// The record of the last decision.
    #[must_use]
    pub fn record(&self) -> String {
        self.record.borrow().clone()
    }
}

impl Gateway for Ready {
    fn configuration(&self) -> Result<Vec<u8>, CallFailed> {
        Ok(self.plan.clone())
    }

    fn now(&self) -> Result<UnixTime, CallFailed> {
        Ok(UnixTime::from_seconds(NOW))
    }

    fn request_head(&self) -> Result<Vec<u8>, CallFailed> {
        Ok(self.head.clone())
    }

    fn remove_request_field(&self, _name: &[u8]) -> Result<(), CallFailed> {
        Ok(())
    }

    fn request_trailers(&self) -> Result<Vec<u8>, CallFailed> {
        Ok(Vec::new())
    }

    fn remove_request_trailer(&self, _name: &[u8]) -> Result<(), CallFailed> {
        Ok(())
    }

    fn replace_request_field(&self, _name: &str, _value: &str) -> Result<(), CallFailed> {
        Ok(())
    }

    fn cluster(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        Ok(None)
    }

    fn write_record(&self, record: &str) -> Result<(), CallFailed> {
        let mut last = self.record.borrow_mut();
        last.clear();
        last.push_str(record);
        Ok(())
    }

    fn answer(&self, _answer: &LocalAnswer<'_>) -> Result<(), CallFailed> {
        Ok(())
    }

    fn define_counter(&self, _name: &str) -> Result<Counter, CallFailed> {
        Ok(Counter(0))
    }

    fn count(&self, _counter: Counter) -> Result<(), CallFailed> {
        Ok(())
    }

    fn nanos(&self) -> Result<u64, CallFailed> {
        Ok(NOW.unsigned_abs() * 1_000_000_000)
    }

    fn peer_certificate(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        Ok(None)
    }

    fn define_gauge(&self, _name: &str) -> Result<Gauge, CallFailed> {
        Ok(Gauge(0))
    }

    fn show(&self, _gauge: Gauge, _value: u64) -> Result<(), CallFailed> {
        Ok(())
    }

    fn shared(&self, key: &str) -> Result<Option<(Vec<u8>, Seen)>, CallFailed> {
        let shared = self.shared.borrow();
        let found = shared.iter().find(|(one, _)| one == key);
        Ok(found.map(|(_, value)| (value.clone(), Seen::Number(NonZeroU32::MIN))))
    }

    fn share(&self, key: &str, value: &[u8], _seen: Seen) -> Result<Stored, CallFailed> {
        let mut shared = self.shared.borrow_mut();
        match shared.iter_mut().find(|(one, _)| one == key) {
            Some((_, there)) => value.clone_into(there),
            None => shared.push((key.to_owned(), value.to_vec())),
        }
        Ok(Stored::Done)
    }

    fn call(&self, _call: &HttpCall<'_>) -> Result<CallId, CallFailed> {
        Err(CallFailed {
            call: "proxy_http_call",
            status: CallFailed::BAD_ARGUMENT,
        })
    }

    fn ask(&self, _call: &GrpcCall<'_>) -> Result<CallId, CallFailed> {
        Err(CallFailed {
            call: "proxy_grpc_call",
            status: CallFailed::BAD_ARGUMENT,
        })
    }

    fn grpc_message(&self, _most: usize) -> Result<Vec<u8>, CallFailed> {
        Ok(Vec::new())
    }

    fn called_head(&self) -> Result<Vec<u8>, CallFailed> {
        Ok(Vec::new())
    }

    fn called_body(&self, _most: usize) -> Result<Vec<u8>, CallFailed> {
        Ok(Vec::new())
    }

    fn tick_every(&self, _millis: u32) -> Result<(), CallFailed> {
        Ok(())
    }

    fn turn_to(&self, _context: ContextId) -> Result<(), CallFailed> {
        Ok(())
    }

    fn resume_request(&self) -> Result<(), CallFailed> {
        Ok(())
    }

    fn call_foreign(&self, _function: &str, _arguments: &[u8]) -> Result<Vec<u8>, CallFailed> {
        Err(CallFailed {
            call: "proxy_call_foreign_function",
            status: CallFailed::NOT_FOUND,
        })
    }

    fn log(&self, _level: Level, _line: &str) {}
}
