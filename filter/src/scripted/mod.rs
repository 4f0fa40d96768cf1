//! For tests: a gateway that does as it is told and writes down what it is asked, and a plan with
//! requests for it.

mod requests;
mod store;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use remit_engine::time::UnixTime;

use crate::gateway::{
    CallFailed, CallId, ContextId, Counter, Gateway, Gauge, GrpcCall, HttpCall, Level, LocalAnswer,
    Seen, Stored,
};
use crate::pairs;
use crate::request::{Attempt, Turn};

pub(crate) use requests::{
    fetching_plan, fleet_plan, gateway, head, head_for, jwks, orders, plan, plugin, posted_orders,
};
pub(crate) use store::Store;

pub(crate) const NOW: i64 = 1_800_000_000;

/// The context of the plan.
pub(crate) const ROOT: ContextId = ContextId(1);

/// A request in its first callback.
pub(crate) const FIRST: Turn = Turn {
    context: ContextId(7),
    attempt: Attempt::First,
};

/// A request of the filter's own: its cluster and its fields.
type Sent = (String, Vec<(String, String)>);

/// An answer to a call of the filter's own: its fields and its body.
type Called = (Vec<u8>, Vec<u8>);

/// A gateway that does as it is told and writes down what it is asked.
#[derive(Default)]
pub(crate) struct Scripted {
    pub(crate) configuration: Vec<u8>,
    pub(crate) head: Vec<u8>,
    pub(crate) trailers: Vec<u8>,
    pub(crate) cluster: Option<Vec<u8>>,
    pub(crate) peer_certificate: Option<Vec<u8>>,
    /// What the foreign function answers; `Err` is a status.
    pub(crate) foreign: Option<Result<Vec<u8>, u32>>,
    /// The call, counted from 0, that fails.
    pub(crate) fails_at: Option<usize>,
    /// Milliseconds after [`NOW`].
    pub(crate) later: Cell<u64>,
    /// What the workers of the process share.
    pub(crate) store: Rc<Store>,
    /// The cluster that is not there.
    pub(crate) no_cluster: Option<String>,
    pub(crate) called: RefCell<Called>,
    /// The context that it was told to turn to last.
    pub(crate) at: Cell<Option<ContextId>>,
    /// Questions, with the context that asked.
    pub(crate) asked: RefCell<Vec<(Option<ContextId>, Vec<u8>)>>,
    /// The answer to one.
    pub(crate) message: RefCell<Vec<u8>>,
    /// What has come of the request's body.
    pub(crate) body: RefCell<Vec<u8>>,
    /// The head of the upstream's answer, and what is there of its body.
    pub(crate) response: RefCell<Called>,
    pub(crate) calls: RefCell<Vec<String>>,
    pub(crate) records: RefCell<Vec<String>>,
    pub(crate) answers: RefCell<Vec<(u16, String, String)>>,
    pub(crate) asked_foreign: RefCell<Vec<(String, Vec<u8>)>>,
    pub(crate) sent: RefCell<Vec<Sent>>,
    pub(crate) lines: RefCell<Vec<String>>,
    /// Every metric with its value, by its number.
    pub(crate) metrics: RefCell<Vec<(String, u64)>>,
}

impl Scripted {
    fn note(&self, call: &'static str, detail: &str) -> Result<(), CallFailed> {
        let mut calls = self.calls.borrow_mut();
        let fails = self.fails_at == Some(calls.len());
        calls.push(format!("{call} {detail}").trim().to_owned());
        if fails {
            Err(CallFailed {
                call,
                status: CallFailed::INTERNAL_FAILURE,
            })
        } else {
            Ok(())
        }
    }

    pub(crate) fn last_record(&self) -> String {
        self.records.borrow().last().cloned().unwrap_or_default()
    }

    pub(crate) fn last_answer(&self) -> (u16, String) {
        let (status, details, _) = self.answers.borrow().last().cloned().expect("an answer");
        (status, details)
    }

    /// The value of a metric.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let metrics = self.metrics.borrow();
        let named = metrics.iter().find(|(one, _)| one == name);
        named.unwrap_or_else(|| panic!("no metric `{name}`")).1
    }

    fn define(&self, name: &str) -> u32 {
        let mut metrics = self.metrics.borrow_mut();
        let known = metrics.iter().position(|(one, _)| one == name);
        let id = known.unwrap_or_else(|| {
            metrics.push((name.to_owned(), 0));
            metrics.len() - 1
        });
        u32::try_from(id).expect("few metrics")
    }
}

impl Gateway for Scripted {
    fn configuration(&self) -> Result<Vec<u8>, CallFailed> {
        Ok(self.configuration.clone())
    }

    fn now(&self) -> Result<UnixTime, CallFailed> {
        self.note("now", "")?;
        let millis = NOW.unsigned_abs() * 1000 + self.later.get();
        Ok(UnixTime::from_nanos(millis * 1_000_000))
    }

    fn nanos(&self) -> Result<u64, CallFailed> {
        self.note("nanos", "")?;
        Ok(NOW.unsigned_abs() * 1_000_000_000 + self.later.get() * 1_000_000)
    }

    fn request_head(&self) -> Result<Vec<u8>, CallFailed> {
        self.note("head", "").map(|()| self.head.clone())
    }

    fn remove_request_field(&self, name: &[u8]) -> Result<(), CallFailed> {
        self.note("remove", &String::from_utf8_lossy(name))
    }

    fn request_trailers(&self) -> Result<Vec<u8>, CallFailed> {
        self.note("trailers", "").map(|()| self.trailers.clone())
    }

    fn remove_request_trailer(&self, name: &[u8]) -> Result<(), CallFailed> {
        self.note("remove trailer", &String::from_utf8_lossy(name))
    }

    fn replace_request_field(&self, name: &str, value: &str) -> Result<(), CallFailed> {
        self.note("replace", &format!("{name}={value}"))
    }

    fn cluster(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        self.note("cluster", "").map(|()| self.cluster.clone())
    }

    fn write_record(&self, record: &str) -> Result<(), CallFailed> {
        self.note("record", "")?;
        self.records.borrow_mut().push(record.to_owned());
        Ok(())
    }

    fn answer(&self, answer: &LocalAnswer<'_>) -> Result<(), CallFailed> {
        self.note("answer", "")?;
        let headers = pairs::read(answer.headers).expect("a header map");
        let headers = headers.iter().map(|(name, value)| {
            format!(
                "{}: {}\n",
                String::from_utf8_lossy(name),
                String::from_utf8_lossy(value)
            )
        });
        self.answers
            .borrow_mut()
            .push((answer.status, answer.details.into(), headers.collect()));
        Ok(())
    }

    fn define_counter(&self, name: &str) -> Result<Counter, CallFailed> {
        Ok(Counter(self.define(name)))
    }

    fn count(&self, counter: Counter) -> Result<(), CallFailed> {
        self.note("count", "")?;
        let mut metrics = self.metrics.borrow_mut();
        metrics[counter.0 as usize].1 += 1;
        Ok(())
    }

    fn define_gauge(&self, name: &str) -> Result<Gauge, CallFailed> {
        Ok(Gauge(self.define(name)))
    }

    fn show(&self, gauge: Gauge, value: u64) -> Result<(), CallFailed> {
        self.note("show", "")?;
        self.metrics.borrow_mut()[gauge.0 as usize].1 = value;
        Ok(())
    }

    fn peer_certificate(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        self.note("peer certificate", "")?;
        Ok(self.peer_certificate.clone())
    }

    fn shared(&self, key: &str) -> Result<Option<(Vec<u8>, Seen)>, CallFailed> {
        self.note("shared", key)?;
        Ok(self.store.read(key))
    }

    fn share(&self, key: &str, value: &[u8], seen: Seen) -> Result<Stored, CallFailed> {
        self.note("share", key)?;
        Ok(self.store.write(key, value, seen))
    }

    fn call(&self, call: &HttpCall<'_>) -> Result<CallId, CallFailed> {
        self.note("call", call.cluster)?;
        if self.no_cluster.as_deref() == Some(call.cluster) {
            return Err(CallFailed {
                call: "proxy_http_call",
                status: CallFailed::BAD_ARGUMENT,
            });
        }
        let headers = call.headers.iter();
        let headers = headers.map(|&(name, value)| (name.to_owned(), value.to_owned()));
        let mut sent = self.sent.borrow_mut();
        sent.push((call.cluster.to_owned(), headers.collect()));
        Ok(CallId(u32::try_from(sent.len()).expect("few calls")))
    }

    fn called_head(&self) -> Result<Vec<u8>, CallFailed> {
        self.note("called head", "")?;
        Ok(self.called.borrow().0.clone())
    }

    fn called_body(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        self.note("called body", "")?;
        let body = &self.called.borrow().1;
        Ok(body[..most.min(body.len())].to_vec())
    }

    fn ask(&self, call: &GrpcCall<'_>) -> Result<CallId, CallFailed> {
        self.note("ask", call.cluster)?;
        let mut asked = self.asked.borrow_mut();
        asked.push((self.at.get(), call.message.to_vec()));
        Ok(CallId(u32::try_from(asked.len()).expect("few calls")))
    }

    fn grpc_message(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        self.note("grpc message", "")?;
        let message = self.message.borrow();
        assert_eq!(self.at.get(), Some(ROOT), "whoever asked has the answer");
        Ok(message[..most.min(message.len())].to_vec())
    }

    fn request_body(&self, start: usize, most: usize) -> Result<Vec<u8>, CallFailed> {
        self.note("body", "")?;
        let body = self.body.borrow();
        let end = start.saturating_add(most).min(body.len());
        Ok(body[start.min(end)..end].to_vec())
    }

    fn response_head(&self) -> Result<Vec<u8>, CallFailed> {
        self.note("response head", "")?;
        Ok(self.response.borrow().0.clone())
    }

    fn remove_response_field(&self, name: &str) -> Result<(), CallFailed> {
        self.note("remove response field", name)
    }

    fn replace_response_field(&self, name: &str, value: &str) -> Result<(), CallFailed> {
        self.note("replace response field", &format!("{name}={value}"))
    }

    fn response_body(&self, most: usize) -> Result<Vec<u8>, CallFailed> {
        self.note("response body", "")?;
        let body = &self.response.borrow().1;
        Ok(body[..most.min(body.len())].to_vec())
    }

    fn replace_response_body(&self, body: &[u8]) -> Result<(), CallFailed> {
        self.note("replace response body", "")?;
        self.response.borrow_mut().1 = body.to_vec();
        Ok(())
    }

    fn tick_every(&self, _millis: u32) -> Result<(), CallFailed> {
        Ok(())
    }

    fn turn_to(&self, context: ContextId) -> Result<(), CallFailed> {
        self.note("turn to", &context.0.to_string())?;
        self.at.set(Some(context));
        Ok(())
    }

    fn resume_request(&self) -> Result<(), CallFailed> {
        self.note("resume", "")
    }

    fn call_foreign(&self, function: &str, arguments: &[u8]) -> Result<Vec<u8>, CallFailed> {
        self.note("foreign", function)?;
        let asked = (function.to_owned(), arguments.to_vec());
        self.asked_foreign.borrow_mut().push(asked);
        self.foreign
            .clone()
            .unwrap_or(Err(CallFailed::NOT_FOUND))
            .map_err(|status| CallFailed {
                call: "proxy_call_foreign_function",
                status,
            })
    }

    fn log(&self, _level: Level, line: &str) {
        self.lines.borrow_mut().push(line.to_owned());
    }
}
