//! The upstream's answer to a request that was let through, where that has to be looked at: lists
//! show only what may be called, sessions and protocol tasks get their owner.

use remit_engine::answers::{Answer, Head, Plan};
use remit_engine::decision::{Eyes, Grounds, Refusal, Viewer, Watch};
use remit_engine::host::{Host, Unavailable};
use remit_engine::request::RequestHead;

use crate::gateway::{CallFailed, Gateway, Level};
use crate::metrics;
use crate::pairs;
use crate::plugin::Plugin;
use crate::request::answer;
use crate::surroundings::Surroundings;
use crate::vm::Vm;

/// What an answer is looked at for, and on which grounds its request was let through.
#[derive(Debug)]
pub struct Replying {
    watch: Watch,
    grounds: Grounds,
    /// The head of the request, as it came.
    head: Vec<u8>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Its head has not come.
    Expected,
    /// It goes on as it is.
    Passes,
    /// It is read piece by piece.
    Read(Answer),
    /// It goes on as it comes, and is read beside that, as far as that goes: what nobody has seen
    /// of tasks has no owner.
    Overheard(Answer),
    /// It is read as a whole: its head is held until then.
    Held(Answer),
    /// It was refused: nothing more of it goes on.
    Refused,
}

/// What the gateway is to do with a part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It goes on.
    Continue,
    /// It is held.
    Hold,
}

impl Replying {
    /// Of a request with this head.
    #[must_use]
    pub fn new(watch: Watch, grounds: Grounds, head: Vec<u8>) -> Self {
        Self {
            watch,
            grounds,
            head,
            state: State::Expected,
        }
    }

    /// The head of the answer has come, and perhaps there is nothing else.
    pub fn head(&mut self, gateway: &impl Gateway, vm: &Vm, plugin: &Plugin, end: bool) -> Step {
        if !matches!(self.state, State::Expected) {
            return Step::Continue;
        }
        match self.read_head(gateway, vm, plugin) {
            Ok(State::Held(_)) if end => {
                self.state = State::Passes;
                Step::Continue
            }
            Ok(state @ State::Held(_)) => {
                self.state = state;
                Step::Hold
            }
            Ok(state) => {
                self.state = state;
                Step::Continue
            }
            Err(_) => self.refuse(gateway, vm),
        }
    }

    /// A piece of its body has come: all that is there now and was not let go on.
    pub fn body(
        &mut self,
        gateway: &impl Gateway,
        vm: &Vm,
        plugin: &Plugin,
        size: usize,
        end: bool,
    ) -> Step {
        let is_held = match &self.state {
            State::Held(answer) if !end => {
                // It stays with the gateway until it is whole.
                let most = answer.held_up_to().unwrap_or_default();
                return if size > most {
                    self.refuse(gateway, vm)
                } else {
                    Step::Hold
                };
            }
            State::Held(_) => true,
            State::Read(_) => false,
            State::Overheard(_) => return self.overhear(gateway, vm, plugin, size, end),
            // The gateway does not show heads: nobody knows what this is.
            State::Expected if self.watch.lists => return self.refuse(gateway, vm),
            State::Expected | State::Passes => return Step::Continue,
            State::Refused => return Step::Hold,
        };
        match self.rewrite(gateway, vm, plugin, size, end, is_held) {
            Ok(()) => Step::Continue,
            Err(_) => self.refuse(gateway, vm),
        }
    }

    /// Its body has ended with trailers: what was held is there as a whole, and nothing else is new.
    pub fn ends(&mut self, gateway: &impl Gateway, vm: &Vm, plugin: &Plugin) -> Step {
        let size = match self.state {
            State::Held(_) => usize::MAX,
            _ => 0,
        };
        self.body(gateway, vm, plugin, size, true)
    }

    fn read_head(&self, gateway: &impl Gateway, vm: &Vm, plugin: &Plugin) -> Result<State, Failed> {
        let buffer = gateway.response_head()?;
        let fields = pairs::read(&buffer).map_err(|_| Failed)?;
        let value = |wanted: &str| {
            let mut found = fields
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()));
            match (found.next(), found.next()) {
                (None, _) => Ok(None),
                (Some((_, value)), None) => Ok(Some(*value)),
                (Some(_), Some(_)) => Err(Failed),
            }
        };
        if self.watch.session
            && let Some(session) = value(SESSION_HEADER)?
        {
            let session = std::str::from_utf8(session).map_err(|_| Failed)?;
            self.look(gateway, vm, plugin, |viewer, host| {
                viewer.own_session(session, host)
            })??;
        }
        let status = value(":status")?.and_then(|value| std::str::from_utf8(value).ok());
        let head = Head {
            status: status
                .and_then(|status| status.parse().ok())
                .ok_or(Failed)?,
            content_type: value("content-type")?,
            content_encoding: value("content-encoding")?,
        };
        let Some(watch) = self.watch.answers else {
            return Ok(State::Passes);
        };
        let plan = Plan::of(watch, &head);
        if !self.watch.lists {
            return Ok(match plan {
                Ok(Plan::Read(answer)) => State::Overheard(answer),
                Ok(Plan::PassThrough) | Err(_) => State::Passes,
            });
        }
        let Plan::Read(answer) = plan.map_err(|_| Failed)? else {
            return Ok(State::Passes);
        };
        // What they say is of another body.
        for name in OF_THE_BODY {
            if value(name)?.is_some() {
                gateway.remove_response_field(name)?;
            }
        }
        // A cache must not show one caller's list to another.
        gateway.replace_response_field("cache-control", "private, no-store")?;
        if answer.held_up_to().is_some() {
            return Ok(State::Held(answer));
        }
        gateway.remove_response_field("content-length")?;
        Ok(State::Read(answer))
    }

    /// Reads what goes on.
    fn overhear(
        &mut self,
        gateway: &impl Gateway,
        vm: &Vm,
        plugin: &Plugin,
        size: usize,
        end: bool,
    ) -> Step {
        let State::Overheard(mut reader) = std::mem::replace(&mut self.state, State::Passes) else {
            return Step::Continue;
        };
        let piece = match size {
            0 => Ok(Vec::new()),
            size => gateway.response_body(size),
        };
        let Ok(piece) = piece else {
            return Step::Continue;
        };
        let heard = self.look(gateway, vm, plugin, |viewer, host| {
            let mut eyes = Eyes::new(viewer, host);
            reader.push(&piece, end, &mut eyes)
        });
        if !end && matches!(heard, Ok(Ok(_))) {
            self.state = State::Overheard(reader);
        }
        Step::Continue
    }

    fn rewrite(
        &mut self,
        gateway: &impl Gateway,
        vm: &Vm,
        plugin: &Plugin,
        size: usize,
        end: bool,
        is_held: bool,
    ) -> Result<(), Failed> {
        let piece = match size {
            0 => Vec::new(),
            size => gateway.response_body(size)?,
        };
        let (State::Held(reader) | State::Read(reader)) =
            std::mem::replace(&mut self.state, State::Refused)
        else {
            return Err(Failed);
        };
        let mut reader = reader;
        let out = self.look(gateway, vm, plugin, |viewer, host| {
            let mut eyes = Eyes::new(viewer, host);
            let out = reader.push(&piece, end, &mut eyes);
            if eyes.failed() {
                Err(Failed)
            } else {
                out.map_err(|_| Failed)
            }
        })??;
        if is_held {
            gateway.replace_response_field("content-length", &out.len().to_string())?;
        }
        if out != piece {
            gateway.replace_response_body(&out)?;
        }
        self.state = match (end, is_held) {
            (true, _) => State::Passes,
            (false, true) => State::Held(reader),
            (false, false) => State::Read(reader),
        };
        Ok(())
    }

    /// Looks at it with the eyes of the caller.
    fn look<T>(
        &self,
        gateway: &impl Gateway,
        vm: &Vm,
        plugin: &Plugin,
        look: impl FnOnce(&Viewer<'_, '_>, &dyn Host) -> T,
    ) -> Result<T, Failed> {
        let fields = pairs::read(&self.head).map_err(|_| Failed)?;
        let head = RequestHead::new(&fields);
        let now = gateway.now()?;
        let engine = plugin.engine();
        let viewer = engine.viewer(&head, &self.grounds, now).ok_or(Failed)?;
        Ok(look(&viewer, &Surroundings::new(gateway, vm)))
    }

    /// Nothing of it goes on. Where its head is gone already, the gateway cuts it off.
    fn refuse(&mut self, gateway: &impl Gateway, vm: &Vm) -> Step {
        self.state = State::Refused;
        let count = || gateway.count(vm.named_counter(gateway, metrics::ANSWERS_REFUSED)?);
        let results = [answer(gateway, &Refusal::answer_refused()), count()];
        for failure in results.into_iter().filter_map(Result::err) {
            gateway.log(
                Level::Warn,
                &["an answer was refused, but ", &failure.to_string()].concat(),
            );
        }
        Step::Hold
    }
}

/// The header in which a server names a session (MCP 2025-03-26 to 2025-11-25).
const SESSION_HEADER: &str = "mcp-session-id";

/// Fields that say something of a body which is not what the upstream sent any more (RFC 9110
/// section 8.8.3, RFC 9530).
const OF_THE_BODY: [&str; 4] = ["etag", "content-digest", "repr-digest", "digest"];

/// An answer cannot be handed on.
#[derive(Debug)]
struct Failed;

impl From<CallFailed> for Failed {
    fn from(_: CallFailed) -> Self {
        Self
    }
}

impl From<Unavailable> for Failed {
    fn from(_: Unavailable) -> Self {
        Self
    }
}
